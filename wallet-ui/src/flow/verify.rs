use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use glimpse_protocol::{
    manifest::IssuerManifest,
    presentation::Presentation,
    request::{Request, SignedRequest},
    time::DateTime,
};
use glimpse_verifier::{InMemoryReplayStore, KeySet, Trust, Verifier};
use glimpse_wallet::status::{ListSource, Standing};
use leptos::prelude::*;
use rand_core::OsRng;

use super::{Session, Task, checked};
use crate::{
    browser::now,
    model::{Problem, Report},
    view::VerifyView,
};

/// Checks what was pasted. The replay store lives as long as the screen: it tells a second use of
/// the same answer here, not one that somebody else accepted.
#[component]
pub fn VerifyFlow(
    /// The wallet, for the issuers of its own cards, and their status lists.
    session: Session,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let report = RwSignal::new(None);
    let problem = RwSignal::new(None);
    let replay: Replay = StoredValue::new_local(InMemoryReplayStore::new());
    let last = StoredValue::new(Pasted::default());
    let task = Task::new();
    let run = move |lists: Lists| {
        busy.set(true);
        problem.set(None);
        task.run(async move {
            match check(session, &last.get_value(), lists, replay).await {
                Ok((found, trouble)) => {
                    report.set(Some(found));
                    problem.set(trouble);
                }
                Err(why) => {
                    report.set(None);
                    problem.set(Some(why));
                }
            }
            busy.set(false);
        });
    };
    let check = move |pasted: Pasted| {
        report.set(None);
        last.set_value(pasted);
        run(Lists::AsTheyAre);
    };
    let fetch = move |()| run(Lists::Fetch);
    let regardless = move |()| run(Lists::Regardless);
    view! { <VerifyView check fetch regardless busy report problem /> }
}

type Replay = StoredValue<InMemoryReplayStore, LocalStorage>;

/// Request, presentation, issuers' manifests.
type Pasted = (String, String, String);

/// What to do about status lists that are missing or old.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    /// Say so.
    AsTheyAre,
    /// Fetch them, whole, from their issuers.
    Fetch,
    /// Check without them.
    Regardless,
}

/// An answer to be checked, and by what.
struct Question {
    request: Request,
    presentation: Vec<u8>,
    issuers: Vec<IssuerManifest>,
    now: DateTime,
}

/// The report, and what went wrong on the way.
async fn check(
    session: Session,
    (request, presentation, issuers): &Pasted,
    lists: Lists,
    replay: Replay,
) -> Result<(Report, Option<Problem>), Problem> {
    let request = read_request(request.trim())?;
    let question = Question {
        presentation: read_presentation(presentation.trim(), &request)?,
        request,
        issuers: read_issuers(session, issuers.trim()).await?,
        now: now()
            .map_err(|_| Problem::new("This device's clock is wrong", "Set it and try again."))?,
    };
    let mut trouble = None;
    if lists == Lists::Fetch {
        trouble = fetch(session, &question).await?;
    }
    let sources = sources(session, &question).await?;
    let wanted = checked::wanted(&sources, &question.request, question.now);
    if lists != Lists::Regardless && !wanted.is_empty() {
        return Ok((Report::Wanting(wanted), trouble));
    }
    let report = verify(session, question, &sources, replay).await?;
    Ok((report, trouble))
}

/// Where the lists are that the request names, and what the wallet has of them.
async fn sources(session: Session, question: &Question) -> Result<Vec<ListSource>, Problem> {
    let Some(wallet) = session.wallet() else {
        return Ok(Vec::new());
    };
    let mut sources = wallet.list_sources_of(&question.issuers).await?;
    sources.retain(|source| source.standing(&question.request, question.now).is_some());
    Ok(sources)
}

async fn fetch(session: Session, question: &Question) -> Result<Option<Problem>, Problem> {
    let _hold = session.claim().await;
    session.lists_settled().await;
    let mut troubles = Vec::new();
    for source in sources(session, question).await? {
        let standing = source.standing(&question.request, question.now);
        if standing.is_some_and(Standing::wants_newer)
            && let Some(trouble) = session.fetch_list(&source).await?
        {
            troubles.push(format!("{}: {trouble}.", source.name()));
        }
    }
    Ok((!troubles.is_empty()).then(|| {
        Problem::new(
            "Not every status list could be used",
            format!("{} The lists that were known are kept.", troubles.join(" ")),
        )
    }))
}

async fn verify(
    session: Session,
    question: Question,
    sources: &[ListSource],
    replay: Replay,
) -> Result<Report, Problem> {
    let mut trust = Trust::new(question.issuers);
    let heads = sources.iter().flat_map(ListSource::heads);
    trust.statuses = heads.cloned().collect();
    let verifier = Verifier::new(keys(session).await?, trust);
    let (request, now) = (&question.request, question.now);
    let outcome = replay.try_update_value(|replay| {
        verifier.verify(request, &question.presentation, now, replay, &mut OsRng)
    });
    Ok(match outcome {
        Some(Ok(verified)) => checked::accepted(&verified),
        Some(Err(rejection)) => checked::rejected(&rejection, sources, request, now),
        None => return Err(Problem::new("The screen was left", "Verify again.")),
    })
}

fn read_request(text: &str) -> Result<Request, Problem> {
    let refused = |why: String| {
        Problem::new(
            "The first field is not a request",
            format!("{why}. Paste it exactly as it was asked."),
        )
    };
    if text.starts_with('{') {
        return Request::parse(text.as_bytes()).map_err(|error| refused(error.to_string()));
    }
    let signed = SignedRequest::verify(text).map_err(|error| refused(error.to_string()))?;
    Ok(signed.into_request())
}

fn read_presentation(text: &str, request: &Request) -> Result<Vec<u8>, Problem> {
    let refused = || {
        Problem::new(
            "The second field is not a presentation",
            "Paste the file as it came: JSON with a vp_token, or base64url.",
        )
    };
    if text.starts_with('{') {
        return Presentation::bytes_of_vp_token(text.as_bytes(), request).map_err(|_| refused());
    }
    if text.is_empty() {
        return Err(refused());
    }
    URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())
}

/// The issuers that were pasted, by the newest that the wallet knows of them; nothing means those of its cards.
async fn read_issuers(session: Session, text: &str) -> Result<Vec<IssuerManifest>, Problem> {
    let refused = |why: String| {
        Problem::new(
            "An issuer's manifest is not valid",
            format!("{why}. Paste the manifest.json as the issuer publishes it."),
        )
    };
    let named = match text.chars().next() {
        None => Ok(Vec::new()),
        Some('[') => IssuerManifest::parse_many(text.as_bytes()),
        Some(_) => IssuerManifest::parse(text.as_bytes()).map(|manifest| vec![manifest]),
    };
    let named = named.map_err(|error| refused(error.to_string()))?;
    match session.wallet() {
        Some(wallet) => Ok(wallet.issuers_to_check_by(named).await?),
        None => Ok(named),
    }
}

async fn keys(session: Session) -> Result<KeySet, Problem> {
    let worker = session.worker().ok_or_else(|| {
        Problem::new("The prover did not start", "Reload the page and try again.")
    })?;
    let manifest = worker.manifest().await?;
    let files = worker.verifying_keys(&manifest).await?;
    KeySet::load(&manifest, |wanted| {
        let found = files.iter().find(|(name, _)| *name == wanted.file);
        found.map(|(_, bytes)| bytes.clone())
    })
    .map_err(|error| {
        Problem::new(
            "The verifying keys cannot be used",
            super::problem::sentence(&error),
        )
    })
}
