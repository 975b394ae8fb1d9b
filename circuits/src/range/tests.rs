use proptest::prelude::*;

use super::*;
use crate::{
    system::broken,
    testing::{
        FEW_CASES, Forgery, agreement_tests, assert_circuit, boundary_element, broken_rows,
        deletion_survivors, free_columns, synthesize,
    },
};

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    assert_circuit(&RangeInputs::inside(1 << 40, 17, u64::MAX), 8);
}

/// Inside, below, above, at the edge; each operand absent, and all; each plain and negated.
fn samples() -> Vec<RangeInputs> {
    let of = |[value, lower, upper]: [u64; 3]| [value, lower, upper].map(Fr::from);
    let mut operands = vec![of([5, 0, 9]), of([5, 6, 9]), of([5, 0, 4]), of([0, 0, 0])];
    for place in 0..3 {
        let mut one_absent = of([5, 0, 9]);
        one_absent[place] = ABSENT;
        operands.push(one_absent);
    }
    operands.push([ABSENT; 3]);
    let both = |[v, l, u]: [Fr; 3]| [false, true].map(|negated| RangeInputs::new(v, l, u, negated));
    operands.into_iter().flat_map(both).collect()
}

#[test]
fn results_are_those_of_words() {
    let expected = [
        (true, false),
        (false, true),
        (false, true),
        (true, false),
        (false, false),
        (false, false),
        (false, false),
        (false, false),
    ];
    for (pair, (plain, negated)) in samples().chunks_exact(2).zip(expected) {
        assert_eq!(pair[0].holds, Fr::from(plain));
        assert_eq!(pair[1].holds, Fr::from(negated));
        for inputs in pair {
            assert_eq!(inputs.check(), Ok(()));
            assert_eq!(broken_rows(inputs), Vec::<String>::new());
        }
    }
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
    // What makes the flag of presence a bit is implied to first order, being one of two values.
    let survivors = deletion_survivors(&samples(), Vec::new());
    assert_eq!(survivors, ["present/boolean"]);
    let survivors = deletion_survivors(&samples(), vec![fractional_presence()]);
    assert_eq!(survivors, Vec::<String>::new());
}

fn statements() -> impl Strategy<Value = RangeInputs> {
    let operand = || prop_oneof![4 => any::<u64>().prop_map(Fr::from), 4 => boundary_element(), 1 => Just(ABSENT)];
    let near = prop::option::of((0u8..2, -2i64..=2));
    let wrong = prop::option::weighted(0.3, (any::<bool>(), boundary_element()));
    let all = (operand(), operand(), operand(), near, any::<bool>(), wrong);
    all.prop_map(|(value, lower, upper, near, negated, wrong)| {
        let (lower, upper) = match near {
            Some((0, shift)) => (value + Fr::from(shift), upper),
            Some((_, shift)) => (lower, value + Fr::from(shift)),
            None => (lower, upper),
        };
        let mut inputs = RangeInputs::new(value, lower, upper, negated);
        match wrong {
            Some((true, wrong)) => inputs.holds = wrong,
            Some((false, wrong)) => inputs.negated = wrong,
            None => {}
        }
        inputs
    })
}

agreement_tests!(statements());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(FEW_CASES))]

    #[test]
    fn the_relation_is_the_comparison_of_integers(
        value: u64, lower: u64, upper: u64, shift in 0u32..64
    ) {
        // Shifted, so that equal and neighbouring operands are common.
        let (value, lower, upper) = (value >> shift, lower >> shift, upper >> shift);
        for negated in [false, true] {
            let inside = lower <= value && value <= upper;
            let [v, l, u] = [value, lower, upper].map(Fr::from);
            let mut inputs = RangeInputs::new(v, l, u, negated);
            prop_assert_eq!(inputs.holds, Fr::from(inside != negated));
            prop_assert_eq!(inputs.check(), Ok(()));
            inputs.holds = Fr::from(1u64) - inputs.holds;
            prop_assert_eq!(inputs.check(), Err(RangeClause::Holds));
        }
    }
}

#[test]
fn every_day_of_two_centuries_compares_as_its_number() {
    let day = |number: i64| (number as u64).wrapping_add(1 << 63);
    let rows = RangeCircuit::blank().synthesize(true).rows().to_vec();
    let bound = 20_778; // 2026-11-21
    for number in -25_567..47_847 {
        let inputs = RangeInputs::inside(day(number), day(i64::MIN), day(bound));
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
                RangeInputs::inside(value, bound, u64::MAX),
                RangeInputs::inside(value, 0, bound),
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
    let one = Fr::from(1u64);
    for wide in [two64, -one, half, half - one, ABSENT - one, ABSENT + one] {
        let honest = RangeInputs::inside(5, 0, 9);
        for holds in [Fr::from(0u64), one] {
            let value = RangeInputs {
                value: wide,
                holds,
                ..honest
            };
            assert!(broken_rows(&value).contains(&"value".to_owned()));
            assert_eq!(value.check(), Err(RangeClause::Value));
        }
        // 2⁶⁴ and −1 are still near the value; the verifier and the schema exclude such bounds.
        if wide != two64 && wide != -one {
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
}

/// Absent operands are claimed to be present: whatever holds, the decomposition has no witness.
#[test]
fn absence_cannot_be_hidden() {
    let one = Fr::from(1u64);
    for (place, name) in ["value", "lower", "upper"].into_iter().enumerate() {
        for negated in [false, true] {
            let mut operands = [5u64, 0, 9].map(Fr::from);
            operands[place] = ABSENT;
            let [value, lower, upper] = operands;
            let lie = RangeInputs {
                holds: one,
                ..RangeInputs::new(value, lower, upper, negated)
            };
            assert_eq!(lie.check(), Err(RangeClause::Holds));
            let broken = Forgery::replacing(lie, [("present/boolean", one)]).broken_rows();
            assert!(broken.contains(&name.to_owned()), "{broken:?}");
        }
    }
    // Equal absent values are in no range, and outside of none.
    for negated in [false, true] {
        let lie = RangeInputs {
            holds: one,
            ..RangeInputs::new(ABSENT, ABSENT, ABSENT, negated)
        };
        let forgery = Forgery::replacing(lie, [("present/boolean", one)]);
        let broken = forgery.broken_rows();
        assert_eq!(
            broken.first().map(String::as_str),
            Some("value"),
            "{broken:?}"
        );
    }
}

/// The flag of presence as a fraction that makes a small integer of the absent value.
fn fractional_presence() -> Forgery<RangeInputs> {
    let fraction = Fr::from(7u64) * ABSENT.inverse().unwrap();
    let lie = RangeInputs {
        holds: fraction,
        ..RangeInputs::new(ABSENT, ABSENT, ABSENT, false)
    };
    assert_eq!(lie.check(), Err(RangeClause::Holds));
    Forgery::replacing(lie, [("present/boolean", fraction)])
}

#[test]
fn presence_is_a_bit() {
    assert_eq!(fractional_presence().broken_rows(), ["present/boolean"]);
}

/// What is there is passed off as absent, so that a negation of the result would hold.
#[test]
fn presence_cannot_be_hidden() {
    let zero = Fr::from(0u64);
    let lie = RangeInputs {
        holds: zero,
        ..RangeInputs::inside(5, 0, 9)
    };
    assert_eq!(lie.check(), Err(RangeClause::Holds));
    let forgery = Forgery::replacing(lie, [("present/boolean", zero)]);
    assert_eq!(forgery.broken_rows(), ["present/or_absent"]);
    for name in ["present/two", "present/three"] {
        let forgery = Forgery::replacing(lie, [("present/boolean", zero), (name, zero)]);
        assert_eq!(forgery.broken_rows(), [name]);
    }
}

#[test]
fn a_flag_that_is_no_bit_is_named() {
    let two = Fr::from(2u64);
    // Of an absent value the result is 0 whatever the flag.
    let inputs = RangeInputs {
        negated: two,
        ..RangeInputs::new(ABSENT, two, two, false)
    };
    assert_eq!(inputs.check(), Err(RangeClause::Negated));
    assert_eq!(broken_rows(&inputs), ["negated"]);
    // Of 5, below 6, it would make the result 2.
    let inputs = RangeInputs {
        negated: two,
        holds: two,
        ..RangeInputs::inside(5, 6, 9)
    };
    assert_eq!(broken_rows(&inputs), ["negated"]);
}

#[test]
fn products_are_constrained() {
    let lie = RangeInputs {
        holds: Fr::from(1u64),
        ..RangeInputs::inside(5, 6, 9)
    };
    let forgery = Forgery::replacing(lie, [("inside", Fr::from(1u64))]);
    assert_eq!(forgery.broken_rows(), ["inside"]);
    let half = Fr::from(2u64).inverse().unwrap();
    let forgery = Forgery::replacing(lie, [("wanted", -half)]);
    assert_eq!(forgery.broken_rows(), ["wanted"]);
}

#[test]
fn holds_is_boolean_and_true_only_if_true() {
    for holds in [2u64, 3, u64::MAX] {
        let inputs = RangeInputs {
            holds: Fr::from(holds),
            ..RangeInputs::inside(5, 0, 9)
        };
        assert_eq!(broken_rows(&inputs), ["holds"]);
    }
    let minus = RangeInputs {
        holds: -Fr::from(1u64),
        ..RangeInputs::inside(5, 0, 9)
    };
    assert_eq!(broken_rows(&minus), ["holds"]);
}

#[test]
fn a_malicious_sign_bit_breaks_the_sum() {
    // 5 ≥ 6 is claimed by setting the top bit of 5 − 6 + 2⁶⁴.
    let inputs = RangeInputs {
        holds: Fr::from(1u64),
        ..RangeInputs::inside(5, 6, 9)
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
        let inputs = RangeInputs::inside(6, 0, 9);
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
    let honest = RangeInputs::inside(5, 2, 9);
    let slots = [honest.value, honest.lower, honest.upper];
    for [v, l, u] in [[1, 0, 2], [2, 1, 0], [0, 2, 1], [1, 2, 0], [2, 0, 1]] {
        let swapped = RangeInputs {
            value: slots[v],
            lower: slots[l],
            upper: slots[u],
            ..honest
        };
        assert_eq!(broken_rows(&swapped), ["holds"]);
    }
}
