//! Requests against their meaning: random credentials and random nested requests, judged by the plan and by an
//! evaluator that knows neither encodings nor circuits.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

#[path = "support/random.rs"]
mod random;
mod support;

use std::sync::LazyLock;

use glimpse_protocol::Fr;
use glimpse_protocol::circuit::{CircuitId, CredentialSlot};
use glimpse_protocol::credential::{Credential, StatusIndex, UnsignedCredential};
use glimpse_protocol::plan::{CredentialChoice, Plan, PlanErrorKind, StatementSlot};
use glimpse_protocol::relation::Known;
use glimpse_protocol::request::{QueryBuilder, Request};
use glimpse_protocol::set::SetFile;
use glimpse_protocol::status::{Entries, Epoch, StatusHead, StatusList};
use glimpse_protocol::time::Date;
use random::{Rng, TODAY, Values};
use support::*;

struct Case {
    request: Request,
    credentials: Vec<Credential>,
    /// Whether what is asked of attributes and dates is so.
    expected: bool,
    /// The issuer's status list.
    list: &'static StatusList,
    /// Whether no credential is revoked of which that is demanded.
    clear: bool,
}

/// How many places in the status list credentials have.
const PLACES: u32 = 8;

/// Lists in which about a quarter of the places is revoked.
static LISTS: LazyLock<Vec<(Vec<u32>, StatusList)>> = LazyLock::new(|| {
    let mut rng = Rng(7);
    let list = |epoch: u64| {
        let revoked: Vec<u32> = (0..PLACES).filter(|_| rng.chance(25)).collect();
        let mut entries = Entries::new();
        for index in &revoked {
            entries.set(StatusIndex::new(*index), true).unwrap();
        }
        let (epoch, until) = (Epoch::new(epoch).unwrap(), now().plus_seconds(60));
        let list = StatusList::sign(entries, epoch, now(), until, &identity(1)).unwrap();
        (revoked, list)
    };
    (1..=8).map(list).collect()
});

/// Demands that the credential is not revoked by this list.
fn demand(query: QueryBuilder, head: &StatusHead) -> QueryBuilder {
    query.not_revoked(0, core::slice::from_ref(head))
}

fn credential(values: &Values, index: u32, issued_on: i64, expires_on: i64) -> Credential {
    let day = |days| Date::from_days(days).unwrap();
    let holder = secret().holder_id(glimpse_protocol::holder::IssuerKeyHash::of(
        &credential_key(1).verifying_key(),
    ));
    UnsignedCredential::new(
        random::schema(),
        holder,
        StatusIndex::new(index),
        day(issued_on),
        day(expires_on),
        random::attributes(values).as_bytes(),
    )
    .unwrap()
    .sign(identity(1).did(), &credential_key(1))
}

/// A case; `None` if the request is one of those that builders refuse, such as one that lists a predicate twice.
fn case(rng: &mut Rng) -> Option<Case> {
    let queries = 1 + rng.below(2);
    let all: Vec<Values> = (0..queries).map(|_| random::values(rng)).collect();
    let mut builder = builder();
    let (mut credentials, mut expected, mut clear) = (Vec::new(), true, true);
    let (revoked, list) = &LISTS[rng.below(LISTS.len())];
    for (mine, values) in all.iter().enumerate() {
        let dates = [TODAY - 1, TODAY, TODAY + 1];
        let (issued, expires) = match rng.chance(10) {
            true => (dates[rng.below(3)], TODAY + 1),
            false => (
                TODAY - 100,
                dates[rng.below(3)].max(TODAY - rng.below(2) as i64),
            ),
        };
        let index = rng.below(PLACES as usize) as u32;
        credentials.push(credential(values, index, issued, expires));
        let mut query = QueryBuilder::new(
            &format!("q{mine}"),
            random::schema().id().clone(),
            &[identity(1).did()],
            Date::from_days(TODAY).unwrap(),
        );
        if rng.chance(30) {
            query = query.accept_expired();
        } else {
            expected &= issued <= TODAY && TODAY <= expires;
        }
        if rng.chance(30) {
            query = demand(query, list.head());
            clear &= !revoked.contains(&index);
        }
        for (number, value) in values.iter().enumerate() {
            if rng.chance(5) {
                query = query.disclose(random::path(number));
                expected &= value.is_some();
            }
        }
        for _ in 0..1 + rng.below(2) {
            let formula = random::formula(rng, mine, queries, 3);
            expected &= random::meaning_if_typed(&formula, mine, &all)?;
            query = query.prove_that(formula);
        }
        builder = builder.query(query);
    }
    let request = builder.build().ok()?;
    Some(Case {
        request,
        credentials,
        expected,
        list,
        clear,
    })
}

fn plan(
    request: &Request,
    credentials: &[&Credential],
    head: &StatusHead,
) -> Result<Plan, PlanErrorKind> {
    let pairs = request.queries().iter().zip(credentials);
    let choices: Vec<_> = pairs
        .map(|(query, credential)| {
            CredentialChoice::of(query.id(), credential).with_status(Some(head))
        })
        .collect();
    Plan::compile(request, &choices).map_err(|error| error.kind().clone())
}

/// Variables are numbered by first use, as a linked proof's statement wants them.
fn assert_numbered(plan: &Plan) {
    let disclosed = vec![glimpse_protocol::Fr::from(0u64); plan.disclosed().count()];
    let slots = plan.statement_slots(&disclosed, &[]).unwrap().concat();
    let mut next = 0;
    for slot in slots {
        if let StatementSlot::Hidden(number) = slot {
            assert!(number <= next, "{number} before {next}");
            next = next.max(number + 1);
        }
    }
    assert_eq!(usize::from(next), plan.variables().len());
}

/// What the sets that the plan needs say of the credentials.
fn known(plan: &Plan, credentials: &[&Credential]) -> Known {
    let mut known = Known::default();
    for needed in plan.needed_sets(credentials) {
        let file = SetFile::from_bytes(&random::set(needed.set).to_bytes()).unwrap();
        let slots = needed.slots(&file);
        known.add(CircuitId::Set, &slots.unwrap());
    }
    assert!(
        plan.clone()
            .with_known(known.clone())
            .needed_sets(credentials)
            .is_empty()
    );
    known
}

/// Whether there are proofs for every slot as planned: the credentials' own, and true small ones.
fn is_provable(plan: &Plan, credentials: &[&Credential], known: &Known, list: &StatusList) -> bool {
    let disclosed = plan
        .disclosed()
        .map(|(number, claim)| credentials[number].slot(claim.slot().slot).unwrap());
    let Some(assignment) = plan.assign(credentials, &secret(), disclosed.collect()) else {
        return false;
    };
    plan.proofs().iter().all(|proof| {
        let slots = assignment.slots(proof).unwrap();
        let (last, inputs) = slots.split_last().unwrap();
        match proof.circuit.is_credential() {
            false if proof.circuit == CircuitId::Status => {
                let index = credentials[proof.credential].body().status_index();
                assert_eq!(inputs[0], Fr::from(index.get()));
                assert_eq!(inputs[1..], list.head().roots()[..]);
                *last == Fr::from(!list.entries().is_revoked(index))
            }
            false => known.output(proof.circuit, inputs) == Some(*last),
            true => slots.iter().enumerate().all(|(place, value)| {
                let own = credentials[proof.credential].slot(slot_at(place));
                own.is_none_or(|own| own == *value)
            }),
        }
    })
}

fn slot_at(place: usize) -> CredentialSlot {
    let header = [
        CredentialSlot::Schema,
        CredentialSlot::IssuerKeyHash,
        CredentialSlot::HolderSecret,
        CredentialSlot::StatusIndex,
        CredentialSlot::IssuedOn,
        CredentialSlot::ExpiresOn,
    ];
    let attribute = || CredentialSlot::Attribute(place - CredentialSlot::HEADER);
    header.get(place).copied().unwrap_or_else(attribute)
}

fn agree(seed: u64, cases: usize) {
    let mut rng = Rng(seed);
    let (mut judged, mut so, mut revoked) = (0, 0, 0);
    while judged < cases {
        let Some(case) = case(&mut rng) else { continue };
        let credentials: Vec<&Credential> = case.credentials.iter().collect();
        // What no value or every value satisfies is refused, and so is what a type does not have.
        let Ok(plan) = plan(&case.request, &credentials, case.list.head()) else {
            continue;
        };
        let text = String::from_utf8_lossy(case.request.bytes()).into_owned();
        assert_numbered(&plan);
        let known = known(&plan, &credentials);
        let plan = plan.with_known(known.clone());
        let verdict = plan.check(&credentials);
        assert_eq!(verdict.is_ok(), case.expected, "{verdict:?}\n{text}");
        let disclosed = plan.disclosed_values(&credentials);
        let provable = disclosed_are_there(&plan, &credentials)
            && is_provable(&plan, &credentials, &known, case.list);
        assert_eq!(provable, case.expected && case.clear, "{text}");
        assert_eq!(disclosed.is_ok(), case.expected);
        judged += 1;
        so += usize::from(case.expected);
        revoked += usize::from(case.expected && !case.clear);
    }
    // No answer is rare.
    assert!(revoked > cases / 100, "{revoked} of {cases} revoked");
    assert!(so > cases / 10 && so < cases * 9 / 10, "{so} of {cases}");
}

fn disclosed_are_there(plan: &Plan, credentials: &[&Credential]) -> bool {
    plan.disclosed()
        .all(|(number, claim)| credentials[number].body().values()[claim.number].is_some())
}

#[test]
fn plans_mean_what_requests_say() {
    agree(1, 1_000);
}

#[test]
#[ignore = "slow: cargo xtask test --all"]
fn plans_mean_what_requests_say_in_ten_thousand_cases() {
    agree(2, 10_000);
}

/// A request with an OR gives every holder the same plan, whichever branch holds.
#[test]
fn plans_follow_from_the_request_alone() {
    let mut rng = Rng(3);
    let mut compared = 0;
    while compared < 200 {
        let Some(one) = case(&mut rng) else { continue };
        let others: Vec<Credential> = one
            .credentials
            .iter()
            .map(|_| credential(&random::values(&mut rng), 1, TODAY - 9, TODAY + 9))
            .collect();
        let [first, second] = [&one.credentials, &others].map(|credentials| {
            let credentials: Vec<_> = credentials.iter().collect();
            plan(&one.request, &credentials, one.list.head())
        });
        assert_eq!(
            first.map(|plan| plan.to_bytes()),
            second.map(|plan| plan.to_bytes())
        );
        compared += 1;
    }
}
