//! The values of a plan's slots, on the holder's side.

use alloc::vec::Vec;
use core::fmt;

use glimpse_primitives::Fr;
use zeroize::Zeroizing;

use super::{Plan, PlanSlot, PlannedProof, VariableSource};
use crate::credential::Credential;
use crate::holder::HolderSecret;
use crate::pseudonym::Pseudonym;

/// A value for everything in a plan that is not a constant.
pub struct Assignment {
    /// The disclosed values, encoded, in the order of [`Plan::disclosed`].
    pub disclosed: Vec<Fr>,
    /// The hidden values, in the order of [`Plan::variables`]. Secret.
    pub variables: Zeroizing<Vec<Fr>>,
    /// The pseudonyms, in the order in which a presentation lists them.
    pub pseudonyms: Vec<Pseudonym>,
}

impl Plan {
    /// Computes every value from credentials, in the order of the request's queries, and the holder's secret.
    /// `disclosed` are the encodings of [`Plan::disclosed_values`]. `None` if something is missing or satisfies
    /// no circuit, which [`Plan::check`] precludes.
    pub fn assign(
        &self,
        credentials: &[&Credential],
        secret: &HolderSecret,
        disclosed: Vec<Fr>,
    ) -> Option<Assignment> {
        // Outputs are computed below, in the order of their proofs.
        let mut values = Zeroizing::new(alloc::vec![Fr::default(); self.variables.len()]);
        for (value, source) in values.iter_mut().zip(&self.variables) {
            match *source {
                VariableSource::HolderSecret => *value = secret.expose(),
                VariableSource::Credential(slot) => {
                    *value = credentials.get(slot.credential)?.slot(slot.slot)?;
                }
                VariableSource::StatusRoot { credential, root } => {
                    let planned = self.credentials.get(credential)?;
                    let head = planned.status_of(credentials.get(credential)?)?;
                    *value = *head.roots().get(root)?;
                }
                VariableSource::Output { .. } => {}
            }
        }
        let mut assignment = Assignment {
            disclosed,
            variables: values,
            pseudonyms: Vec::new(),
        };
        for proof in &self.proofs {
            let (last, inputs) = proof.slots.split_last()?;
            let output = || {
                self.known
                    .output(proof.circuit, &assignment.resolve(inputs)?)
            };
            match *last {
                PlanSlot::Pseudonym(_) => {
                    let pseudonym = Pseudonym::from_field(output()?)?;
                    assignment.pseudonyms.push(pseudonym);
                }
                PlanSlot::Hidden(variable) => {
                    if let VariableSource::Output { .. } = self.variables.get(variable)? {
                        let holds = output()?;
                        *assignment.variables.get_mut(variable)? = holds;
                    }
                }
                PlanSlot::Constant(_) | PlanSlot::Disclosed(_) => {}
            }
        }
        Some(assignment)
    }
}

impl Assignment {
    /// The values of all slots of a planned proof. Secret.
    pub fn slots(&self, proof: &PlannedProof) -> Option<Zeroizing<Vec<Fr>>> {
        self.resolve(&proof.slots)
    }

    fn resolve(&self, slots: &[PlanSlot]) -> Option<Zeroizing<Vec<Fr>>> {
        let mut values = Zeroizing::new(Vec::with_capacity(slots.len()));
        for slot in slots {
            values.push(match *slot {
                PlanSlot::Constant(value) => value,
                PlanSlot::Disclosed(number) => *self.disclosed.get(number)?,
                PlanSlot::Hidden(number) => *self.variables.get(number)?,
                PlanSlot::Pseudonym(number) => self.pseudonyms.get(number)?.to_field(),
            });
        }
        Some(values)
    }
}

/// Says nothing: most of it is secret.
impl fmt::Debug for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Assignment(..)")
    }
}
