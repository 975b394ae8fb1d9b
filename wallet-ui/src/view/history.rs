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
                <p class="soft">"Every request that you answer is noted here, with what the verifier learned. The notes are encrypted with your cards."</p>
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
    let (pill, word) = match entry.outcome {
        Outcome::Accepted => ("pill good", "Accepted"),
        Outcome::Sent => ("pill", "Sent"),
        Outcome::NotAccepted => ("pill warn", "Not accepted"),
    };
    let read = if entry.read.is_empty() {
        "Read: nothing".to_owned()
    } else {
        format!("Read: {}", entry.read.join(", "))
    };
    view! {
        <li class="stack tight" data-testid=format!("history-{index}")>
            <div class="row spread">
                <strong>{entry.verifier}</strong>
                <span class=pill>{word}</span>
            </div>
            <p class="when">{entry.when}" · "<span class="mono" title=entry.identity.clone()>{shorten(&entry.identity)}</span></p>
            <p class="small">{read}</p>
            {(!entry.proved.is_empty()).then(|| view! { <p class="small">"Proved: "{entry.proved.join("; ")}</p> })}
            {entry.linkable.into_iter().map(|line| view! { <p class="small soft">{line}</p> }).collect_view()}
        </li>
    }
}
