//! Real proofs about the integers where comparisons go wrong.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod support;

use glimpse_circuits::range::RangeInputs;
use glimpse_link::{Context, Member, Slot, Statement};
use glimpse_primitives::Fr;
use glimpse_protocol::{circuit::CircuitId, value::ABSENT};
use glimpse_prover::{prepare_predicate, prepare_range};
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

fn verifies(slots: [Fr; 5], proof: &[u8]) -> bool {
    // What `present` does, with every slot public: the shown proof is checked by `link`.
    let key = KEYS.get(CircuitId::Range).unwrap().verifying_key();
    let statement = Statement::new(vec![Member {
        key,
        slots: slots.map(Slot::Public).to_vec(),
    }])
    .unwrap();
    let proof = glimpse_link::Proof::from_bytes(&proof[proof.len() - 128..]).unwrap();
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
        let [v, l, u] = [value, lower, upper].map(Fr::from);
        let slots = |negated: bool, holds: bool| [v, l, u, negated.into(), holds.into()];
        prop_assert!(proof.proves(CircuitId::Range, &slots(false, holds)));
        prop_assert!(verifies(slots(false, holds), &proof.to_bytes()));
        prop_assert!(!verifies(slots(false, !holds), &proof.to_bytes()));
        prop_assert!(!verifies(slots(true, !holds), &proof.to_bytes()));

        let outside = prepare_predicate(&KEYS, RangeInputs::new(v, l, u, true)).unwrap();
        prop_assert!(verifies(slots(true, !holds), &outside.to_bytes()));
        prop_assert!(!verifies(slots(true, holds), &outside.to_bytes()));
    }
}

/// An absent operand is neither inside nor outside, and the proof that says so verifies.
#[test]
fn absent_operands_satisfy_nothing() {
    for place in 0..3 {
        for negated in [false, true] {
            let mut operands = [5u64, 0, 9].map(Fr::from);
            operands[place] = ABSENT;
            let [v, l, u] = operands;
            let proof = prepare_predicate(&KEYS, RangeInputs::new(v, l, u, negated)).unwrap();
            let slots = |holds: bool| [v, l, u, negated.into(), holds.into()];
            assert!(verifies(slots(false), &proof.to_bytes()));
            assert!(!verifies(slots(true), &proof.to_bytes()));
        }
    }
}
