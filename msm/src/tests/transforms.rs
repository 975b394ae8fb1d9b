//! Fourier transforms.

use ark_ff::FftField;

use super::*;
use crate::fourier::odd_values;

/// Interpolation by the definition.
fn expected(a: &[Fr], b: &[Fr], size: usize) -> Vec<Fr> {
    let root = Fr::get_root_of_unity(2 * size as u64).unwrap();
    let powers: Vec<Fr> = (0..2 * size as u64).map(|k| root.pow([k])).collect();
    let coefficients = |values: &[Fr]| -> Vec<Fr> {
        let at = |i: usize| {
            let sum: Fr = (0..values.len())
                .map(|k| values[k] * powers[2 * size - 1 - (2 * i * k + 2 * size - 1) % (2 * size)])
                .sum();
            sum / Fr::from(size as u64)
        };
        (0..size).map(at).collect()
    };
    let odd = |values: &[Fr]| -> Vec<Fr> {
        let coefficients = coefficients(values);
        let at = |k: usize| {
            (0..size)
                .map(|i| coefficients[i] * powers[(2 * k + 1) * i % (2 * size)])
                .sum()
        };
        (0..size).map(at).collect()
    };
    let c: Vec<Fr> = a.iter().zip(b).map(|(a, b)| *a * b).collect();
    let (a, b, c) = (odd(a), odd(b), odd(&c));
    (0..size).map(|i| a[i] * b[i] - c[i]).collect()
}

fn check<F: Field<Ark = Fr>>() {
    let mut rng = ChaCha20Rng::seed_from_u64(11);
    for count in [1, 2, 3, 4, 8, 13, 64] {
        let mut values = || -> Vec<Fr> {
            let value = |rng: &mut ChaCha20Rng| match rng.next_u32() % 4 {
                0 => Fr::ZERO,
                1 => -Fr::ONE,
                _ => Fr::rand(rng),
            };
            (0..count).map(|_| value(&mut rng)).collect()
        };
        let (a, b) = (values(), values());
        let size = (count as usize).next_power_of_two();
        assert_eq!(odd_values::<F>(&a, &b).unwrap(), expected(&a, &b, size));
        let shorter = &b[..b.len() / 2];
        assert_eq!(
            odd_values::<F>(&a, shorter).unwrap(),
            expected(&a, shorter, size)
        );
    }
}

#[test]
fn equal_interpolation() {
    check::<Native<Fr>>();
    check::<Limbs<Fr>>();
    check::<Fma<Fr, Emulated>>();
}
