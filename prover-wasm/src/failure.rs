//! What went wrong, as a stable code for programs and a sentence for people.

use glimpse_prover::{EnrolError, PrepareError, PrepareStatusError, PresentError, ProvingKeyError};
use wasm_bindgen::JsValue;

/// An error as the worker reports it: `{code, message}`. Neither part holds an attribute or secret.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl ToString) -> Self {
        Self {
            code,
            message: message.to_string(),
        }
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        let object = js_sys::Object::new();
        for (name, value) in [
            ("code", failure.code),
            ("message", failure.message.as_str()),
        ] {
            // Setting a property of a fresh object cannot fail.
            let _ = js_sys::Reflect::set(&object, &name.into(), &value.into());
        }
        object.into()
    }
}

impl From<serde_wasm_bindgen::Error> for Failure {
    /// The request's form is wrong. The detail may quote the request, which holds secrets: it is
    /// left out.
    fn from(_: serde_wasm_bindgen::Error) -> Self {
        Self::new("bad_request", "the request to the worker is malformed")
    }
}

impl From<ProvingKeyError> for Failure {
    fn from(error: ProvingKeyError) -> Self {
        let code = match error {
            ProvingKeyError::Digest => "key_digest",
            _ => "key_malformed",
        };
        Self::new(code, error)
    }
}

impl From<PrepareError> for Failure {
    fn from(error: PrepareError) -> Self {
        let code = match error {
            PrepareError::Cancelled(_) => "cancelled",
            PrepareError::MissingKey(_) => "keys_unavailable",
            PrepareError::ForeignKey(_) | PrepareError::UnsoundKey(_) => "key_malformed",
            PrepareError::Credential => "credential",
            _ => "internal",
        };
        Self::new(code, error)
    }
}

impl From<PrepareStatusError> for Failure {
    fn from(error: PrepareStatusError) -> Self {
        match error {
            PrepareStatusError::Prepare(error) => error.into(),
            PrepareStatusError::Revoked => Self::new("unmet", error),
            _ => Self::new("status_list", error),
        }
    }
}

impl From<EnrolError> for Failure {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::Prepare(error) => error.into(),
            EnrolError::Randomness => Self::new("randomness", error),
            _ => Self::new("internal", error),
        }
    }
}

impl From<PresentError> for Failure {
    fn from(error: PresentError) -> Self {
        let code = match error {
            PresentError::Prepare(error) => return error.into(),
            PresentError::Request(_) => "request",
            PresentError::Unmet(_) => "unmet",
            PresentError::NotPrepared { .. } | PresentError::StatusNotPrepared { .. } => {
                "not_prepared"
            }
            PresentError::MissingKey(_) => "keys_unavailable",
            PresentError::Cancelled(_) => "cancelled",
            PresentError::Randomness => "randomness",
            _ => "internal",
        };
        Self::new(code, error)
    }
}
