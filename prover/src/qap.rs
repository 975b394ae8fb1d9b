//! The circom form of the reduction from R1CS to a quadratic arithmetic program.
//!
//! Groth16 needs a commitment to h = (a·b − c) / Z, where a, b and c interpolate the rows of
//! A·w, B·w and C·w over the n-th roots of unity H = ⟨ω²⟩ and Z vanishes on H; ω is a primitive
//! 2n-th root. Libsnark's form divides, and commits to the coefficients of h. This form, which
//! is snarkjs's, never divides: a·b − c has degree below 2n and vanishes on the even powers of
//! ω (all of H), so over the 2n-th roots it is determined by its n values at the odd powers:
//!
//! ```text
//! h(τ)·Z(τ) = Σ_i (a·b − c)(ω^(2i+1)) · L_(2i+1)(τ)
//! ```
//!
//! with L the Lagrange basis over the 2n-th roots. The key holds \[L_(2i+1)(τ)/δ\]₁, and the
//! prover only evaluates. Keys of this form interchange with snarkjs's; see `docs/protocol/keys.md`.

use ark_ff::PrimeField;
use ark_groth16::r1cs_to_qap::{LibsnarkReduction, R1CSToQAP, evaluate_constraint};
use ark_poly::EvaluationDomain;
use ark_relations::gr1cs::{ConstraintSystemRef, Matrix, SynthesisError};

/// The reduction that all keys of this project use, for generation and for proving.
pub struct CircomReduction;

impl R1CSToQAP for CircomReduction {
    /// The rows are laid out as libsnark does, one consistency row for each input after the
    /// constraints: the forms differ in h only.
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        cs: ConstraintSystemRef<F>,
        t: &F,
    ) -> Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize), SynthesisError> {
        LibsnarkReduction::instance_map_with_evaluation::<F, D>(cs, t)
    }

    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        matrices: &[Matrix<F>],
        num_inputs: usize,
        num_constraints: usize,
        full_assignment: &[F],
    ) -> Result<Vec<F>, SynthesisError> {
        let [a_rows, b_rows, ..] = matrices else {
            return Err(SynthesisError::ArityMismatch);
        };
        let rows = |rows: &Matrix<F>| {
            rows.iter()
                .map(|row| evaluate_constraint(row, full_assignment))
                .collect::<Vec<_>>()
        };
        let mut a = rows(a_rows);
        a.truncate(num_constraints);
        a.extend_from_slice(&full_assignment[..num_inputs]);
        quotient::<F, D>(a, rows(b_rows))
    }

    /// L_(2i+1)(τ)/δ for i in 0..n; `max_power` is n − 1 and `zt` is not needed.
    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        t: F,
        _zt: F,
        delta_inverse: F,
    ) -> Result<Vec<F>, SynthesisError> {
        let double = D::new(2 * (max_power + 1)).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        Ok(double
            .evaluate_all_lagrange_coefficients(t)
            .into_iter()
            .skip(1)
            .step_by(2)
            .map(|lagrange| lagrange * delta_inverse)
            .collect())
    }
}

/// The values of a·b − c at the n odd powers of ω, from A·w (with the input rows) and B·w.
///
/// For a satisfied system C·w is the product of the two on H, so C itself is not needed.
///
/// # Errors
/// [`SynthesisError::PolynomialDegreeTooLarge`] if the field has no 2n-th roots of unity.
pub(crate) fn quotient<F: PrimeField, D: EvaluationDomain<F>>(
    mut a: Vec<F>,
    mut b: Vec<F>,
) -> Result<Vec<F>, SynthesisError> {
    let domain = D::new(a.len()).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
    let size = domain.size();
    let root =
        F::get_root_of_unity(2 * size as u64).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
    let odd = domain
        .get_coset(root)
        .ok_or(SynthesisError::PolynomialDegreeTooLarge)?;

    a.resize(size, F::zero());
    b.resize(size, F::zero());
    let mut c: Vec<F> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
    for values in [&mut a, &mut b, &mut c] {
        domain.ifft_in_place(values);
        odd.fft_in_place(values);
    }
    for ((a, b), c) in a.iter_mut().zip(&mut b).zip(&mut c) {
        *a = *a * *b - *c;
        // They derive from the witness, and nothing reads them again.
        b.zeroize();
        c.zeroize();
    }
    Ok(a)
}
