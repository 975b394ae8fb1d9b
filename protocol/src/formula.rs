//! Formulas: statements combined by `all`, `any` and `not`.
//!
//! One tree serves three stages: over predicates as a request states them, over facts once a schema has typed them,
//! over claims that a circuit can show. A list of formulas is a conjunction.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use serde_json::{Value, json};

use crate::json::{JsonError, Node};
use crate::predicate::Predicate;

/// The most `all`, `any` and `not` around a predicate.
pub const MAX_DEPTH: usize = 4;
/// The most members of one `all` or `any`.
pub const MAX_MEMBERS: usize = 8;

/// Statements of one kind, combined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula<L> {
    /// A statement.
    Leaf(L),
    /// Every member is true.
    All(Vec<Self>),
    /// At least one member is true.
    Any(Vec<Self>),
    /// What is inside is false.
    Not(Box<Self>),
}

impl<L> Formula<L> {
    /// The negation.
    #[must_use]
    pub fn negate(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Whether the formula is true, if `leaf` says which statements are.
    pub fn is_true(&self, leaf: &mut impl FnMut(&L) -> bool) -> bool {
        match self {
            Self::Leaf(statement) => leaf(statement),
            Self::All(members) => members.iter().all(|member| member.is_true(leaf)),
            Self::Any(members) => members.iter().any(|member| member.is_true(leaf)),
            Self::Not(inner) => !inner.is_true(leaf),
        }
    }

    /// The statements, in order.
    pub fn leaves(&self) -> Vec<&L> {
        let mut leaves = Vec::new();
        self.collect(&mut leaves);
        leaves
    }

    fn collect<'a>(&'a self, leaves: &mut Vec<&'a L>) {
        match self {
            Self::Leaf(statement) => leaves.push(statement),
            Self::All(members) | Self::Any(members) => {
                members.iter().for_each(|member| member.collect(leaves));
            }
            Self::Not(inner) => inner.collect(leaves),
        }
    }

    /// The statements that are claimed outright: those that are true whenever the formula is.
    pub fn conjuncts(&self) -> Vec<&L> {
        match self {
            Self::Leaf(statement) => alloc::vec![statement],
            Self::All(members) => members.iter().flat_map(Self::conjuncts).collect(),
            Self::Any(_) | Self::Not(_) => Vec::new(),
        }
    }

    /// The same formula over other statements. `leaf` is given each statement with its path below `at`.
    pub(crate) fn try_map<M, E>(
        &self,
        at: &str,
        leaf: &mut impl FnMut(&L, &str) -> Result<M, E>,
    ) -> Result<Formula<M>, E> {
        let mut list = |members: &[Self], name: &str| {
            members
                .iter()
                .enumerate()
                .map(|(number, member)| member.try_map(&format!("{at}.{name}[{number}]"), leaf))
                .collect::<Result<Vec<_>, E>>()
        };
        Ok(match self {
            Self::Leaf(statement) => Formula::Leaf(leaf(statement, at)?),
            Self::All(members) => Formula::All(list(members, "all")?),
            Self::Any(members) => Formula::Any(list(members, "any")?),
            Self::Not(inner) => inner.try_map(&format!("{at}.not"), leaf)?.negate(),
        })
    }

    /// The same formula with formulas in the places of its statements.
    pub(crate) fn expand<M>(&self, leaf: &mut impl FnMut(&L) -> Formula<M>) -> Formula<M> {
        match self {
            Self::Leaf(statement) => leaf(statement),
            Self::All(members) => {
                Formula::All(members.iter().map(|member| member.expand(leaf)).collect())
            }
            Self::Any(members) => {
                Formula::Any(members.iter().map(|member| member.expand(leaf)).collect())
            }
            Self::Not(inner) => inner.expand(leaf).negate(),
        }
    }
}

impl Formula<Predicate> {
    pub(crate) fn from_node(node: Node<'_>) -> Result<Self, JsonError> {
        Self::read(node, MAX_DEPTH)
    }

    fn read(node: Node<'_>, depth: usize) -> Result<Self, JsonError> {
        let place = node.clone();
        let mut object = node.clone().object()?;
        let connectives = ["all", "any", "not"];
        let Some((name, inner)) = connectives
            .into_iter()
            .find_map(|name| object.opt(name).map(|inner| (name, inner)))
        else {
            return Predicate::from_node(node).map(Self::Leaf);
        };
        object.finish()?;
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| place.invalid("nested more than four levels deep"))?;
        if name == "not" {
            return Ok(Self::read(inner, depth)?.negate());
        }
        let mut members: Vec<Self> = Vec::new();
        for node in inner.array(MAX_MEMBERS)? {
            let place = node.clone();
            let member = Self::read(node, depth)?;
            if members.contains(&member) {
                return Err(place.invalid("listed twice"));
            }
            members.push(member);
        }
        if members.is_empty() {
            return Err(inner.invalid("must not be empty"));
        }
        Ok(match name {
            "all" => Self::All(members),
            _ => Self::Any(members),
        })
    }

    pub(crate) fn to_json(&self) -> Value {
        let list = |members: &[Self]| members.iter().map(Self::to_json).collect::<Vec<_>>();
        match self {
            Self::Leaf(predicate) => predicate.to_json(),
            Self::All(members) => json!({ "all": list(members) }),
            Self::Any(members) => json!({ "any": list(members) }),
            Self::Not(inner) => json!({ "not": inner.to_json() }),
        }
    }
}

impl<L> From<L> for Formula<L> {
    fn from(statement: L) -> Self {
        Self::Leaf(statement)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    fn truths(formula: &Formula<usize>) -> Vec<bool> {
        (0..8u32)
            .map(|bits| formula.is_true(&mut |leaf| bits >> leaf & 1 == 1))
            .collect()
    }

    #[test]
    fn connectives_mean_what_they_say() {
        let [a, b, c] = [0, 1, 2].map(Formula::Leaf);
        let formula = Formula::All(alloc::vec![
            a.clone(),
            Formula::Any(alloc::vec![b.clone(), c.clone().negate()]),
        ]);
        let expected: Vec<bool> = (0..8u32)
            .map(|bits| bits & 1 == 1 && (bits & 2 != 0 || bits & 4 == 0))
            .collect();
        assert_eq!(truths(&formula), expected);
        assert_eq!(formula.leaves(), [&0, &1, &2]);
        assert_eq!(formula.conjuncts(), [&0]);
        assert_eq!(
            truths(&formula.expand(&mut |leaf| Formula::Leaf(*leaf))),
            expected
        );
    }

    #[test]
    fn every_leaf_knows_its_path() {
        let formula = Formula::Any(alloc::vec![
            Formula::Leaf(0),
            Formula::All(alloc::vec![Formula::Leaf(1), Formula::Leaf(2).negate()]),
        ]);
        let mut paths: Vec<String> = Vec::new();
        let mapped = formula.try_map("$", &mut |leaf, at| {
            paths.push(at.into());
            Ok::<_, ()>(*leaf)
        });
        assert_eq!(mapped, Ok(formula));
        assert_eq!(
            paths,
            ["$.any[0]", "$.any[1].all[0]", "$.any[1].all[1].not"]
        );
    }
}
