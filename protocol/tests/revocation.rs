//! `not_revoked`: what is asked of status lists, and what of it enters the plan.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::Fr;
use glimpse_protocol::circuit::{CircuitId, CredentialSlot, RegistrySlot, StatusSlot};
use glimpse_protocol::json::{JsonErrorKind, to_base64};
use glimpse_protocol::manifest::IssuerManifest;
use glimpse_protocol::plan::{CredentialChoice, Plan, PlanErrorKind, PlanSlot, VariableSource};
use glimpse_protocol::presentation::{Presentation, PresentationError};
use glimpse_protocol::registry;
use glimpse_protocol::request::{QueryBuilder, Request, RequestError};
use glimpse_protocol::status::{Entries, Epoch, StatusHead, StatusList};
use serde_json::{Value, json};
use support::*;

fn head(issuer: u8, epoch: u64) -> StatusHead {
    let entries = Entries::new();
    let epoch = Epoch::new(epoch).unwrap();
    let until = now().plus_seconds(86_400);
    // Another root for each epoch.
    let mut entries = entries;
    let index = glimpse_protocol::credential::StatusIndex::new(1000 + epoch.get() as u32);
    entries.set(index, true).unwrap();
    let list = StatusList::sign(entries, epoch, now(), until, &identity(issuer)).unwrap();
    list.head().clone()
}

fn shown() -> Request {
    let known = [head(1, 4), head(1, 5)];
    builder()
        .query(query().not_revoked(60, &known))
        .build()
        .unwrap()
}

fn hiding(issuers: &[u8], heads: &[StatusHead]) -> Result<Request, RequestError> {
    let manifests: Vec<IssuerManifest> = issuers.iter().copied().map(manifest).collect();
    let manifests: Vec<&IssuerManifest> = manifests.iter().collect();
    let query = QueryBuilder::hiding_issuer("licence", &[schema()], &manifests, day("2026-11-21"));
    builder().query(query.not_revoked(0, heads)).build()
}

fn refused(meta: Value) -> (String, JsonErrorKind) {
    let error = with_meta(meta).unwrap_err();
    (error.path().to_owned(), error.kind().clone())
}

#[test]
fn what_makes_no_sense_is_refused_where_it_stands() {
    let text = |head: StatusHead| Value::from(to_base64(&head.to_bytes()));
    let one = || text(head(1, 1));
    let good = json!({ "tolerance": 31 * 86_400, "heads": [one(), text(head(1, 2))] });
    let request = with_meta(json!({ "not_revoked": good })).unwrap();
    let asked = request.queries()[0].not_revoked().unwrap();
    assert_eq!(asked.tolerance(), 31 * 86_400);
    assert_eq!(asked.heads(), [head(1, 1), head(1, 2)]);
    assert_eq!(
        builder().query(query()).build().unwrap().queries()[0].not_revoked(),
        None
    );
    let four: Vec<Value> = (1..=4).map(|epoch| text(head(1, epoch))).collect();
    for (asked, at) in [
        (json!(true), ""),
        (json!({ "heads": [one()] }), ".tolerance"),
        (json!({ "tolerance": -1, "heads": [one()] }), ".tolerance"),
        (json!({ "tolerance": "0", "heads": [one()] }), ".tolerance"),
        (
            json!({ "tolerance": 31 * 86_400 + 1, "heads": [one()] }),
            ".tolerance",
        ),
        (
            json!({ "tolerance": 0, "heads": [one()], "epoch": 1 }),
            ".epoch",
        ),
        (json!({ "tolerance": 0 }), ".heads"),
        (json!({ "tolerance": 0, "heads": [] }), ".heads"),
        (
            json!({ "tolerance": 0, "heads": [one(), text(head(2, 1))] }),
            ".heads[1]",
        ),
        (
            json!({ "tolerance": 0, "heads": [one(), one()] }),
            ".heads[1]",
        ),
        (json!({ "tolerance": 0, "heads": four }), ".heads[3]"),
        (json!({ "tolerance": 0, "heads": ["?"] }), ".heads[0]"),
    ] {
        let (path, _) = refused(json!({ "not_revoked": asked }));
        assert_eq!(path, format!("{AT}.not_revoked{at}"), "{asked}");
    }
    // It is enough to ask this alone.
    let alone = query().accept_expired().not_revoked(0, &[head(1, 1)]);
    assert!(builder().query(alone).build().is_ok());
}

#[test]
fn a_request_names_the_newest_lists() {
    let known = [
        head(1, 2),
        head(1, 9),
        head(2, 5),
        head(1, 4),
        head(1, 3),
        head(1, 9),
    ];
    for (tolerance, named) in [(0, vec![9]), (60, vec![9, 4, 3])] {
        let asked = query().not_revoked(tolerance, &known);
        let request = builder().query(asked).build().unwrap();
        let heads = request.queries()[0].not_revoked().unwrap().heads();
        let epochs: Vec<u64> = heads.iter().map(|head| head.epoch().get()).collect();
        assert_eq!(epochs, named);
    }
    let error = builder()
        .query(query().not_revoked(0, &[head(2, 5)]))
        .build();
    assert_eq!(error.unwrap_err().path(), format!("{AT}.not_revoked.heads"));
}

#[test]
fn a_request_that_hides_issuers_carries_the_head_of_each() {
    let (one, two) = (head(1, 3), head(2, 7));
    // The newest of each, in the order of the issuers.
    let request = hiding(&[1, 2], &[two.clone(), head(1, 2), one.clone(), head(3, 1)]).unwrap();
    let asked = request.queries()[0].not_revoked().unwrap();
    assert_eq!(asked.heads(), [one.clone(), two]);
    assert_eq!(Request::parse(request.bytes()).unwrap(), request);
    assert_eq!(
        hiding(&[1, 2], core::slice::from_ref(&one))
            .unwrap_err()
            .path(),
        format!("{AT}.not_revoked.heads")
    );
    assert_eq!(
        hiding(&[1, 2], &[]).unwrap_err().path(),
        format!("{AT}.not_revoked.heads")
    );
    let seventeen: Vec<u8> = (1..=17).collect();
    let heads: Vec<StatusHead> = seventeen.iter().map(|issuer| head(*issuer, 1)).collect();
    assert!(hiding(&seventeen[..16], &heads).is_ok());
    assert_eq!(
        hiding(&seventeen, &heads).unwrap_err().path(),
        format!("{AT}.not_revoked.heads")
    );

    let value: Value = serde_json::from_slice(request.bytes()).unwrap();
    let with_heads = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut value = value.clone();
        let meta = &mut value["dcql_query"]["credentials"][0]["meta"];
        change(meta["not_revoked"]["heads"].as_array_mut().unwrap());
        let error = Request::parse(value.to_string().as_bytes()).unwrap_err();
        error.path().to_owned()
    };
    let first = format!("{AT}.not_revoked.heads[0]");
    assert_eq!(with_heads(&|heads| heads.swap(0, 1)), first);
    assert_eq!(with_heads(&|heads| heads[0] = json!("?")), first);
    // The signature is the issuer's over exactly this.
    let forged = |heads: &mut Vec<Value>| {
        let text = heads[0].as_str().unwrap();
        let last = if text.ends_with('A') { "Q" } else { "A" };
        heads[0] = format!("{}{last}", &text[..text.len() - 1]).into();
    };
    assert_eq!(with_heads(&forged), first);
}

#[test]
fn a_shown_issuers_list_is_public_and_the_place_in_it_hidden() {
    let request = shown();
    let credential = credential();
    let compile = |status: Option<&StatusHead>| {
        let choice = CredentialChoice::of("licence", &credential).with_status(status);
        Plan::compile(&request, &[choice])
    };
    // None, another issuer's, one that the request does not name.
    for wrong in [None, Some(&head(2, 4)), Some(&head(1, 6))] {
        let error = compile(wrong).unwrap_err();
        assert_eq!(error.kind(), &PlanErrorKind::NoStatus);
        assert_eq!(error.path(), format!("{AT}.not_revoked"));
    }
    let own = head(1, 4);
    let plan = compile(Some(&own)).unwrap();
    let manifest = manifest(1);
    let verifiers = CredentialChoice::new(&request.queries()[0], &manifest).unwrap();
    let verifiers = Plan::compile(&request, &[verifiers.with_status(Some(&own))]).unwrap();
    assert_eq!(plan.to_bytes(), verifiers.to_bytes());
    assert_eq!(plan.epochs().collect::<Vec<_>>(), [own.epoch()]);

    let circuits: Vec<CircuitId> = plan.proofs().iter().map(|proof| proof.circuit).collect();
    use CircuitId::{Credential16, Range, Status};
    assert_eq!(circuits, [Credential16, Status, Range]);
    let slots = &plan.proofs()[1].slots;
    let index = plan.proofs()[0].slots[CredentialSlot::StatusIndex.index()];
    assert!(matches!(index, PlanSlot::Hidden(_)));
    assert_eq!(slots[StatusSlot::Index.index()], index);
    for (number, root) in own.roots().iter().enumerate() {
        let slot = slots[StatusSlot::Root(number).index()];
        assert_eq!(slot, PlanSlot::Constant(*root));
    }
    let holds = slots[StatusSlot::Holds.index()];
    assert_eq!(holds, PlanSlot::Constant(Fr::from(1u64)));

    // Another list is another plan, to which the proof is bound.
    let next = head(1, 5);
    assert_ne!(compile(Some(&next)).unwrap().to_bytes(), plan.to_bytes());
    // A list is of no account where none was asked for.
    let unasked = builder().query(query()).build().unwrap();
    let with = |status| {
        let choice = CredentialChoice::of("licence", &credential).with_status(status);
        Plan::compile(&unasked, &[choice]).unwrap()
    };
    assert_eq!(with(Some(&own)), with(None));
}

#[test]
fn a_hidden_issuer_is_hidden_together_with_its_list() {
    let heads = [head(1, 4), head(2, 9)];
    let request = hiding(&[1, 2], &heads).unwrap();
    let credential = credential();
    let of_verifier = CredentialChoice::hidden(&request.queries()[0]);
    let of_holder = CredentialChoice::of("licence", &credential).with_status(Some(&heads[1]));
    let plan = Plan::compile(&request, &[of_verifier]).unwrap();
    assert_eq!(
        plan.to_bytes(),
        Plan::compile(&request, &[of_holder]).unwrap().to_bytes()
    );
    assert_eq!(plan.epochs().count(), 0);
    let circuits: Vec<CircuitId> = plan.proofs().iter().map(|proof| proof.circuit).collect();
    use CircuitId::{Credential16, Range, Registry, Status};
    assert_eq!(circuits, [Credential16, Registry, Status, Range]);

    // Key hash and roots are one hidden leaf; the leaves are of all issuers with their own lists.
    let (own, registry, status) = (&plan.proofs()[0], &plan.proofs()[1], &plan.proofs()[2]);
    let hash = own.slots[CredentialSlot::IssuerKeyHash.index()];
    assert_eq!(registry.slots[RegistrySlot::IssuerKeyHash.index()], hash);
    for number in 0..4 {
        let root = registry.slots[RegistrySlot::Root(number).index()];
        let PlanSlot::Hidden(variable) = root else {
            panic!("a public root tells the issuer");
        };
        let source = VariableSource::StatusRoot {
            credential: 0,
            root: number,
        };
        assert_eq!(plan.variables()[variable], source);
        assert_eq!(status.slots[StatusSlot::Root(number).index()], root);
    }
    let leaf = |issuer: u8, head: &StatusHead| {
        let hash = manifest(issuer).issuer_key_hash().to_field();
        PlanSlot::Constant(registry::leaf(hash, head.roots()))
    };
    let leaves = [leaf(1, &heads[0]), leaf(2, &heads[1])];
    let planned = &registry.slots[RegistrySlot::Leaf(0).index()..];
    assert_eq!(planned[..2], leaves);
    assert_eq!(planned[2..], [leaves[1]; 14]);

    // The holder's roots are those of its own issuer's list.
    assert_eq!(
        plan.credentials()[0].status_of(&credential),
        Some(&heads[0])
    );
    let assignment = plan.assign(&[&credential], &secret(), vec![]).unwrap();
    let slots = assignment.slots(status).unwrap();
    assert_eq!(slots[1..5], heads[0].roots()[..]);
}

#[test]
fn an_answer_names_a_list_exactly_where_one_was_asked_for() {
    let answer = |epochs: &[u64]| {
        let epochs = epochs.iter().filter_map(|epoch| Epoch::new(*epoch));
        Presentation::new(vec![0], epochs.collect(), &[], vec![], vec![])
    };
    let request = shown();
    let read = Presentation::from_bytes(&answer(&[4]).to_bytes()).unwrap();
    assert_eq!(read.epochs(&request), Ok(vec![Epoch::new(4)]));
    let unasked = builder().query(query()).build().unwrap();
    let hidden = hiding(&[1], &[head(1, 1)]).unwrap();
    for (answer, request) in [
        (answer(&[]), &request),
        (answer(&[4, 4]), &request),
        (answer(&[4]), &unasked),
        (answer(&[4]), &hidden),
    ] {
        assert_eq!(answer.epochs(request), Err(PresentationError::Epochs));
    }
    assert_eq!(answer(&[]).epochs(&unasked), Ok(vec![None]));
    assert_eq!(answer(&[]).epochs(&hidden), Ok(vec![None]));
    // Epoch 0 is none.
    let mut bytes = answer(&[4]).to_bytes();
    let place = bytes.iter().rposition(|byte| *byte == 4).unwrap();
    bytes[place] = 0;
    assert!(Presentation::from_bytes(&bytes).is_err());
}
