use leptos::prelude::*;

use super::{Button, ButtonKind, Icon, IconName};

/// One stage of a longer piece of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done in it.
    pub label: &'static str,
    /// How far it is.
    pub state: StepState,
}

/// How far a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Finished.
    Done,
    /// Under way.
    Doing,
    /// Not begun.
    Waiting,
}

/// Work in progress: a dial that fills, the stages, and a way out.
#[component]
pub fn Opening(
    /// 0 to 100.
    #[prop(into)]
    percent: Signal<u8>,
    /// What is happening now.
    #[prop(into)]
    label: Signal<String>,
    /// All stages.
    #[prop(into)]
    steps: Signal<Vec<Step>>,
    /// Stops the work; without it the work cannot be stopped any more.
    #[prop(into)]
    cancel: Signal<Option<Callback<()>>>,
) -> impl IntoView {
    let icon = |state| match state {
        StepState::Done => IconName::Tick,
        StepState::Doing => IconName::Next,
        StepState::Waiting => IconName::Dot,
    };
    let word = |state| match state {
        StepState::Done => "done",
        StepState::Doing => "doing",
        StepState::Waiting => "waiting",
    };
    view! {
        <div class="opening">
            <div
                class="dial"
                role="progressbar"
                data-testid="progress"
                aria-label=move || label.get()
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || percent.get().to_string()
            >
                <svg viewBox="-52 -52 104 104" aria-hidden="true" fill="none" stroke-width="5">
                    <circle class="track" r="48" />
                    <circle
                        class="arc"
                        r="48"
                        pathLength="100"
                        stroke-linecap="round"
                        stroke-dasharray="100 100"
                        transform="rotate(-90)"
                        stroke-dashoffset=move || (100 - percent.get().min(100)).to_string()
                    />
                </svg>
                <span class="percent">{move || format!("{}%", percent.get().min(100))}</span>
            </div>
            <p role="status" data-testid="progress-stage">{label}</p>
            <ol class="steps">
                {move || {
                    steps
                        .get()
                        .into_iter()
                        .map(|Step { label, state }| {
                            view! {
                                <li data-state=word(state)>
                                    <Icon name=icon(state) />
                                    <span>{label}<span class="sr-only">{format!(" ({})", word(state))}</span></span>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ol>
            {move || {
                cancel
                    .get()
                    .map(|press| view! { <Button label="Cancel" testid="progress-cancel" kind=ButtonKind::Secondary press=press /> })
            }}
        </div>
    }
}
