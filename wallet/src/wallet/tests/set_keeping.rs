//! How the files of published sets rest: encrypted, in pieces, so many and no more, whole or not at all.

use glimpse_protocol::set::MAX_SET_BYTES;

use super::super::sets::{MAX_PIECES, padded};
use super::sets::{asked, count, holding, is_kept, names, now, published, source, take, take_at};
use super::*;

#[test]
fn so_many_sets_are_kept_and_the_first_go_first() {
    let mut world = World::new();
    let (wallet, _) = holding(&mut world);
    let sets: Vec<_> = (0..=MAX_PIECES)
        .map(|number| published(&format!("Set {number}"), &["Ada"], 8))
        .collect();
    for (set, second) in sets.iter().zip(0..) {
        take_at(&wallet, &asked(set, 1), &set.to_bytes(), second).unwrap();
        // Taken twice it is kept once.
        take_at(&wallet, &asked(set, 1), &set.to_bytes(), second + 1_000_000).unwrap();
        take_at(&wallet, &asked(set, 1), &set.to_bytes(), second).unwrap();
    }
    assert_eq!(count(&wallet, Kind::Set), MAX_PIECES);
    assert_eq!(count(&wallet, Kind::Piece), MAX_PIECES);
    let kept: Vec<_> = sets.iter().map(|set| is_kept(&wallet, set)).collect();
    assert!(!kept[0] && kept[1..].iter().all(|kept| *kept));
}

#[test]
fn a_file_is_kept_in_pieces_whose_length_does_not_tell_which_it_is() {
    let mut world = World::new();
    let (wallet, _) = holding(&mut world);
    let source = source(&asked(&names(), 1));
    let mut rng = StdRng::seed_from_u64(2);
    let mut lengths = Vec::new();
    for bytes in [
        1,
        4096,
        4097,
        1 << 20,
        (1 << 20) + 1,
        5 << 19,
        MAX_SET_BYTES,
    ] {
        let file: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
        block_on(wallet.keep_set(&source, &file, now(), &mut rng)).unwrap();
        let sets = block_on(wallet.kept_sets()).unwrap();
        let read = block_on(wallet.read_pieces(&sets[0].1)).unwrap().unwrap();
        assert!(read == file, "{bytes}");
        let stored = wallet.storage.snapshot();
        let stored = stored.iter().filter(|(name, _)| name.kind() == Kind::Piece);
        lengths.push(
            stored
                .map(|(_, sealed)| sealed.len() / 512 * 512)
                .collect::<Vec<_>>(),
        );
    }
    let [small, whole] = [4096 + 512, (1 << 20) + 512];
    assert_eq!(lengths[..2], [vec![small], vec![small]]);
    assert_eq!(
        lengths[2..5],
        [vec![8192 + 512], vec![whole], vec![whole; 2]]
    );
    assert_eq!(lengths[5..], [vec![whole; 3], vec![whole; 32]]);
    assert_eq!(padded(5 << 18), 2 << 20);
}

#[test]
fn a_set_is_kept_whole_or_not_at_all() {
    let mut world = World::new();
    let (wallet, _) = holding(&mut world);
    let (set, known) = (names(), published("Known", &["Ada"], 8));
    take(&wallet, &asked(&known, 1), &known.to_bytes()).unwrap();
    let before = wallet.storage.snapshot();
    let mut operations = 0;
    loop {
        let storage = MemoryStorage::from_snapshot(before.clone());
        let prover = PaperProver::default();
        let locked = block_on(Wallet::open(storage.clone(), &prover)).unwrap();
        let passphrase = Passphrase::new("pass").unwrap();
        let wallet = block_on(locked.unlock(&passphrase, &Argon2Direct)).unwrap();
        storage.crash_after(operations);
        let mut rng = StdRng::seed_from_u64(4);
        let incoming = asked(&set, 2);
        let (source, file) = (source(&incoming), set.to_bytes());
        let done = block_on(wallet.take_set(&source, &file, now(), &mut rng)).is_ok();
        storage.recover();
        assert!(is_kept(&wallet, &known));
        assert!(is_kept(&wallet, &set) || !done);
        // What was left over goes when it is tried again.
        take(&wallet, &incoming, &set.to_bytes()).unwrap();
        assert!(is_kept(&wallet, &set) && is_kept(&wallet, &known));
        assert_eq!(
            (count(&wallet, Kind::Set), count(&wallet, Kind::Piece)),
            (2, 2)
        );
        if done {
            break;
        }
        operations += 1;
    }
    assert!(operations > 4);
}

#[test]
fn a_damaged_set_counts_as_none_and_is_replaced() {
    let mut world = World::new();
    let (wallet, _) = holding(&mut world);
    let set = names();
    let incoming = asked(&set, 1);
    for kind in [Kind::Set, Kind::Piece] {
        for damage in [Some(vec![1; 600]), None] {
            take(&wallet, &incoming, &set.to_bytes()).unwrap();
            assert!(is_kept(&wallet, &set));
            let name = block_on(wallet.names(kind)).unwrap()[0];
            let stored = match damage {
                Some(bytes) => block_on(wallet.storage.put(name, bytes)),
                None => block_on(wallet.storage.delete(name)),
            };
            stored.unwrap();
            assert!(!is_kept(&wallet, &set));
        }
    }
    take(&wallet, &incoming, &set.to_bytes()).unwrap();
    assert_eq!(
        (count(&wallet, Kind::Set), count(&wallet, Kind::Piece)),
        (1, 1)
    );
    // What is kept is read as strictly as what is fetched.
    let name = block_on(wallet.names(Kind::Piece)).unwrap()[0];
    let mut file = set.to_bytes();
    *file.last_mut().unwrap() = 0xff;
    file.resize(padded(file.len()), 0);
    let mut rng = StdRng::seed_from_u64(4);
    let sealed = wallet
        .sealed(&name, &vec![0; file.len()], &mut rng)
        .unwrap();
    block_on(wallet.storage.put(name, sealed)).unwrap();
    assert!(!is_kept(&wallet, &set));
}
