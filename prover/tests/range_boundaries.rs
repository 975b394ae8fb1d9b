//! Real proofs about the integers where comparisons go wrong.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod support;

use glimpse_link::{Context, Member, Slot, Statement};
use glimpse_primitives::Fr;
use glimpse_protocol::circuit::CircuitId;
use glimpse_prover::prepare_range;
use proptest::prelude::*;
use support::{KEYS, rng};

const EDGES: [u64; 6] = [0, 1 << 31, 1 << 32, 1 << 62, 1 << 63, u64::MAX];

/// Integers near powers of two and the ends of the type.
fn boundary() -> impl Strategy<Value = u64> {
    prop_oneof![
        (prop::sample::select(&EDGES[..]), -2i64..=2)
            .prop_map(|(edge, offset)| edge.wrapping_add_signed(offset)),
        any::<u64>(),
    ]
}

fn verifies(slots: [Fr; 4], proof: &glimpse_prover::PreparedRange) -> bool {
    // What `present` does, with every slot public: the shown proof is checked by `link`.
    let key = KEYS.get(CircuitId::Range).unwrap().verifying_key();
    let statement = Statement::new(vec![Member {
        key,
        slots: slots.map(Slot::Public).to_vec(),
    }])
    .unwrap();
    let bytes = proof.to_bytes();
    let proof = glimpse_link::Proof::from_bytes(&bytes[bytes.len() - 128..]).unwrap();
    let context = Context::new(b"test");
    let shown = glimpse_link::show(&statement, &[proof], &[], &context, &mut rng(1)).unwrap();
    glimpse_link::verify(&statement, &shown, &context, &mut rng(2)).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn proofs_say_what_integers_do(
        value in boundary(),
        lower in boundary(),
        upper in boundary(),
        near in prop::sample::select(vec![None, Some(-1i64), Some(0), Some(1)]),
    ) {
        let lower = near.map_or(lower, |offset| value.wrapping_add_signed(offset));
        let holds = lower <= value && value <= upper;
        let proof = prepare_range(&KEYS, value, lower, upper).unwrap();
        let slots = |holds: bool| [value.into(), lower.into(), upper.into(), Fr::from(holds)];
        prop_assert!(proof.proves(&value.into(), &lower.into(), &upper.into(), holds));
        prop_assert!(verifies(slots(holds), &proof));
        prop_assert!(!verifies(slots(!holds), &proof));
    }
}
