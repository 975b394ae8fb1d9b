//! The set relation: whether a value is in a published set.

use ark_ff::{BigInteger, Field, PrimeField, Zero};
use glimpse_primitives::Fr;
use glimpse_protocol::{
    circuit::{CircuitId, SetSlot},
    set::{ARITY, LEAF_ELEMENTS, LEVELS, SetPath, leaf, parent},
    tag,
    value::ABSENT,
};
use thiserror::Error;

use crate::{
    bits::{bit, decompose_if, enforce_one_of},
    expression::Expression,
    poseidon::hash,
    relation::{Circuit, Relation},
    system::System,
};

/// Bits of what a value is above its leaf's first element: from −2²⁴⁸ to below 2²⁴⁸.
const ABOVE_BITS: usize = 249;

/// Bits of what it is below the next leaf's first element. One more would let in −2²⁴⁸, which is no value.
const BELOW_BITS: usize = 248;

/// The public slots, by name, and the leaf with its way to the roots, which the prover keeps to itself.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct SetStatement {
    /// The value under test.
    pub value: Fr,
    /// The set's roots; a smaller set repeats the last.
    pub roots: [Fr; SetSlot::ROOTS],
    /// 1 if being outside of the set is what holds, else 0.
    pub negated: Fr,
    /// 1 if the value is present, and in the set or, negated, outside of it; else 0.
    pub holds: Fr,
    /// The elements of the leaf where the value stands or would stand.
    pub elements: [Fr; LEAF_ELEMENTS],
    /// The first element of the next leaf.
    pub next: Fr,
    /// From the leaf upwards, the siblings among which the node is.
    pub groups: [[Fr; ARITY]; LEVELS],
}

/// Redacted: the slots hold what the proof may hide.
impl core::fmt::Debug for SetStatement {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SetStatement").finish_non_exhaustive()
    }
}

impl SetStatement {
    /// The true statement about a value and the set that the path is of.
    #[must_use]
    pub fn new(value: Fr, path: &SetPath, negated: bool) -> Self {
        let found = path.elements.contains(&value);
        Self {
            value,
            roots: path.roots,
            negated: Fr::from(negated),
            holds: Fr::from(value != ABSENT && found != negated),
            elements: path.elements,
            next: path.next,
            groups: path.groups,
        }
    }
}

/// A clause of the relation, in the order in which `check` looks at them.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum SetClause {
    /// negated ∈ {0, 1}
    #[error("the flag is not a bit")]
    Negated,
    /// The leaf is under one of the roots.
    #[error("the leaf is not part of the set")]
    Path,
    /// 0 ≤ value − e_0 < 2²⁴⁹, if the value is present
    #[error("the value stands before the leaf")]
    Above,
    /// 0 < next − value ≤ 2²⁴⁸, if the value is present
    #[error("the value stands behind the leaf")]
    Below,
    /// holds = [value ≠ ABSENT] · ([∃i value = e_i] xor negated)
    #[error("the result is not that of the search")]
    Holds,
}

/// The set circuit.
pub type SetCircuit = Circuit<SetStatement>;

impl Relation for SetStatement {
    const ID: CircuitId = CircuitId::Set;
    type Clause = SetClause;

    fn blank() -> Self {
        let zero = Fr::zero();
        Self {
            value: zero,
            roots: [zero; SetSlot::ROOTS],
            negated: zero,
            holds: zero,
            elements: [zero; LEAF_ELEMENTS],
            next: zero,
            groups: [[zero; ARITY]; LEVELS],
        }
    }

    fn to_slots(&self) -> Vec<Fr> {
        let mut slots = vec![Fr::zero(); Self::ID.slot_count()];
        slots[SetSlot::Value.index()] = self.value;
        for (number, root) in self.roots.iter().enumerate() {
            slots[SetSlot::Root(number).index()] = *root;
        }
        slots[SetSlot::Negated.index()] = self.negated;
        slots[SetSlot::Holds.index()] = self.holds;
        slots
    }

    fn check(&self) -> Result<(), SetClause> {
        let negated = bit(self.negated).ok_or(SetClause::Negated)?;
        let mut node = leaf(&self.elements, self.next);
        for group in &self.groups {
            demand(group.contains(&node), SetClause::Path)?;
            node = parent(group);
        }
        demand(self.roots.contains(&node), SetClause::Path)?;
        let present = self.value != ABSENT;
        if present {
            let bits = |x: Fr| x.into_bigint().num_bits() as usize;
            let above = bits(self.value - self.elements[0]) <= ABOVE_BITS;
            demand(above, SetClause::Above)?;
            let below = bits(self.next - Fr::ONE - self.value) <= BELOW_BITS;
            demand(below, SetClause::Below)?;
        }
        let found = self.elements.contains(&self.value);
        let holds = present && found != negated;
        demand(self.holds == Fr::from(holds), SetClause::Holds)
    }

    fn constrain(&self, system: &mut System) {
        let value = system.slot(SetSlot::Value.index());
        let roots: [_; SetSlot::ROOTS] =
            core::array::from_fn(|i| system.slot(SetSlot::Root(i).index()));
        let negated = system.slot(SetSlot::Negated.index());
        let holds = system.slot(SetSlot::Holds.index());
        system.enforce("negated", &negated, &negated, &negated);

        let elements: [_; LEAF_ELEMENTS] = core::array::from_fn(|i| {
            system.step("element", i, |s| s.witness("value", self.elements[i]))
        });
        let next = system.witness("next", self.next);
        let tag = system.constant(tag::SET);
        let [a, b, c, d, e, f, g, h, i, j] = elements.each_ref();
        let leaf = hash(system, "leaf", [&tag, a, b, c, d, e, f, g, h, i, j, &next]);
        system.scope("path", |system| self.climb(system, leaf, &roots));

        let absent = system.is_zero("absent", &value.offset(-ABSENT));
        let present = not(&absent);
        let (above, below) = (value.sub(&elements[0]), next.sub(&value).offset(-Fr::ONE));
        decompose_if(system, "above", &present, &above, Fr::zero(), ABOVE_BITS);
        decompose_if(system, "below", &present, &below, Fr::zero(), BELOW_BITS);

        // The product is zero exactly if a factor is: the field has no zero divisors.
        let product = (1..LEAF_ELEMENTS).fold(above, |product, number| {
            let next = value.sub(&elements[number]);
            system.step("product", number, |s| s.multiply("factor", &next, &product))
        });
        let found = system.is_zero("found", &product);
        let wanted = system.xor("wanted", &found, &negated);
        system.enforce("holds", &wanted, &present, &holds);
    }
}

impl SetStatement {
    /// Constrains `leaf` to be under one of the roots. Where among its siblings a node stands says nothing, so that
    /// it need not be fixed: each time the node is one of them, and the parent is the hash of all.
    fn climb(&self, system: &mut System, leaf: Expression, roots: &[Expression; SetSlot::ROOTS]) {
        let mut node = leaf;
        for (height, group) in self.groups.iter().enumerate() {
            node = system.step("level", height, |system| {
                let siblings: [_; ARITY] = core::array::from_fn(|i| {
                    system.step("sibling", i, |s| s.witness("node", group[i]))
                });
                enforce_one_of(system, "member", &node, &siblings);
                hash(system, "hash", siblings.each_ref())
            });
        }
        enforce_one_of(system, "root", &node, roots);
    }
}

fn demand(holds: bool, clause: SetClause) -> Result<(), SetClause> {
    holds.then_some(()).ok_or(clause)
}

fn not(bit: &Expression) -> Expression {
    bit.scale(-Fr::ONE).offset(Fr::ONE)
}

#[cfg(test)]
mod tests;
