use std::ops::ControlFlow;

use glimpse_wallet::{
    http::HttpRequest,
    offer::{Authorised, Invitation, Offer, OfferError, OfferReference, ReviewedOffer},
};
use leptos::prelude::*;
use rand_core::OsRng;

use super::{Session, Task, background::Lists, card};
use crate::{
    browser::Location,
    component::{Step, StepState},
    model::{CardFace, Contact, OfferView, Palette, PartyView, Problem},
    view::{ContactView, FailedView, OfferDoneView, OfferReviewView, WorkingView},
};

const STEPS: [&str; 4] = [
    "Redeem the offer",
    "Prove that this wallet holds a secret",
    "Receive, check and encrypt the card",
    "Make the card's proof",
];

/// The index of the last step: the card is stored before it begins.
const PROOF: usize = 3;

#[derive(Clone)]
enum Stage {
    /// An address is shown before it is used.
    Ask(Ask),
    Fetching,
    Review(Box<ReviewedOffer>),
    Working,
    Done(CardFace),
    Cancelled(Problem),
    Failed(Problem),
}

#[derive(Clone)]
enum Ask {
    Offer(OfferReference),
    Issuer(Box<Offer>),
}

/// Shows progress of `from` to `to` percent while the prover counts.
pub(super) fn watcher(
    percent: RwSignal<u8>,
    from: u8,
    to: u8,
) -> impl FnMut(u32, u32) -> ControlFlow<()> {
    move |done, total| {
        let share = u32::from(to - from) * done.min(total) / total.max(1);
        percent.set(from.saturating_add(u8::try_from(share).unwrap_or(0)));
        ControlFlow::Continue(())
    }
}

/// A contact for a message that is about to be sent.
pub(super) fn contact(request: &HttpRequest, purpose: &str) -> Contact {
    Contact {
        origin: request.url.origin().to_string(),
        url: request.url.to_string(),
        purpose: purpose.to_owned(),
    }
}

/// The stages up to review, as the courier goes along.
async fn fetch(session: Session, ask: Ask) -> Result<Stage, Problem> {
    let courier = session.courier().await?;
    let offer = match ask {
        Ask::Offer(reference) => {
            let response = courier.carry(&reference.request()).await?;
            // The issuer's address comes from the offer: it is shown before it is used in turn.
            let offer = reference.clone().receive(&response)?;
            if offer.request().url.origin() != reference.request().url.origin() {
                return Ok(Stage::Ask(Ask::Issuer(Box::new(offer))));
            }
            offer
        }
        Ask::Issuer(offer) => *offer,
    };
    let response = courier.carry(&offer.request()).await?;
    let metadata = offer.receive(&response)?;
    let response = courier.carry(&metadata.request()).await?;
    let server = metadata.receive(&response)?;
    let response = courier.carry(&server.request()).await?;
    Ok(Stage::Review(Box::new(server.receive(&response)?)))
}

fn review(offer: &ReviewedOffer) -> OfferView {
    let manifest = offer.manifest();
    let display = offer.display();
    // The manifest is signed, the display is not: what both say is taken from the manifest.
    let schema = manifest
        .schemas()
        .iter()
        .find(|schema| schema.id().as_str() == offer.offer().configuration());
    let holds = schema.map_or_else(|| display.claims.clone(), card::labels);
    let kind = schema.map(|schema| schema.name().to_owned());
    let kind = kind.or_else(|| display.credential_name.clone());
    let purposes = [
        "To redeem the offer",
        "To get a fresh number for the proof",
        "To send the proof and receive the card",
    ];
    let contacts = offer
        .contacts()
        .iter()
        .zip(purposes)
        .map(|(endpoint, purpose)| Contact {
            origin: endpoint.origin().to_string(),
            url: endpoint.to_string(),
            purpose: purpose.to_owned(),
        })
        .collect();
    let code = offer.offer().tx_code().map(|code| {
        code.description
            .clone()
            .unwrap_or_else(|| "The issuer shows or sends it to you.".into())
    });
    OfferView {
        issuer: PartyView {
            name: manifest.name().to_owned(),
            identity: manifest.id().to_string(),
            origin: offer.offer().issuer().origin().to_string(),
        },
        kind: kind.unwrap_or_else(|| offer.offer().configuration().to_owned()),
        palette: match &manifest.body().display {
            Some(_) => card::palette(manifest),
            None => display
                .background_color
                .as_deref()
                .map_or(Palette::DEFAULT, Palette::from_hex),
        },
        holds,
        code,
        contacts,
    }
}

/// Trades the code for a token. A mistyped second code is told apart, because it may be typed again.
async fn redeem(
    session: Session,
    offer: &ReviewedOffer,
    code: Option<&str>,
) -> Result<Authorised, Redeem> {
    let fatal = |problem: Problem| Redeem::Failed(problem);
    let sort = |error: OfferError| match (&error, offer.offer().tx_code()) {
        (OfferError::TxCodeNeeded, _) | (OfferError::CodeRefused, Some(_)) => {
            Redeem::Again(error.into())
        }
        _ => Redeem::Failed(error.into()),
    };
    let request = offer.request(code).map_err(sort)?;
    let courier = session
        .courier()
        .await
        .map_err(|error| fatal(error.into()))?;
    let response = courier
        .carry(&request)
        .await
        .map_err(|error| fatal(error.into()))?;
    offer.receive(&response).map_err(sort)
}

enum Redeem {
    Again(Problem),
    Failed(Problem),
}

/// From the token to the prepared card. When only the last step fails the card is in the wallet.
async fn receive(
    session: Session,
    authorised: Authorised,
    progress: Progress,
) -> Result<CardFace, Problem> {
    let _hold = session.claim().await;
    let (courier, wallet) = (session.courier().await?, session.wallet());
    let wallet = wallet.ok_or_else(|| {
        Problem::new("The wallet is locked", "Unlock it and open the link again.")
    })?;
    progress.reach(1, 10);
    let response = courier.carry(&authorised.request()).await?;
    let challenged = authorised.receive(&response)?;
    let manifest = challenged.manifest().clone();
    let watch = &mut watcher(progress.percent, 10, 45);
    let proof = wallet
        .enrol(&manifest, challenged.nonce(), watch, &mut OsRng)
        .await?;
    progress.reach(2, 50);
    let response = courier
        .carry(&challenged.request(&proof.to_bytes()))
        .await?;
    let credential = challenged.receive(&response)?;
    let id = wallet.add(&credential, &manifest, &mut OsRng).await?;
    progress.reach(3, 55);
    let watch = &mut watcher(progress.percent, 55, 100);
    wallet.prepare(id, watch, &mut OsRng).await?;
    progress.reach(4, 100);
    match wallet.card(id).await? {
        Some(stored) => card::face(&wallet, &stored).await,
        None => Err(Problem::new(
            "This card is gone",
            "It was removed, perhaps in another tab.",
        )),
    }
}

#[derive(Clone, Copy)]
struct Progress {
    step: RwSignal<usize>,
    percent: RwSignal<u8>,
}

impl Progress {
    fn reach(self, step: usize, percent: u8) {
        self.step.set(step);
        self.percent.set(percent);
    }

    fn steps(self) -> Vec<Step> {
        let now = self.step.get();
        let state = |index| match index {
            index if index < now => StepState::Done,
            index if index == now => StepState::Doing,
            _ => StepState::Waiting,
        };
        STEPS
            .iter()
            .enumerate()
            .map(|(index, label)| Step {
                label,
                state: state(index),
            })
            .collect()
    }
}

/// An issuer's offer, from its link to the card.
#[component]
pub fn OfferFlow(
    /// The wallet.
    session: Session,
    /// Where to go when it is declined.
    location: Location,
    /// The query of the link.
    link: String,
) -> impl IntoView {
    let hold = session.hold_for_this_screen();
    let first = match Invitation::from_link(&link) {
        Ok(Invitation::Reference(reference)) => Stage::Ask(Ask::Offer(reference)),
        Ok(Invitation::Offer(offer)) => Stage::Ask(Ask::Issuer(Box::new(offer))),
        Err(error) => Stage::Failed(error.into()),
    };
    let stage = RwSignal::new_local(first);
    let wrong_code = RwSignal::new(None);
    let progress = Progress {
        step: RwSignal::new(0),
        percent: RwSignal::new(0),
    };
    let task = Task::new();
    let home = move |()| location.go("/");
    let proceed = move |ask: Ask| {
        stage.set(Stage::Fetching);
        task.run(async move {
            stage.set(fetch(session, ask).await.unwrap_or_else(Stage::Failed));
        });
    };
    let accept = move |offer: ReviewedOffer, code: Option<String>| {
        wrong_code.set(None);
        progress.reach(0, 2);
        stage.set(Stage::Working);
        task.run(async move {
            let next = match redeem(session, &offer, code.as_deref()).await {
                Ok(authorised) => match receive(session, authorised, progress).await {
                    Ok(face) => {
                        // The card's list can be fetched, and proofs prepared, while the holder looks at it.
                        let _ = hold.try_update_value(Option::take);
                        session.fetch(Lists::Of(offer.manifest().id().clone()));
                        Stage::Done(face)
                    }
                    Err(problem) => Stage::Failed(problem),
                },
                Err(Redeem::Again(problem)) => {
                    wrong_code.set(Some(problem));
                    Stage::Review(Box::new(offer))
                }
                Err(Redeem::Failed(problem)) => Stage::Failed(problem),
            };
            stage.set(next);
        });
    };
    let cancel = move |()| {
        task.stop();
        let stored = progress.step.get_untracked() >= PROOF;
        stage.set(Stage::Cancelled(if stored {
            Problem::new(
                "The card is in your wallet",
                "Only its proof was not made. You can make it on the card, or when you first present it.",
            )
        } else {
            Problem::new(
                "The card was not added",
                "Ask the issuer for a new offer: a code works once.",
            )
        }));
    };
    move || {
        match stage.get() {
        Stage::Ask(ask) => {
            let (request, title, purpose) = match &ask {
                Ask::Offer(reference) => (reference.request(), "Open this offer?", "Glimpse is about to fetch the offer from"),
                Ask::Issuer(offer) => (offer.request(), "Ask this issuer?", "Glimpse is about to ask the issuer about its offer at"),
            };
            let ask = StoredValue::new_local(ask);
            view! {
                <ContactView
                    title
                    contact=contact(&request, purpose)
                    proceed=move |()| proceed(ask.get_value())
                    cancel=home
                />
            }
            .into_any()
        }
        Stage::Fetching => view! {
            <WorkingView
                title="Reading the offer".to_owned()
                percent=Signal::derive(|| 10)
                label="Waiting for the issuer".to_owned()
                steps=Vec::new()
                cancel=Some(Callback::new(home))
            />
        }
        .into_any(),
        Stage::Review(offer) => {
            let shown = review(&offer);
            let offer = StoredValue::new_local(*offer);
            view! {
                <OfferReviewView
                    offer=shown
                    accept=move |code| accept(offer.get_value(), code)
                    decline=home
                    problem=wrong_code
                />
            }
            .into_any()
        }
        Stage::Working => view! {
            <WorkingView
                title="Adding your card".to_owned()
                percent=progress.percent
                label=Signal::derive(move || STEPS.get(progress.step.get()).copied().unwrap_or("Done").to_owned())
                steps=Signal::derive(move || progress.steps())
                cancel=Some(Callback::new(cancel))
            />
        }
        .into_any(),
        Stage::Done(face) => view! { <OfferDoneView face /> }.into_any(),
        Stage::Cancelled(problem) => view! { <FailedView title="Cancelled" problem /> }.into_any(),
        Stage::Failed(problem) => view! { <FailedView title="The card was not added" problem /> }.into_any(),
    }
    }
}
