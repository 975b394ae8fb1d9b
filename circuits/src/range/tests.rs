use proptest::prelude::*;

use super::*;
use crate::{
    system::{Tamper, broken},
    testing::{
        assert_arkworks_agrees, assert_shape_is_pinned, assert_well_formed, boundary_element,
        free_columns,
    },
};

const ABSENT: [u64; 1] = [252];

fn absent() -> Fr {
    Fr::from(2u64).pow(ABSENT)
}

fn with_tamper(inputs: RangeInputs, tamper: Option<Tamper>) -> System {
    let mut system = System::new(&inputs.to_slots(), true);
    system.tamper = tamper;
    RangeCircuit::constrain(&mut system);
    system
}

fn broken_rows(inputs: RangeInputs, tamper: Option<Tamper>) -> Vec<String> {
    with_tamper(inputs, tamper)
        .broken_rows()
        .into_iter()
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    let circuit = RangeCircuit::new(RangeInputs::new(1 << 40, 17, u64::MAX));
    let system = circuit.synthesize(true);
    assert!(system.row_count() + 1 + system.slot_count() < 256);
    assert_well_formed(&system);
    assert_arkworks_agrees(circuit, &system);
    assert_shape_is_pinned(RangeCircuit::ID, &system);
    assert_shape_is_pinned(RangeCircuit::ID, &RangeCircuit::blank().synthesize(true));
}

#[test]
fn determinism_gate() {
    for inputs in [
        RangeInputs::new(5, 0, 9),
        RangeInputs::new(5, 6, 9),
        RangeInputs::new(0, 0, 0),
    ] {
        let system = RangeCircuit::new(inputs).synthesize(true);
        // The result is derived, so it counts as unknown.
        assert_eq!(
            free_columns(&system, &[RangeSlot::Holds.index()]),
            Vec::<String>::new()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn constraints_agree_with_the_relation(
        value in boundary_element(),
        lower in boundary_element(),
        upper in boundary_element(),
        near in prop::option::of((0u8..2, -2i64..=2)),
        holds in prop_oneof![
            8 => Just(Fr::from(0u64)), 8 => Just(Fr::from(1u64)), 1 => boundary_element()
        ],
    ) {
        static ROWS: std::sync::OnceLock<Vec<crate::Row>> = std::sync::OnceLock::new();
        let rows = ROWS.get_or_init(|| RangeCircuit::blank().synthesize(true).rows().to_vec());
        let (lower, upper) = match near {
            Some((0, shift)) => (value + Fr::from(shift), upper),
            Some((_, shift)) => (lower, value + Fr::from(shift)),
            None => (lower, upper),
        };
        let inputs = RangeInputs { value, lower, upper, holds };
        let system = RangeCircuit::new(inputs).synthesize(false);
        prop_assert_eq!(broken(rows, system.assignment()).is_empty(), check(&inputs).is_ok());
    }

    #[test]
    fn the_relation_is_the_comparison_of_integers(
        value: u64, lower: u64, upper: u64, shift in 0u32..64
    ) {
        // Shifted, so that equal and neighbouring operands are common.
        let (value, lower, upper) = (value >> shift, lower >> shift, upper >> shift);
        let mut inputs = RangeInputs::new(value, lower, upper);
        prop_assert_eq!(check(&inputs), Ok(()));
        inputs.holds = Fr::from(1u64) - inputs.holds;
        prop_assert_eq!(check(&inputs), Err(RangeClause::Holds));
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
                assert_eq!(broken_rows(inputs, None), Vec::<String>::new());
                let lie = RangeInputs {
                    holds: Fr::from(1u64) - inputs.holds,
                    ..inputs
                };
                assert_eq!(broken_rows(lie, None), ["holds"]);
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
            assert!(broken_rows(value, None).contains(&"value".to_owned()));
            assert_eq!(check(&value), Err(RangeClause::Value));
        }
        // 2⁶⁴ and −1 are still near the value; the verifier and the schema exclude such bounds.
        if wide != two64 && wide != -Fr::from(1u64) {
            let lower = RangeInputs {
                lower: wide,
                ..honest
            };
            assert!(broken_rows(lower, None).contains(&"lower".to_owned()));
            assert_eq!(check(&lower), Err(RangeClause::Lower));
            let upper = RangeInputs {
                upper: wide,
                ..honest
            };
            assert!(broken_rows(upper, None).contains(&"upper".to_owned()));
            assert_eq!(check(&upper), Err(RangeClause::Upper));
        }
    }
    // Equal absent values compare as equal only as field elements.
    let all = RangeInputs {
        value: absent(),
        lower: absent(),
        upper: absent(),
        holds: Fr::from(1u64),
    };
    assert_eq!(broken_rows(all, None), ["value"]);
}

#[test]
fn holds_is_boolean_and_true_only_if_true() {
    for holds in [2u64, 3, u64::MAX] {
        let inputs = RangeInputs {
            holds: Fr::from(holds),
            ..RangeInputs::new(5, 0, 9)
        };
        assert_eq!(broken_rows(inputs, None), ["holds"]);
    }
    let minus = RangeInputs {
        holds: -Fr::from(1u64),
        ..RangeInputs::new(5, 0, 9)
    };
    assert_eq!(broken_rows(minus, None), ["holds"]);
}

#[test]
fn a_malicious_sign_bit_breaks_the_sum() {
    // 5 ≥ 6 is claimed by setting the top bit of 5 − 6 + 2⁶⁴.
    let inputs = RangeInputs {
        holds: Fr::from(1u64),
        ..RangeInputs::new(5, 6, 9)
    };
    let tamper: Tamper = Box::new(|name, value| match name {
        "lower[64]/boolean" => Fr::from(1u64),
        _ => value,
    });
    assert_eq!(broken_rows(inputs, Some(tamper)), ["lower"]);
    // And by moving the difference into a bit that is none.
    let tamper: Tamper = Box::new(|name, value| match name {
        "lower[64]/boolean" => Fr::from(1u64),
        "lower[0]/boolean" => value - Fr::from(2u64).pow([64u64]),
        _ => value,
    });
    assert_eq!(broken_rows(inputs, Some(tamper)), ["lower[0]/boolean"]);
}

#[test]
fn bits_that_are_no_bits_are_named() {
    for prefix in ["value", "lower", "upper"] {
        let inputs = RangeInputs::new(6, 0, 9);
        let tamper: Tamper = Box::new(move |name, value| {
            // Two of bit 0 for one of bit 1: the sum stays.
            if name == format!("{prefix}[0]/boolean") {
                value + Fr::from(2u64)
            } else if name == format!("{prefix}[1]/boolean") {
                value - Fr::from(1u64)
            } else {
                value
            }
        });
        let broken = broken_rows(inputs, Some(tamper));
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
        assert_eq!(broken_rows(swapped, None), ["holds"]);
    }
}
