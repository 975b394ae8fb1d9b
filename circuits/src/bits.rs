//! Comparisons of bit strings with constants.

use ark_ff::{BigInt, BigInteger, Field, PrimeField, Zero};
use glimpse_primitives::Fr;

use crate::{expression::Expression, system::System};

/// Width of the chunk in which a number first differs from the bound.
const CHUNK: usize = 16;

/// log₂ of the number of chunks: 16 chunks of 16 bits cover any field element.
const SELECTORS: usize = 4;

/// Which side of the bound the number lies on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Side {
    /// number < bound
    Below,
    /// number > bound
    Above,
}

/// Constrains the integer X of `bits` (least significant first, boolean already) to one side of a
/// constant C, in 36 constraints.
///
/// X < C exactly if for some s the prefixes satisfy ⌊X/2ˢ⌋ < ⌊C/2ˢ⌋: at the first chunk that differs
/// (counted from the top) their difference is that of the chunks, so it is below 2¹⁶. The prover
/// selects that chunk by four bits, and the selected difference minus one is shown to have 16 bits.
/// For the other side the roles are exchanged.
///
/// The difference is taken modulo r, so the caller must make sure that no X in question, in front of
/// the wrong side, comes within 2¹⁶ of C ± r. With fewer than 254 bits that is so for any C < 2²⁵³;
/// with 254 see the use in `eddsa`.
pub(crate) fn enforce_side(
    system: &mut System,
    name: &str,
    bits: &[Expression],
    side: Side,
    bound: &BigInt<4>,
) {
    debug_assert!(bits.len() <= CHUNK << SELECTORS);
    let number = integer(bits);
    system.scope(name, |system| {
        // Candidates, the least shift first: ⌊C/2ˢ⌋ − ⌊X/2ˢ⌋ − 1 or its mirror image.
        let differences: Vec<Expression> = (0..1 << SELECTORS)
            .map(|chunk| {
                let shift = CHUNK * chunk;
                let prefix = system.sum_of_bits(bits.get(shift..).unwrap_or_default());
                let bound = field(&(*bound >> shift as u32));
                match side {
                    Side::Below => prefix.scale(-Fr::ONE).offset(bound - Fr::ONE),
                    Side::Above => prefix.offset(-bound - Fr::ONE),
                }
            })
            .collect();
        let honest = (0..1usize << SELECTORS)
            .rev()
            .find(|chunk| number >> (CHUNK * chunk) as u32 != *bound >> (CHUNK * chunk) as u32)
            .unwrap_or(0);
        let selectors = system.bits("selector", &BigInt::<1>::from(honest as u64), SELECTORS);
        let selected = select(system, differences, &selectors);
        system.decompose("difference", &selected, CHUNK);
    });
}

/// The element of `leaves` whose index has these bits, by a tree of multiplexers.
pub(crate) fn select(
    system: &mut System,
    mut leaves: Vec<Expression>,
    index: &[Expression],
) -> Expression {
    for (level, bit) in index.iter().enumerate() {
        leaves = leaves
            .chunks_exact(2)
            .enumerate()
            .map(|(i, pair)| {
                let step = pair[1].sub(&pair[0]);
                let moved = system.step("select", level, |s| {
                    s.step("pair", i, |s| s.multiply("mux", &step, bit))
                });
                pair[0].add(&moved)
            })
            .collect();
    }
    leaves.swap_remove(0)
}

/// `operand + shift` as an integer of `count` bits; `shift` alone unless `present`.
pub(crate) fn decompose_if(
    system: &mut System,
    name: &str,
    present: &Expression,
    operand: &Expression,
    shift: Fr,
    count: usize,
) -> Vec<Expression> {
    let integer = (present.value * operand.value + shift).into_bigint();
    let bits = system.bits(name, &integer, count);
    let sum = system.sum_of_bits(&bits).offset(-shift);
    system.enforce(name, operand, present, &sum);
    bits
}

/// Constrains `value` to be one of `candidates`, in N − 1 constraints: the field has no zero divisors.
pub(crate) fn enforce_one_of<const N: usize>(
    system: &mut System,
    name: &str,
    value: &Expression,
    candidates: &[Expression; N],
) {
    const { assert!(N >= 2) };
    let differences = candidates.each_ref().map(|candidate| value.sub(candidate));
    let mut product = differences[0].clone();
    for (number, difference) in differences[1..N - 1].iter().enumerate() {
        product = system.step("product", number, |system| {
            system.multiply("factor", difference, &product)
        });
    }
    let zero = system.constant(Fr::zero());
    system.enforce(name, &differences[N - 1], &product, &zero);
}

/// 0 and 1 as a bit, and nothing else.
pub(crate) fn bit(value: Fr) -> Option<bool> {
    [false, true].into_iter().find(|b| Fr::from(*b) == value)
}

/// The integer that the bits stand for, under the assignment at hand.
pub(crate) fn integer(bits: &[Expression]) -> BigInt<4> {
    let bits: Vec<bool> = bits.iter().map(|bit| !bit.value.is_zero()).collect();
    BigInt::from_bits_le(&bits)
}

/// A constant below 2²⁵⁶, reduced: `Fr` holds bounds only up to congruence, as the constraints do.
fn field(integer: &BigInt<4>) -> Fr {
    Fr::from_le_bytes_mod_order(&integer.to_bytes_le())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{system::broken, testing::boundary_element};

    /// Whether the comparison of `number` in `count` bits has a witness with these selectors (the
    /// honest ones if `None`).
    fn satisfied(
        number: BigInt<4>,
        count: usize,
        side: Side,
        bound: &BigInt<4>,
        chosen: Option<usize>,
    ) -> bool {
        let mut system = System::new(&[], true);
        if let Some(chosen) = chosen {
            system.tamper = Some(Box::new(move |name, value| {
                let index = (0..SELECTORS).find(|i| name == format!("c/selector[{i}]/boolean"));
                index.map_or(value, |i| Fr::from((chosen >> i) as u64 & 1))
            }));
        }
        let bits = system.bits("n", &number, count);
        enforce_side(&mut system, "c", &bits, side, bound);
        system.broken_rows().is_empty()
    }

    fn agrees(number: BigInt<4>, count: usize, side: Side, bound: BigInt<4>) -> bool {
        let truth = match side {
            Side::Below => number < bound,
            Side::Above => number > bound,
        };
        let honest = satisfied(number, count, side, &bound, None);
        // A false statement must have no witness, whichever chunk a liar selects.
        let any = truth
            || (0..1 << SELECTORS)
                .any(|chosen| satisfied(number, count, side, &bound, Some(chosen)));
        honest == truth && any == truth
    }

    fn shifted(base: BigInt<4>, shift: i32) -> Option<BigInt<4>> {
        let mut moved = base;
        let distance = BigInt::from(shift.unsigned_abs());
        let overflow = if shift < 0 {
            moved.sub_with_borrow(&distance)
        } else {
            moved.add_with_carry(&distance)
        };
        (!overflow).then_some(moved)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn comparisons_are_those_of_integers(
            number in boundary_element(), bound in boundary_element(),
            shift in prop::option::of(-70_000i32..70_000), below: bool,
        ) {
            let side = if below { Side::Below } else { Side::Above };
            // 251 bits, as a response has.
            let bound = bound.into_bigint() >> 3;
            let number = shift
                .and_then(|shift| shifted(bound, shift))
                .unwrap_or(number.into_bigint() >> 3);
            prop_assume!(number.num_bits() <= 251);
            prop_assert!(agrees(number, 251, side, bound));
        }
    }

    #[test]
    fn neighbours_of_the_bound_at_every_chunk() {
        use glimpse_primitives::babyjubjub::Fl;
        let bound = Fl::MODULUS;
        for bit in 0..251 {
            for up in [false, true] {
                let mut number = bound;
                let distance = BigInt::<4>::from(1u64) << bit;
                let _ = if up {
                    number.add_with_carry(&distance)
                } else {
                    number.sub_with_borrow(&distance)
                };
                if number.num_bits() > 251 {
                    continue;
                }
                for side in [Side::Below, Side::Above] {
                    assert!(agrees(number, 251, side, bound), "{up} {bit}");
                }
            }
        }
        assert!(agrees(bound, 251, Side::Below, bound) && agrees(bound, 251, Side::Above, bound));
    }

    #[test]
    fn a_single_comparison_costs_36() {
        let mut system = System::new(&[], true);
        let bits = system.bits("n", &BigInt::<4>::from(5u64), 251);
        enforce_side(&mut system, "c", &bits, Side::Below, &Fr::MODULUS);
        assert_eq!(system.row_count(), 251 + 36);
        assert!(broken(system.rows(), system.assignment()).is_empty());
    }
}
