//! From an issuer's signature to a verified presentation, and the ways in which that must fail.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod support;

use core::ops::ControlFlow;

use glimpse_protocol::{
    circuit::CircuitId, credential::Credential, enrolment::EnrolmentProof, nonce::Nonce,
    plan::Unmet, predicate::Operator, request::Request, value::encode_date,
};
use glimpse_prover::{
    Cancelled, EnrolError, HeldCredential, MissingKey, PrepareError, PreparedCredential,
    PreparedPredicate, PresentError, Presented, ProvingKeys, Unwatched, enrol, plan,
    prepare_credential, prepare_range, present, setup,
};
use support::{
    FailingRng, Issuer, KEYS, date, path, prepare, query, request, rng, secret, usual, verify,
    verify_linked,
};

fn answer(
    request: &Request,
    credential: &Credential,
    prepared: &PreparedCredential,
    ranges: &[PreparedPredicate],
) -> Result<Presented, PresentError> {
    let held = HeldCredential {
        credential,
        prepared,
        status: None,
    };
    present(
        &KEYS,
        request,
        &[held],
        ranges,
        &secret(1),
        &mut Unwatched,
        &mut rng(1),
    )
}

#[test]
fn every_size_class_from_issue_to_verification() {
    let issuer = Issuer::new(1);
    for attributes in [7, 16, 30] {
        let credential = issuer.issue(attributes, &secret(1));
        let prepared = prepare(&credential, &secret(1));
        let request = request(1, [usual(attributes, &[&issuer])]);
        let presented = answer(&request, &credential, &prepared, &[]).unwrap();
        let numbers = presented.made.iter().map(|made| made.proof);
        assert!(numbers.eq(1..4), "one for each of the plan's ranges");

        let plan = plan(&request, &[&credential], &[]).unwrap();
        let bytes = presented.presentation.to_bytes();
        assert!(verify(&request, &plan, &bytes));
        let disclosed = presented.presentation.disclosed(&plan).unwrap();
        assert_eq!(disclosed.len(), 1);

        // With the ranges kept, nothing is made, and no byte of the proof comes back.
        let kept: Vec<_> = presented
            .made
            .into_iter()
            .map(|made| made.predicate)
            .collect();
        let again = answer(&request, &credential, &prepared, &kept).unwrap();
        assert!(again.made.is_empty());
        assert!(verify(&request, &plan, &again.presentation.to_bytes()));
    }
}

/// A day's validity is one range, which can be made before anybody asks and serves for that day alone.
#[test]
fn validity_is_prepared_by_the_day() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let prepared = prepare(&credential, &secret(1));
    let body = credential.body();
    let valid_on = |day: &str| {
        let [day, first, last] = [date(day), body.issued_on(), body.expires_on()].map(encode_date);
        prepare_range(&KEYS, day, first, last).unwrap()
    };
    let request = request(9, [query("card", 7, &[&issuer])]);
    let plan = plan(&request, &[&credential], &[]).unwrap();
    for (day, made) in [("2026-11-21", 0), ("2026-11-20", 1)] {
        let presented = answer(&request, &credential, &prepared, &[valid_on(day)]).unwrap();
        assert_eq!(presented.made.len(), made, "prepared for {day}");
        assert!(verify(&request, &plan, &presented.presentation.to_bytes()));
    }
}

#[test]
fn presentation_is_bound_to_its_request() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let prepared = prepare(&credential, &secret(1));
    let one = request(1, [usual(7, &[&issuer])]);
    let other = request(2, [usual(7, &[&issuer])]);
    let presented = answer(&one, &credential, &prepared, &[]).unwrap();
    let bytes = presented.presentation.to_bytes();
    let plan = plan(&one, &[&credential], &[]).unwrap();
    assert!(verify(&one, &plan, &bytes));
    assert!(!verify(&other, &plan, &bytes));
}

#[test]
fn two_credentials_share_one_secret() {
    let (first, second) = (Issuer::new(1), Issuer::new(2));
    let cards = [first.issue(7, &secret(1)), second.issue(16, &secret(1))];
    let prepared = [
        prepare(&cards[0], &secret(1)),
        prepare(&cards[1], &secret(1)),
    ];
    let request = request(
        3,
        [
            query("one", 7, &[&first]).prove(path("height"), Operator::Gt(170.into())),
            query("two", 16, &[&second]).prove(path("height"), Operator::Lt(172.into())),
        ],
    );
    let held: Vec<_> = cards
        .iter()
        .zip(&prepared)
        .map(|(credential, prepared)| HeldCredential {
            credential,
            prepared,
            status: None,
        })
        .collect();
    let presented = present(
        &KEYS,
        &request,
        &held,
        &[],
        &secret(1),
        &mut Unwatched,
        &mut rng(4),
    )
    .unwrap();
    let plan = plan(&request, &[&cards[0], &cards[1]], &[]).unwrap();
    assert!(verify(&request, &plan, &presented.presentation.to_bytes()));

    // In the other order, they are not the credentials that the queries ask for.
    let swapped = [held[1], held[0]];
    let result = present(
        &KEYS,
        &request,
        &swapped,
        &[],
        &secret(1),
        &mut Unwatched,
        &mut rng(4),
    );
    assert!(matches!(result, Err(PresentError::Request(_))));
    // One is missing.
    let result = present(
        &KEYS,
        &request,
        &held[..1],
        &[],
        &secret(1),
        &mut Unwatched,
        &mut rng(4),
    );
    assert!(matches!(result, Err(PresentError::Request(_))));
}

#[test]
fn nothing_is_proved_that_is_not_so() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let prepared = prepare(&credential, &secret(1));
    let ask = |query| request(5, [query]);
    let base = || query("card", 7, &[&issuer]);

    let short = ask(base().prove(path("height"), Operator::Gt(171.into())));
    let result = answer(&short, &credential, &prepared, &[]);
    assert!(matches!(
        result,
        Err(PresentError::Unmet(Unmet::Untrue { .. }))
    ));

    for query in [
        base().prove(path("note"), Operator::Gt(1.into())),
        base().disclose(path("note")),
    ] {
        let result = answer(&ask(query), &credential, &prepared, &[]);
        let Err(PresentError::Unmet(Unmet::Absent { path: absent, .. })) = result else {
            panic!("{result:?}");
        };
        assert_eq!(absent, path("note"));
    }

    let unknown = ask(base().disclose(path("shoe_size")));
    let result = answer(&unknown, &credential, &prepared, &[]);
    assert!(matches!(result, Err(PresentError::Request(_))));
}

#[test]
fn prepared_proof_must_be_this_credentials_and_these_keys() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let prepared = prepare(&credential, &secret(1));
    let request = request(6, [usual(7, &[&issuer])]);
    let foreign = issuer.issue(7, &secret(2));
    let not_prepared = |result: Result<Presented, PresentError>| {
        assert!(
            matches!(&result, Err(PresentError::NotPrepared { query }) if query == "card"),
            "{result:?}"
        );
    };

    not_prepared(answer(
        &request,
        &credential,
        &prepare(&foreign, &secret(2)),
        &[],
    ));
    let larger = issuer.issue(16, &secret(1));
    not_prepared(answer(
        &request,
        &credential,
        &prepare(&larger, &secret(1)),
        &[],
    ));
    // Another holder's secret with this holder's proof.
    let held = HeldCredential {
        credential: &credential,
        prepared: &prepared,
        status: None,
    };
    not_prepared(present(
        &KEYS,
        &request,
        &[held],
        &[],
        &secret(2),
        &mut Unwatched,
        &mut rng(1),
    ));
    // The same circuit with another key.
    let fresh: ProvingKeys = [CircuitId::Credential8, CircuitId::Range]
        .map(|circuit| setup::generate(circuit, &mut rng(9)).unwrap())
        .into_iter()
        .collect();
    let result = present(
        &fresh,
        &request,
        &[held],
        &[],
        &secret(1),
        &mut Unwatched,
        &mut rng(1),
    );
    not_prepared(result);
}

#[test]
fn missing_keys_are_named() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let none = ProvingKeys::new();
    let result = prepare_credential(&none, &credential, &secret(1), &mut Unwatched);
    let missing = MissingKey(CircuitId::Credential8);
    assert_eq!(result.unwrap_err(), PrepareError::MissingKey(missing));
    let result = prepare_range(&none, 1, 0, 2);
    let missing = MissingKey(CircuitId::Range);
    assert_eq!(result.unwrap_err(), PrepareError::MissingKey(missing));
}

#[test]
fn cancellation_stops_preparing_and_presenting() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let mut stop = |done: u32, _: u32| {
        if done > 0 {
            ControlFlow::Break(Cancelled)
        } else {
            ControlFlow::Continue(())
        }
    };
    let result = prepare_credential(&KEYS, &credential, &secret(1), &mut stop);
    assert_eq!(result.unwrap_err(), PrepareError::Cancelled(Cancelled));

    let prepared = prepare(&credential, &secret(1));
    let held = HeldCredential {
        credential: &credential,
        prepared: &prepared,
        status: None,
    };
    let request = request(7, [usual(7, &[&issuer])]);
    let result = present(
        &KEYS,
        &request,
        &[held],
        &[],
        &secret(1),
        &mut stop,
        &mut rng(1),
    );
    assert_eq!(result.unwrap_err(), PresentError::Cancelled(Cancelled));
}

#[test]
fn failing_generator_shows_nothing() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let prepared = prepare(&credential, &secret(1));
    let held = HeldCredential {
        credential: &credential,
        prepared: &prepared,
        status: None,
    };
    let request = request(8, [usual(7, &[&issuer])]);
    for bytes in [0, 64, 640] {
        let mut rng = FailingRng(bytes);
        let result = present(
            &KEYS,
            &request,
            &[held],
            &[],
            &secret(1),
            &mut Unwatched,
            &mut rng,
        );
        assert_eq!(result.unwrap_err(), PresentError::Randomness);
        let result = enrol(
            &KEYS,
            &issuer.manifest,
            &Nonce::from_bytes([1; 32]),
            &secret(1),
            &mut Unwatched,
            &mut FailingRng(bytes.min(128)),
        );
        assert_eq!(result.unwrap_err(), EnrolError::Randomness);
    }
}

#[test]
fn enrolment_convinces_its_issuer_only() {
    let (issuer, other) = (Issuer::new(1), Issuer::new(2));
    let nonce = Nonce::from_bytes([3; 32]);
    let enrolment = enrol(
        &KEYS,
        &issuer.manifest,
        &nonce,
        &secret(1),
        &mut Unwatched,
        &mut rng(2),
    )
    .unwrap();
    assert_eq!(
        enrolment.holder(),
        secret(1).holder_id(issuer.manifest.issuer_key_hash())
    );
    let enrolment = EnrolmentProof::from_bytes(&enrolment.to_bytes()).unwrap();
    let check = |issuer: &Issuer, nonce: &Nonce, holder| {
        verify_linked(
            &[CircuitId::Enrolment],
            &[EnrolmentProof::statement(
                issuer.manifest.issuer_key_hash(),
                holder,
            )],
            enrolment.proof(),
            &EnrolmentProof::context(issuer.manifest.id(), nonce),
        )
    };
    assert!(check(&issuer, &nonce, enrolment.holder()));
    assert!(!check(
        &issuer,
        &Nonce::from_bytes([4; 32]),
        enrolment.holder()
    ));
    assert!(!check(&other, &nonce, enrolment.holder()));
    let stranger = secret(2).holder_id(issuer.manifest.issuer_key_hash());
    assert!(!check(&issuer, &nonce, stranger));
}
