//! The card as the verifier will see it.

use glimpse_protocol::fact::AttributeRef;
use glimpse_protocol::plan::PlannedCredential;
use glimpse_protocol::words::{self, Voice};

use super::Consent;
use crate::wallet::Card;

/// One card as the verifier will see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenCard {
    /// The kind of credential, in its issuer's words. The verifier learns it.
    pub kind: String,
    /// The issuer's name. The verifier learns who it is.
    pub issuer: String,
    /// Why the verifier says it asks.
    pub purpose: Option<String>,
    /// Every attribute of the card, in its order.
    pub fields: Vec<Field>,
    /// Facts about the card as a whole, such as that it is valid.
    pub proved: Vec<String>,
    /// What stays hidden of the card as a whole: its validity, if the verifier accepts expired cards.
    pub hidden: Vec<String>,
}

/// One attribute of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub label: String,
    /// What the verifier will see of it.
    pub seen: SeenAs,
}

/// What a verifier sees of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeenAs {
    /// The value itself.
    Disclosed(String),
    /// That these statements are true, and not the value.
    Proved(Vec<String>),
    /// Nothing, not even whether there is a value.
    Hidden,
}

impl Consent {
    /// The cards as the verifier will see them, in the request's order.
    #[must_use]
    pub fn seen(&self) -> Vec<SeenCard> {
        self.plan
            .credentials()
            .iter()
            .zip(&self.cards)
            .map(|(planned, card)| SeenCard {
                kind: planned.schema_name.clone(),
                issuer: card.issuer().name().to_owned(),
                purpose: planned.purpose.clone(),
                fields: fields(planned, card),
                proved: facts(planned, None),
                hidden: match planned.asks_validity() {
                    true => Vec::new(),
                    false => vec!["Validity".to_owned()],
                },
            })
            .collect()
    }

    /// What the answer lets others connect, in sentences for the holder.
    #[must_use]
    pub fn linkability(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let disclosed: Vec<_> = self
            .plan
            .disclosed()
            .map(|(_, claim)| claim.label.as_str())
            .collect();
        if disclosed.is_empty() {
            notes.push(
                "No value is disclosed, and the proof itself cannot be connected with any other."
                    .to_owned(),
            );
        } else {
            notes.push(format!(
                "Whoever is told the same values can connect what you show them: {}.",
                disclosed.join(", ")
            ));
        }
        let verifier = self.incoming.request().client().as_str();
        let before = self
            .earlier
            .iter()
            .filter(|entry| entry.verifier == verifier)
            .count();
        if before > 0 && !disclosed.is_empty() {
            let times = if before == 1 {
                "once".to_owned()
            } else {
                format!("{before} times")
            };
            notes.push(format!("You answered this verifier {times} before."));
        }
        if self.incoming.answers_elsewhere() {
            notes.push(format!(
                "The answer goes to {}, which is not where the request came from.",
                self.incoming.answer_to().origin()
            ));
        }
        notes
    }
}

fn fields(planned: &PlannedCredential, card: &Card) -> Vec<Field> {
    let body = card.credential().body();
    let attributes = body
        .schema()
        .attributes()
        .iter()
        .zip(body.values())
        .enumerate();
    attributes
        .map(|(number, (attribute, value))| {
            let proved = facts(planned, Some(number));
            let disclosed = planned.claims.iter().any(|claim| claim.number == number);
            let seen = match value {
                Some(value) if disclosed => SeenAs::Disclosed(words::value(value)),
                _ if !proved.is_empty() => SeenAs::Proved(proved),
                _ => SeenAs::Hidden,
            };
            Field {
                label: attribute.label().to_owned(),
                seen,
            }
        })
        .collect()
}

/// The facts about one attribute, or about the card as a whole.
pub(super) fn facts(planned: &PlannedCredential, attribute: Option<usize>) -> Vec<String> {
    let about = |fact: &&glimpse_protocol::plan::PlannedFact| {
        fact.fact.attribute().map(|of: &AttributeRef| of.number) == attribute
    };
    let facts = planned.facts.iter().filter(about);
    facts
        .map(|planned| words::fact(&planned.fact, Voice::Holder))
        .collect()
}
