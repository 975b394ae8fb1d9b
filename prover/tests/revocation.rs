//! `not_revoked` by real proofs: the issuer shown, and hidden among several.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod support;

use glimpse_protocol::{
    credential::{Credential, StatusIndex},
    manifest::IssuerManifest,
    plan::{CredentialChoice, Plan},
    presentation::Presentation,
    request::{QueryBuilder, Request},
    status::{Entries, Epoch, StatusHead, StatusList},
    time::DateTime,
};
use glimpse_prover::{
    HeldCredential, PrepareStatusError, PreparedCredential, PreparedPredicate, PresentError,
    Presented, Unwatched, prepare_credential, prepare_status, present,
};
use support::{Issuer, KEYS, date, request, rng, schema, secret, verify};

fn list(issuer: &Issuer, epoch: u64, revoked: &[u32]) -> StatusList {
    let mut entries = Entries::new();
    for index in revoked {
        entries.set(StatusIndex::new(*index), true).unwrap();
    }
    let at = |seconds: i64| DateTime::from_unix(1_795_000_000 + seconds).unwrap();
    let epoch = Epoch::new(epoch).unwrap();
    StatusList::sign(entries, epoch, at(0), at(86_400), &issuer.identity).unwrap()
}

/// A credential with its own proof, and that it is not revoked.
struct Card {
    credential: Credential,
    prepared: PreparedCredential,
    status: Vec<PreparedPredicate>,
}

impl Card {
    fn new(issuer: &Issuer, lists: &[&StatusList]) -> Self {
        let credential = issuer.issue(7, &secret(1));
        let clear =
            |list: &&StatusList| prepare_status(&KEYS, &credential, list, &mut Unwatched).unwrap();
        Self {
            prepared: prepare_credential(&KEYS, &credential, &secret(1), &mut Unwatched).unwrap(),
            status: lists.iter().map(clear).collect(),
            credential,
        }
    }

    fn answer(
        &self,
        request: &Request,
        head: Option<&StatusHead>,
    ) -> Result<Presented, PresentError> {
        let held = HeldCredential {
            credential: &self.credential,
            prepared: &self.prepared,
            status: head,
        };
        let (ready, secret, mut rng) = (&self.status, secret(1), rng(1));
        present(
            &KEYS,
            request,
            &[held],
            ready,
            &secret,
            &mut Unwatched,
            &mut rng,
        )
    }
}

/// The plan of a verifier who has this head, or whose request hides the issuer.
fn planned(request: &Request, issuer: &Issuer, head: Option<&StatusHead>) -> Plan {
    let query = &request.queries()[0];
    let choice = match query.hidden_issuers() {
        Some(_) => CredentialChoice::hidden(query),
        None => CredentialChoice::new(query, &issuer.manifest).unwrap(),
    };
    Plan::compile(request, &[choice.with_status(head)]).unwrap()
}

#[test]
fn a_shown_issuers_list() {
    let issuer = Issuer::new(1);
    let (first, second) = (list(&issuer, 1, &[6]), list(&issuer, 2, &[6, 8]));
    let known = [first.head().clone(), second.head().clone()];
    let request = request(1, [support::usual(7, &[&issuer]).not_revoked(60, &known)]);
    let card = Card::new(&issuer, &[&first]);
    let presented = card.answer(&request, Some(first.head())).unwrap();
    let bytes = presented.presentation.to_bytes();
    let epochs = presented.presentation.epochs(&request).unwrap();
    assert_eq!(epochs, [Some(first.head().epoch())]);
    assert!(verify(
        &request,
        &planned(&request, &issuer, Some(first.head())),
        &bytes
    ));
    // Under another list the proof is of no use.
    let plan = planned(&request, &issuer, Some(second.head()));
    assert!(!verify(&request, &plan, &bytes));

    // What is missing is named, so that it can be fetched and prepared.
    let missing = |head: Option<&StatusHead>| match card.answer(&request, head) {
        Err(PresentError::StatusNotPrepared { query, epoch }) => (query, epoch),
        other => panic!("{other:?}"),
    };
    let newest = ("card".to_owned(), Some(second.head().epoch()));
    let twin = list(&issuer, 2, &[]);
    for head in [None, Some(second.head()), Some(twin.head())] {
        assert_eq!(missing(head), newest);
    }

    // Once the credential is revoked there is no proof under the new list.
    let revoking = list(&issuer, 3, &[6, 7, 8]);
    let refused = prepare_status(&KEYS, &card.credential, &revoking, &mut Unwatched);
    assert_eq!(refused.unwrap_err(), PrepareStatusError::Revoked);
}

#[test]
fn a_hidden_issuers_list() {
    let issuers = [1, 2, 3].map(Issuer::new);
    // The second has revoked the index that both the others' credentials have.
    let lists = [(0, &[][..]), (1, &[7]), (2, &[8])];
    let lists = lists.map(|(place, revoked)| list(&issuers[place], 4, revoked));
    let heads: Vec<StatusHead> = lists.iter().map(|list| list.head().clone()).collect();
    let manifests: Vec<&IssuerManifest> = issuers.iter().map(|issuer| &issuer.manifest).collect();
    let asked = |nonce, heads: &[StatusHead]| {
        let day = date("2026-11-21");
        let query = QueryBuilder::hiding_issuer("card", &[schema(7)], &manifests, day);
        request(nonce, [query.one_per_person("forum").not_revoked(0, heads)])
    };
    let request = asked(1, &heads);
    let mut lengths = Vec::new();
    let mut pseudonyms = Vec::new();
    for place in [0, 2] {
        let card = Card::new(&issuers[place], &[&lists[place]]);
        // The head that the holder knows is of no account: the request's is what the proof must fit.
        let presented = card.answer(&request, None).unwrap();
        let bytes = presented.presentation.to_bytes();
        let plan = planned(&request, &issuers[place], None);
        assert!(verify(&request, &plan, &bytes));
        assert_eq!(presented.presentation.epochs(&request), Ok(vec![None]));
        lengths.push(bytes.len());
        let read = Presentation::from_bytes(&bytes).unwrap();
        pseudonyms.push(read.pseudonyms(&plan).unwrap()[0]);
        // The registry's proof is made once and kept.
        assert!(!presented.made.is_empty());

        // A list of this issuer that the holder has not prepared for: an older one, or a twin. (One with the same
        // entries has the same roots, and the same proof serves.)
        for other in [
            list(&issuers[place], 3, &[98]),
            list(&issuers[place], 4, &[99]),
        ] {
            let mut heads = heads.clone();
            heads[place] = other.head().clone();
            match card.answer(&asked(2, &heads), None) {
                Err(PresentError::StatusNotPrepared { query, epoch }) => {
                    assert_eq!(query, "card");
                    assert_eq!(epoch, Some(other.head().epoch()));
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(lengths[0], lengths[1]);
    assert_eq!(pseudonyms[0], pseudonyms[1]);
    // A credential of the second issuer is revoked by its own list; the others' lists do not help.
    let credential = issuers[1].issue(7, &secret(1));
    let own = prepare_status(&KEYS, &credential, &lists[1], &mut Unwatched);
    assert_eq!(own.unwrap_err(), PrepareStatusError::Revoked);
    let prepared = prepare_credential(&KEYS, &credential, &secret(1), &mut Unwatched).unwrap();
    let card = Card {
        credential,
        prepared,
        status: Card::new(&issuers[0], &[&lists[0]]).status,
    };
    assert!(matches!(
        card.answer(&request, None),
        Err(PresentError::StatusNotPrepared { .. })
    ));
}
