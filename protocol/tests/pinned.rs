//! What two parties must agree on stays what it was: a change here is a new version of the protocol.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_primitives::field;
use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::manifest::FileDigest;
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::plan::{CredentialChoice, Plan};
use glimpse_protocol::predicate::Operator;
use support::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn meanings_are_pinned() {
    let query = query()
        .disclose(path("family_name"))
        .prove(path("birth_date"), Operator::AgeOver(18));
    let request = builder().query(query).build().unwrap();
    let credential = credential();
    let plan = Plan::compile(&request, &[CredentialChoice::of("licence", &credential)]).unwrap();
    let holder = credential.body().holder();
    let enrolment = EnrolmentProof::context(&identity(1).did(), &Nonce::from_bytes([3; 32]));
    let found = [
        (
            "schema",
            hex(&field::to_bytes(&schema().digest().to_field())),
        ),
        (
            "issuer_key_hash",
            hex(&field::to_bytes(&credential.issuer_key_hash().to_field())),
        ),
        ("hid", hex(&holder.to_bytes())),
        (
            "message",
            hex(&field::to_bytes(&credential.body().message())),
        ),
        ("signature", hex(&credential.signature().to_bytes())),
        ("request", FileDigest::of(request.bytes()).to_string()),
        ("plan", FileDigest::of(&plan.to_bytes()).to_string()),
        ("presentation context", hex(&plan.context(&request))),
        ("enrolment context", hex(&enrolment)),
    ];
    let pinned = include_str!("pinned.txt");
    let written: String = found
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    assert_eq!(written, pinned);
}
