use glimpse_protocol::time::DateTime;
use glimpse_wallet::{
    ledger::{Entry, Outcome as Settled},
    store::RecordId,
};
use leptos::prelude::*;

use super::{Session, Task, consent::pseudonym, request::unlocked};
use crate::{
    browser::local_text,
    model::{EntryView, Outcome, Problem},
    view::{FailedView, HistoryView},
};

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
            "What was told can be connected with what was told at another time to: {}.",
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
            Settled::Declined => Outcome::Declined,
        },
        read: entry
            .cards
            .iter()
            .flat_map(|card| {
                let labels = card.disclosed.iter().map(|(label, _)| label.clone());
                labels.chain(card.pseudonym.as_deref().map(pseudonym))
            })
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
