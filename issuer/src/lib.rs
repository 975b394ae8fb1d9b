//! What an issuer does: say who it is, check that a holder knows its secret, sign.
//!
//! An issuer learns the holder's identifier, which is another one for every issuer, and never the
//! secret behind it. A credential can only be signed to the holder of a [`CheckedEnrolment`], and
//! only [`Issuer::check_enrolment`] makes one.

mod enrolment;
mod issuer;

pub use enrolment::{CheckedEnrolment, EnrolmentError};
pub use issuer::{IssueError, Issuer, NewCredential, Profile};
