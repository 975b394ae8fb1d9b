//! What two presentations have in common: whether one holder made both must not be seen, by the verifier or the issuer.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod support;

use std::collections::HashMap;

use ark_ff::{BigInteger, PrimeField};
use glimpse_link::LinkedProof;
use glimpse_primitives::{Fr, field};
use glimpse_protocol::{
    credential::{Credential, StatusIndex, UnsignedCredential},
    formula::Formula,
    holder::HolderSecret,
    predicate::{Operator, Predicate},
    request::Request,
    time::Date,
    value::encode_date,
};
use glimpse_prover::{
    HeldCredential, PreparedCredential, PreparedPredicate, Unwatched, plan, prepare_credential,
    present,
};
use support::{Issuer, KEYS, date, path, query, request, rng, schema, secret, verify};

/// A card with all that its holder has kept of it.
struct Card {
    secret: HolderSecret,
    credential: Credential,
    prepared: PreparedCredential,
    kept: Vec<PreparedPredicate>,
}

/// An answer in parts: what stands before the linked proof, and the proof in fields of 32 bytes.
struct Answer {
    bytes: Vec<u8>,
    frame: Vec<u8>,
    fields: Vec<[u8; 32]>,
}

impl Card {
    /// All cards of a name disclose alike; what they hide tells them apart.
    fn new(issuer: &Issuer, holder: u8, index: u32, issued_on: &str, height: u32) -> Self {
        let secret = secret(holder);
        let values = serde_json::json!({
            "family_name": "Lindqvist", "birth_date": "2000-05-17", "height": height,
            "text_4": "four", "text_5": "five", "text_6": "six",
        });
        let credential = UnsignedCredential::new(
            schema(7),
            secret.holder_id(issuer.manifest.issuer_key_hash()),
            StatusIndex::new(index),
            date(issued_on),
            date("2027-01-01"),
            values.to_string().as_bytes(),
        )
        .unwrap()
        .sign(issuer.identity.did(), &issuer.key);
        let prepared = prepare_credential(&KEYS, &credential, &secret, &mut Unwatched).unwrap();
        Self {
            secret,
            credential,
            prepared,
            kept: Vec::new(),
        }
    }

    /// Answers with what is kept, and keeps what is new.
    fn answer(&mut self, request: &Request, seed: u64) -> Answer {
        let held = HeldCredential {
            credential: &self.credential,
            prepared: &self.prepared,
            status: None,
        };
        let presented = present(
            &KEYS,
            request,
            &[held],
            &self.kept,
            &self.secret,
            &mut Unwatched,
            &mut rng(seed),
        )
        .unwrap();
        let made = presented.made.into_iter().map(|made| made.predicate);
        self.kept.extend(made);
        let bytes = presented.presentation.to_bytes();
        let plan = plan(request, &[&self.credential], &[]).unwrap();
        assert!(verify(request, &plan, &bytes));
        let proof = presented.presentation.proof();
        let frame = bytes.strip_suffix(proof).unwrap().to_vec();
        let (fields, rest) = proof.as_chunks();
        assert!(rest.is_empty());
        Answer {
            frame,
            fields: fields.to_vec(),
            bytes,
        }
    }
}

/// A disjunction, a comparison, validity, and a disclosed name.
fn asked(issuer: &Issuer, nonce: u8) -> Request {
    let leaf = |name, operator| {
        Formula::Leaf(Predicate {
            path: path(name),
            operator,
        })
    };
    let query = query("card", 7, &[issuer])
        .disclose(path("family_name"))
        .prove(path("birth_date"), Operator::AgeOver(18))
        .prove_that(Formula::Any(vec![
            leaf("height", Operator::Lt(160.into())),
            leaf("text_4", Operator::Prefix("fo".to_owned())),
        ]));
    request(nonce, [query])
}

/// The same holder twice, with the same kept proofs and with fresh ones, and another holder: no two answers have
/// a field in common, up to the sign of a point, and they have one length and one frame.
#[test]
fn answers_of_one_holder_are_as_unlike_as_those_of_two() {
    let issuer = Issuer::new(1);
    let mut first = Card::new(&issuer, 1, 70_007, "2026-01-01", 171);
    let mut again = Card::new(&issuer, 1, 70_007, "2026-01-01", 171);
    let mut other = Card::new(&issuer, 2, 99_991, "2026-03-05", 152);
    let (one, two) = (asked(&issuer, 1), asked(&issuer, 2));
    let answers = [
        first.answer(&one, 1),
        first.answer(&one, 2),
        first.answer(&two, 3),
        again.answer(&one, 4),
        other.answer(&one, 5),
        other.answer(&two, 6),
    ];
    let mut seen: HashMap<[u8; 32], usize> = HashMap::new();
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer.frame, answers[0].frame);
        assert_eq!(answer.bytes.len(), answers[0].bytes.len());
        for field in &answer.fields {
            // The flags of a compressed point, at whichever end they stand: P and −P are one.
            let mut field = *field;
            field[0] &= 0x3f;
            field[31] &= 0x3f;
            if let Some(before) = seen.insert(field, number) {
                panic!("answers {before} and {number} have a field in common");
            }
        }
    }
    // What was cut into fields is five points, one of them of two coordinates, and a response for each proof, and
    // one for each variable.
    let plan = plan(&one, &[&first.credential], &[]).unwrap();
    let proofs = plan.proofs().len();
    let variables = answers[0].fields.len() - 7 * proofs;
    assert!(LinkedProof::from_bytes(&answers[0].fields.concat(), proofs, variables).is_ok());
}

/// The ways in which an element might be written.
fn spellings(x: Fr) -> Vec<Vec<u8>> {
    let montgomery: Vec<u8> = x.0.0.iter().flat_map(|limb| limb.to_le_bytes()).collect();
    let opposite = field::to_bytes(&-x).to_vec();
    let bytes = field::to_bytes(&x).to_vec();
    let reversed = x.into_bigint().to_bytes_le();
    vec![bytes, reversed, montgomery, opposite]
}

/// What the issuer saw of this card or its holder alone knows, by name.
fn private(card: &Card) -> Vec<(&'static str, Vec<u8>)> {
    let body = card.credential.body();
    let signature = card.credential.signature();
    let r8 = signature.r8();
    let s = signature.to_bytes();
    let dates: [(&str, Date); 2] = [
        ("first day", body.issued_on()),
        ("last day", body.expires_on()),
    ];
    let mut elements = vec![
        ("holder's secret", card.secret.expose()),
        (
            "holder's identifier",
            field::from_bytes(&body.holder().to_bytes()).unwrap(),
        ),
        ("signed message", body.message()),
        ("R8.x", r8.x),
        ("R8.y", r8.y),
        (
            "status index",
            Fr::from(u64::from(body.status_index().get())),
        ),
    ];
    let slots = body.attribute_slots();
    let hidden = slots.iter().skip(1).take(2);
    elements.extend(hidden.map(|slot| ("hidden attribute", *slot)));
    elements.extend(dates.map(|(name, day)| (name, Fr::from(encode_date(day)))));
    let mut needles: Vec<(&str, Vec<u8>)> = elements
        .into_iter()
        .flat_map(|(name, x)| spellings(x).into_iter().map(move |bytes| (name, bytes)))
        .collect();
    needles.push(("R8", s[..32].to_vec()));
    needles.push(("S", s[32..].to_vec()));
    for (name, day) in dates {
        let day = encode_date(day);
        needles.push((name, day.to_be_bytes().to_vec()));
        needles.push((name, day.to_le_bytes().to_vec()));
    }
    // Proofs as they are kept, slots included, in every run of 32 bytes.
    let mut kept = card.prepared.to_bytes().to_vec();
    for predicate in &card.kept {
        kept.extend_from_slice(&predicate.to_bytes());
    }
    let runs = kept.windows(32).filter(|run| !run.starts_with(&[0; 8]));
    needles.extend(runs.map(|run| ("kept proof", run.to_vec())));
    needles
}

/// The names of those that stand in the bytes.
fn found(bytes: &[u8], needles: &[(&'static str, Vec<u8>)]) -> Vec<&'static str> {
    let mut names: Vec<_> = needles
        .iter()
        .filter(|(_, needle)| bytes.windows(needle.len()).any(|run| run == needle))
        .map(|(name, _)| *name)
        .collect();
    names.dedup();
    names
}

#[test]
fn nothing_that_the_issuer_saw_is_in_an_answer() {
    let issuer = Issuer::new(1);
    let mut card = Card::new(&issuer, 1, 70_007, "2026-01-01", 171);
    let request = asked(&issuer, 1);
    let (fresh, reused) = (card.answer(&request, 1), card.answer(&request, 2));
    let needles = private(&card);
    for answer in [&fresh, &reused] {
        assert_eq!(found(&answer.bytes, &needles), Vec::<&str>::new());
    }
    // The search finds each of them where it is planted.
    for (name, needle) in needles.iter().step_by(97).chain(&needles[..40]) {
        let planted = [&fresh.bytes[..100], needle, &fresh.bytes[100..]].concat();
        assert!(found(&planted, &needles).contains(name), "{name}");
    }
}
