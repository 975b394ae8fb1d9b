use leptos::prelude::*;

use super::{Icon, IconName};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do here.
    #[default]
    Primary,
    /// A fair alternative.
    Secondary,
    /// Destroys something.
    Danger,
    /// In passing.
    Quiet,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Secondary => "button secondary",
            Self::Danger => "button danger",
            Self::Quiet => "button quiet",
        }
    }
}

/// A button that does something on this page.
#[component]
pub fn Button(
    /// Its words.
    #[prop(into)]
    label: Signal<String>,
    /// Name for tests.
    testid: &'static str,
    /// What it does; without it the button submits its form.
    #[prop(optional, into)]
    press: Option<Callback<()>>,
    /// Its look.
    #[prop(optional)]
    kind: ButtonKind,
    /// A picture before the words.
    #[prop(optional)]
    icon: Option<IconName>,
    /// Whether it can be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let role = if press.is_some() { "button" } else { "submit" };
    view! {
        <button
            type=role
            class=kind.class()
            data-testid=testid
            disabled=disabled
            on:click=move |_| {
                if let Some(press) = press {
                    press.run(());
                }
            }
        >
            {icon.map(|name| view! { <Icon name /> })}
            {label}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Its words.
    #[prop(into)]
    label: String,
    /// Where it leads, such as `#/add`.
    #[prop(into)]
    href: String,
    /// Name for tests.
    testid: &'static str,
    /// Its look.
    #[prop(optional)]
    kind: ButtonKind,
    /// A picture before the words.
    #[prop(optional)]
    icon: Option<IconName>,
) -> impl IntoView {
    view! {
        <a class=kind.class() href=href data-testid=testid>
            {icon.map(|name| view! { <Icon name /> })}
            {label}
        </a>
    }
}
