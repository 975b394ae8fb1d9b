//! From the holder's word to the verifier: making the answer, handing it over, or saying nothing.

use std::rc::Rc;

use glimpse_wallet::{
    http::{HttpRequest, HttpResponse},
    ledger::Verdict,
    wallet::{Answer, Preparation},
};
use leptos::prelude::*;
use rand_core::OsRng;

use super::{
    Session,
    consent::review,
    offer,
    request::{Keep, Stage, choice, moment, received, unlocked},
};
use crate::{
    browser::leave_to,
    component::{Step, StepState},
    model::{Contact, Learned, Problem},
};

/// Prepares what is not prepared yet, then presents. What was consented to is used up.
pub(super) async fn present(
    session: Session,
    keep: Keep,
    percent: RwSignal<u8>,
) -> Result<(), Problem> {
    let _hold = session.claim().await;
    let wallet = unlocked(session)?;
    let (choice, consent) = keep
        .try_update_value(|kept| (choice(kept), kept.consent.take()))
        .unwrap_or_default();
    let consent =
        consent.ok_or_else(|| Problem::new("Nothing was agreed to", "Open the request again."))?;
    for id in choice {
        let Some(stored) = wallet.card(id).await? else {
            continue;
        };
        if wallet.preparation(&stored).await? == Preparation::Needed {
            wallet
                .prepare(id, &mut offer::watcher(percent, 0, 60), &mut OsRng)
                .await?;
        }
    }
    let learned = keep.with_value(|kept| {
        let view = review(&consent, kept);
        Learned {
            verifier: view.verifier,
            cards: view.queries.into_iter().map(|query| query.card).collect(),
            unlearned: view.unlearned,
            return_to: None,
        }
    });
    percent.set(60);
    let watch = &mut offer::watcher(percent, 60, 95);
    let presented = wallet
        .present(consent, moment()?, watch, &mut OsRng)
        .await?;
    keep.update_value(|kept| kept.presented = Some((Rc::new(presented), learned)));
    Ok(())
}

/// Notes that the holder said no. Nobody is told, so what went wrong with the note is all there is.
pub(super) async fn decline(session: Session, keep: Keep, name: String) -> Result<Stage, Problem> {
    if let Some(incoming) = keep.with_value(|kept| kept.incoming.clone()) {
        let wallet = unlocked(session)?;
        wallet.decline(&incoming, moment()?, &mut OsRng).await?;
    }
    Ok(Stage::Refused(name))
}

/// Hands the answer over. Until that worked it can be tried again: it is the same answer.
pub(super) async fn deliver(session: Session, keep: Keep) -> Stage {
    let Some((presented, mut learned)) = keep.with_value(|kept| kept.presented.clone()) else {
        return Stage::Failed(Problem::new(
            "There is no answer",
            "Open the request again.",
        ));
    };
    let request = match presented.answer() {
        Answer::Redirect(url) => {
            return match leave_to(url) {
                Ok(()) => Stage::Presented(Box::new(learned)),
                Err(_) => Stage::Undelivered(Problem::new(
                    "The answer could not be handed over",
                    "Try again.",
                )),
            };
        }
        Answer::Post(request) => request,
    };
    let response = match carry(session, request).await {
        Ok(response) => response,
        Err(problem) => return Stage::Undelivered(problem),
    };
    let accepted = presented.receive(&response);
    let outcome = if accepted.is_ok() {
        Verdict::Accepted
    } else {
        Verdict::Refused
    };
    if let Some(wallet) = session.wallet() {
        // The ledger has the entry already; only its last word would be missing.
        let _ = wallet.settle(presented.entry(), outcome, &mut OsRng).await;
    }
    match accepted {
        Ok(address) => {
            learned.return_to = address.map(|address| Contact {
                origin: address.origin().to_string(),
                url: address.to_string(),
                purpose: "Go on at".into(),
            });
            Stage::Presented(Box::new(learned))
        }
        Err(error) => {
            let problem = Problem::new(
                "The verifier did not accept the answer",
                format!(
                    "{}. They may still have read what was disclosed. Ask them for a new request.",
                    super::problem::sentence(&error)
                ),
            );
            Stage::NotAccepted(
                problem,
                received(keep).is_ok_and(|incoming| incoming.asks_status()),
            )
        }
    }
}

async fn carry(session: Session, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    Ok(session.courier().await?.carry(request).await?)
}

pub(super) fn steps(percent: u8) -> Vec<Step> {
    let state = |from, to| match percent {
        p if p >= to => StepState::Done,
        p if p >= from => StepState::Doing,
        _ => StepState::Waiting,
    };
    vec![
        Step {
            label: "Make the card's proof, if it is not ready",
            state: state(0, 60),
        },
        Step {
            label: "Link it to this one request",
            state: state(60, 95),
        },
        Step {
            label: "Hand over the answer",
            state: state(95, 101),
        },
    ]
}
