//! Preparing ahead, with storage around it; the plan itself is tested beside it.

use super::revoking::{list, take};
use super::*;
use crate::ahead::What;

/// A wallet with one card and the first status list.
fn holding(world: &mut World) -> (TestWallet<'_>, CardId) {
    let first = list(world, 1, &[7]).to_bytes();
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let mut rng = StdRng::seed_from_u64(1);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    take(&wallet, first, world.now);
    (wallet, id)
}

/// Does everything that is planned; gives how much that was.
fn run(wallet: &TestWallet<'_>, now: DateTime) -> usize {
    let mut rng = StdRng::seed_from_u64(3);
    let tasks = block_on(wallet.plan_ahead(now)).unwrap();
    let count = tasks.len();
    for task in tasks {
        block_on(wallet.prepare_ahead(task, now, &mut quiet(), &mut rng)).unwrap();
    }
    assert_eq!(block_on(wallet.plan_ahead(now)).unwrap(), []);
    count
}

/// Answers; gives how many proofs had to be made.
fn show(wallet: &TestWallet<'_>, card: CardId, nonce: u8, now: DateTime) -> usize {
    let mut rng = StdRng::seed_from_u64(4);
    let mut world = World::new();
    world.now = now;
    let lists = [list(&World::new(), 1, &[7]), list(&World::new(), 2, &[])];
    let heads = lists.map(|list| list.head().clone());
    let incoming = world.request(nonce, |query| {
        query
            .not_revoked(172_800, &heads)
            .prove(path("birth_date"), Operator::AgeOver(18))
    });
    let consent = block_on(wallet.ask(&incoming, &[card])).unwrap();
    block_on(wallet.present(consent, now, &mut quiet(), &mut rng)).unwrap();
    wallet.prover.made.get()
}

#[test]
fn what_is_prepared_ahead_serves_the_next_answer() {
    let mut world = World::new();
    let now = world.now;
    let (wallet, card) = holding(&mut world);
    // The card, its status, its validity.
    assert_eq!(run(&wallet, now), 3);
    // What is asked for the first time is made on the spot, and nothing else.
    assert_eq!(show(&wallet, card, 1, now), 1);
    assert_eq!(run(&wallet, now), 0);
    // On another day the validity and the age are of that day; the status is still that of the list.
    let tomorrow = now.plus_seconds(86_400);
    assert_eq!(run(&wallet, tomorrow), 2);
    assert_eq!(show(&wallet, card, 2, tomorrow), 0);
    // Another list, another proof.
    let second = list(&World::new(), 2, &[]).to_bytes();
    take(&wallet, second, tomorrow);
    assert_eq!(run(&wallet, tomorrow), 1);
    assert_eq!(show(&wallet, card, 3, tomorrow), 0);
}

#[test]
fn what_was_made_under_an_old_key_is_made_again_and_nothing_else() {
    let mut world = World::new();
    let now = world.now;
    let (wallet, card) = holding(&mut world);
    run(&wallet, now);
    show(&wallet, card, 1, now);
    wallet.prover.renewed.set(Some(CircuitId::Status));
    let tasks = block_on(wallet.plan_ahead(now)).unwrap();
    assert!(matches!(&tasks[..], [task] if matches!(task.what, What::Status(_))));
    wallet.prover.renewed.set(Some(CircuitId::Range));
    assert_eq!(block_on(wallet.plan_ahead(now)).unwrap().len(), 2);
}

#[test]
fn a_task_whose_card_is_gone_or_revoked_leaves_nothing() {
    let mut world = World::new();
    let now = world.now;
    let (wallet, card) = holding(&mut world);
    let revoking = list(&World::new(), 2, &[0]).to_bytes();
    let mut rng = StdRng::seed_from_u64(3);
    let mut tasks = block_on(wallet.plan_ahead(now)).unwrap();
    let (valid, status) = (tasks.pop().unwrap(), tasks.pop().unwrap());
    take(&wallet, revoking, now.plus_seconds(86_400));
    block_on(wallet.prepare_ahead(status, now, &mut quiet(), &mut rng)).unwrap();
    assert!(block_on(wallet.names(Kind::Kept)).unwrap().is_empty());
    assert_eq!(block_on(wallet.plan_ahead(now)).unwrap(), []);
    block_on(wallet.remove(card)).unwrap();
    block_on(wallet.prepare_ahead(valid, now, &mut quiet(), &mut rng)).unwrap();
    assert!(block_on(wallet.names(Kind::Kept)).unwrap().is_empty());
}
