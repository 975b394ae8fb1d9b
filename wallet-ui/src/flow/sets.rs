//! Published sets that a request is about: told of, fetched because the holder wants it, checked, kept, and proved by.

use glimpse_protocol::identity::Did;
use glimpse_wallet::{
    consent::QueryCandidates,
    request::IncomingRequest,
    set::{self, SetSource},
};
use leptos::prelude::*;
use rand_core::OsRng;

use super::{
    Session,
    consent::party,
    offer,
    request::{Keep, Stage, judge, moment, received, unlocked},
    session::OpenWallet,
};
use crate::{
    component::{Step, StepState},
    model::{Contact, Problem, SetView, SetsView, grouped, megabytes},
};

/// The percentages at which the files are here, and at which they are checked.
const FETCHED: u8 = 60;
const CHECKED: u8 = 80;

/// What the holder is told before anything is fetched.
pub(super) async fn view(
    wallet: &OpenWallet,
    incoming: &IncomingRequest,
    queries: &[QueryCandidates],
) -> Result<SetsView, Problem> {
    let mut sets = Vec::new();
    for source in incoming.missing_sets() {
        let set = source.description();
        sets.push(SetView {
            name: set.name().to_owned(),
            size: format!(
                "{} {}, a file of up to {}",
                grouped(set.size()),
                if set.size() == 1 { "value" } else { "values" },
                megabytes(set.max_file_bytes()),
            ),
            publisher: publisher(wallet, incoming, set.publisher()).await?,
            identity: set.publisher().to_string(),
            address: Contact {
                origin: source.url().origin().to_string(),
                url: source.url().to_string(),
                purpose: "To be fetched from".into(),
            },
        });
    }
    Ok(SetsView {
        verifier: party(incoming),
        asked: set::asked(incoming, queries),
        sets,
    })
}

/// Who has published a set, as far as that is known here.
async fn publisher(
    wallet: &OpenWallet,
    incoming: &IncomingRequest,
    did: &Did,
) -> Result<String, Problem> {
    if did == incoming.request().client() {
        return Ok(format!("{}, who asks", party(incoming).name));
    }
    let cards = wallet.cards().await?;
    let issuer = cards.iter().find(|card| card.issuer().id() == did);
    Ok(match issuer {
        Some(card) => format!("{}, an issuer of your cards", card.issuer().name()),
        None => "somebody whom this wallet does not know".to_owned(),
    })
}

/// Fetches, checks and keeps what is missing, and lays out the consent with the proof ready.
pub(super) async fn gather(
    session: Session,
    keep: Keep,
    percent: RwSignal<u8>,
) -> Result<Stage, Problem> {
    let _hold = session.claim().await;
    let missing: Vec<SetSource> = received(keep)?.missing_sets().cloned().collect();
    let length = |source: &SetSource| source.description().max_file_bytes();
    let whole = missing.iter().map(length).sum();
    let courier = session.courier().await?;
    let mut fetched = Vec::new();
    let mut before = 0;
    for source in &missing {
        // When it is full the screen may have gone.
        let taken = move |bytes| {
            percent.try_set(share(before + bytes, whole, 0, FETCHED));
        };
        let response = courier.carry_watched(&source.request(), taken).await?;
        source.receive(&response)?;
        before += length(source);
        fetched.push(response);
    }
    let wallet = unlocked(session)?;
    for (number, (source, response)) in missing.iter().zip(&fetched).enumerate() {
        percent.set(share(number, missing.len(), FETCHED, CHECKED));
        let file = source.receive(response)?;
        wallet.take_set(source, file, moment()?, &mut OsRng).await?;
    }
    percent.set(CHECKED);
    let next = judge(session, keep).await?;
    let consent = keep.try_update_value(|kept| kept.consent.take()).flatten();
    if let Some(consent) = consent {
        let mut watch = offer::watcher(percent, CHECKED, 100);
        let prepared = wallet
            .prepare_sets(&consent, moment()?, &mut watch, &mut OsRng)
            .await;
        keep.update_value(|kept| kept.consent = Some(consent));
        prepared?;
    }
    Ok(next)
}

/// How far between two percentages.
fn share(done: usize, whole: usize, from: u8, to: u8) -> u8 {
    let span = usize::from(to - from);
    let gone = (done * span).checked_div(whole).unwrap_or(span).min(span);
    from + gone as u8
}

/// What is happening now.
pub(super) fn stage(percent: u8) -> &'static str {
    match percent {
        ..FETCHED => "Fetching the whole list",
        FETCHED..CHECKED => "Checking that it is what its publisher signed",
        CHECKED.. => "Making the proof on this device",
    }
}

pub(super) fn steps(percent: u8) -> Vec<Step> {
    let state = |from, to| match percent {
        p if p >= to => StepState::Done,
        p if p >= from => StepState::Doing,
        _ => StepState::Waiting,
    };
    vec![
        Step {
            label: "Fetch the whole list",
            state: state(0, FETCHED),
        },
        Step {
            label: "Check all of it, and keep it",
            state: state(FETCHED, CHECKED),
        },
        Step {
            label: "Make the proof about it",
            state: state(CHECKED, 101),
        },
    ]
}
