//! What each kind of fact costs natively, on one thread: `cargo bench -p glimpse-prover --bench predicates`.
//!
//! Every request asks for a valid card of 16 attributes; what a row takes more than `nothing` is the fact's own.

#![allow(clippy::unwrap_used, reason = "a benchmark that fails may panic")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::fmt::{self, Display, Formatter};
use std::slice;

use divan::Bencher;
use glimpse_protocol::{
    credential::Credential,
    formula::Formula,
    predicate::{Operator, Other, Predicate},
    request::{QueryBuilder, Request},
    status::{Entries, Epoch, StatusHead, StatusList},
    time::DateTime,
};
use glimpse_prover::{
    HeldCredential, PreparedCredential, PreparedPredicate, Unwatched, plan, prepare_credential,
    prepare_status, present,
};
use support::{Issuer, KEYS, date, path, query, request, rng, schema, secret, verify};

fn main() {
    divan::main();
}

/// A kind of fact.
#[derive(Clone, Copy)]
enum Kind {
    Nothing,
    Range,
    Listed,
    Text,
    Other,
    Exists,
    Either,
    Pseudonym,
    HiddenIssuer,
    NotRevoked,
    NotRevokedByHidden,
}

const KINDS: [Kind; 11] = [
    Kind::Nothing,
    Kind::Range,
    Kind::Listed,
    Kind::Text,
    Kind::Other,
    Kind::Exists,
    Kind::Either,
    Kind::Pseudonym,
    Kind::HiddenIssuer,
    Kind::NotRevoked,
    Kind::NotRevokedByHidden,
];

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing",
            Self::Range => "age_over",
            Self::Listed => "in",
            Self::Text => "prefix",
            Self::Other => "ne_other",
            Self::Exists => "exists",
            Self::Either => "any_of_two",
            Self::Pseudonym => "pseudonym",
            Self::HiddenIssuer => "hide_issuer",
            Self::NotRevoked => "not_revoked",
            Self::NotRevokedByHidden => "not_revoked_by_hidden",
        })
    }
}

impl Kind {
    fn of(self, query: QueryBuilder, issuers: &[&Issuer]) -> QueryBuilder {
        let height = |operator| Predicate {
            path: path("height"),
            operator,
        };
        match self {
            Self::Nothing => query,
            Self::Range => query.prove(path("birth_date"), Operator::AgeOver(18)),
            Self::Listed => {
                let names = ["Lindqvist", "Moreau"].map(Into::into).to_vec();
                query.prove(path("family_name"), Operator::In(names))
            }
            Self::Text => query.prove(path("family_name"), Operator::Prefix("Lind".into())),
            Self::Other => {
                let other = Other {
                    credential: None,
                    path: path("text_4"),
                };
                query.prove(path("family_name"), Operator::Ne(other.into()))
            }
            Self::Exists => query.prove(path("note"), Operator::Absent),
            Self::Either => query.prove_that(Formula::Any(vec![
                height(Operator::Lt(160.into())).into(),
                height(Operator::Gt(170.into())).into(),
            ])),
            Self::Pseudonym => query.pseudonym("bench"),
            Self::HiddenIssuer => hiding(issuers),
            Self::NotRevoked => query.not_revoked(0, &heads(issuers)),
            Self::NotRevokedByHidden => hiding(issuers).not_revoked(0, &heads(issuers)),
        }
    }
}

fn hiding(issuers: &[&Issuer]) -> QueryBuilder {
    let manifests: Vec<_> = issuers.iter().map(|issuer| &issuer.manifest).collect();
    QueryBuilder::hiding_issuer("card", &[schema(16)], &manifests, date("2026-11-21"))
}

fn heads(issuers: &[&Issuer]) -> Vec<StatusHead> {
    let heads = issuers.iter().map(|of| list(of).head().clone());
    heads.collect()
}

/// A list that revokes nobody.
fn list(issuer: &Issuer) -> StatusList {
    let at = |seconds: i64| DateTime::from_unix(1_795_000_000 + seconds).unwrap();
    let (from, until) = (at(0), at(86_400));
    StatusList::sign(Entries::new(), Epoch::FIRST, from, until, &issuer.identity).unwrap()
}

struct Bench {
    request: Request,
    credential: Credential,
    prepared: PreparedCredential,
    list: StatusList,
    /// What no show makes on the spot.
    clear: PreparedPredicate,
}

impl Bench {
    fn new(kind: Kind) -> Self {
        let issuers = [Issuer::new(1), Issuer::new(2)];
        let accepted: Vec<_> = issuers.iter().collect();
        let credential = issuers[0].issue(16, &secret(1));
        let prepared = prepare_credential(&KEYS, &credential, &secret(1), &mut Unwatched).unwrap();
        let query = kind.of(query("card", 16, &accepted), &accepted);
        let list = list(&issuers[0]);
        let clear = prepare_status(&KEYS, &credential, &list, &mut Unwatched).unwrap();
        Self {
            list,
            clear,
            request: request(1, [query]),
            credential,
            prepared,
        }
    }

    /// Answers with what is kept; gives all that could be kept, and the presentation.
    fn answer(&self, kept: &[PreparedPredicate]) -> (Vec<PreparedPredicate>, Vec<u8>) {
        let held = HeldCredential {
            credential: &self.credential,
            prepared: &self.prepared,
            status: Some(self.list.head()),
        };
        let presented = present(
            &KEYS,
            &self.request,
            &[held],
            kept,
            &secret(1),
            &mut Unwatched,
            &mut rng(1),
        )
        .unwrap();
        let made = presented.made.into_iter().map(|made| made.predicate);
        let all = made.chain(kept.iter().cloned()).collect();
        (all, presented.presentation.to_bytes())
    }
}

/// Everything but the card's own proof, and that it is not revoked, is made on the spot.
#[divan::bench(args = KINDS)]
fn prove_and_show(bencher: Bencher<'_, '_>, kind: Kind) {
    let bench = Bench::new(kind);
    let kept = slice::from_ref(&bench.clear);
    bencher.bench(|| bench.answer(kept).1);
}

/// Everything that can be kept is.
#[divan::bench(args = KINDS)]
fn show(bencher: Bencher<'_, '_>, kind: Kind) {
    let bench = Bench::new(kind);
    let (kept, _) = bench.answer(slice::from_ref(&bench.clear));
    bencher.bench(|| bench.answer(&kept).1);
}

/// Decoding included, compiling the plan not.
#[divan::bench(args = KINDS)]
fn check(bencher: Bencher<'_, '_>, kind: Kind) {
    let bench = Bench::new(kind);
    let (_, bytes) = bench.answer(slice::from_ref(&bench.clear));
    let heads = [Some(bench.list.head())];
    let plan = plan(&bench.request, &[&bench.credential], &heads).unwrap();
    bencher.bench(|| assert!(verify(&bench.request, &plan, &bytes)));
}
