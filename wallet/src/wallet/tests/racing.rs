//! A list that comes between the steps of an answer.

use super::kept::Lasts;
use super::lists::status_fact;
use super::revoking::{DAY, holding, later, list, take};
use super::*;
use crate::status::StatusUnfit;

/// Where the holder was asked, or a proof is being made, another page of the wallet may take a list.
#[test]
fn a_list_that_comes_while_an_answer_is_made_counts() {
    let mut world = World::new();
    let now = world.now;
    let [first, second, third] = [1, 2, 3].map(|epoch| list(&world, epoch, &[7]));
    let revoking = list(&world, 4, &[0]);
    let (wallet, card) = holding(&mut world);
    take(&wallet, first.to_bytes(), now);
    let heads = [&first, &second, &third].map(|list| list.head().clone());
    let asked = |nonce| later(2).request(nonce, |query| query.not_revoked(3 * 86_400, &heads));
    let consent = |nonce| block_on(wallet.ask(&asked(nonce), &[card])).unwrap();
    let present = |consent: Consent| {
        let mut rng = StdRng::seed_from_u64(5);
        block_on(wallet.present(consent, later(2).now, &mut quiet(), &mut rng))
    };
    present(consent(1)).unwrap();
    // A list that changes nothing is no obstacle: the answer rests on it.
    let (agreed, doubted, late) = (consent(2), consent(3), consent(4));
    take(&wallet, second.to_bytes(), now.plus_seconds(DAY));
    take(&wallet, third.to_bytes(), now.plus_seconds(2 * DAY));
    let presented = present(agreed).unwrap();
    let presented = Presentation::from_bytes(presented.presentation()).unwrap();
    let epochs = presented.epochs(asked(2).request()).unwrap();
    assert_eq!(epochs, [Some(third.head().epoch())]);

    let before = wallet.storage.snapshot();
    take(&wallet, revoking.to_bytes(), now.plus_seconds(3 * DAY));
    let revoked = |consent| {
        let refused = present(consent).map(|_| ()).unwrap_err();
        assert!(matches!(
            refused,
            PresentError::Status(StatusUnfit::Revoked(_))
        ));
    };
    revoked(doubted);
    // Now it comes when the proof is under way.
    let name = block_on(wallet.names(Kind::Status)).unwrap()[0];
    let newest = wallet.storage.snapshot()[&name].clone();
    block_on(wallet.storage.put(name, before[&name].clone())).unwrap();
    let comes = (wallet.storage.clone(), Batch::new().put(name, newest));
    wallet.prover.meanwhile.replace(Some(comes));
    let told = block_on(wallet.ledger()).unwrap().len();
    revoked(late);
    assert_eq!(block_on(wallet.ledger()).unwrap().len(), told);
}

/// The list may be replaced between a look at the card and the proof.
#[test]
fn a_proof_by_another_list_than_was_asked_for_is_not_made() {
    let mut world = World::new();
    let now = world.now;
    let (first, second) = (list(&world, 1, &[7]), list(&world, 2, &[7, 8]));
    let revoking = list(&world, 3, &[0]);
    let (wallet, id) = holding(&mut world);
    take(&wallet, first.to_bytes(), now);
    let card = block_on(wallet.card(id)).unwrap().unwrap();
    let fact = |list: &StatusList| status_fact(card.credential(), list.head());
    let proves = |list: &StatusList| {
        let made = block_on(wallet.prove_status(&card, fact(list), &mut quiet())).unwrap();
        made.map(|kept| (kept.id, kept.lasts))
    };
    let lasting = |list: &StatusList| Some((fact(list), Lasts::Epoch(list.head().epoch())));
    assert_eq!(proves(&first), lasting(&first));
    take(&wallet, second.to_bytes(), now.plus_seconds(DAY));
    assert_eq!(proves(&first), None);
    assert_eq!(proves(&second), lasting(&second));
    take(&wallet, revoking.to_bytes(), now.plus_seconds(2 * DAY));
    assert_eq!((proves(&second), proves(&revoking)), (None, None));
}
