//! The check of an answer, and the words for its outcome.

use glimpse_protocol::{
    fact::Fact,
    formula::Formula,
    presentation::Presentation,
    request::SignedRequest,
    time::DateTime,
    words::{self, Voice},
};
use glimpse_verifier::{Rejection, ReplayStore, Rule, Verified, VerifiedCredential, Verifier};
use rand::rngs::OsRng;
use serde_json::{Value, json};

use super::DemoDesk;

/// Why an answer is refused.
#[derive(Debug)]
pub struct Refused {
    /// Which rule failed.
    pub rule: String,
    /// Whose fault it is.
    pub fault: String,
    /// The reason, for people. Never what was in the answer.
    pub reason: String,
}

impl Refused {
    /// A refusal by a rule that needs no cryptography; the holder's side is at fault.
    pub fn holder(rule: &str, reason: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            fault: "holder".into(),
            reason: reason.into(),
        }
    }
}

impl From<Rejection> for Refused {
    fn from(rejection: Rejection) -> Self {
        let reason = rejection.to_string();
        let mut letters = reason.chars();
        let first: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        Self {
            rule: rejection.code().into(),
            fault: rejection.fault().name().into(),
            reason: format!("{first}{}. {}", letters.as_str(), rejection.advice()),
        }
    }
}

/// Why an answer could not be judged: a fault of ours, and no verdict.
#[derive(Debug, thiserror::Error)]
pub enum Unjudged {
    /// A request of ours that we cannot read any more.
    #[error("a stored request is unreadable: {0}")]
    Request(#[from] glimpse_protocol::request::SignedRequestError),
    /// The machine failed: the replay store or the random generator.
    #[error("no verdict: {0}")]
    Machine(Rejection),
}

impl DemoDesk {
    /// Checks an answer to the request in `jwt`: the result as the page shows it, or why it is refused.
    pub fn check(
        &self,
        verifier: &Verifier,
        jwt: &str,
        vp_token: &str,
        now: DateTime,
        replay: &mut dyn ReplayStore,
    ) -> Result<Result<Value, Refused>, Unjudged> {
        let request = SignedRequest::verify(jwt)?.into_request();
        let presentation = match Presentation::bytes_of_vp_token(vp_token.as_bytes(), &request) {
            Ok(presentation) => presentation,
            Err(error) => {
                let reason = format!("The answer is not a vp_token for this request: {error}");
                return Ok(Err(Refused::holder("malformed", reason)));
            }
        };
        match verifier.verify(&request, &presentation, now, replay, &mut OsRng) {
            Ok(verified) => Ok(Ok(self.describe(&verified))),
            Err(rejection) if matches!(rejection.rule(), Rule::ReplayStore | Rule::Randomness) => {
                Err(Unjudged::Machine(rejection))
            }
            Err(rejection) => Ok(Err(rejection.into())),
        }
    }

    /// The result for the page: only what the evidence holds.
    fn describe(&self, verified: &Verified) -> Value {
        let credentials = verified.credentials();
        let proved = credentials
            .iter()
            .flat_map(VerifiedCredential::proved)
            .map(in_words);
        let disclosed = credentials
            .iter()
            .flat_map(VerifiedCredential::disclosed)
            .map(|(claim, value)| json!({ "label": claim.label, "value": words::value(value) }));
        let hidden = credentials.iter().flat_map(VerifiedCredential::hidden);
        let hidden = hidden.map(|attribute| attribute.label.as_str());
        let unknown = hidden.chain(self.words.also_unknown.iter().copied());
        json!({
            "title": self.words.verified,
            "facts": proved.collect::<Vec<_>>(),
            "disclosed": disclosed.collect::<Vec<_>>(),
            "unknown": unknown.collect::<Vec<_>>(),
            "issuer": credentials.first().map(VerifiedCredential::issuer_name),
            "evidence": verified,
        })
    }
}

/// A statement in the few words that fit before ": proved".
fn in_words(formula: &Formula<Fact>) -> String {
    let Formula::Leaf(fact) = formula else {
        return words::formula(formula, Voice::Others);
    };
    match fact {
        Fact::AgeOver {
            attribute, years, ..
        } if attribute.is_birth_date() => {
            format!("Over {years}")
        }
        Fact::AgeBetween {
            attribute,
            low,
            high,
            ..
        } if attribute.is_birth_date() => {
            format!("Aged {low} to {high}")
        }
        Fact::Valid { .. } => "Licence valid".to_owned(),
        Fact::AgeOver { .. }
        | Fact::AgeBetween { .. }
        | Fact::Compare { .. }
        | Fact::Listed { .. }
        | Fact::Presence { .. }
        | Fact::Related { .. }
        | Fact::Text { .. } => words::fact(fact, Voice::Others),
    }
}
