//! The check of an answer, and the words for its outcome.

use glimpse_protocol::{
    fact::Fact,
    formula::Formula,
    presentation::Presentation,
    pseudonym::Pseudonym,
    request::SignedRequest,
    time::DateTime,
    words::{self, Voice},
};
use glimpse_verifier::{Rejection, Rule, Verified, VerifiedCredential, Verifier};
use rand::rngs::OsRng;
use serde_json::{Value, json};

use super::DemoDesk;
use crate::serve::store::{Store, StoreError, Visit};

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
    /// The account could not be found or made.
    #[error("no account: {0}")]
    Account(#[from] StoreError),
}

impl DemoDesk {
    /// Checks an answer to the request in `jwt`: the result as the page shows it, or why it is refused.
    pub fn check(
        &self,
        verifier: &Verifier,
        jwt: &str,
        vp_token: &str,
        now: DateTime,
        mut store: &Store,
    ) -> Result<Result<Value, Refused>, Unjudged> {
        let request = SignedRequest::verify(jwt)?.into_request();
        let presentation = match Presentation::bytes_of_vp_token(vp_token.as_bytes(), &request) {
            Ok(presentation) => presentation,
            Err(error) => {
                let reason = format!("The answer is not a vp_token for this request: {error}");
                return Ok(Err(Refused::holder("malformed", reason)));
            }
        };
        match verifier.verify(&request, &presentation, now, &mut store, &mut OsRng) {
            Ok(verified) => {
                let account = self.account(&verified, store, now)?;
                Ok(Ok(self.describe(&verified, account)))
            }
            Err(rejection) if matches!(rejection.rule(), Rule::ReplayStore | Rule::Randomness) => {
                Err(Unjudged::Machine(rejection))
            }
            Err(rejection) => Ok(Err(rejection.into())),
        }
    }

    /// The account of whoever answered, if the verifier keeps accounts: an old one, or a new one.
    fn account(
        &self,
        verified: &Verified,
        store: &Store,
        now: DateTime,
    ) -> Result<Option<Account>, StoreError> {
        let (Some(greeting), Some(pseudonym)) = (self.words.welcome_back, pseudonym(verified))
        else {
            return Ok(None);
        };
        let made = u64::try_from(now.unix()).unwrap_or(0);
        let visit = store.sign_in(self.party.slug(), &pseudonym.to_string(), made)?;
        Ok(Some(Account {
            handle: handle(pseudonym),
            greeting: (visit == Visit::Again).then_some(greeting),
        }))
    }

    /// The result for the page: only what the evidence holds, and the account that goes with it.
    fn describe(&self, verified: &Verified, account: Option<Account>) -> Value {
        let credentials = verified.credentials();
        let several = credentials.len() > 1;
        let noun = |credential: &VerifiedCredential| self.accepted.noun(credential.schemas());
        let proved = credentials.iter().flat_map(|credential| {
            let facts = credential.proved().iter();
            let status = credential.not_revoked_by().first();
            let status = status.map(|_| format!("{} not revoked", noun(credential)));
            facts
                .map(move |fact| self.named(&in_words(fact, noun(credential))))
                .chain(status)
        });
        let disclosed = credentials
            .iter()
            .flat_map(VerifiedCredential::disclosed)
            .map(|(claim, value)| json!({ "label": claim.label, "value": words::value(value) }));
        let hidden = credentials.iter().flat_map(|credential| {
            let hidden = credential.hidden().iter();
            hidden.map(move |attribute| match several {
                true => format!("{}: {}", noun(credential), attribute.label),
                false => attribute.label.clone(),
            })
        });
        let also = self.words.also_unknown.iter();
        let unknown = hidden.chain(also.map(|text| (*text).to_owned()));
        let issuers = credentials.iter().map(VerifiedCredential::issuer_name);
        let greeting = account.as_ref().and_then(|account| account.greeting);
        json!({
            "title": greeting.unwrap_or(self.words.verified),
            "account": account.map(|account| account.handle),
            "facts": proved.collect::<Vec<_>>(),
            "disclosed": disclosed.collect::<Vec<_>>(),
            "unknown": unknown.collect::<Vec<_>>(),
            "issuer": issuers.collect::<Vec<_>>().join(" and "),
            "evidence": verified,
        })
    }
}

/// An account, as its owner sees it.
struct Account {
    handle: String,
    /// What to say to whoever had it before.
    greeting: Option<&'static str>,
}

fn pseudonym(verified: &Verified) -> Option<&Pseudonym> {
    let mut credentials = verified.credentials().iter();
    credentials.find_map(VerifiedCredential::pseudonym)
}

/// A name for an account: the last six bytes of the pseudonym. The account itself goes by all of it.
fn handle(pseudonym: &Pseudonym) -> String {
    let [.., a, b, c, d, e, f] = pseudonym.to_bytes();
    format!("citizen-{a:02x}{b:02x}-{c:02x}{d:02x}-{e:02x}{f:02x}")
}

/// A statement about a card in the few words that fit before ": proved".
fn in_words(formula: &Formula<Fact>, noun: &str) -> String {
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
        Fact::Valid { .. } => format!("{noun} valid"),
        Fact::AgeOver { .. }
        | Fact::AgeBetween { .. }
        | Fact::Compare { .. }
        | Fact::Listed { .. }
        | Fact::InSet { .. }
        | Fact::Presence { .. }
        | Fact::Related { .. }
        | Fact::Text { .. } => words::fact(fact, Voice::Others),
    }
}
