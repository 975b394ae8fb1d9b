//! Storage that stops working at any operation.

use super::*;

/// Dies at every storage operation of a whole life. After each death the wallet opens, what had been
/// added is there, and nothing was answered without an entry in the ledger.
#[test]
fn killed_anywhere_nothing_is_lost() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(11);
    drop(world.create());
    let empty = world.storage.snapshot();
    for operations in 0.. {
        let storage = MemoryStorage::from_snapshot(empty.clone());
        let locked = block_on(Wallet::open(storage.clone(), &world.prover)).unwrap();
        let pass = Passphrase::new("pass").unwrap();
        let wallet = block_on(locked.unlock(&pass, &Argon2Direct)).unwrap();
        let file = world.credential(&wallet, ADA);
        storage.crash_after(operations);
        let (mut added, mut answered, mut finished) = (None, false, false);
        let life = async {
            let id = wallet.add(&file, &world.manifest, &mut rng).await.ok()?;
            added = Some(id);
            wallet.prepare(id, &mut quiet(), &mut rng).await.ok()?;
            let incoming = world.request(1, |query| query);
            let consent = wallet.ask(&incoming, &[id]).await.ok()?;
            let presented = wallet
                .present(consent, world.now, &mut quiet(), &mut rng)
                .await
                .ok()?;
            answered = true;
            wallet
                .settle(presented.entry(), Verdict::Accepted, &mut rng)
                .await
                .ok()?;
            finished = true;
            Some(())
        };
        block_on(life);
        drop(wallet);

        storage.recover();
        let locked = block_on(Wallet::open(storage, &world.prover)).unwrap();
        let wallet = block_on(locked.unlock(&pass, &Argon2Direct)).unwrap();
        let cards = block_on(wallet.cards()).unwrap();
        assert!(added.is_none_or(|id| cards.iter().any(|card| card.id() == id)));
        assert!(!answered || block_on(wallet.ledger()).unwrap().len() == 1);
        if finished {
            assert!(operations > 8);
            break;
        }
    }
}

#[test]
fn killed_while_it_is_made_there_is_a_wallet_or_none() {
    let world = World::new();
    let pass = Passphrase::new("pass").unwrap();
    for operations in 0..3 {
        let storage = MemoryStorage::new();
        storage.crash_after(operations);
        let mut rng = StdRng::seed_from_u64(12);
        let (minimum, prover) = (StretchParameters::MINIMUM, &world.prover);
        let made = Wallet::create(
            storage.clone(),
            prover,
            &pass,
            minimum,
            &Argon2Direct,
            &mut rng,
        );
        let made = block_on(made).is_ok();
        storage.recover();
        let found = block_on(Wallet::open(storage.clone(), prover)).is_ok();
        assert_eq!(made, found);
        let again = Wallet::create(storage, prover, &pass, minimum, &Argon2Direct, &mut rng);
        assert_eq!(matches!(block_on(again), Err(CreateError::Exists)), made);
    }
}
