//! Published sets: which files are taken, what is kept of them, and what is answered by them.

use glimpse_protocol::CodecError;
use glimpse_protocol::plan::Unmet;
use glimpse_protocol::set::{MAX_SET_BYTES, PublishedSetError, SetElementsError, SetReference};
use glimpse_protocol::text::ShortText;
use glimpse_protocol::value::{AttributeType, AttributeValue};

use super::super::sets::TakeSetError;
use super::*;
use crate::consent::Unfit;
use crate::http::{HttpResponse, Method, ResponseError};
use crate::set::{SetSource, awaited};

/// A set of these names.
pub(super) fn published(name: &str, members: &[&str], by: u8) -> PublishedSet {
    let value = |name: &&str| AttributeValue::Text(ShortText::new(name).unwrap());
    let values: Vec<_> = members.iter().map(value).collect();
    let at = "2026-11-01T00:00:00Z".parse().unwrap();
    let publisher = Identity::from_seed(&[by; 32]);
    PublishedSet::publish(name, AttributeType::Text, &values, at, &publisher).unwrap()
}

pub(super) fn names() -> PublishedSet {
    published("Names", &["Ada", "Eve", "Grace"], 8)
}

fn reference(set: &PublishedSet) -> Box<SetReference> {
    Box::new(set.reference(Endpoint::new("https://sets.example/names?v=1").unwrap()))
}

pub(super) fn within(attribute: &str, set: &PublishedSet) -> Formula<Predicate> {
    Formula::Leaf(Predicate {
        path: path(attribute),
        operator: Operator::InSet(reference(set)),
    })
}

fn older(years: u8) -> Formula<Predicate> {
    Formula::Leaf(Predicate {
        path: path("birth_date"),
        operator: Operator::AgeOver(years),
    })
}

/// Whether the name is in the set, asked at some time.
pub(super) fn asked(set: &PublishedSet, nonce: u8) -> IncomingRequest {
    World::new().request(nonce, |query| query.prove_that(within("name", set)))
}

pub(super) fn source(incoming: &IncomingRequest) -> SetSource {
    incoming.missing_sets().next().unwrap().clone()
}

pub(super) type Refused = TakeSetError<std::convert::Infallible, NoProof>;

pub(super) fn take(
    wallet: &TestWallet<'_>,
    incoming: &IncomingRequest,
    file: &[u8],
) -> Result<(), Refused> {
    take_at(wallet, incoming, file, 0)
}

/// So many seconds after the world's now.
pub(super) fn take_at(
    wallet: &TestWallet<'_>,
    incoming: &IncomingRequest,
    file: &[u8],
    seconds: i64,
) -> Result<(), Refused> {
    // Records of two sets have two names.
    let hash = |seed: u64, byte: &u8| seed.wrapping_mul(31) ^ u64::from(*byte);
    let mut rng = StdRng::seed_from_u64(file.iter().fold(seconds.cast_unsigned(), hash));
    let now = World::new().now.plus_seconds(seconds);
    match block_on(wallet.take_set(incoming, &source(incoming), file, now, &mut rng)) {
        Ok(()) => Ok(()),
        Err(TakeSetError::Refused(error)) => Err(TakeSetError::Refused(error)),
        Err(TakeSetError::Prover(error)) => Err(TakeSetError::Prover(error)),
        Err(TakeSetError::Records(error)) => panic!("{error}"),
    }
}

pub(super) fn recalled(wallet: &TestWallet<'_>, incoming: IncomingRequest) -> IncomingRequest {
    block_on(wallet.recall_sets(incoming)).unwrap()
}

pub(super) fn is_kept(wallet: &TestWallet<'_>, set: &PublishedSet) -> bool {
    recalled(wallet, asked(set, 99))
        .missing_sets()
        .next()
        .is_none()
}

pub(super) fn now() -> DateTime {
    World::new().now
}

pub(super) fn count(wallet: &TestWallet<'_>, kind: Kind) -> usize {
    block_on(wallet.names(kind)).unwrap().len()
}

pub(super) fn holding(world: &mut World) -> (TestWallet<'_>, CardId) {
    super::revoking::holding(world)
}

fn unfit(wallet: &TestWallet<'_>, incoming: &IncomingRequest) -> Option<Unfit> {
    let queries = block_on(wallet.candidates(incoming)).unwrap();
    queries[0].candidates[0].fits.clone().err()
}

/// Answers; gives how many proofs were given to the prover, and how many it made.
pub(super) fn show(
    wallet: &TestWallet<'_>,
    card: CardId,
    incoming: &IncomingRequest,
) -> (usize, usize) {
    let mut rng = StdRng::seed_from_u64(5);
    let consent = block_on(wallet.ask(incoming, &[card])).unwrap();
    block_on(wallet.present(consent, incoming.at(), &mut quiet(), &mut rng)).unwrap();
    (wallet.prover.given.get(), wallet.prover.made.get())
}

const NEEDED: &str = "https://sets.example/names?v=1";

fn needed() -> Option<Unfit> {
    let uri = NEEDED.to_owned();
    Some(Unfit::Unmet(Unmet::SetNeeded { uri }))
}

#[test]
fn the_request_for_a_set_says_nothing() {
    let set = names();
    let source = source(&asked(&set, 1));
    let request = source.request();
    assert_eq!(request.url.as_str(), NEEDED);
    assert_eq!(request.method, Method::Get);
    assert!(request.headers.is_empty() && request.body.is_none());
    // No more is taken than the set can have.
    let answer = |status, body| HttpResponse { status, body };
    let file = set.to_bytes();
    assert!(file.len() <= request.limit && request.limit < file.len() + 1024);
    let whole = answer(200, file.clone());
    assert_eq!(source.receive(&whole).unwrap(), file);
    let long = answer(200, vec![0; request.limit + 1]);
    assert_eq!(source.receive(&long), Err(ResponseError::TooLarge));
    let elsewhere = answer(302, Vec::new());
    assert_eq!(source.receive(&elsewhere), Err(ResponseError::Redirect));
    assert!(source.receive(&answer(404, file)).is_err());
}

#[test]
fn a_request_with_an_address_that_is_not_used_is_refused() {
    let set = names();
    let dotted = Endpoint::new("https://sets.example/../names").unwrap();
    let operator = Operator::InSet(Box::new(set.reference(dotted)));
    let world = World::new();
    let verifier = Identity::from_seed(&[9; 32]);
    let schema = world.manifest.schemas()[0].id().clone();
    let issuers = [world.manifest.id().clone()];
    let query = QueryBuilder::new("card", schema, &issuers, world.now.date());
    let mode = ResponseMode::DirectPost(Endpoint::new("https://bar.example/answer").unwrap());
    let request = Request::builder(verifier.did(), mode, Nonce::from_bytes([1; 32]), world.now);
    let request = request.query(query.prove(path("name"), operator)).build();
    let read = IncomingRequest::from_file(request.unwrap().bytes(), world.now);
    assert!(matches!(read, Err(RequestRefused::Address(_))));
}

#[test]
fn a_set_is_taken_once_and_serves_every_request_of_its_verifier() {
    let mut world = World::new();
    let (wallet, card) = holding(&mut world);
    let set = names();
    let first = asked(&set, 1);
    assert_eq!(unfit(&wallet, &first), needed());
    take(&wallet, &first, &set.to_bytes()).unwrap();
    let first = recalled(&wallet, first);
    assert_eq!(first.missing_sets().count(), 0);
    assert_eq!(unfit(&wallet, &first), None);

    // Proved ahead of the answer, which then proves the card's validity alone.
    let mut rng = StdRng::seed_from_u64(6);
    let consent = block_on(wallet.ask(&first, &[card])).unwrap();
    let mut watch = quiet();
    let prepared = wallet.prepare_sets(&consent, first.at(), &mut watch, &mut rng);
    block_on(prepared).unwrap();
    assert_eq!(show(&wallet, card, &first), (1, 1));
    let second = recalled(&wallet, asked(&set, 2));
    assert_eq!(show(&wallet, card, &second), (2, 0));
    // Not prepared ahead, it is proved with the answer.
    let others = published("Others", &["Eve"], 8);
    let outside = Formula::Leaf(Predicate {
        path: path("name"),
        operator: Operator::NotInSet(reference(&others)),
    });
    let outside = World::new().request(3, |query| query.prove_that(outside));
    take(&wallet, &outside, &others.to_bytes()).unwrap();
    let outside = recalled(&wallet, outside);
    assert_eq!(show(&wallet, card, &outside), (3, 0));
    assert_eq!(
        (count(&wallet, Kind::Set), count(&wallet, Kind::Piece)),
        (2, 2)
    );

    // Both outlast the page.
    let storage = MemoryStorage::from_snapshot(wallet.storage.snapshot());
    let prover = PaperProver::default();
    let locked = block_on(Wallet::open(storage, &prover)).unwrap();
    let passphrase = Passphrase::new("pass").unwrap();
    let again = block_on(locked.unlock(&passphrase, &Argon2Direct)).unwrap();
    assert!(is_kept(&again, &set) && is_kept(&again, &others));
    assert_eq!(
        show(&again, card, &recalled(&again, asked(&set, 4))),
        (3, 0)
    );
}

#[test]
fn what_is_not_the_set_is_refused_and_nothing_kept_of_it() {
    let mut world = World::new();
    let (wallet, card) = holding(&mut world);
    let set = names();
    let incoming = asked(&set, 1);
    let file = set.to_bytes();
    let elements = file.len() - 3 * 31;
    let changed = |change: fn(&mut [u8], usize)| {
        let mut file = file.clone();
        change(&mut file, elements);
        file
    };
    let other = PublishedSetError::Other;
    for (file, error) in [
        (published("Names", &["Ada", "Eve"], 8).to_bytes(), other),
        (
            published("Names", &["Ada", "Eve", "Mary"], 8).to_bytes(),
            other,
        ),
        (
            published("Name", &["Ada", "Eve", "Grace"], 8).to_bytes(),
            other,
        ),
        (
            published("Names", &["Ada", "Eve", "Grace"], 7).to_bytes(),
            other,
        ),
        // In the signature, which ends where the elements begin.
        (
            changed(|file, at| file[at - 10] ^= 1),
            PublishedSetError::Signature,
        ),
        (
            changed(|file, at| file[at..at + 62].rotate_left(31)),
            SetElementsError::Order.into(),
        ),
        // Only the tree tells.
        (
            changed(|file, at| file[at + 61] ^= 1),
            PublishedSetError::Roots,
        ),
        (
            b"<!doctype html>".to_vec(),
            PublishedSetError::Form(CodecError::Invalid("")),
        ),
        (
            vec![0; MAX_SET_BYTES + 1],
            PublishedSetError::Form(CodecError::TooLong(MAX_SET_BYTES)),
        ),
    ] {
        let refused = take(&wallet, &incoming, &file).unwrap_err();
        let TakeSetError::Refused(refused) = refused else {
            panic!("{refused}")
        };
        match error {
            PublishedSetError::Form(_) => assert!(matches!(refused, PublishedSetError::Form(_))),
            error => assert_eq!(refused, error),
        }
        assert_eq!(
            (count(&wallet, Kind::Set), count(&wallet, Kind::Piece)),
            (0, 0)
        );
    }
    wallet.prover.broken.set(true);
    let failed = take(&wallet, &incoming, &file);
    assert!(matches!(failed, Err(TakeSetError::Prover(NoProof))));
    wallet.prover.broken.set(false);
    assert!(!is_kept(&wallet, &set));
    take(&wallet, &incoming, &file).unwrap();
    show(&wallet, card, &recalled(&wallet, incoming));
}

/// That a set is fetched must not tell whether the facts are so.
#[test]
fn sets_come_before_facts() {
    let mut world = World::new();
    let (wallet, card) = holding(&mut world);
    let set = names();
    let ask = |formulas: Vec<Formula<Predicate>>| {
        World::new().request(9, |query| {
            formulas.into_iter().fold(query, QueryBuilder::prove_that)
        })
    };
    let member = || within("name", &set);
    let questions = [
        vec![member()],
        // What is not so before the set is looked at, and what is so without it.
        vec![older(99), member()],
        vec![Formula::Any(vec![older(18), member()])],
        vec![Formula::Any(vec![older(99), member()])],
        // There is no nickname on the card.
        vec![within("nickname", &set)],
    ];
    for question in questions.clone() {
        let incoming = ask(question);
        assert_eq!(unfit(&wallet, &incoming), needed());
        let queries = block_on(wallet.candidates(&incoming)).unwrap();
        assert!(awaited(&queries));
        let said = crate::set::asked(&incoming, &queries);
        assert!(said.len() == 1 && said[0].contains("among the 3 entries of “Names”"));
        assert!(said[0].contains(&format!("published by {}", set.description().publisher())));
    }
    let own = ask(vec![within("name", &published("Guests", &["Ada"], 9))]);
    let queries = block_on(wallet.candidates(&own)).unwrap();
    assert_eq!(
        crate::set::asked(&own, &queries),
        ["name: among the only entry of “Guests”, published by the verifier"]
    );
    take(&wallet, &ask(vec![member()]), &set.to_bytes()).unwrap();
    let answers = questions.map(|question| {
        let incoming = recalled(&wallet, ask(question));
        unfit(&wallet, &incoming)
    });
    let untrue = |unfit: &Option<Unfit>| matches!(unfit, Some(Unfit::Unmet(Unmet::Untrue { .. })));
    let absent = |unfit: &Option<Unfit>| matches!(unfit, Some(Unfit::Unmet(Unmet::Absent { .. })));
    assert_eq!(
        (&answers[0], &answers[2], &answers[3]),
        (&None, &None, &None)
    );
    assert!(untrue(&answers[1]) && absent(&answers[4]));
    // One who is on no list is told so when the list is there.
    let others = published("Others", &["Eve"], 8);
    let incoming = asked(&others, 8);
    take(&wallet, &incoming, &others.to_bytes()).unwrap();
    assert!(untrue(&unfit(&wallet, &recalled(&wallet, incoming))));
    let either = Formula::Any(vec![within("name", &others), older(18)]);
    let incoming = recalled(&wallet, ask(vec![either]));
    show(&wallet, card, &incoming);
}

#[test]
fn no_set_is_awaited_where_it_would_not_help() {
    let mut world = World::new();
    let (wallet, _) = holding(&mut world);
    let set = names();
    let plain = World::new().request(1, |query| query.prove_that(older(99)));
    let waits =
        |incoming: &IncomingRequest| awaited(&block_on(wallet.candidates(incoming)).unwrap());
    assert!(!waits(&plain));
    // No card for the other query; and one whose facts are not so, which makes no difference.
    let today = now().date();
    for (schema, expected) in [("org.example.other", false), ("org.example.card", true)] {
        let issuers = [Identity::from_seed(&[1; 32]).did()];
        let schema = glimpse_protocol::schema::SchemaId::new(schema).unwrap();
        let other = QueryBuilder::new("other", schema, &issuers, today).prove_that(older(99));
        let both = World::new().request_of_several(2, |query| {
            vec![query.prove_that(within("name", &set)), other]
        });
        assert_eq!(waits(&both), expected);
    }
    let unlisted = super::revoking::list(&World::new(), 1, &[7]);
    let status = World::new().request(3, |query| {
        let query = query.not_revoked(0, &[unlisted.head().clone()]);
        query.prove_that(within("name", &set))
    });
    assert!(!waits(&status), "a status list comes first");
}

#[test]
fn one_request_about_one_set_fetches_it_once() {
    let set = names();
    let elsewhere = Endpoint::new("https://mirror.example/names").unwrap();
    let mirrored = Formula::Leaf(Predicate {
        path: path("nickname"),
        operator: Operator::NotInSet(Box::new(set.reference(elsewhere))),
    });
    let others = published("Others", &["Eve"], 8);
    let incoming = World::new().request(1, |query| {
        let query = query.prove_that(within("name", &set)).prove_that(mirrored);
        query.prove_that(within("nickname", &others))
    });
    let sources: Vec<_> = incoming.missing_sets().collect();
    let described: Vec<_> = sources.iter().map(|source| source.description()).collect();
    assert_eq!(described, [set.description(), others.description()]);
    assert_eq!(sources[0].request().url.as_str(), NEEDED);
}

/// What was asked beside a set is prepared for the next day, as everything that was asked.
#[test]
fn what_stands_beside_a_set_is_asked_again_of_today() {
    let mut world = World::new();
    let (wallet, card) = holding(&mut world);
    let set = names();
    let ask = |nonce, days: i64| {
        let mut world = World::new();
        world.now = world.now.plus_seconds(days * 86_400);
        let either = Formula::Any(vec![within("name", &set), older(18)]);
        world.request(nonce, |query| query.prove_that(either))
    };
    take(&wallet, &ask(1, 0), &set.to_bytes()).unwrap();
    show(&wallet, card, &recalled(&wallet, ask(1, 0)));
    let tomorrow = now().plus_seconds(86_400);
    let mut rng = StdRng::seed_from_u64(3);
    for task in block_on(wallet.plan_ahead(tomorrow)).unwrap() {
        block_on(wallet.prepare_ahead(task, tomorrow, &mut quiet(), &mut rng)).unwrap();
    }
    let (_, made) = show(&wallet, card, &recalled(&wallet, ask(2, 1)));
    assert_eq!(made, 0);
}
