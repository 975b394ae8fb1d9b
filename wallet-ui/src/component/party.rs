use leptos::prelude::*;

use super::{Icon, IconName};
use crate::model::{Contact, PartyView, shorten};

/// Who is on the other side: name, address, identifier.
#[component]
pub fn Party(
    /// Them.
    party: PartyView,
    /// "Issuer" or "Verifier".
    role: &'static str,
) -> impl IntoView {
    let initial = party.initial();
    let short = shorten(&party.identity);
    view! {
        <div class="panel stack tight">
            <div class="party">
                <span class="seal" aria-hidden="true">{initial}</span>
                <span class="eyebrow">{role}</span>
                <h2 data-testid="party-name">{party.name}</h2>
            </div>
            <p class="mono soft" data-testid="party-origin">{party.origin}</p>
            <details>
                <summary data-testid="party-identity-toggle">
                    <Icon name=IconName::Next />
                    <span class="mono">{short}</span>
                </summary>
                <p class="small soft">
                    "The name is what they call themselves. This identifier is what their signature was checked against:"
                </p>
                <p class="mono" data-testid="party-identity">{party.identity}</p>
            </details>
        </div>
    }
}

/// An address before it is used, with the part that says who is reached in bold.
#[component]
pub fn Address(
    /// The address.
    contact: Contact,
) -> impl IntoView {
    let rest = contact
        .url
        .strip_prefix(&contact.origin)
        .map_or_else(String::new, str::to_owned);
    view! {
        <div class="stack tight">
            <p class="small soft">{contact.purpose}</p>
            <p class="address" data-testid="contact-url">
                <b>{contact.origin}</b>
                {rest}
            </p>
        </div>
    }
}
