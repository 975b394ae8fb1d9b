//! Proving whether a value is in a published set.

use glimpse_circuits::{Circuit, Relation, set::SetStatement};
use glimpse_primitives::field;
use glimpse_protocol::set::PublishedSet;
use zeroize::Zeroizing;

use crate::{PrepareError, PreparedPredicate, Progress, ProvingKeys, prepare::prepare};

/// Proves whether `value`, an encoding as [`field::to_bytes`] writes it, is in `set`, or with `negated` whether it is outside;
/// whatever the answer is: inside `any` and `not` both will do.
///
/// The result belongs among those that [`present`](crate::present()) is given as ready, and serves as long as a set with
/// these elements is asked about.
///
/// # Errors
/// [`PrepareError`]; [`PrepareError::False`] if `value` is no field element.
pub fn prepare_set(
    keys: &ProvingKeys,
    set: &PublishedSet,
    value: &[u8; 32],
    negated: bool,
    progress: &mut dyn Progress,
) -> Result<PreparedPredicate, PrepareError> {
    let value = field::from_bytes(value).map_err(|_| PrepareError::False(SetStatement::ID))?;
    let value = Zeroizing::new(value);
    let statement = SetStatement::new(*value, &set.path(*value), negated);
    let system = Circuit::new(statement).synthesize(false);
    let key = keys.get(SetStatement::ID)?;
    let prepared = prepare(key, system, progress)?;
    Ok(PreparedPredicate::new(prepared))
}
