//! Paths in trees of arity four, mirroring `glimpse_primitives::merkle`.

use glimpse_primitives::{
    Fr,
    merkle::{self, ARITY, Cap},
};

use crate::{bits::select, expression::Expression, poseidon::hash, system::System};

/// Bits of a place among four siblings.
pub(crate) const LEVEL_BITS: usize = 2;

/// Constrains `leaf` to stand at the place of these bits (least significant first, boolean already) under
/// the four nodes of `cap`. `groups` are hints: at each level the four siblings among which the node is.
///
/// At each level the bits select one of the siblings, which must be the node; the parent is the hash of
/// all four. Two bits choose one of exactly four, so that no other place can be claimed.
pub(crate) fn climb(
    system: &mut System,
    name: &str,
    leaf: Expression,
    place: &[Expression],
    groups: &[[Fr; ARITY]],
    cap: &[Expression; ARITY],
) {
    debug_assert_eq!(place.len(), LEVEL_BITS * (groups.len() + 1));
    let (levels, top) = place.split_at(LEVEL_BITS * groups.len());
    system.scope(name, |system| {
        let mut node = leaf;
        for (height, (place, group)) in levels.chunks_exact(LEVEL_BITS).zip(groups).enumerate() {
            node = system.step("level", height, |system| {
                let siblings: [Expression; ARITY] = core::array::from_fn(|i| {
                    system.step("sibling", i, |system| system.witness("node", group[i]))
                });
                let selected = select(system, siblings.to_vec(), place);
                system.enforce_equal("member", &selected, &node);
                hash(system, "hash", siblings.each_ref())
            });
        }
        let selected = select(system, cap.to_vec(), top);
        system.enforce_equal("cap", &selected, &node);
    });
}

/// Whether the same holds, in plain Rust: `place` counts leaves.
pub(crate) fn leads_to(leaf: Fr, mut place: usize, groups: &[[Fr; ARITY]], cap: &Cap) -> bool {
    let mut node = leaf;
    for group in groups {
        if group[place % ARITY] != node {
            return false;
        }
        node = merkle::parent(group);
        place /= ARITY;
    }
    cap.get(place) == Some(&node)
}
