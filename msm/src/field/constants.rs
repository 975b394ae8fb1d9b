//! Constants that the lazy representations derive from their modulus, at compile time.

/// 2^`exponent` modulo `modulus`, which has 254 bits.
pub(super) const fn power_of_two(exponent: usize, modulus: [u64; 4]) -> [u64; 4] {
    let mut value = [1, 0, 0, 0];
    let mut done = 0;
    while done < exponent {
        value = double(value);
        if !less(value, modulus) {
            value = subtract(value, modulus);
        }
        done += 1;
    }
    value
}

/// `bits` (below 64) bits of an integer of 256 bits, from place `start` on.
#[inline(always)]
pub(super) const fn bits(value: &[u64; 4], start: usize, bits: usize) -> u64 {
    let (word, shift) = (start / 64, start % 64);
    let mut taken = if word < 4 { value[word] >> shift } else { 0 };
    if shift != 0 && word + 1 < 4 {
        taken |= value[word + 1] << (64 - shift);
    }
    taken & ((1 << bits) - 1)
}

/// −1/`odd` modulo 2⁶⁴, by Newton's iteration: each step doubles the number of right bits.
pub(super) const fn negated_inverse(odd: u64) -> u64 {
    let mut inverse = 1u64;
    let mut step = 0;
    while step < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
        step += 1;
    }
    inverse.wrapping_neg()
}

/// Whether a < b.
pub(super) const fn less(a: [u64; 4], b: [u64; 4]) -> bool {
    let mut place = 4;
    while place > 0 {
        place -= 1;
        if a[place] != b[place] {
            return a[place] < b[place];
        }
    }
    false
}

/// a − b, which does not underflow.
pub(super) const fn subtract(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    let mut out = [0; 4];
    let mut borrow = false;
    let mut place = 0;
    while place < 4 {
        let (first, under) = a[place].overflowing_sub(b[place]);
        let (second, under_too) = first.overflowing_sub(borrow as u64);
        out[place] = second;
        borrow = under | under_too;
        place += 1;
    }
    out
}

const fn double(a: [u64; 4]) -> [u64; 4] {
    [
        a[0] << 1,
        a[1] << 1 | a[0] >> 63,
        a[2] << 1 | a[1] >> 63,
        a[3] << 1 | a[2] >> 63,
    ]
}
