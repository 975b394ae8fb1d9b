use proptest::prelude::*;

use super::*;
use crate::testing::{
    Forgery, agreement_tests, assert_circuit, boundary_element, broken_rows, deletion_survivors,
    free_columns, synthesize,
};

fn elements(of: impl Fn(u64) -> u64) -> [Fr; ELEMENTS] {
    core::array::from_fn(|i| Fr::from(of(i as u64)))
}

fn ten_to_twenty_five() -> [Fr; ELEMENTS] {
    elements(|i| 10 + i)
}

/// Found, not found, absent, absent among the elements; each plain and negated.
fn samples() -> Vec<MemberInputs> {
    let mut with_absent = ten_to_twenty_five();
    with_absent[15] = ABSENT;
    let value = |x: u64| Fr::from(x);
    [false, true]
        .into_iter()
        .flat_map(|negated| {
            [
                MemberInputs::new(value(10), ten_to_twenty_five(), negated),
                MemberInputs::new(value(25), ten_to_twenty_five(), negated),
                MemberInputs::new(value(9), ten_to_twenty_five(), negated),
                MemberInputs::new(ABSENT, ten_to_twenty_five(), negated),
                MemberInputs::new(ABSENT, with_absent, negated),
                MemberInputs::new(value(9), with_absent, negated),
                MemberInputs::new(value(9), [ABSENT; ELEMENTS], negated),
                MemberInputs::new(value(9), [value(9); ELEMENTS], negated),
            ]
        })
        .collect()
}

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    assert_circuit(&samples()[2], 6);
}

#[test]
fn determinism_gate() {
    for inputs in samples() {
        let free = free_columns(&synthesize(&inputs, None), &[MemberSlot::Holds.index()]);
        assert_eq!(free, Vec::<String>::new());
    }
}

#[test]
fn no_constraint_can_be_deleted() {
    let survivors = deletion_survivors(&samples(), Vec::new());
    assert_eq!(survivors, Vec::<String>::new());
}

#[test]
fn results_are_those_of_words() {
    let holds = |value: Fr, negated| {
        MemberInputs::new(value, ten_to_twenty_five(), negated).holds == Fr::ONE
    };
    for number in 0..40u64 {
        let inside = (10..=25).contains(&number);
        assert_eq!(holds(Fr::from(number), false), inside);
        assert_eq!(holds(Fr::from(number), true), !inside);
    }
    assert!(!holds(ABSENT, false) && !holds(ABSENT, true));
    // `exists`: none of sixteen times absent.
    let exists = |value| MemberInputs::new(value, [ABSENT; ELEMENTS], true).holds;
    assert_eq!(exists(Fr::from(0u64)), Fr::ONE);
    assert_eq!(exists(ABSENT), Fr::from(0u64));
}

fn statements() -> impl Strategy<Value = MemberInputs> {
    let near = prop::option::of((0..ELEMENTS, -1i64..=1));
    let absent = prop::option::weighted(0.2, 0..=ELEMENTS);
    let set = prop::collection::vec(boundary_element(), ELEMENTS);
    let wrong = prop::option::weighted(0.3, (any::<bool>(), boundary_element()));
    let all = (boundary_element(), set, near, absent, any::<bool>(), wrong);
    all.prop_map(|(value, set, near, absent, negated, wrong)| {
        let mut set: [Fr; ELEMENTS] = set.try_into().unwrap();
        let mut value = near.map_or(value, |(place, shift)| set[place] + Fr::from(shift));
        match absent {
            Some(ELEMENTS) => value = ABSENT,
            Some(place) => set[place] = ABSENT,
            None => {}
        }
        let mut inputs = MemberInputs::new(value, set, negated);
        match wrong {
            Some((true, wrong)) => inputs.holds = wrong,
            Some((false, wrong)) => inputs.negated = wrong,
            None => {}
        }
        inputs
    })
}

agreement_tests!(statements());

#[test]
fn a_lie_breaks_the_last_row() {
    for honest in samples() {
        for holds in [Fr::ONE - honest.holds, Fr::from(2u64), -Fr::ONE] {
            let inputs = MemberInputs { holds, ..honest };
            assert_eq!(inputs.check(), Err(MemberClause::Holds));
            assert_eq!(broken_rows(&inputs), ["holds"]);
        }
    }
}

#[test]
fn a_flag_that_is_no_bit_is_named() {
    // Of an absent value the result is 0 whatever the flag, so only the flag's own row can notice.
    let inputs = MemberInputs {
        negated: Fr::from(2u64),
        ..samples()[3]
    };
    assert_eq!(inputs.check(), Err(MemberClause::Negated));
    assert_eq!(broken_rows(&inputs), ["negated"]);
    // Of 9, not found, it would make the result 2.
    let inputs = MemberInputs {
        negated: Fr::from(2u64),
        holds: Fr::from(2u64),
        ..samples()[2]
    };
    assert_eq!(broken_rows(&inputs), ["negated"]);
}

/// 9 is claimed to be among 10 … 25.
#[test]
fn finding_what_is_not_there() {
    let lie = MemberInputs {
        holds: Fr::ONE,
        ..samples()[2]
    };
    let zero = Fr::from(0u64);
    for (columns, noticed) in [
        // The search claims success, with the true inverse and with none.
        (
            &[("found/result", Fr::ONE)][..],
            &["found/inverse", "found/zero", "found/unused"][..],
        ),
        (
            &[("found/result", Fr::ONE), ("found/inverse", zero)],
            &["found/zero"],
        ),
        // The product is claimed to be zero.
        (&[("product[15]/factor", zero)], &["product[15]/factor"]),
        (&[("product[7]/factor", zero)], &["product[7]/factor"]),
        // The flag's work is forged.
        (
            &[("wanted", -Fr::from(2u64).inverse().unwrap())],
            &["wanted"],
        ),
    ] {
        let columns = columns.to_vec();
        let forgery = Forgery::new(lie, move |name, honest| {
            let replaced = columns.iter().find(|(column, _)| *column == name);
            replaced.map_or(honest, |(_, value)| *value)
        });
        let broken = forgery.broken_rows();
        assert!(
            !broken.is_empty() && broken.iter().all(|name| noticed.contains(&name.as_str())),
            "{broken:?}"
        );
    }
}

/// 10 is claimed not to be among 10 … 25.
#[test]
fn not_finding_what_is_there() {
    let lie = MemberInputs {
        holds: Fr::ONE,
        ..MemberInputs::new(Fr::from(10u64), ten_to_twenty_five(), true)
    };
    let zero = Fr::from(0u64);
    for inverse in [zero, Fr::ONE] {
        let columns = [("found/result", zero), ("found/inverse", inverse)];
        assert_eq!(
            Forgery::replacing(lie, columns).broken_rows(),
            ["found/inverse"]
        );
    }
    let columns = [("product[1]/factor", Fr::ONE)];
    assert_eq!(
        Forgery::replacing(lie, columns).broken_rows(),
        ["product[1]/factor"]
    );
}

/// An absent value is claimed to be among the elements, or to be none of them.
#[test]
fn absence_cannot_be_hidden() {
    let zero = Fr::from(0u64);
    for negated in [false, true] {
        let lie = MemberInputs {
            holds: Fr::ONE,
            ..MemberInputs::new(
                ABSENT,
                if negated {
                    ten_to_twenty_five()
                } else {
                    [ABSENT; ELEMENTS]
                },
                negated,
            )
        };
        assert_eq!(lie.check(), Err(MemberClause::Holds));
        for inverse in [zero, Fr::ONE] {
            let columns = [("absent/result", zero), ("absent/inverse", inverse)];
            assert_eq!(
                Forgery::replacing(lie, columns).broken_rows(),
                ["absent/inverse"]
            );
        }
    }
}

/// A value that is there is passed off as absent, so that a negation of the result would hold.
#[test]
fn presence_cannot_be_hidden() {
    let lie = MemberInputs {
        holds: Fr::from(0u64),
        ..samples()[0]
    };
    let columns = [
        ("absent/result", Fr::ONE),
        ("absent/inverse", Fr::from(0u64)),
    ];
    assert_eq!(
        Forgery::replacing(lie, columns).broken_rows(),
        ["absent/zero"]
    );
}

#[test]
fn slots_are_not_interchangeable() {
    let honest = samples()[2];
    let mut swapped = honest;
    swapped.elements[4] = honest.value;
    swapped.value = honest.elements[4];
    // Symmetric: 14 is not among the others and 9. But with one more 14 it is.
    assert_eq!(broken_rows(&swapped), Vec::<String>::new());
    swapped.elements[5] = honest.elements[4];
    assert_eq!(broken_rows(&swapped), ["holds"]);
    let flag = MemberInputs {
        negated: Fr::ONE,
        ..honest
    };
    assert_eq!(broken_rows(&flag), ["holds"]);
}
