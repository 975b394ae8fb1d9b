//! Whether a value is in a published set, by real proofs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod support;

use glimpse_primitives::field;
use glimpse_protocol::{
    Fr,
    circuit::CircuitId,
    credential::Credential,
    formula::Formula,
    identity::Identity,
    plan::{NeededSet, Unmet},
    predicate::{Operator, Predicate},
    request::{Endpoint, Request},
    set::{PublishedSet, SetReference},
    text::ShortText,
    value::{AttributeType, AttributeValue},
};
use glimpse_prover::{
    HeldCredential, PrepareError, PreparedPredicate, PresentError, Presented, Unwatched, plan,
    prepare_credential, prepare_set, present,
};
use support::{Issuer, KEYS, path, query, request, rng, secret, verify};

fn names(count: usize) -> PublishedSet {
    let text = |name: &str| AttributeValue::Text(ShortText::new(name).unwrap());
    let mut names: Vec<_> = (0..count).map(|i| text(&format!("Name {i}"))).collect();
    names.push(text("Lindqvist"));
    let at = "2026-11-01T00:00:00Z".parse().unwrap();
    let publisher = Identity::from_seed(&[9; 32]);
    PublishedSet::publish("Names", AttributeType::Text, &names, at, &publisher).unwrap()
}

fn reference(set: &PublishedSet) -> Box<SetReference> {
    Box::new(set.reference(Endpoint::new("https://sets.example/names").unwrap()))
}

fn family_name(operator: Operator) -> Formula<Predicate> {
    Formula::Leaf(Predicate {
        path: path("family_name"),
        operator,
    })
}

struct Wallet {
    issuer: Issuer,
    credential: Credential,
}

impl Wallet {
    fn new() -> Self {
        let issuer = Issuer::new(1);
        let credential = issuer.issue(7, &secret(1));
        Self { issuer, credential }
    }

    fn asked(&self, formula: Formula<Predicate>) -> Request {
        request(1, [query("card", 7, &[&self.issuer]).prove_that(formula)])
    }

    fn ready(&self, request: &Request, set: &PublishedSet) -> Vec<PreparedPredicate> {
        let credentials = [&self.credential];
        let plan = plan(request, &credentials, &[]).unwrap();
        let needed = plan.needed_sets(&credentials);
        let prove = |needed: &NeededSet<'_>| {
            assert_eq!(needed.set.description(), set.description());
            let value = field::to_bytes(&needed.value);
            prepare_set(&KEYS, set, &value, needed.negated, &mut Unwatched).unwrap()
        };
        needed.iter().map(prove).collect()
    }

    fn answer(
        &self,
        request: &Request,
        ready: &[PreparedPredicate],
    ) -> Result<Presented, PresentError> {
        let (mut watch, mut rng) = (Unwatched, rng(1));
        let prepared = prepare_credential(&KEYS, &self.credential, &secret(1), &mut watch).unwrap();
        let held = [HeldCredential {
            credential: &self.credential,
            prepared: &prepared,
            status: None,
        }];
        present(
            &KEYS,
            request,
            &held,
            ready,
            &secret(1),
            &mut watch,
            &mut rng,
        )
    }

    fn is_verified(&self, request: &Request, presented: &Presented) -> bool {
        let plan = plan(request, &[&self.credential], &[]).unwrap();
        verify(request, &plan, &presented.presentation.to_bytes())
    }
}

#[test]
fn a_member_of_a_set_is_shown_and_only_as_such() {
    let (wallet, set) = (Wallet::new(), names(40));
    let request = wallet.asked(family_name(Operator::InSet(reference(&set))));
    let ready = wallet.ready(&request, &set);
    let presented = wallet.answer(&request, &ready).unwrap();
    assert!(wallet.is_verified(&request, &presented));
    // Nothing was made that was not ready but what else is asked.
    assert!(
        presented
            .made
            .iter()
            .all(|made| made.predicate.circuit().name() != "set")
    );

    let outside = wallet.asked(family_name(Operator::NotInSet(reference(&set))));
    let ready = wallet.ready(&outside, &set);
    assert!(matches!(
        wallet.answer(&outside, &ready),
        Err(PresentError::Unmet(Unmet::Untrue { .. }))
    ));
    // The answer to one question is none to the other, nor about another set of the same name.
    assert!(!wallet.is_verified(&outside, &presented));
    let fewer = wallet.asked(family_name(Operator::InSet(reference(&names(39)))));
    assert!(!wallet.is_verified(&fewer, &presented));
}

#[test]
fn one_branch_of_several_need_not_hold() {
    let (wallet, set) = (Wallet::new(), names(3));
    let [inside, outside] = [
        Operator::InSet(reference(&set)),
        Operator::NotInSet(reference(&set)),
    ]
    .map(family_name);
    for formula in [
        Formula::Any(vec![outside.clone(), inside.clone()]),
        outside.negate(),
    ] {
        let request = wallet.asked(formula);
        let ready = wallet.ready(&request, &set);
        let presented = wallet.answer(&request, &ready).unwrap();
        assert!(wallet.is_verified(&request, &presented));
    }
}

#[test]
fn without_the_file_the_answer_says_which_is_needed() {
    let (wallet, set) = (Wallet::new(), names(3));
    let request = wallet.asked(family_name(Operator::InSet(reference(&set))));
    let uri = "https://sets.example/names".to_owned();
    let error = wallet.answer(&request, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the set {uri} is needed to answer")
    );
    assert_eq!(error, PresentError::Unmet(Unmet::SetNeeded { uri }));

    // A proof about another set, or about another value, is none.
    let plan = plan(&request, &[&wallet.credential], &[]).unwrap();
    let value = plan.needed_sets(&[&wallet.credential])[0].value;
    for (set, value) in [(&names(4), value), (&set, Fr::from(7u64))] {
        let value = field::to_bytes(&value);
        let other = prepare_set(&KEYS, set, &value, false, &mut Unwatched).unwrap();
        assert!(matches!(
            wallet.answer(&request, &[other]),
            Err(PresentError::Unmet(Unmet::SetNeeded { .. }))
        ));
    }
    let malformed = prepare_set(&KEYS, &set, &[0xff; 32], false, &mut Unwatched);
    assert_eq!(malformed, Err(PrepareError::False(CircuitId::Set)));
}
