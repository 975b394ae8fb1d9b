use glimpse_link::{
    Context, DecodeError, LinkedProof, Member, Rejected, Slot, Statement, Variable, VerifyingKey,
    verify,
};
use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::holder::HolderId;
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::plan::StatementSlot;
use rand_core::{CryptoRng, RngCore};

use crate::Issuer;

/// An enrolment whose proof holds: whoever made it knows the secret behind the holder's identifier,
/// and made it for this issuer and this nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedEnrolment {
    holder: HolderId,
    nonce: Nonce,
}

/// Why an enrolment is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnrolmentError {
    /// Made for another issuer: the wallet's fault, or an attempt to pass one on.
    #[error("the enrolment was made for another issuer")]
    ForeignIssuer,
    /// It answers another nonce than the one that was given out.
    #[error("the enrolment answers another nonce")]
    OtherNonce,
    /// Its proof cannot be read.
    #[error("the enrolment's proof is malformed: {0}")]
    Proof(#[from] DecodeError),
    /// Its proof does not hold.
    #[error("the enrolment does not prove that its holder knows the secret")]
    Rejected(#[from] Rejected),
    /// The verifying key is another circuit's: this side's fault.
    #[error("the verifying key does not fit the enrolment circuit")]
    Key,
}

impl CheckedEnrolment {
    /// Whom the issuer may sign to.
    #[must_use]
    pub fn holder(&self) -> HolderId {
        self.holder
    }

    /// The nonce that was answered. Whether it was given out, and is unused, is for the caller's
    /// records to say.
    #[must_use]
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }
}

impl Issuer {
    /// Checks an enrolment for this issuer; for `nonce` if one is given, else the caller compares
    /// [`CheckedEnrolment::nonce`] with those it gave out. Cheap refusals come before the pairing.
    ///
    /// # Errors
    /// [`EnrolmentError`].
    pub fn check_enrolment<R: CryptoRng + RngCore>(
        &self,
        enrolment: &EnrolmentProof,
        nonce: Option<&Nonce>,
        key: &VerifyingKey,
        rng: &mut R,
    ) -> Result<CheckedEnrolment, EnrolmentError> {
        let manifest = self.manifest();
        if enrolment.issuer() != manifest.id() {
            return Err(EnrolmentError::ForeignIssuer);
        }
        if nonce.is_some_and(|nonce| nonce != enrolment.nonce()) {
            return Err(EnrolmentError::OtherNonce);
        }
        let slots = EnrolmentProof::statement(manifest.issuer_key_hash(), enrolment.holder());
        let slots = slots.into_iter().map(|slot| match slot {
            StatementSlot::Public(value) => Slot::Public(value),
            StatementSlot::Hidden(variable) => Slot::Hidden(Variable::new(variable)),
        });
        let statement = Statement::new(vec![Member {
            key,
            slots: slots.collect(),
        }])
        .map_err(|_| EnrolmentError::Key)?;
        let proof = LinkedProof::from_bytes(enrolment.proof(), 1, statement.variables())?;
        let context = EnrolmentProof::context(manifest.id(), enrolment.nonce());
        verify(&statement, &proof, &Context::new(&context), rng)?;
        Ok(CheckedEnrolment {
            holder: enrolment.holder(),
            nonce: *enrolment.nonce(),
        })
    }
}
