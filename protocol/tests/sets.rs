//! Published sets: what is signed, what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod support;

use glimpse_primitives::Fr;
use glimpse_protocol::{
    CodecError,
    identity::Identity,
    plan::{CredentialChoice, Plan},
    predicate::Operator,
    request::{Endpoint, Request},
    schema::ClaimPath,
    set::{
        ABOVE, BELOW, LEAF_ELEMENTS, PublishSetError, PublishedSet, PublishedSetError,
        SetElementsError, SetFile, SetReference,
    },
    text::ShortText,
    time::DateTime,
    value::{ABSENT, AttributeType, AttributeValue},
    words::{self, Voice},
};
use serde_json::{Value, json};

fn publisher() -> Identity {
    Identity::from_seed(&[5; 32])
}

fn at() -> DateTime {
    DateTime::from_unix(1_795_000_000).unwrap()
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::Text(ShortText::new(text).unwrap())
}

fn schools() -> Vec<AttributeValue> {
    (0..25)
        .rev()
        .map(|i| text(&format!("School {i}")))
        .collect()
}

fn publish(values: &[AttributeValue]) -> Result<PublishedSet, PublishSetError> {
    let of = values[0].attribute_type();
    PublishedSet::publish("Driving schools", of, values, at(), &publisher())
}

fn reference(set: &PublishedSet) -> SetReference {
    set.reference(Endpoint::new("https://sets.example/schools").unwrap())
}

#[test]
fn sets_survive_their_encoding() {
    let numbers = (0..25).map(|i| AttributeValue::Integer(i - 12)).collect();
    for values in [schools(), numbers, vec![text("Only one")]] {
        let set = publish(&values).unwrap();
        assert_eq!(set.description().size() as usize, values.len());
        let bytes = set.to_bytes();
        let read = PublishedSet::from_bytes(&bytes).unwrap();
        assert_eq!((&read, read.to_bytes()), (&set, bytes.clone()));
        assert_eq!(PublishedSet::open(&bytes, &reference(&set)), Ok(set));
        assert!(values.iter().all(|value| read.contains(value.encode())));
        assert!(!read.contains(text("Nowhere").encode()));
        let path = read.path(values[0].encode());
        assert_eq!(path.roots, read.description().root_slots());
    }
}

#[test]
fn what_is_no_set_is_not_published() {
    assert_eq!(
        publish(&[text("a"), AttributeValue::Bool(true)]),
        Err(PublishSetError::Type)
    );
    assert_eq!(
        publish(&[text("a"), text("a")]),
        Err(PublishSetError::Repeated)
    );
    let named = |name: &str, values: &[AttributeValue]| {
        PublishedSet::publish(name, AttributeType::Text, values, at(), &publisher()).map(drop)
    };
    assert_eq!(
        named("Empty", &[]),
        Err(PublishSetError::Elements(SetElementsError::Size))
    );
    for name in ["", "line\nbreak", "\u{202e}", &"x".repeat(65)] {
        assert_eq!(named(name, &[text("a")]), Err(PublishSetError::Name));
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let set = publish(&schools()[..LEAF_ELEMENTS + 1]).unwrap();
    let bytes = set.to_bytes();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        assert!(PublishedSet::from_bytes(&changed).is_err(), "{place}");
    }
    for length in 0..bytes.len() {
        assert!(PublishedSet::from_bytes(&bytes[..length]).is_err());
    }
    assert!(PublishedSet::from_bytes(&[bytes, vec![0]].concat()).is_err());
}

#[test]
fn elements_are_as_signed_and_in_order() {
    let set = publish(&schools()).unwrap();
    let bytes = set.to_bytes();
    let first = bytes.len() - 25 * 31;
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(
        PublishedSet::from_bytes(&changed),
        Err(PublishedSetError::Roots)
    );
    let mut exchanged = bytes.clone();
    exchanged[first..first + 62].rotate_left(31);
    assert_eq!(
        PublishedSet::from_bytes(&exchanged),
        Err(PublishedSetError::Elements(SetElementsError::Order))
    );
    // The head of a larger set over fewer elements.
    let other = publish(&schools()[1..]).unwrap().to_bytes();
    let head = |bytes: &[u8], count: usize| bytes[1..bytes.len() - 31 * count - 3].to_vec();
    let mixed = [
        &[0x82][..],
        &head(&bytes, 25),
        &other[other.len() - 31 * 24 - 3..],
    ]
    .concat();
    assert_eq!(
        PublishedSet::from_bytes(&mixed),
        Err(PublishedSetError::Elements(SetElementsError::Size))
    );
    assert_eq!(
        PublishedSet::from_bytes(&vec![0; 33_000_000]),
        Err(PublishedSetError::Form(CodecError::TooLong(
            glimpse_protocol::set::MAX_SET_BYTES
        )))
    );
}

#[test]
fn only_the_set_that_is_meant_is_opened() {
    let set = publish(&schools()).unwrap();
    let same_name = publish(&schools()[1..]).unwrap();
    let stranger = Identity::from_seed(&[6; 32]);
    let of = AttributeType::Text;
    let strangers =
        PublishedSet::publish("Driving schools", of, &schools(), at(), &stranger).unwrap();
    let renamed = PublishedSet::publish("Banks", of, &schools(), at(), &publisher()).unwrap();
    for other in [same_name, strangers, renamed] {
        assert_eq!(
            PublishedSet::open(&other.to_bytes(), &reference(&set)),
            Err(PublishedSetError::Other)
        );
    }
    // Published again, the same set is still the one that is meant.
    let later = DateTime::from_unix(1_796_000_000).unwrap();
    let again =
        PublishedSet::publish("Driving schools", of, &schools(), later, &publisher()).unwrap();
    assert!(PublishedSet::open(&again.to_bytes(), &reference(&set)).is_ok());
}

#[test]
fn a_file_whose_tree_is_not_built_is_checked_but_for_its_roots() {
    let numbers: Vec<_> = (0..25).map(|i| AttributeValue::Integer(i - 12)).collect();
    for values in [schools(), numbers, vec![text("Only one")]] {
        let set = publish(&values).unwrap();
        let bytes = set.to_bytes();
        let file = SetFile::open(&bytes, &reference(&set)).unwrap();
        assert!(bytes.len() <= file.description().max_file_bytes());
        assert_eq!(
            (file.description(), file.to_bytes()),
            (set.description(), bytes)
        );
        assert!(values.iter().all(|value| file.contains(value.encode())));
        let others = [text("Nowhere"), text("Z"), AttributeValue::Integer(99)];
        let others = others.iter().map(AttributeValue::encode);
        // The last has an element's bytes at its end, and more before them.
        let beyond = values[0].encode() + (ABOVE + ABOVE);
        for other in others.chain([ABSENT, ABOVE, BELOW, Fr::from(0u64), beyond]) {
            assert!(!file.contains(other), "{other}");
        }
        assert_eq!(file.check(), Ok(set));
    }

    let set = publish(&schools()).unwrap();
    let bytes = set.to_bytes();
    let refused = |changed: &[u8]| SetFile::from_bytes(changed).unwrap_err();
    let first = bytes.len() - 25 * 31;
    let mut exchanged = bytes.clone();
    exchanged[first..first + 62].rotate_left(31);
    let order = PublishedSetError::Elements(SetElementsError::Order);
    assert_eq!(refused(&exchanged), order);
    let mut twice = bytes.clone();
    twice.copy_within(first..first + 31, first + 31);
    assert_eq!(refused(&twice), order);
    let mut forged = bytes.clone();
    forged[first - 10] ^= 1;
    assert_eq!(refused(&forged), PublishedSetError::Signature);
    let renamed =
        PublishedSet::publish("Banks", AttributeType::Text, &schools(), at(), &publisher());
    let renamed = reference(&renamed.unwrap());
    assert_eq!(
        SetFile::open(&bytes, &renamed),
        Err(PublishedSetError::Other)
    );
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    let changed = SetFile::from_bytes(&changed).unwrap();
    assert_eq!(changed.check(), Err(PublishedSetError::Roots));
}

#[test]
fn text_and_numbers_of_one_set_keep_their_order() {
    let values: Vec<_> = [i64::MIN, -1, 0, 1, i64::MAX]
        .map(AttributeValue::Integer)
        .into();
    let set = publish(&values).unwrap();
    let encoded: Vec<Fr> = values.iter().map(AttributeValue::encode).collect();
    let path = set.path(encoded[2]);
    assert_eq!(path.elements[1..6], encoded);
}

/// A request's predicate about the set of `schools`, changed.
fn asked(change: impl FnOnce(&mut Value)) -> Result<(), String> {
    let set = reference(&publish(&schools()).unwrap());
    let query = support::query().prove(
        ClaimPath::new(&["family_name"]).unwrap(),
        Operator::InSet(Box::new(set)),
    );
    let request = support::builder().query(query).build().unwrap();
    let mut json: Value = serde_json::from_slice(request.bytes()).unwrap();
    change(&mut json["dcql_query"]["credentials"][0]["meta"]["predicates"][0]);
    let request = Request::parse(json.to_string().as_bytes()).map_err(|error| error.to_string())?;
    let credential = support::credential();
    let choices = [CredentialChoice::of("licence", &credential)];
    let plan = Plan::compile(&request, &choices);
    plan.map(drop).map_err(|error| error.to_string())
}

#[test]
fn requests_name_sets_whole_or_are_refused_with_the_place() {
    assert_eq!(asked(|_| ()), Ok(()));
    let set = |name: &'static str, value: Value| {
        asked(move |predicate| predicate["in"]["set"][name] = value).unwrap_err()
    };
    let at = "$.dcql_query.credentials[0].meta.predicates[0].in.set";
    let refused = |name: &'static str, value: Value, place: &str| {
        let error = set(name, value.clone());
        assert!(
            error.contains(&format!("{at}{place}")),
            "{name} {value}: {error}"
        );
    };
    refused("uri", json!("http://sets.example/schools"), ".uri");
    refused("uri", json!("https://sets.example/schools#x"), ".uri");
    refused("publisher", json!("did:web:sets.example"), ".publisher");
    refused("name", json!(""), ".name");
    refused("name", json!("x".repeat(65)), ".name");
    refused("type", json!("texts"), ".type");
    refused("scale", json!(2), ".type");
    refused("size", json!(0), ".size");
    refused("size", json!(70_000), ".size");
    refused("size", json!((1 << 20) + 1), ".size");
    refused("roots", json!([]), ".size");
    refused("roots", json!(["00"]), ".roots[0]");
    refused("roots", json!(["ff".repeat(32)]), ".roots[0]");
    refused("roots", json!(vec!["00".repeat(32); 17]), ".roots");
    refused("extra", json!(1), "");
    for name in ["uri", "publisher", "name", "type", "size", "roots"] {
        let gone = asked(|predicate| {
            let set = predicate["in"]["set"].as_object_mut().unwrap();
            let _ = set.remove(name);
        });
        assert!(gone.unwrap_err().contains(at), "{name}");
    }
    // A set of numbers has no place for a name, and an operand is a list or a set.
    let error = set("type", json!("integer"));
    assert!(
        error.contains("predicates[0]") && error.contains("integer"),
        "{error}"
    );
    let both = asked(|predicate| predicate["in"]["other"] = json!(1));
    assert!(both.is_err());
}

#[test]
fn words_say_how_many_and_whose() {
    let set = reference(&publish(&schools()).unwrap());
    let query = support::query()
        .prove(
            ClaimPath::new(&["family_name"]).unwrap(),
            Operator::NotInSet(Box::new(set)),
        )
        .accept_expired();
    let request = support::builder().query(query).build().unwrap();
    let credential = support::credential();
    let choices = [CredentialChoice::of("licence", &credential)];
    let plan = Plan::compile(&request, &choices).unwrap();
    let said = words::formula(&plan.credentials()[0].proved[0], Voice::Holder);
    let publisher = publisher().did();
    assert_eq!(
        said,
        format!(
            "Family name: not among the 25 entries of “Driving schools”, published by {publisher}"
        )
    );
}
