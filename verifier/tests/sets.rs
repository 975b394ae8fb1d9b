//! Published sets: that the verifier has read those which its request names.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::formula::Formula;
use glimpse_protocol::identity::Identity;
use glimpse_protocol::plan::{CredentialChoice, Plan};
use glimpse_protocol::predicate::{Operator, Predicate};
use glimpse_protocol::relation::Known;
use glimpse_protocol::request::{Endpoint, Request};
use glimpse_protocol::set::{PublishedSet, SetFile, SetReference};
use glimpse_protocol::text::ShortText;
use glimpse_protocol::value::{AttributeType, AttributeValue};
use glimpse_verifier::{Fault, InMemoryReplayStore, Rejection, Trust, Verified, Verifier};
use support::*;

fn names(list: &[&str]) -> PublishedSet {
    let text = |name: &&str| AttributeValue::Text(ShortText::new(name).unwrap());
    let values: Vec<_> = list.iter().map(text).collect();
    let publisher = Identity::from_seed(&[3; 32]);
    PublishedSet::publish("Names", AttributeType::Text, &values, now(), &publisher).unwrap()
}

fn reference(set: &PublishedSet) -> Box<SetReference> {
    let uri = Endpoint::new("https://sets.example/names").unwrap();
    Box::new(set.reference(uri))
}

/// Inside of a formula, where nothing but the whole request says which sets there are.
fn asked(set: &PublishedSet) -> Request {
    let leaf = |name, operator| {
        Formula::Leaf(Predicate {
            path: path(name),
            operator,
        })
    };
    let either = vec![
        leaf("points", Operator::Lt(2.into())),
        leaf("name", Operator::NotInSet(reference(set))).negate(),
    ];
    request(1, query().prove_that(Formula::Any(either)))
}

fn answer(world: &mut World, request: &Request, set: &PublishedSet) -> Vec<u8> {
    let credential = world.credential.clone();
    let choice = CredentialChoice::of("licence", &credential);
    let plan = Plan::compile(request, &[choice]).unwrap();
    let file = SetFile::from_bytes(&set.to_bytes()).unwrap();
    let mut known = Known::default();
    for needed in plan.needed_sets(&[&credential]) {
        let slots = needed.slots(&file).unwrap();
        known.add(CircuitId::Set, &slots);
    }
    let plan = plan.with_known(known);
    let context = plan.context(request);
    world.present_as(request, &plan, &[], &context)
}

fn verify(
    world: &World,
    trusted: &[&PublishedSet],
    request: &Request,
    bytes: &[u8],
) -> Result<Verified, Rejection> {
    let mut trust = Trust::new(vec![manifest(1), manifest(2)]);
    trusted.iter().for_each(|set| trust.add_set(set));
    let mut replay = InMemoryReplayStore::new();
    let verifier = Verifier::new(world.keys(), trust);
    verifier.verify(request, bytes, now(), &mut replay, &mut world.rng.clone())
}

#[test]
fn a_set_counts_if_the_verifier_has_read_it() {
    let mut world = World::new();
    let (set, other) = (
        names(&["Canary Wharf", "Greenwich"]),
        names(&["Canary Wharf"]),
    );
    let request = asked(&set);
    let bytes = answer(&mut world, &request, &set);
    for trusted in [&[][..], &[&other]] {
        let refused = verify(&world, trusted, &request, &bytes).unwrap_err();
        assert_eq!(refused.code(), "unknown_set");
        assert_eq!(refused.fault(), Fault::Verifier);
        assert!(refused.advice().contains("sets"));
    }
    // A set that was read twice is one set.
    assert!(verify(&world, &[&other, &set, &set], &request, &bytes).is_ok());
}

/// A service reads a set while it runs.
#[test]
fn trust_is_kept_up_to_date() {
    let mut world = World::new();
    let set = names(&["Canary Wharf"]);
    let request = asked(&set);
    let bytes = answer(&mut world, &request, &set);
    let mut verifier = world.verifier();
    assert_eq!(verifier.trust().issuers, [world.manifest.clone()]);
    let mut replay = InMemoryReplayStore::new();
    let mut ask =
        |verifier: &Verifier| verifier.verify(&request, &bytes, now(), &mut replay, &mut world.rng);
    assert_eq!(ask(&verifier).unwrap_err().code(), "unknown_set");
    verifier.trust_mut().add_set(&set);
    assert!(ask(&verifier).is_ok());
}
