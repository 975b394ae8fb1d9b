//! One attribute compared with another, of the same or of another credential of the same holder.

use alloc::string::String;

use super::{AttributeRef, Fact, FactError};
use crate::claim::{Claim, Term};
use crate::formula::Formula;

/// How one attribute compares with another of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less, or earlier.
    Lt,
    /// Not greater, or not later.
    Lte,
    /// Greater, or later.
    Gt,
    /// Not less, or not earlier.
    Gte,
}

/// What a credential is called next to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardName {
    /// The name of its kind, which no other credential of the request has.
    Kind(String),
    /// Its place among the credentials of the request, from 0, where its kind is hidden or another's, too.
    Place(usize),
}

pub(super) fn new(
    attribute: AttributeRef,
    relation: Relation,
    other: AttributeRef,
    card: Option<CardName>,
) -> Result<Fact, FactError> {
    let (mine, others) = (attribute.attribute_type, other.attribute_type);
    if mine != others {
        return Err(FactError::Types(mine, others));
    }
    if attribute.slot() == other.slot() {
        return Err(FactError::Itself);
    }
    if relation.is_order() && !mine.is_ordered() {
        return Err(attribute.unsupported(relation.operator()));
    }
    Ok(Fact::Related {
        attribute,
        relation,
        other,
        card,
    })
}

/// A range circuit says all of it where values are numbers of 64 bits: a < b is "b does not lie between 0 and a", since
/// the circuit is false of absent bounds too, negated or not.
///
/// Elsewhere the member circuit compares, which sees the absence of its value only: an absent element equals no
/// value, so that *not equal* needs the other's presence in a proof of its own.
pub(super) fn claims(
    attribute: &AttributeRef,
    relation: Relation,
    other: &AttributeRef,
) -> Formula<Claim> {
    let (a, b) = (attribute.term(), other.term());
    let zero = Term::code(0);
    if attribute.attribute_type.bounds().is_some() {
        return Formula::Leaf(match relation {
            Relation::Eq => Claim::range(a, b, b, false),
            Relation::Ne => Claim::range(a, b, b, true),
            Relation::Lt => Claim::range(b, zero, a, true),
            Relation::Lte => Claim::range(a, zero, b, false),
            Relation::Gt => Claim::range(a, zero, b, true),
            Relation::Gte => Claim::range(b, zero, a, false),
        });
    }
    match relation {
        Relation::Ne if other.optional => Formula::All(alloc::vec![
            Claim::member(a, &[b], true).into(),
            Claim::exists(b).into(),
        ]),
        Relation::Ne => Claim::member(a, &[b], true).into(),
        // Orders are refused for these types when the fact is made.
        Relation::Eq | Relation::Lt | Relation::Lte | Relation::Gt | Relation::Gte => {
            Claim::member(a, &[b], false).into()
        }
    }
}

impl Relation {
    pub(super) const fn is_order(self) -> bool {
        match self {
            Self::Lt | Self::Lte | Self::Gt | Self::Gte => true,
            Self::Eq | Self::Ne => false,
        }
    }

    pub(super) const fn operator(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::Gt => "gt",
            Self::Gte => "gte",
        }
    }
}
