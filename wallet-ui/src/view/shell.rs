use leptos::prelude::*;

use crate::component::{Icon, IconName, Lens};

/// The four places of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Cards.
    Cards,
    /// Checking others' presentations.
    Verify,
    /// The ledger.
    History,
    /// Settings.
    Settings,
}

const TABS: [(Tab, &str, &str, &str, IconName); 4] = [
    (Tab::Cards, "Cards", "#/", "nav-cards", IconName::Cards),
    (
        Tab::Verify,
        "Verify",
        "#/verify",
        "nav-verify",
        IconName::Verify,
    ),
    (
        Tab::History,
        "History",
        "#/history",
        "nav-history",
        IconName::History,
    ),
    (
        Tab::Settings,
        "Settings",
        "#/settings",
        "nav-settings",
        IconName::Settings,
    ),
];

/// The frame around every screen. Without a tab (locked, or in the middle of something that wants an
/// answer) there is no navigation.
#[component]
pub fn Shell(
    /// Where we are.
    #[prop(into)]
    tab: Signal<Option<Tab>>,
    /// The screen.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="skip" href="#main" on:click=skip>"Skip to content"</a>
        <div class=move || if tab.get().is_some() { "app" } else { "app bare" }>
            {move || tab.get().map(|current| view! { <Navigation current /> })}
            <main class="main" id="main">
                <div class="topbar">
                    <span class="brand"><Lens />"Glimpse"</span>
                </div>
                {children()}
            </main>
        </div>
    }
}

/// The hash is our router's, so the skip link moves the focus itself.
fn skip(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    if let Ok(Some(heading)) = document().query_selector("main h1") {
        use wasm_bindgen::JsCast;
        if let Ok(heading) = heading.dyn_into::<web_sys::HtmlElement>() {
            let _ = heading.focus();
        }
    }
}

#[component]
fn Navigation(current: Tab) -> impl IntoView {
    view! {
        <nav class="nav" aria-label="Wallet">
            <span class="brand"><Lens />"Glimpse"</span>
            <ul>
                {TABS
                    .map(|(tab, label, href, testid, icon)| {
                        view! {
                            <li>
                                <a href=href data-testid=testid aria-current=(tab == current).then_some("page")>
                                    <Icon name=icon />
                                    {label}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </nav>
    }
}
