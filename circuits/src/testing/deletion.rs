//! Constraint deletion: is each row there for a reason?

use std::collections::BTreeSet;

use super::{Forgery, implied_rows, synthesize};
use crate::{relation::Relation, system::System};

/// The names of the rows whose deletion nothing here notices.
///
/// A row is noticed if the other rows do not imply it to first order at one of the `honest`
/// statements (deleted, it would let in statements next to that one that it alone refuses), or if one
/// of the `forgeries` breaks exactly it. What is left is either redundant or wants a forgery.
pub(crate) fn deletion_survivors<R: Relation>(
    honest: &[R],
    forgeries: Vec<Forgery<R>>,
) -> Vec<String> {
    let systems: Vec<System> = honest.iter().map(|r| synthesize(r, None)).collect();
    let mut survivors: BTreeSet<usize> = (0..systems[0].row_count()).collect();
    for system in &systems {
        assert_eq!(system.broken_rows(), Vec::<&str>::new());
        let implied = implied_rows(system);
        survivors.retain(|row| implied.contains(row));
    }
    for forgery in forgeries {
        let system = forgery.synthesize();
        let broken = broken_numbers(&system);
        if let [only] = broken[..] {
            survivors.remove(&only);
        }
    }
    let rows = systems[0].rows();
    survivors
        .iter()
        .map(|row| rows[*row].name.clone())
        .collect()
}

fn broken_numbers(system: &System) -> Vec<usize> {
    (0..system.row_count())
        .filter(|row| {
            let [a, b, c] = system.products[*row];
            a * b != c
        })
        .collect()
}
