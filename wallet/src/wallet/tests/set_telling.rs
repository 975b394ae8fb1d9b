//! That a set is fetched tells its server nothing of what a card says.

use super::sets::{names, within};
use super::*;
use crate::set::awaited;

/// Whether a wallet with such a card, which both queries are about, asks for the set that the first of them names.
fn is_awaited(card: &str, second: impl FnOnce(QueryBuilder) -> QueryBuilder) -> bool {
    let mut world = World::new();
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, card);
    let mut rng = StdRng::seed_from_u64(1);
    block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let incoming = world.request_of_several(1, |first| {
        let schema = world.manifest.schemas()[0].id().clone();
        let issuers = [world.manifest.id().clone()];
        let query = QueryBuilder::new("second", schema, &issuers, world.now.date());
        vec![first.prove_that(within("name", &names())), second(query)]
    });
    awaited(&block_on(wallet.candidates(&incoming)).unwrap())
}

const OF_AGE: &str = r#"{"name":"Ada","birth_date":"1990-12-10"}"#;
const NOT_OF_AGE: &str = r#"{"name":"Ada","birth_date":"2020-01-01"}"#;
const WITH_NICKNAME: &str = r#"{"name":"Ada","birth_date":"1990-12-10","nickname":"A"}"#;

/// Which of two things that stand against a card is said first must not depend on its values.
#[test]
fn a_question_that_makes_no_sense_is_found_before_any_fact() {
    let nonsense = |query: QueryBuilder| query.prove(path("no_such_field"), Operator::Exists);
    let fact = |query: QueryBuilder| query.prove(path("birth_date"), Operator::AgeOver(18));
    let claim = |query: QueryBuilder| query.disclose(path("nickname"));
    for card in [OF_AGE, NOT_OF_AGE] {
        assert!(is_awaited(card, fact));
        assert!(!is_awaited(card, |query| nonsense(fact(query))));
    }
    for card in [OF_AGE, WITH_NICKNAME] {
        assert!(is_awaited(card, claim));
        assert!(!is_awaited(card, |query| nonsense(claim(query))));
    }
}
