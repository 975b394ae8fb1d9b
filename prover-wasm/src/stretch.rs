//! Argon2id, away from the page's thread.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{failure::Failure, request::Bytes};

/// Bytes of a stretched key.
const OUTPUT: usize = 32;

/// A passphrase to stretch, and the costs. What costs are acceptable is for the vault to decide.
#[derive(Deserialize)]
pub(crate) struct Stretch {
    passphrase: Zeroizing<String>,
    salt: Bytes,
    params: Costs,
}

#[derive(Deserialize)]
struct Costs {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// 32 bytes of Argon2id, version 0x13, without secret or associated data.
pub(crate) fn stretch(request: &Stretch) -> Result<Bytes, Failure> {
    let Costs {
        memory_kib,
        passes,
        lanes,
    } = request.params;
    let costs = |error| Failure::new("stretch_costs", error);
    let params = Params::new(memory_kib, passes, lanes, Some(OUTPUT)).map_err(costs)?;
    let mut output = Bytes::new(vec![0; OUTPUT]);
    // The memory is asked for here, where its lack is an error and not the end of the module.
    let blocks = params.block_count();
    let mut memory = Vec::new();
    memory
        .try_reserve_exact(blocks)
        .map_err(|_| Failure::new("out_of_memory", "there is not enough memory"))?;
    memory.resize(blocks, argon2::Block::default());
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(
            request.passphrase.as_bytes(),
            &request.salt,
            &mut output,
            &mut memory,
        )
        .map_err(costs)?;
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_reference_implementation() {
        // From `src/test.c` of P-H-C/phc-winner-argon2: version 0x13, Argon2id.
        let request = Stretch {
            passphrase: Zeroizing::new("password".to_owned()),
            salt: Bytes::new(b"somesalt".to_vec()),
            params: Costs {
                memory_kib: 1 << 16,
                passes: 2,
                lanes: 1,
            },
        };
        assert_eq!(
            hex::encode(&*stretch(&request).unwrap()),
            "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
        );
    }

    #[test]
    fn costs_that_argon2_does_not_know_are_an_error() {
        let request = Stretch {
            passphrase: Zeroizing::new(String::new()),
            salt: Bytes::new(vec![0; 16]),
            params: Costs {
                memory_kib: 1,
                passes: 0,
                lanes: 0,
            },
        };
        assert!(stretch(&request).is_err());
    }
}
