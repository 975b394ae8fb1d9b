//! What a show owes its holder, and that it agrees with plain Groth16.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

mod toy;

use std::collections::HashSet;

use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ff::UniformRand;
use ark_groth16::Groth16;
use ark_serialize::CanonicalDeserialize;
use glimpse_link::{
    BatchRejected, Context, DecodeError, LinkedProof, Presented, Proof, Rejected, ShowError, Slot,
    show, verify, verify_batch,
};
use proptest::prelude::*;
use rand_core::{CryptoRng, Error, RngCore};
use toy::{Circuit, hidden, inputs, prepare, public, rng, statement};

const SHOWN: usize = 192;

#[test]
fn thousand_shows_have_no_part_in_common() {
    // The second proof hides nothing: its opening must blind and bind it all the same.
    let (first, second) = (Circuit::new(2, 1), Circuit::new(1, 2));
    let members = [
        (&first, vec![public(1), hidden(0)]),
        (&second, vec![public(1)]),
    ];
    let values = [Fr::from(5)];
    let proofs = prepare(&members, &values);
    let statement = statement(&members);
    let context = Context::new(b"request");
    let mut rng = rng(1);
    let mut seen = HashSet::new();
    for count in 1..=1_000 {
        let shown = show(&statement, &proofs, &values, &context, &mut rng).unwrap();
        let bytes = shown.to_bytes();
        let (points, scalars) = bytes.split_at(2 * SHOWN);
        for shown in points.chunks(SHOWN) {
            for (start, end) in [(0, 32), (32, 96), (96, 128), (128, 160), (160, 192)] {
                assert!(seen.insert(shown[start..end].to_vec()));
            }
        }
        for scalar in scalars.chunks(32) {
            assert!(seen.insert(scalar.to_vec()));
        }
        assert_eq!(seen.len(), count * 13);
    }
    // None of it is a part of what was prepared.
    for proof in &proofs {
        let bytes = proof.to_bytes();
        for (start, end) in [(0, 32), (32, 96), (96, 128)] {
            assert!(!seen.contains(&bytes[start..end]));
        }
    }
}

#[test]
fn proof_without_hidden_slots_still_hides_its_origin_and_opens() {
    let circuit = Circuit::new(2, 1);
    let members = [(&circuit, vec![public(1), public(2)])];
    let proofs = prepare(&members, &[]);
    let statement = statement(&members);
    let context = Context::new(b"request");
    let shown = show(&statement, &proofs, &[], &context, &mut rng(1)).unwrap();
    assert_eq!(verify(&statement, &shown, &context, &mut rng(2)), Ok(()));
    // Without its opening response it is refused.
    let mut bytes = shown.to_bytes();
    bytes[SHOWN..].fill(0);
    let opened = LinkedProof::from_bytes(&bytes, 1, 0).unwrap();
    assert_eq!(
        verify(&statement, &opened, &context, &mut rng(2)),
        Err(Rejected::Invalid)
    );
}

/// Works for so many bytes, then fails.
struct Failing {
    left: usize,
}

impl RngCore for Failing {
    fn next_u32(&mut self) -> u32 {
        unreachable!("the crate must use the fallible call")
    }
    fn next_u64(&mut self) -> u64 {
        unreachable!("the crate must use the fallible call")
    }
    fn fill_bytes(&mut self, _: &mut [u8]) {
        unreachable!("the crate must use the fallible call")
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Error> {
        self.left = self
            .left
            .checked_sub(out.len())
            .ok_or_else(|| Error::new("out of entropy"))?;
        rng(self.left as u64).fill_bytes(out);
        Ok(())
    }
}

impl CryptoRng for Failing {}

/// Succeeds always, but one draw is all zeros, as from a device that dies for a moment.
struct Stuck {
    draws: usize,
    at: usize,
}

impl RngCore for Stuck {
    fn next_u32(&mut self) -> u32 {
        unreachable!("the crate must use the fallible call")
    }
    fn next_u64(&mut self) -> u64 {
        unreachable!("the crate must use the fallible call")
    }
    fn fill_bytes(&mut self, _: &mut [u8]) {
        unreachable!("the crate must use the fallible call")
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Error> {
        rng(self.draws as u64).fill_bytes(out);
        if self.draws == self.at {
            out.fill(0);
        }
        self.draws += 1;
        Ok(())
    }
}

impl CryptoRng for Stuck {}

#[test]
fn failing_generator_aborts_wherever_it_fails() {
    let circuit = Circuit::new(2, 1);
    let members = [(&circuit, vec![public(1), hidden(0)])];
    let values = [Fr::from(5)];
    let proofs = prepare(&members, &values);
    let statement = statement(&members);
    let context = Context::new(b"request");
    // One nonce for the variable; z, its nonce, r₁ and r₂ for the proof.
    for left in 0..5 * 64 {
        let shown = show(
            &statement,
            &proofs,
            &values,
            &context,
            &mut Failing { left },
        );
        assert!(matches!(shown, Err(ShowError::Randomness(_))), "{left}");
    }
    let mut enough = Failing { left: 5 * 64 };
    let shown = show(&statement, &proofs, &values, &context, &mut enough).unwrap();
    for at in 0..5 {
        let mut stuck = Stuck { draws: 0, at };
        let shown = show(&statement, &proofs, &values, &context, &mut stuck);
        assert!(matches!(shown, Err(ShowError::Randomness(_))), "{at}");
    }

    let presented = [Presented {
        statement: &statement,
        proof: &shown,
        context: &context,
    }];
    // Of the two equations of one proof, the first has the weight 1.
    for left in 0..16 {
        assert!(matches!(
            verify(&statement, &shown, &context, &mut Failing { left }),
            Err(Rejected::Randomness(_))
        ));
        assert!(matches!(
            verify_batch(&presented, &mut Failing { left }),
            Err(BatchRejected::Randomness(_))
        ));
    }
    let mut stuck = Stuck { draws: 0, at: 0 };
    assert!(matches!(
        verify(&statement, &shown, &context, &mut stuck),
        Err(Rejected::Randomness(_))
    ));
    let mut enough = Failing { left: 16 };
    assert_eq!(verify(&statement, &shown, &context, &mut enough), Ok(()));
}

#[test]
fn wrong_counts_are_refused() {
    let circuit = Circuit::new(2, 1);
    let members = [(&circuit, vec![public(1), hidden(0)])];
    let proofs = prepare(&members, &[Fr::from(5)]);
    let statement = statement(&members);
    let context = Context::new(b"request");
    for found in [0, 2, 3] {
        let values = vec![Fr::from(5); found];
        assert_eq!(
            show(&statement, &proofs, &values, &context, &mut rng(1)),
            Err(ShowError::ValueCount { expected: 1, found })
        );
        let proofs = vec![proofs[0].clone(); found];
        assert_eq!(
            show(&statement, &proofs, &[Fr::from(5)], &context, &mut rng(1)),
            Err(ShowError::ProofCount { expected: 1, found })
        );
    }
}

#[test]
fn plain_proof_decodes_canonically_and_prints_nothing() {
    let proof = Circuit::new(1, 1).prove(&[Fr::from(5)], 1);
    let bytes = proof.to_bytes();
    assert_eq!(Proof::from_bytes(&bytes).unwrap(), proof);
    assert_eq!(format!("{proof:?}"), "Proof(..)");
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = Proof::from_bytes(&flipped) {
            assert_eq!(other.to_bytes(), flipped);
        }
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(
        Proof::from_bytes(&longer),
        Err(DecodeError::Length { .. })
    ));
}

/// What the ark-groth16 verifier says of a prepared proof with all its inputs known.
fn oracle_accepts(circuit: &Circuit, proof: &Proof, inputs: &[Fr]) -> bool {
    let bytes = proof.to_bytes();
    let proof = ark_groth16::Proof::<Bn254> {
        a: G1Affine::deserialize_compressed(&bytes[..32]).unwrap(),
        b: G2Affine::deserialize_compressed(&bytes[32..96]).unwrap(),
        c: G1Affine::deserialize_compressed(&bytes[96..]).unwrap(),
    };
    let prepared = ark_groth16::prepare_verifying_key(&circuit.proving.vk);
    Groth16::<Bn254>::verify_proof(&prepared, &proof, inputs).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any split of slots into public, hidden and shared verifies exactly when the slots hold what
    /// the prepared proof was made for, and ark-groth16 agrees.
    #[test]
    fn any_visibility_agrees_with_plain_groth16(
        visible in prop::collection::vec(0..4_u16, 5),
        wrong in prop::option::of(0..5_usize),
        seed in any::<u64>(),
    ) {
        let (left, right) = (Circuit::new(3, 1), Circuit::new(2, 2));
        let mut rng = rng(seed);
        let pool: Vec<Fr> = (0..4).map(|_| Fr::rand(&mut rng)).collect();
        // 0 is public; equal numbers above are one variable, numbered in order of first use.
        let mut order = Vec::new();
        let slots: Vec<Slot> = visible
            .iter()
            .map(|kind| {
                if *kind == 0 {
                    return Slot::Public(pool[0]);
                }
                let number = order.iter().position(|known| known == kind).unwrap_or_else(|| {
                    order.push(*kind);
                    order.len() - 1
                });
                hidden(number as u16)
            })
            .collect();
        let values: Vec<Fr> = order.iter().map(|kind| pool[usize::from(*kind)]).collect();

        let mut proved = inputs(&slots, &values);
        if let Some(index) = wrong {
            proved[index] += Fr::from(1);
        }
        let members = [(&left, slots[..3].to_vec()), (&right, slots[3..].to_vec())];
        let proofs = [left.prove(&proved[..3], seed), right.prove(&proved[3..], seed)];
        let stated = inputs(&slots, &values);
        let oracle = oracle_accepts(&left, &proofs[0], &stated[..3])
            && oracle_accepts(&right, &proofs[1], &stated[3..]);
        prop_assert_eq!(oracle, wrong.is_none());

        let statement = statement(&members);
        let context = Context::new(&seed.to_le_bytes());
        let shown = show(&statement, &proofs, &values, &context, &mut rng).unwrap();
        let verdict = verify(&statement, &shown, &context, &mut rng);
        prop_assert_eq!(verdict.is_ok(), oracle);
    }
}
