//! Published sets that a request is about: told of, fetched because the holder wants it, checked, kept, and proved by.

use std::cmp::Ordering;

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

/// The percentage at which the sets are here and checked.
const CHECKED: u8 = 80;

/// What is being done for a request about sets. Each set is fetched and checked before the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doing {
    Fetching,
    Checking,
    Proving,
}

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
        asked_for: false,
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

/// Fetches, checks and keeps what is missing, one after the other, so that no two files are in memory, and lays out the
/// consent with the proof ready.
pub(super) async fn gather(
    session: Session,
    keep: Keep,
    percent: RwSignal<u8>,
    doing: RwSignal<Doing>,
) -> Result<Stage, Problem> {
    let _hold = session.claim().await;
    let incoming = received(keep)?;
    let missing: Vec<&SetSource> = incoming.missing_sets().collect();
    let length = |source: &SetSource| source.description().max_file_bytes();
    let whole = missing.iter().copied().map(length).sum();
    let courier = session.courier().await?;
    keep.update_value(|kept| kept.gathered = true);
    let mut before = 0;
    for source in missing {
        doing.set(Doing::Fetching);
        // When it is full the screen may have gone. Checking counts as much as a third of fetching.
        let taken = move |bytes: usize| {
            percent.try_set(share(before + bytes / 4 * 3, whole));
        };
        let response = courier.carry_watched(&source.request(), taken).await?;
        let file = source.receive(&response)?;
        doing.set(Doing::Checking);
        percent.set(share(before + length(source) / 4 * 3, whole));
        let wallet = unlocked(session)?;
        let now = moment()?;
        wallet
            .take_set(&incoming, source, file, now, &mut OsRng)
            .await?;
        before += length(source);
    }
    doing.set(Doing::Proving);
    percent.set(CHECKED);
    let wallet = unlocked(session)?;
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

/// The percentage when so many bytes are here and checked.
fn share(done: usize, whole: usize) -> u8 {
    let span = u64::from(CHECKED);
    // In 64 bits: in the browser a `usize` has 32.
    let gone = (done as u64 * span).checked_div(whole as u64);
    gone.unwrap_or(span).min(span) as u8
}

/// What is happening now.
pub(super) fn stage(doing: Doing) -> &'static str {
    match doing {
        Doing::Fetching => "Fetching the whole list",
        Doing::Checking => "Checking that it is what its publisher signed",
        Doing::Proving => "Making the proof on this device",
    }
}

pub(super) fn steps(doing: Doing) -> Vec<Step> {
    let state = |step: Doing| match step.cmp(&doing) {
        Ordering::Less => StepState::Done,
        Ordering::Equal => StepState::Doing,
        Ordering::Greater => StepState::Waiting,
    };
    vec![
        Step {
            label: "Fetch the whole list",
            state: state(Doing::Fetching),
        },
        Step {
            label: "Check all of it, and keep it",
            state: state(Doing::Checking),
        },
        Step {
            label: "Make the proof about it",
            state: state(Doing::Proving),
        },
    ]
}
