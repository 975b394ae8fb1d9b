use std::rc::Rc;

use glimpse_protocol::time::DateTime;
use glimpse_wallet::{
    consent::{Consent, QueryCandidates, SeenAs, SeenCard, Unfit},
    ledger::{Entry, Outcome as Settled},
    request::{IncomingRequest, RequestLink, Source},
    store::RecordId,
    wallet::{Answer, CardId, Preparation, Presented},
};
use leptos::prelude::*;
use rand_core::OsRng;

use super::{Session, Task, card, offer, session::OpenWallet};
use crate::{
    browser::{Location, leave_to, local_text, now},
    component::{Step, StepState},
    model::{
        ChoiceView, Contact, EntryView, FieldView, Learned, Outcome, Palette, PartyView,
        PresentedCard, Problem, QueryView, RequestView, Shown, Unmet, WindowView,
    },
    view::{
        ConsentView, ContactView, FailedView, HistoryView, PresentedView, RefusedView, UnmetView,
        WorkingView,
    },
};

#[derive(Clone)]
enum Stage {
    Ask(RequestLink),
    Fetching,
    Review(Box<RequestView>),
    Unmet(PartyView, Vec<Unmet>),
    Working,
    Undelivered(Problem),
    Presented(Box<Learned>),
    Refused(String),
    Failed(Problem),
}

/// What is kept between the screens: never copied, because a consent answers once.
#[derive(Default)]
struct Kept {
    incoming: Option<IncomingRequest>,
    queries: Vec<QueryCandidates>,
    /// Index of the chosen card among the fitting ones, for each query.
    picks: Vec<usize>,
    consent: Option<Consent>,
    presented: Option<(Rc<Presented>, Learned)>,
}

type Keep = StoredValue<Kept, LocalStorage>;

fn moment() -> Result<DateTime, Problem> {
    now().map_err(|_| Problem::new("This device's clock is wrong", "Set it and try again."))
}

fn unlocked(session: Session) -> Result<Rc<OpenWallet>, Problem> {
    let locked = || Problem::new("The wallet is locked", "Unlock it and open the link again.");
    session.wallet().ok_or_else(locked)
}

/// Fetches and checks the request, and looks which cards fit.
async fn fetch(session: Session, link: RequestLink, keep: Keep) -> Result<Stage, Problem> {
    let courier = session.courier().await?;
    let response = courier.carry(&link.request()).await?;
    let incoming = link.receive(&response, moment()?)?;
    let queries = unlocked(session)?.candidates(&incoming).await?;
    let unmet: Vec<Unmet> = queries
        .iter()
        .zip(incoming.request().queries())
        .filter(|(candidates, _)| candidates.fitting().next().is_none())
        .flat_map(|(candidates, query)| why_not(candidates, query.schema().as_str()))
        .collect();
    if !unmet.is_empty() {
        return Ok(Stage::Unmet(party(&incoming), unmet));
    }
    keep.update_value(|kept| {
        kept.picks = vec![0; queries.len()];
        kept.queries = queries;
        kept.incoming = Some(incoming);
    });
    ask(session, keep).await
}

/// Lays out the consent for the present choice.
async fn ask(session: Session, keep: Keep) -> Result<Stage, Problem> {
    let (incoming, choice) = keep.with_value(|kept| (kept.incoming.clone(), choice(kept)));
    let incoming =
        incoming.ok_or_else(|| Problem::new("There is no request", "Open its link again."))?;
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

fn party(incoming: &IncomingRequest) -> PartyView {
    let request = incoming.request();
    PartyView {
        name: request
            .client_name()
            .unwrap_or("A verifier without a name")
            .to_owned(),
        identity: request.client().to_string(),
        origin: match incoming.source() {
            Source::Signed(origin) => origin.to_string(),
            Source::SignedFile => "from a signed file".into(),
            Source::Unsigned => "from a file that nobody signed".into(),
        },
    }
}

fn presented_card(seen: SeenCard, palette: Palette) -> PresentedCard {
    let (mut windows, mut seals, mut veiled) = (Vec::new(), Vec::new(), Vec::new());
    for field in seen.fields {
        match field.seen {
            SeenAs::Disclosed(value) => windows.push(WindowView {
                field: FieldView {
                    label: field.label,
                    value: Some(value),
                },
            }),
            SeenAs::Proved(facts) => {
                let hides = format!("{} stays hidden", field.label);
                seals.extend(facts.into_iter().map(|fact| Shown {
                    fact,
                    hides: hides.clone(),
                }));
            }
            SeenAs::Hidden => veiled.push(field.label),
        }
    }
    let whole = seen.proved.into_iter();
    seals.extend(whole.map(|fact| Shown {
        fact,
        hides: "The card's own validity dates stay hidden".into(),
    }));
    PresentedCard {
        kind: seen.kind,
        issuer: seen.issuer,
        palette,
        windows,
        seals,
        veiled,
    }
}

fn review(consent: &Consent, kept: &Kept) -> RequestView {
    let incoming = consent.incoming();
    let seen = consent.seen();
    let purpose = seen.iter().find_map(|card| card.purpose.clone());
    let queries: Vec<QueryView> = seen
        .into_iter()
        .zip(kept.queries.iter().zip(&kept.picks))
        .map(|(seen, (query, pick))| {
            let cards: Vec<_> = query.fitting().collect();
            let palette = cards
                .get(*pick)
                .map_or(Palette::DEFAULT, |chosen| card::palette(chosen.issuer()));
            QueryView {
                choices: cards
                    .iter()
                    .map(|fit| ChoiceView {
                        id: fit.id().to_string(),
                        kind: fit.credential().body().schema().name().to_owned(),
                        detail: format!(
                            "{}, valid until {}",
                            fit.issuer().name(),
                            glimpse_protocol::words::date(fit.credential().body().expires_on()),
                        ),
                        palette: card::palette(fit.issuer()),
                    })
                    .collect(),
                chosen: *pick,
                card: presented_card(seen, palette),
            }
        })
        .collect();
    let mut unlearned: Vec<String> = queries
        .iter()
        .flat_map(|query| not_told(&query.card))
        .collect();
    let mut linkable = consent.linkability();
    // When nothing is disclosed the first note is the good news.
    if queries.iter().all(|query| query.card.windows.is_empty()) && !linkable.is_empty() {
        unlearned.push(linkable.remove(0));
    }
    RequestView {
        verifier: party(incoming),
        purpose: purpose.unwrap_or_else(|| "They do not say what for.".into()),
        answer_to: Contact {
            origin: incoming.answer_to().origin().to_string(),
            url: incoming.answer_to().to_string(),
            purpose: "The answer goes to".into(),
        },
        expires: local_text(incoming.request().expires_at()),
        queries,
        unlearned,
        linkable,
    }
}

/// What stays hidden of a card, in sentences.
fn not_told(card: &PresentedCard) -> Vec<String> {
    let mut lines = Vec::new();
    let named: Vec<&str> = card.veiled.iter().take(4).map(String::as_str).collect();
    match card.veiled.len() - named.len() {
        _ if named.is_empty() => {}
        0 => lines.push(format!("{}.", named.join(", "))),
        more => lines.push(format!(
            "{} and {more} more fields of the {}.",
            named.join(", "),
            card.kind.to_lowercase()
        )),
    }
    let mut hidden: Vec<&str> = card.seals.iter().map(|seal| seal.hides.as_str()).collect();
    hidden.dedup();
    lines.extend(
        hidden
            .into_iter()
            .map(|hides| format!("{hides}: only what is proved about it is known.")),
    );
    lines
}

fn why_not(query: &QueryCandidates, schema: &str) -> Vec<Unmet> {
    let reasons: Vec<Unmet> = query
        .candidates
        .iter()
        .filter_map(|candidate| {
            let kind = candidate
                .card
                .credential()
                .body()
                .schema()
                .name()
                .to_lowercase();
            let unmet = |rule: String, why: String, remedy: &str| {
                Some(Unmet {
                    rule,
                    why,
                    remedy: remedy.to_owned(),
                })
            };
            match candidate.fits.as_ref().err()? {
                Unfit::OtherKind => None,
                Unfit::Issuer(name) => unmet(
                    "A card of another issuer".into(),
                    format!("They do not accept cards of {name}."),
                    "Ask them which issuers they accept.",
                ),
                Unfit::Request(error) => unmet(
                    "The request makes no sense".into(),
                    format!("Their request does not fit your {kind}: {error}."),
                    "This is the verifier's mistake: tell them.",
                ),
                Unfit::Unmet(glimpse_protocol::plan::Unmet::Untrue { words }) => unmet(
                    words.clone(),
                    format!("Your {kind} says otherwise."),
                    "You can leave without answering.",
                ),
                Unfit::Unmet(glimpse_protocol::plan::Unmet::Absent { label, .. }) => unmet(
                    format!("They ask about: {label}"),
                    format!("Your {kind} leaves this field out."),
                    "Ask the issuer for a card that has it.",
                ),
                Unfit::Unmet(other) => unmet(
                    "A rule is not met".into(),
                    format!("{other}."),
                    "You can leave without answering.",
                ),
            }
        })
        .collect();
    if reasons.is_empty() {
        return vec![Unmet {
            rule: format!("They ask for: {schema}"),
            why: "You have no card of this kind.".into(),
            remedy: "Get one from its issuer and open the request again.".into(),
        }];
    }
    reasons
}

/// Prepares what is not prepared yet, then presents. What was consented to is used up.
async fn present(session: Session, keep: Keep, percent: RwSignal<u8>) -> Result<(), Problem> {
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
        Settled::Accepted
    } else {
        Settled::Refused
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
        Err(error) => Stage::Failed(Problem::new(
            "The verifier did not accept the answer",
            format!(
                "{}. They may still have read what was disclosed. Ask them for a new request.",
                super::problem::sentence(&error)
            ),
        )),
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
            stage.set(ask(session, keep).await.unwrap_or_else(Stage::Failed));
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
    let cancel = move |()| {
        task.stop();
        stage.set(Stage::Failed(Problem::new(
            "Cancelled",
            "If the answer was under way already, History shows it.",
        )));
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
            let refuse = move |()| stage.set(Stage::Refused(name.clone()));
            view! { <ConsentView request=*request choose present=agree refuse /> }.into_any()
        }
        Stage::Unmet(verifier, unmet) => view! { <UnmetView verifier unmet refuse=home /> }.into_any(),
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

fn entry_view(entry: &Entry, all: &[(RecordId, Entry)]) -> EntryView {
    let others = entry.linkable(all);
    let linkable = (!others.is_empty()).then(|| {
        let mut names: Vec<&str> = others
            .iter()
            .map(|other| {
                other
                    .verifier_name
                    .as_deref()
                    .unwrap_or(other.origin.as_str())
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        format!(
            "The same values were also shown to: {}. They could compare.",
            names.join(", ")
        )
    });
    EntryView {
        when: DateTime::from_unix(entry.at).map_or_else(|_| String::new(), local_text),
        verifier: entry
            .verifier_name
            .clone()
            .unwrap_or_else(|| entry.origin.clone()),
        identity: entry.verifier.clone(),
        outcome: match entry.outcome {
            Settled::Accepted => Outcome::Accepted,
            Settled::Sent => Outcome::Sent,
            Settled::Refused => Outcome::NotAccepted,
        },
        read: entry
            .cards
            .iter()
            .flat_map(|card| card.disclosed.iter().map(|(label, _)| label.clone()))
            .collect(),
        proved: entry
            .cards
            .iter()
            .flat_map(|card| card.proved.clone())
            .collect(),
        linkable: linkable.into_iter().collect(),
    }
}

async fn entries(session: Session) -> Result<Vec<EntryView>, Problem> {
    let ledger = unlocked(session)?.ledger().await?;
    Ok(ledger
        .iter()
        .rev()
        .map(|(_, entry)| entry_view(entry, &ledger))
        .collect())
}

/// The ledger: reads it and shows it.
#[component]
pub fn HistoryFlow(
    /// The wallet.
    session: Session,
) -> impl IntoView {
    let loaded = RwSignal::new(None);
    Task::new().run(async move { loaded.set(Some(entries(session).await)) });
    move || {
        loaded.get().map(|entries| match entries {
            Ok(entries) => view! { <HistoryView entries /> }.into_any(),
            Err(problem) => view! { <FailedView title="History" problem /> }.into_any(),
        })
    }
}
