//! Poseidon in constraints, mirroring `glimpse_primitives::poseidon`.
//!
//! Only the S-boxes cost anything, three constraints each: x·x = x², x²·x² = x⁴, x⁴·x = x⁵. The
//! round constants and the matrix act on linear combinations. S-boxes of constants are free, so that
//! a domain tag saves those of the first round. In the last product x is the right factor: its
//! columns are in B already, and x⁴ stays out of B, which makes the prover's G2 work a third less.

use ark_ff::AdditiveGroup;
use glimpse_primitives::{Fr, poseidon::parameters};

use crate::{
    expression::{Column, Expression},
    system::System,
};

/// Poseidon of exactly `N` expressions.
pub(crate) fn hash<const N: usize>(
    system: &mut System,
    name: &str,
    inputs: [&Expression; N],
) -> Expression {
    let parameters = parameters::<N>();
    let mut state = vec![system.constant(Fr::ZERO)];
    state.extend(inputs.into_iter().cloned());
    system.scope(name, |system| {
        for (round, constants) in parameters.round_constants.iter().enumerate() {
            for (element, constant) in state.iter_mut().zip(constants) {
                *element = element.offset(*constant);
            }
            let through_sbox = if parameters.is_full(round) {
                state.len()
            } else {
                1
            };
            system.step("round", round, |system| {
                for (i, element) in state[..through_sbox].iter_mut().enumerate() {
                    *element = system.step("sbox", i, |system| fifth_power(system, element));
                }
            });
            state = multiply_by_matrix(&parameters.mds, &state);
        }
    });
    state.swap_remove(0)
}

fn fifth_power(system: &mut System, x: &Expression) -> Expression {
    let x2 = system.multiply("square", x, x);
    let x4 = system.multiply("fourth", &x2, &x2);
    system.multiply("fifth", &x4, x)
}

/// The product with a dense matrix. After a few rounds the combinations share most columns, so the
/// terms are laid out as dense rows over the columns that occur at all.
fn multiply_by_matrix(matrix: &[Vec<Fr>], state: &[Expression]) -> Vec<Expression> {
    let mut columns: Vec<Column> = state
        .iter()
        .filter_map(|e| e.terms.as_ref())
        .flatten()
        .map(|term| term.0)
        .collect();
    columns.sort_unstable();
    columns.dedup();
    let recording = state.iter().all(|element| element.terms.is_some());
    let constant = state.iter().all(|element| element.constant);

    let mix = |row: &Vec<Fr>| {
        let value = row
            .iter()
            .zip(state)
            .map(|(entry, element)| *entry * element.value)
            .sum();
        let terms = recording.then(|| {
            let mut sums = vec![Fr::ZERO; columns.len()];
            for (entry, element) in row.iter().zip(state) {
                let mut place = 0;
                for (column, coefficient) in element.terms.iter().flatten() {
                    while columns[place] != *column {
                        place += 1;
                    }
                    sums[place] += *entry * coefficient;
                }
            }
            let terms = columns.iter().copied().zip(sums);
            terms.filter(|(_, sum)| *sum != Fr::ZERO).collect()
        });
        Expression {
            value,
            constant,
            terms,
        }
    };
    matrix.iter().map(mix).collect()
}

#[cfg(test)]
mod tests {
    use ark_ff::Field;
    use glimpse_primitives::poseidon;
    use proptest::prelude::*;

    use super::*;

    fn agrees<const N: usize>(inputs: [Fr; N], free: usize) -> usize {
        let mut system = System::new(&inputs, true);
        let slots: Vec<_> = (0..N)
            .map(|i| {
                if i < free {
                    system.constant(inputs[i])
                } else {
                    system.slot(i)
                }
            })
            .collect();
        let digest = hash::<N>(&mut system, "hash", core::array::from_fn(|i| &slots[i]));
        assert_eq!(digest.value, poseidon::hash(&inputs));
        assert_eq!(system.broken_rows(), Vec::<&str>::new());
        let terms = digest.terms.unwrap();
        let value: Fr = terms
            .iter()
            .map(|(c, x)| system.assignment()[*c as usize] * x)
            .sum();
        assert_eq!(value, digest.value);
        system.row_count()
    }

    proptest! {
        #[test]
        fn the_gadget_agrees_with_the_hash(a: [u64; 3], b: [u64; 5], c: [u64; 10]) {
            let spread = |x: u64| -Fr::from(x).square() * Fr::from(u64::MAX);
            agrees(a.map(spread), 0);
            agrees(b.map(spread), 1);
            agrees(c.map(spread), 2);
        }
    }

    #[test]
    fn the_cost_is_three_constraints_for_each_sbox_but_constant_ones() {
        // 8·4 + 56 S-boxes; the capacity is constant in the first round, and so is a tag.
        assert_eq!(agrees([Fr::ONE; 3], 0), 3 * (8 * 4 + 56 - 1));
        assert_eq!(agrees([Fr::ONE; 3], 1), 3 * (8 * 4 + 56 - 2));
        assert_eq!(agrees([Fr::ONE; 2], 2), 0);
    }

    #[test]
    fn every_witness_column_is_checked_somewhere() {
        let inputs = [Fr::from(3u64), Fr::from(4u64)];
        for index in 0..3 * (8 * 3 + 57 - 1) {
            let mut system = System::new(&inputs, true);
            let count = core::cell::Cell::new(0);
            system.tamper = Some(Box::new(move |_, value| {
                count.set(count.get() + 1);
                if count.get() == index + 1 {
                    value + Fr::ONE
                } else {
                    value
                }
            }));
            let (a, b) = (system.slot(0), system.slot(1));
            hash(&mut system, "hash", [&a, &b]);
            assert!(!system.broken_rows().is_empty(), "column {index}");
        }
    }
}
