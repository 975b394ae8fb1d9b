//! A `.zkey` of our own: for any constraints, made by one party.

use ark_bn254::{Fq, Fr};
use ark_ff::Field;
use glimpse_link::VerifyingKey;
use rand_core::{CryptoRng, RngCore};

use super::{
    R1cs,
    file::{ELEMENT, Output},
    point::write,
    zkey::{GROTH16, MAGIC, VERSION, sections},
};
use crate::{GenerateError, groth16::parameters};

/// Bytes of one entry of a matrix: which matrix, row, wire, coefficient.
const ENTRY: usize = 12 + ELEMENT;

/// Generates a Groth16 key for these constraints, with γ = 1, as a `.zkey` file that [`Zkey`](super::Zkey) and snarkjs read.
///
/// Whoever has the state of `rng` can forge. There was no ceremony, so that the file names no contributions, and
/// `snarkjs zkey verify` has nothing to verify.
///
/// # Errors
/// [`GenerateError`] for a failing `rng`, for more constraints than the field has roots of unity, or if the key fails
/// the checks of every verifier.
pub fn generate_zkey<R: CryptoRng + RngCore>(
    r1cs: &R1cs,
    rng: &mut R,
) -> Result<Vec<u8>, GenerateError> {
    let key = parameters(r1cs, rng)?;
    let vk = &key.vk;
    let (alpha_g1, beta_g2, delta_g2) = (vk.alpha_g1, vk.beta_g2, vk.delta_g2);
    let ic = vk.gamma_abc_g1.clone();
    VerifyingKey::from_parts(alpha_g1, beta_g2, key.delta_g1, delta_g2, ic)?;

    let entries = entries(r1cs);
    let (wires, domain) = (r1cs.wires(), key.h_query.len());
    let points = 5 * wires + domain + r1cs.public();
    let size = entries.len() * ENTRY + points * 2 * ELEMENT + 1024;
    let mut out = Output::new(MAGIC, VERSION, sections::ALL.len() as u32, size);
    out.section(sections::PROTOCOL, |out| out.u32(GROTH16));
    out.section(sections::HEADER, |out| {
        out.modulus::<Fq>();
        out.modulus::<Fr>();
        for count in [wires, r1cs.public(), domain] {
            out.u32(count as u32);
        }
        write(&[alpha_g1, key.beta_g1], out);
        write(&[beta_g2, vk.gamma_g2], out);
        write(&[key.delta_g1], out);
        write(&[delta_g2], out);
    });
    out.section(sections::IC, |out| write(&vk.gamma_abc_g1, out));
    out.section(sections::COEFFICIENTS, |out| {
        // Montgomery form has one factor of 2²⁵⁶, and the file has two.
        let factor = Fr::from(2).pow([256]);
        out.u32(entries.len() as u32);
        for (matrix, row, wire, value) in &entries {
            out.u32(*matrix);
            out.u32(*row);
            out.u32(*wire);
            out.montgomery(*value * factor);
        }
    });
    out.section(sections::A, |out| write(&key.a_query, out));
    out.section(sections::B_G1, |out| write(&key.b_g1_query, out));
    out.section(sections::B_G2, |out| write(&key.b_g2_query, out));
    out.section(sections::L, |out| write(&key.l_query, out));
    out.section(sections::H, |out| write(&key.h_query, out));
    out.section(sections::CONTRIBUTIONS, |out| {
        // In the place of a digest of the circuit as a ceremony began with it.
        out.bytes(&[0; 64]);
        out.u32(0);
    });
    Ok(out.finish())
}

/// A and B entry by entry, with the rows of A that hold one input each.
fn entries(r1cs: &R1cs) -> Vec<(u32, u32, u32, Fr)> {
    let constraints = r1cs.constraints();
    let mut entries = Vec::new();
    for (row, [a, b, _]) in (0..).zip(constraints) {
        for (matrix, combination) in [(0, a), (1, b)] {
            let terms = combination.iter();
            entries.extend(terms.map(|(wire, value)| (matrix, row, *wire, *value)));
        }
    }
    let inputs = 0..=r1cs.public() as u32;
    entries.extend(inputs.map(|wire| (0, constraints.len() as u32 + wire, wire, Fr::ONE)));
    entries
}

#[cfg(test)]
mod tests {
    use ark_bn254::{Bn254, G1Affine, G2Affine};
    use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM, pairing::Pairing};

    use super::*;
    use crate::snarkjs::{
        Zkey,
        file::Sections,
        point::{point, points},
    };

    /// b, b·x, b·x² … against b·x·x: two constraints with an input, an unused wire, and points at infinity.
    fn file() -> Vec<u8> {
        let wire = |wire: u32| vec![(wire, Fr::from(7))];
        let rows = [[1, 2, 3], [2, 3, 4]].map(|row| row.map(wire));
        let r1cs = R1cs::new(6, 1, rows.to_vec()).unwrap();
        generate_zkey(&r1cs, &mut crate::support::rng(3)).unwrap()
    }

    /// Our reader skips these: only snarkjs proves with them.
    #[test]
    fn b_is_the_same_in_both_groups() {
        let file = file();
        let sections = Sections::read(&file, MAGIC, VERSION, &sections::ALL).unwrap();
        let mut header = sections.get(sections::HEADER).unwrap();
        header.take(2 * (4 + ELEMENT) + 12 + 2 * ELEMENT).unwrap();
        let beta: (G1Affine, G2Affine) = (point(&mut header).unwrap(), point(&mut header).unwrap());
        let of = |section| sections.get(section).unwrap();
        let mut in_g1: Vec<G1Affine> = points(of(sections::B_G1), 6).unwrap();
        let mut in_g2: Vec<G2Affine> = points(of(sections::B_G2), 6).unwrap();
        assert_eq!(in_g1.iter().filter(|point| point.is_zero()).count(), 4);
        in_g1.push(beta.0);
        in_g2.push(beta.1);
        let weights: Vec<Fr> = (1..=7u64).map(|i| Fr::from(i).pow([9])).collect();
        let g1 = ark_bn254::G1Projective::msm_unchecked(&in_g1, &weights).into_affine();
        let g2 = ark_bn254::G2Projective::msm_unchecked(&in_g2, &weights).into_affine();
        assert_eq!(
            Bn254::pairing(g1, G2Affine::generator()),
            Bn254::pairing(G1Affine::generator(), g2)
        );
    }

    #[test]
    fn coefficients_are_read_again() {
        let key = Zkey::from_bytes(&file()).unwrap();
        let [a, b] = key.matrices();
        assert_eq!(a, [(0, 1, Fr::from(7)), (1, 2, Fr::from(7))]);
        assert_eq!(b, [(0, 2, Fr::from(7)), (1, 3, Fr::from(7))]);
        assert_eq!((key.wires(), key.public(), key.constraints()), (6, 1, 2));
    }
}
