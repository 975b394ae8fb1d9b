//! All equations of an answer, and of a batch, are checked as one: no errors cancel, and each is found.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

mod toy;

use ark_bn254::{Fr, G1Affine};
use ark_ec::CurveGroup;
use glimpse_link::{
    BatchRejected, Context, LinkedProof, Presented, Proof, Rejected, show, verify, verify_batch,
};
use toy::{
    Circuit, hidden, prepare, rng,
    scene::{SHOWN, Scene, T, U, g1, get, set},
    statement,
};

#[test]
fn batch_names_exactly_its_failing_members() {
    let scene = Scene::new();
    let statement = scene.statement();
    let good: Vec<_> = (0..9).map(|seed| scene.show(seed)).collect();
    let check = |proofs: &[LinkedProof], failing: &[usize]| {
        let batch: Vec<_> = proofs
            .iter()
            .map(|proof| Presented {
                statement: &statement,
                proof,
                context: &scene.context,
            })
            .collect();
        let expected = if failing.is_empty() {
            Ok(())
        } else {
            Err(BatchRejected::Members(failing.to_vec()))
        };
        assert_eq!(verify_batch(&batch, &mut rng(1)), expected);
    };
    check(&[], &[]);
    check(&good, &[]);

    let bad = |index: usize| {
        let mut bytes = good[index].to_bytes();
        let u: G1Affine = get(&bytes, U);
        set(&mut bytes, U, &-u);
        LinkedProof::from_bytes(&bytes, 2, 3).unwrap()
    };
    for failing in [
        vec![0],
        vec![8],
        vec![3, 4],
        vec![0, 5, 8],
        (0..9).collect(),
    ] {
        let mut proofs = good.clone();
        for index in &failing {
            proofs[*index] = bad(*index);
        }
        check(&proofs, &failing);
    }
}

/// Two errors that cancel when the equations are merely added: random weights keep them apart.
#[test]
fn errors_that_cancel_are_refused() {
    let scene = Scene::new();
    let [first, second] = [3, 4].map(|seed| scene.show(seed).to_bytes());
    let statement = scene.statement();
    // s_z of the first left proof grows by what that of the second loses.
    let at = (2 * SHOWN, 32);
    let shift = Fr::from(1_000);
    let shifted = |bytes: &[u8], shift: Fr| {
        let mut bytes = bytes.to_vec();
        let response: Fr = get(&bytes, at);
        set(&mut bytes, at, &(response + shift));
        LinkedProof::from_bytes(&bytes, 2, 3).unwrap()
    };
    let proofs = [shifted(&first, shift), shifted(&second, -shift)];
    let batch = proofs.each_ref().map(|proof| Presented {
        statement: &statement,
        proof,
        context: &scene.context,
    });
    assert_eq!(
        verify_batch(&batch, &mut rng(1)),
        Err(BatchRejected::Members(vec![0, 1]))
    );
}

/// The same within one answer, where members share a key: errors in any two pairing equations, which the holder puts into
/// its prepared proofs, and errors in any two openings.
#[test]
fn errors_of_one_answer_that_cancel_are_refused() {
    let circuit = Circuit::new(1, 1);
    let context = Context::new(b"request");
    let members = [0, 1, 2].map(|variable| (&circuit, vec![hidden(variable)]));
    let statement = statement(&members);
    let values = [5, 6, 7].map(Fr::from);
    let proofs = prepare(&members, &values);
    let shown =
        |proofs: &[Proof]| show(&statement, proofs, &values, &context, &mut rng(2)).unwrap();
    let refused = |proof: &LinkedProof| {
        let result = verify(&statement, proof, &context, &mut rng(3));
        assert_eq!(result, Err(Rejected::Invalid));
    };
    assert_eq!(
        verify(&statement, &shown(&proofs), &context, &mut rng(3)),
        Ok(())
    );
    for [one, other] in [[0, 1], [0, 2], [1, 2]] {
        let mut wrong = proofs.clone();
        for (member, shift) in [(one, g1(Fr::from(9))), (other, -g1(Fr::from(9)))] {
            let (a, b, c) = proofs[member].points();
            wrong[member] = Proof::new(*a, *b, (*c + shift).into_affine());
        }
        refused(&shown(&wrong));

        let mut bytes = shown(&proofs).to_bytes();
        for (member, shift) in [(one, Fr::from(9)), (other, -Fr::from(9))] {
            let at = (3 * SHOWN + 32 * member, 32);
            let response: Fr = get(&bytes, at);
            set(&mut bytes, at, &(response + shift));
        }
        refused(&LinkedProof::from_bytes(&bytes, 3, 3).unwrap());
    }
}

/// From 64 points on, sums are made in buckets, with formulas of their own for equal and opposite points. A batch brings
/// such points if one answer stands in it often, and may bring them with U and T of another's negated.
#[test]
fn large_batches_of_equal_and_opposite_points_find_what_is_false() {
    let scene = Scene::new();
    let statement = scene.statement();
    let [one, other] = [5, 6].map(|seed| scene.show(seed));
    let mut bytes = one.to_bytes();
    for at in [U, T] {
        let point: G1Affine = get(&bytes, at);
        set(&mut bytes, at, &-point);
    }
    let opposite = LinkedProof::from_bytes(&bytes, 2, 3).unwrap();
    for failing in [vec![], vec![0], vec![66, 67], vec![1, 40, 79]] {
        let batch: Vec<Presented<'_>> = (0..80)
            .map(|index| Presented {
                statement: &statement,
                proof: match index {
                    index if failing.contains(&index) => &opposite,
                    7 => &other,
                    _ => &one,
                },
                context: &scene.context,
            })
            .collect();
        let mut rng = rng(1);
        let result = verify_batch(&batch, &mut rng);
        if failing.is_empty() {
            assert_eq!(result, Ok(()));
            // A wrong sum would be made up for by halving. So it held at once: two weights for each of two members, but
            // for the first, which is 1.
            let weights = rng.get_word_pos() / 4;
            assert_eq!(weights, 80 * 2 * 2 - 1);
        } else {
            assert_eq!(result, Err(BatchRejected::Members(failing)));
        }
    }
}
