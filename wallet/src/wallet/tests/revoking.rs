//! Status lists: which are taken, what they say of a card, and what is answered by them.

use glimpse_protocol::status::{Entries, Epoch, StatusHead};

use super::*;
use crate::consent::Unfit;
use crate::http::HttpResponse;
use crate::status::{ListSource, StatusUnfit, Trouble};

pub(super) const DAY: i64 = 86_400;

/// The list of an epoch, which begins as many days after the world's now as it comes after the first, and revokes these.
pub(super) fn list(world: &World, epoch: u64, revoked: &[u32]) -> StatusList {
    signed(&world.identity, world.now, epoch, revoked)
}

fn signed(identity: &Identity, now: DateTime, epoch: u64, revoked: &[u32]) -> StatusList {
    let mut entries = Entries::new();
    for index in revoked {
        entries.set(StatusIndex::new(*index), true).unwrap();
    }
    let from = now.plus_seconds((epoch.cast_signed() - 1) * DAY);
    let epoch = Epoch::new(epoch).unwrap();
    StatusList::sign(entries, epoch, from, from.plus_seconds(DAY), identity).unwrap()
}

fn sent(body: Vec<u8>) -> HttpResponse {
    HttpResponse { status: 200, body }
}

pub(super) fn source(wallet: &TestWallet<'_>) -> ListSource {
    block_on(wallet.list_sources()).unwrap().remove(0)
}

/// Gives the wallet what an issuer sent.
pub(super) fn take(wallet: &TestWallet<'_>, body: Vec<u8>, now: DateTime) -> ListTaken {
    let mut rng = StdRng::seed_from_u64(body.len() as u64);
    let (source, response) = (source(wallet), sent(body));
    block_on(wallet.take_list(&source, &response, now, &mut rng)).unwrap()
}

/// A wallet with one card, whose place in the list is 0.
pub(super) fn holding(world: &mut World) -> (TestWallet<'_>, CardId) {
    drop(world.create());
    let wallet = world.reopen();
    let file = world.credential(&wallet, ADA);
    let mut rng = StdRng::seed_from_u64(1);
    let id = block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    (wallet, id)
}

fn status(wallet: &TestWallet<'_>, card: CardId) -> crate::status::CardStatus {
    let card = block_on(wallet.card(card)).unwrap().unwrap();
    card.status().clone()
}

fn unfit(wallet: &TestWallet<'_>, incoming: &IncomingRequest) -> Option<Unfit> {
    let queries = block_on(wallet.candidates(incoming)).unwrap();
    queries[0].candidates[0].fits.clone().err()
}

fn show(
    wallet: &TestWallet<'_>,
    card: CardId,
    incoming: &IncomingRequest,
) -> Result<(usize, usize), PresentError<std::convert::Infallible, NoProof>> {
    let mut rng = StdRng::seed_from_u64(5);
    let consent = block_on(wallet.ask(incoming, &[card])).unwrap();
    match block_on(wallet.present(consent, incoming.at(), &mut quiet(), &mut rng)) {
        Ok(_) => Ok((wallet.prover.given.get(), wallet.prover.made.get())),
        Err(PresentError::Prover(error)) => Err(PresentError::Prover(error)),
        Err(PresentError::Status(error)) => Err(PresentError::Status(error)),
        Err(other) => panic!("{other}"),
    }
}

/// The world some days later.
pub(super) fn later(days: i64) -> World {
    let mut world = World::new();
    world.now = world.now.plus_seconds(days * DAY);
    world
}

#[test]
fn the_request_for_a_list_is_the_same_for_everybody() {
    let mut world = World::new();
    drop(world.create());
    let wallet = world.reopen();
    assert_eq!(block_on(wallet.list_sources()).unwrap(), []);
    let mut rng = StdRng::seed_from_u64(1);
    for attributes in [ADA, r#"{"name":"Eve","birth_date":"1980-01-01"}"#] {
        let file = world.credential(&wallet, attributes);
        block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    }
    // One for the issuer, not one for each card.
    let sources = block_on(wallet.list_sources()).unwrap();
    let [source] = &sources[..] else {
        panic!("{sources:?}")
    };
    let request = source.request();
    assert_eq!(request.url.as_str(), "https://registry.example/status-list");
    assert_eq!(request.method, crate::http::Method::Get);
    assert!(request.headers.is_empty() && request.body.is_none());
}

#[test]
fn lists_follow_each_other() {
    let mut world = World::new();
    let now = world.now;
    let (first, second) = (list(&world, 1, &[7]), list(&world, 2, &[7, 8]));
    let (wallet, card) = holding(&mut world);
    assert_eq!(status(&wallet, card), crate::status::CardStatus::default());
    let new = |epoch| ListTaken::New(Epoch::new(epoch).unwrap());
    assert_eq!(take(&wallet, first.to_bytes(), now), new(1));
    assert_eq!(status(&wallet, card).head(), Some(first.head()));
    let hour = now.plus_seconds(3600);
    assert_eq!(take(&wallet, first.to_bytes(), hour), ListTaken::Same);
    assert_eq!(status(&wallet, card).checked(), Some(hour));
    let tomorrow = now.plus_seconds(DAY);
    assert_eq!(take(&wallet, second.to_bytes(), tomorrow), new(2));
    let known = status(&wallet, card);
    assert_eq!((known.head(), known.trouble()), (Some(second.head()), None));
    assert!(!known.is_revoked());
    // One record for the issuer; it goes with its last card.
    assert_eq!(block_on(wallet.names(Kind::Status)).unwrap().len(), 1);
    block_on(wallet.remove(card)).unwrap();
    assert!(block_on(wallet.names(Kind::Status)).unwrap().is_empty());
}

#[test]
fn a_list_that_is_not_publicly_consistent_is_refused_and_the_old_one_kept() {
    let mut world = World::new();
    let now = world.now.plus_seconds(DAY);
    let known = list(&world, 2, &[7]);
    let old = list(&world, 1, &[]);
    let another = list(&world, 2, &[8]);
    let mut backwards = Entries::new();
    backwards.set(StatusIndex::new(9), true).unwrap();
    let earlier = StatusList::sign(
        backwards,
        Epoch::new(3).unwrap(),
        world.now,
        world.now.plus_seconds(DAY),
        &world.identity,
    );
    let stranger = signed(&Identity::from_seed(&[9; 32]), world.now, 3, &[]);
    let next = list(&world, 3, &[9]);
    let mut damaged = next.to_bytes();
    *damaged.last_mut().unwrap() ^= 1;
    let mut forged = next.to_bytes();
    // Within the signature, which ends where the entries begin.
    let signature = forged.len() - 8;
    forged[signature] ^= 1;
    let mut padded = known.to_bytes();
    *padded.last_mut().unwrap() ^= 1;
    let (wallet, card) = holding(&mut world);
    take(&wallet, known.to_bytes(), now);
    for (body, trouble) in [
        (old.to_bytes(), Trouble::Rollback),
        (another.to_bytes(), Trouble::Equivocation),
        (earlier.unwrap().to_bytes(), Trouble::Equivocation),
        (stranger.to_bytes(), Trouble::OtherSigner),
        (damaged, Trouble::Damaged),
        (forged, Trouble::OtherSigner),
        (padded, Trouble::Damaged),
        (b"<!doctype html>".to_vec(), Trouble::Damaged),
        (vec![0; 200_000], Trouble::Unreachable),
    ] {
        assert_eq!(take(&wallet, body, now), ListTaken::Refused(trouble));
        let kept = status(&wallet, card);
        assert_eq!(
            (kept.head(), kept.trouble()),
            (Some(known.head()), Some(trouble))
        );
    }
    // A right one ends the trouble.
    assert!(matches!(
        take(&wallet, next.to_bytes(), now),
        ListTaken::New(_)
    ));
    assert_eq!(status(&wallet, card).trouble(), None);
}

#[test]
fn a_list_that_cannot_be_had_does_not_hide_that_one_was_wrong() {
    let mut world = World::new();
    let now = world.now;
    let (known, another) = (list(&world, 1, &[]), list(&world, 1, &[8]));
    let (wallet, card) = holding(&mut world);
    let mut rng = StdRng::seed_from_u64(1);
    let mut fails = || block_on(wallet.list_unreachable(&source(&wallet), now, &mut rng)).unwrap();
    fails();
    assert_eq!(status(&wallet, card).trouble(), Some(Trouble::Unreachable));
    take(&wallet, known.to_bytes(), now);
    take(&wallet, another.to_bytes(), now);
    fails();
    assert_eq!(status(&wallet, card).trouble(), Some(Trouble::Equivocation));
}

#[test]
fn a_list_is_due_when_none_counts_any_more() {
    let mut world = World::new();
    let now = world.now;
    let known = list(&world, 1, &[]);
    let (wallet, _) = holding(&mut world);
    let due = |seconds| source(&wallet).is_due(now.plus_seconds(seconds));
    assert!(due(0));
    let mut rng = StdRng::seed_from_u64(1);
    block_on(wallet.list_unreachable(&source(&wallet), now, &mut rng)).unwrap();
    assert!(!due(0) && !due(599) && due(600));
    // A clock that was set back must not put it off for ever.
    assert!(due(-DAY));
    take(&wallet, known.to_bytes(), now);
    assert!(!due(600) && !due(DAY - 1) && due(DAY));
}

#[test]
fn a_card_is_shown_as_not_revoked_from_the_list_that_is_kept() {
    let mut world = World::new();
    let now = world.now;
    let first = list(&world, 1, &[7]);
    let (wallet, card) = holding(&mut world);
    let heads = [first.head().clone()];
    let asked = |nonce| World::new().request(nonce, |query| query.not_revoked(0, &heads));
    let unknown = Unfit::Status(StatusUnfit::Unknown("Registry".into()));
    assert_eq!(unfit(&wallet, &asked(1)), Some(unknown));
    take(&wallet, first.to_bytes(), now);
    assert_eq!(unfit(&wallet, &asked(1)), None);
    let consent = block_on(wallet.ask(&asked(1), &[card])).unwrap();
    let proved = &consent.seen()[0].proved;
    assert!(proved.contains(&"Not revoked by its issuer".to_owned()));
    // Not prepared: it is proved from the list, and kept.
    assert_eq!(show(&wallet, card, &asked(1)).unwrap(), (1, 1));
    let name = RecordName::new(Kind::Kept, card);
    assert!(block_on(wallet.read(&name)).unwrap().is_some());
    assert_eq!(show(&wallet, card, &asked(2)).unwrap(), (2, 0));

    let old = Unfit::Status(StatusUnfit::Old("Registry".into()));
    let after = |days, tolerance| {
        unfit(
            &wallet,
            &later(days).request(3, |query| query.not_revoked(tolerance, &heads)),
        )
    };
    assert_eq!(after(1, 0), None);
    assert_eq!(after(2, 0), Some(old));
    assert_eq!(after(2, 2 * 86_400), None);
    let future = Unfit::Status(StatusUnfit::Clock("Registry".into()));
    assert_eq!(after(-1, 86_400), Some(future));
}

#[test]
fn a_revoked_card_is_never_shown_and_keeps_no_proof() {
    let mut world = World::new();
    let now = world.now;
    let (first, second) = (list(&world, 1, &[]), list(&world, 2, &[0]));
    let (wallet, card) = holding(&mut world);
    take(&wallet, first.to_bytes(), now);
    let heads = [first.head().clone(), second.head().clone()];
    let asked = |nonce| later(1).request(nonce, |query| query.not_revoked(86_400, &heads));
    show(&wallet, card, &asked(1)).unwrap();
    let kept = || {
        let card = block_on(wallet.card(card)).unwrap().unwrap();
        let kept = block_on(wallet.kept_proofs(&card, now.date())).unwrap();
        kept.ids().collect::<Vec<_>>()
    };
    let before = kept().len();
    take(&wallet, second.to_bytes(), now.plus_seconds(DAY));
    assert!(status(&wallet, card).is_revoked());
    assert_eq!(kept().len(), before - 1);
    let revoked = Unfit::Status(StatusUnfit::Revoked("Registry".into()));
    assert_eq!(unfit(&wallet, &asked(2)), Some(revoked));
    // A verifier that does not ask for it may still be answered: the holder decides.
    assert_eq!(unfit(&wallet, &later(1).request(3, |query| query)), None);
}

#[test]
fn a_request_that_hides_the_issuer_must_rest_on_the_list_that_the_wallet_knows() {
    let mut world = World::new();
    let now = world.now;
    // The third has roots of its own.
    let revoked = [&[7][..], &[7], &[7, 9], &[7]];
    let lists: Vec<_> = (1..)
        .zip(revoked)
        .map(|(epoch, revoked)| list(&world, epoch, revoked))
        .collect();
    let another = list(&world, 2, &[8]);
    let twice = list(&world, 2, &[7]);
    let manifest = world.manifest.clone();
    let (wallet, card) = holding(&mut world);
    take(&wallet, lists[0].to_bytes(), now);
    // Asked when the list ends.
    let asked = |nonce, head: &StatusHead| {
        let world = later(head.epoch().get().cast_signed());
        world.request(nonce, |_| hiding(&manifest, world.now, head))
    };
    let refused = |head: &StatusHead| status_of(unfit(&wallet, &asked(9, head)));
    // Prepared by the first list, which is then the one before the newest.
    show(&wallet, card, &asked(1, lists[0].head())).unwrap();
    take(&wallet, lists[1].to_bytes(), now.plus_seconds(DAY));
    let name = || "Registry".to_owned();
    assert_eq!(refused(twice.head()), None);
    assert_eq!(
        refused(another.head()),
        Some(StatusUnfit::Equivocation(name()))
    );
    assert_eq!(refused(lists[2].head()), Some(StatusUnfit::Old(name())));
    show(&wallet, card, &asked(2, lists[1].head())).unwrap();
    show(&wallet, card, &asked(3, lists[0].head())).unwrap();

    take(&wallet, lists[2].to_bytes(), now.plus_seconds(2 * DAY));
    assert_eq!(
        refused(lists[0].head()),
        Some(StatusUnfit::Outdated(name()))
    );
    take(&wallet, lists[3].to_bytes(), now.plus_seconds(3 * DAY));
    // By the third nothing was ever proved, and of a list that is not the newest only its head is kept.
    assert_eq!(refused(lists[2].head()), None);
    let late = show(&wallet, card, &asked(4, lists[2].head()));
    assert!(matches!(
        late,
        Err(PresentError::Status(StatusUnfit::Outdated(_)))
    ));
}

/// Ten days may pass since a list ended.
fn hiding(manifest: &IssuerManifest, now: DateTime, head: &StatusHead) -> QueryBuilder {
    let schemas = [manifest.schemas()[0].clone()];
    QueryBuilder::hiding_issuer("card", &schemas, &[manifest], now.date())
        .not_revoked(10 * 86_400, std::slice::from_ref(head))
}

fn status_of(unfit: Option<Unfit>) -> Option<StatusUnfit> {
    match unfit? {
        Unfit::Status(error) => Some(error),
        other => panic!("{other}"),
    }
}

/// By a list that ended long ago an issuer's holders cannot answer, and do not hide anybody, whatever is tolerated.
#[test]
fn ended_lists_hide_nobody() {
    let mut world = World::new();
    let now = world.now;
    let first = list(&world, 1, &[7]);
    let manifest = world.manifest.clone();
    let (wallet, _) = holding(&mut world);
    take(&wallet, first.to_bytes(), now);
    for (days, refused) in [(1, None), (2, None), (3, Some(StatusUnfit::Request))] {
        let world = later(days);
        let asked = world.request(9, |_| hiding(&manifest, world.now, first.head()));
        assert_eq!(status_of(unfit(&wallet, &asked)), refused);
    }
}

/// What is said of a list must not depend on the facts, since something may be done about it that others see.
#[test]
fn lists_come_before_facts() {
    let mut world = World::new();
    let first = list(&world, 1, &[7]);
    let (wallet, _) = holding(&mut world);
    let unknown = Some(StatusUnfit::Unknown("Registry".into()));
    for years in [18, 99] {
        let asked = World::new().request(9, |query| {
            let query = query.not_revoked(0, &[first.head().clone()]);
            query.prove(path("birth_date"), Operator::AgeOver(years))
        });
        assert_eq!(status_of(unfit(&wallet, &asked)), unknown);
    }
}

/// An epoch may be a number that only this holder was given: the answer names one that the request names.
#[test]
fn an_answer_rests_on_a_list_of_the_request() {
    let mut world = World::new();
    let now = world.now;
    let [first, second, third] = [1, 2, 3].map(|epoch| list(&world, epoch, &[7]));
    let (wallet, card) = holding(&mut world);
    take(&wallet, first.to_bytes(), now);
    let asked = |nonce, lists: &[&StatusList]| {
        let heads: Vec<_> = lists.iter().map(|list| list.head().clone()).collect();
        later(1).request(nonce, |query| query.not_revoked(2 * 86_400, &heads))
    };
    show(&wallet, card, &asked(1, &[&first])).unwrap();
    take(&wallet, second.to_bytes(), now.plus_seconds(DAY));
    let refused = |lists: &[&StatusList]| status_of(unfit(&wallet, &asked(9, lists)));
    assert_eq!(refused(&[&first]), None);
    assert_eq!(refused(&[&first, &second]), None);
    // The request's are newer, or have all been followed.
    assert_eq!(refused(&[&second, &third]), None);
    let name = || "Registry".to_owned();
    assert_eq!(refused(&[&third]), Some(StatusUnfit::Old(name())));
    take(&wallet, third.to_bytes(), now.plus_seconds(2 * DAY));
    assert_eq!(refused(&[&first]), Some(StatusUnfit::Outdated(name())));
    let twin = signed(&later(0).identity, now, 2, &[8]);
    assert_eq!(refused(&[&twin]), Some(StatusUnfit::Equivocation(name())));
}

/// With no tolerance a list counts until the wallet knows that a newer one has begun.
#[test]
fn a_list_that_the_wallet_knows_to_be_followed_is_too_old() {
    let mut world = World::new();
    let now = world.now;
    let (first, second) = (list(&world, 1, &[7]), list(&world, 2, &[7]));
    let (wallet, _) = holding(&mut world);
    take(&wallet, first.to_bytes(), now);
    let asked = |tolerance| {
        let heads = [first.head().clone()];
        later(1).request(9, |query| query.not_revoked(tolerance, &heads))
    };
    let outdated = Some(StatusUnfit::Outdated("Registry".into()));
    assert_eq!(status_of(unfit(&wallet, &asked(0))), None);
    take(&wallet, second.to_bytes(), now.plus_seconds(DAY));
    assert_eq!(status_of(unfit(&wallet, &asked(0))), outdated);
    assert_eq!(status_of(unfit(&wallet, &asked(60))), None);
}

#[test]
fn a_path_of_the_issuers_address_does_not_reach_the_request_for_its_list() {
    let mut world = World::new();
    let mut body = world.manifest.body().clone();
    body.url = Some("https://registry.example/ada-93af?x".into());
    world.manifest = IssuerManifest::sign(body, &world.identity).unwrap();
    let (wallet, _) = holding(&mut world);
    let request = source(&wallet).request();
    assert_eq!(request.url.as_str(), "https://registry.example/status-list");
}

#[test]
fn a_damaged_record_of_a_list_counts_as_none() {
    let mut world = World::new();
    let now = world.now;
    let first = list(&world, 1, &[0]);
    let (wallet, card) = holding(&mut world);
    take(&wallet, first.to_bytes(), now);
    let name = block_on(wallet.names(Kind::Status)).unwrap()[0];
    block_on(wallet.storage.put(name, vec![1; 600])).unwrap();
    assert_eq!(status(&wallet, card).head(), None);
    take(&wallet, first.to_bytes(), now);
    assert!(status(&wallet, card).is_revoked());
}
