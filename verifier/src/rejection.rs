//! Why a presentation was refused, and whose fault it is. Never what was in it.

use core::fmt;

use glimpse_protocol::CodecError;
use glimpse_protocol::plan::PlanError;
use glimpse_protocol::presentation::PresentationError;
use glimpse_protocol::request::StaleRequest;
use glimpse_protocol::status::StaleStatus;
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// A presentation was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    rule: Rule,
}

/// The rule that was broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rule {
    /// The bytes are no presentation.
    #[error("not a presentation: {0}")]
    Malformed(CodecError),
    /// The request cannot be answered at this time.
    #[error("{0}")]
    Stale(StaleRequest),
    /// The request was made by another verifier.
    #[error("the request was made by another verifier")]
    Audience,
    /// The presentation does not fit the request.
    #[error("{0}")]
    Unfitting(PresentationError),
    /// The request accepts an issuer whose manifest the verifier does not have.
    #[error("the issuer's manifest is not among those that are trusted")]
    UnknownIssuer,
    /// The issuer's manifest has no schema of the kind that was asked for.
    #[error("the issuer's manifest has no schema of the kind that was asked for")]
    UnknownSchema,
    /// The request hides the issuer behind a key that is not in the issuer's manifest.
    #[error("the request gives another key for an issuer than its manifest")]
    IssuerKey,
    /// The request accepts a status list that the verifier has not read itself.
    #[error("a status list that the request accepts is not at hand")]
    MissingStatus,
    /// The request accepts, and the answer rests on, a status list that does not count at this time.
    #[error("{0}")]
    StaleStatus(StaleStatus),
    /// There are two different lists of one epoch, both signed by the issuer.
    #[error("the issuer has signed two different status lists as one")]
    Equivocation,
    /// The request names a set that the verifier has not read itself.
    #[error("a set that the request names is not at hand")]
    UnknownSet,
    /// The request asks for something that makes no sense.
    #[error("the request cannot be planned: {0}")]
    Plan(PlanError),
    /// There is no verifying key for a circuit that is needed.
    #[error("a verifying key is missing")]
    MissingKey,
    /// The linked proof does not decode.
    #[error("the proof is not in its one canonical form")]
    ProofForm,
    /// The linked proof does not verify for this request.
    #[error("the proof does not prove what this request asks")]
    Proof,
    /// The request was answered before.
    #[error("this request was already answered")]
    Replayed,
    /// The replay store failed.
    #[error("the replay store failed")]
    ReplayStore,
    /// The random generator failed.
    #[error("the random generator failed")]
    Randomness,
}

/// Whose fault a rejection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The holder's side sent something wrong, too late or twice.
    Holder,
    /// The verifier's request, trust or machine is not in order.
    Verifier,
    /// The issuer has broken its own rules.
    Issuer,
}

impl Rejection {
    /// The rule that was broken.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match &self.rule {
            Rule::Malformed(_)
            | Rule::Stale(StaleRequest::Expired)
            | Rule::Unfitting(_)
            | Rule::ProofForm
            | Rule::Proof
            | Rule::Replayed => Fault::Holder,
            Rule::Equivocation => Fault::Issuer,
            Rule::Stale(_)
            | Rule::Audience
            | Rule::UnknownIssuer
            | Rule::UnknownSchema
            | Rule::IssuerKey
            | Rule::MissingStatus
            | Rule::StaleStatus(_)
            | Rule::UnknownSet
            | Rule::Plan(_)
            | Rule::MissingKey
            | Rule::ReplayStore
            | Rule::Randomness => Fault::Verifier,
        }
    }

    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match &self.rule {
            Rule::Malformed(_) => "malformed",
            Rule::Stale(StaleRequest::NotYet) => "not_yet",
            Rule::Stale(StaleRequest::Expired) => "expired",
            Rule::Stale(_) => "other_day",
            Rule::Audience => "audience",
            Rule::Unfitting(_) => "unfitting",
            Rule::UnknownIssuer => "unknown_issuer",
            Rule::UnknownSchema => "unknown_schema",
            Rule::IssuerKey => "issuer_key",
            Rule::MissingStatus => "missing_status",
            Rule::StaleStatus(StaleStatus::NotYet) => "status_not_yet",
            Rule::StaleStatus(StaleStatus::Ended) => "status_ended",
            Rule::StaleStatus(_) => "status_superseded",
            Rule::Equivocation => "equivocation",
            Rule::UnknownSet => "unknown_set",
            Rule::Plan(_) => "plan",
            Rule::MissingKey => "missing_key",
            Rule::ProofForm => "proof_form",
            Rule::Proof => "proof",
            Rule::Replayed => "replayed",
            Rule::ReplayStore => "replay_store",
            Rule::Randomness => "randomness",
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match &self.rule {
            Rule::Malformed(_) | Rule::ProofForm | Rule::Unfitting(_) => {
                "Present again; if it happens again, the wallet and this verifier do not understand each other."
            }
            Rule::Stale(StaleRequest::Expired) | Rule::Replayed => {
                "Ask for a new request and present again."
            }
            Rule::Stale(_) => "Set the verifier's clock, then make a new request.",
            Rule::Proof => {
                "It was changed, or made for another request. Present again for this request."
            }
            Rule::Audience => "Verify only answers to requests that you made.",
            Rule::UnknownIssuer | Rule::UnknownSchema => {
                "Load the manifests of all issuers that requests accept."
            }
            Rule::IssuerKey => "Make requests from the newest manifests of the issuers.",
            Rule::MissingStatus => {
                "Keep the status lists that requests accept, for as long as they do."
            }
            Rule::StaleStatus(StaleStatus::NotYet) => "Compare the clocks of verifier and issuer.",
            Rule::StaleStatus(_) => {
                "Make a new request from the newest status lists of the issuers."
            }
            Rule::Equivocation => {
                "Keep both lists: together they prove that the issuer shows different people different ones."
            }
            Rule::UnknownSet => "Load the files of all sets that requests name.",
            Rule::Plan(_) => "Correct the request.",
            Rule::MissingKey => "Load the verifying keys of all circuits.",
            Rule::ReplayStore | Rule::Randomness => {
                "Nothing was accepted. Repair the verifier, then try again."
            }
        }
    }
}

impl Fault {
    /// The word for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Verifier => "verifier",
            Self::Issuer => "issuer",
        }
    }
}

impl From<Rule> for Rejection {
    fn from(rule: Rule) -> Self {
        Self { rule }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rule.fmt(f)
    }
}

impl core::error::Error for Rejection {}

impl Serialize for Rejection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Rejection", 4)?;
        out.serialize_field("rule", self.code())?;
        out.serialize_field("fault", self.fault().name())?;
        out.serialize_field("message", &self.to_string())?;
        out.serialize_field("advice", self.advice())?;
        out.end()
    }
}
