use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use glimpse_protocol::{
    manifest::IssuerManifest,
    presentation::Presentation,
    request::{Request, SignedRequest},
    words::{self, Voice},
};
use glimpse_verifier::{InMemoryReplayStore, KeySet, Rejection, Trust, Verified, Verifier};
use leptos::prelude::*;
use rand_core::OsRng;

use super::{Session, Task};
use crate::{
    browser::now,
    model::{Problem, Report},
    view::VerifyView,
};

/// Checks what was pasted. The replay store lives as long as the screen: it tells a second use of
/// the same answer here, not one that somebody else accepted.
#[component]
pub fn VerifyFlow(
    /// The wallet, for the issuers of its own cards.
    session: Session,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let report = RwSignal::new(None);
    let problem = RwSignal::new(None);
    let replay = StoredValue::new_local(InMemoryReplayStore::new());
    let task = Task::new();
    let check = move |(request, presentation, issuers): (String, String, String)| {
        busy.set(true);
        report.set(None);
        problem.set(None);
        task.run(async move {
            match verify(session, &request, &presentation, &issuers, replay).await {
                Ok(found) => report.set(Some(found)),
                Err(why) => problem.set(Some(why)),
            }
            busy.set(false);
        });
    };
    view! { <VerifyView check busy report problem /> }
}

async fn verify(
    session: Session,
    request: &str,
    presentation: &str,
    issuers: &str,
    replay: StoredValue<InMemoryReplayStore, LocalStorage>,
) -> Result<Report, Problem> {
    let request = read_request(request.trim())?;
    let presentation = read_presentation(presentation.trim(), &request)?;
    let trust = Trust::new(read_issuers(session, issuers.trim()).await?);
    let now =
        now().map_err(|_| Problem::new("This device's clock is wrong", "Set it and try again."))?;
    let verifier = Verifier::new(keys(session).await?, trust);
    let outcome = replay.try_update_value(|replay| {
        verifier.verify(&request, &presentation, now, replay, &mut OsRng)
    });
    Ok(match outcome {
        Some(Ok(verified)) => accepted(&verified),
        Some(Err(rejection)) => rejected(&rejection),
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

async fn read_issuers(session: Session, text: &str) -> Result<Vec<IssuerManifest>, Problem> {
    let refused = |why: String| {
        Problem::new(
            "An issuer's manifest is not valid",
            format!("{why}. Paste the manifest.json as the issuer publishes it."),
        )
    };
    if text.starts_with('[') {
        return IssuerManifest::parse_many(text.as_bytes())
            .map_err(|error| refused(error.to_string()));
    }
    if !text.is_empty() {
        let manifest =
            IssuerManifest::parse(text.as_bytes()).map_err(|error| refused(error.to_string()))?;
        return Ok(vec![manifest]);
    }
    let Some(wallet) = session.wallet() else {
        return Ok(Vec::new());
    };
    let cards = wallet.cards().await?;
    Ok(cards.iter().map(|card| card.issuer().clone()).collect())
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

fn accepted(verified: &Verified) -> Report {
    let (mut about, mut disclosed, mut proved) = (Vec::new(), Vec::new(), Vec::new());
    for credential in verified.credentials() {
        about.push(("Issuer".into(), credential.issuer_name()));
        about.push((
            "Kind of card".into(),
            credential
                .schemas()
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" or "),
        ));
        about.push((
            "Not learned".into(),
            credential
                .hidden()
                .iter()
                .map(|field| field.label.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        ));
        let values = credential.disclosed();
        disclosed.extend(values.map(|(claim, value)| (claim.label.clone(), words::value(value))));
        proved.extend(
            credential
                .proved()
                .iter()
                .map(|formula| words::formula(formula, Voice::Others)),
        );
        proved.extend(match credential.not_revoked_by().len() {
            0 => None,
            lists => Some(words::not_revoked(lists).to_owned()),
        });
    }
    Report::Verified {
        about,
        disclosed,
        proved,
    }
}

fn rejected(rejection: &Rejection) -> Report {
    Report::Rejected {
        rule: super::problem::capital(&rejection.to_string()),
        advice: rejection.advice().to_owned(),
    }
}
