use proptest::prelude::*;

use super::*;
use crate::testing::{
    Forgery, agreement_tests, assert_circuit, boundary_element, broken_rows, deletion_survivors,
    free_columns, synthesize,
};

const PLAIN: [bool; INPUTS] = [false; INPUTS];

/// `any` of these, by De Morgan.
fn any_of(inputs: [bool; INPUTS]) -> GateInputs {
    GateInputs::new(inputs, [true; INPUTS], true)
}

fn samples() -> [GateInputs; 4] {
    let one_missing = [true, true, false, true, true, true, true, true];
    [
        GateInputs::new([true; INPUTS], PLAIN, false),
        GateInputs::new(one_missing, PLAIN, true),
        any_of(one_missing),
        any_of(PLAIN),
    ]
}

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    assert_circuit(&samples()[1], 6);
}

#[test]
fn determinism_gate() {
    for inputs in samples() {
        let free = free_columns(&synthesize(&inputs, None), &[GateSlot::Out.index()]);
        assert_eq!(free, Vec::<String>::new());
    }
}

#[test]
fn no_constraint_can_be_deleted() {
    let survivors = deletion_survivors(&samples(), Vec::new());
    assert_eq!(survivors, Vec::<String>::new());
}

#[test]
fn every_combination_of_bits_has_one_result() {
    let rows = GateCircuit::blank().synthesize(true).rows().to_vec();
    let bits = |number: u32| core::array::from_fn(|i| number >> i & 1 == 1);
    for number in 0..1 << 17 {
        let (inputs, inverted) = (bits(number), bits(number >> 8));
        let negated = number >> 16 & 1 == 1;
        let all = (0..INPUTS).filter(|i| inputs[*i] ^ inverted[*i]).count() == INPUTS;
        let honest = GateInputs::new(inputs, inverted, negated);
        assert_eq!(honest.out, Fr::from(all ^ negated));
        for lie in [false, true] {
            let out = if lie {
                Fr::ONE - honest.out
            } else {
                honest.out
            };
            let statement = GateInputs { out, ..honest };
            assert_eq!(statement.check().is_ok(), !lie);
            if number % 16 == 0 || inputs == inverted.map(|n| !n) {
                let system = GateCircuit::new(statement).synthesize(false);
                let broken = crate::system::broken(&rows, system.assignment());
                assert_eq!(broken, if lie { &["out"][..] } else { &[] });
            }
        }
    }
}

#[test]
fn all_any_and_not_are_what_they_say() {
    let some = |present: &[usize]| core::array::from_fn(|i| present.contains(&i));
    for (inputs, all_hold, some_hold) in [
        (some(&[]), false, false),
        (some(&[3]), false, true),
        (some(&[0, 1, 2, 3, 4, 5, 6]), false, true),
        (some(&[0, 1, 2, 3, 4, 5, 6, 7]), true, true),
    ] {
        assert_eq!(
            GateInputs::new(inputs, PLAIN, false).out,
            Fr::from(all_hold)
        );
        assert_eq!(any_of(inputs).out, Fr::from(some_hold));
        assert_eq!(
            GateInputs::new(inputs, PLAIN, true).out,
            Fr::from(!all_hold)
        );
    }
    // An unused input of `any` counts as it is: 1, not inverted.
    let mut inverted = [true; INPUTS];
    inverted[2..].fill(false);
    for (first, second) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut inputs = [true; INPUTS];
        inputs[..2].copy_from_slice(&[first, second]);
        let gate = GateInputs::new(inputs, inverted, true);
        assert_eq!(gate.out, Fr::from(first || second));
    }
}

fn statements() -> impl Strategy<Value = GateInputs> {
    let wrong = prop::option::weighted(0.3, (0usize..18, boundary_element()));
    // Mostly literals that hold: one alone that does not decides the conjunction.
    let literals = prop::array::uniform8(prop::bool::weighted(0.9));
    let all = (literals, any::<[bool; INPUTS]>(), any::<bool>(), wrong);
    all.prop_map(|(literals, inverted, negated, wrong)| {
        let inputs = core::array::from_fn(|i| literals[i] != inverted[i]);
        let mut gate = GateInputs::new(inputs, inverted, negated);
        match wrong {
            Some((place @ 0..8, value)) => gate.inputs[place] = value,
            Some((place @ 8..16, value)) => gate.inverted[place - 8] = value,
            Some((16, value)) => gate.negated = value,
            Some((_, value)) => gate.out = value,
            None => {}
        }
        gate
    })
}

agreement_tests!(statements());

#[test]
fn what_is_no_bit_is_named() {
    // Values for which the other equations have a solution: the rest of the gate is recomputed.
    for value in [Fr::from(2u64), -Fr::ONE, Fr::from(2u64).inverse().unwrap()] {
        for number in 0..INPUTS {
            let mut inputs = samples()[0];
            inputs.inputs[number] = value;
            inputs.out = value;
            assert_eq!(inputs.check(), Err(GateClause::Input));
            assert_eq!(broken_rows(&inputs), [format!("input[{number}]/bit")]);

            let mut inputs = samples()[0];
            inputs.inverted[number] = value;
            inputs.out = Fr::ONE - value;
            assert_eq!(inputs.check(), Err(GateClause::Inverted));
            assert_eq!(broken_rows(&inputs), [format!("input[{number}]/flag")]);
        }
        let mut inputs = samples()[0];
        inputs.negated = value;
        inputs.out = Fr::ONE - value;
        assert_eq!(inputs.check(), Err(GateClause::Negated));
        assert_eq!(broken_rows(&inputs), ["negated"]);
    }
}

#[test]
fn a_wrong_result_breaks_the_last_row_or_the_row_that_lies() {
    for honest in samples() {
        for out in [Fr::ONE - honest.out, Fr::from(2u64), -Fr::ONE] {
            let inputs = GateInputs { out, ..honest };
            assert_eq!(inputs.check(), Err(GateClause::Out));
            assert_eq!(broken_rows(&inputs), ["out"]);
        }
    }
    // One of eight inputs does not hold; the prover claims that the product is 1 all the same.
    let lie = GateInputs {
        out: Fr::ONE,
        ..GateInputs::new(
            [true, true, true, false, true, true, true, true],
            PLAIN,
            false,
        )
    };
    for number in 3..INPUTS {
        let name = format!("input[{number}]/conjunction");
        let forgery = Forgery::replacing(lie, [(name.as_str(), Fr::ONE)]);
        assert_eq!(forgery.broken_rows(), [name]);
    }
    // Or that input 3 is inverted.
    let forgery = Forgery::replacing(
        lie,
        [("input[3]/literal", -Fr::from(2u64).inverse().unwrap())],
    );
    assert_eq!(forgery.broken_rows(), ["input[3]/literal"]);
}
