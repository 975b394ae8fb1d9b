//! The Grain LFSR that draws Poseidon's constants, as in the Poseidon paper, appendix E
//! (<https://eprint.iacr.org/2019/458>).

use ark_ff::{BigInt, PrimeField};

use crate::Fr;

/// Bits of one field element.
const FIELD_BITS: u32 = Fr::MODULUS_BIT_SIZE;

/// An 80-bit shift register; bit 0 of `state` is the oldest one.
pub(crate) struct Grain {
    state: u128,
}

impl Grain {
    /// Seeds the register with the parameters of an instance over a prime field with x⁵ S-boxes.
    pub(crate) fn new(width: usize, full_rounds: usize, partial_rounds: usize) -> Self {
        let mut seed = Seed { state: 0, used: 0 };
        seed.push(2, 1); // a prime field
        seed.push(4, 0); // the S-box x^α
        seed.push(12, u128::from(FIELD_BITS));
        seed.push(12, width as u128);
        seed.push(10, full_rounds as u128);
        seed.push(10, partial_rounds as u128);
        seed.push(30, (1 << 30) - 1);
        let mut grain = Self { state: seed.state };
        for _ in 0..160 {
            grain.clock();
        }
        grain
    }

    /// An element by rejection sampling, so that it is uniform: the round constants.
    pub(crate) fn uniform_element(&mut self) -> Fr {
        loop {
            if let Some(element) = Fr::from_bigint(self.integer()) {
                return element;
            }
        }
    }

    /// An element by reduction: the generators of the matrix.
    pub(crate) fn reduced_element(&mut self) -> Fr {
        let integer = self.integer();
        // 254 bits are below 2r, so that one subtraction reduces.
        Fr::from_bigint(integer).unwrap_or_else(|| Fr::new(minus_order(integer)))
    }

    fn integer(&mut self) -> BigInt<4> {
        let mut limbs = [0u64; 4];
        for position in (0..FIELD_BITS as usize).rev() {
            limbs[position / 64] |= u64::from(self.output()) << (position % 64);
        }
        BigInt(limbs)
    }

    /// A bit of output: the second of a pair whose first bit is one (a self-shrinking generator).
    fn output(&mut self) -> bool {
        while !self.clock() {
            self.clock();
        }
        self.clock()
    }

    fn clock(&mut self) -> bool {
        const TAPS: u128 = 1 | (1 << 13) | (1 << 23) | (1 << 38) | (1 << 51) | (1 << 62);
        let bit = (self.state & TAPS).count_ones() & 1;
        self.state = (self.state >> 1) | (u128::from(bit) << 79);
        bit == 1
    }
}

/// Collects the 80 seed bits, each number with its most significant bit first.
struct Seed {
    state: u128,
    used: u32,
}

impl Seed {
    fn push(&mut self, bits: u32, value: u128) {
        for position in (0..bits).rev() {
            self.state |= ((value >> position) & 1) << self.used;
            self.used += 1;
        }
    }
}

/// Subtracts r once; see [`Grain::reduced_element`].
fn minus_order(integer: BigInt<4>) -> BigInt<4> {
    use ark_ff::BigInteger;
    let mut reduced = integer;
    reduced.sub_with_borrow(&Fr::MODULUS);
    reduced
}
