//! Square roots against arkworks'.

use super::*;
use crate::roots::{square_roots, square_roots_of_pairs};

/// 0, ±1, ±2, and as many again: squares and others.
fn elements<A: ark_ff::Field>(rng: &mut ChaCha20Rng) -> Vec<A> {
    let mut elements = vec![A::ZERO];
    for small in [1u64, 2] {
        elements.extend([A::from(small), -A::from(small)]);
    }
    elements.extend((0..20).map(|_| A::rand(rng)));
    elements
}

fn agree<A: ark_ff::Field>(squares: &[A], roots: Vec<Option<A>>) {
    assert_eq!(roots.len(), squares.len());
    for (a, root) in squares.iter().zip(roots) {
        assert_eq!(root.is_some(), a.legendre().is_qr() || a.is_zero(), "{a}");
        assert!(root.is_none_or(|root| root.square() == *a), "{a}");
    }
}

fn roots<F: Field<Ark = Fq>>() {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let some = elements::<Fq>(&mut rng);
    // Every length, so that lanes are full and not.
    for length in 0..some.len() {
        agree(&some[..length], square_roots::<F>(&some[..length]));
    }
    // Pairs with parts of every kind, and squares that have a part 0.
    let mut pairs: Vec<Fq2> = elements(&mut rng);
    for first in &some {
        pairs.extend(some.iter().map(|second| Fq2::new(*first, *second)));
    }
    let squares: Vec<Fq2> = pairs.iter().map(Fq2::square).collect();
    for pairs in [&pairs[..], &squares, &squares[..3]] {
        agree(pairs, square_roots_of_pairs::<F>(pairs));
    }
    assert!(
        square_roots_of_pairs::<F>(&squares)
            .iter()
            .all(Option::is_some)
    );
}

#[test]
fn native() {
    roots::<Native<Fq>>();
}

#[test]
fn limbs() {
    roots::<Limbs<Fq>>();
}

#[test]
fn fma() {
    roots::<Fma<Fq, Emulated>>();
}

#[test]
fn ordinates_are_those_of_points() {
    let mut rng = ChaCha20Rng::seed_from_u64(4);
    fn both<G: crate::Group>(rng: &mut ChaCha20Rng) {
        let points: Vec<Affine<G>> = (0..5).map(|_| Affine::rand(rng)).collect();
        let abscissas: Vec<_> = points.iter().map(|point| point.x).collect();
        for (point, y) in points.iter().zip(crate::ordinates::<G>(&abscissas)) {
            let y = y.unwrap();
            assert!(y == point.y || y == -point.y);
        }
    }
    both::<g1::Config>(&mut rng);
    both::<g2::Config>(&mut rng);
    // 4³ + 3 is no square.
    let four = Fq::from(4);
    assert_eq!(crate::ordinates::<g1::Config>(&[four]), [None]);
}
