use leptos::prelude::*;

use crate::{
    component::{Button, ButtonKind, CardFaceView, Confirm, Notice, NoticeKind, Screen},
    model::{CardState, CardView, shorten},
};

/// One card, opened by its holder.
#[component]
pub fn CredentialView(
    /// The card.
    card: CardView,
    /// Makes its proof now.
    #[prop(into)]
    prepare: Callback<()>,
    /// Removes it.
    #[prop(into)]
    remove: Callback<()>,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let state = card.face.state;
    let kind = card.face.kind.clone();
    view! {
        <Screen title=card.face.kind.clone() back=("#/", "Cards")>
            <div class="two">
                <div class="stack stick">
                    <CardFaceView face=card.face.clone() />
                    <State state prepare issuer=card.face.issuer.clone() trouble=card.trouble />
                </div>
                <div class="stack loose">
                    <section class="stack">
                        <div class="row spread">
                            <h2>"What it says"</h2>
                            <span class="pill">"Only you see this"</span>
                        </div>
                        <dl class="panel flush facts" data-testid="card-fields">
                            {card
                                .fields
                                .into_iter()
                                .map(|field| match field.value {
                                    Some(value) => view! { <div><dt>{field.label}</dt><dd>{value}</dd></div> }.into_any(),
                                    None => view! { <div><dt>{field.label}</dt><dd class="absent">"Not on this card"</dd></div> }.into_any(),
                                })
                                .collect_view()}
                        </dl>
                    </section>
                    <section class="stack">
                        <h2>"About this card"</h2>
                        <dl class="panel flush facts">
                            <div><dt>"Issuer"</dt><dd>{card.face.issuer}</dd></div>
                            <div><dt>"Issued on"</dt><dd>{card.issued_on}</dd></div>
                            <div><dt>"Valid until"</dt><dd>{card.face.valid_until}</dd></div>
                            <div><dt>"Status list"</dt><dd data-testid="card-status">{card.status}</dd></div>
                            <div><dt>"Kind"</dt><dd class="mono">{card.schema}</dd></div>
                            <div>
                                <dt>"Issuer's identifier"</dt>
                                <dd class="mono" title=card.issuer_identity.clone()>{shorten(&card.issuer_identity)}</dd>
                            </div>
                        </dl>
                    </section>
                    <div>
                        <Button label="Remove this card" testid="remove-card" kind=ButtonKind::Danger press=move |()| asking.set(true) />
                    </div>
                </div>
            </div>
            <Confirm open=asking title=format!("Remove “{kind}”?") action="Remove" testid="remove-confirm" confirm=remove>
                <p>"The card and its proof are erased from this device. To have it again you must ask the issuer for a new one."</p>
            </Confirm>
        </Screen>
    }
}

#[component]
fn State(
    state: CardState,
    prepare: Callback<()>,
    issuer: String,
    trouble: Option<String>,
) -> impl IntoView {
    match state {
        CardState::Ready => view! {
            <Notice kind=NoticeKind::Good title="Ready to present" testid="card-state">
                <p class="small">"Its proof is made. Every time you show it, the proof is made to look new, so two verifiers cannot compare notes."</p>
            </Notice>
        }
        .into_any(),
        CardState::Unprepared => view! {
            <div class="stack">
                <Notice kind=NoticeKind::Plain title="Not prepared" testid="card-state">
                    <p class="small">"Its proof is still to be made. That happens once, takes seconds, and can be done now or when you first present it."</p>
                </Notice>
                <Button label="Prepare now" testid="prepare" press=prepare />
            </div>
        }
        .into_any(),
        CardState::Revoked => view! {
            <Notice kind=NoticeKind::Bad title=format!("Revoked by {issuer}") testid="card-state">
                <p class="small">"Verifiers that ask whether a card is revoked will not accept it, so the wallet makes no proof of it any more. If you think this is a mistake, ask the issuer."</p>
            </Notice>
        }
        .into_any(),
        CardState::Doubtful => view! {
            <Notice kind=NoticeKind::Bad title="The issuer's status list cannot be trusted" testid="card-state">
                <p class="small" data-testid="card-trouble">{trouble.unwrap_or_default()}</p>
                <p class="small">"Somebody may be trying to tell holders apart or to hide that cards were revoked. Ask the issuer. The card itself is unharmed."</p>
            </Notice>
        }
        .into_any(),
        CardState::Expired => view! {
            <Notice kind=NoticeKind::Warn title="Expired" testid="card-state">
                <p class="small">"Verifiers that ask for a valid card will not accept it. Ask the issuer for a new one."</p>
            </Notice>
        }
        .into_any(),
    }
}
