//! The holder's side: make prepared proofs unrecognisable, hide, link and bind them.

use alloc::vec;
use alloc::vec::Vec;

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use glimpse_msm::{Group, Term, few_vartime};
use rand_core::{CryptoRng, RngCore};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{
    Context, LinkedProof, Proof, Statement,
    linked_proof::Shown,
    randomness::{RandomnessError, scalar, scalars},
    statement::{Member, Slot},
    transcript::challenge,
};

/// Why nothing was shown. It names no value: all inputs here are secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShowError {
    /// The caller gave too few or too many prepared proofs.
    #[error("the statement links {expected} proofs, got {found}")]
    ProofCount {
        /// Members of the statement.
        expected: usize,
        /// Proofs given.
        found: usize,
    },
    /// The caller gave too few or too many values.
    #[error("the statement hides {expected} values, got {found}")]
    ValueCount {
        /// Variables of the statement.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// The random generator failed; showing without it would give away what is hidden.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// Shows `proofs`, one for each member of `statement`, with `values` in the hidden variables.
///
/// Each call draws fresh blinders, so no two results have any part in common. The result proves
/// the statement only if every prepared proof is valid for its public and hidden values; this is
/// not checked here, because [`verify`](crate::verify()) does.
///
/// # Errors
/// [`ShowError`] if counts differ or `rng` fails.
pub fn show<R>(
    statement: &Statement<'_>,
    proofs: &[Proof],
    values: &[Fr],
    context: &Context,
    rng: &mut R,
) -> Result<LinkedProof, ShowError>
where
    R: CryptoRng + RngCore + ?Sized,
{
    let members = statement.members();
    if proofs.len() != members.len() {
        return Err(ShowError::ProofCount {
            expected: members.len(),
            found: proofs.len(),
        });
    }
    if values.len() != statement.variables() {
        return Err(ShowError::ValueCount {
            expected: statement.variables(),
            found: values.len(),
        });
    }

    let nonces = scalars(values.len(), rng)?;
    let blinders = scalars(members.len(), rng)?;
    let blinder_nonces = scalars(members.len(), rng)?;

    let mut sums = Sums::new();
    for (place, (member, proof)) in members.iter().zip(proofs).enumerate() {
        let blinder = blinders[place];
        sums.rerandomise(member, proof, blinder, rng)?;
        sums.commit(member, [values, &nonces], [blinder, blinder_nonces[place]]);
    }
    let shown = sums.shown(proofs);

    let challenge = challenge(statement, context, &shown);
    let respond = |nonces: &[Fr], secrets: &[Fr]| {
        nonces
            .iter()
            .zip(secrets)
            .map(|(nonce, secret)| *nonce + challenge * secret)
            .collect()
    };
    Ok(LinkedProof {
        shown,
        blinder_responses: respond(&blinder_nonces, &blinders),
        responses: respond(&nonces, values),
    })
}

/// What is to be summed for all members: all at once, because many small sums are faster together.
struct Sums {
    g1: Terms<G1Affine>,
    g2: Terms<G2Affine>,
}

/// Points, and sums of their multiples.
struct Terms<P> {
    points: Vec<P>,
    sums: Vec<Zeroizing<Vec<Term>>>,
}

/// The place of 𝔾₁'s generator among the points.
const GENERATOR: usize = 0;

impl Sums {
    fn new() -> Self {
        Self {
            g1: Terms {
                points: vec![G1Affine::generator()],
                sums: Vec::new(),
            },
            g2: Terms {
                points: Vec::new(),
                sums: Vec::new(),
            },
        }
    }

    /// A′ = A/r₁, B′ = r₁·B + r₁·r₂·δ₂ and C″ − C = r₂·A − z·G₁.
    fn rerandomise<R>(
        &mut self,
        member: &Member<'_>,
        proof: &Proof,
        z: Fr,
        rng: &mut R,
    ) -> Result<(), RandomnessError>
    where
        R: CryptoRng + RngCore + ?Sized,
    {
        let r1 = Zeroizing::new(scalar(rng)?);
        let r2 = Zeroizing::new(scalar(rng)?);
        let r1_inverse = Zeroizing::new(r1.inverse().ok_or(RandomnessError)?);

        let a = self.g1.point(proof.a);
        self.g1.sums.push(Zeroizing::new(vec![(a, *r1_inverse)]));
        self.g1
            .sums
            .push(Zeroizing::new(vec![(a, *r2), (GENERATOR, -z)]));
        let (b, delta) = (self.g2.point(proof.b), self.g2.point(member.key.delta_g2()));
        self.g2
            .sums
            .push(Zeroizing::new(vec![(b, *r1), (delta, *r1 * *r2)]));
        Ok(())
    }

    /// Σ value·IC over the hidden slots, plus blinder·δ₁: for two lists of values with a blinder each.
    fn commit(&mut self, member: &Member<'_>, values: [&[Fr]; 2], blinders: [Fr; 2]) {
        let delta = self.g1.point(member.key.delta_g1());
        let hidden = member.slots.iter().zip(&member.key.ic()[1..]);
        let hidden: Vec<(usize, usize)> = hidden
            .filter_map(|(slot, ic)| match slot {
                Slot::Hidden(variable) => Some((self.g1.point(*ic), variable.index())),
                Slot::Public(_) => None,
            })
            .collect();
        for (values, blinder) in values.into_iter().zip(blinders) {
            // One allocation that is never outgrown, so that erasing it erases all copies.
            let mut terms = Zeroizing::new(Vec::with_capacity(hidden.len() + 1));
            terms.push((delta, blinder));
            terms.extend(hidden.iter().map(|(ic, variable)| (*ic, values[*variable])));
            self.g1.sums.push(terms);
        }
    }

    /// The sums, brought to affine form with one inversion in each group.
    fn shown(&self, proofs: &[Proof]) -> Vec<Shown> {
        let mut g1 = self.g1.add_up();
        for (sums, proof) in g1.as_chunks_mut::<4>().0.iter_mut().zip(proofs) {
            sums[1] += proof.c;
        }
        let g1 = G1Projective::normalize_batch(&g1);
        let g2 = G2Projective::normalize_batch(&self.g2.add_up());
        let members = g1.as_chunks::<4>().0.iter().zip(g2);
        members
            .map(|([a, c, u, t], b)| Shown {
                a: *a,
                b,
                c: *c,
                u: *u,
                t: *t,
            })
            .collect()
    }
}

impl<P: Group> Terms<Affine<P>> {
    /// Takes up a point and gives its place.
    fn point(&mut self, point: Affine<P>) -> usize {
        self.points.push(point);
        self.points.len() - 1
    }

    fn add_up(&self) -> Vec<Projective<P>> {
        let sums: Vec<&[Term]> = self.sums.iter().map(|terms| terms.as_slice()).collect();
        few_vartime(&self.points, &sums)
    }
}
