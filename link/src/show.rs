//! The holder's side: make prepared proofs unrecognisable, hide, link and bind them.

use alloc::vec::Vec;

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use rand_core::{CryptoRng, RngCore};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{
    Context, LinkedProof, Proof, Statement,
    linked_proof::Shown,
    msm::{few_vartime, msm_vartime},
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

    let mut g1 = Vec::with_capacity(4 * members.len());
    let mut g2 = Vec::with_capacity(members.len());
    for (place, (member, proof)) in members.iter().zip(proofs).enumerate() {
        let (a, b, c) = rerandomise(member, proof, blinders[place], rng)?;
        let u = commit(member, values, blinders[place]);
        let t = commit(member, &nonces, blinder_nonces[place]);
        g1.extend([a, c, u, t]);
        g2.push(b);
    }
    let shown = assemble(&g1, &g2);

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

/// A′ = A/r₁, B′ = r₁·B + r₁·r₂·δ₂ and C″ = C + r₂·A − z·G₁.
fn rerandomise<R>(
    member: &Member<'_>,
    proof: &Proof,
    z: Fr,
    rng: &mut R,
) -> Result<(G1Projective, G2Projective, G1Projective), RandomnessError>
where
    R: CryptoRng + RngCore + ?Sized,
{
    let r1 = Zeroizing::new(scalar(rng)?);
    let r2 = Zeroizing::new(scalar(rng)?);
    let r1_inverse = Zeroizing::new(r1.inverse().ok_or(RandomnessError)?);

    let a = msm_vartime(&[(proof.a, *r1_inverse)]);
    let b = few_vartime(&[(proof.b, *r1), (member.key.delta_g2(), *r1 * *r2)]);
    let c = msm_vartime(&[(proof.a, *r2), (G1Affine::generator(), -z)]) + proof.c;
    Ok((a, b, c))
}

/// Σ value·IC over the hidden slots, plus blinder·δ₁.
fn commit(member: &Member<'_>, values: &[Fr], blinder: Fr) -> G1Projective {
    // One allocation that is never outgrown, so that erasing it erases all copies.
    let mut terms = Zeroizing::new(Vec::with_capacity(member.slots.len() + 1));
    terms.push((member.key.delta_g1(), blinder));
    for (slot, ic) in member.slots.iter().zip(&member.key.ic()[1..]) {
        if let Slot::Hidden(variable) = slot {
            terms.push((*ic, values[variable.index()]));
        }
    }
    msm_vartime(&terms)
}

/// Brings all points to affine form with one inversion in each group.
fn assemble(g1: &[G1Projective], g2: &[G2Projective]) -> Vec<Shown> {
    let g1 = G1Projective::normalize_batch(g1);
    let g2: Vec<G2Affine> = G2Projective::normalize_batch(g2);
    g1.as_chunks::<4>()
        .0
        .iter()
        .zip(g2)
        .map(|([a, c, u, t], b)| Shown {
            a: *a,
            b,
            c: *c,
            u: *u,
            t: *t,
        })
        .collect()
}
