use leptos::prelude::*;

use crate::{
    component::{Address, Button, ButtonKind, Screen},
    model::Contact,
};

/// Shows an address before the courier uses it.
#[component]
pub fn ContactView(
    /// The heading, such as "Open this offer?"
    title: &'static str,
    /// The address.
    contact: Contact,
    /// Goes ahead.
    #[prop(into)]
    proceed: Callback<()>,
    /// Leaves it.
    #[prop(into)]
    cancel: Callback<()>,
) -> impl IntoView {
    view! {
        <Screen title=title>
            <div class="stack loose narrow">
                <Address contact />
                <p class="small soft">
                    "They will see your network address and that a wallet asked, nothing else. Your cards are in another room of this page, which cannot reach the network."
                </p>
                <div class="actions pair">
                    <Button label="Cancel" testid="contact-cancel" kind=ButtonKind::Secondary press=cancel />
                    <Button label="Continue" testid="contact-continue" press=proceed />
                </div>
            </div>
        </Screen>
    }
}
