use leptos::prelude::*;

use crate::{
    component::{
        Button, ButtonKind, CardFaceView, IconName, Lens, LinkButton, Notice, NoticeKind, Screen,
    },
    model::CardFace,
};

/// The cards.
#[component]
pub fn HomeView(
    /// All of them.
    cards: Vec<CardFace>,
    /// The names of those that cannot be read.
    unreadable: Vec<String>,
    /// Removes one of these.
    #[prop(into)]
    remove: Callback<String>,
) -> impl IntoView {
    let notices = unreadable.into_iter().map(|id| {
        view! {
            <Notice kind=NoticeKind::Warn title="A card that cannot be read" testid="unreadable-card">
                <p class="small">"It is damaged, or breaks a rule for cards that is newer than it. Remove it and ask its issuer for a new one."</p>
                <Button label="Remove it" testid="remove-unreadable" kind=ButtonKind::Secondary press=move |()| remove.run(id.clone()) />
            </Notice>
        }
    });
    let notices = notices.collect_view();
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
                    <LinkButton label="Add a card" href="#/add" testid="add-card" kind=ButtonKind::Secondary icon=IconName::Add />
                </div>
            </div>
        }
        .into_any()
    };
    view! { <Screen title="Cards">{notices}{body}</Screen> }
}
