//! Proofs that are kept from one answer for the next.

use super::*;

/// An unlocked wallet with one prepared card.
fn with_card(world: &mut World) -> (TestWallet<'_>, CardId) {
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let mut rng = StdRng::seed_from_u64(1);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    (wallet, id)
}

/// Answers a request; gives how many range proofs were given to the prover and how many it made.
fn show(
    wallet: &TestWallet<'_>,
    card: CardId,
    incoming: &IncomingRequest,
    now: DateTime,
) -> (usize, usize) {
    let mut rng = StdRng::seed_from_u64(now.unix() as u64);
    let consent = block_on(wallet.ask(incoming, &[card])).unwrap();
    block_on(wallet.present(consent, now, &mut quiet(), &mut rng)).unwrap();
    (wallet.prover.given.get(), wallet.prover.made.get())
}

/// Facts about the day, the card's validity perhaps among them, and one that holds on any day.
fn facts(query: QueryBuilder) -> QueryBuilder {
    let turn: Date = "2000-01-01".parse().unwrap();
    query
        .prove(path("birth_date"), Operator::AgeOver(18))
        .prove(path("birth_date"), Operator::Lt(turn.into()))
}

#[test]
fn second_answer_about_the_same_facts_makes_no_proof() {
    let mut world = World::new();
    let (wallet, card) = with_card(&mut world);
    let now = "2026-11-21T18:00:00Z".parse().unwrap();
    let request = |nonce| World::new().request(nonce, facts);
    let (given, all) = show(&wallet, card, &request(1), now);
    assert!(given == 0 && all >= 2);
    assert_eq!(show(&wallet, card, &request(2), now), (all, 0));
    // Another fact is made and joins those that are kept.
    let other = World::new().request(3, |query| {
        facts(query).prove(path("birth_date"), Operator::AgeOver(21))
    });
    assert_eq!(show(&wallet, card, &other, now), (all, 1));
    assert_eq!(show(&wallet, card, &request(4), now), (all + 1, 0));
    // Another wallet over the same storage reads them too.
    let storage = MemoryStorage::from_snapshot(wallet.storage.snapshot());
    let prover = PaperProver::default();
    let locked = block_on(Wallet::open(storage, &prover)).unwrap();
    let passphrase = Passphrase::new("pass").unwrap();
    let again = block_on(locked.unlock(&passphrase, &Argon2Direct)).unwrap();
    assert_eq!(show(&again, card, &request(5), now), (all + 1, 0));
}

#[test]
fn kept_proofs_end_with_their_day_their_keys_and_their_card() {
    let mut world = World::new();
    let (wallet, card) = with_card(&mut world);
    let now: DateTime = "2026-11-21T18:00:00Z".parse().unwrap();
    let at = |nonce, now| {
        let mut world = World::new();
        world.now = now;
        world.request(nonce, facts)
    };
    let later = |days: i64| now.plus_seconds(days * 24 * 3600);
    let (_, all) = show(&wallet, card, &at(1, now), now);
    let of_the_day = all - 1;
    // A day later requests of the first day are still accepted.
    let second = show(&wallet, card, &at(2, later(1)), later(1));
    assert_eq!(second, (all, of_the_day));
    // On the third day those of the first are gone. What holds on any day stays.
    let third = show(&wallet, card, &at(3, later(2)), later(2));
    assert_eq!(third, (all, of_the_day));
    let tenth = show(&wallet, card, &at(4, later(9)), later(9));
    assert_eq!(tenth, (1, of_the_day));

    wallet.prover.digest.set(1);
    assert_eq!(show(&wallet, card, &at(5, later(9)), later(9)), (0, all));
    assert_eq!(block_on(wallet.names(Kind::Kept)).unwrap().len(), 1);
    block_on(wallet.remove(card)).unwrap();
    assert!(block_on(wallet.names(Kind::Kept)).unwrap().is_empty());
}

#[test]
fn damaged_record_of_kept_proofs_stands_in_nobodys_way() {
    let mut world = World::new();
    let (wallet, card) = with_card(&mut world);
    let now = "2026-11-21T18:00:00Z".parse().unwrap();
    let request = |nonce| World::new().request(nonce, facts);
    show(&wallet, card, &request(1), now);
    let name = RecordName::new(Kind::Kept, card);
    block_on(wallet.storage.put(name, vec![1; 600])).unwrap();
    let (given, made) = show(&wallet, card, &request(2), now);
    assert!(given == 0 && made >= 2);
    assert_eq!(show(&wallet, card, &request(3), now), (made, 0));
}

#[test]
fn a_card_keeps_so_many_proofs_and_no_more() {
    let mut world = World::new();
    let (wallet, card) = with_card(&mut world);
    let now = "2026-11-21T18:00:00Z".parse().unwrap();
    for years in 1..=35 {
        let request = World::new().request(years, |query| {
            let earliest: Date = "1900-01-01".parse().unwrap();
            let latest: Date = Date::new(1990 + i32::from(years), 12, 31).unwrap();
            query
                .prove(path("birth_date"), Operator::AgeOver(years))
                .prove(
                    path("birth_date"),
                    Operator::Between(earliest.into(), latest.into()),
                )
        });
        show(&wallet, card, &request, now);
    }
    // 35 times two were made.
    let incoming = World::new().request(40, facts);
    assert_eq!(show(&wallet, card, &incoming, now).0, 64);
}

#[test]
fn prover_that_fails_leaves_nothing_behind() {
    let mut world = World::new();
    let (wallet, card) = with_card(&mut world);
    let mut rng = StdRng::seed_from_u64(2);
    let incoming = World::new().request(1, facts);
    let consent = block_on(wallet.ask(&incoming, &[card])).unwrap();
    let before = wallet.storage.snapshot();
    wallet.prover.broken.set(true);
    let nonce = Nonce::from_bytes([3; 32]);
    let issuer = World::new().manifest;
    let refused = block_on(wallet.enrol(&issuer, &nonce, &mut quiet(), &mut rng));
    assert!(matches!(refused, Err(EnrolError::Prover(NoProof))));
    let refused = block_on(wallet.prepare(card, &mut quiet(), &mut rng));
    assert!(matches!(refused, Err(PrepareError::Prover(NoProof))));
    let now = "2026-11-21T18:00:00Z".parse().unwrap();
    let refused = block_on(wallet.present(consent, now, &mut quiet(), &mut rng));
    assert!(matches!(refused, Err(PresentError::Prover(NoProof))));
    assert_eq!(wallet.storage.snapshot(), before);
}
