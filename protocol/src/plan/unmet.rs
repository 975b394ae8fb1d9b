//! Whether credentials can answer what is planned, before anything is proved.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use glimpse_primitives::Fr;
use zeroize::Zeroizing;

use super::{Plan, PlannedIssuer};
use crate::circuit::CircuitId;
use crate::claim::SlotRef;
use crate::credential::Credential;
use crate::fact::{AttributeRef, Fact};
use crate::formula::Formula;
use crate::relation::Known;
use crate::schema::ClaimPath;
use crate::set::{SetFile, SetReference};
use crate::value::{ABSENT, AttributeValue};
use crate::words::{self, Voice};

/// Why a credential cannot answer what is planned: known to the holder alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unmet {
    /// The credential is not the one that was planned with.
    #[error("another credential than the one chosen for query {query}")]
    OtherCredential {
        /// The query's id.
        query: String,
    },
    /// An attribute that is asked about is absent from the credential.
    #[error("the credential does not have {label}, which is asked about")]
    Absent {
        /// The attribute's path.
        path: ClaimPath,
        /// The attribute's name.
        label: String,
    },
    /// Whether a value is in a published set must be proved beforehand, from the set's file.
    #[error("the set {uri} is needed to answer")]
    SetNeeded {
        /// Where the file is.
        uri: String,
    },
    /// A fact that is asked for is not so.
    #[error("what is asked for is not so: {words}")]
    Untrue {
        /// The fact in words.
        words: String,
    },
}

/// A published set whose file is needed for an answer.
#[derive(Clone)]
pub struct NeededSet<'p> {
    /// The set.
    pub set: &'p SetReference,
    /// The encoding that is to be looked for. Secret.
    pub value: Fr,
    /// Whether it is asked to be outside.
    pub negated: bool,
}

impl Plan {
    /// Checks that these credentials can answer, before anything is proved.
    ///
    /// # Errors
    /// [`Unmet`]: the first thing that is not so.
    pub fn check(&self, credentials: &[&Credential]) -> Result<(), Unmet> {
        (0..self.credentials.len())
            .try_for_each(|number| self.check_credential(number, credentials))
    }

    /// Checks that the credential of one query can answer, next to the others: it is of an accepted issuer and kind, the
    /// sets that it is asked about are known, it has what is asked about, and the facts are so.
    ///
    /// # Errors
    /// [`Unmet`]: the first thing that is not so.
    pub fn check_credential(
        &self,
        number: usize,
        credentials: &[&Credential],
    ) -> Result<(), Unmet> {
        let Some(planned) = self.credentials.get(number) else {
            return Ok(());
        };
        let other = || Unmet::OtherCredential {
            query: planned.query.clone(),
        };
        let credential = credentials.get(number).ok_or_else(other)?;
        let issuer = match &planned.issuer {
            PlannedIssuer::Shown(did) => did == credential.issuer(),
            PlannedIssuer::OneOf(dids) => dids.contains(credential.issuer()),
        };
        let digest = credential.body().schema().digest();
        if !issuer || !planned.digests.contains(&digest) {
            return Err(other());
        }
        // Before the facts: that a set is fetched must not tell whether they are so.
        let mut needed = planned
            .proved
            .iter()
            .flat_map(|formula| self.needed_sets_of(formula, credentials));
        if let Some(needed) = needed.next() {
            return Err(Unmet::SetNeeded {
                uri: needed.set.uri().as_str().into(),
            });
        }
        for claim in &planned.claims {
            value(credentials, claim)?;
        }
        let credentials = all(credentials);
        let mut formulas = planned.proved.iter();
        formulas.try_for_each(|formula| check_formula(&self.known, formula, &credentials))
    }
}

impl Plan {
    /// The same plan, with the help of statements that its holder knows to be true.
    #[must_use]
    pub fn with_known(self, known: Known) -> Self {
        Self { known, ..self }
    }

    /// The published sets without whose files these credentials cannot answer, with what is to be looked for in each. Nothing
    /// if all is [known](Self::with_known).
    pub fn needed_sets(&self, credentials: &[&Credential]) -> Vec<NeededSet<'_>> {
        let formulas = self.credentials.iter().flat_map(|planned| &planned.proved);
        formulas
            .flat_map(|formula| self.needed_sets_of(formula, credentials))
            .collect()
    }

    fn needed_sets_of<'p>(
        &self,
        formula: &'p Formula<Fact>,
        credentials: &[&Credential],
    ) -> Vec<NeededSet<'p>> {
        let needed = |fact: &&'p Fact| match fact {
            Fact::InSet {
                attribute,
                set,
                negated,
            } => {
                let slot = attribute.slot();
                let value = credentials.get(slot.credential)?.slot(slot.slot)?;
                let needed = NeededSet {
                    set,
                    value,
                    negated: *negated,
                };
                let known = self.known.output(CircuitId::Set, &needed.inputs());
                known.is_none().then_some(needed)
            }
            _ => None,
        };
        formula.leaves().iter().filter_map(needed).collect()
    }
}

/// Checks one formula that is asked to be true, by those of the credentials that it is about.
pub(super) fn check_formula(
    known: &Known,
    formula: &Formula<Fact>,
    credentials: &[Option<&Credential>],
) -> Result<(), Unmet> {
    for fact in formula.conjuncts() {
        fact.needs()
            .try_for_each(|attribute| held_value(credentials, attribute).map(|_| ()))?;
    }
    if !is_true(known, formula, credentials) {
        return Err(Unmet::Untrue {
            words: words::formula(formula, Voice::Holder),
        });
    }
    Ok(())
}

fn is_true(known: &Known, formula: &Formula<Fact>, credentials: &[Option<&Credential>]) -> bool {
    let read = |slot: SlotRef| -> Option<Fr> {
        let credential = credentials.get(slot.credential)?.as_ref()?;
        credential.slot(slot.slot)
    };
    // Facts of a plan make claims, and signed credentials have values that circuits admit.
    let mut all_known = true;
    let holds = formula.is_true(&mut |fact| {
        fact.claims().is_ok_and(|claims| {
            claims.is_true(&mut |claim| {
                let holds = claim.is_true(known, read);
                all_known &= holds.is_some();
                holds == Some(true)
            })
        })
    });
    all_known && holds
}

fn all<'a>(credentials: &[&'a Credential]) -> Vec<Option<&'a Credential>> {
    credentials.iter().copied().map(Some).collect()
}

impl NeededSet<'_> {
    /// The inputs of the circuit: all slots but the last.
    pub fn inputs(&self) -> Zeroizing<Vec<Fr>> {
        let mut inputs = Zeroizing::new(Vec::with_capacity(CircuitId::Set.slot_count()));
        inputs.push(self.value);
        inputs.extend(self.set.description().root_slots());
        inputs.push(Fr::from(self.negated));
        inputs
    }
}

impl NeededSet<'_> {
    /// All slots of the circuit, the last as the set says; `None` if it is another set.
    pub fn slots(&self, set: &SetFile) -> Option<Zeroizing<Vec<Fr>>> {
        if set.description() != self.set.description() {
            return None;
        }
        let mut slots = self.inputs();
        let holds = self.value != ABSENT && set.contains(self.value) != self.negated;
        slots.push(Fr::from(holds));
        Some(slots)
    }
}

/// Redacted: the value is the holder's.
impl fmt::Debug for NeededSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NeededSet").field(&self.set.uri()).finish()
    }
}

impl Unmet {
    pub(super) fn absent(attribute: &AttributeRef) -> Self {
        Self::Absent {
            path: attribute.path.clone(),
            label: attribute.label.clone(),
        }
    }
}

/// The value of an attribute that must not be absent.
pub(super) fn value<'a>(
    credentials: &[&'a Credential],
    attribute: &AttributeRef,
) -> Result<&'a AttributeValue, Unmet> {
    value_of(credentials.get(attribute.credential).copied(), attribute)
}

/// The same, where not every credential is at hand.
pub(super) fn held_value<'a>(
    credentials: &[Option<&'a Credential>],
    attribute: &AttributeRef,
) -> Result<&'a AttributeValue, Unmet> {
    let credential = credentials.get(attribute.credential);
    value_of(credential.copied().flatten(), attribute)
}

fn value_of<'a>(
    credential: Option<&'a Credential>,
    attribute: &AttributeRef,
) -> Result<&'a AttributeValue, Unmet> {
    credential
        .and_then(|credential| credential.body().values().get(attribute.number)?.as_ref())
        .ok_or_else(|| Unmet::absent(attribute))
}
