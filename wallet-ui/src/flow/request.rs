use std::rc::Rc;

use glimpse_protocol::time::DateTime;
use glimpse_wallet::{
    consent::{Consent, QueryCandidates},
    ledger::Verdict,
    request::{IncomingRequest, RequestLink},
    wallet::{Answer, CardId, Preparation, Presented},
};
use leptos::prelude::*;
use rand_core::OsRng;

use super::{
    Session, Task,
    consent::{party, review, wants_lists, why_not},
    offer,
    session::OpenWallet,
};
use crate::{
    browser::{Location, leave_to, now},
    component::{Step, StepState},
    model::{Contact, Learned, PartyView, Problem, RequestView, Unmet},
    view::{
        ConsentView, ContactView, FailedView, PresentedView, RefusedView, UnmetView, WorkingView,
    },
};

#[derive(Clone)]
enum Stage {
    Ask(RequestLink),
    Fetching,
    Review(Box<RequestView>),
    /// What is not met, and whether newer status lists might help.
    Unmet(PartyView, Vec<Unmet>, bool),
    Refreshing,
    Working,
    Undelivered(Problem),
    Presented(Box<Learned>),
    Refused(String),
    /// Why, and whether it could be the wallet's status lists.
    NotAccepted(Problem, bool),
    Cancelled(Problem),
    Failed(Problem),
}

/// What is kept between the screens: never copied, because a consent answers once.
#[derive(Default)]
pub(super) struct Kept {
    incoming: Option<IncomingRequest>,
    pub(super) queries: Vec<QueryCandidates>,
    /// Index of the chosen card among the fitting ones, for each query.
    pub(super) picks: Vec<usize>,
    consent: Option<Consent>,
    presented: Option<(Rc<Presented>, Learned)>,
}

type Keep = StoredValue<Kept, LocalStorage>;

fn moment() -> Result<DateTime, Problem> {
    now().map_err(|_| Problem::new("This device's clock is wrong", "Set it and try again."))
}

pub(super) fn unlocked(session: Session) -> Result<Rc<OpenWallet>, Problem> {
    let locked = || Problem::new("The wallet is locked", "Unlock it and open the link again.");
    session.wallet().ok_or_else(locked)
}

/// Fetches and checks the request, and looks which cards fit.
async fn fetch(session: Session, link: RequestLink, keep: Keep) -> Result<Stage, Problem> {
    let courier = session.courier().await?;
    let response = courier.carry(&link.request()).await?;
    let incoming = link.receive(&response, moment()?)?;
    let asks = asks_status(&incoming);
    keep.update_value(|kept| kept.incoming = Some(incoming));
    if asks {
        session.lists_settled().await;
    }
    judge(session, keep).await
}

fn asks_status(incoming: &IncomingRequest) -> bool {
    let mut queries = incoming.request().queries().iter();
    queries.any(|query| query.not_revoked().is_some())
}

fn received(keep: Keep) -> Result<IncomingRequest, Problem> {
    let incoming = keep.with_value(|kept| kept.incoming.clone());
    incoming.ok_or_else(|| Problem::new("There is no request", "Open its link again."))
}

/// Looks which cards fit, by the lists that the wallet has. None is fetched for it.
async fn judge(session: Session, keep: Keep) -> Result<Stage, Problem> {
    let incoming = received(keep)?;
    let queries = unlocked(session)?.candidates(&incoming).await?;
    let unmet: Vec<Unmet> = queries
        .iter()
        .zip(incoming.request().queries())
        .filter(|(candidates, _)| candidates.fitting().next().is_none())
        .flat_map(|(candidates, query)| why_not(candidates, query.schema()))
        .collect();
    let lists = wants_lists(&queries);
    keep.update_value(|kept| {
        kept.picks = vec![0; queries.len()];
        kept.queries = queries;
    });
    if !unmet.is_empty() {
        return Ok(Stage::Unmet(party(&incoming), unmet, lists));
    }
    choose_together(session, keep, None).await
}

/// Takes cards that answer together, that of the query `kept` among them, and lays out the consent.
async fn choose_together(
    session: Session,
    keep: Keep,
    kept: Option<usize>,
) -> Result<Stage, Problem> {
    let (incoming, wanted) = (received(keep)?, keep.with_value(choice));
    let found = unlocked(session)?.choose(&incoming, &wanted, kept).await?;
    if let Some(found) = found {
        keep.update_value(|kept| {
            let places = kept.queries.iter().zip(found).map(|(query, id)| {
                let place = query.fitting().position(|card| card.id() == id);
                place.unwrap_or_default()
            });
            kept.picks = places.collect();
        });
    }
    ask(session, keep).await
}

/// Lays out the consent for the present choice.
async fn ask(session: Session, keep: Keep) -> Result<Stage, Problem> {
    let (incoming, choice) = (received(keep)?, keep.with_value(choice));
    let consent = unlocked(session)?.ask(&incoming, &choice).await?;
    let view = keep.with_value(|kept| review(&consent, kept));
    keep.update_value(|kept| kept.consent = Some(consent));
    Ok(Stage::Review(Box::new(view)))
}

fn choice(kept: &Kept) -> Vec<CardId> {
    let chosen = kept.queries.iter().zip(&kept.picks);
    chosen
        .filter_map(|(query, pick)| query.fitting().nth(*pick).map(|card| card.id()))
        .collect()
}

/// Prepares what is not prepared yet, then presents. What was consented to is used up.
async fn present(session: Session, keep: Keep, percent: RwSignal<u8>) -> Result<(), Problem> {
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
async fn decline(session: Session, keep: Keep, name: String) -> Result<Stage, Problem> {
    if let Some(incoming) = keep.with_value(|kept| kept.incoming.clone()) {
        let wallet = unlocked(session)?;
        wallet.decline(&incoming, moment()?, &mut OsRng).await?;
    }
    Ok(Stage::Refused(name))
}

/// Hands the answer over. Until that worked it can be tried again: it is the same answer.
async fn deliver(session: Session, keep: Keep) -> Stage {
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
                received(keep).is_ok_and(|incoming| asks_status(&incoming)),
            )
        }
    }
}

async fn carry(
    session: Session,
    request: &glimpse_wallet::http::HttpRequest,
) -> Result<glimpse_wallet::http::HttpResponse, Problem> {
    Ok(session.courier().await?.carry(request).await?)
}

/// A verifier's request, from its link to the answer.
#[component]
pub fn RequestFlow(
    /// The wallet.
    session: Session,
    /// Where to go when it is left.
    location: Location,
    /// The query of the link.
    link: String,
) -> impl IntoView {
    session.hold_for_this_screen();
    let first = match RequestLink::from_link(&link) {
        Ok(link) => Stage::Ask(link),
        Err(error) => Stage::Failed(error.into()),
    };
    let stage = RwSignal::new(first);
    let percent = RwSignal::new(0u8);
    let keep: Keep = StoredValue::new_local(Kept::default());
    let task = Task::new();
    let home = move |()| location.go("/");
    let proceed = move |link: RequestLink| {
        stage.set(Stage::Fetching);
        task.run(async move {
            stage.set(
                fetch(session, link, keep)
                    .await
                    .unwrap_or_else(Stage::Failed),
            );
        });
    };
    let choose = move |(query, pick): (usize, usize)| {
        keep.update_value(|kept| {
            if let Some(slot) = kept.picks.get_mut(query) {
                *slot = pick;
            }
        });
        task.run(async move {
            let next = choose_together(session, keep, Some(query)).await;
            stage.set(next.unwrap_or_else(Stage::Failed));
        });
    };
    let send = move |()| {
        stage.set(Stage::Working);
        task.run(async move { stage.set(deliver(session, keep).await) });
    };
    let agree = move |()| {
        percent.set(0);
        stage.set(Stage::Working);
        task.run(async move {
            let next = match present(session, keep, percent).await {
                Ok(()) => deliver(session, keep).await,
                Err(problem) => Stage::Failed(problem),
            };
            stage.set(next);
        });
    };
    // Afterwards the request is looked at anew, or what was said stays.
    let refresh = move |after: Option<Problem>| {
        stage.set(Stage::Refreshing);
        task.run(async move {
            let next = match (session.refresh_lists().await, after) {
                (Err(problem), _) => Err(problem),
                (Ok(()), Some(problem)) => Ok(Stage::NotAccepted(problem, false)),
                (Ok(()), None) => judge(session, keep).await,
            };
            stage.set(next.unwrap_or_else(Stage::Failed));
        });
    };
    let refuse = move |name: String| {
        task.run(async move {
            let noted = decline(session, keep, name).await;
            stage.set(noted.unwrap_or_else(Stage::Failed));
        });
    };
    let cancel = move |()| {
        task.stop();
        // Whether the answer had gone out is what the holder must know, and the ledger knows it first.
        let sent = keep.with_value(|kept| kept.presented.is_some());
        stage.set(Stage::Cancelled(if sent {
            Problem::new(
                "The answer may have arrived",
                "It was made and on its way already. History shows it. Ask the verifier, or ask for a new request.",
            )
        } else {
            Problem::new(
                "Nothing was sent",
                "To answer after all, open the request again.",
            )
        }));
    };
    move || {
        match stage.get() {
        Stage::Ask(link) => {
            let shown = offer::contact(&link.request(), "Glimpse is about to fetch the request from");
            let link = StoredValue::new(link);
            view! {
                <ContactView title="Open this request?" contact=shown proceed=move |()| proceed(link.get_value()) cancel=home />
            }
            .into_any()
        }
        Stage::Fetching => view! {
            <WorkingView
                title="Reading the request".to_owned()
                percent=Signal::derive(|| 10)
                label="Waiting for the verifier".to_owned()
                steps=Vec::new()
                cancel=Some(Callback::new(home))
            />
        }
        .into_any(),
        Stage::Review(request) => {
            let name = request.verifier.name.clone();
            let refuse = move |()| refuse(name.clone());
            view! { <ConsentView request=*request choose present=agree refuse /> }.into_any()
        }
        Stage::Unmet(verifier, unmet, lists) => {
            let name = verifier.name.clone();
            let refuse = move |()| refuse(name.clone());
            let refresh = lists.then(|| Callback::new(move |()| refresh(None)));
            view! { <UnmetView verifier unmet refresh refuse /> }.into_any()
        }
        Stage::Refreshing => view! {
            <WorkingView
                title="Refreshing all lists".to_owned()
                percent=Signal::derive(|| 10)
                label="Asking every issuer of your cards".to_owned()
                steps=Vec::new()
                cancel=Some(Callback::new(home))
            />
        }
        .into_any(),
        Stage::Working => view! {
            <WorkingView
                title="Presenting".to_owned()
                percent
                label="Making the proof on this device".to_owned()
                steps=Signal::derive(move || steps(percent.get()))
                cancel=Some(Callback::new(cancel))
            />
        }
        .into_any(),
        Stage::Undelivered(problem) => view! { <FailedView title="The answer did not arrive" problem again=Callback::new(send) /> }.into_any(),
        Stage::Presented(learned) => view! { <PresentedView learned=*learned /> }.into_any(),
        Stage::Refused(name) => view! { <RefusedView name /> }.into_any(),
        Stage::NotAccepted(problem, lists) => {
            let said = problem.clone();
            let refresh = lists.then(|| Callback::new(move |()| refresh(Some(said.clone()))));
            view! { <FailedView title="Not accepted" problem refresh /> }.into_any()
        }
        Stage::Cancelled(problem) => view! { <FailedView title="Cancelled" problem /> }.into_any(),
        Stage::Failed(problem) => view! { <FailedView title="Nothing was presented" problem /> }.into_any(),
    }
    }
}

fn steps(percent: u8) -> Vec<Step> {
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
