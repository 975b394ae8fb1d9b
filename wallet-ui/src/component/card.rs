use leptos::prelude::*;

use super::{Icon, IconName, Iris, Lens};
use crate::model::{CardFace, CardState, PresentedCard};

/// The outside of a card; a link when it leads somewhere.
#[component]
pub fn CardFaceView(
    /// The card.
    face: CardFace,
    /// Where it leads, if anywhere, and its name for tests.
    #[prop(optional)]
    link: Option<(String, String)>,
) -> impl IntoView {
    let (icon, state) = match face.state {
        CardState::Ready => (IconName::Tick, "Ready"),
        CardState::Unprepared => (IconName::Dot, "Not prepared"),
        CardState::Expired => (IconName::Warning, "Expired"),
        CardState::Revoked => (IconName::Warning, "Revoked"),
        CardState::Doubtful => (IconName::Warning, "In doubt"),
    };
    let class = match face.state {
        CardState::Expired | CardState::Revoked => "card face dim",
        CardState::Ready | CardState::Unprepared | CardState::Doubtful => "card face",
    };
    let inside = view! {
        <Iris />
        <span class="issuer">{face.issuer}</span>
        <span class="kind">{face.kind}</span>
        <span class="foot">
            <span>"Valid until "{face.valid_until}</span>
            <span class="state">
                <Icon name=icon />
                {state}
            </span>
        </span>
    };
    match link {
        Some((href, testid)) => view! {
            <a class=class href=href data-testid=testid style=("--card", face.palette.css())>
                {inside}
            </a>
        }
        .into_any(),
        None => view! {
            <div class=class style=("--card", face.palette.css())>
                {inside}
            </div>
        }
        .into_any(),
    }
}

/// A card as the verifier will see it: windows in a veil, and seals.
#[component]
pub fn PresentedCardView(
    /// The card.
    card: PresentedCard,
) -> impl IntoView {
    let PresentedCard {
        kind,
        issuer,
        palette,
        windows,
        seals,
        veiled,
    } = card;
    let windows = if windows.is_empty() {
        view! { <p class="nothing" data-testid="shown-nothing">"Nothing readable. Not a single field."</p> }.into_any()
    } else {
        view! {
            <dl class="windows">
                {windows
                    .into_iter()
                    .map(|window| {
                        let absent = window.field.value.is_none();
                        let value = window.field.value.unwrap_or_else(|| "Not on this card".into());
                        view! {
                            <div class=if absent { "window absent" } else { "window" } data-testid="disclosed">
                                <dt>{window.field.label}</dt>
                                <dd>{value}</dd>
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
        }
        .into_any()
    };
    let seals = (!seals.is_empty()).then(|| {
        view! {
            <section>
                <h3>"Proved, not shown"</h3>
                <ul class="seals">
                    {seals
                        .into_iter()
                        .map(|seal| {
                            view! {
                                <li data-testid="proved">
                                    <span class="stamp"><Lens /></span>
                                    <span>{seal.fact}<small>{seal.hides}</small></span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </section>
        }
    });
    let veiled = (!veiled.is_empty()).then(|| {
        view! {
            <section>
                <h3>"Stays hidden"</h3>
                <ul class="veiled">
                    {veiled
                        .into_iter()
                        .map(|label| view! { <li data-testid="veiled">{label}</li> })
                        .collect_view()}
                </ul>
            </section>
        }
    });
    view! {
        <article class="card shown" data-testid="presented-card" style=("--card", palette.css())>
            <Iris />
            <header class="head">
                <span class="issuer">{issuer}</span>
                <span class="kind">{kind}</span>
            </header>
            <section>
                <h3>"They can read"</h3>
                {windows}
            </section>
            {seals}
            {veiled}
        </article>
    }
}
