//! Proving whether a value is in a published set.

use glimpse_circuits::{Circuit, Relation, set::SetStatement};
use glimpse_protocol::{plan::NeededSet, set::PublishedSet};
use thiserror::Error;

use crate::{PrepareError, PreparedPredicate, Progress, ProvingKeys, prepare::prepare};

/// Why there is no proof about a published set. For the holder only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PrepareSetError {
    /// The file is of another set than the one that is asked about.
    #[error("not the set that the request names")]
    Other,
    /// The proof could not be made.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
}

/// Proves whether the value that a plan needs to look for is in `set`, whatever the answer is: inside `any` and `not`
/// both will do.
///
/// The result belongs among those that [`present`](crate::present()) is given as ready, and serves as long as a set with these
/// elements is asked about.
///
/// # Errors
/// [`PrepareSetError`].
pub fn prepare_set(
    keys: &ProvingKeys,
    needed: &NeededSet<'_>,
    set: &PublishedSet,
    progress: &mut dyn Progress,
) -> Result<PreparedPredicate, PrepareSetError> {
    if set.description() != needed.set.description() {
        return Err(PrepareSetError::Other);
    }
    let path = set.path(needed.value);
    let statement = SetStatement::new(needed.value, &path, needed.negated);
    let system = Circuit::new(statement).synthesize(false);
    let key = keys.get(SetStatement::ID).map_err(PrepareError::from)?;
    let prepared = prepare(key, system, progress)?;
    Ok(PreparedPredicate::new(prepared))
}
