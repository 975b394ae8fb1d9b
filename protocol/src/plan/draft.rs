//! What a request asks of credentials before there is one for each query: a plan's facts without its proofs.

use alloc::vec::Vec;
use core::fmt;

use super::compile::{facts, predicate, validity};
use super::layout::Layout;
use super::unmet::{NeededSet, Unmet, check_formula, held_value};
use super::{CredentialChoice, PlanError, PlanErrorKind};
use crate::circuit::CircuitId;
use crate::credential::Credential;
use crate::predicate::Operator;
use crate::relation::Known;
use crate::request::Request;
use crate::status::StatusHead;

/// A credential that its holder might show.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// The issuer's status list on which an answer by it would rest.
    pub status: Option<&'a StatusHead>,
}

/// What a request asks of the credentials at hand. The holder's own: nothing of it is shared.
pub struct Draft<'a> {
    request: &'a Request,
    layouts: Vec<Layout<'a>>,
    held: Vec<Option<&'a Credential>>,
    known: Known,
}

/// Why credentials cannot answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// The query makes no sense for them: the verifier's mistake.
    #[error(transparent)]
    Request(#[from] PlanError),
    /// Something that is asked for is absent or not so.
    #[error(transparent)]
    Unmet(#[from] Unmet),
}

impl<'a> Draft<'a> {
    /// Looks at a request with these credentials, one for each query in the request's order, or none.
    ///
    /// # Errors
    /// [`PlanError`] with the path in the request if a query does not accept its credential.
    pub fn new(request: &'a Request, held: &[Option<Held<'a>>]) -> Result<Self, PlanError> {
        let queries = request.queries().iter().enumerate();
        let at_hand = |number: usize| held.get(number).copied().flatten();
        let layouts = queries.map(|(number, query)| match at_hand(number) {
            None => Ok(Layout::without_credential(query)),
            Some(held) => {
                let choice = CredentialChoice::of(query.id(), held.credential);
                Layout::new(number, query, &choice.with_status(held.status), 0)
            }
        });
        let layouts = layouts.collect::<Result<Vec<_>, _>>()?;
        let held = (0..layouts.len()).map(|number| at_hand(number).map(|held| held.credential));
        Ok(Self {
            request,
            held: held.collect(),
            layouts,
            known: Known::default(),
        })
    }

    /// The same, with the help of statements that the holder knows to be true.
    #[must_use]
    pub fn with_known(self, known: Known) -> Self {
        Self { known, ..self }
    }

    /// The published sets that a query is about and of which nothing is [known](Self::with_known).
    ///
    /// # Errors
    /// [`PlanError`] if the credential has no such attribute.
    pub fn needed_sets(&self, number: usize) -> Result<Vec<NeededSet<'a>>, PlanError> {
        let mut needed = Vec::new();
        let (Some(query), Some(Some(credential))) =
            (self.request.queries().get(number), self.held.get(number))
        else {
            return Ok(needed);
        };
        for predicate in query
            .predicates()
            .iter()
            .flat_map(|formula| formula.leaves())
        {
            let Some(set) = predicate.operator.set() else {
                continue;
            };
            let attribute = self.layouts[number].find(number, &predicate.path);
            let attribute = attribute.map_err(|kind| self.refuse(number, kind))?;
            let Some(value) = credential.slot(attribute.slot().slot) else {
                continue;
            };
            let negated = matches!(predicate.operator, Operator::NotInSet(_));
            let set = NeededSet {
                set,
                value,
                negated,
            };
            if self.known.output(CircuitId::Set, &set.inputs()).is_none() {
                needed.push(set);
            }
        }
        Ok(needed)
    }

    /// Checks what a query asks of its credential, and of others as far as they are at hand. As with a plan, sets come before
    /// facts.
    ///
    /// # Errors
    /// [`Unanswered`]: the first thing that is not so.
    pub fn check(&self, number: usize) -> Result<(), Unanswered> {
        let (Some(layout), Some(Some(_))) = (self.layouts.get(number), self.held.get(number))
        else {
            return Ok(());
        };
        if let Some(needed) = self.needed_sets(number)?.first() {
            return Err(Unanswered::Unmet(Unmet::SetNeeded {
                uri: needed.set.uri().as_str().into(),
            }));
        }
        // What makes no sense of this kind of card is said whatever the card says: before any value is looked at.
        for place in 0..layout.query.predicates().len() {
            if self.is_at_hand(number, place) {
                predicate(&self.layouts, number, place)?;
            }
        }
        validity(&self.layouts, number)?;
        for claim in &layout.claims {
            held_value(&self.held, claim)?;
        }
        for place in 0..layout.query.predicates().len() {
            self.check_predicate(number, place)?;
        }
        if let Some(valid) = validity(&self.layouts, number)? {
            check_formula(&self.known, &facts(&valid), &self.held)?;
        }
        Ok(())
    }

    /// Checks one of a query's predicates, if all credentials that it is about are at hand.
    ///
    /// # Errors
    /// [`Unanswered`]: the first thing that is not so.
    pub fn check_predicate(&self, number: usize, place: usize) -> Result<(), Unanswered> {
        if !self.is_at_hand(number, place) {
            return Ok(());
        }
        let typed = predicate(&self.layouts, number, place)?;
        check_formula(&self.known, &facts(&typed), &self.held)?;
        Ok(())
    }

    /// Whether all credentials are that a predicate is about.
    fn is_at_hand(&self, number: usize, place: usize) -> bool {
        let mut about = self.request.queries_of(number, place).into_iter();
        about.all(|number| self.held[number].is_some())
    }

    fn refuse(&self, number: usize, kind: PlanErrorKind) -> PlanError {
        PlanError::new(
            alloc::format!("$.dcql_query.credentials[{number}].meta.predicates"),
            kind,
        )
    }
}

/// Redacted: the credentials are the holder's.
impl fmt::Debug for Draft<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").finish_non_exhaustive()
    }
}
