//! How the files of published sets rest: encrypted, in pieces, so many and no more, whole or not at all.

use glimpse_protocol::set::{MAX_ELEMENTS, MAX_SET_BYTES};

use super::sets::{
    asked, count, holding, is_kept, names, now, published, recalled, show, source, take, take_at,
    within,
};
use super::*;
use crate::set::{MAX_PIECES, padded};

/// A request of some verifier about these sets.
fn request_of(verifier: &Identity, nonce: u8, sets: &[&PublishedSet]) -> Request {
    let world = World::new();
    let schema = world.manifest.schemas()[0].id().clone();
    let issuers = [world.manifest.id().clone()];
    let query = QueryBuilder::new("card", schema, &issuers, world.now.date());
    let query = sets
        .iter()
        .fold(query, |query, set| query.prove_that(within("name", set)));
    let mode = ResponseMode::DirectPost(Endpoint::new("https://bar.example/answer").unwrap());
    let nonce = Nonce::from_bytes([nonce; 32]);
    let request = Request::builder(verifier.did(), mode, nonce, world.now);
    request.query(query).build().unwrap()
}

fn signed_by(verifier: u8, sets: &[&PublishedSet]) -> IncomingRequest {
    let verifier = Identity::from_seed(&[verifier; 32]);
    let signed = SignedRequest::sign(request_of(&verifier, 1, sets), &verifier).unwrap();
    IncomingRequest::from_file(signed.as_str().as_bytes(), now()).unwrap()
}

fn unsigned(verifier: u8, nonce: u8, sets: &[&PublishedSet]) -> IncomingRequest {
    let request = request_of(&Identity::from_seed(&[verifier; 32]), nonce, sets);
    IncomingRequest::from_file(request.bytes(), now()).unwrap()
}

fn missing(wallet: &TestWallet<'_>, incoming: IncomingRequest) -> usize {
    recalled(wallet, incoming).missing_sets().count()
}

/// What another verifier sees is as if the set had never come: what is not fetched would tell what was asked before.
#[test]
fn a_set_serves_the_verifier_alone_for_whom_it_came() {
    let mut world = World::new();
    let (wallet, _) = holding(&mut world);
    let set = names();
    let file = set.to_bytes();
    let other = signed_by(10, &[&set]);
    take(&wallet, &signed_by(9, &[&set]), &file).unwrap();
    assert_eq!(missing(&wallet, signed_by(9, &[&set])), 0);
    assert_eq!(missing(&wallet, other.clone()), 1);
    // Anybody can write a request in the name of the first, if it need not be signed.
    assert_eq!(missing(&wallet, unsigned(9, 1, &[&set])), 1);

    take_at(&wallet, &other, &file, 1).unwrap();
    take_at(&wallet, &unsigned(9, 1, &[&set]), &file, 2).unwrap();
    assert_eq!(count(&wallet, Kind::Set), 3);
    for incoming in [signed_by(9, &[&set]), other, unsigned(9, 1, &[&set])] {
        assert_eq!(missing(&wallet, incoming), 0);
    }
    assert_eq!(missing(&wallet, unsigned(9, 2, &[&set])), 1);
}

/// Which sets are fetched says nothing: all are, or none.
#[test]
fn sets_of_one_request_are_fetched_together() {
    let mut world = World::new();
    let (wallet, _) = holding(&mut world);
    let (known, new) = (names(), published("New", &["Ada"], 8));
    let both = || signed_by(9, &[&known, &new]);
    take(&wallet, &signed_by(9, &[&known]), &known.to_bytes()).unwrap();
    let incoming = recalled(&wallet, both());
    assert_eq!(incoming.missing_sets().count(), 2);
    assert!(incoming.sets().is_empty());
    take_at(&wallet, &signed_by(9, &[&new]), &new.to_bytes(), 1).unwrap();
    let incoming = recalled(&wallet, both());
    assert_eq!(
        (incoming.missing_sets().count(), incoming.sets().len()),
        (0, 2)
    );
    let piece = block_on(wallet.names(Kind::Piece)).unwrap()[0];
    block_on(wallet.storage.delete(piece)).unwrap();
    assert_eq!(missing(&wallet, both()), 2);
}

/// Of the request's own sets none makes room for another, whatever the clock says.
#[test]
fn all_sets_of_a_request_find_room() {
    let mut world = World::new();
    let (wallet, _) = holding(&mut world);
    for number in 1..MAX_PIECES {
        let set = published(&format!("Set {number}"), &["Ada"], 8);
        let second = i64::try_from(number).unwrap();
        take_at(&wallet, &asked(&set, 1), &set.to_bytes(), second).unwrap();
    }
    let (first, second) = (names(), published("New", &["Ada"], 8));
    take_at(
        &wallet,
        &signed_by(9, &[&first, &second]),
        &first.to_bytes(),
        -9,
    )
    .unwrap();
    take_at(
        &wallet,
        &signed_by(9, &[&second, &first]),
        &second.to_bytes(),
        -8,
    )
    .unwrap();
    assert_eq!(count(&wallet, Kind::Piece), MAX_PIECES);
    assert_eq!(missing(&wallet, signed_by(9, &[&first, &second])), 0);
}

/// It could never be answered: of its sets one would push out the other.
#[test]
fn a_request_about_more_than_is_kept_is_refused() {
    let sets: Vec<_> = ["First", "Second", "Third"]
        .map(|name| published(name, &["Ada"], 8))
        .into();
    let sets: Vec<&PublishedSet> = sets.iter().collect();
    let largest = |count: usize| {
        let request = request_of(&Identity::from_seed(&[9; 32]), 1, &sets[..count]);
        let mut request: serde_json::Value = serde_json::from_slice(request.bytes()).unwrap();
        let meta = &mut request["dcql_query"]["credentials"][0]["meta"];
        for predicate in meta["predicates"].as_array_mut().unwrap() {
            if let Some(set) = predicate.pointer_mut("/in/set") {
                set["size"] = MAX_ELEMENTS.into();
                set["roots"] = vec![set["roots"][0].clone(); 16].into();
            }
        }
        IncomingRequest::from_file(request.to_string().as_bytes(), now())
    };
    assert_eq!(largest(2).unwrap().missing_sets().count(), 2);
    assert_eq!(largest(3), Err(RequestRefused::Sets));
}

/// The proof of one set does not push out that of another on which the same answer rests.
#[test]
fn full_storage_of_proofs_stands_in_no_answers_way() {
    let mut world = World::new();
    let (wallet, card) = holding(&mut world);
    let (old, new) = (names(), published("New", &["Ada"], 8));
    for (set, second) in [(&old, 0), (&new, 1)] {
        take_at(&wallet, &signed_by(9, &[set]), &set.to_bytes(), second).unwrap();
    }
    show(&wallet, card, &recalled(&wallet, asked(&old, 1)));
    for years in 2..33 {
        let earliest: Date = "1900-01-01".parse().unwrap();
        let latest = Date::new(1990 + i32::from(years), 12, 31).unwrap();
        let between = Operator::Between(earliest.into(), latest.into());
        let request = World::new().request(years, |query| {
            let query = query.prove(path("birth_date"), Operator::AgeOver(years));
            query.prove(path("birth_date"), between)
        });
        show(&wallet, card, &request);
    }
    let of_sets = || {
        let card = block_on(wallet.card(card)).unwrap().unwrap();
        let kept = block_on(wallet.kept_proofs(&card, now().date())).unwrap();
        let of_sets: Vec<_> = kept
            .bytes()
            .map(|proof| proof.starts_with(b"set "))
            .collect();
        assert_eq!(of_sets.len(), 64);
        of_sets
    };
    assert!(of_sets()[0] && of_sets()[1..].iter().all(|of_set| !of_set));

    let both = recalled(&wallet, signed_by(9, &[&old, &new]));
    let twice = |proofs: Vec<bool>| proofs.iter().filter(|of_set| **of_set).count() == 2;
    let before = wallet.storage.snapshot();
    let mut rng = StdRng::seed_from_u64(6);
    let consent = block_on(wallet.ask(&both, &[card])).unwrap();
    block_on(wallet.prepare_sets(&consent, now(), &mut quiet(), &mut rng)).unwrap();
    assert!(twice(of_sets()));
    // Nor where nothing was proved ahead of the answer.
    for (name, sealed) in before {
        block_on(wallet.storage.put(name, sealed)).unwrap();
    }
    show(&wallet, card, &both);
    assert!(twice(of_sets()));
}

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
    let incoming = asked(&names(), 1);
    let source = source(&incoming);
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
        block_on(wallet.keep_set(&incoming, &source, &file, now(), &mut rng)).unwrap();
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
        let done = block_on(wallet.take_set(&incoming, &source, &file, now(), &mut rng)).is_ok();
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
