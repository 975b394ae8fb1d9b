use leptos::prelude::*;

use crate::{
    component::ButtonKind,
    component::{
        Icon, IconName, LinkButton, Notice, NoticeKind, Opening, PresentedCardView, ProblemNotice,
        Screen, Step,
    },
    model::{Learned, Problem},
};

/// Work in progress.
#[component]
pub fn WorkingView(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// 0 to 100.
    #[prop(into)]
    percent: Signal<u8>,
    /// What is happening now.
    #[prop(into)]
    label: Signal<String>,
    /// All stages.
    #[prop(into)]
    steps: Signal<Vec<Step>>,
    /// Stops the work.
    #[prop(into)]
    cancel: Signal<Option<Callback<()>>>,
) -> impl IntoView {
    view! {
        <Screen title=title>
            <Opening percent label steps cancel />
        </Screen>
    }
}

/// The answer has arrived: what they learned.
#[component]
pub fn PresentedView(
    /// What the verifier learned.
    learned: Learned,
) -> impl IntoView {
    let name = learned.verifier.name.clone();
    view! {
        <Screen title="Presented">
            <div class="two" data-testid="result">
                <div class="stack">
                    <p class="eyebrow">"What "{name.clone()}" has seen"</p>
                    {learned.cards.into_iter().map(|card| view! { <PresentedCardView card /> }).collect_view()}
                </div>
                <div class="stack loose">
                    <Notice kind=NoticeKind::Good title=format!("{name} has your answer") testid="result-notice">
                        <p class="small">"It works once, for this request only. You find it again under History."</p>
                    </Notice>
                    <section class="stack">
                        <h2>"What they did not learn"</h2>
                        <ul class="bullets">
                            {learned
                                .unlearned
                                .into_iter()
                                .map(|line| view! { <li><Icon name=IconName::Hidden /><span>{line}</span></li> })
                                .collect_view()}
                        </ul>
                    </section>
                    <div class="actions pair">
                        <LinkButton label="Done" href="#/" testid="done" />
                        {learned
                            .return_to
                            .map(|contact| {
                                view! { <LinkButton label=format!("Back to {name}") href=contact.url testid="result-return" kind=ButtonKind::Secondary /> }
                            })}
                    </div>
                </div>
            </div>
        </Screen>
    }
}

/// The holder said no.
#[component]
pub fn RefusedView(
    /// Who asked.
    name: String,
) -> impl IntoView {
    view! {
        <Screen title="Refused">
            <div class="stack loose narrow" data-testid="refused">
                <Notice kind=NoticeKind::Plain title=format!("{name} got nothing")>
                    <p>"No answer was sent and no card was used."</p>
                </Notice>
                <div class="actions">
                    <LinkButton label="Done" href="#/" testid="done" />
                </div>
            </div>
        </Screen>
    }
}

/// Something failed, and nothing was half done.
#[component]
pub fn FailedView(
    /// The heading.
    title: &'static str,
    /// What went wrong.
    problem: Problem,
    /// Tries the same again, where that can help.
    #[prop(optional, into)]
    again: Option<Callback<()>>,
    /// Fetches the lists of all issuers, where an old one may be the reason.
    #[prop(optional_no_strip)]
    refresh: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <Screen title=title>
            <div class="stack loose narrow">
                <ProblemNotice problem />
                <div class="actions pair">
                    <LinkButton label="Back to cards" href="#/" testid="done" kind=ButtonKind::Secondary />
                    {refresh.map(|press| view! { <crate::component::Button label="Refresh all lists" testid="refresh-lists" press=press /> })}
                    {again.map(|press| view! { <crate::component::Button label="Try again" testid="again" press=press /> })}
                </div>
            </div>
        </Screen>
    }
}
