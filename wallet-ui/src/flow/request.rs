use std::rc::Rc;

use glimpse_protocol::time::DateTime;
use glimpse_wallet::{
    consent::{Consent, QueryCandidates},
    request::{IncomingRequest, RequestLink},
    set,
    wallet::{CardId, Presented},
};
use leptos::prelude::*;

use super::{
    Session, Task,
    answer::{decline, deliver, present, steps},
    consent::{party, review, why_not},
    offer,
    session::OpenWallet,
    sets,
};
use crate::{
    browser::{Location, now},
    model::{Learned, PartyView, Problem, RequestView, SetsView, Unmet},
    view::{
        ConsentView, ContactView, FailedView, PresentedView, RefusedView, SetsNeededView,
        UnmetView, WorkingView,
    },
};

#[derive(Clone)]
pub(super) enum Stage {
    Ask(RequestLink),
    Fetching,
    /// Published sets are asked about that are not here.
    Sets(Box<SetsView>),
    Gathering,
    NotGathered(Problem),
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
    pub(super) incoming: Option<IncomingRequest>,
    /// Whether the sets that it is about were asked for.
    pub(super) gathered: bool,
    pub(super) queries: Vec<QueryCandidates>,
    /// Index of the chosen card among the fitting ones, for each query.
    pub(super) picks: Vec<usize>,
    pub(super) consent: Option<Consent>,
    pub(super) presented: Option<(Rc<Presented>, Learned)>,
}

pub(super) type Keep = StoredValue<Kept, LocalStorage>;

pub(super) fn moment() -> Result<DateTime, Problem> {
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
    let asks = incoming.asks_status();
    keep.update_value(|kept| kept.incoming = Some(incoming));
    if asks {
        session.lists_settled().await;
    }
    judge(session, keep).await
}

pub(super) fn received(keep: Keep) -> Result<IncomingRequest, Problem> {
    let incoming = keep.with_value(|kept| kept.incoming.clone());
    incoming.ok_or_else(|| Problem::new("There is no request", "Open its link again."))
}

/// Looks which cards fit, by the lists and sets that the wallet has. None is fetched for it.
pub(super) async fn judge(session: Session, keep: Keep) -> Result<Stage, Problem> {
    let wallet = unlocked(session)?;
    let incoming = wallet.recall_sets(received(keep)?).await?;
    keep.update_value(|kept| kept.incoming = Some(incoming.clone()));
    let queries = wallet.candidates(&incoming).await?;
    if set::awaited(&queries) {
        let mut view = sets::view(&wallet, &incoming, &queries).await?;
        view.asked_for = keep.with_value(|kept| kept.gathered);
        return Ok(Stage::Sets(Box::new(view)));
    }
    let verifier = incoming.request().client();
    let unmet: Vec<Unmet> = queries
        .iter()
        .zip(incoming.request().queries())
        .filter(|(candidates, _)| candidates.fitting().next().is_none())
        .flat_map(|(candidates, query)| why_not(candidates, query.schema(), verifier))
        .collect();
    let lists = incoming.asks_status();
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

pub(super) fn choice(kept: &Kept) -> Vec<CardId> {
    let chosen = kept.queries.iter().zip(&kept.picks);
    chosen
        .filter_map(|(query, pick)| query.fitting().nth(*pick).map(|card| card.id()))
        .collect()
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
    let doing = RwSignal::new(sets::Doing::Fetching);
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
    let gather = move |()| {
        percent.set(0);
        doing.set(sets::Doing::Fetching);
        stage.set(Stage::Gathering);
        task.run(async move {
            let next = sets::gather(session, keep, percent, doing).await;
            stage.set(next.unwrap_or_else(Stage::NotGathered));
        });
    };
    let again = move |()| {
        task.run(async move {
            let next = judge(session, keep).await;
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
            let asks = received(keep).is_ok_and(|incoming| incoming.asks_status());
            let refresh = asks.then(|| Callback::new(move |()| refresh(None)));
            view! { <ConsentView request=*request choose present=agree refresh refuse /> }.into_any()
        }
        Stage::Sets(sets) => {
            let name = sets.verifier.name.clone();
            let refuse = move |()| refuse(name.clone());
            view! { <SetsNeededView sets=*sets fetch=gather refuse /> }.into_any()
        }
        Stage::Gathering => view! {
            <WorkingView
                title="Getting the list".to_owned()
                percent
                label=Signal::derive(move || sets::stage(doing.get()).to_owned())
                steps=Signal::derive(move || sets::steps(doing.get()))
                cancel=Some(Callback::new(again))
            />
        }
        .into_any(),
        Stage::NotGathered(problem) => view! { <FailedView title="The list is not here" problem again=Callback::new(again) /> }.into_any(),
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
