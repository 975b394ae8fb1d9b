//! Whether a credential can answer what is planned, before anything is proved.

use alloc::string::String;

use super::PlannedCredential;
use crate::credential::Credential;
use crate::fact::AttributeRef;
use crate::schema::ClaimPath;

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

impl PlannedCredential {
    /// Checks that a credential of the planned issuer and kind can answer: it has what is asked about, and the
    /// facts are so.
    ///
    /// # Errors
    /// [`Unmet`]: the first thing that is not so.
    pub fn check(&self, credential: &Credential) -> Result<(), Unmet> {
        let body = credential.body();
        let value = |attribute: &AttributeRef| {
            body.values()
                .get(attribute.number)
                .and_then(Option::as_ref)
                .ok_or_else(|| Unmet::absent(attribute))
        };
        for claim in &self.claims {
            value(claim)?;
        }
        for planned in &self.facts {
            if let Some(attribute) = planned.fact.attribute() {
                value(attribute)?;
            }
            if planned.range.is_true(|slot| credential.encoding(slot)) != Some(true) {
                let words = crate::words::fact(&planned.fact, crate::words::Voice::Holder);
                return Err(Unmet::Untrue { words });
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
