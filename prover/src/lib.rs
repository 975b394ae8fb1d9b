//! (being written)
mod groth16;
mod key;
mod prepared;
mod progress;
pub mod qap;
mod relation;
pub use groth16::GenerateError;
pub use key::{ProvingKey, ProvingKeyError};
pub use prepared::{PreparedCredential, PreparedError, PreparedRange};
pub use progress::{Cancelled, Progress, Unwatched};

#[cfg(test)]
mod timing {
    use glimpse_protocol::circuit::CircuitId;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    use crate::{groth16, groth16::*, relation, ProvingKey, Unwatched};
    use std::time::Instant;
    #[test]
    fn sizes() {
        let mut total = 0;
        for circuit in CircuitId::ALL {
            let t = Instant::now();
            let (key, vk) = groth16::generate(relation::Blank(circuit), &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
            let pk = ProvingKey::new(circuit, vk, key);
            let bytes = pk.to_bytes();
            total += bytes.len();
            eprintln!("{circuit}: setup {:?} {:?} a {} b {} l {} h {} = {} B", t.elapsed(), pk.key.shape, pk.key.a.points.len(), pk.key.b.points.len(), pk.key.l.points.len(), pk.key.h.len(), bytes.len());
        }
        eprintln!("total {total}");
        let (key, _) = groth16::generate(relation::Blank(CircuitId::Range), &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        for _ in 0..4 {
            let t = Instant::now();
            let s = glimpse_circuits::range::RangeCircuit::new(glimpse_circuits::range::RangeInputs::new(1<<63, 5, u64::MAX)).synthesize(false);
            let a = Assignment::new(s).unwrap();
            let t1 = t.elapsed();
            prove(&key, a, &mut Unwatched).unwrap();
            eprintln!("range {t1:?} {:?}", t.elapsed());
        }
    }
}
