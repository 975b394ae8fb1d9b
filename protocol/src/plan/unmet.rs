//! Whether credentials can answer what is planned, before anything is proved.

use alloc::string::String;

use glimpse_primitives::Fr;

use super::{Plan, PlannedIssuer};
use crate::claim::SlotRef;
use crate::credential::Credential;
use crate::fact::{AttributeRef, Fact};
use crate::formula::Formula;
use crate::schema::ClaimPath;
use crate::value::AttributeValue;
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
    /// A fact that is asked for is not so.
    #[error("what is asked for is not so: {words}")]
    Untrue {
        /// The fact in words.
        words: String,
    },
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

    /// Checks that the credential of one query can answer, next to the others: it is of an accepted issuer and kind,
    /// it has what is asked about, and the facts are so.
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
        for claim in &planned.claims {
            value(credentials, claim)?;
        }
        for formula in &planned.proved {
            for fact in formula.conjuncts() {
                fact.needs()
                    .try_for_each(|attribute| value(credentials, attribute).map(|_| ()))?;
            }
            if !is_true(formula, credentials) {
                return Err(Unmet::Untrue {
                    words: words::formula(formula, Voice::Holder),
                });
            }
        }
        Ok(())
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
    let credential = credentials.get(attribute.credential);
    credential
        .and_then(|credential| credential.body().values().get(attribute.number)?.as_ref())
        .ok_or_else(|| Unmet::absent(attribute))
}

fn is_true(formula: &Formula<Fact>, credentials: &[&Credential]) -> bool {
    let read = |slot: SlotRef| -> Option<Fr> { credentials.get(slot.credential)?.slot(slot.slot) };
    // Facts of a plan make claims, and signed credentials have values that circuits admit.
    let mut known = true;
    let holds = formula.is_true(&mut |fact| {
        fact.claims().is_ok_and(|claims| {
            claims.is_true(&mut |claim| {
                let holds = claim.is_true(read);
                known &= holds.is_some();
                holds == Some(true)
            })
        })
    });
    known && holds
}
