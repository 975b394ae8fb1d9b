//! What the constraints leave open to first order, and which of them the others imply.

use std::collections::{BTreeMap, BTreeSet};

use ark_ff::{AdditiveGroup, Field};
use glimpse_primitives::Fr;

use super::value;
use crate::system::System;

/// The columns that the constraints leave free to first order at this assignment, with the slots in
/// `unknown` counted as unknown and all others fixed.
///
/// A column is free if the Jacobian of the constraints has no pivot for it. What is not caught is
/// discrete freedom, such as a second root of b² = b: see [`super::assert_well_formed`].
pub(crate) fn free_columns(system: &System, unknown: &[usize]) -> Vec<String> {
    let first_witness = 1 + system.slot_count();
    let is_unknown =
        |column: usize| column >= first_witness || unknown.iter().any(|slot| slot + 1 == column);
    let elimination = Elimination::run(system, is_unknown);
    (1..system.assignment().len())
        .filter(|column| is_unknown(*column) && !elimination.pivots.contains_key(column))
        .map(|column| match column.checked_sub(first_witness) {
            Some(witness) => system.columns[witness].clone(),
            None => format!("slot {}", column - 1),
        })
        .collect()
}

/// The rows that depend on others to first order at this assignment, every slot counted as unknown.
///
/// Deleting any other row opens a direction in which the remaining rows stay satisfied and it does
/// not: statements that it alone refuses.
pub(crate) fn implied_rows(system: &System) -> BTreeSet<usize> {
    Elimination::run(system, |_| true).dependent
}

/// Gaussian elimination of the Jacobian's rows.
struct Elimination {
    /// By leading column.
    pivots: BTreeMap<usize, Pivot>,
    /// Rows with a non-zero weight in a combination of rows that vanishes.
    dependent: BTreeSet<usize>,
}

struct Pivot {
    row: usize,
    /// The reduced row, its leading entry being 1.
    terms: Vec<(usize, Fr)>,
    /// What the row was multiplied by, after `uses` had been subtracted.
    scale: Fr,
    uses: Vec<(usize, Fr)>,
}

impl Elimination {
    fn run(system: &System, is_unknown: impl Fn(usize) -> bool) -> Self {
        let assignment = system.assignment();
        let mut this = Self {
            pivots: BTreeMap::new(),
            dependent: BTreeSet::new(),
        };
        let mut dense = vec![Fr::ZERO; assignment.len()];
        for (number, row) in system.rows().iter().enumerate() {
            // d(A·B − C) = B·dA + A·dB − dC
            let (a, b) = (value(&row.a, assignment), value(&row.b, assignment));
            for (terms, factor) in [(&row.a, b), (&row.b, a), (&row.c, -Fr::ONE)] {
                for (column, coefficient) in terms {
                    let column = *column as usize;
                    if column > 0 && is_unknown(column) {
                        dense[column] += factor * coefficient;
                    }
                }
            }
            this.reduce(number, &mut dense);
        }
        this
    }

    /// Takes the row in `dense`, which it leaves zero. Eliminates from the newest column down: most
    /// rows define the column they introduce.
    fn reduce(&mut self, row: usize, dense: &mut [Fr]) {
        let mut uses = Vec::new();
        for column in (1..dense.len()).rev() {
            let leading = dense[column];
            if leading == Fr::ZERO {
                continue;
            }
            if let Some(pivot) = self.pivots.get(&column) {
                for (other, coefficient) in &pivot.terms {
                    dense[*other] -= leading * coefficient;
                }
                uses.push((column, leading));
            } else {
                let scale = leading.inverse().unwrap();
                let terms = (1..=column)
                    .filter(|c| dense[*c] != Fr::ZERO)
                    .map(|c| (c, dense[c] * scale))
                    .collect();
                dense[..=column].fill(Fr::ZERO);
                let pivot = Pivot {
                    row,
                    terms,
                    scale,
                    uses,
                };
                self.pivots.insert(column, pivot);
                return;
            }
        }
        self.note_dependency(row, &uses);
    }

    /// The row is Σ factor·pivot: which rows is that, when each pivot is unfolded?
    fn note_dependency(&mut self, row: usize, uses: &[(usize, Fr)]) {
        self.dependent.insert(row);
        let by_row: BTreeMap<usize, &Pivot> = self
            .pivots
            .values()
            .map(|pivot| (pivot.row, pivot))
            .collect();
        let mut weights: BTreeMap<usize, Fr> = BTreeMap::new();
        for (column, factor) in uses {
            *weights.entry(self.pivots[column].row).or_default() += factor;
        }
        // A pivot uses pivots of earlier rows only.
        while let Some((row, weight)) = weights.pop_last() {
            if weight == Fr::ZERO {
                continue;
            }
            let pivot = by_row[&row];
            let weight = weight * pivot.scale;
            for (column, factor) in &pivot.uses {
                *weights.entry(self.pivots[column].row).or_default() -= weight * factor;
            }
            self.dependent.insert(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x = slot, y = x², and what `extra` adds.
    fn square(extra: impl Fn(&mut System)) -> System {
        let mut system = System::new(&[Fr::from(3u64), Fr::from(9u64)], true);
        let (x, y) = (system.slot(0), system.slot(1));
        let square = system.multiply("square", &x, &x);
        system.enforce_equal("result", &square, &y);
        extra(&mut system);
        system
    }

    #[test]
    fn an_unconstrained_column_is_free() {
        let system = square(|system| {
            let _ = system.witness("forgotten", Fr::ONE);
        });
        assert_eq!(free_columns(&system, &[1]), ["forgotten"]);
        assert_eq!(free_columns(&square(|_| ()), &[1]), Vec::<String>::new());
        // With both slots unknown there is one statement for each root.
        assert_eq!(free_columns(&square(|_| ()), &[0, 1]).len(), 1);
    }

    #[test]
    fn a_row_that_others_imply_is_found_with_them() {
        assert!(implied_rows(&square(|_| ())).is_empty());
        let twice = square(|system| {
            let (x, y) = (system.slot(0), system.slot(1));
            system.enforce("again", &x, &x, &y);
        });
        assert_eq!(implied_rows(&twice), BTreeSet::from([0, 1, 2]));
        let unrelated = square(|system| {
            let bit = system.boolean("bit", true);
            let one = system.constant(Fr::ONE);
            system.enforce_equal("is_one", &bit, &one);
        });
        assert_eq!(implied_rows(&unrelated), BTreeSet::from([2, 3]));
    }
}
