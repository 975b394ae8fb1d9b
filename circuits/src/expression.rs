//! Linear combinations with their value.

use ark_ff::{AdditiveGroup, Field};
use glimpse_primitives::Fr;

/// A column of the constraint matrices: 0 is the constant 1, then public inputs, then the witness.
pub(crate) type Column = u32;

/// The column of the constant 1.
pub(crate) const ONE: Column = 0;

/// A linear combination of columns, and what it evaluates to under the assignment at hand.
///
/// A system that only computes a witness keeps no terms; then `terms` is `None` everywhere.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    pub(crate) value: Fr,
    /// Whether no variable occurs, in which case products need no constraint.
    pub(crate) constant: bool,
    /// Sorted by column, without zero coefficients.
    pub(crate) terms: Option<Vec<(Column, Fr)>>,
}

impl Expression {
    /// `self + factor·other`.
    pub(crate) fn plus(&self, factor: Fr, other: &Self) -> Self {
        let terms = match (&self.terms, &other.terms) {
            (Some(ours), Some(theirs)) => Some(merge(ours, factor, theirs)),
            _ => None,
        };
        Self {
            value: self.value + factor * other.value,
            constant: self.constant && other.constant,
            terms,
        }
    }

    /// `self + other`.
    pub(crate) fn add(&self, other: &Self) -> Self {
        self.plus(Fr::ONE, other)
    }

    /// `self − other`.
    pub(crate) fn sub(&self, other: &Self) -> Self {
        self.plus(-Fr::ONE, other)
    }

    /// `factor·self`.
    pub(crate) fn scale(&self, factor: Fr) -> Self {
        let mut scaled = self.clone();
        scaled.value *= factor;
        if let Some(terms) = &mut scaled.terms {
            if factor == Fr::ZERO {
                terms.clear();
            }
            for (_, coefficient) in terms {
                *coefficient *= factor;
            }
        }
        scaled
    }

    /// `self + constant`.
    pub(crate) fn offset(&self, constant: Fr) -> Self {
        let mut sum = self.clone();
        sum.value += constant;
        if let Some(terms) = &mut sum.terms {
            match terms.first_mut() {
                Some((ONE, coefficient)) => *coefficient += constant,
                _ => terms.insert(0, (ONE, constant)),
            }
            if terms[0].1 == Fr::ZERO {
                terms.remove(0);
            }
        }
        sum
    }
}

fn merge(ours: &[(Column, Fr)], factor: Fr, theirs: &[(Column, Fr)]) -> Vec<(Column, Fr)> {
    let mut merged = Vec::with_capacity(ours.len() + theirs.len());
    let (mut ours, mut theirs) = (ours.iter().peekable(), theirs.iter().peekable());
    loop {
        let term = match (ours.peek(), theirs.peek()) {
            (Some(&&(a, x)), Some(&&(b, y))) if a == b => {
                ours.next();
                theirs.next();
                (a, x + factor * y)
            }
            (Some(&&(a, x)), Some(&&(b, _))) if a < b => {
                ours.next();
                (a, x)
            }
            (Some(&&(a, x)), None) => {
                ours.next();
                (a, x)
            }
            (_, Some(&&(b, y))) => {
                theirs.next();
                (b, factor * y)
            }
            (None, None) => return merged,
        };
        if term.1 != Fr::ZERO {
            merged.push(term);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(terms: &[(Column, i64)]) -> Expression {
        let terms: Vec<_> = terms.iter().map(|(c, x)| (*c, Fr::from(*x))).collect();
        Expression {
            value: terms
                .iter()
                .map(|(column, x)| Fr::from(u64::from(*column) + 1) * x)
                .sum(),
            constant: false,
            terms: Some(terms),
        }
    }

    #[test]
    fn like_terms_merge_and_zeros_vanish() {
        let a = expression(&[(0, 5), (2, 1), (7, 3)]);
        let b = expression(&[(1, 1), (2, -1), (9, 4)]);
        let sum = a.add(&b);
        assert_eq!(
            sum.terms,
            expression(&[(0, 5), (1, 1), (7, 3), (9, 4)]).terms
        );
        assert_eq!(sum.value, a.value + b.value);
        assert_eq!(sum.sub(&b).terms, a.terms);
        assert_eq!(a.scale(Fr::ZERO).terms, Some(vec![]));
    }

    #[test]
    fn offsets_touch_the_constant_column_only() {
        let a = expression(&[(3, 1)]);
        let b = a.offset(Fr::from(4u64));
        assert_eq!(b.terms, expression(&[(0, 4), (3, 1)]).terms);
        assert_eq!(b.offset(-Fr::from(4u64)).terms, a.terms);
    }
}
