use glimpse_protocol::set::{ABOVE, BELOW, SetTree};
use proptest::prelude::*;

use super::*;
use crate::testing::{
    FEW_CASES, Forgery, MANY_CASES, assert_agreement, assert_circuit_but_for, boundary_element,
    broken_rows, deletion_survivors, free_columns, synthesize,
};

const ONE: Fr = ark_ff::MontFp!("1");
const ZERO: Fr = ark_ff::MontFp!("0");

/// A statement whose siblings and roots follow from the rest, the node among them at a place that `seed` gives.
fn statement(
    value: Fr,
    elements: [Fr; LEAF_ELEMENTS],
    next: Fr,
    negated: bool,
    seed: u64,
) -> SetStatement {
    let mut draws = (1u64..).map(|i| Fr::from(seed | 1) * Fr::from(i * i));
    let mut among = |node: Fr, place: u64, nodes: &mut [Fr]| {
        nodes.fill_with(|| draws.next().unwrap());
        nodes[(place & 15) as usize % nodes.len()] = node;
    };
    let mut node = leaf(&elements, next);
    let mut path = SetPath {
        elements,
        next,
        groups: [[ZERO; ARITY]; LEVELS],
        roots: [ZERO; SetSlot::ROOTS],
    };
    for (height, group) in path.groups.iter_mut().enumerate() {
        among(node, seed >> (4 * height), group);
        node = parent(group);
    }
    among(node, seed >> 16, &mut path.roots);
    SetStatement::new(value, &path, negated)
}

fn number(x: u64) -> Fr {
    Fr::from(x)
}

/// 10, 20 … 100, the next leaf beginning with 110.
fn tens() -> [Fr; LEAF_ELEMENTS] {
    core::array::from_fn(|i| number(10 * (i as u64 + 1)))
}

/// The first leaf of a set: −2²⁴⁸, 20 … 100.
fn first_leaf() -> [Fr; LEAF_ELEMENTS] {
    let mut elements = tens();
    elements[0] = BELOW;
    elements
}

/// The last leaf: 10, 20, then 2²⁴⁸ eight times.
fn last_leaf() -> [Fr; LEAF_ELEMENTS] {
    let mut elements = tens();
    elements[2..].fill(ABOVE);
    elements
}

/// Found first, last and between, not found, absent, at both ends; each plain and negated.
fn samples() -> Vec<SetStatement> {
    let next = number(110);
    let greatest = ABOVE - ONE;
    [false, true]
        .into_iter()
        .flat_map(|negated| {
            [
                statement(number(35), tens(), next, negated, 0xf_8888),
                statement(number(10), tens(), next, negated, 2),
                statement(number(100), tens(), next, negated, 3),
                statement(number(109), tens(), next, negated, 4),
                statement(ABSENT, tens(), next, negated, 5),
                statement(ZERO, first_leaf(), next, negated, 6),
                statement(greatest, last_leaf(), ABOVE, negated, 7),
                statement(number(20), last_leaf(), ABOVE, negated, 8),
                statement(ABSENT, first_leaf(), next, negated, 9),
            ]
        })
        .collect()
}

/// The first sample: 35, not found.
fn sample() -> SetStatement {
    samples()[0]
}

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    assert_circuit_but_for(&[], &sample(), 12);
    // It is nearer to the half of the domain than to its end.
    let system = synthesize(&sample(), None);
    assert!(system.row_count() + 1 + system.slot_count() < 3 << 10);
}

#[test]
fn determinism_gate() {
    // Preimages of hashes are free to first order, and nothing else is. Of each nine siblings one is the node, and
    // the last roots fix one more; what a present value is above and below fixes its leaf's first element and the next.
    let hints = |free: &String| {
        free.starts_with("element[") || free == "next" || free.contains("/sibling[")
    };
    for (statement, bounds) in [(sample(), 0), (samples()[4], 2), (samples()[14], 0)] {
        let free = free_columns(&synthesize(&statement, None), &[SetSlot::Holds.index()]);
        assert!(free.iter().all(hints), "{free:?}");
        let expected = LEAF_ELEMENTS - 1 + bounds + LEVELS * (ARITY - 1) - 1;
        assert_eq!(free.len(), expected, "{free:?}");
    }
}

#[test]
fn no_constraint_can_be_deleted() {
    let survivors = deletion_survivors(&[0, 2, 4].map(|number| samples()[number]), Vec::new());
    assert_eq!(survivors, Vec::<String>::new());
}

fn statements() -> impl Strategy<Value = SetStatement> {
    let value = prop_oneof![
        4 => (0u64..120).prop_map(Fr::from),
        2 => prop::sample::select(vec![ABSENT, ABOVE, BELOW, ABOVE - ONE, BELOW - ONE, -ONE]),
        1 => boundary_element(),
    ];
    let wrong = prop::option::weighted(0.5, (0usize..10, boundary_element()));
    let all = (value, 0usize..3, any::<bool>(), any::<u64>(), wrong);
    all.prop_map(|(value, leaf, negated, seed, wrong)| {
        let (elements, next) = [
            (tens(), number(110)),
            (first_leaf(), number(110)),
            (last_leaf(), ABOVE),
        ][leaf];
        let mut statement = match wrong {
            // Leaves of no honest set: what the constraints say is what `check` says all the same.
            Some((9, wrong)) => {
                let mut elements = elements;
                elements[seed as usize % LEAF_ELEMENTS] = wrong;
                statement(value, elements, next, negated, seed)
            }
            Some((8, wrong)) => statement(value, elements, wrong, negated, seed),
            _ => statement(value, elements, next, negated, seed),
        };
        let place = seed as usize;
        match wrong {
            Some((0, wrong)) => statement.value = wrong,
            Some((1, wrong)) => statement.holds = wrong,
            Some((2, wrong)) => statement.negated = wrong,
            Some((3, _)) => statement.holds = ONE - statement.holds,
            Some((4, wrong)) => statement.roots[place % SetSlot::ROOTS] = wrong,
            Some((5, wrong)) => statement.groups[place % LEVELS][place / 7 % ARITY] = wrong,
            Some((6, wrong)) => statement.elements[place % LEAF_ELEMENTS] = wrong,
            Some((7, wrong)) => statement.next = wrong,
            _ => {}
        }
        statement
    })
}

#[test]
fn constraints_agree_with_the_relation() {
    assert_agreement(FEW_CASES / 4, statements());
}

#[test]
#[ignore = "slow: cargo xtask test --all"]
fn constraints_agree_with_the_relation_in_many_cases() {
    assert_agreement(MANY_CASES, statements());
}

#[test]
fn values_of_a_set_are_as_the_set_says() {
    let elements: Vec<Fr> = (0..95).map(|i| number(3 * i)).collect();
    let tree = SetTree::new(elements).unwrap();
    let values = [0, 1, 26, 27, 28, 30, 281, 282, 283].map(number);
    for value in values.into_iter().chain([ABSENT, ABOVE - ONE]) {
        for negated in [false, true] {
            let honest = SetStatement::new(value, &tree.path(value), negated);
            let expected = value != ABSENT && tree.contains(value) != negated;
            assert_eq!(honest.holds, Fr::from(expected), "{value}");
            assert_eq!(honest.check(), Ok(()));
            assert_eq!(broken_rows(&honest), Vec::<String>::new());
        }
    }
}

#[test]
fn a_lie_breaks_the_last_row() {
    for honest in samples() {
        for holds in [ONE - honest.holds, number(2), -ONE] {
            let lie = SetStatement { holds, ..honest };
            assert_eq!(lie.check(), Err(SetClause::Holds));
            assert_eq!(broken_rows(&lie), ["holds"]);
        }
    }
}

#[test]
fn a_flag_that_is_no_bit_is_named() {
    // Of an absent value the result is 0 whatever the flag.
    let inputs = SetStatement {
        negated: number(2),
        ..samples()[4]
    };
    assert_eq!(inputs.check(), Err(SetClause::Negated));
    assert_eq!(broken_rows(&inputs), ["negated"]);
}

/// 10 is in the set, but not in the leaf that the prover would rather show.
#[test]
fn another_leaf_than_the_values_is_refused() {
    let lie = |value, elements, next| statement(value, elements, next, true, 11);
    // The leaf before covers 20 … 109, the one behind −2²⁴⁸ … 9.
    let behind = lie(
        number(10),
        core::array::from_fn(|i| number(20 + i as u64)),
        number(110),
    );
    assert_eq!(behind.check(), Err(SetClause::Above));
    assert_eq!(broken_rows(&behind), ["above"]);
    let before = lie(
        number(10),
        core::array::from_fn(|i| number(i as u64)),
        number(10),
    );
    assert_eq!(before.check(), Err(SetClause::Below));
    assert_eq!(broken_rows(&before), ["below"]);
    // Bits that are none could make up for either.
    for (leaf, first, last) in [(behind, "above", ABOVE_BITS), (before, "below", BELOW_BITS)] {
        let missing = if first == "above" { number(10) } else { ONE };
        let name = format!("{first}[{}]/boolean", last - 1);
        let weight = number(2).pow([last as u64 - 1]).inverse().unwrap();
        let aim = name.clone();
        let forged = Forgery::new(leaf, move |column, honest| match column {
            column if column == aim => -missing * weight,
            column if column.starts_with(first) => ZERO,
            _ => honest,
        });
        assert_eq!(forged.broken_rows(), [name]);
    }
}

/// Neither bound of the list can be passed off as a value.
#[test]
fn the_ends_of_the_list_are_no_values() {
    let below = statement(BELOW, first_leaf(), number(110), false, 12);
    assert_eq!(below.check(), Err(SetClause::Below));
    assert_eq!(broken_rows(&below), ["below"]);
    let above = statement(ABOVE, last_leaf(), ABOVE, false, 13);
    assert_eq!(above.check(), Err(SetClause::Below));
    assert_eq!(broken_rows(&above), ["below"]);
    // A field element that is no encoding is outside of every set, or has no witness.
    let negative = statement(-number(5), first_leaf(), number(110), true, 14);
    assert_eq!((negative.check(), negative.holds), (Ok(()), ONE));
    assert_eq!(broken_rows(&negative), Vec::<String>::new());
}

#[test]
fn a_leaf_of_another_set_is_refused() {
    let honest = sample();
    let mut elements = honest.elements;
    elements[3] = honest.value;
    let other = SetStatement {
        elements,
        holds: ONE,
        ..honest
    };
    assert_eq!(other.check(), Err(SetClause::Path));
    assert_eq!(broken_rows(&other), ["path/level[0]/member"]);
    let next = SetStatement {
        next: honest.next + ONE,
        ..honest
    };
    assert_eq!(next.check(), Err(SetClause::Path));
    assert_eq!(broken_rows(&next), ["path/level[0]/member"]);
    // A sibling replaced: the level above does not have the parent.
    for height in 0..LEVELS {
        let mut groups = honest.groups;
        groups[height] = groups[height].map(|node| match node {
            node if node == path_node(&honest, height) => node,
            node => node + ONE,
        });
        let statement = SetStatement { groups, ..honest };
        assert_eq!(statement.check(), Err(SetClause::Path));
        let noticed = match height + 1 {
            LEVELS => "path/root".to_owned(),
            above => format!("path/level[{above}]/member"),
        };
        assert_eq!(broken_rows(&statement), [noticed]);
    }
    let roots = honest.roots.map(|root| root + ONE);
    let statement = SetStatement { roots, ..honest };
    assert_eq!(broken_rows(&statement), ["path/root"]);
    // A product of differences that is claimed to vanish.
    for name in ["path/product[13]/factor", "path/product[0]/factor"] {
        let forged = Forgery::replacing(statement, [(name, ZERO)]);
        assert_eq!(forged.broken_rows(), [name]);
    }
}

/// The node of that height on the way.
fn path_node(statement: &SetStatement, height: usize) -> Fr {
    let start = leaf(&statement.elements, statement.next);
    let below = statement.groups[..height].iter();
    below.fold(start, |_, group| parent(group))
}

/// 35 is claimed to be in the set.
#[test]
fn finding_what_is_not_there() {
    let lie = SetStatement {
        holds: ONE,
        ..sample()
    };
    for (column, value) in [
        ("product[9]/factor", ZERO),
        ("product[1]/factor", ZERO),
        ("wanted", -number(2).inverse().unwrap()),
    ] {
        let forged = Forgery::replacing(lie, [(column, value)]);
        assert_eq!(forged.broken_rows(), [column]);
    }
    let found = [("found/result", ONE), ("found/inverse", ZERO)];
    assert_eq!(Forgery::replacing(lie, found).broken_rows(), ["found/zero"]);
}

/// 10 is claimed to be outside.
#[test]
fn not_finding_what_is_there() {
    let lie = SetStatement {
        holds: ONE,
        ..samples()[10]
    };
    for inverse in [ZERO, ONE] {
        let columns = [("found/result", ZERO), ("found/inverse", inverse)];
        let forged = Forgery::replacing(lie, columns);
        assert_eq!(forged.broken_rows(), ["found/inverse"]);
    }
}

/// An absent value is passed off as one outside of the set, and a present one as absent.
#[test]
fn neither_absence_nor_presence_can_be_hidden() {
    let absent = SetStatement {
        holds: ONE,
        ..samples()[13]
    };
    assert_eq!(absent.check(), Err(SetClause::Holds));
    for inverse in [ZERO, ONE] {
        let columns = [("absent/result", ZERO), ("absent/inverse", inverse)];
        let broken = Forgery::replacing(absent, columns).broken_rows();
        // ABSENT is beyond every leaf, too.
        assert_eq!(broken, ["absent/inverse", "above", "below"]);
    }
    let present = SetStatement {
        holds: ZERO,
        ..samples()[1]
    };
    let columns = [("absent/result", ONE), ("absent/inverse", ZERO)];
    let broken = Forgery::replacing(present, columns).broken_rows();
    assert_eq!(broken, ["absent/zero"]);
}
