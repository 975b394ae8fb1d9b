//! Validity: the day lies between the credential's first and its last.

use crate::circuit::CredentialSlot;
use crate::claim::{Claim, SlotRef, Term};
use crate::formula::Formula;
use crate::time::Date;
use crate::value::encode_date;

/// The day is compared with both dates at once: one proof, and the dates stay hidden.
pub(super) fn claims(credential: usize, on: Date) -> Formula<Claim> {
    let slot = |slot| Term::Slot(SlotRef { credential, slot });
    Claim::range(
        Term::code(encode_date(on)),
        slot(CredentialSlot::IssuedOn),
        slot(CredentialSlot::ExpiresOn),
        false,
    )
    .on(on)
    .into()
}
