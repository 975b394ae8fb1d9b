use proptest::prelude::*;

use super::*;
use crate::{
    system::broken,
    testing::{
        FEW_CASES, Forgery, MANY_CASES, assert_agreement, assert_circuit, boundary_element,
        broken_rows, deletion_survivors, free_columns, synthesize,
    },
};

fn absent() -> Fr {
    Fr::from(2u64).pow([252u64])
}

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    assert_circuit(&RangeInputs::new(1 << 40, 17, u64::MAX), 8);
}

fn samples() -> [RangeInputs; 3] {
    [
        RangeInputs::new(5, 0, 9),
        RangeInputs::new(5, 6, 9),
        RangeInputs::new(0, 0, 0),
    ]
}

#[test]
fn determinism_gate() {
    for inputs in samples() {
        // The result is derived, so it counts as unknown.
        let free = free_columns(&synthesize(&inputs, None), &[RangeSlot::Holds.index()]);
        assert_eq!(free, Vec::<String>::new());
    }
}

#[test]
fn no_constraint_can_be_deleted() {
    let survivors = deletion_survivors(&samples(), Vec::new());
    assert_eq!(survivors, Vec::<String>::new());
}

fn statements() -> impl Strategy<Value = RangeInputs> {
    let operands = (boundary_element(), boundary_element(), boundary_element());
    let near = prop::option::of((0u8..2, -2i64..=2));
    let holds = prop_oneof![
        8 => Just(Fr::from(0u64)), 8 => Just(Fr::from(1u64)), 1 => boundary_element()
    ];
    (operands, near, holds).prop_map(|((value, lower, upper), near, holds)| {
        let (lower, upper) = match near {
            Some((0, shift)) => (value + Fr::from(shift), upper),
            Some((_, shift)) => (lower, value + Fr::from(shift)),
            None => (lower, upper),
        };
        RangeInputs {
            value,
            lower,
            upper,
            holds,
        }
    })
}

#[test]
fn constraints_agree_with_the_relation() {
    assert_agreement(FEW_CASES, statements());
}

#[test]
#[ignore = "slow: cargo xtask test --all"]
fn constraints_agree_with_the_relation_in_many_cases() {
    assert_agreement(MANY_CASES, statements());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(FEW_CASES))]

    #[test]
    fn the_relation_is_the_comparison_of_integers(
        value: u64, lower: u64, upper: u64, shift in 0u32..64
    ) {
        // Shifted, so that equal and neighbouring operands are common.
        let (value, lower, upper) = (value >> shift, lower >> shift, upper >> shift);
        let mut inputs = RangeInputs::new(value, lower, upper);
        prop_assert_eq!(inputs.check(), Ok(()));
        inputs.holds = Fr::from(1u64) - inputs.holds;
        prop_assert_eq!(inputs.check(), Err(RangeClause::Holds));
    }
}

#[test]
fn every_day_of_two_centuries_compares_as_its_number() {
    let day = |number: i64| (number as u64).wrapping_add(1 << 63);
    let rows = RangeCircuit::blank().synthesize(true).rows().to_vec();
    let bound = 20_778; // 2026-11-21
    for number in -25_567..47_847 {
        let inputs = RangeInputs::new(day(number), day(i64::MIN), day(bound));
        assert_eq!(inputs.holds, Fr::from(number <= bound));
        let system = RangeCircuit::new(inputs).synthesize(false);
        assert!(
            broken(&rows, system.assignment()).is_empty(),
            "day {number}"
        );
    }
}

#[test]
fn comparator_edges_match_u64() {
    let edges = |bound: u64| {
        [
            0,
            1,
            bound.wrapping_sub(1),
            bound,
            bound.wrapping_add(1),
            1 << 32,
            u64::MAX - 1,
            u64::MAX,
        ]
    };
    for bound in [0, 1, 5, 1 << 32, (1 << 63) - 1, 1 << 63, u64::MAX] {
        for value in edges(bound) {
            for inputs in [
                RangeInputs::new(value, bound, u64::MAX),
                RangeInputs::new(value, 0, bound),
            ] {
                assert_eq!(broken_rows(&inputs), Vec::<String>::new());
                let lie = RangeInputs {
                    holds: Fr::from(1u64) - inputs.holds,
                    ..inputs
                };
                assert_eq!(broken_rows(&lie), ["holds"]);
            }
        }
    }
}

#[test]
fn operands_outside_64_bits_have_no_witness() {
    let half = Fr::from(2u64).inverse().unwrap();
    let two64 = Fr::from(2u64).pow([64u64]);
    for wide in [
        two64,
        -Fr::from(1u64),
        half,
        half - Fr::from(1u64),
        absent(),
    ] {
        let honest = RangeInputs::new(5, 0, 9);
        for holds in [Fr::from(0u64), Fr::from(1u64)] {
            let value = RangeInputs {
                value: wide,
                holds,
                ..honest
            };
            assert!(broken_rows(&value).contains(&"value".to_owned()));
            assert_eq!(value.check(), Err(RangeClause::Value));
        }
        // 2⁶⁴ and −1 are still near the value; the verifier and the schema exclude such bounds.
        if wide != two64 && wide != -Fr::from(1u64) {
            let lower = RangeInputs {
                lower: wide,
                ..honest
            };
            assert!(broken_rows(&lower).contains(&"lower".to_owned()));
            assert_eq!(lower.check(), Err(RangeClause::Lower));
            let upper = RangeInputs {
                upper: wide,
                ..honest
            };
            assert!(broken_rows(&upper).contains(&"upper".to_owned()));
            assert_eq!(upper.check(), Err(RangeClause::Upper));
        }
    }
    // Equal absent values compare as equal only as field elements.
    let all = RangeInputs {
        value: absent(),
        lower: absent(),
        upper: absent(),
        holds: Fr::from(1u64),
    };
    assert_eq!(broken_rows(&all), ["value"]);
}

#[test]
fn holds_is_boolean_and_true_only_if_true() {
    for holds in [2u64, 3, u64::MAX] {
        let inputs = RangeInputs {
            holds: Fr::from(holds),
            ..RangeInputs::new(5, 0, 9)
        };
        assert_eq!(broken_rows(&inputs), ["holds"]);
    }
    let minus = RangeInputs {
        holds: -Fr::from(1u64),
        ..RangeInputs::new(5, 0, 9)
    };
    assert_eq!(broken_rows(&minus), ["holds"]);
}

#[test]
fn a_malicious_sign_bit_breaks_the_sum() {
    // 5 ≥ 6 is claimed by setting the top bit of 5 − 6 + 2⁶⁴.
    let inputs = RangeInputs {
        holds: Fr::from(1u64),
        ..RangeInputs::new(5, 6, 9)
    };
    let one = Fr::from(1u64);
    let forgery = Forgery::replacing(inputs, [("lower[64]/boolean", one)]);
    assert_eq!(forgery.broken_rows(), ["lower"]);
    // And by moving the difference into a bit that is none.
    let moved = one - Fr::from(2u64).pow([64u64]);
    let columns = [("lower[64]/boolean", one), ("lower[0]/boolean", moved)];
    let forgery = Forgery::replacing(inputs, columns);
    assert_eq!(forgery.broken_rows(), ["lower[0]/boolean"]);
}

#[test]
fn bits_that_are_no_bits_are_named() {
    for prefix in ["value", "lower", "upper"] {
        let inputs = RangeInputs::new(6, 0, 9);
        let forgery = Forgery::new(inputs, move |name, value| {
            // Two of bit 0 for one of bit 1: the sum stays.
            if name == format!("{prefix}[0]/boolean") {
                value + Fr::from(2u64)
            } else if name == format!("{prefix}[1]/boolean") {
                value - Fr::from(1u64)
            } else {
                value
            }
        });
        let broken = forgery.broken_rows();
        assert!(
            broken.contains(&format!("{prefix}[0]/boolean")),
            "{broken:?}"
        );
        assert!(!broken.contains(&prefix.to_owned()));
    }
}

#[test]
fn slots_are_not_interchangeable() {
    let honest = RangeInputs::new(5, 2, 9);
    let slots = [honest.value, honest.lower, honest.upper];
    for [v, l, u] in [[1, 0, 2], [2, 1, 0], [0, 2, 1], [1, 2, 0], [2, 0, 1]] {
        let swapped = RangeInputs {
            value: slots[v],
            lower: slots[l],
            upper: slots[u],
            holds: honest.holds,
        };
        assert_eq!(broken_rows(&swapped), ["holds"]);
    }
}
