//! What is likely to be asked next, and can be proved before it is.
//!
//! A pure function: cards, what is kept, what was asked, and the day go in; what to prepare comes out. Whoever runs it does
//! one task after the other and may stop between any two.

use std::collections::BTreeSet;

use glimpse_primitives::{Fr, field};
use glimpse_protocol::circuit::{CircuitId, CredentialSlot};
use glimpse_protocol::credential::Credential;
use glimpse_protocol::holder::HolderSecret;
use glimpse_protocol::plan::{Assignment, Plan};
use glimpse_protocol::relation::Known;
use glimpse_protocol::request::Request;
use glimpse_protocol::time::Date;
use glimpse_protocol::value::AttributeValue;
use zeroize::Zeroizing;

use crate::consent;
use crate::ledger::Asked;
use crate::wallet::{Card, CardId, FactId, status_fact};

/// How many of the latest questions count as likely to come again.
pub(crate) const RECENT: usize = 8;

/// The most facts that are prepared for one card.
const MAX_FACTS: usize = 24;

/// A card with what is prepared of it.
#[derive(Debug)]
pub(crate) struct Holding {
    pub(crate) card: Card,
    /// Whether the card's own proof is there.
    pub(crate) prepared: bool,
    /// The facts whose proofs are kept.
    pub(crate) kept: BTreeSet<FactId>,
}

/// One thing to prepare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Of which card.
    pub(crate) card: CardId,
    pub(crate) what: What,
}

/// What to prepare of a card.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// Its own proof.
    Card,
    /// That the newest status list does not revoke it.
    Status(FactId),
    /// A fact about a day.
    Fact {
        id: FactId,
        circuit: CircuitId,
        slots: Zeroizing<Vec<Fr>>,
        day: Date,
    },
}

/// Values are secret.
impl core::fmt::Debug for What {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Card => f.write_str("Card"),
            Self::Status(_) => f.write_str("Status"),
            Self::Fact { circuit, day, .. } => write!(f, "Fact({circuit}, {day})"),
        }
    }
}

/// What to prepare, in this order: for each card its own proof, that it is not revoked, and that it is valid today;
/// then what was asked lately and depends on the day, as of today, the latest first.
///
/// Nothing for cards that have expired or are revoked, and nothing that is kept or twice.
pub(crate) fn plan(
    holdings: &[Holding],
    history: &[Asked],
    secret: &HolderSecret,
    today: Date,
) -> Vec<Task> {
    let usable: Vec<&Holding> = holdings
        .iter()
        .filter(|held| !held.card.status().is_revoked())
        .filter(|held| held.card.credential().body().expires_on() >= today)
        .collect();
    let mut tasks = Vec::new();
    for held in &usable {
        let card = &held.card;
        if !held.prepared {
            add(&mut tasks, held, What::Card);
        }
        if let Some(head) = card.status().head() {
            add(
                &mut tasks,
                held,
                What::Status(status_fact(card.credential(), head)),
            );
        }
        if let Some(valid) = valid_on(card.credential(), today) {
            add(&mut tasks, held, valid);
        }
    }
    for asked in history.iter().take(RECENT) {
        for (card, fact) in again(asked, &usable, secret, today).unwrap_or_default() {
            add(&mut tasks, card, fact);
        }
    }
    tasks
}

/// The values of everything in a plan; `None` if it cannot be answered by these credentials.
pub(crate) fn values(
    plan: &Plan,
    credentials: &[&Credential],
    secret: &HolderSecret,
) -> Option<Assignment> {
    let disclosed = plan.disclosed_values(credentials).ok()?;
    let encoded = disclosed.iter().map(AttributeValue::encode).collect();
    plan.assign(credentials, secret, encoded)
}

impl What {
    fn id(&self) -> Option<&FactId> {
        match self {
            Self::Card => None,
            Self::Status(id) | Self::Fact { id, .. } => Some(id),
        }
    }
}

fn add(tasks: &mut Vec<Task>, held: &Holding, what: What) {
    if what.id().is_some_and(|id| held.kept.contains(id)) {
        return;
    }
    let task = Task {
        card: held.card.id(),
        what,
    };
    let of_card = tasks.iter().filter(|known| known.card == task.card);
    if !tasks.contains(&task) && of_card.count() < MAX_FACTS {
        tasks.push(task);
    }
}

/// That a credential is valid on a day, as `not_expired` asks it; `None` if it is not.
fn valid_on(credential: &Credential, day: Date) -> Option<What> {
    let body = credential.body();
    if !(body.issued_on()..=body.expires_on()).contains(&day) {
        return None;
    }
    let slots = [
        AttributeValue::Date(day).encode(),
        credential.slot(CredentialSlot::IssuedOn)?,
        credential.slot(CredentialSlot::ExpiresOn)?,
        Fr::default(),
        field::from_u64(1),
    ];
    Some(fact(CircuitId::Range, Zeroizing::new(slots.to_vec()), day))
}

fn fact(circuit: CircuitId, slots: Zeroizing<Vec<Fr>>, day: Date) -> What {
    What::Fact {
        id: FactId::new(circuit, &slots),
        circuit,
        slots,
        day,
    }
}

/// What a question of an earlier day comes to if it is asked today. What does not depend on the day was kept when it was
/// answered.
fn again<'h>(
    asked: &Asked,
    usable: &[&'h Holding],
    secret: &HolderSecret,
    today: Date,
) -> Option<Vec<(&'h Holding, What)>> {
    let find = |id: &String| {
        let mut held = usable.iter().copied();
        held.find(|held| held.card.id().to_string() == *id)
    };
    let held: Vec<&Holding> = asked.cards.iter().map(find).collect::<Option<_>>()?;
    let cards: Vec<&Card> = held.iter().map(|held| &held.card).collect();
    let credentials: Vec<&Credential> = cards.iter().map(|card| card.credential()).collect();
    let plan = consent::plan(&on_day(&asked.request, today)?, &cards).ok()?;
    let plan = recalled(plan, &held, &credentials);
    let values = values(&plan, &credentials, secret)?;
    let daily = plan.proofs().iter().filter(|proof| proof.on == Some(today));
    daily
        .map(|proof| {
            let slots = values.slots(proof)?;
            Some((
                *held.get(proof.credential)?,
                fact(proof.circuit, slots, today),
            ))
        })
        .collect()
}

/// The plan, with what kept proofs say of published sets: without it nothing is known of what stands beside a set.
fn recalled(plan: Plan, held: &[&Holding], credentials: &[&Credential]) -> Plan {
    let mut known = Known::default();
    for needed in plan.needed_sets(credentials) {
        for holds in [false, true] {
            let mut slots = needed.inputs();
            slots.push(Fr::from(holds));
            let id = FactId::new(CircuitId::Set, &slots);
            if held.iter().any(|held| held.kept.contains(&id)) {
                known.add(CircuitId::Set, &slots);
            }
        }
    }
    plan.with_known(known)
}

/// The same question, asked on another day. What it asked of status lists is left out: that is prepared in any case.
fn on_day(request: &str, day: Date) -> Option<Request> {
    let mut request: serde_json::Value = serde_json::from_str(request).ok()?;
    let queries = request.get_mut("dcql_query")?.get_mut("credentials")?;
    for query in queries.as_array_mut()? {
        let meta = query.get_mut("meta")?.as_object_mut()?;
        meta.insert("as_of".to_owned(), day.to_string().into());
        meta.remove("not_revoked");
    }
    Request::parse(request.to_string().as_bytes()).ok()
}

#[cfg(test)]
mod tests;
