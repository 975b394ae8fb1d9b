//! Lists of issuers whose cards others show.

use super::revoking::{DAY, list};
use super::*;
use crate::http::HttpResponse;
use crate::status::{ListSource, Standing};

/// What a wallet without cards knows of the issuer's list.
fn source(world: &World, wallet: &TestWallet<'_>) -> ListSource {
    let issuers = [world.manifest.clone()];
    let sources = block_on(wallet.list_sources_of(&issuers)).unwrap();
    <[ListSource; 1]>::try_from(sources).unwrap()[0].clone()
}

fn take(world: &World, wallet: &TestWallet<'_>, list: &StatusList) -> ListTaken {
    let (status, body) = (200, list.to_bytes());
    let mut rng = StdRng::seed_from_u64(3);
    let (source, response) = (source(world, wallet), HttpResponse { status, body });
    block_on(wallet.take_list(&source, &response, world.now, &mut rng)).unwrap()
}

#[test]
fn lists_stand_to_those_that_a_request_names() {
    let mut world = World::new();
    drop(world.create());
    let wallet = world.reopen();
    let lists: Vec<StatusList> = (1..=4).map(|epoch| list(&world, epoch, &[7])).collect();
    let asking = |places: &[usize]| {
        let heads: Vec<_> = places.iter().map(|at| lists[*at].head().clone()).collect();
        let tolerance = 10 * 86_400;
        world.request(1, |query| query.not_revoked(tolerance, &heads))
    };
    let stands = |places: &[usize], days| {
        let now = world.now.plus_seconds(days * DAY);
        source(&world, &wallet).standing(asking(places).request(), now)
    };
    let plain = world.request(1, |query| query);
    let source_of_plain = source(&world, &wallet).standing(plain.request(), world.now);
    assert_eq!(source_of_plain, None);
    assert_eq!(stands(&[0], 0), Some(Standing::Missing));
    take(&world, &wallet, &lists[0]);
    assert_eq!(stands(&[0], 0), Some(Standing::Level));
    assert_eq!(stands(&[0], 1), Some(Standing::Ended));
    assert_eq!(stands(&[1, 0], 0), Some(Standing::Behind));
    take(&world, &wallet, &lists[1]);
    assert_eq!(stands(&[0], 1), Some(Standing::Level));
    take(&world, &wallet, &lists[2]);
    assert_eq!(stands(&[0], 1), Some(Standing::Ahead));
    assert_eq!(stands(&[1, 0], 1), Some(Standing::Level));
    let wanted = [Standing::Missing, Standing::Behind, Standing::Ended];
    for standing in [Standing::Level, Standing::Ahead].into_iter().chain(wanted) {
        assert_eq!(standing.wants_newer(), wanted.contains(&standing));
    }
}

/// What is fetched to check others' answers is checked like the holder's own lists, and asked for at the issuer's origin.
#[test]
fn lists_of_issuers_without_cards_are_checked_and_kept_the_same_way() {
    let mut world = World::new();
    drop(world.create());
    let wallet = world.reopen();
    assert_eq!(
        source(&world, &wallet).request().url.as_str(),
        "https://registry.example/status-list"
    );
    let (first, second) = (list(&world, 1, &[7]), list(&world, 2, &[7]));
    take(&world, &wallet, &second);
    let refused = ListTaken::Refused(crate::status::Trouble::Rollback);
    assert_eq!(take(&world, &wallet, &first), refused);
    let another = list(&world, 2, &[8]);
    let refused = ListTaken::Refused(crate::status::Trouble::Equivocation);
    assert_eq!(take(&world, &wallet, &another), refused);
    assert_eq!(source(&world, &wallet).heads(), [second.head().clone()]);
    // Nobody is asked for it again in the background: the wallet has no card of this issuer.
    assert_eq!(block_on(wallet.list_sources()).unwrap(), []);
}

#[test]
fn of_several_manifests_of_an_issuer_the_newest_says_where_its_list_is() {
    let mut world = World::new();
    drop(world.create());
    let wallet = world.reopen();
    let mut body = world.manifest.body().clone();
    body.issued_at = world.now.plus_seconds(1);
    body.url = Some("https://new.example/path".into());
    let newer = IssuerManifest::sign(body, &world.identity).unwrap();
    for issuers in [
        [world.manifest.clone(), newer.clone()],
        [newer, world.manifest.clone()],
    ] {
        let sources = block_on(wallet.list_sources_of(&issuers)).unwrap();
        let url = |source: &ListSource| source.request().url.as_str().to_owned();
        let urls: Vec<_> = sources.iter().map(url).collect();
        assert_eq!(urls, ["https://new.example/status-list"]);
    }
}

/// An old manifest, with an old key and address, does not bring them back.
#[test]
fn what_is_known_of_an_issuer_is_not_replaced_by_an_older_manifest() {
    let mut world = World::new();
    drop(world.create());
    let wallet = world.reopen();
    let mut rng = StdRng::seed_from_u64(8);
    let at = |seconds: i64| {
        let mut body = world.manifest.body().clone();
        body.issued_at = world.now.plus_seconds(seconds);
        IssuerManifest::sign(body, &world.identity).unwrap()
    };
    let check = |named: &[&IssuerManifest], by: &[&IssuerManifest]| {
        let named = named.iter().copied().cloned().collect();
        let found = block_on(wallet.issuers_to_check_by(named)).unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), by);
    };
    let (older, newer, newest) = (at(-1), at(1), at(2));
    check(&[], &[]);
    check(&[&older], &[&older]);
    let file = world.credential(&wallet, ADA);
    block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    check(&[], &[&world.manifest]);
    check(&[&older], &[&world.manifest]);
    check(&[&newer], &[&newer]);
    // What was learnt by enrolling counts as well.
    block_on(wallet.remember_issuer(&newest, &mut rng)).unwrap();
    check(&[&older, &newer], &[&newest]);
    check(&[], &[&newest]);
    // Who is not named is not added.
    let stranger = Identity::from_seed(&[77; 32]);
    let stranger = IssuerManifest::sign(world.manifest.body().clone(), &stranger).unwrap();
    check(&[&stranger], &[&stranger]);
}

/// What was fetched to check others' answers does not pile up.
#[test]
fn of_issuers_without_cards_only_some_lists_are_kept() {
    let mut world = World::new();
    drop(world.create());
    let wallet = world.reopen();
    let mut rng = StdRng::seed_from_u64(9);
    let file = world.credential(&wallet, ADA);
    block_on(wallet.add(&file, &world.manifest, &mut rng)).unwrap();
    let issuer = |seed: u8| {
        let identity = Identity::from_seed(&[seed; 32]);
        IssuerManifest::sign(world.manifest.body().clone(), &identity).unwrap()
    };
    let note = |issuer: &IssuerManifest, after: i64| {
        let sources = block_on(wallet.list_sources_of(std::slice::from_ref(issuer))).unwrap();
        let now = world.now.plus_seconds(after);
        let mut rng = StdRng::seed_from_u64(1000 + after.cast_unsigned());
        block_on(wallet.list_unreachable(&sources[0], now, &mut rng)).unwrap();
    };
    // That of the holder's own issuer is the oldest, and stays.
    note(&world.manifest, 0);
    for seed in 100..110 {
        note(&issuer(seed), i64::from(seed));
    }
    // To ask again makes a list young.
    note(&issuer(102), 200);
    note(&issuer(111), 201);
    let known = block_on(wallet.known_lists()).unwrap();
    let is_known = |issuer: &IssuerManifest| {
        let did = issuer.id().as_str();
        known.iter().any(|(_, known)| known.about.issuer == did)
    };
    assert!(is_known(&world.manifest));
    let kept: Vec<u8> = (100..112).filter(|seed| is_known(&issuer(*seed))).collect();
    assert_eq!(kept, [102, 104, 105, 106, 107, 108, 109, 111]);
}
