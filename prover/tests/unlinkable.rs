//! What two presentations have in common: whether one holder made both must not be seen, by the verifier or the issuer.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod support;

use std::collections::{HashMap, HashSet};

use ark_ff::{BigInteger, PrimeField};
use glimpse_link::LinkedProof;
use glimpse_primitives::{Fr, field};
use glimpse_protocol::{
    circuit::CircuitId,
    credential::{Credential, StatusIndex, UnsignedCredential},
    formula::Formula,
    holder::HolderSecret,
    plan::Plan,
    predicate::{Operator, Predicate},
    request::{Endpoint, QueryBuilder, Request},
    set::PublishedSet,
    status::{Entries, Epoch, StatusList},
    text::ShortText,
    time::{Date, DateTime},
    value::{AttributeType, AttributeValue, encode_date},
};
use glimpse_prover::{
    HeldCredential, PreparedCredential, PreparedPredicate, Unwatched, plan, prepare_credential,
    prepare_set, prepare_status, present,
};
use support::{Issuer, KEYS, date, path, query, request, rng, schema, secret, verify};

/// What everybody sees: two issuers, their status lists, a published set.
struct World {
    issuers: [Issuer; 2],
    lists: [StatusList; 2],
    set: PublishedSet,
}

/// A card with all that its holder has kept of it.
struct Card {
    secret: HolderSecret,
    credential: Credential,
    prepared: PreparedCredential,
    kept: Vec<PreparedPredicate>,
}

/// An answer in parts: what the verifier is told, and the proof in fields of 32 bytes.
struct Answer {
    bytes: Vec<u8>,
    /// All but the pseudonym and the proof.
    frame: Vec<u8>,
    pseudonym: [u8; 32],
    fields: Vec<[u8; 32]>,
}

/// The first issuer's list, where one card's place and the other's are far apart, has some revoked.
fn list(issuer: &Issuer) -> StatusList {
    let mut entries = Entries::new();
    for index in [70_006, 70_008, 99_990] {
        entries.set(StatusIndex::new(index), true).unwrap();
    }
    let at = |seconds: i64| DateTime::from_unix(1_795_000_000 + seconds).unwrap();
    let until = at(86_400);
    StatusList::sign(entries, Epoch::FIRST, at(0), until, &issuer.identity).unwrap()
}

impl World {
    fn new() -> Self {
        let issuers = [1, 2].map(Issuer::new);
        let lists = [list(&issuers[0]), list(&issuers[1])];
        let names = ["five", "fifth", "sixth"];
        let names = names.map(|name| AttributeValue::Text(ShortText::new(name).unwrap()));
        let (of, at) = (AttributeType::Text, DateTime::from_unix(1_795_000_000));
        let set = PublishedSet::publish("Numbers", of, &names, at.unwrap(), &issuers[1].identity);
        Self {
            issuers,
            lists,
            set: set.unwrap(),
        }
    }

    /// All cards disclose alike; what they hide tells them apart.
    fn card(&self, holder: u8, index: u32, issued_on: &str, height: u32, fifth: &str) -> Card {
        let (issuer, secret) = (&self.issuers[0], secret(holder));
        let values = serde_json::json!({
            "family_name": "Lindqvist", "birth_date": "2000-05-17", "height": height,
            "text_4": if height < 160 { "vier" } else { "four" }, "text_5": fifth, "text_6": "six",
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
        let mut watch = Unwatched;
        let prepared = prepare_credential(&KEYS, &credential, &secret, &mut watch).unwrap();
        let clear = prepare_status(&KEYS, &credential, &self.lists[0], &mut watch).unwrap();
        Card {
            secret,
            credential,
            prepared,
            kept: vec![clear],
        }
    }

    /// A disjunction, a comparison, a published set, validity, no revocation, a disclosed name, and a pseudonym; by
    /// the first issuer, or by either and not saying which.
    fn asked(&self, nonce: u8, scope: &str, hidden: bool) -> Request {
        let leaf = |name, operator| {
            Formula::Leaf(Predicate {
                path: path(name),
                operator,
            })
        };
        let manifests = self.issuers.each_ref().map(|issuer| &issuer.manifest);
        let day = date("2026-11-21");
        let query = match hidden {
            true => QueryBuilder::hiding_issuer("card", &[schema(7)], &manifests, day),
            false => query("card", 7, &[&self.issuers[0]]),
        };
        let uri = Endpoint::new("https://sets.example/numbers").unwrap();
        let set = Box::new(self.set.reference(uri));
        let heads = self.lists.each_ref().map(|list| list.head().clone());
        let query = query
            .disclose(path("family_name"))
            .one_per_person(scope)
            .not_revoked(0, &heads)
            .prove(path("birth_date"), Operator::AgeOver(18))
            .prove(path("text_5"), Operator::InSet(set))
            .prove_that(Formula::Any(vec![
                leaf("height", Operator::Lt(160.into())),
                leaf("text_4", Operator::Prefix("fo".to_owned())),
            ]));
        request(nonce, [query])
    }

    fn plan(&self, request: &Request, card: &Card) -> Plan {
        let hidden = request.queries()[0].hidden_issuers().is_some();
        let head = (!hidden).then(|| self.lists[0].head());
        plan(request, &[&card.credential], &[head]).unwrap()
    }

    /// Answers with what is kept, and keeps what is new.
    fn answer(&self, card: &mut Card, request: &Request, seed: u64) -> Answer {
        let plan = self.plan(request, card);
        for needed in plan.needed_sets(&[&card.credential]) {
            let (value, negated) = (field::to_bytes(&needed.value), needed.negated);
            let proof = prepare_set(&KEYS, &self.set, &value, negated, &mut Unwatched);
            card.kept.push(proof.unwrap());
        }
        let held = HeldCredential {
            credential: &card.credential,
            prepared: &card.prepared,
            status: Some(self.lists[0].head()),
        };
        let presented = present(
            &KEYS,
            request,
            &[held],
            &card.kept,
            &card.secret,
            &mut Unwatched,
            &mut rng(seed),
        )
        .unwrap();
        let made = presented.made.into_iter().map(|made| made.predicate);
        card.kept.extend(made);
        let bytes = presented.presentation.to_bytes();
        assert!(verify(request, &plan, &bytes));
        let proof = presented.presentation.proof();
        let pseudonym = presented.presentation.pseudonyms(&plan).unwrap()[0].to_bytes();
        let frame = bytes.strip_suffix(proof).unwrap();
        let place = frame.windows(32).position(|run| run == pseudonym).unwrap();
        let frame = [&frame[..place], &frame[place + 32..]].concat();
        let (fields, rest) = proof.as_chunks();
        assert!(rest.is_empty());
        Answer {
            frame,
            pseudonym,
            fields: fields.to_vec(),
            bytes,
        }
    }
}

/// The same holder twice, with the same kept proofs and with fresh ones, in one scope and in another, and another
/// holder, of whom the other branch is true: no two answers have a field in common, up to the sign of a point, and they
/// have one length and one frame. Only the pseudonym says that a holder was there before, and only in its scope.
fn are_unlike(hidden: bool) {
    let world = World::new();
    let mut first = world.card(1, 70_007, "2026-01-01", 171, "five");
    let mut again = world.card(1, 70_007, "2026-01-01", 171, "five");
    let mut other = world.card(2, 99_991, "2026-03-05", 152, "fifth");
    let request = |nonce, scope| world.asked(nonce, scope, hidden);
    let (one, two) = (request(1, "forum"), request(2, "forum"));
    let elsewhere = request(1, "polls");
    let answers = [
        world.answer(&mut first, &one, 1),
        world.answer(&mut first, &one, 2),
        world.answer(&mut first, &two, 3),
        world.answer(&mut again, &one, 4),
        world.answer(&mut other, &one, 5),
        world.answer(&mut other, &two, 6),
        world.answer(&mut first, &elsewhere, 7),
        world.answer(&mut other, &elsewhere, 8),
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
    // Who is whom, by the pseudonyms alone.
    let names = answers.each_ref().map(|answer| answer.pseudonym);
    let same = |numbers: &[usize]| {
        numbers
            .windows(2)
            .all(|pair| names[pair[0]] == names[pair[1]])
    };
    assert!(same(&[0, 1, 2, 3]) && same(&[4, 5]));
    let distinct: HashSet<_> = [0, 4, 6, 7].map(|number| names[number]).into();
    assert_eq!(distinct.len(), 4);

    // What was cut into fields is five points, one of them of two coordinates, and a response for each proof, and
    // one for each variable. All kinds of proof are there.
    let plan = world.plan(&one, &first);
    let proofs = plan.proofs().len();
    let variables = answers[0].fields.len() - 7 * proofs;
    assert!(LinkedProof::from_bytes(&answers[0].fields.concat(), proofs, variables).is_ok());
    let mut kinds = vec![
        CircuitId::Range,
        CircuitId::Text,
        CircuitId::Gate,
        CircuitId::Set,
        CircuitId::Status,
        CircuitId::Pseudonym,
    ];
    kinds.extend(hidden.then_some(CircuitId::Registry));
    for kind in kinds {
        assert!(plan.proofs().iter().any(|proof| proof.circuit == kind));
    }
}

#[test]
fn answers_of_one_holder_are_as_unlike_as_those_of_two() {
    are_unlike(false);
}

#[test]
fn answers_that_hide_the_issuer_are_as_unlike() {
    are_unlike(true);
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
fn private(world: &World, card: &Card) -> Vec<(&'static str, Vec<u8>)> {
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
    let place = world.lists[0].path(body.status_index()).unwrap();
    let words = place.words.into_iter().filter(|word| *word != 0);
    elements.extend(words.map(|word| ("status list around it", Fr::from(word))));
    let hash = world.issuers[0].manifest.issuer_key_hash();
    elements.push((
        "hash of the issuer's key",
        field::from_bytes(&hash.to_bytes()).unwrap(),
    ));
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
    let world = World::new();
    for hidden in [false, true] {
        let mut card = world.card(1, 70_007, "2026-01-01", 171, "five");
        let request = world.asked(1, "forum", hidden);
        let fresh = world.answer(&mut card, &request, 1);
        let reused = world.answer(&mut card, &request, 2);
        let mut needles = private(&world, &card);
        // What is said aloud is also among the slots of kept proofs.
        needles.retain(|(name, needle)| {
            *name != "kept proof" || !needle.windows(32).any(|run| run == fresh.pseudonym)
        });
        for answer in [&fresh, &reused] {
            assert_eq!(found(&answer.bytes, &needles), Vec::<&str>::new());
        }
        // The search finds each of them where it is planted.
        for (name, needle) in needles.iter().step_by(97).chain(&needles[..40]) {
            let planted = [&fresh.bytes[..100], needle, &fresh.bytes[100..]].concat();
            assert!(found(&planted, &needles).contains(name), "{name}");
        }
    }
}
