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
fn select(system: &mut System, mut leaves: Vec<Expression>, index: &[Expression]) -> Expression {
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

/// The integer that the bits stand for, under the assignment at hand.
pub(crate) fn integer(bits: &[Expression]) -> BigInt<4> {
    let bits: Vec<bool> = bits.iter().map(|bit| !bit.value.is_zero()).collect();
    BigInt::from_bits_le(&bits)
}

/// A constant below 2²⁵⁶, reduced: `Fr` holds bounds only up to congruence, as the constraints do.
fn field(integer: &BigInt<4>) -> Fr {
    Fr::from_le_bytes_mod_order(&integer.to_bytes_le())
}
