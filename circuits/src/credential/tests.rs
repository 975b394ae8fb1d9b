use ark_ec::CurveGroup;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use glimpse_primitives::eddsa::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::{
    system::{Tamper, broken},
    testing::{
        assert_arkworks_agrees, assert_shape_is_pinned, assert_well_formed, boundary_element,
        free_columns, implied_rows,
    },
};

mod agreement;

type Inputs = CredentialInputs<8>;

/// An issuer whose secret scalar the test knows, so that it can sign what it likes.
struct Forger {
    secret: Fl,
    nonce: Fl,
}

impl Forger {
    const NEW: Self = Self {
        secret: ark_ff::MontFp!("271828"),
        nonce: ark_ff::MontFp!("314159"),
    };

    fn key(&self) -> Point {
        (BASE8 * self.secret).into_affine()
    }

    fn r8(&self) -> Point {
        (BASE8 * self.nonce).into_affine()
    }

    fn challenge(&self, message: Fr) -> Fr {
        eddsa::challenge(&self.r8(), &self.key(), message)
    }

    /// S for the integer h, which need not be below r.
    fn respond(&self, h: ark_ff::BigInt<4>) -> Fl {
        let h = Fl::from_le_bytes_mod_order(&h.to_bytes_le());
        self.nonce + h * Fl::from(8u64) * self.secret
    }

    fn sign(&self, message: Fr) -> CredentialWitness {
        let s = self.respond(self.challenge(message).into_bigint());
        CredentialWitness::from_points(self.key(), self.r8(), s)
    }
}

fn key_hash(key: &Point) -> Fr {
    native::hash(&[tag::ISSUER_KEY, key.x, key.y])
}

fn inputs<const N: usize>(key: &Point) -> CredentialInputs<N> {
    CredentialInputs {
        schema: Fr::from(11u64),
        issuer_key_hash: key_hash(key),
        sk: Fr::from(12u64),
        status_index: Fr::from(13u64),
        issued_on: Fr::from(14u64),
        expires_on: Fr::from(15u64),
        attributes: core::array::from_fn(|i| Fr::from(100 + i as u64)),
    }
}

fn sample<const N: usize>() -> (CredentialInputs<N>, CredentialWitness) {
    let key = SigningKey::from_seed([9; 32]);
    let inputs = inputs(&key.verifying_key().point());
    let signature = key.sign(inputs.message());
    (
        inputs,
        CredentialWitness::new(&key.verifying_key(), &signature),
    )
}

fn broken_rows<const N: usize>(
    inputs: &CredentialInputs<N>,
    witness: CredentialWitness,
    tamper: Option<Tamper>,
) -> Vec<String> {
    let mut system = System::new(&inputs.to_slots(), true);
    system.tamper = tamper;
    CredentialCircuit::new(inputs.clone(), witness).constrain(&mut system);
    system
        .broken_rows()
        .into_iter()
        .map(str::to_owned)
        .collect()
}

fn well_formed<const N: usize>(most: usize) {
    let (inputs, witness) = sample::<N>();
    assert_eq!(check(&inputs, &witness), Ok(()));
    let circuit = CredentialCircuit::new(inputs, witness);
    let system = circuit.synthesize(true);
    assert!(system.row_count() + 1 + system.slot_count() <= most);
    assert_well_formed(&system, &[]);
    assert_arkworks_agrees(circuit, &system);
    assert_shape_is_pinned(CredentialCircuit::<N>::ID, &system);
    let blank = CredentialCircuit::<N>::blank().synthesize(true);
    assert_shape_is_pinned(CredentialCircuit::<N>::ID, &blank);
}

#[test]
fn the_circuits_are_well_formed_and_pinned() {
    well_formed::<8>(4700);
    well_formed::<16>(5200);
    // One domain of 2¹³, public slots included.
    well_formed::<32>(8192);
}

fn deterministic<const N: usize>() {
    let (inputs, witness) = sample::<N>();
    let system = CredentialCircuit::new(inputs, witness).synthesize(true);
    // The key's hash is derived from the private key, so it counts as unknown.
    let unknown = [CredentialSlot::IssuerKeyHash.index()];
    assert_eq!(free_columns(&system, &unknown), Vec::<String>::new());
}

#[test]
fn determinism_gate() {
    deterministic::<8>();
    deterministic::<16>();
    deterministic::<32>();
}

/// Every row of hashes and slots is noticed. Inside of the signature first order says little: with the
/// equation, R8 is on the curve because A and S·B8 are, and the digits of a hash determine it. Its
/// gadgets are looked at alone, in `eddsa::tests`, and clause by clause below.
fn assert_survivors_are_of_the_signature<const N: usize>() {
    let (inputs, witness) = sample::<N>();
    let system = CredentialCircuit::new(inputs, witness).synthesize(true);
    for row in implied_rows(&system) {
        let name = &system.rows()[row].name;
        let gadgets = ["key/", "nonce/", "challenge/", "response/", "equation/"];
        let of_signature = name
            .strip_prefix("signature/")
            .is_some_and(|name| gadgets.iter().any(|gadget| name.starts_with(gadget)));
        assert!(of_signature, "{name}");
    }
}

#[test]
fn no_constraint_outside_of_the_signature_can_be_deleted() {
    assert_survivors_are_of_the_signature::<8>();
    assert_survivors_are_of_the_signature::<16>();
    assert_survivors_are_of_the_signature::<32>();
}

#[test]
fn another_key_than_the_hash_says() {
    let forger = Forger::NEW;
    let mut inputs: Inputs = inputs(&forger.key());
    inputs.issuer_key_hash += Fr::ONE;
    let witness = forger.sign(inputs.message());
    assert_eq!(
        check(&inputs, &witness),
        Err(CredentialClause::IssuerKeyHash)
    );
    assert_eq!(broken_rows(&inputs, witness, None), ["issuer_key_hash"]);
}

#[test]
fn a_key_off_the_curve() {
    let forger = Forger::NEW;
    let mut key = forger.key();
    key.x += Fr::ONE;
    let inputs: Inputs = inputs(&key);
    let mut witness = forger.sign(inputs.message());
    witness.signed.key = key;
    assert_eq!(check(&inputs, &witness), Err(CredentialClause::KeyOnCurve));
    let broken = broken_rows(&inputs, witness, None);
    assert!(
        broken.contains(&"signature/key/on_curve".to_owned()),
        "{broken:?}"
    );
}

#[test]
fn a_key_of_small_order() {
    let order_four = Point::new_unchecked(
        glimpse_primitives::babyjubjub::A
            .inverse()
            .unwrap()
            .sqrt()
            .unwrap(),
        Fr::ZERO,
    );
    for key in [
        Point::new_unchecked(Fr::ZERO, Fr::ONE),
        Point::new_unchecked(Fr::ZERO, -Fr::ONE),
        order_four,
    ] {
        assert!(key.is_on_curve());
        // 8·A = 0: R8 = S·B8 would sign anything.
        let inputs: Inputs = inputs(&key);
        let s = Fl::from(5u64);
        let witness = CredentialWitness::from_points(key, (BASE8 * s).into_affine(), s);
        assert_eq!(check(&inputs, &witness), Err(CredentialClause::KeyOrder));
        for hint in [Fr::ZERO, Fr::ONE] {
            let tamper: Tamper = Box::new(move |name, v| {
                if name == "signature/key/order" {
                    hint
                } else {
                    v
                }
            });
            let broken = broken_rows(&inputs, witness, Some(tamper));
            assert!(
                broken.contains(&"signature/key/order".to_owned()),
                "{broken:?}"
            );
        }
    }
}

#[test]
fn a_nonce_point_off_the_curve() {
    let forger = Forger::NEW;
    let inputs: Inputs = inputs(&forger.key());
    let mut witness = forger.sign(inputs.message());
    witness.signed.r8.y += Fr::ONE;
    assert_eq!(
        check(&inputs, &witness),
        Err(CredentialClause::NonceOnCurve)
    );
    let broken = broken_rows(&inputs, witness, None);
    assert!(
        broken.contains(&"signature/nonce/on_curve".to_owned()),
        "{broken:?}"
    );
}

const EQUATION: [&str; 2] = ["signature/equation/sum_x", "signature/equation/sum_y"];

#[test]
fn a_wrong_response() {
    let forger = Forger::NEW;
    let inputs: Inputs = inputs(&forger.key());
    let mut witness = forger.sign(inputs.message());
    witness.signed.s += Fl::ONE;
    assert_eq!(check(&inputs, &witness), Err(CredentialClause::Equation));
    assert_eq!(broken_rows(&inputs, witness, None), EQUATION);
}

/// Changes the slots after signing: only the equation can notice, and must.
fn assert_signed(change: impl Fn(&mut CredentialInputs<16>)) {
    let (honest, witness) = sample::<16>();
    let mut changed = honest;
    change(&mut changed);
    assert_eq!(check(&changed, &witness), Err(CredentialClause::Equation));
    assert_eq!(broken_rows(&changed, witness, None), EQUATION);
}

#[test]
fn every_slot_is_signed_in_its_place() {
    assert_signed(|i| i.schema += Fr::ONE);
    assert_signed(|i| i.sk += Fr::ONE);
    assert_signed(|i| i.status_index += Fr::ONE);
    assert_signed(|i| i.issued_on += Fr::ONE);
    assert_signed(|i| i.expires_on += Fr::ONE);
    assert_signed(|i| core::mem::swap(&mut i.issued_on, &mut i.expires_on));
    assert_signed(|i| core::mem::swap(&mut i.schema, &mut i.status_index));
    assert_signed(|i| core::mem::swap(&mut i.sk, &mut i.schema));
    for slot in 0..16 {
        assert_signed(|i| i.attributes[slot] += Fr::ONE);
        assert_signed(|i| i.attributes.swap(slot, (slot + 1) % 16));
    }
    // Whole chunks.
    assert_signed(|i| i.attributes.rotate_left(8));
}

#[test]
fn aliases_of_the_holder_secret_are_other_holders() {
    let l = Fr::new(Fl::MODULUS);
    assert_signed(|i| i.sk += l);
    assert_signed(|i| i.sk -= l);
    assert_signed(|i| i.sk = -i.sk);
}

/// Replaces the columns `prefix[i]/boolean` by the bits of an integer.
fn override_bits(prefix: &'static str, integer: ark_ff::BigInt<4>) -> Tamper {
    Box::new(move |name, value| {
        let index = name
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_suffix("]/boolean"));
        match index.and_then(|index| index.parse().ok()) {
            Some(index) => Fr::from(integer.get_bit(index)),
            None => value,
        }
    })
}

/// Inputs whose signature by the forger meets a condition, by trying status indices.
fn search(wanted: impl Fn(&Forger, &Inputs) -> bool) -> Inputs {
    let forger = Forger::NEW;
    let mut inputs = inputs(&forger.key());
    while !wanted(&forger, &inputs) {
        inputs.status_index += Fr::ONE;
    }
    inputs
}

#[test]
fn a_second_encoding_of_the_response() {
    let plus_l = |s: Fl| {
        let mut alias = s.into_bigint();
        alias.add_with_carry(&Fl::MODULUS);
        alias
    };
    let inputs =
        search(|forger, inputs| plus_l(forger.sign(inputs.message()).signed.s).num_bits() <= 251);
    let witness = Forger::NEW.sign(inputs.message());
    let tamper = override_bits("signature/response/bit[", plus_l(witness.signed.s));
    // S + l gives the same point: nothing but the bound can notice.
    assert_eq!(
        broken_rows(&inputs, witness, Some(tamper)),
        ["signature/response/canonical/difference"]
    );
}

/// An issuer's signature for a challenge read as h ± r, which is the same field element: only the
/// bounds on the digits can notice.
#[test]
fn a_second_reading_of_the_challenge() {
    let delta = (-Fl::from(2u64).pow([254u64])).into_bigint();
    let digits = |h: Fr| {
        let mut k = h.into_bigint();
        k.add_with_carry(&delta);
        k
    };
    let plus_r = |k: ark_ff::BigInt<4>| {
        let mut alias = k;
        alias.add_with_carry(&Fr::MODULUS);
        alias
    };
    let minus_r = |k: ark_ff::BigInt<4>| {
        let mut alias = k;
        (!alias.sub_with_borrow(&Fr::MODULUS)).then_some(alias)
    };
    let challenge = |forger: &Forger, inputs: &Inputs| forger.challenge(inputs.message());

    let forger = Forger::NEW;
    let inputs = search(|f, i| plus_r(digits(challenge(f, i))).num_bits() <= 254);
    let h = challenge(&forger, &inputs);
    let s = forger.respond(plus_r(h.into_bigint()));
    let witness = CredentialWitness::from_points(forger.key(), forger.r8(), s);
    assert_eq!(check(&inputs, &witness), Err(CredentialClause::Equation));
    let tamper = override_bits("signature/challenge/digit[", plus_r(digits(h)));
    assert_eq!(
        broken_rows(&inputs, witness, Some(tamper)),
        ["signature/challenge/not_above/difference"]
    );

    let inputs = search(|f, i| minus_r(digits(challenge(f, i))).is_some());
    let h = challenge(&forger, &inputs);
    // h − r modulo l.
    let r = Fl::from_le_bytes_mod_order(&Fr::MODULUS.to_bytes_le());
    let s = forger.respond(h.into_bigint()) - r * Fl::from(8u64) * forger.secret;
    let witness = CredentialWitness::from_points(forger.key(), forger.r8(), s);
    let tamper = override_bits("signature/challenge/digit[", minus_r(digits(h)).unwrap());
    assert_eq!(
        broken_rows(&inputs, witness, Some(tamper)),
        ["signature/challenge/not_below/difference"]
    );
}

#[test]
fn digits_of_another_challenge() {
    // The forger answers h + 1 and shows the digits of h + 1: the sum of digits notices.
    let forger = Forger::NEW;
    let inputs: Inputs = inputs(&forger.key());
    let h = forger.challenge(inputs.message()) + Fr::ONE;
    let mut k = h.into_bigint();
    k.add_with_carry(&(-Fl::from(2u64).pow([254u64])).into_bigint());
    let s = forger.respond(h.into_bigint());
    let witness = CredentialWitness::from_points(forger.key(), forger.r8(), s);
    let tamper = override_bits("signature/challenge/digit[", k);
    assert_eq!(
        broken_rows(&inputs, witness, Some(tamper)),
        ["signature/challenge/digits"]
    );
}

#[test]
fn digits_that_are_no_bits_are_named() {
    let forger = Forger::NEW;
    for prefix in ["signature/challenge/digit", "signature/response/bit"] {
        let inputs: Inputs = inputs(&forger.key());
        let witness = forger.sign(inputs.message());
        let tamper: Tamper = Box::new(move |name, value| {
            // Two of digit 0 for one of digit 1: the sum stays.
            if name == format!("{prefix}[0]/boolean") {
                value + Fr::from(2u64)
            } else if name == format!("{prefix}[1]/boolean") {
                value - Fr::ONE
            } else {
                value
            }
        });
        let broken = broken_rows(&inputs, witness, Some(tamper));
        assert!(
            broken.contains(&format!("{prefix}[0]/boolean")),
            "{broken:?}"
        );
    }
}
