//! The two scalar products at the scalars and points where incomplete formulas would fail.

use ark_ec::AffineRepr;
use glimpse_primitives::babyjubjub;

use super::*;
use crate::testing::{free_columns, implied_rows};

/// Multiples of a point that generates the eight points of small order.
fn torsion() -> Vec<Point> {
    // Any point of the curve, times l, is one of them; take the first that has order 8.
    (2u64..)
        .find_map(|y| {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&y.to_le_bytes());
            let point = babyjubjub::decompress(&bytes).ok()?;
            let small = point.mul_bigint(Fl::MODULUS);
            let four = small.double().double();
            (four != <Point as AffineRepr>::Group::default()).then_some(small)
        })
        .map(|generator| {
            let mut multiple = generator;
            let mut points = Vec::new();
            for _ in 0..8 {
                points.push(multiple.into_affine());
                multiple += generator;
            }
            points
        })
        .unwrap()
}

#[test]
fn there_are_eight_points_of_small_order() {
    let points = torsion();
    for (i, point) in points.iter().enumerate() {
        assert!(point.is_on_curve());
        assert!(!points[..i].contains(point));
        assert_eq!(
            babyjubjub::clear_cofactor(point),
            <Point as AffineRepr>::Group::default()
        );
    }
}

fn edge_challenges() -> Vec<Fr> {
    let l = Fr::new(Fl::MODULUS);
    let two = Fr::from(2u64);
    let delta = Fr::new(challenge_offset());
    let half_l = Fr::new({
        let mut half = Fl::MODULUS;
        half.div2();
        half
    });
    let anchors = [
        Fr::ZERO,
        l,
        l.double(),
        l * Fr::from(7u64),
        half_l,
        l + half_l,
        -delta,
        delta,
        two.pow([247u64]),
        two.pow([248u64]),
        two.pow([249u64]),
        two.pow([250u64]),
        two.pow([253u64]),
        two.inverse().unwrap(),
    ];
    let shifts = [-Fr::from(2u64), -Fr::ONE, Fr::ZERO, Fr::ONE, Fr::from(2u64)];
    anchors
        .iter()
        .flat_map(|anchor| shifts.iter().map(move |shift| *anchor + shift))
        .collect()
}

#[test]
fn the_challenge_product_is_right_at_every_edge() {
    let torsion = torsion();
    for (i, h) in edge_challenges().into_iter().enumerate() {
        // Keys with and without a small-order component.
        let key = (BASE8 * Fl::from(i as u64 + 2) + torsion[i % 8]).into_affine();
        let q = (key * Fl::from(4u64)).into_affine();
        let mut system = System::new(&[h, q.x, q.y], true);
        let point = Edwards {
            x: system.slot(1),
            y: system.slot(2),
        };
        let challenge = system.slot(0);
        let product = times_challenge(&mut system, &point, &challenge);
        let expected = (babyjubjub::clear_cofactor(&key)
            .into_affine()
            .mul_bigint(h.into_bigint())
            + q)
            .into_affine();
        assert_eq!(
            (product.x.value, product.y.value),
            (expected.x, expected.y),
            "{h}"
        );
        assert_eq!(system.broken_rows(), Vec::<&str>::new(), "{h}");
        if i % 10 == 0 {
            assert_eq!(free_columns(&system, &[]), Vec::<String>::new());
        }
    }
}

#[test]
fn the_response_product_is_right_at_every_edge() {
    let four = Fl::from(4u64);
    let mut scalars = vec![
        Fl::ZERO,
        Fl::ONE,
        -Fl::ONE,
        Fl::from(2u64).inverse().unwrap(),
    ];
    for window in [1, 62, 123, 124, 125] {
        let power = four.pow([window]);
        scalars.extend([
            power - Fl::ONE,
            power,
            power + Fl::ONE,
            -power,
            power.double(),
        ]);
    }
    for s in scalars {
        let mut system = System::new(&[], true);
        let product = times_response(&mut system, &s);
        let expected = (BASE8 * s).into_affine();
        assert_eq!(
            (product.x.value, product.y.value),
            (expected.x, expected.y),
            "{s}"
        );
        assert_eq!(system.broken_rows(), Vec::<&str>::new(), "{s}");
        assert_eq!(free_columns(&system, &[]), Vec::<String>::new());
    }
}

/// With operands and product unknown, every row is noticed but those of the comparisons and the bits
/// that these read: bits and their sums imply each other to first order. That a false comparison has no
/// witness is shown in `bits::tests`.
#[test]
fn no_constraint_of_a_product_can_be_deleted() {
    let assert_survivors = |system: &System, allowed: &[&str]| {
        for row in implied_rows(system) {
            let name = &system.rows()[row].name;
            assert!(
                allowed.iter().any(|prefix| name.starts_with(prefix)),
                "{name}"
            );
        }
    };
    let q = (BASE8 * Fl::from(12u64)).into_affine();
    let mut system = System::new(&[Fr::from(1_234_567u64), q.x, q.y], true);
    let point = Edwards {
        x: system.slot(1),
        y: system.slot(2),
    };
    let challenge = system.slot(0);
    times_challenge(&mut system, &point, &challenge);
    assert_survivors(&system, &["not_below/", "not_above/", "digit["]);

    let mut system = System::new(&[], true);
    times_response(&mut system, &Fl::from(1_234_567u64));
    assert_survivors(&system, &["canonical/", "bit["]);
}

#[test]
fn verification_agrees_with_the_relation_for_mixed_and_small_orders() {
    let torsion = torsion();
    let secret = Fl::from(0x1234_5678u64);
    let message = Fr::from(99u64);
    for key_part in &torsion {
        for (nonce_part, prime_part) in [(7usize, true), (1, true), (7, false)] {
            // torsion[7] is the identity, torsion[i] has a small-order component otherwise.
            let base = if prime_part {
                BASE8 * secret
            } else {
                Default::default()
            };
            let key = (base + key_part).into_affine();
            let nonce = Fl::from(77u64);
            let r8 = (BASE8 * nonce + torsion[nonce_part]).into_affine();
            let h = glimpse_primitives::eddsa::challenge(&r8, &key, message);
            let h = Fl::from_le_bytes_mod_order(&h.into_bigint().to_bytes_le());
            let secret = if prime_part { secret } else { Fl::ZERO };
            let s = nonce + h * Fl::from(8u64) * secret;

            let mut system = System::new(&[message], true);
            let signed = Signed { key, r8, s };
            let point = super::key(&mut system, &key);
            let message_slot = system.slot(0);
            verify(&mut system, &point, &signed, &message_slot);
            let holds = glimpse_primitives::eddsa::equation_holds(&key, &r8, s, message);
            assert_eq!(holds, prime_part && nonce_part == 7);
            assert_eq!(system.broken_rows().is_empty(), holds);
            if !prime_part {
                assert!(system.broken_rows().contains(&"key/order"));
            }
        }
    }
}

/// With the points unknown: there is nothing else then that implies a row, as there is in a whole signature.
#[test]
fn no_constraint_of_a_point_can_be_deleted() {
    let [p, q] = [12u64, 34].map(|k| BASE8 * Fl::from(k));
    let [p, q, sum] = [p, q, p + q].map(CurveGroup::into_affine);
    let slots = [p.x, p.y, q.x, q.y, sum.x, sum.y];
    let implied = |body: &dyn Fn(&mut System, [Edwards; 3])| {
        let mut system = System::new(&slots, true);
        let points = [0, 2, 4].map(|first| Edwards {
            x: system.slot(first),
            y: system.slot(first + 1),
        });
        body(&mut system, points);
        assert_eq!(system.broken_rows(), Vec::<&str>::new());
        implied_rows(&system).len()
    };
    let key = |system: &mut System, [key, ..]: [Edwards; 3]| {
        let (x2, y2) = key.enforce_on_curve(system);
        let key4 = key.double_with(system, &x2, &y2).double(system);
        system.enforce_nonzero("order", &key4.x);
    };
    let equation = |system: &mut System, [p, q, sum]: [Edwards; 3]| {
        p.enforce_on_curve(system);
        q.enforce_on_curve(system);
        p.enforce_sum(system, &q, &sum);
    };
    assert_eq!(implied(&key), 0);
    assert_eq!(implied(&equation), 0);
    assert_eq!(implied(&|system, [p, q, _]| drop(p.add(system, &q))), 0);
    // The sum of two points of the curve is on it: then to say so once more is one row too many.
    let said_twice = |system: &mut System, points: [Edwards; 3]| {
        equation(system, points.clone());
        points[2].enforce_on_curve(system);
    };
    assert!(implied(&said_twice) > 0);
}
