use leptos::prelude::*;

use crate::{
    component::{
        Address, Button, ButtonKind, CardFaceView, Icon, IconName, Iris, LinkButton, Party,
        ProblemNotice, Screen, TextField,
    },
    model::{CardFace, OfferView, Problem},
};

/// An offer before it is accepted: from whom, what the card holds, which addresses will be used.
#[component]
pub fn OfferReviewView(
    /// The offer.
    offer: OfferView,
    /// Accepts, with the transaction code if one is wanted.
    #[prop(into)]
    accept: Callback<Option<String>>,
    /// Leaves it.
    #[prop(into)]
    decline: Callback<()>,
    /// What is wrong with the code.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let asks_code = offer.code.is_some();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        accept.run(asks_code.then(|| code.get_untracked().trim().to_owned()));
    };
    let count = offer.holds.len();
    view! {
        <Screen title="Add this card?">
            <form class="two" on:submit=submit>
                <div class="stack stick">
                    <article class="card face" style=("--card", offer.palette.css())>
                        <Iris />
                        <span class="issuer">{offer.issuer.name.clone()}</span>
                        <span class="kind" data-testid="offer-kind">{offer.kind}</span>
                        <span class="foot"><span>{format!("{count} fields")}</span></span>
                    </article>
                </div>
                <div class="stack loose">
                    <Party party=offer.issuer role="Issuer" />
                    <section class="stack tight">
                        <h2>"What it will hold"</h2>
                        <p class="soft" data-testid="offer-holds">{offer.holds.join(" · ")}</p>
                    </section>
                    {offer
                        .code
                        .map(|words| {
                            view! { <TextField label="Code from the issuer" hint=words value=code testid="offer-code" code=true /> }
                        })}
                    {move || problem.get().map(|problem| view! { <ProblemNotice problem /> })}
                    <details>
                        <summary data-testid="offer-contacts">
                            <Icon name=IconName::Next />
                            "What is sent, and where"
                        </summary>
                        <div class="stack">
                            <p class="small soft">
                                "The issuer gets a one-time code from its own offer and a proof that this wallet holds a secret. It does not get the secret."
                            </p>
                            {offer.contacts.into_iter().map(|contact| view! { <Address contact /> }).collect_view()}
                        </div>
                    </details>
                    <div class="dock actions pair">
                        <Button label="Decline" testid="offer-decline" kind=ButtonKind::Secondary press=decline />
                        <Button label="Add card" testid="offer-accept" />
                    </div>
                </div>
            </form>
        </Screen>
    }
}

/// The card is in the wallet.
#[component]
pub fn OfferDoneView(
    /// The new card.
    face: CardFace,
) -> impl IntoView {
    let href = format!("#/card/{}", face.id);
    view! {
        <Screen title="Your card is ready" lead="It was checked, encrypted and its proof is made. From now on presenting it takes a moment.">
            <div class="stack loose narrow" data-testid="offer-done">
                <CardFaceView face />
                <div class="actions pair">
                    <LinkButton label="See what it says" href=href testid="open-card" kind=ButtonKind::Secondary />
                    <LinkButton label="Done" href="#/" testid="done" />
                </div>
            </div>
        </Screen>
    }
}
