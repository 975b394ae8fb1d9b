//! A whole life of a wallet in a directory, interrupted at every single step of the disk: the program
//! dies there, halfway through a write too, or the disk fails once and the program goes on.

use std::path::Path;

use super::*;
use crate::store::DirectoryStorage;
use crate::vault::tests::QuickStretch;

const OLD: &str = "correct horse";
const NEW: &str = "battery staple";
const EVE: &str = r#"{"name":"Eve","birth_date":"1980-01-01"}"#;

type Home<'p> = Wallet<DirectoryStorage, &'p PaperProver, Unlocked>;

/// What the wallet said it had done.
#[derive(Debug, Default)]
struct Said {
    enrolled: bool,
    ada: Option<CardId>,
    prepared: bool,
    eve: Option<CardId>,
    /// How many answers to the one request were handed out.
    answers: usize,
    settled: bool,
    removing: bool,
    removed: bool,
    changing: bool,
    changed: bool,
}

/// One step after the other, up to the first that fails. What succeeded earlier is not done again.
async fn live(said: &mut Said, world: &World, wallet: &mut Home<'_>) -> Option<()> {
    let mut rng = StdRng::seed_from_u64(said.answers as u64 + 20);
    let mut watch = quiet();
    let nonce = Nonce::from_bytes([3; 32]);
    let secret = wallet.state.seed.holder_secret();
    let file = |attributes| world.signed(&secret, attributes);
    let enrolled = wallet.enrol(&world.manifest, &nonce, &mut watch, &mut rng);
    enrolled.await.ok()?;
    said.enrolled = true;

    let ada = match said.removing {
        true => None,
        false => Some(import(wallet, &file(ADA), &mut rng).await?),
    };
    said.ada = said.ada.or(ada);
    if let Some(ada) = ada {
        wallet.prepare(ada, &mut watch, &mut rng).await.ok()?;
        said.prepared = true;
        let incoming = asked(world);
        match wallet.ask(&incoming, &[ada]).await {
            Ok(consent) => {
                let answer = wallet.present(consent, world.now, &mut watch, &mut rng);
                answer.await.ok()?;
                said.answers += 1;
            }
            Err(AskError::Consent(ConsentError::Answered)) => {}
            Err(_) => return None,
        }
        let (entry, _) = wallet.ledger().await.ok()?.pop()?;
        let settled = wallet.settle(entry, Verdict::Accepted, &mut rng);
        settled.await.ok()?;
        said.settled = true;
    }
    said.eve = Some(import(wallet, &file(EVE), &mut rng).await?);
    if let Some(ada) = said.ada {
        said.removing = true;
        wallet.remove(ada).await.ok()?;
        said.removed = true;
    }
    if !said.changed {
        let current = if opens(wallet) { OLD } else { NEW };
        said.changing = true;
        let [current, new] = [current, NEW].map(|words| Passphrase::new(words).unwrap());
        let costs = StretchParameters::MINIMUM;
        let change = wallet.change_passphrase(&current, &new, costs, &QuickStretch, &mut rng);
        change.await.ok()?;
        said.changed = true;
    }
    Some(())
}

async fn import(wallet: &Home<'_>, file: &[u8], rng: &mut StdRng) -> Option<CardId> {
    match wallet.import(file, rng).await {
        Ok(id) | Err(AddError::Duplicate(id)) => Some(id),
        Err(_) => None,
    }
}

/// Whether the header in memory is still that of the old passphrase.
fn opens(wallet: &Home<'_>) -> bool {
    let locked = crate::vault::LockedVault::from_bytes(&wallet.state.vault.header_bytes()).unwrap();
    block_on(locked.unlock(&Passphrase::new(OLD).unwrap(), &QuickStretch)).is_ok()
}

/// The one request of a life. Answering it makes a proof that is kept.
fn asked(world: &World) -> IncomingRequest {
    world.request(1, |query| {
        query
            .disclose(path("name"))
            .prove(path("birth_date"), Operator::AgeOver(18))
    })
}

/// Nothing that was said is untrue.
fn judge(said: &Said, world: &World, wallet: &Home<'_>) {
    let cards = block_on(wallet.cards()).expect("every card is readable");
    let there = |id: Option<CardId>| id.is_none_or(|id| cards.iter().any(|card| card.id() == id));
    assert!(there(said.eve), "a credential is lost");
    let known = block_on(wallet.names(Kind::Issuer)).unwrap().len();
    assert!(known == 1 || !said.enrolled, "an issuer is lost");

    let proofs = [Kind::Prepared, Kind::Kept].map(|kind| block_on(wallet.names(kind)).unwrap());
    if said.removed || (said.removing && !cards.iter().any(|card| Some(card.id()) == said.ada)) {
        assert!(!cards.iter().any(|card| Some(card.id()) == said.ada));
        assert!(
            proofs.iter().all(Vec::is_empty),
            "a proof outlives its card"
        );
    } else {
        assert!(there(said.ada), "a credential is lost");
        let ada = cards.iter().find(|card| Some(card.id()) == said.ada);
        if let Some(ada) = ada.filter(|_| said.prepared) {
            let state = block_on(wallet.preparation(ada)).unwrap();
            assert_eq!(state, Preparation::Ready, "a prepared proof is lost");
        }
    }

    let ledger = block_on(wallet.ledger()).expect("every entry is readable");
    assert!(
        said.answers <= 1 && ledger.len() <= 1,
        "a consent was used twice"
    );
    assert!(
        said.answers <= ledger.len(),
        "an answer is not in the ledger"
    );
    let incoming = asked(world);
    if let Some((_, entry)) = ledger.first() {
        assert!(entry.answers(incoming.request()));
        assert!(entry.outcome == Outcome::Accepted || !said.settled);
        // Whatever is asked after a failure or restart, the answer is not given again.
        if let Some(ada) = said.ada.filter(|_| there(said.ada)) {
            let again = block_on(wallet.ask(&incoming, &[ada])).unwrap_err();
            assert!(matches!(again, AskError::Consent(ConsentError::Answered)));
        }
    }
}

fn create<'p>(directory: &Path, world: &'p World) -> Result<Home<'p>, ()> {
    let storage = DirectoryStorage::open(directory).unwrap();
    create_in(storage, world)
}

fn create_in(storage: DirectoryStorage, world: &World) -> Result<Home<'_>, ()> {
    let (words, costs) = (Passphrase::new(OLD).unwrap(), StretchParameters::MINIMUM);
    let mut rng = StdRng::seed_from_u64(19);
    let made = Wallet::create(
        storage,
        &world.prover,
        &words,
        costs,
        &QuickStretch,
        &mut rng,
    );
    block_on(made).map_err(drop)
}

fn reopen<'p>(directory: &Path, world: &'p World, said: &Said) -> Home<'p> {
    let mut allowed = vec![NEW];
    if !said.changed {
        allowed.insert(0, OLD);
    }
    if !said.changing {
        allowed.pop();
    }
    for words in &allowed {
        let storage = DirectoryStorage::open(directory).expect("the directory recovers");
        let locked = block_on(Wallet::open(storage, &world.prover)).unwrap();
        let words = Passphrase::new(words).unwrap();
        if let Ok(wallet) = block_on(locked.unlock(&words, &QuickStretch)) {
            return wallet;
        }
    }
    panic!("none of {allowed:?} opens the wallet");
}

/// How many steps of the disk a life takes, with a look at the wallet after each.
fn interrupted_everywhere(interrupt: impl Fn(&Home<'_>, usize), go_on: bool) -> usize {
    let world = World::new();
    for steps in 0.. {
        let directory = tempfile::tempdir().unwrap();
        let mut wallet = create(directory.path(), &world).unwrap();
        let mut said = Said::default();
        interrupt(&wallet, steps);
        let finished = block_on(live(&mut said, &world, &mut wallet)).is_some();
        if go_on && !finished {
            judge(&said, &world, &wallet);
            block_on(live(&mut said, &world, &mut wallet)).expect("the rest of a life");
        }
        drop(wallet);

        let mut wallet = reopen(directory.path(), &world, &said);
        judge(&said, &world, &wallet);
        block_on(live(&mut said, &world, &mut wallet)).expect("the rest of a life");
        judge(&said, &world, &wallet);
        assert!(said.removed && said.changed);
        if finished {
            return steps;
        }
    }
    0
}

#[test]
fn killed_at_any_step_of_the_disk_nothing_is_lost_or_used_twice() {
    let steps = interrupted_everywhere(|wallet, steps| wallet.storage.crash.after(steps), false);
    assert!(steps >= 40, "{steps}");
}

#[test]
fn failing_once_at_any_step_of_the_disk_nothing_is_lost_or_used_twice() {
    let fail = |wallet: &Home<'_>, steps| wallet.storage.crash.once_after(steps);
    let steps = interrupted_everywhere(fail, true);
    assert!(steps >= 40, "{steps}");
}

#[test]
fn killed_at_any_step_of_its_making_there_is_a_wallet_or_none() {
    let world = World::new();
    for steps in 0.. {
        let directory = tempfile::tempdir().unwrap();
        let storage = DirectoryStorage::open(directory.path()).unwrap();
        storage.crash.after(steps);
        let made = create_in(storage, &world).is_ok();
        let exists = {
            let storage = DirectoryStorage::open(directory.path()).unwrap();
            let names = block_on(storage.list()).unwrap().len();
            assert!(names == 0 || names == 2, "half a wallet");
            names == 2
        };
        assert!(exists || !made);
        if !exists {
            create(directory.path(), &world).unwrap();
        }
        reopen(directory.path(), &world, &Said::default());
        if made {
            break;
        }
    }
}
