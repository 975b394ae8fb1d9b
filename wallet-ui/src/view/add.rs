use leptos::prelude::*;

use crate::{
    component::{Button, ProblemNotice, Screen, TextAreaField},
    model::Problem,
};

/// Takes a link that somebody copied: an issuer's offer or a verifier's request.
#[component]
pub fn AddView(
    /// Opens the link.
    #[prop(into)]
    open: Callback<String>,
    /// What is wrong with it.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let link = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        open.run(link.get_untracked());
    };
    view! {
        <Screen title="Add a card" back=("#/", "Cards") lead="An issuer's page offers its card as a link or a QR code. Opening the link in this browser brings you here by itself; a copied link goes below.">
            <form class="stack narrow" on:submit=submit>
                <TextAreaField
                    label="Link"
                    value=link
                    testid="add-link"
                    hint="It begins with openid-credential-offer:// or with this wallet's address. A verifier's openid4vp:// link works too."
                />
                {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
                <div class="actions">
                    <Button label="Continue" testid="add-continue" />
                </div>
                <p class="small soft">"Nothing is contacted before you have seen its address."</p>
            </form>
        </Screen>
    }
}
