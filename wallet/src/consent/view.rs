//! The card as the verifier will see it.

use std::collections::BTreeSet;

use glimpse_protocol::fact::{AttributeRef, Fact};
use glimpse_protocol::formula::Formula;
use glimpse_protocol::identity::Did;
use glimpse_protocol::plan::{PlannedCredential, PlannedIssuer};
use glimpse_protocol::schema::Attribute;
use glimpse_protocol::words::{self, Voice};

use super::Consent;
use crate::ledger::Outcome;
use crate::wallet::Card;

/// One card as the verifier will see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenCard {
    /// The kind of credential, in its issuer's words, and among how many it stays hidden if it does.
    pub kind: String,
    /// What the verifier learns of the issuer: its name, or among how many it stays hidden.
    pub issuer: String,
    /// Why the verifier says it asks.
    pub purpose: Option<String>,
    /// Every attribute of the card, in its order.
    pub fields: Vec<Field>,
    /// The scope of the pseudonym that is told, if one is.
    pub pseudonym: Option<String>,
    /// Facts about the card as a whole, such as that it is valid, and those about several attributes at once.
    pub proved: Vec<String>,
    /// Statements about several attributes of which some are told, on this card or another.
    pub proved_of_told: Vec<String>,
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
    /// The value, too: no other is left by what is proved, of this attribute and perhaps of others.
    Pinned {
        /// The value.
        value: String,
        /// What is proved of this attribute alone.
        by: Vec<String>,
    },
    /// That these statements are true, and not the value.
    Proved(Vec<String>),
    /// Only what follows from statements about several attributes, which stand with this card or another as a whole.
    Within,
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
            .map(|(planned, card)| {
                let (proved_of_told, proved) = self.whole(planned);
                SeenCard {
                    kind: kind(planned, card),
                    issuer: match &planned.issuer {
                        PlannedIssuer::OneOf(dids) if dids.len() > 1 => {
                            format!("One of {} issuers, not saying which", dids.len())
                        }
                        PlannedIssuer::Shown(_) | PlannedIssuer::OneOf(_) => {
                            card.issuer().name().to_owned()
                        }
                    },
                    purpose: planned.purpose.clone(),
                    fields: self.fields(planned, card),
                    pseudonym: planned.pseudonym.as_ref().map(ToString::to_string),
                    proved,
                    proved_of_told,
                    hidden: match planned.asks_validity() {
                        true => Vec::new(),
                        false => vec!["Validity".to_owned()],
                    },
                }
            })
            .collect()
    }

    /// What is told of a card as a whole: where some value behind it is told, and where none is.
    fn whole(&self, planned: &PlannedCredential) -> (Vec<String>, Vec<String>) {
        let whole = planned.proved.iter();
        let whole = whole.filter(|formula| about(formula).len() != 1);
        let (of_told, others): (Vec<_>, Vec<_>) =
            whole.partition(|formula| !about(formula).is_disjoint(self.pinned.told()));
        let verifier = self.incoming.request().client();
        let words = |formulas: Vec<&Formula<Fact>>| -> Vec<String> {
            let formulas = formulas.into_iter();
            formulas
                .map(|formula| in_words(formula, verifier))
                .collect()
        };
        let mut proved = words(others);
        proved.extend(planned.status.as_ref().map(|_| {
            let issuers = match &planned.issuer {
                PlannedIssuer::Shown(_) => 1,
                PlannedIssuer::OneOf(dids) => dids.len(),
            };
            words::not_revoked(issuers).to_owned()
        }));
        (words(of_told), proved)
    }

    /// What the verifier sees of each attribute. What is asked of another card may be about this one too.
    fn fields(&self, planned: &PlannedCredential, card: &Card) -> Vec<Field> {
        let verifier = self.incoming.request().client();
        let asked: Vec<&Formula<Fact>> = self
            .plan
            .credentials()
            .iter()
            .flat_map(|credential| &credential.proved)
            .collect();
        let body = card.credential().body();
        let attributes = body
            .schema()
            .attributes()
            .iter()
            .zip(body.values())
            .enumerate();
        attributes
            .map(|(number, (attribute, value))| {
                let mut proved = Vec::new();
                let mut within = false;
                let here = (planned.number, number);
                for formula in asked.iter().copied() {
                    let about = about(formula);
                    if about.contains(&here) {
                        match about.len() {
                            1 => proved.push(in_words(formula, verifier)),
                            _ => within = true,
                        }
                    }
                }
                proved.extend(self.pinned.few(here).map(|left| {
                    format!(
                        "{}: one of {left} values that are left by all of this",
                        attribute.label()
                    )
                }));
                let disclosed = planned.claims.iter().any(|claim| claim.number == number);
                let seen = match value {
                    Some(value) if disclosed => SeenAs::Disclosed(words::value(value)),
                    value if self.pinned.told().contains(&here) => SeenAs::Pinned {
                        value: value.as_ref().map_or("not given".to_owned(), words::value),
                        by: proved,
                    },
                    _ if !proved.is_empty() => SeenAs::Proved(proved),
                    _ if within => SeenAs::Within,
                    _ => SeenAs::Hidden,
                };
                Field {
                    label: attribute.label().to_owned(),
                    seen,
                }
            })
            .collect()
    }

    /// Whether nothing in the answer can be connected with any other answer.
    #[must_use]
    pub fn is_unlinkable(&self) -> bool {
        self.pinned.told().is_empty() && self.plan.pseudonyms().next().is_none()
    }

    /// The names of what is told: disclosed, in the request's order, and pinned.
    fn told_labels(&self) -> Vec<&str> {
        let disclosed = self.plan.disclosed();
        let mut labels: Vec<&str> = disclosed.map(|(_, claim)| claim.label.as_str()).collect();
        for (card, number) in self.pinned.told() {
            let card = self.cards.get(*card).map(|card| card.credential().body());
            let attribute = card.and_then(|card| card.schema().attributes().get(*number));
            let label = attribute.map(Attribute::label);
            labels.extend(label.filter(|label| !labels.contains(label)));
        }
        labels
    }

    /// What the answer lets others connect, in sentences for the holder. If it is nothing, the first says so.
    #[must_use]
    pub fn linkability(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let told = self.told_labels();
        if self.is_unlinkable() {
            notes.push(
                "No value is disclosed, and the proof itself cannot be connected with any other."
                    .to_owned(),
            );
        }
        if !told.is_empty() {
            notes.push(format!(
                "Whoever is told the same values can connect what you show them: {}.",
                told.join(", ")
            ));
        }
        notes.extend(self.plan.pseudonyms().map(|scope| {
            format!(
                "The same site will recognise you next time; other sites cannot. It asks so for {}.",
                words::quoted(scope.as_str())
            )
        }));
        let verifier = self.incoming.request().client().as_str();
        let before = self
            .earlier
            .iter()
            .filter(|entry| entry.verifier == verifier && entry.outcome != Outcome::Declined)
            .count();
        if before > 0 && !self.is_unlinkable() {
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

/// In the issuer's own words: names of schemas that a verifier lists are only what the verifier wrote.
fn kind(planned: &PlannedCredential, card: &Card) -> String {
    let own = card.credential().body().schema().name();
    match planned.schemas.len() {
        1 => own.to_owned(),
        kinds => format!("{own}, as one of {kinds} kinds, not saying which"),
    }
}

/// A statement in words for the holder, with what a choice keeps to itself.
pub(crate) fn in_words(formula: &Formula<Fact>, verifier: &Did) -> String {
    let said = without_identifier(&words::formula(formula, Voice::Holder), verifier);
    match formula {
        Formula::Any(members) if members.len() > 1 => {
            format!("{said}. The proof does not say which")
        }
        Formula::Any(_) | Formula::All(_) | Formula::Leaf(_) | Formula::Not(_) => said,
    }
}

/// Words of a statement, with the verifier called so where they name it: as who has published a set.
#[must_use]
pub fn without_identifier(words: &str, verifier: &Did) -> String {
    words.replace(verifier.as_str(), "the verifier")
}

/// The attributes that a formula is about, by card and place.
fn about(formula: &Formula<Fact>) -> BTreeSet<(usize, usize)> {
    let attributes = formula.leaves().into_iter().flat_map(Fact::attributes);
    attributes
        .map(|attribute: &AttributeRef| (attribute.credential, attribute.number))
        .collect()
}
