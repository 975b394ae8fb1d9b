//! Compiling a request.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use glimpse_primitives::Fr;

use super::{
    CredentialChoice, Plan, PlanError, PlanErrorKind, PlanSlot, PlannedCredential, PlannedFact,
    PlannedProof, Shows, VariableSource,
};
use crate::circuit::{CircuitId, CredentialSlot};
use crate::fact::{AttributeRef, Fact};
use crate::range::{RangeClaim, Term};
use crate::request::{CredentialQuery, Request};
use crate::value::ABSENT;

pub(super) fn plan(request: &Request, choices: &[CredentialChoice<'_>]) -> Result<Plan, PlanError> {
    let mut compiler = Compiler::default();
    for (number, query) in request.queries().iter().enumerate() {
        let at = format!("$.dcql_query.credentials[{number}]");
        let chosen = choices
            .get(number)
            .filter(|choice| choice.query == query.id());
        let choice = chosen.ok_or_else(|| refuse(&at, PlanErrorKind::Choice))?;
        compiler.credential(number, query, choice, &at)?;
    }
    if choices.len() != request.queries().len() {
        return Err(refuse("$.dcql_query.credentials", PlanErrorKind::Choice));
    }
    Ok(compiler.plan)
}

struct Compiler {
    plan: Plan,
    disclosed: usize,
}

impl Default for Compiler {
    fn default() -> Self {
        let plan = Plan {
            credentials: Vec::new(),
            proofs: Vec::new(),
            variables: Vec::new(),
        };
        Self { plan, disclosed: 0 }
    }
}

impl Compiler {
    fn credential(
        &mut self,
        number: usize,
        query: &CredentialQuery,
        choice: &CredentialChoice<'_>,
        at: &str,
    ) -> Result<(), PlanError> {
        if !query.issuers().contains(choice.issuer) {
            return Err(refuse(&format!("{at}.meta.issuers"), PlanErrorKind::Issuer));
        }
        if choice.schema.id() != query.schema() {
            return Err(refuse(&format!("{at}.meta.schema"), PlanErrorKind::Schema));
        }
        let claims = claims(query, choice, at)?;
        let facts = facts(query, choice, at)?;
        let attributes = choice.schema.attributes();
        let hidden = (0..)
            .zip(attributes)
            .filter(|(attribute, _)| !claims.iter().any(|claim| claim.number == *attribute))
            .map(|(attribute, definition)| AttributeRef::new(attribute, definition))
            .collect();

        let slots = self.credential_slots(number, choice, &claims);
        let credential_slots = slots.clone();
        let circuit = choice.schema.size_class().circuit();
        self.plan.proofs.push(PlannedProof {
            circuit,
            credential: number,
            shows: Shows::Credential,
            slots,
        });

        let facts = facts
            .into_iter()
            .map(|(fact, claim)| {
                let slot = |term| match term {
                    Term::Constant(value) => PlanSlot::Constant(Fr::from(value)),
                    Term::Slot(slot) => credential_slots[slot.index()],
                };
                let slots = alloc::vec![
                    slot(claim.value),
                    slot(claim.lower),
                    slot(claim.upper),
                    PlanSlot::Constant(Fr::from(!claim.holds)),
                    // Whatever is asked holds: to be outside is not the same as not to be inside, since an
                    // absent value is neither.
                    PlanSlot::Constant(Fr::from(true)),
                ];
                let proof = self.plan.proofs.len();
                let shows = Shows::Range(claim);
                self.plan.proofs.push(PlannedProof {
                    circuit: CircuitId::Range,
                    credential: number,
                    shows,
                    slots,
                });
                PlannedFact {
                    fact,
                    range: claim,
                    proof,
                }
            })
            .collect();

        self.plan.credentials.push(PlannedCredential {
            query: query.id().into(),
            issuer: choice.issuer.clone(),
            schema: choice.schema.id().clone(),
            schema_name: choice.schema.name().into(),
            as_of: query.as_of(),
            purpose: query.purpose().map(String::from),
            claims,
            facts,
            hidden,
        });
        Ok(())
    }

    /// Schema and issuer public; secret, status index and dates hidden; attributes disclosed or hidden; slots
    /// beyond the schema public and absent.
    fn credential_slots(
        &mut self,
        number: usize,
        choice: &CredentialChoice<'_>,
        claims: &[AttributeRef],
    ) -> Vec<PlanSlot> {
        let mut slots = alloc::vec![
            PlanSlot::Constant(choice.schema.digest().to_field()),
            PlanSlot::Constant(choice.issuer_key_hash.to_field()),
            self.hidden(VariableSource::HolderSecret),
        ];
        let used = choice.schema.attributes().len();
        let header = [
            CredentialSlot::StatusIndex,
            CredentialSlot::IssuedOn,
            CredentialSlot::ExpiresOn,
        ];
        let attributes = (0..choice.schema.size_class().slots()).map(CredentialSlot::Attribute);
        for slot in header.into_iter().chain(attributes) {
            let disclosed = claims
                .iter()
                .position(|claim| CredentialSlot::Attribute(claim.number) == slot);
            slots.push(match (slot, disclosed) {
                (_, Some(claim)) => PlanSlot::Disclosed(self.disclosed + claim),
                (CredentialSlot::Attribute(attribute), None) if attribute >= used => {
                    PlanSlot::Constant(ABSENT)
                }
                (slot, None) => self.hidden(VariableSource::Credential {
                    credential: number,
                    slot,
                }),
            });
        }
        self.disclosed += claims.len();
        slots
    }

    fn hidden(&mut self, source: VariableSource) -> PlanSlot {
        let variables = &mut self.plan.variables;
        let known = variables.iter().position(|variable| *variable == source);
        PlanSlot::Hidden(known.unwrap_or_else(|| {
            variables.push(source);
            variables.len() - 1
        }))
    }
}

fn claims(
    query: &CredentialQuery,
    choice: &CredentialChoice<'_>,
    at: &str,
) -> Result<Vec<AttributeRef>, PlanError> {
    let find = |(number, path)| match choice.schema.find(path) {
        Some((attribute, definition)) => Ok(AttributeRef::new(attribute, definition)),
        None => {
            let kind = PlanErrorKind::UnknownAttribute(path.clone());
            Err(refuse(&format!("{at}.claims[{number}].path"), kind))
        }
    };
    query.claims().iter().enumerate().map(find).collect()
}

fn facts(
    query: &CredentialQuery,
    choice: &CredentialChoice<'_>,
    at: &str,
) -> Result<Vec<(Fact, RangeClaim)>, PlanError> {
    let mut facts = Vec::new();
    for (number, predicate) in query.predicates().iter().enumerate() {
        let at = format!("{at}.meta.predicates[{number}]");
        let (attribute, definition) = choice.schema.find(&predicate.path).ok_or_else(|| {
            refuse(
                &format!("{at}.path"),
                PlanErrorKind::UnknownAttribute(predicate.path.clone()),
            )
        })?;
        let at = format!("{at}.{}", predicate.operator.name());
        let fact = Fact::new(attribute, definition, predicate, query.as_of());
        let fact = fact.map_err(|error| refuse(&at, PlanErrorKind::Fact(error)))?;
        let range = fact
            .range()
            .map_err(|error| refuse(&at, PlanErrorKind::Fact(error)))?;
        facts.push((fact, range));
    }
    if query.not_expired() {
        let fact = Fact::Valid { on: query.as_of() };
        let at = format!("{at}.meta.not_expired");
        let range = fact
            .range()
            .map_err(|error| refuse(&at, PlanErrorKind::Fact(error)))?;
        facts.push((fact, range));
    }
    Ok(facts)
}

fn refuse(path: &str, kind: PlanErrorKind) -> PlanError {
    PlanError {
        path: path.into(),
        kind,
    }
}
