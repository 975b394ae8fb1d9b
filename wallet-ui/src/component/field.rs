use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

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
    /// Name for tests of a button that reads the text from a file; without it there is none.
    #[prop(optional)]
    file_testid: Option<&'static str>,
) -> impl IntoView {
    let hint_id = format!("{testid}-hint");
    let described = hint.is_some().then(|| hint_id.clone());
    let file = file_testid.map(|name| {
        view! {
            <label class="file small">
                "Open a file"
                <input type="file" class="sr-only" data-testid=name on:change:target=move |event| read_file(&event.target(), value) />
            </label>
        }
    });
    view! {
        <div class="field">
            <div class="row spread">
                <label class="label" for=testid>{label}</label>
                {file}
            </div>
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

/// Puts a chosen file's text into the field. A file that cannot be read leaves the field as it is.
fn read_file(input: &web_sys::HtmlInputElement, value: RwSignal<String>) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else {
        return;
    };
    spawn_local(async move {
        if let Ok(text) = JsFuture::from(file.text()).await {
            value.set(text.as_string().unwrap_or_default());
        }
    });
}
