use leptos::prelude::*;

use crate::model::assess;

/// A labelled line of text.
#[component]
pub fn TextField(
    /// Its label.
    #[prop(into)]
    label: String,
    /// Its text.
    value: RwSignal<String>,
    /// Name for tests, and its element id.
    testid: &'static str,
    /// A word of help below the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Numeric keypad and wide letters, for codes.
    #[prop(optional)]
    code: bool,
) -> impl IntoView {
    let hint_id = format!("{testid}-hint");
    let described = hint.is_some().then(|| hint_id.clone());
    view! {
        <div class="field">
            <label for=testid>{label}</label>
            {hint.map(|hint| view! { <p class="small soft" id=hint_id>{hint}</p> })}
            <input
                id=testid
                data-testid=testid
                class=if code { "input code" } else { "input" }
                type="text"
                inputmode=if code { "numeric" } else { "url" }
                autocomplete=if code { "one-time-code" } else { "off" }
                autocapitalize="none"
                spellcheck="false"
                aria-describedby=described
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            />
        </div>
    }
}

/// A labelled box for pasted text.
#[component]
pub fn TextAreaField(
    /// Its label.
    #[prop(into)]
    label: String,
    /// Its text.
    value: RwSignal<String>,
    /// Name for tests, and its element id.
    testid: &'static str,
    /// A word of help below the label.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let hint_id = format!("{testid}-hint");
    let described = hint.is_some().then(|| hint_id.clone());
    view! {
        <div class="field">
            <label for=testid>{label}</label>
            {hint.map(|hint| view! { <p class="small soft" id=hint_id>{hint}</p> })}
            <textarea
                id=testid
                data-testid=testid
                class="input"
                autocapitalize="none"
                autocomplete="off"
                spellcheck="false"
                aria-describedby=described
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            ></textarea>
        </div>
    }
}

/// A passphrase, hidden unless asked for.
#[component]
pub fn PassphraseField(
    /// Its label.
    #[prop(into)]
    label: String,
    /// Its text.
    value: RwSignal<String>,
    /// Name for tests, and its element id.
    testid: &'static str,
    /// Whether this is a new passphrase, so that password managers offer to make one.
    #[prop(optional)]
    fresh: bool,
    /// What is wrong with it, if anything.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Focus it when it appears.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let error_id = format!("{testid}-error");
    let described = error_id.clone();
    let node = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = node.get().filter(|_| autofocus) {
            let _ = input.focus();
        }
    });
    view! {
        <div class="field">
            <label for=testid>{label}</label>
            <div class="with-toggle">
                <input
                    node_ref=node
                    id=testid
                    data-testid=testid
                    class="input"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=if fresh { "new-password" } else { "current-password" }
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=move || error.get().is_some().to_string()
                    aria-describedby=described
                    prop:value=value
                    on:input:target=move |event| value.set(event.target().value())
                />
                <button
                    type="button"
                    aria-pressed=move || shown.get().to_string()
                    aria-label="Show passphrase"
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { "Hide" } else { "Show" }}
                </button>
            </div>
            <p class="error-text" id=error_id role="alert">{move || error.get()}</p>
        </div>
    }
}

/// Four bars and a sentence on how good a passphrase is.
#[component]
pub fn StrengthMeter(
    /// The passphrase.
    value: RwSignal<String>,
) -> impl IntoView {
    let strength = Memo::new(move |_| value.with(|text| assess(text)));
    view! {
        <div class="stack tight">
            <div class="meter" aria-hidden="true" data-score=move || strength.get().score.to_string()>
                <span></span><span></span><span></span><span></span>
            </div>
            <p class="small soft" role="status" data-testid="passphrase-strength">
                {move || strength.get().advice}
            </p>
        </div>
    }
}
