//! Field operations, one by one, on extreme operands.

use super::*;
use crate::field::{BaseField, TowerField};

/// Elements at the edges of every representation.
fn elements<A: crate::field::Montgomery>(rng: &mut ChaCha20Rng) -> Vec<A> {
    let mut elements = vec![
        A::ZERO,
        A::ONE,
        -A::ONE,
        A::from(A::MODULUS_MINUS_ONE_DIV_TWO),
        A::from(2u64),
    ];
    // What the limbs hold is the Montgomery form: make that extreme too.
    for limb in [
        0,
        1,
        u64::MAX,
        1 << 63,
        (1 << 51) - 1,
        1 << 50,
        (1 << 29) - 1,
        1 << 28,
    ] {
        for place in 0..4 {
            let mut limbs = [if place % 2 == 0 { 0 } else { u64::MAX }; 4];
            limbs[place] = limb;
            limbs[3] %= A::MODULUS.0[3];
            elements.push(A::from_montgomery(limbs));
            // The Montgomery forms of the back ends themselves.
            for shift in [5u64, 255] {
                let scaled = A::from_montgomery(limbs) * A::from(2u64).pow([shift]);
                elements.push(scaled);
                elements.push(scaled.inverse().unwrap_or(A::ONE));
            }
        }
    }
    elements.extend((0..20).map(|_| A::rand(rng)));
    elements
}

fn arithmetic<F>()
where
    F: BaseField<Ark: crate::field::Montgomery>,
{
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let elements = elements::<F::Ark>(&mut rng);
    // All sizes of operand: settled, negated, products, differences.
    let load = |a: &F::Ark| F::load(|_| F::from_ark(a));
    let value = |wide: &F::Wide| F::to_ark(&F::settle(wide).lane(F::LANES - 1));
    for a in &elements {
        let x = load(a);
        assert_eq!(F::to_ark(&x.lane(0)), *a);
        assert_eq!(F::to_ark(&F::negate(&x.lane(0))), -*a);
        assert_eq!(F::to_ark(&x.neg().lane(0)), -*a);
        assert_eq!(F::is_zero(&x.lane(0)), *a == F::Ark::ZERO);
        assert_eq!(F::invert(&x.lane(0)).map(|x| F::to_ark(&x)), a.inverse());
        assert_eq!(value(&x.wide()), *a);
        assert_eq!(value(&F::square(&x.wide())), a.square());
        for b in &elements {
            let y = load(b);
            let difference = x.sub(&y);
            let sum = x.sub(&y.neg());
            let product = F::mul(&difference, &sum);
            assert_eq!(value(&difference), *a - *b);
            assert_eq!(value(&F::mul(&x.wide(), &y.wide())), *a * *b);
            assert_eq!(value(&product), (*a - *b) * (*a + *b));
            assert_eq!(value(&F::square(&difference)), (*a - *b).square());
            assert_eq!(
                value(&F::square(&product)),
                ((*a - *b) * (*a + *b)).square()
            );
            assert_eq!(
                value(&F::dot(&difference, &sum, &sum, &sum)),
                (*a - *b) * (*a + *b) + (*a + *b).square()
            );
            assert_eq!(
                value(&F::dot(
                    &F::neg_wide(&sum),
                    &sum,
                    &F::neg_wide(&product),
                    &product
                )),
                -(*a + *b).square() - ((*a - *b) * (*a + *b)).square()
            );
            assert_eq!(F::to_ark(&F::plus(&sum, &y).lane(0)), *a + b.double());
            assert_eq!(F::to_ark(&F::less(&sum, &y.neg()).lane(0)), *a + b.double());
            assert_eq!(
                F::to_ark(&F::less_both(&product, &x, &y.neg()).lane(0)),
                (*a - *b) * (*a + *b) - *a + *b
            );
            assert_eq!(
                F::to_ark(&F::less_both(&sum, &x.neg(), &y.neg()).lane(0)),
                (*a + *b).double()
            );
        }
    }
}

/// Sums of products of neighbours in the list, so that extreme ones meet, and of the extremes with themselves.
fn tower<F>()
where
    F: TowerField<Ark: crate::field::Montgomery>,
{
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let elements = elements::<F::Ark>(&mut rng);
    let loaded: Vec<F> = elements
        .iter()
        .map(|a| F::load(|_| F::from_ark(a)))
        .collect();
    // Settled by an operation that leaves the representation as large as it can be.
    let negated: Vec<F> = loaded.iter().map(F::neg).collect();
    let value = |x: F| F::to_ark(&x.lane(0));
    for i in 0..elements.len() {
        for step in 0..12 {
            let place = |k: usize| (i + k * step) % elements.len();
            let [a, b, c, d] = [0, 1, 2, 3].map(|k| &loaded[place(k)]);
            let [e, f, g, h] = [0, 1, 2, 3].map(|k| &negated[place(k)]);
            let x = |k: usize| elements[place(k)];
            let product = [x(0) * x(2) - x(1) * x(3), x(0) * x(3) + x(1) * x(2)];
            let (one, two) = ([a, b], [c, d]);
            let (minus_one, minus_two) = ([e, f], [g, h]);
            let dots = [
                (F::complex_dot([one], [two]), 1u64),
                (F::complex_dot([one, minus_one], [two, minus_two]), 2),
                (
                    F::complex_dot([one, one, minus_one], [two, two, minus_two]),
                    3,
                ),
            ];
            for (dot, times) in dots {
                assert_eq!(
                    dot.map(value),
                    product.map(|part| part * F::Ark::from(times))
                );
            }
            let minus = F::complex_dot([one; 3], [minus_two; 3]).map(value);
            assert_eq!(minus, product.map(|part| part * -F::Ark::from(3u64)));
            let nine = F::nine_times_plus(a, f);
            assert_eq!(value(nine), x(0) * F::Ark::from(9u64) - x(1));
            assert_eq!(value(nine.add(&nine)), value(nine).double());
            assert_eq!(value(nine.minus(b)), value(nine) - x(1));
            assert_eq!(value(nine.times(&nine)), value(nine).square());
        }
    }
}

#[test]
fn self_test_tells_fused_from_unfused() {
    use crate::self_test::agrees;
    assert!(crate::self_test());
    assert!(agrees::<Native<Fq>>());
    assert!(agrees::<Limbs<Fq>>());
    assert!(agrees::<Fma<Fq, Emulated>>());
    assert!(!agrees::<Fma<Fq, Emulated<false>>>());
}

#[test]
fn native() {
    arithmetic::<Native<Fq>>();
    tower::<Native<Fq>>();
}

#[test]
fn limbs() {
    arithmetic::<Limbs<Fq>>();
    arithmetic::<Limbs<Fr>>();
    tower::<Limbs<Fq>>();
}

#[test]
fn fma() {
    arithmetic::<Fma<Fq, Emulated>>();
    arithmetic::<Fma<Fr, Emulated>>();
}
