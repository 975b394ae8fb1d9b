//! Attacks that design and literature name: each test fails without the check that stops it.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

mod toy;

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field, UniformRand};
use glimpse_link::{
    Context, LinkedProof, Member, Rejected, Slot, Statement, StatementError, show, verify,
};
use toy::{
    Circuit, hidden, inputs, prepare, public, rng,
    scene::{A, B, C, SHOWN, Scene, U, g1, get, set},
    statement,
};

#[test]
fn negated_proof_is_refused() {
    let scene = Scene::new();
    let mut bytes = scene.show(3).to_bytes();
    let (a, b): (G1Affine, G2Affine) = (get(&bytes, A), get(&bytes, B));
    set(&mut bytes, A, &-a);
    set(&mut bytes, B, &-b);
    assert_eq!(scene.verify_bytes(&bytes), Err(Rejected::Invalid));
}

#[test]
fn third_party_rerandomisation_is_refused() {
    let scene = Scene::new();
    let bytes = scene.show(3).to_bytes();
    let (a, b, c): (G1Affine, G2Affine, G1Affine) =
        (get(&bytes, A), get(&bytes, B), get(&bytes, C));
    let delta = scene.left.proving.vk.delta_g2;
    let mut rng = rng(4);
    let (r1, r2) = (Fr::rand(&mut rng), Fr::rand(&mut rng));

    // The pairing equation still holds for these, so only the challenge can tell.
    let mut wrong = bytes.clone();
    set(&mut wrong, A, &(a * r1.inverse().unwrap()).into_affine());
    set(&mut wrong, B, &(b * r1 + delta * (r1 * r2)).into_affine());
    set(&mut wrong, C, &(c + a * r2).into_affine());
    assert_eq!(scene.verify_bytes(&wrong), Err(Rejected::Invalid));

    // So do these: another z, with U and C″ shifted alike.
    let (u, z): (G1Affine, Fr) = (get(&bytes, U), Fr::rand(&mut rng));
    let mut wrong = bytes;
    set(
        &mut wrong,
        U,
        &(u + scene.left.proving.delta_g1 * z).into_affine(),
    );
    set(&mut wrong, C, &(c + g1(-z)).into_affine());
    assert_eq!(scene.verify_bytes(&wrong), Err(Rejected::Invalid));
}

/// A = α₁, B = β₂, C = s·G₁, U = −(IC₀ + public) − s·δ₁ satisfies the pairing equation alone.
///
/// (C = 0 of the textbook attack is not even an encoding, so this one shifts it by s.)
#[test]
fn forgery_without_an_opening_is_refused() {
    let circuit = Circuit::new(2, 1);
    let context = Context::new(b"request");
    for slots in [vec![public(5), hidden(0)], vec![public(5), public(6)]] {
        let members = [(&circuit, slots.clone())];
        let statement = statement(&members);
        let values = &[Fr::from(6)][..statement.variables()];
        let honest = show(
            &statement,
            &prepare(&members, values),
            values,
            &context,
            &mut rng(2),
        )
        .unwrap();
        assert_eq!(verify(&statement, &honest, &context, &mut rng(3)), Ok(()));

        let vk = &circuit.proving.vk;
        let shift = Fr::from(77);
        let mut u: G1Projective = circuit.proving.delta_g1 * -shift - vk.gamma_abc_g1[0];
        for (slot, ic) in slots.iter().zip(&vk.gamma_abc_g1[1..]) {
            if let Slot::Public(value) = slot {
                u -= *ic * value;
            }
        }
        let mut bytes = honest.to_bytes();
        set(&mut bytes, A, &vk.alpha_g1);
        set(&mut bytes, B, &vk.beta_g2);
        set(&mut bytes, C, &g1(shift));
        set(&mut bytes, U, &u.into_affine());
        // The forger's pairing equation really holds; only the opening stands against it.
        let left = <ark_bn254::Bn254 as ark_ec::pairing::Pairing>::multi_pairing(
            [
                g1(-shift),
                (-u - public_part(&slots, &vk.gamma_abc_g1)).into_affine(),
            ],
            [vk.delta_g2, G2Affine::generator()],
        );
        assert_eq!(left, ark_ec::pairing::PairingOutput::ZERO);
        let forged = LinkedProof::from_bytes(&bytes, 1, statement.variables()).unwrap();
        assert_eq!(
            verify(&statement, &forged, &context, &mut rng(3)),
            Err(Rejected::Invalid)
        );
    }
}

fn public_part(slots: &[Slot], ic: &[G1Affine]) -> G1Projective {
    let mut sum = G1Projective::from(ic[0]);
    for (slot, ic) in slots.iter().zip(&ic[1..]) {
        if let Slot::Public(value) = slot {
            sum += *ic * value;
        }
    }
    sum
}

/// The same proofs for unequal values open well on their own, but not as one variable.
#[test]
fn unequal_values_under_one_variable_are_refused() {
    let scene = Scene::new();
    let [(left, left_slots), (right, right_slots)] = scene.members();
    let values = Scene::values();
    let mut others = values;
    others[1] += Fr::ONE;
    let proofs = [
        left.prove(&inputs(&left_slots, &values), 1),
        right.prove(&inputs(&right_slots, &others), 2),
    ];
    for values in [values, others] {
        let proof = show(
            &scene.statement(),
            &proofs,
            &values,
            &scene.context,
            &mut rng(5),
        )
        .unwrap();
        assert_eq!(scene.verify(&proof), Err(Rejected::Invalid));
    }

    // The same within one proof, where slots 1 and 3 share a variable.
    let mut unequal = inputs(&left_slots, &values);
    unequal[3] += Fr::ONE;
    let proofs = [
        left.prove(&unequal, 1),
        right.prove(&inputs(&right_slots, &values), 2),
    ];
    let proof = show(
        &scene.statement(),
        &proofs,
        &values,
        &scene.context,
        &mut rng(5),
    )
    .unwrap();
    assert_eq!(scene.verify(&proof), Err(Rejected::Invalid));
}

#[test]
fn proof_is_bound_to_context_statement_and_order() {
    let scene = Scene::new();
    let proof = scene.show(3);
    let other = Context::new(b"request ");
    assert_eq!(
        verify(&scene.statement(), &proof, &other, &mut rng(9)),
        Err(Rejected::Invalid)
    );
    let refused = |members: &[(&Circuit, Vec<Slot>)]| {
        assert_eq!(
            verify(&statement(members), &proof, &scene.context, &mut rng(9)),
            Err(Rejected::Invalid)
        );
    };
    let [left, right] = scene.members();
    // Another public value; two slots swapped; variables swapped between slots.
    let with = |slots| [(left.0, slots), right.clone()];
    refused(&with(vec![public(8), hidden(0), hidden(1), hidden(0)]));
    refused(&with(vec![hidden(0), public(7), hidden(1), hidden(0)]));
    refused(&with(vec![public(7), hidden(0), hidden(1), hidden(1)]));
    // The link taken away: weaker, and true, but not what was proved.
    let proof_of_three = &proof;
    let unlinked = statement(&[
        with(vec![public(7), hidden(0), hidden(1), hidden(0)])[0].clone(),
        (right.0, vec![hidden(2), hidden(2)]),
    ]);
    assert_eq!(
        verify(&unlinked, proof_of_three, &scene.context, &mut rng(9)),
        Err(Rejected::Invalid)
    );
    // Another key of the same shape.
    let twin = Circuit::new(4, 77);
    refused(&[(&twin, left.1.clone()), right.clone()]);
}

#[test]
fn true_but_differently_disclosed_statement_is_refused() {
    // x₀ = 11 holds, but the holder hid it: naming the value afterwards proves nothing.
    let circuit = Circuit::new(2, 1);
    let context = Context::new(b"request");
    let shown_as = [(&circuit, vec![hidden(0), hidden(1)])];
    let values = [11, 12].map(Fr::from);
    let proofs = prepare(&shown_as, &values);
    let proof = show(
        &statement(&shown_as),
        &proofs,
        &values,
        &context,
        &mut rng(1),
    )
    .unwrap();
    let claimed = statement(&[(&circuit, vec![public(11), hidden(0)])]);
    assert_eq!(
        verify(&claimed, &proof, &context, &mut rng(2)),
        Err(Rejected::Shape)
    );
    let bytes = &proof.to_bytes()[..SHOWN + 64];
    let proof = LinkedProof::from_bytes(bytes, 1, 1).unwrap();
    assert_eq!(
        verify(&claimed, &proof, &context, &mut rng(2)),
        Err(Rejected::Invalid)
    );
}

#[test]
fn wrong_shapes_are_refused() {
    let scene = Scene::new();
    let proof = scene.show(3);
    let [left, right] = scene.members();
    for members in [vec![left.clone()], vec![left, right.clone(), right]] {
        assert_eq!(
            verify(&statement(&members), &proof, &scene.context, &mut rng(9)),
            Err(Rejected::Shape)
        );
    }
    // As many proofs, and a response more than there are variables: none is left over unread.
    let bytes = [&proof.to_bytes()[..], &[0; 32]].concat();
    let longer = LinkedProof::from_bytes(&bytes, 2, 4).unwrap();
    assert_eq!(scene.verify(&longer), Err(Rejected::Shape));
}

#[test]
fn wrong_input_counts_make_no_statement() {
    let circuit = Circuit::new(3, 1);
    for count in (0..=6).filter(|count| *count != 3) {
        let member = Member {
            key: &circuit.key,
            slots: vec![public(1); count],
        };
        assert_eq!(
            Statement::new(vec![member]),
            Err(StatementError::Arity {
                member: 0,
                expected: 3,
                found: count
            })
        );
    }
    assert_eq!(Statement::new(vec![]), Err(StatementError::Empty));
}

#[test]
fn variables_are_dense_and_in_order_of_first_use() {
    let circuit = Circuit::new(2, 1);
    for (slots, slot, expected, found) in [
        (vec![hidden(1), hidden(0)], 0, 0, 1),
        (vec![hidden(0), hidden(2)], 1, 1, 2),
    ] {
        let member = Member {
            key: &circuit.key,
            slots,
        };
        assert_eq!(
            Statement::new(vec![member]),
            Err(StatementError::VariableOrder {
                member: 0,
                slot,
                expected,
                found
            })
        );
    }
}
/// Two proofs under one key share their pairing with δ₂, and still stand for their own slots.
#[test]
fn members_of_a_proof_cannot_be_exchanged() {
    let circuit = Circuit::new(2, 1);
    let context = Context::new(b"request");
    let members = [
        (&circuit, vec![public(5), hidden(0)]),
        (&circuit, vec![public(6), hidden(1)]),
    ];
    let values = [1, 2].map(Fr::from);
    let proofs = prepare(&members, &values);
    let statement = statement(&members);
    let bytes = show(&statement, &proofs, &values, &context, &mut rng(2))
        .unwrap()
        .to_bytes();
    let mut swapped = bytes.clone();
    swapped[..SHOWN].copy_from_slice(&bytes[SHOWN..2 * SHOWN]);
    swapped[SHOWN..2 * SHOWN].copy_from_slice(&bytes[..SHOWN]);
    let proof = LinkedProof::from_bytes(&swapped, 2, 2).unwrap();
    assert_eq!(
        verify(&statement, &proof, &context, &mut rng(3)),
        Err(Rejected::Invalid)
    );
}
