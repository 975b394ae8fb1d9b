//! The original BLAKE-512 of the SHA-3 competition (not BLAKE2b), from which circomlib's EdDSA
//! derives its keys and nonces.
//!
//! Source: Aumasson, Henzen, Meier, Phan, "SHA-3 proposal BLAKE", version 1.3 (16 rounds).

use zeroize::Zeroize;

const BLOCK: usize = 128;
const ROUNDS: usize = 16;

/// The initial value, that of SHA-512.
const IV: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// The first digits of π.
const PI: [u64; 16] = [
    0x243f_6a88_85a3_08d3,
    0x1319_8a2e_0370_7344,
    0xa409_3822_299f_31d0,
    0x082e_fa98_ec4e_6c89,
    0x4528_21e6_38d0_1377,
    0xbe54_66cf_34e9_0c6c,
    0xc0ac_29b7_c97c_50dd,
    0x3f84_d5b5_b547_0917,
    0x9216_d5d9_8979_fb1b,
    0xd131_0ba6_98df_b5ac,
    0x2ffd_72db_d01a_dfb7,
    0xb8e1_afed_6a26_7e96,
    0xba7c_9045_f12c_7f99,
    0x24a1_9947_b391_6cf7,
    0x0801_f2e2_858e_fc16,
    0x6369_20d8_7157_4e69,
];

/// The message permutations; rounds 10 to 15 repeat the first six.
const SIGMA: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// The words that one application of G mixes: four columns, then four diagonals.
const MIXED: [[usize; 4]; 8] = [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
];

/// Hashes `message` with a zero salt. The message and the block buffer are secret: the buffer is wiped.
pub(crate) fn hash(message: &[u8]) -> [u8; 64] {
    let mut chain = IV;
    let mut blocks = message.chunks_exact(BLOCK);
    let mut hashed_bits = 0u64;
    let mut block = [0u8; BLOCK];
    for full in blocks.by_ref() {
        hashed_bits += 8 * BLOCK as u64;
        block.copy_from_slice(full);
        compress(&mut chain, &block, hashed_bits);
    }

    // Padding: a one bit, zeros, a one bit, the length in 128 bits, of which no message in memory needs the
    // upper 64. A block with no bit of the message counts as zero hashed bits.
    let tail = blocks.remainder();
    let length = 8 * message.len() as u64;
    block = [0; BLOCK];
    block[..tail.len()].copy_from_slice(tail);
    block[tail.len()] = 0x80;
    if tail.len() >= BLOCK - 16 {
        compress(&mut chain, &block, length);
        block = [0; BLOCK];
    }
    block[BLOCK - 17] |= 1;
    block[BLOCK - 8..].copy_from_slice(&length.to_be_bytes());
    let counter = if tail.is_empty() || tail.len() >= BLOCK - 16 {
        0
    } else {
        length
    };
    compress(&mut chain, &block, counter);
    block.zeroize();

    let mut digest = [0; 64];
    for (bytes, word) in digest.chunks_exact_mut(8).zip(chain) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    chain.zeroize();
    digest
}

fn compress(chain: &mut [u64; 8], block: &[u8; BLOCK], counter: u64) {
    let mut m = [0u64; 16];
    for (word, bytes) in m.iter_mut().zip(block.chunks_exact(8)) {
        *word = bytes
            .iter()
            .fold(0, |sum, byte| (sum << 8) + u64::from(*byte));
    }
    let mut v = [0u64; 16];
    v[..8].copy_from_slice(chain);
    v[8..].copy_from_slice(&PI[..8]);
    // The upper half of the counter, which v[14] and v[15] would take, is zero.
    v[12] ^= counter;
    v[13] ^= counter;
    for round in 0..ROUNDS {
        let sigma = &SIGMA[round % SIGMA.len()];
        for (i, [a, b, c, d]) in MIXED.into_iter().enumerate() {
            let (even, odd) = (sigma[2 * i], sigma[2 * i + 1]);
            v[a] = v[a].wrapping_add(v[b]).wrapping_add(m[even] ^ PI[odd]);
            v[d] = (v[d] ^ v[a]).rotate_right(32);
            v[c] = v[c].wrapping_add(v[d]);
            v[b] = (v[b] ^ v[c]).rotate_right(25);
            v[a] = v[a].wrapping_add(v[b]).wrapping_add(m[odd] ^ PI[even]);
            v[d] = (v[d] ^ v[a]).rotate_right(16);
            v[c] = v[c].wrapping_add(v[d]);
            v[b] = (v[b] ^ v[c]).rotate_right(11);
        }
    }
    for i in 0..8 {
        chain[i] ^= v[i] ^ v[i + 8];
    }
    m.zeroize();
    v.zeroize();
}

#[cfg(test)]
mod tests {
    use alloc::{string::String, vec::Vec};

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        message: String,
        digest: String,
    }

    #[test]
    fn digests_equal_blake_hash() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("../../fixtures/circomlibjs/blake512.json")).unwrap();
        assert_eq!(vectors.len(), 19);
        for vector in vectors {
            let message = hex::decode(&vector.message).unwrap();
            assert_eq!(
                hex::encode(hash(&message)),
                vector.digest,
                "{} bytes",
                message.len()
            );
        }
    }

    #[test]
    fn the_submission_documents_own_vectors() {
        // "SHA-3 proposal BLAKE" 1.3, section C.4: one zero byte, and 144 zero bytes.
        assert!(hex::encode(hash(&[0])).starts_with("97961587f6d970faba6d2478045de6d1"));
        assert!(hex::encode(hash(&[0; 144])).starts_with("313717d608e9cf758dcb1eb0f0c3cf9f"));
    }
}
