use ark_ff::{AdditiveGroup, Field};
use glimpse_primitives::merkle;
use glimpse_protocol::{
    credential::StatusIndex,
    status::{Entries, StatusTree},
};
use proptest::prelude::*;

use super::*;
use crate::testing::{
    Forgery, agreement_tests, assert_circuit_but_for, boundary_element, broken_rows,
    deletion_survivors, free_columns, synthesize,
};

const ONE: Fr = ark_ff::MontFp!("1");

/// A statement of the relation whose roots follow from the rest.
fn statement(index: u32, words: [Fr; LEAF_WORDS], seed: u64) -> StatusStatement {
    let mut draws = (1u64..).map(|i| Fr::from(seed) * Fr::from(i * i));
    let mut draw = || draws.next().unwrap();
    let mut place = index as usize / WORD_BITS / LEAF_WORDS;
    let mut node = leaf(&words);
    let mut group = |place: usize, node: Fr| {
        let mut group = [(); ARITY].map(|()| draw());
        group[place % ARITY] = node;
        group
    };
    let groups = [(); LEVELS].map(|()| {
        let group = group(place, node);
        node = merkle::parent(&group);
        place /= ARITY;
        group
    });
    let roots = group(place, node);
    let word = words[index as usize / WORD_BITS % LEAF_WORDS]
        .into_bigint()
        .0;
    let bit = word[index as usize % WORD_BITS / 64] >> (index % 64) & 1;
    StatusStatement {
        index: Fr::from(index),
        roots,
        holds: Fr::from(1 - bit),
        words,
        groups,
    }
}

fn words(seed: u128) -> [Fr; LEAF_WORDS] {
    core::array::from_fn(|i| Fr::from(seed.rotate_left(17 * i as u32)))
}

fn sample() -> StatusStatement {
    statement(
        0xb_57a6,
        words(0x1234_5678_9abc_def0_0fed_cba9_8765_4321),
        7,
    )
}

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    // With all bits of the place zero, multiplexers multiply what they leave out by zero.
    let others = [1, 2, 3].map(|other| StatusSlot::Root(other).index());
    let (first, last) = (0x2_57a6 & 127, 0xf_ffff);
    assert_circuit_but_for(&others, &statement(first, words(0x1234 << 77), 7), 11);
    assert_circuit_but_for(&[], &statement(last, words(0x1234 << 77), 7), 11);
}

#[test]
fn determinism_gate() {
    // Preimages of hashes are free to first order, and nothing else is: of the words all but the selected
    // one, which its bits fix, and of the siblings all but one each; the roots fix one more.
    let hints = |free: &String| free.starts_with("words[") || free.contains("/sibling[");
    for statement in [
        sample(),
        StatusStatement {
            ..statement(5, words(1 << 5), 8)
        },
    ] {
        let free = free_columns(&synthesize(&statement, None), &[StatusSlot::Holds.index()]);
        assert_eq!(
            free.len(),
            (LEAF_WORDS - 1) + LEVELS * (ARITY - 1) - 1,
            "{free:?}"
        );
        assert!(free.iter().all(hints), "{free:?}");
    }
}

#[test]
fn no_constraint_can_be_deleted() {
    let survivors = deletion_survivors(&[sample()], Vec::new());
    assert_eq!(survivors, Vec::<String>::new());
}

fn statements() -> impl Strategy<Value = StatusStatement> {
    let index = prop_oneof![0u32..1 << 20, (0u32..20).prop_map(|bit| (1 << bit) - 1)];
    let wrong = prop::option::of((0usize..15, boundary_element()));
    (index, any::<u128>(), any::<u64>(), wrong).prop_map(|(index, bits, seed, wrong)| {
        let mut words = words(bits);
        if let Some((14, value)) = wrong {
            words[index as usize / WORD_BITS % LEAF_WORDS] = value;
        }
        let mut statement = statement(index, words, seed | 1);
        match wrong {
            Some((0, value)) => statement.index = value,
            Some((1, value)) => statement.holds = value,
            Some((2, value)) => statement.index += value,
            Some((3, _)) => statement.holds = ONE - statement.holds,
            Some((place @ 4..8, value)) => statement.roots[place - 4] = value,
            Some((place @ 8..12, value)) => statement.groups[place - 8][place % 3] = value,
            Some((12, value)) => statement.words[0] = value,
            Some((13, _)) => statement.groups.swap(0, 1),
            _ => {}
        }
        statement
    })
}

agreement_tests!(statements());

#[test]
fn entries_of_a_list_are_as_the_list_says() {
    let mut entries = Entries::new();
    let last = ENTRIES as u32 - 1;
    let edges = [
        0,
        1,
        127,
        128,
        1023,
        1024,
        4095,
        4096,
        1 << 18,
        last - 1,
        last,
    ];
    for index in edges.into_iter().step_by(2) {
        entries.set(StatusIndex::new(index), true).unwrap();
    }
    let tree = StatusTree::new(entries);
    for (number, index) in edges.into_iter().enumerate() {
        let path = tree.path(StatusIndex::new(index)).unwrap();
        let statement = StatusStatement::new(&path);
        assert_eq!(statement.roots, tree.roots());
        assert_eq!(statement.holds, Fr::from(number % 2 == 1), "{index}");
        assert_eq!(statement.check(), Ok(()));
        assert_eq!(broken_rows(&statement), Vec::<String>::new());
        let lie = StatusStatement {
            holds: ONE - statement.holds,
            ..statement
        };
        assert_eq!(lie.check(), Err(StatusClause::Holds));
        assert_eq!(broken_rows(&lie), ["holds"]);
    }
}

#[test]
fn an_index_beyond_the_end_has_no_witness() {
    for beyond in [
        Fr::from(ENTRIES as u64),
        -ONE,
        sample().index + Fr::from(ENTRIES as u64),
    ] {
        let statement = StatusStatement {
            index: beyond,
            ..sample()
        };
        assert_eq!(statement.check(), Err(StatusClause::Index));
        assert!(broken_rows(&statement).contains(&"index".to_owned()));
        // With the honest bits only the sum is wrong; with a bit that is none, only that bit.
        let honest = sample().index.into_bigint().0[0];
        let bits = move |name: &str, value: Fr| {
            let bit = (0..INDEX_BITS).find(|i| name == format!("index[{i}]/boolean"));
            bit.map_or(value, |i| Fr::from(honest >> i & 1))
        };
        assert_eq!(Forgery::new(statement, bits).broken_rows(), ["index"]);
    }
}

#[test]
fn another_place_is_not_the_leafs() {
    // The neighbour's entry is clear: its place is claimed with the own index, by each bit of the path.
    for bit in ENTRY_BITS + PLACE_BITS..INDEX_BITS {
        let name = format!("index[{bit}]/boolean");
        let forged = Forgery::new(
            sample(),
            move |column, value| {
                if column == name { ONE - value } else { value }
            },
        );
        let broken = forged.broken_rows();
        assert!(broken.contains(&"index".to_owned()), "{broken:?}");
        let height = (bit - ENTRY_BITS - PLACE_BITS) / LEVEL_BITS;
        let noticed = match height {
            LEVELS => "path/cap".to_owned(),
            height => format!("path/level[{height}]/member"),
        };
        assert!(broken.contains(&noticed), "{noticed}: {broken:?}");
    }
}

#[test]
fn a_leaf_of_another_list_is_refused() {
    let honest = sample();
    // Other words of the same index: the leaf is not among its siblings.
    let words = StatusStatement {
        words: words(0),
        holds: ONE,
        ..honest
    };
    assert_eq!(words.check(), Err(StatusClause::Path));
    assert_eq!(broken_rows(&words), ["path/level[0]/member"]);
    // A sibling replaced: the level above does not have the parent.
    for height in 0..LEVELS {
        let place = honest.index.into_bigint().0[0] >> (10 + 2 * height) & 3;
        let mut groups = honest.groups;
        groups[height][(place as usize + 1) % ARITY] += ONE;
        let statement = StatusStatement { groups, ..honest };
        assert_eq!(statement.check(), Err(StatusClause::Path));
        let noticed = match height + 1 {
            LEVELS => "path/cap".to_owned(),
            above => format!("path/level[{above}]/member"),
        };
        assert_eq!(broken_rows(&statement), [noticed]);
    }
    // The roots of another epoch.
    let roots = honest.roots.map(|root| root + ONE);
    let statement = StatusStatement { roots, ..honest };
    assert_eq!(statement.check(), Err(StatusClause::Path));
    assert_eq!(broken_rows(&statement), ["path/cap"]);
}

#[test]
fn a_word_of_more_bits_is_refused() {
    for excess in [Fr::from(1u128 << 127).double(), -ONE] {
        let mut words = words(9);
        let at = sample().index.into_bigint().0[0] as usize / WORD_BITS % LEAF_WORDS;
        words[at] = excess;
        let index = sample().index.into_bigint().0[0] as u32;
        let statement = statement(index, words, 3);
        assert_eq!(statement.check(), Err(StatusClause::Word));
        assert_eq!(broken_rows(&statement), ["word"]);
    }
}

#[test]
fn a_bit_that_is_none_is_named() {
    let bit = sample().index.into_bigint().0[0] as usize % WORD_BITS;
    // Turns the entry by what its neighbour in the sum gives.
    let (here, next) = (
        format!("word[{bit}]/boolean"),
        format!("word[{}]/boolean", bit + 1),
    );
    let half = Fr::from(2u64).inverse().unwrap();
    let honest = sample();
    let lie = StatusStatement {
        holds: ONE - honest.holds,
        ..honest
    };
    let sign = if honest.holds == ONE { ONE } else { -ONE };
    let forgery = Forgery::new(lie, move |name, value| match name {
        name if name == here => value + sign,
        name if name == next => value - sign * half,
        _ => value,
    });
    assert_eq!(
        forgery.broken_rows(),
        [format!("word[{}]/boolean", bit + 1)]
    );
}

#[test]
fn holds_is_boolean_and_true_only_if_true() {
    for holds in [Fr::from(2u64), -ONE, ONE - sample().holds] {
        let statement = StatusStatement { holds, ..sample() };
        assert_eq!(statement.check(), Err(StatusClause::Holds));
        assert_eq!(broken_rows(&statement), ["holds"]);
    }
}

#[test]
fn slots_are_not_interchangeable() {
    let honest = sample();
    for (one, other) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
        let mut roots = honest.roots;
        roots.swap(one, other);
        let statement = StatusStatement { roots, ..honest };
        let mine = honest.index.into_bigint().0[0] as usize >> 18;
        let affected = one == mine || other == mine;
        assert_eq!(statement.check().is_err(), affected);
        assert_eq!(broken_rows(&statement).is_empty(), !affected);
    }
}
