use leptos::{html::H1, prelude::*};
use wasm_bindgen::JsCast;

use super::{Icon, IconName};

/// One screen: a heading that takes the focus when the screen appears, so that a reader's voice and
/// the tab key start there, and the way back.
#[component]
pub fn Screen(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// A sentence below it.
    #[prop(optional, into)]
    lead: Option<String>,
    /// Where "back" leads, and its words.
    #[prop(optional)]
    back: Option<(&'static str, &'static str)>,
    /// The rest.
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    Effect::new(move |_| document().set_title(&format!("{} · Glimpse", title.get())));
    view! {
        {back
            .map(|(href, words)| {
                view! {
                    <a class="back" href=href data-testid="back">
                        <Icon name=IconName::Back />
                        {words}
                    </a>
                }
            })}
        <header class="screen-head">
            <h1 tabindex="-1" node_ref=heading data-testid="heading">{title}</h1>
            {lead.map(|lead| view! { <p class="soft">{lead}</p> })}
        </header>
        {children()}
    }
}

/// Moves the focus to an element by its id, if it is there.
pub fn focus_by_id(id: &str) {
    if let Some(element) = document().get_element_by_id(id)
        && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
    {
        let _ = element.focus();
    }
}
