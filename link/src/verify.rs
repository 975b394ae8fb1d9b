//! The verifier's side: all equations of one or many proofs as a single one.

use alloc::{collections::BTreeMap, vec::Vec};

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::{AdditiveGroup, Field};
use glimpse_msm::{Lines, PairingProduct, Sum, sums_vartime};
use rand_core::{CryptoRng, RngCore};
use thiserror::Error;

use crate::{
    Context, LinkedProof, Statement, VerifyingKey,
    key::generator_lines,
    randomness::{RandomnessError, weight},
    statement::{Member, Slot},
    transcript::challenge,
};

/// Why a linked proof was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Rejected {
    /// The proof has the shape of another statement.
    #[error("the proof has another shape than the statement")]
    Shape,
    /// The proof does not prove the statement in this context.
    #[error("the proof does not verify")]
    Invalid,
    /// The verifier's own random generator failed: nothing was decided.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// Why a batch was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BatchRejected {
    /// These members fail, and all others verify. Never empty, in rising order.
    #[error("members {0:?} of the batch do not verify")]
    Members(Vec<usize>),
    /// The verifier's own random generator failed: nothing was decided.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// A linked proof with what it should prove, as a member of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// What the verifier asked for.
    pub statement: &'a Statement<'a>,
    /// The answer.
    pub proof: &'a LinkedProof,
    /// What the answer must be bound to.
    pub context: &'a Context,
}

/// Accepts `proof` if it proves `statement` and was made for `context`.
///
/// `rng` gives the weights that merge the equations: if others can foresee it, they can forge.
///
/// # Errors
/// [`Rejected`], for every proof that does not verify, or if `rng` fails.
pub fn verify<R>(
    statement: &Statement<'_>,
    proof: &LinkedProof,
    context: &Context,
    rng: &mut R,
) -> Result<(), Rejected>
where
    R: CryptoRng + RngCore + ?Sized,
{
    let presented = Presented {
        statement,
        proof,
        context,
    };
    if !fits(&presented) {
        return Err(Rejected::Shape);
    }
    let checked = Checked::new(presented).ok_or(Rejected::Invalid)?;
    let mut equation = Equation::default();
    equation.add(&checked, rng)?;
    equation.holds().then_some(()).ok_or(Rejected::Invalid)
}

/// Verifies many linked proofs for less than one at a time.
///
/// # Errors
/// [`BatchRejected::Members`] names every member that [`verify`] would refuse. Finding them costs
/// at most a few times what checking each member on its own would.
pub fn verify_batch<R>(batch: &[Presented<'_>], rng: &mut R) -> Result<(), BatchRejected>
where
    R: CryptoRng + RngCore + ?Sized,
{
    let checked: Vec<Option<Checked<'_>>> = batch
        .iter()
        .map(|presented| fits(presented).then(|| Checked::new(*presented)).flatten())
        .collect();
    let (fitting, mut failed): (Vec<usize>, Vec<usize>) =
        (0..batch.len()).partition(|member| checked[*member].is_some());
    let mut open = Vec::new();
    open.push(fitting);
    while let Some(group) = open.pop() {
        let mut equation = Equation::default();
        for member in group.iter().filter_map(|member| checked[*member].as_ref()) {
            equation.add(member, rng)?;
        }
        if equation.holds() {
            continue;
        }
        match group.as_slice() {
            [member] => failed.push(*member),
            _ => {
                let (left, right) = group.split_at(group.len() / 2);
                open.extend([left.to_vec(), right.to_vec()]);
            }
        }
    }
    failed.sort_unstable();
    if failed.is_empty() {
        return Ok(());
    }
    Err(BatchRejected::Members(failed))
}

/// Whether the proof has one part for each part of the statement.
fn fits(presented: &Presented<'_>) -> bool {
    let proofs = presented.statement.members().len();
    presented.proof.shown.len() == proofs
        && presented.proof.blinder_responses.len() == proofs
        && presented.proof.responses.len() == presented.statement.variables()
}

/// A presentation all of whose points are members of their groups.
struct Checked<'a> {
    presented: Presented<'a>,
    /// Those of each B′.
    lines: Vec<Lines>,
}

impl<'a> Checked<'a> {
    /// Nothing if some B′ lies outside of 𝔾₂.
    fn new(presented: Presented<'a>) -> Option<Self> {
        let shown = presented.proof.shown.iter();
        let lines = shown.map(|shown| Lines::new(&shown.b));
        Some(Self {
            presented,
            lines: lines.collect::<Option<_>>()?,
        })
    }
}

/// A random combination of equations, with every group element that occurs often summed first:
///
/// ```text
/// Π e(ρᵢ·A′ᵢ, B′ᵢ) · e(S, G₂) · Π_key e(−Σ ρᵢ·C″ᵢ, δ₂) · e(−(Σ ρᵢ)·α₁, β₂) = 1
/// S = Σ σᵢ·(opening of Uᵢ) − Σ ρᵢ·(IC₀ + Σ public x·IC + Uᵢ)
/// ```
///
/// The opening equations live in 𝔾₁ alone. Pairing their sum with G₂ loses nothing, because
/// 𝔾₁ has prime order. The first ρ is 1, so that one e(α₁, β₂) is that of its key.
#[derive(Default)]
struct Equation<'a> {
    /// The key of the first pairing equation.
    first: Option<&'a VerifyingKey>,
    /// A′ with its weight, and B′.
    pairs: Vec<(G1Affine, Fr, &'a Lines)>,
    /// Terms of S that belong to no key.
    points: Vec<(G1Affine, Fr)>,
    keys: BTreeMap<&'a [u8; 32], KeyTerms<'a>>,
}

/// What all proofs under one key add up to.
struct KeyTerms<'a> {
    key: &'a VerifyingKey,
    /// Coefficients of IC₀ … IC_n and δ₁ in S.
    coefficients: Vec<Fr>,
    /// Σ ρᵢ without the first.
    weight: Fr,
    /// C″ with its weight.
    c: Vec<(G1Affine, Fr)>,
}

impl<'a> Equation<'a> {
    fn add<R>(&mut self, checked: &'a Checked<'a>, rng: &mut R) -> Result<(), RandomnessError>
    where
        R: CryptoRng + RngCore + ?Sized,
    {
        let Presented {
            statement,
            proof,
            context,
        } = checked.presented;
        let challenge = challenge(statement, context, &proof.shown);
        let members = statement.members().iter().zip(&checked.lines);
        let parts = proof.shown.iter().zip(&proof.blinder_responses);
        for ((member, lines), (shown, blinder_response)) in members.zip(parts) {
            let is_first = self.first.is_none();
            self.first.get_or_insert(member.key);
            let pairing_weight = if is_first { Fr::ONE } else { weight(rng)? };
            let opening_weight = weight(rng)?;
            self.pairs.push((shown.a, pairing_weight, lines));
            self.points.extend([
                (shown.u, -(pairing_weight + opening_weight * challenge)),
                (shown.t, -opening_weight),
            ]);
            let terms = self.terms(member.key);
            terms.c.push((shown.c, pairing_weight));
            if !is_first {
                terms.weight += pairing_weight;
            }
            let responses = (*blinder_response, proof.responses.as_slice());
            terms.add_slots(member, responses, pairing_weight, opening_weight);
        }
        Ok(())
    }

    fn terms(&mut self, key: &'a VerifyingKey) -> &mut KeyTerms<'a> {
        self.keys.entry(key.digest()).or_insert_with(|| KeyTerms {
            key,
            coefficients: alloc::vec![Fr::ZERO; key.ic().len() + 1],
            weight: Fr::ZERO,
            c: Vec::new(),
        })
    }

    fn holds(self) -> bool {
        let mut sums: Vec<Sum<'_>> = Vec::new();
        let mut lines: Vec<&Lines> = Vec::new();
        let mut s = Sum {
            kept: Vec::new(),
            terms: self.points,
        };
        for (a, weight, b) in self.pairs {
            sums.push(Sum::of([(a, weight)]));
            lines.push(b);
        }
        for terms in self.keys.values() {
            s.kept.push((terms.key.points(), &terms.coefficients));
            sums.push(Sum::of(terms.c.iter().map(|(c, weight)| (*c, -*weight))));
            lines.push(terms.key.delta_lines());
            sums.push(Sum::of([(terms.key.alpha_g1(), -terms.weight)]));
            lines.push(terms.key.beta_lines());
        }
        sums.push(s);
        lines.push(generator_lines());

        let g1 = G1Projective::normalize_batch(&sums_vartime(&sums));
        let pairs: Vec<_> = g1.into_iter().zip(lines).collect();
        let product = PairingProduct::of(&pairs);
        match self.first {
            Some(key) => product.times(key.alpha_beta_inverse()).is_one(),
            None => product.is_one(),
        }
    }
}

impl KeyTerms<'_> {
    /// Adds s_z and, for a hidden slot, s_v with the weight of the opening equation, and the value of a
    /// public one with that of the pairing equation.
    fn add_slots(
        &mut self,
        member: &Member<'_>,
        (blinder_response, responses): (Fr, &[Fr]),
        pairing_weight: Fr,
        opening_weight: Fr,
    ) {
        let [constant, coefficients @ .., delta] = self.coefficients.as_mut_slice() else {
            return;
        };
        *constant -= pairing_weight;
        *delta += opening_weight * blinder_response;
        for (slot, coefficient) in member.slots.iter().zip(coefficients) {
            match slot {
                Slot::Public(value) => *coefficient -= pairing_weight * value,
                Slot::Hidden(variable) => {
                    *coefficient += opening_weight * responses[variable.index()];
                }
            }
        }
    }
}
