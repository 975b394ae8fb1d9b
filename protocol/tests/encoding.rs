//! Values: injective encoding per type, exact JSON forms, refusals.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use std::collections::BTreeSet;

use glimpse_primitives::field;
use glimpse_protocol::time::{Date, DateTime};
use glimpse_protocol::value::{
    ABSENT, AttributeType, AttributeValue, Decimal, ValueError, encode_optional,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const TYPES: [AttributeType; 8] = [
    AttributeType::Bool,
    AttributeType::Integer,
    AttributeType::Date,
    AttributeType::DateTime,
    AttributeType::Decimal { scale: 2 },
    AttributeType::Text,
    AttributeType::LongText,
    AttributeType::Bytes,
];

fn number() -> impl Strategy<Value = i64> {
    let edges = vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
    prop_oneof![proptest::sample::select(edges), any::<i64>(), -3i64..3]
}

/// The JSON form of some value of a type.
fn json_of(attribute_type: AttributeType) -> BoxedStrategy<Value> {
    match attribute_type {
        AttributeType::Bool => any::<bool>().prop_map(Value::from).boxed(),
        AttributeType::Integer => number().prop_map(Value::from).boxed(),
        AttributeType::Date => (Date::MIN.days()..=Date::MAX.days())
            .prop_map(|days| Date::from_days(days).unwrap().to_string().into())
            .boxed(),
        AttributeType::DateTime => (DateTime::MIN.unix()..=DateTime::MAX.unix())
            .prop_map(|seconds| DateTime::from_unix(seconds).unwrap().to_string().into())
            .boxed(),
        AttributeType::Decimal { scale } => number()
            .prop_map(move |units| Decimal::from_units(units, scale).to_string().into())
            .boxed(),
        AttributeType::Text => "[a-z\u{0}äß漢]{0,7}".prop_map(Value::from).boxed(),
        AttributeType::LongText => "[a-z\u{0}äß漢]{0,40}".prop_map(Value::from).boxed(),
        AttributeType::Bytes => proptest::collection::vec(any::<u8>(), 0..40)
            .prop_map(|bytes| glimpse_protocol::json::to_base64(&bytes).into())
            .boxed(),
    }
}

fn two_of_one_type() -> impl Strategy<Value = (AttributeType, Value, Value)> {
    proptest::sample::select(TYPES.to_vec()).prop_flat_map(|attribute_type| {
        (
            Just(attribute_type),
            json_of(attribute_type),
            json_of(attribute_type),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn encoding_is_injective_and_json_round_trips((attribute_type, a, b) in two_of_one_type()) {
        let first = attribute_type.read_json(&a).unwrap();
        let second = attribute_type.read_json(&b).unwrap();
        prop_assert_eq!(first.to_json(), a);
        prop_assert_eq!(first == second, first.encode() == second.encode());
        prop_assert_ne!(first.encode(), ABSENT);
        prop_assert_eq!(first.attribute_type(), attribute_type);
    }

    #[test]
    fn order_is_kept(a in number(), b in number()) {
        let code = |value| AttributeValue::Integer(value).encode_u64().unwrap();
        prop_assert_eq!(a.cmp(&b), code(a).cmp(&code(b)));
    }
}

#[test]
fn encodings_are_where_the_page_says() {
    let hex = |attribute_type: AttributeType, value: Value| {
        let bytes = field::to_bytes(&attribute_type.read_json(&value).unwrap().encode());
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let zeros = "0".repeat(48);
    assert_eq!(
        hex(AttributeType::Integer, json!(0)),
        format!("{zeros}8000000000000000")
    );
    assert_eq!(
        hex(AttributeType::Integer, json!(-1)),
        format!("{zeros}7fffffffffffffff")
    );
    assert_eq!(
        hex(AttributeType::Date, json!("1970-01-02")),
        format!("{zeros}8000000000000001")
    );
    assert_eq!(
        hex(AttributeType::Bool, json!(true)),
        format!("{zeros}0000000000000001")
    );
    let packed = format!("00036162{}{}", "63", "0".repeat(54));
    assert_eq!(hex(AttributeType::Text, json!("abc")), packed);
    assert_eq!(field::to_bytes(&encode_optional(None))[0], 0x10);
    assert!(field::to_bytes(&ABSENT)[1..].iter().all(|byte| *byte == 0));
}

#[test]
fn text_lengths_and_zeros_are_told_apart() {
    let mut seen = BTreeSet::new();
    for text in ["", "\u{0}", "\u{0}\u{0}", "a", "a\u{0}", "\u{0}a"] {
        for attribute_type in [AttributeType::Text, AttributeType::LongText] {
            let value = attribute_type.read_json(&json!(text)).unwrap();
            assert!(seen.insert(field::to_bytes(&value.encode())));
        }
    }
}

#[test]
fn what_is_not_exactly_of_the_type_is_refused() {
    let decimal = AttributeType::Decimal { scale: 2 };
    for (attribute_type, value, error) in [
        (AttributeType::Text, json!("e\u{301}"), ValueError::NotNfc),
        (
            AttributeType::LongText,
            json!("e\u{301}"),
            ValueError::NotNfc,
        ),
        (
            AttributeType::Text,
            json!("x".repeat(31)),
            ValueError::TooLong(30),
        ),
        (
            AttributeType::Text,
            json!("漢".repeat(11)),
            ValueError::TooLong(30),
        ),
        (
            AttributeType::LongText,
            json!("x".repeat(4097)),
            ValueError::TooLong(4096),
        ),
        (
            AttributeType::Integer,
            json!(u64::MAX),
            ValueError::Type(AttributeType::Integer),
        ),
        (
            AttributeType::Integer,
            json!("1"),
            ValueError::Type(AttributeType::Integer),
        ),
        (
            AttributeType::Bool,
            json!(1),
            ValueError::Type(AttributeType::Bool),
        ),
        (
            AttributeType::Bytes,
            json!("AA=="),
            ValueError::Type(AttributeType::Bytes),
        ),
        (
            AttributeType::Bytes,
            json!("AB"),
            ValueError::Type(AttributeType::Bytes),
        ),
        (decimal, json!("1.005"), ValueError::Inexact(2)),
        (
            decimal,
            json!("92233720368547758.08"),
            ValueError::OutOfRange,
        ),
    ] {
        assert_eq!(attribute_type.read_json(&value), Err(error), "{value}");
    }
    assert!(
        AttributeType::DateTime
            .read_json(&json!("2026-11-21T18:00:00"))
            .is_err()
    );
    assert!(AttributeType::Date.read_json(&json!("2026-02-29")).is_err());
}

#[test]
fn debug_says_nothing_of_a_value() {
    let value = AttributeType::Text.read_json(&json!("canary")).unwrap();
    assert!(!format!("{value:?}").contains("canary"));
}
