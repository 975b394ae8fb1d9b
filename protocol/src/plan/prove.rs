//! From claims to proofs: which circuit, and which of its slots is public, hidden or shared.
//!
//! What is claimed outright is a proof whose `holds` is the constant 1; what is denied outright, 0. Inside `any` and
//! under a negated `all`, `holds` is hidden and linked to a gate, so that the presentation has the same proofs in the
//! same order whichever branch holds.

use alloc::vec::Vec;

use glimpse_primitives::{Fr, merkle};

use super::compile::Typed;
use super::layout::Layout;
use super::{PlanSlot, PlannedProof, VariableSource};
use crate::circuit::{CircuitId, CredentialSlot, GateSlot, MemberSlot};
use crate::claim::{Claim, SlotRef, Term};
use crate::fact::Fact;
use crate::formula::Formula;
use crate::holder::IssuerKeyHash;
use crate::registry;
use crate::value::ABSENT;

pub(super) struct Prover<'a> {
    layouts: &'a [Layout<'a>],
    /// Slots that hold the same value as another, of which they take the place in the plan.
    same: Vec<(SlotRef, SlotRef)>,
    proofs: Vec<PlannedProof>,
    variables: Vec<VariableSource>,
    pseudonyms: usize,
}

/// A truth value inside a formula: a hidden bit, which may stand for its opposite.
struct Signal {
    bit: PlanSlot,
    flipped: bool,
}

impl<'a> Prover<'a> {
    pub(super) fn new(layouts: &'a [Layout<'a>]) -> Self {
        Self {
            layouts,
            same: Vec::new(),
            proofs: Vec::new(),
            variables: Vec::new(),
            pseudonyms: 0,
        }
    }

    pub(super) fn finish(self) -> (Vec<PlannedProof>, Vec<VariableSource>) {
        (self.proofs, self.variables)
    }

    /// Makes two slots one variable, unless both are disclosed: then it takes a proof to compare them.
    pub(super) fn equate(&mut self, one: SlotRef, other: SlotRef) {
        let (one, other) = (self.root(one), self.root(other));
        match (self.claim(one), self.claim(other)) {
            _ if one == other => {}
            (Some(_), Some(_)) => {}
            (None, Some(_)) => self.same.push((one, other)),
            (_, None) => self.same.push((other, one)),
        }
    }

    /// The credential's own proof, and where its issuer or schema is hidden, that it is among the accepted.
    pub(super) fn credential(&mut self, number: usize) {
        let layout = &self.layouts[number];
        let class = layout.size_class();
        let slots = CredentialSlot::all(class.slots())
            .map(|slot| {
                self.slot(SlotRef {
                    credential: number,
                    slot,
                })
            })
            .collect();
        self.push(class.circuit(), number, slots);

        if let Some(hashes) = layout.query.hidden_issuers() {
            match layout.heads.is_empty() {
                true => {
                    let hashes: Vec<Fr> = hashes.iter().map(|hash| hash.to_field()).collect();
                    self.among(number, CredentialSlot::IssuerKeyHash, &hashes);
                }
                false => self.registered(number, hashes),
            }
        }
        if layout.schemas.len() > 1 {
            let digests = layout
                .schemas
                .iter()
                .map(|schema| schema.digest().to_field());
            let digests: Vec<Fr> = digests.collect();
            self.among(number, CredentialSlot::Schema, &digests);
        }
        if !layout.heads.is_empty() {
            self.not_revoked(number);
        }
    }

    /// What a formula needs to be true.
    pub(super) fn prove(&mut self, number: usize, formula: &Formula<Typed>) {
        match formula {
            Formula::Leaf(typed) => match &typed.fact {
                Fact::Related {
                    attribute, other, ..
                } if self.are_one(&typed.fact) => {
                    // One variable has one value; what is left is that it is not *absent*.
                    if attribute.optional && other.optional {
                        let exists = Claim::exists(Term::Slot(attribute.slot()));
                        self.assert(number, &exists.into(), true);
                    }
                }
                Fact::Related { .. }
                | Fact::Compare { .. }
                | Fact::AgeOver { .. }
                | Fact::AgeBetween { .. }
                | Fact::Listed { .. }
                | Fact::InSet { .. }
                | Fact::Presence { .. }
                | Fact::Text { .. }
                | Fact::Valid { .. } => self.assert(number, &typed.claims, true),
            },
            Formula::All(members) => members.iter().for_each(|member| self.prove(number, member)),
            Formula::Any(_) | Formula::Not(_) => {
                let claims = formula.expand(&mut |typed| typed.claims.clone());
                self.assert(number, &claims, true);
            }
        }
    }

    /// The holder's pseudonym in a scope, which the presentation discloses.
    pub(super) fn pseudonym(&mut self, number: usize, scope: Fr) {
        let secret = self.hidden(VariableSource::HolderSecret);
        let slots = alloc::vec![
            secret,
            PlanSlot::Constant(scope),
            PlanSlot::Pseudonym(self.pseudonyms),
        ];
        self.pseudonyms += 1;
        self.push(CircuitId::Pseudonym, number, slots);
    }

    /// That the hidden issuer with the hidden roots of its status list is among the accepted. Both in one leaf, so that no
    /// credential can be clear in another issuer's list.
    fn registered(&mut self, number: usize, hashes: &[IssuerKeyHash]) {
        let heads = self.layouts[number].heads;
        let mut slots = alloc::vec![self.slot(SlotRef {
            credential: number,
            slot: CredentialSlot::IssuerKeyHash,
        })];
        slots.extend(self.roots(number));
        let leaves = hashes.iter().zip(heads);
        let leaves = leaves.map(|(hash, head)| registry::leaf(hash.to_field(), head.roots()));
        slots.extend(leaves.map(PlanSlot::Constant));
        let last = slots[slots.len() - 1];
        slots.resize(CircuitId::Registry.slot_count(), last);
        self.push(CircuitId::Registry, number, slots);
    }

    /// That the entry at the credential's own hidden place is clear.
    fn not_revoked(&mut self, number: usize) {
        let mut slots = alloc::vec![self.slot(SlotRef {
            credential: number,
            slot: CredentialSlot::StatusIndex,
        })];
        slots.extend(self.roots(number));
        slots.push(PlanSlot::Constant(Fr::from(true)));
        self.push(CircuitId::Status, number, slots);
    }

    /// The roots of the status list: public, unless they would tell the issuer.
    fn roots(&mut self, number: usize) -> [PlanSlot; merkle::ARITY] {
        let layout = &self.layouts[number];
        core::array::from_fn(|root| match (layout.issuer, layout.heads) {
            (Some(_), [head]) => PlanSlot::Constant(head.roots()[root]),
            _ => self.hidden(VariableSource::StatusRoot {
                credential: number,
                root,
            }),
        })
    }

    /// That a hidden slot of a credential's header has one of these values.
    fn among(&mut self, number: usize, slot: CredentialSlot, values: &[Fr]) {
        let slot = SlotRef {
            credential: number,
            slot,
        };
        let chunks = values.chunks(MemberSlot::ELEMENTS).map(|chunk| {
            let elements: Vec<Term> = chunk.iter().copied().map(Term::Constant).collect();
            Formula::Leaf(Claim::member(Term::Slot(slot), &elements, false))
        });
        let claims = match chunks.len() {
            1 => chunks.collect::<Vec<_>>().remove(0),
            _ => Formula::Any(chunks.collect()),
        };
        self.assert(number, &claims, true);
    }

    /// Proves that a formula is true, or that it is false.
    fn assert(&mut self, number: usize, formula: &Formula<Claim>, truth: bool) {
        match (formula, truth) {
            (Formula::Leaf(claim), _) => {
                self.leaf(number, claim, Some(truth));
            }
            (Formula::Not(inner), _) => self.assert(number, inner, !truth),
            (Formula::All(members), true) | (Formula::Any(members), false) => {
                members
                    .iter()
                    .for_each(|member| self.assert(number, member, truth));
            }
            (Formula::All(members), false) => {
                self.gate(number, members, false, Some(truth));
            }
            (Formula::Any(members), true) => {
                self.gate(number, members, true, Some(truth));
            }
        }
    }

    /// Proves what truth value a formula has, without saying which.
    fn signal(&mut self, number: usize, formula: &Formula<Claim>) -> Signal {
        let bit = match formula {
            Formula::Leaf(claim) => self.leaf(number, claim, None),
            Formula::Not(inner) => {
                let inner = self.signal(number, inner);
                return Signal {
                    flipped: !inner.flipped,
                    ..inner
                };
            }
            Formula::All(members) => self.gate(number, members, false, None),
            Formula::Any(members) => self.gate(number, members, true, None),
        };
        Signal {
            bit,
            flipped: false,
        }
    }

    /// A gate: `all` is the product of its members, `any` the negated product of their negations. Its output is
    /// `truth`, or hidden.
    fn gate(
        &mut self,
        number: usize,
        members: &[Formula<Claim>],
        any: bool,
        truth: Option<bool>,
    ) -> PlanSlot {
        let signals: Vec<Signal> = members
            .iter()
            .map(|member| self.signal(number, member))
            .collect();
        let constant = |value: bool| PlanSlot::Constant(Fr::from(value));
        let mut slots: Vec<PlanSlot> = signals.iter().map(|signal| signal.bit).collect();
        slots.resize(GateSlot::INPUTS, constant(true));
        slots.extend(signals.iter().map(|signal| constant(signal.flipped != any)));
        slots.resize(2 * GateSlot::INPUTS, constant(false));
        slots.push(constant(any));
        let output = truth.map_or_else(|| self.output(), constant);
        slots.push(output);
        self.push(CircuitId::Gate, number, slots);
        output
    }

    /// A claim's proof. Its result is `truth`, or hidden.
    fn leaf(&mut self, number: usize, claim: &Claim, truth: Option<bool>) -> PlanSlot {
        let inputs = claim.inputs.iter().map(|term| match term {
            Term::Constant(value) => PlanSlot::Constant(*value),
            Term::Slot(slot) => self.slot(*slot),
        });
        let mut slots: Vec<PlanSlot> = inputs.collect();
        // After the inputs, which may be of a credential that comes later: variables are numbered by first use.
        let holds = truth.map_or_else(
            || self.output(),
            |truth| PlanSlot::Constant(Fr::from(truth)),
        );
        slots.push(holds);
        self.proofs.push(PlannedProof {
            circuit: claim.circuit,
            credential: number,
            slots,
            on: claim.on,
        });
        holds
    }

    fn push(&mut self, circuit: CircuitId, credential: usize, slots: Vec<PlanSlot>) {
        self.proofs.push(PlannedProof {
            circuit,
            credential,
            slots,
            on: None,
        });
    }

    /// The hidden last slot of the proof that is pushed next.
    fn output(&mut self) -> PlanSlot {
        let proof = self.proofs.len();
        self.hidden(VariableSource::Output { proof })
    }

    /// Schema and issuer public, unless they are hidden; secret, status index and dates hidden; attributes disclosed
    /// or hidden; slots beyond the schema public and absent, if it is known where they begin.
    fn slot(&mut self, slot: SlotRef) -> PlanSlot {
        let slot = self.root(slot);
        if let Some(claim) = self.claim(slot) {
            return PlanSlot::Disclosed(claim);
        }
        let layout = &self.layouts[slot.credential];
        let constant = match slot.slot {
            CredentialSlot::Schema => match layout.schemas.as_slice() {
                [schema] => Some(schema.digest().to_field()),
                _ => None,
            },
            CredentialSlot::IssuerKeyHash => layout.issuer.map(|issuer| issuer.key_hash.to_field()),
            CredentialSlot::HolderSecret => return self.hidden(VariableSource::HolderSecret),
            CredentialSlot::StatusIndex | CredentialSlot::IssuedOn | CredentialSlot::ExpiresOn => {
                None
            }
            CredentialSlot::Attribute(number) => {
                let absent = layout.absent_from().is_some_and(|first| number >= first);
                absent.then_some(ABSENT)
            }
        };
        match constant {
            Some(value) => PlanSlot::Constant(value),
            None => self.hidden(VariableSource::Credential(slot)),
        }
    }

    fn hidden(&mut self, source: VariableSource) -> PlanSlot {
        let known = self.variables.iter().position(|known| *known == source);
        PlanSlot::Hidden(known.unwrap_or_else(|| {
            self.variables.push(source);
            self.variables.len() - 1
        }))
    }

    /// The number of the claim that discloses a slot.
    fn claim(&self, slot: SlotRef) -> Option<usize> {
        let layout = &self.layouts[slot.credential];
        let place = layout.claims.iter().position(|claim| claim.slot() == slot);
        place.map(|place| layout.claims_before + place)
    }

    fn are_one(&self, fact: &Fact) -> bool {
        fact.equates()
            .is_some_and(|(one, other)| self.root(one) == self.root(other))
    }

    fn root(&self, slot: SlotRef) -> SlotRef {
        match self.same.iter().find(|(replaced, _)| *replaced == slot) {
            Some((_, by)) => self.root(*by),
            None => slot,
        }
    }
}
