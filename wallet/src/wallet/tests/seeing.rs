//! What a request cannot make the consent screen say.

mod pinning;

use super::*;

use glimpse_protocol::predicate::Other;
use glimpse_protocol::request::RequestBuilder;

fn asking(world: &World) -> RequestBuilder {
    let endpoint = Endpoint::new("https://bar.example/answer").unwrap();
    let mode = ResponseMode::DirectPost(endpoint);
    let nonce = Nonce::from_bytes([1; 32]);
    Request::builder(Identity::from_seed(&[9; 32]).did(), mode, nonce, world.now)
}

fn query(world: &World, id: &str) -> QueryBuilder {
    let schema = world.manifest.schemas()[0].id().clone();
    QueryBuilder::new(id, schema, &[world.manifest.id().clone()], world.now.date())
}

/// A verifier that accepts several schemas writes them into the request, and may call them what it likes.
#[test]
fn a_card_is_called_what_its_own_issuer_calls_it() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(21);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let own = world.manifest.schemas()[0].clone();
    let paper = SCHEMA.replace("\"name\":\"Card\"", "\"name\":\"Lottery ticket\"");
    let paper = Schema::parse(paper.as_bytes()).unwrap();
    let seen = |schemas: &[Schema]| {
        let day = world.now.date();
        let query = QueryBuilder::hiding_issuer("card", schemas, &[&world.manifest], day)
            .prove(path("name"), Operator::Eq("Ada".into()));
        let request = asking(&world).query(query).build().unwrap();
        let incoming = IncomingRequest::from_file(request.bytes(), world.now).unwrap();
        block_on(wallet.ask(&incoming, &[id])).unwrap().seen()
    };
    let cards = seen(&[paper, own.clone()]);
    assert_eq!(cards[0].kind, "Card, as one of 2 kinds, not saying which");
    assert_eq!(seen(&[own])[0].kind, "Card");
    // One issuer is no hiding place.
    assert_eq!(cards[0].issuer, "Registry");
}

/// What is asked of one card may be about another.
#[test]
fn a_card_shows_what_is_proved_of_it_next_to_another() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(22);
    drop(world.create());
    let wallet = world.reopen();
    let [one, two] = [ADA, r#"{"name":"Ada","birth_date":"1990-12-11"}"#].map(|attributes| {
        let file = world.credential(&wallet, attributes);
        block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap()
    });
    let other = Other {
        credential: Some("second".into()),
        path: path("name"),
    };
    let first = query(&world, "first").prove(path("name"), Operator::Eq(other.into()));
    let request = asking(&world).query(first).query(query(&world, "second"));
    let request = request.build().unwrap();
    let incoming = IncomingRequest::from_file(request.bytes(), world.now).unwrap();
    let seen = block_on(wallet.ask(&incoming, &[one, two])).unwrap().seen();
    assert_eq!(seen[0].fields[0].seen, SeenAs::Within);
    assert_eq!(seen[1].fields[0].seen, SeenAs::Within);
    assert_eq!(seen[1].fields[1].seen, SeenAs::Hidden);
}
