//! What the consent screen says of choices, pseudonyms and statements about two cards.

use super::*;

#[test]
fn consent_puts_a_choice_into_plain_english() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(7);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let named = Predicate {
        path: path("name"),
        operator: Operator::In(["Ada", "Eva"].map(Constant::from).into()),
    };
    let grown = Predicate {
        path: path("birth_date"),
        operator: Operator::AgeOver(26),
    };
    let either = Formula::Any(vec![named.into(), Formula::from(grown).negate()]);
    let incoming = world.request(1, |query| query.prove_that(either));
    let seen = block_on(wallet.ask(&incoming, &[id])).unwrap().seen();
    assert_eq!(
        seen[0].proved,
        [
            "name: “Ada” or “Eva”, or you are under 26. The proof does not say which",
            "Valid on 21 November 2026"
        ]
    );
    for field in &seen[0].fields[..2] {
        assert_eq!(field.seen, SeenAs::Within);
    }
}

#[test]
fn consent_says_who_recognises_a_pseudonym() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(7);
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let incoming = world.request_of_several(1, |_| {
        let schemas = world.manifest.schemas();
        let issuers = [&world.manifest];
        let query = QueryBuilder::hiding_issuer("card", schemas, &issuers, world.now.date());
        vec![query.one_per_person("accounts")]
    });
    let consent = block_on(wallet.ask(&incoming, &[id])).unwrap();
    let seen = consent.seen().remove(0);
    assert_eq!(seen.proved, ["Valid on 21 November 2026"]);
    assert_eq!(seen.pseudonym.as_deref(), Some("accounts"));
    assert!(!consent.is_unlinkable());
    assert_eq!(
        consent.linkability(),
        [
            "The same site will recognise you next time; other sites cannot. It asks so for “accounts”."
        ]
    );
}

#[test]
fn consent_shows_what_two_cards_have_in_common() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(7);
    drop(world.create());
    let wallet = world.reopen();
    let mut add = |attributes| {
        let file = world.credential(&wallet, attributes);
        block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap()
    };
    let cards = [
        add(ADA),
        add(r#"{"name":"Ada","birth_date":"1990-12-10","nickname":"A"}"#),
    ];
    let incoming = world.request_of_several(1, |first| {
        let schema = world.manifest.schemas()[0].id().clone();
        let issuers = [world.manifest.id().clone()];
        let second = QueryBuilder::new("second", schema, &issuers, world.now.date());
        let other = Other {
            credential: Some("card".into()),
            path: path("name"),
        };
        vec![
            first.prove(path("name"), Operator::Prefix("A".into())),
            second.prove(path("name"), Operator::Eq(other.into())),
        ]
    });
    let seen = block_on(wallet.ask(&incoming, &cards)).unwrap().seen();
    assert_eq!(
        seen[0].fields[0].seen,
        SeenAs::Proved(vec!["name: begins with “A”".into()])
    );
    assert_eq!(
        seen[1].proved,
        [
            "name: the same as name of your first card",
            "Valid on 21 November 2026"
        ]
    );
    assert_eq!(seen[1].fields[0].seen, SeenAs::Within);
}
