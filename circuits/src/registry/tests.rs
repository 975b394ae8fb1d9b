use ark_ff::{AdditiveGroup, Field};
use proptest::prelude::*;

use super::*;
use crate::testing::{
    Forgery, agreement_tests, assert_circuit, boundary_element, broken_rows, deletion_survivors,
    free_columns, synthesize,
};

/// A registry with the issuer's leaf at that place.
fn statement(place: usize) -> RegistryInputs {
    let (issuer_key_hash, roots) = (Fr::from(7u64), [1u64, 2, 3, 4].map(Fr::from));
    let mut leaves = core::array::from_fn(|i| Fr::from(1000 + i as u64));
    leaves[place] = leaf(issuer_key_hash, &roots);
    RegistryInputs {
        issuer_key_hash,
        roots,
        leaves,
    }
}

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    for place in [0, 9, LEAVES - 1] {
        let system = synthesize(&statement(place), None);
        assert_eq!(system.broken_rows(), Vec::<&str>::new());
    }
    assert_circuit(&statement(LEAVES - 1), 9);
}

#[test]
fn determinism_gate() {
    for place in 0..LEAVES {
        let free = free_columns(&synthesize(&statement(place), None), &[]);
        assert_eq!(free, Vec::<String>::new(), "{place}");
    }
}

#[test]
fn no_constraint_can_be_deleted() {
    let honest = [0, 5, LEAVES - 1].map(statement);
    assert_eq!(
        deletion_survivors(&honest, Vec::new()),
        Vec::<String>::new()
    );
}

fn statements() -> impl Strategy<Value = RegistryInputs> {
    let element = boundary_element;
    let roots = [element(), element(), element(), element()];
    let place = prop::option::of(0..LEAVES);
    (element(), roots, element(), place).prop_map(|(issuer_key_hash, roots, other, place)| {
        let mut leaves = core::array::from_fn(|i| other * Fr::from(i as u64 + 1));
        if let Some(place) = place {
            leaves[place] = leaf(issuer_key_hash, &roots);
        }
        RegistryInputs {
            issuer_key_hash,
            roots,
            leaves,
        }
    })
}

agreement_tests!(statements());

#[test]
fn an_issuer_and_its_list_belong_together() {
    // Two issuers are registered; each has a list of its own.
    let mut both = statement(0);
    let (other, others_roots) = (Fr::from(8u64), [5u64, 6, 7, 8].map(Fr::from));
    both.leaves[1] = leaf(other, &others_roots);
    assert_eq!(both.check(), Ok(()));
    let mixed = RegistryInputs {
        roots: others_roots,
        ..both
    };
    assert_eq!(mixed.check(), Err(RegistryClause::Leaf));
    assert_eq!(broken_rows(&mixed), ["leaf"]);
    let mixed = RegistryInputs {
        issuer_key_hash: other,
        ..both
    };
    assert_eq!(mixed.check(), Err(RegistryClause::Leaf));
    assert_eq!(broken_rows(&mixed), ["leaf"]);
    for swap in [(0, 1), (1, 2), (2, 3)] {
        let mut roots = both.roots;
        roots.swap(swap.0, swap.1);
        let swapped = RegistryInputs { roots, ..both };
        assert_eq!(swapped.check(), Err(RegistryClause::Leaf));
        assert_eq!(broken_rows(&swapped), ["leaf"]);
    }
}

#[test]
fn a_claimed_product_is_not_believed() {
    let absent = RegistryInputs {
        issuer_key_hash: Fr::from(9u64),
        ..statement(3)
    };
    assert_eq!(absent.check(), Err(RegistryClause::Leaf));
    assert_eq!(broken_rows(&absent), ["leaf"]);
    for number in 0..LEAVES - 2 {
        let name = format!("product[{number}]/factor");
        let forgery = Forgery::new(absent, {
            let name = name.clone();
            move |column, value| if column == name { Fr::ZERO } else { value }
        });
        assert_eq!(forgery.broken_rows(), [name]);
    }
}

#[test]
fn a_claimed_hash_is_not_believed() {
    // The last fifth power is moved so that the sum is a leaf of the registry.
    let absent = RegistryInputs {
        issuer_key_hash: Fr::from(9u64),
        ..statement(3)
    };
    let honest = synthesize(&absent, None);
    let last = honest
        .columns
        .iter()
        .rposition(|name| name.ends_with("/fifth"));
    let name = honest.columns[last.unwrap()].clone();
    let entry = glimpse_primitives::poseidon::parameters::<6>().mds[0][6];
    let moved = absent.leaves[0] - leaf(absent.issuer_key_hash, &absent.roots);
    let moved = moved * entry.inverse().unwrap();
    let forgery = Forgery::new(absent, {
        let name = name.clone();
        move |column, value| if column == name { value + moved } else { value }
    });
    assert_eq!(forgery.broken_rows(), [name]);
}
