//! Plans: what a request compiles to. Both sides compile the request that they hold and must reach the same
//! bytes; nothing in a plan comes from the other side but which of the accepted issuers was chosen.

mod assign;
mod choice;
mod compile;
mod draft;
mod layout;
mod prove;
mod unmet;

use alloc::string::String;
use alloc::vec::Vec;

use glimpse_primitives::Fr;

use crate::circuit::CircuitId;
use crate::claim::SlotRef;
use crate::codec::build;
use crate::credential::Credential;
use crate::fact::{AttributeRef, Fact, FactError};
use crate::formula::Formula;
use crate::identity::Did;
use crate::pseudonym::{Pseudonym, Scope};
use crate::relation::Known;
use crate::request::Request;
use crate::schema::{ClaimPath, SchemaDigest, SchemaId};
use crate::status::{Epoch, StatusHead};
use crate::tag;
use crate::time::Date;
use crate::value::AttributeValue;

pub use assign::Assignment;
pub use choice::{ChosenIssuer, CredentialChoice};
pub use draft::{Draft, Held, Unanswered};
pub use unmet::{NeededSet, Unmet};

/// The most proofs of one presentation, so that it stays within its limit in bytes.
pub const MAX_PROOFS: usize = 96;

/// What a request compiles to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    credentials: Vec<PlannedCredential>,
    proofs: Vec<PlannedProof>,
    variables: Vec<VariableSource>,
    /// The holder's own, and no part of what both sides share.
    known: Known,
}

/// What a plan does with one credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCredential {
    /// Its number in [`Plan::credentials`].
    pub number: usize,
    /// The query's id.
    pub query: String,
    /// The issuer, or those among whom it stays hidden.
    pub issuer: PlannedIssuer,
    /// The kind of credential, or the kinds among which it stays hidden: at least one.
    pub schemas: Vec<SchemaId>,
    /// The kinds' names for people.
    pub schema_names: Vec<String>,
    /// The digests of their schemas.
    pub digests: Vec<SchemaDigest>,
    /// The day that ages and validity are about.
    pub as_of: Date,
    /// Why the verifier says it asks.
    pub purpose: Option<String>,
    /// What is disclosed, in the request's order.
    pub claims: Vec<AttributeRef>,
    /// What is proved, in the request's order, validity last.
    pub proved: Vec<Formula<Fact>>,
    /// By which status lists it must not be revoked.
    pub status: Option<PlannedStatus>,
    /// What stays hidden, in the schema's order; nothing if the schema itself is hidden. Attributes that facts are
    /// about are among them.
    pub hidden: Vec<AttributeRef>,
    /// The scope in which the holder can be recognised again.
    pub pseudonym: Option<Scope>,
}

/// What an answer says of a credential's issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedIssuer {
    /// Who it is.
    Shown(Did),
    /// That it is one of these.
    OneOf(Vec<Did>),
}

/// What is asked of status lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStatus {
    /// The head of the issuer's list; of each accepted issuer's, in their order, if the issuer stays hidden.
    pub heads: Vec<StatusHead>,
    /// For how many seconds a list counts after it has ended, or after a newer one has begun.
    pub tolerance: u32,
}

/// One proof of a presentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedProof {
    /// The circuit.
    pub circuit: CircuitId,
    /// For which credential it is asked, by its number in [`Plan::credentials`].
    pub credential: usize,
    /// Every slot of the circuit, in order.
    pub slots: Vec<PlanSlot>,
    /// The request's day, if the proof is about it and useless on another.
    pub on: Option<Date>,
}

/// A slot of a planned proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanSlot {
    /// A public value that both sides know from the request.
    Constant(Fr),
    /// A public value that the presentation discloses, by its number among all disclosed claims.
    Disclosed(usize),
    /// A hidden value, by its number in [`Plan::variables`].
    Hidden(usize),
    /// A public value that the presentation discloses, by its number among all pseudonyms.
    Pseudonym(usize),
}

/// A slot with its public value put in: what becomes a slot of a `link` statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementSlot {
    /// A public value.
    Public(Fr),
    /// A variable, numbered from 0 in order of first use.
    Hidden(u16),
}

/// Where the value of a hidden variable comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableSource {
    /// The holder's secret, one over all credentials.
    HolderSecret,
    /// A slot of a credential.
    Credential(SlotRef),
    /// One of the four roots of the status list of a credential's hidden issuer.
    StatusRoot {
        /// The credential's number in [`Plan::credentials`].
        credential: usize,
        /// The root's number.
        root: usize,
    },
    /// The last slot of a proof, which its other slots determine.
    Output {
        /// The proof's number in [`Plan::proofs`].
        proof: usize,
    },
}

/// Why a request and the choices make no plan, with the path in the request where that is so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {kind}")]
pub struct PlanError {
    path: String,
    kind: PlanErrorKind,
}

/// Why a request and the choices make no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanErrorKind {
    /// Not exactly one choice for each query, in the request's order.
    #[error("no credential, or more than one, was chosen for this query")]
    Choice,
    /// The chosen issuer is not among those that the query accepts.
    #[error("the chosen issuer is not accepted")]
    Issuer,
    /// The request gives another hash of the chosen issuer's key than it has, so that it would not be hidden.
    #[error("the request names another key for the chosen issuer")]
    IssuerKey,
    /// The query demands that the credential is not revoked, and none of the lists that it accepts of the issuer is at hand.
    #[error("none of the issuer's status lists that the request accepts is at hand")]
    NoStatus,
    /// The chosen schema is of another kind.
    #[error("the chosen credential is of another kind")]
    Schema,
    /// Accepted schemas have the attribute at different places, or in different types, which would tell them apart.
    #[error("the accepted schemas differ in {0}")]
    Layout(ClaimPath),
    /// The request has no query of that id.
    #[error("the request has no query {0}")]
    UnknownQuery(String),
    /// More proofs than a presentation can hold.
    #[error("{0} proofs are more than the {MAX_PROOFS} of one presentation")]
    TooManyProofs(usize),
    /// The schema has no attribute at that path.
    #[error("the schema has no attribute {0}")]
    UnknownAttribute(ClaimPath),
    /// The predicate makes no sense for the attribute.
    #[error("{0}")]
    Fact(FactError),
}

impl Plan {
    /// Compiles a request; `choices` are in the order of its queries.
    ///
    /// # Errors
    /// [`PlanError`] with the path in the request.
    pub fn compile(request: &Request, choices: &[CredentialChoice<'_>]) -> Result<Self, PlanError> {
        compile::plan(request, choices)
    }

    /// What is done with each credential, in the order of the request's queries.
    pub fn credentials(&self) -> &[PlannedCredential] {
        &self.credentials
    }

    /// The proofs: for each credential its own, then those of what is asked of it, a gate after its inputs.
    pub fn proofs(&self) -> &[PlannedProof] {
        &self.proofs
    }

    /// The hidden variables in order of first use.
    pub fn variables(&self) -> &[VariableSource] {
        &self.variables
    }

    /// Every claim that is disclosed, with the number of its credential, in the order in which a presentation
    /// lists the values.
    pub fn disclosed(&self) -> impl Iterator<Item = (usize, &AttributeRef)> {
        let numbered = self.credentials.iter().enumerate();
        numbered.flat_map(|(number, credential)| {
            credential.claims.iter().map(move |claim| (number, claim))
        })
    }

    /// The scopes of all pseudonyms, in the order in which a presentation lists them.
    pub fn pseudonyms(&self) -> impl Iterator<Item = &Scope> {
        self.credentials
            .iter()
            .filter_map(|credential| credential.pseudonym.as_ref())
    }

    /// The epochs of the lists by which credentials of shown issuers must not be revoked, in the order in which a
    /// presentation lists them.
    pub fn epochs(&self) -> impl Iterator<Item = Epoch> {
        self.credentials.iter().filter_map(|planned| {
            let status = planned.status.as_ref()?;
            match planned.issuer {
                PlannedIssuer::Shown(_) => status.heads.first().map(StatusHead::epoch),
                PlannedIssuer::OneOf(_) => None,
            }
        })
    }

    /// The slots of each proof with disclosed values put in, as encoded by [`AttributeValue::encode`] and in the
    /// order of [`Plan::disclosed`], and pseudonyms in the order of [`Plan::pseudonyms`]; `None` if their number is
    /// another.
    pub fn statement_slots(
        &self,
        disclosed: &[Fr],
        pseudonyms: &[Pseudonym],
    ) -> Option<Vec<Vec<StatementSlot>>> {
        if disclosed.len() != self.disclosed().count()
            || pseudonyms.len() != self.pseudonyms().count()
        {
            return None;
        }
        let resolve = |slot: &PlanSlot| match *slot {
            PlanSlot::Constant(value) => Some(StatementSlot::Public(value)),
            PlanSlot::Disclosed(claim) => disclosed.get(claim).copied().map(StatementSlot::Public),
            PlanSlot::Hidden(variable) => u16::try_from(variable).ok().map(StatementSlot::Hidden),
            PlanSlot::Pseudonym(number) => {
                let pseudonym = pseudonyms.get(number)?;
                Some(StatementSlot::Public(pseudonym.to_field()))
            }
        };
        self.proofs
            .iter()
            .map(|proof| proof.slots.iter().map(resolve).collect())
            .collect()
    }

    /// The values that a presentation by these credentials discloses, in the order of [`Plan::disclosed`].
    ///
    /// # Errors
    /// As [`Plan::check`].
    pub fn disclosed_values(
        &self,
        credentials: &[&Credential],
    ) -> Result<Vec<AttributeValue>, Unmet> {
        self.check(credentials)?;
        self.disclosed()
            .map(|(_, claim)| unmet::value(credentials, claim).cloned())
            .collect()
    }

    /// What the linked proof of a presentation is bound to: this version, the exact request and this plan.
    pub fn context(&self, request: &Request) -> [u8; 32] {
        tag::PRESENTATION.sha256(&[b"1", request.bytes(), &self.to_bytes()])
    }

    /// The canonical bytes: issuers, status lists, circuits with versions, and every slot. Two plans of one request with one
    /// choice are identical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        build(|writer| {
            writer.array(3).uint(1).array(self.credentials.len());
            for credential in &self.credentials {
                writer.array(4).text(&credential.query);
                let (shown, dids) = match &credential.issuer {
                    PlannedIssuer::Shown(did) => (true, core::slice::from_ref(did)),
                    PlannedIssuer::OneOf(dids) => (false, dids.as_slice()),
                };
                writer.array(1 + dids.len()).bool(shown);
                dids.iter().for_each(|did| {
                    writer.text(did.as_str());
                });
                writer.array(credential.schemas.len());
                credential.schemas.iter().for_each(|schema| {
                    writer.text(schema.as_str());
                });
                let heads = credential.status.iter().flat_map(|status| &status.heads);
                let heads: Vec<_> = heads.collect();
                writer.array(heads.len());
                heads.iter().for_each(|head| {
                    writer.bytes(&head.to_bytes());
                });
            }
            writer.array(self.proofs.len());
            for proof in &self.proofs {
                writer
                    .array(4)
                    .text(proof.circuit.name())
                    .uint(proof.circuit.version().into());
                writer
                    .uint(proof.credential as u64)
                    .array(proof.slots.len());
                for slot in &proof.slots {
                    match slot {
                        PlanSlot::Constant(value) => writer
                            .array(2)
                            .uint(0)
                            .bytes(&glimpse_primitives::field::to_bytes(value)),
                        PlanSlot::Disclosed(claim) => writer.array(2).uint(1).uint(*claim as u64),
                        PlanSlot::Hidden(variable) => {
                            writer.array(2).uint(2).uint(*variable as u64)
                        }
                        PlanSlot::Pseudonym(number) => writer.array(2).uint(3).uint(*number as u64),
                    };
                }
            }
        })
    }
}

impl PlannedCredential {
    /// The list by which a credential must not be revoked to answer, if that is asked: where the issuer stays hidden, the
    /// one that the request gives for the credential's own issuer. A wallet makes its proof from a list that it has fetched
    /// and checked itself, whose head must be the same.
    pub fn status_of(&self, credential: &Credential) -> Option<&StatusHead> {
        let mut heads = self.status.iter().flat_map(|status| &status.heads);
        heads.find(|head| head.issuer() == credential.issuer())
    }

    /// Whether the credential is proved to be valid on the day.
    pub fn asks_validity(&self) -> bool {
        let facts = self.proved.iter().flat_map(Formula::conjuncts);
        facts.into_iter().any(|fact| fact.valid_on().is_some())
    }
}

impl PlanError {
    pub(crate) fn new(path: impl Into<String>, kind: PlanErrorKind) -> Self {
        Self {
            path: path.into(),
            kind,
        }
    }

    /// Where in the request, as `$.dcql_query.credentials[0].meta.predicates[1]`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong there.
    pub fn kind(&self) -> &PlanErrorKind {
        &self.kind
    }
}
