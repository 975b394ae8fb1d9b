//! A published set: made, shown, asked about, answered from its file.

use serde_json::json;

use super::*;

pub fn published_sets(walk: &Walk) {
    let names: Vec<String> = (0..30).map(|i| format!("Name {i}")).collect();
    fs::write(walk.path("names.txt"), names.join("\n")).unwrap();
    walk.write(
        "more.json",
        &json!([names.clone(), vec![SURNAME.to_owned()]].concat()),
    );
    let publish = |values: &str, out: &str| {
        format!("set publish --dir I --name Names --type text --values {values} --out {out} --json")
    };
    walk.done(&publish("names.txt", "names.set"));
    walk.done(&publish("more.json", "more.set"));
    let show = |set: &str| format!("set show {set} --uri https://sets.example/names --json");
    let operand = |set: &str| -> Value { serde_json::from_str(&walk.done(&show(set))).unwrap() };
    assert_eq!(operand("more.set")["set"]["size"], 31);

    let ask = |file: &str, nonce: u8, operator: &str, set: &str| {
        let mut request = walk.request(nonce, |query| {
            query.prove(path("family_name"), Operator::Exists)
        });
        request["dcql_query"]["credentials"][0]["meta"]["predicates"] =
            json!([{ "path": ["family_name"], operator: operand(set) }]);
        walk.write(file, &request);
    };
    let present = |request: &str, sets: &str| {
        format!("wallet present --dir W --keys K --request {request} --out S.json{sets}")
    };
    ask("inside.json", 31, "in", "more.set");
    walk.refused(
        &present("inside.json", ""),
        "https://sets.example/names is needed",
    );
    walk.refused(
        &present("inside.json", " --set names.set"),
        "not the set that the request names",
    );
    walk.done(&present("inside.json", " --set more.set"));
    // The verifier answers for the roots in its request: it must have read the set.
    for sets in ["", " --sets names.set"] {
        walk.refused(&walk.verify("inside.json", "S.json", sets), "unknown_set");
    }
    let verified = walk.done(&walk.verify("inside.json", "S.json", " --sets names.set more.set"));
    assert!(verified.contains("Names") && !verified.contains(SURNAME));

    ask("outside.json", 32, "not_in", "more.set");
    walk.refused(
        &present("outside.json", " --set more.set"),
        "not among the 31 entries",
    );
    ask("outside.json", 33, "not_in", "names.set");
    walk.done(&present("outside.json", " --set names.set"));
    walk.done(&walk.verify("outside.json", "S.json", " --sets names.set"));

    // Signed is what is shown.
    let mut changed = fs::read(walk.path("names.set")).unwrap();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(walk.path("changed.set"), changed).unwrap();
    walk.refused(&show("changed.set"), "not those that were signed");
    walk.write("twice.json", &json!(["a", "a"]));
    walk.refused(&publish("twice.json", "twice.set"), "listed twice");
    walk.write("mixed.json", &json!(["a", 1]));
    walk.refused(&publish("mixed.json", "mixed.set"), "value 2");
}
