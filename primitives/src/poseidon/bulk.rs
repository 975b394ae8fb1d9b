//! The same hash for whoever hashes hundreds of times, as trees do: in two fifths (4 inputs) to a seventh (12 inputs) of the
//! time, for tables that take about as long to make as one hash.
//!
//! `docs/protocol/primitives.md`, "Poseidon in bulk", derives what the tables hold. Names are the same here and there.

use alloc::{boxed::Box, vec::Vec};

use ark_ff::{Field, Zero};
use once_cell::race::OnceBox;

use super::{MAX_ARITY, Parameters, dot::dot, fifth_power, parameters};
use crate::Fr;

/// Rows of a matrix.
type Matrix = Vec<Vec<Fr>>;

/// What the partial rounds of one width come down to.
struct Tables {
    /// Takes the place of the matrix in the full round before the partial ones: gives element 0, then the first n terms.
    enter: Matrix,
    /// What is added to element 0 at the start of each partial round.
    constants: Vec<Fr>,
    /// The next term is the last n terms, oldest first, times these, and the output of the S-box.
    feedback: Vec<Fr>,
    /// Gives the state after a partial round from the last n terms, oldest first, and the output of the S-box.
    leave: Matrix,
    /// What is added at the start of the first full round after the partial ones.
    after: Vec<Fr>,
}

/// Hashes exactly `N` field elements, as [`hash`](super::hash) does.
///
/// ```
/// use glimpse_primitives::{Fr, poseidon};
/// let inputs = [1u64, 2, 3, 4].map(Fr::from);
/// assert_eq!(poseidon::bulk::hash(&inputs), poseidon::hash(&inputs));
/// ```
#[must_use]
pub fn hash<const N: usize>(inputs: &[Fr; N]) -> Fr {
    let parameters = parameters::<N>();
    permute(parameters, tables(parameters), inputs)
}

fn permute(parameters: &Parameters, tables: &Tables, inputs: &[Fr]) -> Fr {
    let (constants, mds) = (&parameters.round_constants, &parameters.mds);
    let half = parameters.full_rounds / 2;
    let (after, last) = (half + parameters.partial_rounds, constants.len() - 1);

    let mut state = Vec::with_capacity(inputs.len() + 1);
    state.push(Fr::zero());
    state.extend_from_slice(inputs);
    for constants in &constants[..half - 1] {
        state = full_round(state, constants, mds);
    }
    state = full_round(state, &constants[half - 1], &tables.enter);

    let mut terms = Vec::with_capacity(inputs.len() + parameters.partial_rounds);
    terms.extend_from_slice(&state[1..]);
    let mut element = state[0];
    for (round, constant) in tables.constants.iter().enumerate() {
        let output = fifth_power(&(element + constant));
        terms.push(output);
        let recent = &terms[round..];
        if round + 1 == tables.constants.len() {
            state = apply(&tables.leave, recent);
        } else {
            element = dot(&tables.leave[0], recent);
            let next = output + dot(&tables.feedback, &recent[..inputs.len()]);
            terms[round + inputs.len()] = next;
        }
    }

    state = full_round(state, &tables.after, mds);
    for constants in &constants[after + 1..last] {
        state = full_round(state, constants, mds);
    }
    full_round(state, &constants[last], &mds[..1])[0]
}

fn full_round(mut state: Vec<Fr>, constants: &[Fr], matrix: &[Vec<Fr>]) -> Vec<Fr> {
    for (element, constant) in state.iter_mut().zip(constants) {
        *element = fifth_power(&(*element + constant));
    }
    apply(matrix, &state)
}

fn apply(matrix: &[Vec<Fr>], vector: &[Fr]) -> Vec<Fr> {
    matrix.iter().map(|row| dot(row, vector)).collect()
}

/// Made at the first use, then kept.
fn tables(parameters: &Parameters) -> &'static Tables {
    static CACHE: [OnceBox<Tables>; MAX_ARITY] = [const { OnceBox::new() }; MAX_ARITY];
    CACHE[parameters.mds.len() - 2].get_or_init(|| Box::new(Tables::generate(parameters)))
}

impl Tables {
    fn generate(parameters: &Parameters) -> Self {
        let (element_0, others) = parameters.mds.split_at(1);
        let inner: Matrix = others.iter().map(|row| row[1..].to_vec()).collect();
        let entrance: Vec<Fr> = others.iter().map(|row| row[0]).collect();

        // w, K·w, K²·w … for the inner matrix K and its entrance w. The n-th power is a sum of the ones before it.
        let mut powers = Vec::with_capacity(entrance.len());
        let mut power = entrance.clone();
        for _ in 0..entrance.len() {
            let next = apply(&inner, &power);
            powers.push(core::mem::replace(&mut power, next));
        }
        let feedback = apply(&inverse(transpose(&powers)), &power);

        // What the terms stand for, newest first.
        let mut terms: Matrix = Vec::with_capacity(entrance.len());
        let mut term = entrance.clone();
        for share in feedback.iter().rev() {
            let moved = apply(&inner, &term);
            let next = moved.iter().zip(&entrance);
            let next = next.map(|(moved, w)| *moved - *share * w).collect();
            terms.push(core::mem::replace(&mut term, next));
        }
        terms.reverse();

        let leave = parameters.mds.iter().map(|row| {
            let mut leave = apply(&terms, &row[1..]);
            leave.push(row[0]);
            leave
        });
        let to_terms = inverse(transpose(&terms));
        let columns = transpose(others);
        let mut enter = element_0.to_vec();
        enter.extend(to_terms.iter().map(|row| apply(&columns, row)));
        let (constants, after) = only_for_element_0(parameters);
        Self {
            enter,
            constants,
            feedback,
            leave: leave.collect(),
            after,
        }
    }
}

/// The constants of the partial rounds, moved past the S-boxes that do not touch them: what is left to add to element 0 in each,
/// and to all elements in the round that follows.
fn only_for_element_0(parameters: &Parameters) -> (Vec<Fr>, Vec<Fr>) {
    let half = parameters.full_rounds / 2;
    let rounds = &parameters.round_constants[half..=half + parameters.partial_rounds];
    let mut pending = alloc::vec![Fr::zero(); parameters.mds.len()];
    let mut kept = Vec::with_capacity(rounds.len());
    for constants in rounds {
        for (pending, constant) in pending.iter_mut().zip(constants) {
            *pending += constant;
        }
        if kept.len() == parameters.partial_rounds {
            break;
        }
        kept.push(core::mem::take(&mut pending[0]));
        pending = apply(&parameters.mds, &pending);
    }
    (kept, pending)
}

fn transpose(matrix: &[Vec<Fr>]) -> Matrix {
    let width = matrix.first().map_or(0, Vec::len);
    let column = |place| matrix.iter().map(|row: &Vec<Fr>| row[place]).collect();
    (0..width).map(column).collect()
}

/// The inverse by elimination. No pivot is zero for any of the sixteen widths, which the tests make the tables of.
fn inverse(mut matrix: Matrix) -> Matrix {
    let size = matrix.len();
    for (place, row) in matrix.iter_mut().enumerate() {
        row.extend((0..size).map(|column| Fr::from(column == place)));
    }
    for pivot in 0..size {
        let mut row = core::mem::take(&mut matrix[pivot]);
        let scale = row[pivot].inverse().unwrap_or_default();
        row[pivot..].iter_mut().for_each(|entry| *entry *= scale);
        for other in matrix.iter_mut().filter(|other| !other.is_empty()) {
            let share = other[pivot];
            for (entry, subtracted) in other[pivot..].iter_mut().zip(&row[pivot..]) {
                *entry -= share * subtracted;
            }
        }
        matrix[pivot] = row;
    }
    matrix.into_iter().map(|row| row[size..].to_vec()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::poseidon;

    fn agrees<const N: usize>(inputs: [Fr; N]) -> bool {
        hash(&inputs) == poseidon::hash(&inputs)
    }

    /// Of every width, so that no table has a pivot of zero.
    #[test]
    fn agrees_with_the_plain_form_for_every_arity() {
        macro_rules! check {
            ($($n:literal)*) => {$({
                let counted = core::array::from_fn(|i| Fr::from(i as u64 + 1));
                for inputs in [[Fr::zero(); $n], [-Fr::ONE; $n], counted] {
                    assert!(agrees(inputs), "{}", $n);
                }
            })*};
        }
        check!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
    }

    proptest! {
        #[test]
        fn agrees_with_the_plain_form(a: [u64; 1], b: [u64; 4], c: [u64; 9], d: [u64; 12], e: [u64; 16]) {
            let spread = |x: u64| -Fr::from(x).square() * Fr::from(u64::MAX);
            prop_assert!(agrees(a.map(spread)));
            prop_assert!(agrees(b.map(spread)));
            prop_assert!(agrees(c.map(spread)));
            prop_assert!(agrees(d.map(spread)));
            prop_assert!(agrees(e.map(spread)));
        }
    }
}
