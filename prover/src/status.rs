//! Proving ahead of time that a credential is not revoked.

use glimpse_circuits::{Circuit, status::StatusStatement};
use glimpse_protocol::{circuit::CircuitId, credential::Credential, status::StatusList};
use thiserror::Error;

use crate::{PrepareError, PreparedPredicate, Progress, ProvingKeys, prepare::prepare};

/// Why there is no proof that a credential is not revoked. For the holder only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PrepareStatusError {
    /// The list is about another issuer's credentials.
    #[error("the status list is another issuer's")]
    OtherIssuer,
    /// The credential's place is beyond the list's end: the issuer's mistake.
    #[error("the credential has no place in its issuer's status list")]
    NoPlace,
    /// The list says so.
    #[error("the issuer has revoked this credential")]
    Revoked,
    /// The proof could not be made.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
}

/// Proves that `list` does not revoke `credential`, without saying where in the list it stands.
///
/// The result serves every presentation for which this list counts, so that a wallet prepares it once an epoch, in the
/// background.
///
/// # Errors
/// [`PrepareStatusError`].
pub fn prepare_status(
    keys: &ProvingKeys,
    credential: &Credential,
    list: &StatusList,
    progress: &mut dyn Progress,
) -> Result<PreparedPredicate, PrepareStatusError> {
    if list.head().issuer() != credential.issuer() {
        return Err(PrepareStatusError::OtherIssuer);
    }
    let index = credential.body().status_index();
    let path = list.path(index).ok_or(PrepareStatusError::NoPlace)?;
    if list.entries().is_revoked(index) {
        return Err(PrepareStatusError::Revoked);
    }
    let system = Circuit::new(StatusStatement::new(&path)).synthesize(false);
    let key = keys.get(CircuitId::Status).map_err(PrepareError::from);
    let prepared = prepare(key?, system, progress)?;
    Ok(PreparedPredicate::new(prepared))
}

#[cfg(test)]
mod tests;
