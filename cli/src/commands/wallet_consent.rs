//! What `glimpse wallet present` says before it asks for agreement.

use glimpse_protocol::words;
use glimpse_wallet::consent::{Consent, QueryCandidates, SeenAs};
use serde_json::json;

/// What stands against each card, where none answers a query.
pub(super) fn why_not(queries: &[QueryCandidates]) -> String {
    let mut reasons = Vec::new();
    for query in queries
        .iter()
        .filter(|query| query.fitting().next().is_none())
    {
        if query.candidates.is_empty() {
            reasons.push(format!("{}: the wallet is empty", query.query));
        }
        for candidate in &query.candidates {
            if let Err(why) = &candidate.fits {
                let name = candidate.card.credential().body().schema().name();
                reasons.push(format!("{}: {name}: {why}", query.query));
            }
        }
    }
    reasons.join("; ")
}

/// Says on stderr what the verifier will learn; the same as JSON is the result.
pub(super) fn tell(consent: &Consent) -> serde_json::Value {
    let request = consent.incoming().request();
    let name = request.client_name().unwrap_or("(no name)");
    eprintln!("glimpse: {name} ({}) will learn:", request.client());
    let mut cards = Vec::new();
    for card in consent.seen() {
        eprintln!("  {} of {}", card.kind, card.issuer);
        let mut disclosed = serde_json::Map::new();
        let (mut hidden, mut proved) = (card.hidden, card.proved_of_told);
        proved.extend(card.proved);
        for field in card.fields {
            match field.seen {
                SeenAs::Disclosed(value) => {
                    eprintln!("    {}: {value}", field.label);
                    disclosed.insert(field.label, value.into());
                }
                SeenAs::Pinned { value, by } => {
                    eprintln!(
                        "    {}: {value} (no other value fits what is proved)",
                        field.label
                    );
                    disclosed.insert(field.label, value.into());
                    proved.extend(by);
                }
                SeenAs::Proved(facts) => proved.extend(facts),
                SeenAs::Within | SeenAs::Hidden => hidden.push(field.label),
            }
        }
        if let Some(scope) = &card.pseudonym {
            eprintln!("    a pseudonym for {}", words::quoted(scope));
        }
        for fact in &proved {
            eprintln!("    proved: {fact}");
        }
        cards.push(json!({
            "kind": card.kind, "issuer": card.issuer,
            "disclosed": disclosed, "pseudonym": card.pseudonym, "proved": proved, "hidden": hidden,
        }));
    }
    json!({ "verifier": request.client().as_str(), "cards": cards, "linkability": consent.linkability() })
}
