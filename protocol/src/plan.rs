//! Plans: what a request compiles to. Both sides compile the request that they hold and must reach the same
//! bytes; nothing in a plan comes from the other side but which of the accepted issuers was chosen.

mod compile;
mod unmet;

use alloc::string::String;
use alloc::vec::Vec;

use glimpse_primitives::Fr;

use crate::circuit::{CircuitId, CredentialSlot};
use crate::codec::build;
use crate::credential::Credential;
use crate::fact::{AttributeRef, Fact, FactError};
use crate::holder::IssuerKeyHash;
use crate::identity::Did;
use crate::manifest::IssuerManifest;
use crate::range::RangeClaim;
use crate::request::Request;
use crate::schema::{ClaimPath, Schema, SchemaId};
use crate::tag;
use crate::time::Date;
use crate::value::AttributeValue;

pub use unmet::Unmet;

/// Which issuer's credential answers a query.
#[derive(Debug, Clone, Copy)]
pub struct CredentialChoice<'a> {
    /// The query's id.
    pub query: &'a str,
    /// The issuer, one of those that the query accepts.
    pub issuer: &'a Did,
    /// The hash of the issuer's BabyJubJub key.
    pub issuer_key_hash: IssuerKeyHash,
    /// The issuer's schema of the kind that the query asks for.
    pub schema: &'a Schema,
}

/// What a request compiles to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    credentials: Vec<PlannedCredential>,
    proofs: Vec<PlannedProof>,
    variables: Vec<VariableSource>,
}

/// What a plan does with one credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCredential {
    /// The query's id.
    pub query: String,
    /// The issuer.
    pub issuer: Did,
    /// The kind of credential.
    pub schema: SchemaId,
    /// The kind's name for people.
    pub schema_name: String,
    /// The day that ages and validity are about.
    pub as_of: Date,
    /// Why the verifier says it asks.
    pub purpose: Option<String>,
    /// What is disclosed, in the request's order.
    pub claims: Vec<AttributeRef>,
    /// What is proved, in the request's order, validity last.
    pub facts: Vec<PlannedFact>,
    /// What stays hidden, in the schema's order. Attributes that facts are about are among them.
    pub hidden: Vec<AttributeRef>,
}

/// A fact and the range proof that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFact {
    /// The fact.
    pub fact: Fact,
    /// What its range proof shows.
    pub range: RangeClaim,
    /// The number of its proof in [`Plan::proofs`].
    pub proof: usize,
}

/// One proof of a presentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedProof {
    /// The circuit.
    pub circuit: CircuitId,
    /// Which credential it is about, by its number in [`Plan::credentials`].
    pub credential: usize,
    /// What it shows.
    pub shows: Shows,
    /// Every slot of the circuit, in order.
    pub slots: Vec<PlanSlot>,
}

/// What a proof shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// That the credential is signed by its issuer and belongs to the holder.
    Credential,
    /// That one slot of the credential, or the request's day, lies inside or outside a range.
    Range(RangeClaim),
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
    Credential {
        /// The credential's number in [`Plan::credentials`].
        credential: usize,
        /// Its slot.
        slot: CredentialSlot,
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
    /// The chosen schema is of another kind.
    #[error("the chosen credential is of another kind")]
    Schema,
    /// The schema has no attribute at that path.
    #[error("the schema has no attribute {0}")]
    UnknownAttribute(ClaimPath),
    /// The predicate makes no sense for the attribute.
    #[error("{0}")]
    Fact(FactError),
}

impl<'a> CredentialChoice<'a> {
    /// Chooses a credential by its issuer's manifest; `None` if the manifest has no such schema.
    pub fn new(query: &'a str, manifest: &'a IssuerManifest, schema: &SchemaId) -> Option<Self> {
        let schema = manifest.schema(schema)?;
        Some(Self {
            query,
            issuer: manifest.id(),
            issuer_key_hash: manifest.issuer_key_hash(),
            schema,
        })
    }

    /// Chooses a credential that the holder has.
    pub fn of(query: &'a str, credential: &'a Credential) -> Self {
        let schema = credential.body().schema();
        Self {
            query,
            issuer: credential.issuer(),
            issuer_key_hash: credential.issuer_key_hash(),
            schema,
        }
    }
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

    /// The proofs: for each credential its own, then one a fact.
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

    /// The slots of each proof with disclosed values put in, as encoded by [`AttributeValue::encode`] and in the
    /// order of [`Plan::disclosed`]; `None` if their number is another.
    pub fn statement_slots(&self, disclosed: &[Fr]) -> Option<Vec<Vec<StatementSlot>>> {
        if disclosed.len() != self.disclosed().count() {
            return None;
        }
        let resolve = |slot: &PlanSlot| match *slot {
            PlanSlot::Constant(value) => Some(StatementSlot::Public(value)),
            PlanSlot::Disclosed(claim) => disclosed.get(claim).copied().map(StatementSlot::Public),
            PlanSlot::Hidden(variable) => u16::try_from(variable).ok().map(StatementSlot::Hidden),
        };
        self.proofs
            .iter()
            .map(|proof| proof.slots.iter().map(resolve).collect())
            .collect()
    }

    /// Checks that these credentials can answer, before anything is proved.
    ///
    /// # Errors
    /// [`Unmet`]: the first thing that is not so.
    pub fn check(&self, credentials: &[&Credential]) -> Result<(), Unmet> {
        for (number, planned) in self.credentials.iter().enumerate() {
            let other = || Unmet::OtherCredential {
                query: planned.query.clone(),
            };
            let credential = credentials.get(number).ok_or_else(other)?;
            if *credential.issuer() != planned.issuer
                || *credential.body().schema().id() != planned.schema
            {
                return Err(other());
            }
            planned.check(credential)?;
        }
        Ok(())
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
        let value = |(number, claim): (usize, &AttributeRef)| {
            let values = credentials
                .get(number)
                .map(|credential| credential.body().values());
            values
                .and_then(|values| values.get(claim.number)?.clone())
                .ok_or_else(|| Unmet::absent(claim))
        };
        self.disclosed().map(value).collect()
    }

    /// What the linked proof of a presentation is bound to: this version, the exact request and this plan.
    pub fn context(&self, request: &Request) -> [u8; 32] {
        tag::PRESENTATION.sha256(&[b"1", request.bytes(), &self.to_bytes()])
    }

    /// The canonical bytes: issuers, circuits with versions, and every slot. Two plans of one request with one
    /// choice are identical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        build(|writer| {
            writer.array(3).uint(1).array(self.credentials.len());
            for credential in &self.credentials {
                writer
                    .array(3)
                    .text(&credential.query)
                    .text(credential.issuer.as_str());
                writer.text(credential.schema.as_str());
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
                    };
                }
            }
        })
    }
}

impl PlannedCredential {
    /// Whether the credential is proved to be valid on the day.
    pub fn asks_validity(&self) -> bool {
        let valid = |planned: &PlannedFact| matches!(planned.fact, Fact::Valid { .. });
        self.facts.iter().any(valid)
    }
}

impl PlanError {
    /// Where in the request, as `$.dcql_query.credentials[0].meta.predicates[1]`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong there.
    pub fn kind(&self) -> &PlanErrorKind {
        &self.kind
    }
}
