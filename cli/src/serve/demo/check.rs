//! The check of an answer.

use glimpse_protocol::time::DateTime;
use serde_json::Value;

use super::Demo;
use crate::serve::{origin::Party, store::StoreError};

/// Why an answer is refused.
#[derive(Debug)]
pub struct Refused {
    /// Which rule failed.
    pub rule: String,
    /// Whose fault it is.
    pub fault: String,
    /// The reason, for people.
    pub reason: String,
}

impl Refused {
    /// A refusal.
    pub fn new(rule: &str, fault: &str, reason: &str) -> Self {
        Self {
            rule: rule.into(),
            fault: fault.into(),
            reason: reason.into(),
        }
    }
}

/// Why an answer could not be checked: a fault of ours, and no verdict.
#[derive(Debug, thiserror::Error)]
pub enum UncheckedError {
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Demo {
    /// Checks an answer.
    pub fn check(
        &self,
        party: Party,
        jwt: &str,
        vp_token: &str,
        now: DateTime,
        answer_once: impl Fn(&str, &str) -> Result<bool, StoreError>,
    ) -> Result<Result<Value, Refused>, UncheckedError> {
        let _ = (party, jwt, vp_token, now, answer_once("x", "y")?);
        Ok(Err(Refused::new("x", "x", "x")))
    }
}
