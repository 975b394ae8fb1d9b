use leptos::prelude::*;

use crate::{
    component::{Lens, Screen},
    model::{EntryView, Outcome, shorten},
};

/// The ledger: who asked, what they learned.
#[component]
pub fn HistoryView(
    /// Newest first.
    entries: Vec<EntryView>,
) -> impl IntoView {
    let body = if entries.is_empty() {
        view! {
            <section class="empty" data-testid="history-empty">
                <Lens />
                <h2>"Nobody has asked yet"</h2>
                <p class="soft">"Every request that you answer or refuse is noted here, with what the verifier learned. The notes are encrypted with your cards."</p>
            </section>
        }
        .into_any()
    } else {
        view! {
            <ul class="panel flush list narrow">
                {entries.into_iter().enumerate().map(|(index, entry)| view! { <Entry index entry /> }).collect_view()}
            </ul>
        }
        .into_any()
    };
    view! { <Screen title="History" lead="Who asked, and what they learned.">{body}</Screen> }
}

#[component]
fn Entry(index: usize, entry: EntryView) -> impl IntoView {
    let (pill, word, meaning) = match entry.outcome {
        Outcome::Accepted => ("pill good", "Accepted", None),
        Outcome::Sent => (
            "pill",
            "Sent",
            Some("Handed over. Whether they took it was not reported back."),
        ),
        Outcome::NotAccepted => (
            "pill warn",
            "Not accepted",
            Some("They may have read it all the same."),
        ),
        Outcome::Declined => ("pill", "Refused by you", Some("They learned nothing.")),
    };
    let read = match (entry.outcome, entry.read.is_empty()) {
        (Outcome::Declined, _) => None,
        (_, true) => Some("Read: nothing".to_owned()),
        (_, false) => Some(format!("Read: {}", entry.read.join(", "))),
    };
    view! {
        <li class="stack tight" data-testid=format!("history-{index}")>
            <div class="row spread">
                <strong>{entry.verifier}</strong>
                <span class=pill>{word}</span>
            </div>
            <p class="when">{entry.when}" · "<span class="mono" title=entry.identity.clone()>{shorten(&entry.identity)}</span></p>
            {read.map(|read| view! { <p class="small">{read}</p> })}
            {(!entry.proved.is_empty()).then(|| view! { <p class="small">"Proved: "{entry.proved.join("; ")}</p> })}
            {meaning.map(|line| view! { <p class="small soft">{line}</p> })}
            {entry.linkable.into_iter().map(|line| view! { <p class="small soft">{line}</p> }).collect_view()}
        </li>
    }
}
