//! Compiling a request: first where everything stands, then what is claimed, then the proofs.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::layout::Layout;
use super::prove::Prover;
use super::{CredentialChoice, MAX_PROOFS, Plan, PlanError, PlanErrorKind, PlannedCredential};
use crate::claim::Claim;
use crate::fact::{AttributeRef, CardName, Fact};
use crate::formula::Formula;
use crate::predicate::{Other, Predicate};
use crate::relation::Known;
use crate::request::Request;

/// A fact with what is claimed of which slots.
pub(super) struct Typed {
    pub(super) fact: Fact,
    pub(super) claims: Formula<Claim>,
}

pub(super) fn plan(request: &Request, choices: &[CredentialChoice<'_>]) -> Result<Plan, PlanError> {
    let queries = request.queries();
    let mut layouts: Vec<Layout<'_>> = Vec::with_capacity(queries.len());
    let mut claims = 0;
    for (number, query) in queries.iter().enumerate() {
        let chosen = choices
            .get(number)
            .filter(|choice| choice.query == query.id());
        let choice = chosen.ok_or_else(|| {
            PlanError::new(
                format!("$.dcql_query.credentials[{number}]"),
                PlanErrorKind::Choice,
            )
        })?;
        layouts.push(Layout::new(number, query, choice, claims)?);
        claims += query.claims().len();
    }
    if choices.len() != queries.len() {
        return Err(PlanError::new(
            "$.dcql_query.credentials",
            PlanErrorKind::Choice,
        ));
    }
    let mut proved = Vec::with_capacity(layouts.len());
    for number in 0..layouts.len() {
        proved.push(typed(&layouts, number)?);
    }

    let mut prover = Prover::new(&layouts);
    for typed in proved.iter().flatten().flat_map(Formula::conjuncts) {
        if let Some((one, other)) = typed.fact.equates() {
            prover.equate(one, other);
        }
    }
    for (number, formulas) in proved.iter().enumerate() {
        prover.credential(number);
        for formula in formulas {
            prover.prove(number, formula);
        }
        if let Some(scope) = queries[number].pseudonym() {
            prover.pseudonym(number, scope.to_field(request.client()));
        }
    }
    let (proofs, variables) = prover.finish();
    if proofs.len() > MAX_PROOFS {
        let kind = PlanErrorKind::TooManyProofs(proofs.len());
        return Err(PlanError::new("$.dcql_query.credentials", kind));
    }
    let credentials = layouts
        .iter()
        .zip(proved)
        .enumerate()
        .map(|(number, (layout, formulas))| PlannedCredential {
            number,
            query: layout.query.id().into(),
            issuer: layout.planned_issuer(),
            schemas: layout
                .schemas
                .iter()
                .map(|schema| schema.id().clone())
                .collect(),
            schema_names: layout
                .schemas
                .iter()
                .map(|schema| schema.name().into())
                .collect(),
            digests: layout
                .schemas
                .iter()
                .map(|schema| schema.digest())
                .collect(),
            as_of: layout.query.as_of(),
            purpose: layout.query.purpose().map(String::from),
            claims: layout.claims.clone(),
            proved: formulas.iter().map(facts).collect(),
            status: layout.planned_status(),
            hidden: layout.hidden(number),
            pseudonym: layout.query.pseudonym().cloned(),
        })
        .collect();
    Ok(Plan {
        credentials,
        proofs,
        variables,
        known: Known::default(),
    })
}

/// The facts of which claims are made.
pub(super) fn facts(formula: &Formula<Typed>) -> Formula<Fact> {
    formula.expand(&mut |typed| typed.fact.clone().into())
}

/// What is asked of one credential, validity last.
fn typed(layouts: &[Layout<'_>], number: usize) -> Result<Vec<Formula<Typed>>, PlanError> {
    let places = 0..layouts[number].query.predicates().len();
    let mut formulas = places
        .map(|place| predicate(layouts, number, place))
        .collect::<Result<Vec<_>, _>>()?;
    formulas.extend(validity(layouts, number)?);
    Ok(formulas)
}

/// What one of a query's predicates claims.
pub(super) fn predicate(
    layouts: &[Layout<'_>],
    number: usize,
    place: usize,
) -> Result<Formula<Typed>, PlanError> {
    let at = format!("$.dcql_query.credentials[{number}].meta.predicates[{place}]");
    layouts[number].query.predicates()[place].try_map(&at, &mut |predicate, at| {
        let fact = fact(layouts, number, predicate, at)?;
        Typed::new(fact, &format!("{at}.{}", predicate.operator.name()))
    })
}

/// That the credential is valid, if that is asked.
pub(super) fn validity(
    layouts: &[Layout<'_>],
    number: usize,
) -> Result<Option<Formula<Typed>>, PlanError> {
    let query = layouts[number].query;
    if !query.not_expired() {
        return Ok(None);
    }
    let fact = Fact::Valid {
        credential: number,
        on: query.as_of(),
    };
    let at = format!("$.dcql_query.credentials[{number}].meta.not_expired");
    Ok(Some(Typed::new(fact, &at)?.into()))
}

fn fact(
    layouts: &[Layout<'_>],
    number: usize,
    predicate: &Predicate,
    at: &str,
) -> Result<Fact, PlanError> {
    let layout = &layouts[number];
    let attribute = layout
        .find(number, &predicate.path)
        .map_err(|kind| PlanError::new(format!("{at}.path"), kind))?;
    let at = format!("{at}.{}", predicate.operator.name());
    let other = match predicate.operator.other() {
        None => None,
        Some(other) => Some(other_attribute(layouts, number, other, &at)?),
    };
    Fact::new(attribute, &predicate.operator, other, layout.query.as_of())
        .map_err(|error| PlanError::new(at, PlanErrorKind::Fact(error)))
}

fn other_attribute(
    layouts: &[Layout<'_>],
    number: usize,
    other: &Other,
    at: &str,
) -> Result<(AttributeRef, Option<CardName>), PlanError> {
    let at = format!("{at}.other");
    let its = match &other.credential {
        None => number,
        Some(id) => layouts
            .iter()
            .position(|layout| layout.query.id() == id)
            .ok_or_else(|| {
                let kind = PlanErrorKind::UnknownQuery(id.clone());
                PlanError::new(format!("{at}.credential"), kind)
            })?,
    };
    let attribute = layouts[its].find(its, &other.path);
    let attribute = attribute.map_err(|kind| PlanError::new(format!("{at}.path"), kind))?;
    Ok((attribute, (its != number).then(|| card_name(layouts, its))))
}

fn card_name(layouts: &[Layout<'_>], number: usize) -> CardName {
    let mut others = layouts.iter().enumerate();
    match layouts[number].name() {
        Some(name) if !others.any(|(at, other)| at != number && other.name() == Some(name)) => {
            CardName::Kind(name.into())
        }
        _ => CardName::Place(number),
    }
}

impl Typed {
    fn new(fact: Fact, at: &str) -> Result<Self, PlanError> {
        let claims = fact.claims();
        let claims = claims.map_err(|error| PlanError::new(at, PlanErrorKind::Fact(error)))?;
        Ok(Self { fact, claims })
    }
}
