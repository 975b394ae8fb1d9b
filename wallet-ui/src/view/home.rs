use leptos::prelude::*;

use crate::{
    component::{CardFaceView, IconName, Lens, LinkButton, Screen},
    model::CardFace,
};

/// The cards.
#[component]
pub fn HomeView(
    /// All of them.
    cards: Vec<CardFace>,
) -> impl IntoView {
    let body = if cards.is_empty() {
        view! {
            <section class="empty" data-testid="empty-state">
                <Lens />
                <h2>"No cards yet"</h2>
                <p class="soft">
                    "Go to the page of an issuer, such as a motor registry or a university, and follow its link to the wallet in this browser. Or copy that link and paste it here."
                </p>
                <LinkButton label="Add a card" href="#/add" testid="add-card" icon=IconName::Add />
            </section>
        }
        .into_any()
    } else {
        view! {
            <div class="stack loose">
                <ul class="wallet-cards">
                    {cards
                        .into_iter()
                        .enumerate()
                        .map(|(index, face)| {
                            let link = (format!("#/card/{}", face.id), format!("card-{index}"));
                            view! { <li><CardFaceView face link /></li> }
                        })
                        .collect_view()}
                </ul>
                <div>
                    <LinkButton label="Add a card" href="#/add" testid="add-card" kind=crate::component::ButtonKind::Secondary icon=IconName::Add />
                </div>
            </div>
        }
        .into_any()
    };
    view! { <Screen title="Cards">{body}</Screen> }
}
