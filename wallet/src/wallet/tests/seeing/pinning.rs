//! Values that statements give away: the holder is told so.

use glimpse_protocol::set::SetFile;
use serde_json::{Value, json};

use super::super::sets::published;
use super::*;

const SCHEMA: &str = r#"{"id":"org.example.card","version":1,"name":"Card","attributes":[
    {"path":["name"],"type":"text","label":"name"},
    {"path":["alias"],"type":"text","label":"alias"},
    {"path":["nickname"],"type":"text","label":"nickname","optional":true},
    {"path":["points"],"type":"integer","label":"points"},
    {"path":["bonus"],"type":"integer","label":"bonus","optional":true},
    {"path":["member"],"type":"bool","label":"member"},
    {"path":["since"],"type":"date","label":"since"}]}"#;

const CARD: &str =
    r#"{"name":"Ada","alias":"Ada","points":5,"bonus":5,"member":false,"since":"2020-02-29"}"#;

/// What is claimed of a card: nothing but these predicates.
fn consents<T>(questions: &[Value], sets: &[&PublishedSet], look: impl FnOnce(Consent) -> T) -> T {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(22);
    let body = IssuerManifestBody {
        schemas: vec![Schema::parse(SCHEMA.as_bytes()).unwrap()],
        ..world.manifest.body().clone()
    };
    world.manifest = IssuerManifest::sign(body, &world.identity).unwrap();
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, CARD);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let ids = ["one", "two", "three"];
    let named = ids.iter().take(questions.len());
    let request = named.fold(asking(&world), |request, id| {
        request.query(query(&world, id))
    });
    // The builder has no words for nested formulas, and this is what arrives.
    let mut request: Value = serde_json::from_slice(request.build().unwrap().bytes()).unwrap();
    for (number, question) in questions.iter().enumerate() {
        let asked = &mut request["dcql_query"]["credentials"][number];
        let mut predicates = question["prove"].as_array().cloned().unwrap_or_default();
        let validity = asked["meta"]["predicates"].as_array().cloned();
        predicates.extend(validity.unwrap_or_default());
        if !predicates.is_empty() {
            asked["meta"]["predicates"] = predicates.into();
        }
        if let Some(path) = question.get("disclose") {
            asked["claims"] = json!([{ "path": [path] }]);
        }
    }
    let bytes = serde_json::to_vec(&request).unwrap();
    let incoming = IncomingRequest::from_file(&bytes, world.now).unwrap();
    let file = |set: &&PublishedSet| SetFile::from_bytes(&set.to_bytes()).unwrap();
    let incoming = incoming.with_sets(sets.iter().map(file).collect());
    let chosen = vec![id; questions.len()];
    look(block_on(wallet.ask(&incoming, &chosen)).unwrap())
}

/// The names of what is told of one card by these predicates, each with its value.
fn told(predicates: Value, sets: &[&PublishedSet]) -> Vec<(String, String)> {
    consents(&[json!({ "prove": predicates })], sets, |consent| {
        let card = consent.seen().remove(0);
        let told: Vec<_> = card
            .fields
            .into_iter()
            .filter_map(|field| match field.seen {
                SeenAs::Disclosed(value) | SeenAs::Pinned { value, .. } => {
                    Some((field.label, value))
                }
                _ => None,
            })
            .collect();
        assert_eq!(consent.is_unlinkable(), told.is_empty());
        let notes = consent.linkability().join(" ");
        assert_eq!(notes.contains("No value is disclosed"), told.is_empty());
        for (label, _) in &told {
            assert!(notes.contains(label.as_str()), "{notes}");
        }
        told
    })
}

fn of(path: &str, operator: &str, operand: impl Into<Value>) -> Value {
    json!({ "path": [path], operator: operand.into() })
}

fn within(path: &str, operator: &str, set: &PublishedSet) -> Value {
    let at = Endpoint::new("https://sets.example/s").unwrap();
    of(
        path,
        operator,
        json!({ "set": set.reference(at).to_json() }),
    )
}

fn other(path: &str) -> Value {
    json!({ "other": { "path": [path] } })
}

#[test]
fn one_value_is_told_however_it_is_put() {
    let one = published("One", &["Ada"], 8);
    let ada = [("name".to_owned(), "Ada".to_owned())];
    for predicates in [
        json!([of("name", "eq", "Ada")]),
        json!([of("name", "in", json!(["Ada"]))]),
        json!([{ "not": of("name", "ne", "Ada") }]),
        json!([{ "not": of("name", "not_in", json!(["Ada"])) }]),
        json!([{ "not": { "any": [of("name", "ne", "Ada"), of("member", "eq", true)] } }]),
        json!([{ "any": [of("name", "eq", "Ada")] }]),
        json!([
            of("name", "in", json!(["Ada", "Eve"])),
            of("name", "ne", "Eve")
        ]),
        json!([
            of("name", "in", json!(["Ada", "Eve"])),
            of("name", "prefix", "A")
        ]),
        json!([
            of("name", "in", json!(["Ada", "Eve"])),
            of("name", "in", json!(["Ada", "Bob"]))
        ]),
    ] {
        let told = told(predicates.clone(), &[]);
        assert_eq!(told[..1], ada, "{predicates}");
    }
    assert_eq!(told(json!([within("name", "in", &one)]), &[&one]), ada);
    let denied = json!([{ "not": within("name", "not_in", &one) }]);
    assert_eq!(told(denied, &[&one]), ada);
}

#[test]
fn several_values_are_not_told() {
    let two = published("Two", &["Ada", "Eve"], 8);
    for predicates in [
        json!([of("name", "in", json!(["Ada", "Eve"]))]),
        json!([of("name", "ne", "Eve")]),
        json!([of("name", "prefix", "Ada")]),
        json!([of("name", "eq", other("alias"))]),
        json!([{ "any": [of("name", "eq", "Ada"), of("points", "gt", 7)] }]),
        json!([of("points", "between", json!([5, 6]))]),
        json!([of("points", "gt", 4)]),
        json!([of("bonus", "exists", true)]),
        // Whoever denies this may have no bonus.
        json!([{ "not": of("bonus", "ne", 5) }]),
        json!([of("points", "lte", other("bonus"))]),
        json!([of("since", "age_over", 5)]),
    ] {
        assert_eq!(told(predicates.clone(), &[]), [], "{predicates}");
    }
    assert_eq!(told(json!([within("name", "in", &two)]), &[&two]), []);
}

#[test]
fn a_consent_shows_what_pins_a_value_and_the_ledger_keeps_it() {
    let question = json!({ "prove": [
        of("name", "eq", "Ada"),
        { "all": [of("points", "lte", 5), of("points", "gte", 5), of("since", "age_over", 5)] },
    ] });
    consents(&[question], &[], |consent| {
        let card = consent.seen().remove(0);
        assert_eq!(
            card.fields[0].seen,
            SeenAs::Pinned {
                value: "Ada".into(),
                by: vec!["name: exactly “Ada”".into()],
            }
        );
        let points = SeenAs::Pinned {
            value: "5".into(),
            by: Vec::new(),
        };
        assert_eq!(card.fields[3].seen, points);
        assert_eq!(card.fields[6].seen, SeenAs::Within);
        // One of the values behind it is told.
        assert_eq!(card.proved_of_told.len(), 1);
        assert_eq!(card.proved, ["Valid on 21 November 2026"]);
        assert_eq!(
            consent.linkability(),
            ["Whoever is told the same values can connect what you show them: name, points."]
        );
        let entry = crate::ledger::Entry::new(&consent, World::new().now);
        let value = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        let learned = &entry.cards[0];
        assert_eq!(
            learned.disclosed,
            [value("name", "Ada"), value("points", "5")]
        );
        assert_eq!(learned.proved.len(), 3);
    });
}

#[test]
fn numbers_are_pinned_between_their_bounds() {
    let five = [("points".to_owned(), "5".to_owned())];
    for predicates in [
        json!([of("points", "eq", 5)]),
        json!([of("points", "between", json!([5, 5]))]),
        json!([of("points", "gte", 5), of("points", "lte", 5)]),
        json!([of("points", "gt", 4), of("points", "lt", 6)]),
        json!([
            of("points", "gt", 3),
            of("points", "lt", 6),
            of("points", "ne", 4)
        ]),
        json!([of("points", "between", json!([0, 9])), of("points", "not_between", json!([-3, 4])),
            of("points", "not_in", json!([6, 7])), { "not": of("points", "gte", 8) }]),
        json!([{ "not": { "any": [of("points", "gt", 5), of("points", "lt", 5)] } }]),
        json!([{ "not": of("points", "not_between", json!([5, 5])) }]),
    ] {
        assert_eq!(told(predicates.clone(), &[]), five, "{predicates}");
    }
    let pair = |label: &str, value: &str| vec![(label.to_owned(), value.to_owned())];
    for member in [
        of("member", "ne", true),
        json!({ "not": of("member", "eq", true) }),
    ] {
        assert_eq!(told(json!([member]), &[]), pair("member", "no"));
    }
    let leap = json!([
        of("since", "gt", "2020-02-28"),
        of("since", "lt", "2020-03-01")
    ]);
    assert_eq!(told(leap, &[]), pair("since", "29 February 2020"));
    // What is left out is known, too.
    let none = json!([of("nickname", "absent", true)]);
    assert_eq!(told(none, &[]), pair("nickname", "not given"));
    let bonus = json!([of("bonus", "exists", true), { "not": of("bonus", "ne", 5) }]);
    assert_eq!(told(bonus, &[]), pair("bonus", "5"));
}

#[test]
fn sets_together_pin_what_neither_does() {
    let names: Vec<String> = (0..2000).map(|number| format!("Name {number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let all = published("All", &[&names[..], &["Ada"]].concat(), 8);
    let others = published("Others", &names, 8);
    let two = json!([
        within("name", "in", &all),
        within("name", "not_in", &others)
    ]);
    let ada = [("name".to_owned(), "Ada".to_owned())];
    assert_eq!(told(two, &[&all, &others]), ada);
    // Across attributes that are the same.
    let apart = json!([
        within("name", "in", &all),
        within("alias", "not_in", &others),
        of("name", "eq", other("alias"))
    ]);
    let told = told(apart, &[&all, &others]);
    assert_eq!(told[0], ada[0]);
    assert_eq!(told[1], ("alias".to_owned(), "Ada".to_owned()));

    let most = published("Most", &names[2..], 8);
    let question =
        json!({ "prove": [within("name", "in", &all), within("name", "not_in", &most)] });
    consents(&[question], &[&all, &most], |consent| {
        let SeenAs::Proved(facts) = &consent.seen()[0].fields[0].seen else {
            panic!("not proved")
        };
        assert_eq!(facts.len(), 3);
        assert_eq!(
            facts[2],
            "name: one of 3 values that are left by all of this"
        );
        assert!(consent.is_unlinkable());
    });
    let question = json!({ "prove": [within("name", "in", &all), of("name", "ne", "Eve")] });
    consents(&[question], &[&all], |consent| {
        let SeenAs::Proved(facts) = &consent.seen()[0].fields[0].seen else {
            panic!("not proved")
        };
        assert_eq!(facts.len(), 2);
    });
}

#[test]
fn what_is_the_same_as_a_value_that_is_told_is_told() {
    let on_one = |path: &str| json!({ "other": { "credential": "one", "path": [path] } });
    let pinned = SeenAs::Pinned {
        value: "Ada".into(),
        by: Vec::new(),
    };
    for first in [
        json!({ "disclose": "name" }),
        json!({ "prove": [of("name", "eq", "Ada")] }),
    ] {
        let second = json!({ "prove": [of("name", "eq", on_one("name")), of("alias", "eq", other("name"))] });
        consents(&[first, second], &[], |consent| {
            let seen = consent.seen();
            assert_eq!(seen[1].fields[0].seen, pinned);
            assert_eq!(seen[1].fields[1].seen, pinned);
            assert_eq!(seen[1].proved_of_told.len(), 2);
            let notes = consent.linkability();
            assert!(notes[0].ends_with(": name, alias."), "{notes:?}");
        });
    }
    // An order closes in on a value that is told, or on another that does.
    let first = json!({ "disclose": "points" });
    let second = json!({ "prove": [of("points", "gte", on_one("points")), of("points", "lte", on_one("points")), of("bonus", "lte", other("points")), of("bonus", "gte", 5)] });
    consents(&[first, second], &[], |consent| {
        let seen = consent.seen();
        for place in [3, 4] {
            assert!(
                matches!(&seen[1].fields[place].seen, SeenAs::Pinned { value, .. } if value == "5")
            );
        }
    });
    let question = json!({ "prove": [of("points", "gte", other("bonus")), { "not": of("points", "gt", other("bonus")) }, of("bonus", "eq", 5)] });
    consents(&[question], &[], |consent| {
        let points = &consent.seen()[0].fields[3].seen;
        assert!(matches!(points, SeenAs::Pinned { value, .. } if value == "5"));
    });
}
