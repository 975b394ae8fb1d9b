//! Values that an answer gives away without disclosing them.
//!
//! A value that is one of a list of one is told, and so is one that lies in one list of 2,001 values and outside of another with
//! 2,000 of them. So what is claimed of each attribute is taken together, and the values are counted that are left.
//!
//! What counts is claimed outright: a statement by itself, a member of `all`, and a member of `any` that is denied. A choice among
//! several statements is not followed, so values that every one of them leaves alike are not found. Of a comparison of two
//! attributes, an order counts where the value of one is told, or where both orders make them equal.

mod left;

use std::collections::{BTreeMap, BTreeSet};

use glimpse_primitives::Fr;
use glimpse_protocol::circuit::{CircuitId, CredentialSlot, SetSlot};
use glimpse_protocol::claim::{Claim, SlotRef, Term};
use glimpse_protocol::credential::Credential;
use glimpse_protocol::fact::{AttributeRef, Fact};
use glimpse_protocol::formula::Formula;
use glimpse_protocol::plan::Plan;
use glimpse_protocol::set::SetFile;
use glimpse_protocol::value::{ABSENT, AttributeType};

use left::Rule;

/// An attribute, by the number of its card and its place on it.
type Place = (usize, usize);

/// Which values an answer tells, and of which it leaves few.
#[derive(Debug, Default)]
pub(crate) struct Pinned {
    told: BTreeSet<Place>,
    few: BTreeMap<Place, u128>,
}

/// What is claimed outright, or denied.
struct Claimed<'a> {
    claim: Claim,
    denied: bool,
    /// The published set that it is about.
    set: Option<&'a SetFile>,
}

/// Attributes that are claimed to be equal; most often a single one.
struct Group {
    places: Vec<Place>,
    attribute_type: AttributeType,
    optional: bool,
}

/// What is known on the way.
struct Knowledge<'a> {
    claimed: Vec<Claimed<'a>>,
    credentials: &'a [&'a Credential],
    told: BTreeSet<Place>,
}

impl Pinned {
    /// Of an answer by these credentials, which are as it says, with the published sets that it is about.
    pub(crate) fn new(plan: &Plan, credentials: &[&Credential], sets: &[SetFile]) -> Self {
        let (mut facts, mut claims) = (Vec::new(), Vec::new());
        let mut attributes: BTreeMap<Place, &AttributeRef> = BTreeMap::new();
        for formula in plan.credentials().iter().flat_map(|card| &card.proved) {
            outright(formula, false, &mut facts);
            let about = formula.leaves().into_iter().flat_map(Fact::attributes);
            attributes.extend(about.map(|of| ((of.credential, of.number), of)));
        }
        for (fact, denied) in facts {
            // Facts of a plan make claims.
            if let Ok(formula) = fact.claims() {
                outright(&formula, denied, &mut claims);
            }
        }
        let claimed = claims.into_iter().map(|(claim, denied)| Claimed {
            set: sets.iter().find(|set| names(&claim, set)),
            claim,
            denied,
        });
        let mut known = Knowledge {
            claimed: claimed.collect(),
            credentials,
            told: plan
                .disclosed()
                .map(|(card, of)| (card, of.number))
                .collect(),
        };
        let groups = known.groups(&attributes);
        // What is told of one attribute may tell another that is compared with it.
        while let Some(group) = groups.iter().find(|group| known.newly_tells(group)) {
            known.told.extend(&group.places);
        }
        let few = groups.iter().flat_map(|group| {
            let left = known.few(group);
            let places = group.places.iter();
            places.filter_map(move |place| Some((*place, left?)))
        });
        Self {
            few: few.collect(),
            told: known.told,
        }
    }

    /// Every attribute whose value is told, by disclosing it or otherwise.
    pub(crate) fn told(&self) -> &BTreeSet<Place> {
        &self.told
    }

    /// How many values are left of an attribute, if published sets leave fewer than any one statement says.
    pub(crate) fn few(&self, place: Place) -> Option<u128> {
        self.few.get(&place).copied()
    }
}

/// The statements that are true, or false where it is denied, whenever the formula is.
fn outright<L: Clone>(formula: &Formula<L>, denied: bool, found: &mut Vec<(L, bool)>) {
    let (members, all) = match formula {
        Formula::Leaf(statement) => return found.push((statement.clone(), denied)),
        Formula::Not(inner) => return outright(inner, !denied, found),
        Formula::All(members) => (members, !denied),
        Formula::Any(members) => (members, denied),
    };
    if all || members.len() == 1 {
        for member in members {
            outright(member, denied, found);
        }
    }
}

/// Whether a claim is about this set.
fn names(claim: &Claim, set: &SetFile) -> bool {
    let roots = SetSlot::Root(0).index()..SetSlot::Negated.index();
    let of_set = set.description().root_slots().map(Term::Constant);
    claim.circuit == CircuitId::Set && claim.inputs.get(roots) == Some(&of_set)
}

/// The attribute whose value a term is.
fn place(term: &Term) -> Option<Place> {
    match term {
        Term::Slot(SlotRef {
            credential,
            slot: CredentialSlot::Attribute(number),
        }) => Some((*credential, *number)),
        Term::Slot(_) | Term::Constant(_) => None,
    }
}

impl Claimed<'_> {
    /// Whether the value is inside of what is named, rather than outside.
    fn inside(&self) -> bool {
        let negated = match self.claim.circuit {
            CircuitId::Text => None,
            _ => self.claim.inputs.last(),
        };
        (negated == Some(&Term::Constant(Fr::from(true)))) == self.denied
    }

    /// Pairs of attributes of which this says that the first is at most the second.
    fn orders(&self, attributes: &BTreeMap<Place, &AttributeRef>) -> Vec<(Place, Place)> {
        let [value, others @ .., _] = self.claim.inputs.as_slice() else {
            return Vec::new();
        };
        let last = others.last();
        let (Some(a), Some(b)) = (place(value), last.and_then(place)) else {
            return Vec::new();
        };
        // To deny it leaves open whether there are values at all.
        let optional = |of| attributes.get(of).is_none_or(|of| of.optional);
        if self.denied && (optional(&a) || optional(&b)) {
            return Vec::new();
        }
        let same = others.iter().all(|other| Some(other) == last);
        let from_zero = others.first() == Some(&Term::Constant(Fr::from(0u64)));
        match (self.claim.circuit, self.inside()) {
            (CircuitId::Range | CircuitId::Member, true) if same => vec![(a, b), (b, a)],
            (CircuitId::Range, true) if from_zero => vec![(a, b)],
            (CircuitId::Range, false) if from_zero => vec![(b, a)],
            _ => Vec::new(),
        }
    }
}

impl Knowledge<'_> {
    /// The attributes that anything is claimed of, those that are claimed to be equal together.
    fn groups(&self, attributes: &BTreeMap<Place, &AttributeRef>) -> Vec<Group> {
        let claimed = self.claimed.iter();
        let orders: BTreeSet<_> = claimed
            .flat_map(|claimed| claimed.orders(attributes))
            .collect();
        let mut groups: Vec<Group> = Vec::new();
        for (&one, of) in attributes {
            let mut group = Group {
                places: vec![one],
                attribute_type: of.attribute_type,
                optional: of.optional,
            };
            let equal =
                |&other: &Place| orders.contains(&(one, other)) && orders.contains(&(other, one));
            let (joined, apart): (Vec<Group>, _) = groups
                .into_iter()
                .partition(|other| other.places.iter().any(equal));
            // Only values that are there are equal.
            group.optional &= joined.is_empty();
            group
                .places
                .extend(joined.into_iter().flat_map(|other| other.places));
            groups = apart;
            groups.push(group);
        }
        groups
    }

    /// What is claimed of a group and of nothing else but what is told.
    fn rules(&self, group: &Group) -> Vec<Rule<'_>> {
        let has = |term: &Term| place(term).is_some_and(|place| group.places.contains(&place));
        let value = |term: &Term| match term {
            Term::Constant(value) => Some(*value),
            Term::Slot(_) if has(term) => None,
            Term::Slot(slot) => {
                let credential = self.credentials.get(slot.credential);
                credential
                    .and_then(|of| of.slot(slot.slot))
                    .or(Some(ABSENT))
            }
        };
        let is_known = |term: &Term| match term {
            Term::Constant(_) => true,
            Term::Slot(_) => {
                has(term) || place(term).is_some_and(|place| self.told.contains(&place))
            }
        };
        let claimed = self.claimed.iter().filter(|claimed| {
            let inputs = &claimed.claim.inputs;
            inputs.iter().any(has) && inputs.iter().all(is_known)
        });
        claimed.map(|claimed| Rule::new(claimed, value)).collect()
    }

    /// How many values are left of a group, as far as that is known.
    fn left(&self, group: &Group, rules: &[Rule<'_>]) -> Option<u128> {
        left::count(rules, group.attribute_type, group.optional)
    }

    /// Whether a group's value is told, which has not been found before.
    fn newly_tells(&self, group: &Group) -> bool {
        let told = |place| self.told.contains(place);
        !group.places.iter().all(told)
            && (group.places.iter().any(told) || self.left(group, &self.rules(group)) == Some(1))
    }

    /// How many values are left, if published sets leave fewer than any one statement says.
    fn few(&self, group: &Group) -> Option<u128> {
        let rules = self.rules(group);
        if group.places.iter().any(|place| self.told.contains(place))
            || !rules.iter().any(Rule::is_about_set)
        {
            return None;
        }
        let said = rules.iter().filter_map(Rule::said).min()?;
        self.left(group, &rules).filter(|left| *left < said)
    }
}
