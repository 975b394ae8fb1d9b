//! Which cards answer together.

use super::*;
use crate::consent::QueryCandidates;
use crate::wallet::CardId;

const FIRST: usize = 0;
const SECOND: usize = 1;

/// Cards of these names and days of birth.
fn holding<'w>(world: &'w mut World, people: &[(&str, &str)]) -> (TestWallet<'w>, Vec<CardId>) {
    drop(world.create());
    let wallet = world.reopen();
    let mut rng = StdRng::seed_from_u64(31);
    let mut cards = Vec::new();
    for (name, born) in people {
        let attributes = format!(r#"{{"name":"{name}","birth_date":"{born}"}}"#);
        let file = world.credential(&wallet, &attributes);
        cards.push(block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap());
    }
    (wallet, cards)
}

/// Asks for two cards of one name; the first is of somebody over 18, the second of somebody else.
fn asked() -> IncomingRequest {
    let world = World::new();
    world.request_of_several(1, |first| {
        let schema = world.manifest.schemas()[0].id().clone();
        let issuers = [world.manifest.id().clone()];
        let second = QueryBuilder::new("second", schema, &issuers, world.now.date());
        let same = Other {
            credential: Some("card".into()),
            path: path("name"),
        };
        let grown = Predicate {
            path: path("birth_date"),
            operator: Operator::AgeOver(18),
        };
        vec![
            first.prove_that(grown.clone().into()),
            second
                .prove(path("name"), Operator::Eq(same.into()))
                .prove_that(Formula::from(grown).negate()),
        ]
    })
}

const OLD: &str = "1990-12-10";
const YOUNG: &str = "2020-01-01";

/// What stands against each card for a query.
fn against(queries: &[QueryCandidates], query: usize, cards: &[CardId]) -> Vec<Option<String>> {
    let candidates = &queries[query].candidates;
    let find = |id: &CardId| {
        candidates
            .iter()
            .find(|found| found.card.id() == *id)
            .unwrap()
    };
    let cards = cards.iter().map(find);
    cards
        .map(|found| found.fits.as_ref().err().map(ToString::to_string))
        .collect()
}

/// A card that does not fit the first card of another query may fit the next.
#[test]
fn a_card_fits_if_it_answers_next_to_any_other() {
    let people = [
        ("Ada", OLD),
        ("Eve", OLD),
        ("Bob", OLD),
        ("Eve", YOUNG),
        ("Bob", YOUNG),
    ];
    let mut world = World::new();
    let (wallet, cards) = holding(&mut world, &people);
    let incoming = asked();
    let queries = block_on(wallet.candidates(&incoming)).unwrap();
    let fit = |query| {
        let against = against(&queries, query, &cards);
        against.iter().map(Option::is_none).collect::<Vec<_>>()
    };
    assert_eq!(fit(FIRST), [false, true, true, false, false]);
    assert_eq!(fit(SECOND), [false, false, false, true, true]);
    let why = against(&queries, FIRST, &cards)[0].clone().unwrap();
    assert!(
        why.contains("name: the same as name of your first card"),
        "{why}"
    );

    let choose = |wanted: &[CardId], kept| {
        let chosen = block_on(wallet.choose(&incoming, wanted, kept)).unwrap();
        let place = |id: &CardId| cards.iter().position(|card| card == id).unwrap();
        chosen.map(|chosen| chosen.iter().map(place).collect::<Vec<_>>())
    };
    let names = |chosen: Option<Vec<usize>>| {
        let chosen = chosen.unwrap();
        assert_eq!(people[chosen[0]].0, people[chosen[1]].0);
        people[chosen[0]].0
    };
    // Whichever the holder takes, the other follows; and the consent is of both.
    let any = choose(&[], None);
    let chosen: Vec<CardId> = any.clone().unwrap().iter().map(|at| cards[*at]).collect();
    assert!(["Eve", "Bob"].contains(&names(any)));
    block_on(wallet.ask(&incoming, &chosen)).unwrap();
    assert_eq!(names(choose(&[cards[1], cards[4]], Some(FIRST))), "Eve");
    assert_eq!(names(choose(&[cards[1], cards[4]], Some(SECOND))), "Bob");
    assert_eq!(names(choose(&[cards[2], cards[3]], Some(FIRST))), "Bob");
    assert_eq!(choose(&[cards[0], cards[3]], Some(FIRST)), None);
}

/// What is asked between cards is not held against one of which it is not asked.
#[test]
fn where_no_cards_fit_together_that_is_what_is_said() {
    let mut world = World::new();
    let (wallet, cards) = holding(&mut world, &[("Ada", OLD), ("Eve", YOUNG)]);
    let queries = block_on(wallet.candidates(&asked())).unwrap();
    assert_eq!(against(&queries, FIRST, &cards)[0], None);
    let why = against(&queries, SECOND, &cards)[1].clone().unwrap();
    assert!(
        why.contains("name: the same as name of your first card"),
        "{why}"
    );
    assert_eq!(block_on(wallet.choose(&asked(), &[], None)).unwrap(), None);
}

/// A card that only another card's own fault keeps from answering is not said to be at fault.
#[test]
fn a_card_is_judged_next_to_cards_that_can_answer() {
    let mut world = World::new();
    // The one of the right name is too young for the first query.
    let (wallet, cards) = holding(&mut world, &[("Eve", YOUNG), ("Ada", OLD)]);
    let queries = block_on(wallet.candidates(&asked())).unwrap();
    assert_eq!(against(&queries, FIRST, &cards)[1], None);
    assert!(
        against(&queries, FIRST, &cards)[0]
            .clone()
            .unwrap()
            .contains("18 or older")
    );
    let why = against(&queries, SECOND, &cards)[0].clone().unwrap();
    assert!(why.contains("name: the same as"), "{why}");
}

/// Of many cards only the last answer together, and they are found.
#[test]
fn an_answer_is_found_however_many_cards_come_before() {
    let born: Vec<String> = (0..16)
        .map(|day| format!("1990-01-{:02}", 28 - day))
        .collect();
    let names: Vec<String> = (0..16)
        .map(|card| format!("Person {}", card.min(12)))
        .collect();
    let people: Vec<_> = names
        .iter()
        .zip(&born)
        .map(|(name, born)| (name.as_str(), born.as_str()))
        .collect();
    let mut world = World::new();
    let (wallet, cards) = holding(&mut world, &people);
    let world = World::new();
    let related = |name: &str, to: usize| {
        Other {
            credential: Some(format!("card{to}")),
            path: path(name),
        }
        .into()
    };
    // Four cards of one name, each of somebody older than the last.
    let incoming = world.request_of_several(1, |_| {
        let schema = world.manifest.schemas()[0].id().clone();
        let issuers = [world.manifest.id().clone()];
        let query = |number: usize| {
            let id = format!("card{number}");
            let query = QueryBuilder::new(&id, schema.clone(), &issuers, world.now.date());
            match number.checked_sub(1) {
                None => query,
                Some(before) => query
                    .prove(path("name"), Operator::Eq(related("name", 0)))
                    .prove(
                        path("birth_date"),
                        Operator::Lt(related("birth_date", before)),
                    ),
            }
        };
        (0..4).map(query).collect()
    });
    let chosen = block_on(wallet.choose(&incoming, &[], None)).unwrap();
    assert_eq!(chosen.as_deref(), Some(&cards[12..]));
    let queries = block_on(wallet.candidates(&incoming)).unwrap();
    for (number, query) in queries.iter().enumerate() {
        let fitting: Vec<CardId> = query.fitting().map(Card::id).collect();
        assert_eq!(fitting, [cards[12 + number]]);
    }
}

/// What was not looked at is not held against a card.
#[test]
fn nothing_is_said_of_cards_between_which_the_search_was_given_up() {
    let mut world = World::new();
    let (wallet, ids) = holding(&mut world, &[("Ada", OLD), ("Eve", YOUNG)]);
    let cards = block_on(wallet.cards()).unwrap();
    let queries = crate::consent::candidates(&asked(), &cards, 0);
    assert_eq!(against(&queries, FIRST, &ids)[0], None);
    assert_eq!(against(&queries, SECOND, &ids)[1], None);
    assert!(against(&queries, SECOND, &ids)[0].is_some());
    assert_eq!(crate::consent::choose(&asked(), &cards, &[], None, 0), None);
}

/// Where another card is missing, the holder still learns what stands against this one.
#[test]
fn a_card_is_judged_alone_where_another_query_has_none() {
    let mut world = World::new();
    let (wallet, cards) = holding(&mut world, &[("Ada", OLD), ("Eve", YOUNG)]);
    let world = World::new();
    let incoming = world.request_of_several(1, |first| {
        let schema = glimpse_protocol::schema::SchemaId::new("org.example.other").unwrap();
        let issuers = [world.manifest.id().clone()];
        let second = QueryBuilder::new("second", schema, &issuers, world.now.date());
        let same = Other {
            credential: Some("second".into()),
            path: path("name"),
        };
        let first = first
            .prove(path("birth_date"), Operator::AgeOver(18))
            .prove(path("name"), Operator::Eq(same.into()));
        vec![first, second]
    });
    let queries = block_on(wallet.candidates(&incoming)).unwrap();
    let against = against(&queries, FIRST, &cards);
    assert_eq!(against[0], None);
    assert!(against[1].as_ref().unwrap().contains("18 or older"));
}
