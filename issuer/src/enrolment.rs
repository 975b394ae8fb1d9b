//! Checking an enrolment, for issuers that keep nonces and credentials in one transaction of their own.

use glimpse_link::{Context, LinkedProof, Member, Slot, Statement, Variable, VerifyingKey};
use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::holder::HolderId;
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::plan::StatementSlot;
use rand_core::{CryptoRng, RngCore};

use crate::Issuer;

/// An enrolment whose proof holds: whoever made it knows the secret behind the holder's identifier, and made it
/// for this issuer and this nonce. Whether the nonce is fresh is still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedEnrolment {
    holder: HolderId,
    nonce: Nonce,
}

/// Why an enrolment is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnrolmentError {
    /// The holder's: it is meant for another issuer.
    #[error("the enrolment is meant for another issuer")]
    OtherIssuer,
    /// The holder's: the proof of knowledge does not verify.
    #[error("the enrolment's proof does not verify for this issuer and nonce")]
    Proof,
    /// The issuer's mistake: the key is not that of the enrolment circuit.
    #[error("the verifying key is not that of the enrolment circuit")]
    Key,
    /// The machine's: the random generator failed.
    #[error("the random generator failed")]
    Randomness,
}

impl CheckedEnrolment {
    /// Whom the issuer may sign to.
    pub fn holder(&self) -> HolderId {
        self.holder
    }

    /// The nonce that was answered.
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }
}

impl Issuer {
    /// Checks an enrolment's issuer and proof. Before signing, the caller uses up [`CheckedEnrolment::nonce`];
    /// [`Issuer::issue`] does both.
    ///
    /// # Errors
    /// [`EnrolmentError`], by whose fault it is.
    pub fn check_enrolment<R: CryptoRng + RngCore>(
        &self,
        enrolment: &EnrolmentProof,
        key: &VerifyingKey,
        rng: &mut R,
    ) -> Result<CheckedEnrolment, EnrolmentError> {
        let manifest = self.manifest();
        if enrolment.issuer() != manifest.id() {
            return Err(EnrolmentError::OtherIssuer);
        }
        if key.slots() != CircuitId::Enrolment.slot_count() {
            return Err(EnrolmentError::Key);
        }
        let slots = EnrolmentProof::statement(manifest.issuer_key_hash(), enrolment.holder())
            .into_iter()
            .map(|slot| match slot {
                StatementSlot::Public(value) => Slot::Public(value),
                StatementSlot::Hidden(number) => Slot::Hidden(Variable::new(number)),
            })
            .collect();
        let statement =
            Statement::new(vec![Member { key, slots }]).map_err(|_| EnrolmentError::Key)?;
        let proof =
            LinkedProof::from_bytes(enrolment.proof(), 1, 1).map_err(|_| EnrolmentError::Proof)?;
        let context = Context::new(&EnrolmentProof::context(
            enrolment.issuer(),
            enrolment.nonce(),
        ));
        glimpse_link::verify(&statement, &proof, &context, rng).map_err(|error| match error {
            glimpse_link::Rejected::Randomness(_) => EnrolmentError::Randomness,
            _ => EnrolmentError::Proof,
        })?;
        Ok(CheckedEnrolment {
            holder: enrolment.holder(),
            nonce: *enrolment.nonce(),
        })
    }
}
