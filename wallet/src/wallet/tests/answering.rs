//! Requests, consent and answers.

use super::*;

#[test]
fn consent_shows_the_card_as_the_verifier_will_see_it() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(7);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let incoming = world.request(1, |query| {
        query
            .disclose(path("name"))
            .prove(path("birth_date"), Operator::AgeOver(18))
    });
    let consent = block_on(wallet.ask(&incoming, &[id])).unwrap();
    let seen = consent.seen();
    assert_eq!(seen[0].fields[0].seen, SeenAs::Disclosed("Ada".into()));
    assert_eq!(
        seen[0].fields[1].seen,
        SeenAs::Proved(vec!["You are 18 or older".into()])
    );
    assert_eq!(seen[0].fields[2].seen, SeenAs::Hidden);
    assert_eq!(seen[0].proved, ["Valid on 21 November 2026"]);
    assert!(seen[0].hidden.is_empty());

    let presented = block_on(wallet.present(consent, world.now, &mut quiet(), &mut rng)).unwrap();
    let Answer::Post(post) = presented.answer() else {
        panic!("not posted")
    };
    assert_eq!(post.url.as_str(), "https://bar.example/answer");
    assert!(post.body.as_ref().unwrap().ends_with("&state=s%261"));
    let (entry, learned) = block_on(wallet.ledger()).unwrap().remove(0);
    assert_eq!(
        learned.cards[0].disclosed,
        [("name".to_owned(), "Ada".to_owned())]
    );
    assert_eq!((entry, learned.outcome), (presented.entry(), Outcome::Sent));
    block_on(wallet.settle(entry, Verdict::Accepted, &mut rng)).unwrap();
    assert_eq!(
        block_on(wallet.ledger()).unwrap()[0].1.outcome,
        Outcome::Accepted
    );

    let again = block_on(wallet.ask(&incoming, &[id])).unwrap_err();
    assert!(matches!(again, AskError::Consent(ConsentError::Answered)));
}

#[test]
fn consent_says_that_validity_stays_hidden_where_expired_cards_are_accepted() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(7);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let incoming = world.request(1, |query| query.disclose(path("name")).accept_expired());
    let seen = block_on(wallet.ask(&incoming, &[id])).unwrap().seen();
    assert!(seen[0].proved.is_empty());
    assert_eq!(seen[0].hidden, ["Validity"]);
}

#[test]
fn what_cannot_be_answered_is_said_in_words() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(8);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let why = |incoming: &IncomingRequest| {
        let queries = block_on(wallet.candidates(incoming)).unwrap();
        assert!(block_on(wallet.ask(incoming, &[id])).is_err());
        queries[0].candidates[0]
            .fits
            .clone()
            .unwrap_err()
            .to_string()
    };
    let untrue = world.request(1, |q| q.prove(path("birth_date"), Operator::AgeOver(60)));
    assert!(why(&untrue).contains("You are 60 or older"));
    assert!(why(&world.request(2, |q| q.disclose(path("nickname")))).contains("nickname"));
    assert!(why(&world.request(3, |q| q.disclose(path("shoe_size")))).contains("no attribute"));
}

/// A consent that waits too long is refused; nothing is written.
#[test]
fn consent_does_not_outlive_its_request() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(9);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let incoming = world.request(1, |query| query);
    let consent: Consent = block_on(wallet.ask(&incoming, &[id])).unwrap();
    let late = world.now.plus_seconds(24 * 3600);
    let refused = block_on(wallet.present(consent, late, &mut quiet(), &mut rng)).unwrap_err();
    assert!(matches!(refused, PresentError::Stale(_)));
    assert!(block_on(wallet.ledger()).unwrap().is_empty());
}

/// Two pages of one wallet consent to one request; one of them presents.
#[test]
fn one_request_is_answered_once() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(10);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let incoming = world.request(1, |query| query);
    let first = block_on(wallet.ask(&incoming, &[id])).unwrap();
    let second = block_on(wallet.ask(&incoming, &[id])).unwrap();
    block_on(wallet.present(first, world.now, &mut quiet(), &mut rng)).unwrap();
    let refused = block_on(wallet.present(second, world.now, &mut quiet(), &mut rng)).unwrap_err();
    assert!(matches!(refused, PresentError::Answered));
}

#[test]
fn links_name_one_signed_request() {
    use crate::http::HttpResponse;
    use glimpse_protocol::request::SignedRequest;
    let world = World::new();
    let incoming = world.request(1, |query| query);
    let identity = Identity::from_seed(&[9; 32]);
    let jwt = SignedRequest::sign(incoming.request().clone(), &identity).unwrap();
    let response = |status| HttpResponse {
        status,
        body: jwt.as_str().as_bytes().to_vec(),
    };
    let link = |client: &str, origin: &str| {
        let client = crate::form::encode(&[
            ("client_id", client),
            ("request_uri", &format!("{origin}/r/1")),
        ]);
        RequestLink::from_link(&format!("http://localhost:8100/#/request?{client}"))
    };
    let client = incoming.request().client_id();
    let good = || link(&client, "https://bar.example").unwrap();
    assert_eq!(good().request().url.as_str(), "https://bar.example/r/1");
    let received = good().receive(&response(200), world.now).unwrap();
    assert!(!received.answers_elsewhere());
    let elsewhere = link(&client, "https://other.example").unwrap();
    assert!(
        elsewhere
            .receive(&response(200), world.now)
            .unwrap()
            .answers_elsewhere()
    );

    let other = link(
        "decentralized_identifier:did:key:z6Mk",
        "https://bar.example",
    )
    .unwrap();
    assert_eq!(
        other.receive(&response(200), world.now),
        Err(RequestRefused::OtherClient)
    );
    assert!(matches!(
        good().receive(&response(302), world.now),
        Err(RequestRefused::Response(_))
    ));
    let late = world.now.plus_seconds(24 * 3600);
    assert!(matches!(
        good().receive(&response(200), late),
        Err(RequestRefused::Stale(_))
    ));
    assert!(matches!(
        link(&client, "http://bar.example"),
        Err(RequestRefused::Address(_))
    ));
    assert!(RequestLink::from_link("http://localhost:8100/#/request?client_id=x").is_err());
    assert!(
        RequestLink::from_link(
            "?client_id=x&request_uri=https%3A%2F%2Fa.example&request_uri_method=post"
        )
        .is_err()
    );
    let mut changed = response(200);
    let middle = changed.body.len() / 2;
    changed.body[middle] ^= 1;
    assert!(good().receive(&changed, world.now).is_err());
}

#[test]
fn a_declined_request_is_noted_and_can_still_be_answered() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(7);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let incoming = world.request(1, |query| query.disclose(path("name")));
    block_on(wallet.decline(&incoming, world.now, &mut rng)).unwrap();
    let (_, entry) = block_on(wallet.ledger()).unwrap().remove(0);
    assert_eq!(entry.outcome, Outcome::Declined);
    assert!(entry.cards.is_empty());

    let consent = block_on(wallet.ask(&incoming, &[id])).unwrap();
    block_on(wallet.present(consent, world.now, &mut quiet(), &mut rng)).unwrap();
    let ledger = block_on(wallet.ledger()).unwrap();
    let sent = ledger
        .iter()
        .filter(|(_, entry)| entry.outcome == Outcome::Sent);
    assert_eq!((ledger.len(), sent.count()), (2, 1));
}

/// Nobody signed it: whoever wrote it need not hold the key of the verifier that it names.
#[test]
fn pseudonyms_are_for_signed_requests_only() {
    let world = World::new();
    let asking = world.request(1, |query| query.pseudonym("forum"));
    let unsigned = IncomingRequest::from_file(asking.request().bytes(), world.now);
    assert_eq!(unsigned.unwrap_err(), RequestRefused::UnsignedPseudonym);
}

#[test]
fn a_declined_request_is_not_counted_as_answered() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(7);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let incoming = world.request(1, |query| query.disclose(path("name")));
    block_on(wallet.decline(&incoming, world.now, &mut rng)).unwrap();
    let consent = block_on(wallet.ask(&incoming, &[id])).unwrap();
    let notes = consent.linkability().join(" ");
    assert!(!notes.contains("You answered"), "{notes}");
}

#[test]
fn a_verifier_connects_what_it_was_told_in_one_scope() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(8);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    for (nonce, scope) in [(1, "forum"), (2, "forum"), (3, "market")] {
        let incoming = world.request(nonce, |query| query.pseudonym(scope));
        let consent = block_on(wallet.ask(&incoming, &[id])).unwrap();
        block_on(wallet.present(consent, world.now, &mut quiet(), &mut rng)).unwrap();
    }
    let ledger = block_on(wallet.ledger()).unwrap();
    let connected = |scope: &str| -> Vec<usize> {
        let of_scope = ledger.iter().filter(|(_, entry)| {
            let mut cards = entry.cards.iter();
            cards.any(|card| card.pseudonym.as_deref() == Some(scope))
        });
        of_scope
            .map(|(_, entry)| entry.linkable(&ledger).len())
            .collect()
    };
    assert_eq!(connected("forum"), [1, 1]);
    assert_eq!(connected("market"), [0]);
}
