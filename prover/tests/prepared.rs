//! Prepared proofs by themselves: what they are made of, what they say of their credential, and how they are stored.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod support;

use glimpse_protocol::credential::CredentialError;
use glimpse_prover::{
    PrepareError, PreparedCredential, PreparedError, PreparedPredicate, Unwatched,
    prepare_credential, prepare_range,
};
use support::{Issuer, KEYS, prepare, secret};

/// What a proof says of a credential need not be found out again; all else is checked as ever.
#[test]
fn a_prepared_proof_opens_its_credential_and_no_other() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let prepared = prepare(&credential, &secret(1));
    let file = credential.to_json();
    let open = |prepared: &PreparedCredential, file: &serde_json::Value, holder: u8| {
        let file = file.to_string();
        prepared.open(file.as_bytes(), &issuer.manifest, &secret(holder))
    };
    assert_eq!(open(&prepared, &file, 1).as_ref(), Ok(&credential));
    assert_eq!(
        open(&prepared, &file, 2),
        Err(CredentialError::ForeignHolder)
    );

    let mut unsigned = file.clone();
    let other = issuer.issue(16, &secret(1));
    unsigned["signature"] = other.to_json()["signature"].clone();
    assert!(open(&prepared, &unsigned, 1).is_ok());
    let changes: [(&str, serde_json::Value); 4] = [
        ("/status_index", 8.into()),
        ("/issued_on", "2026-01-02".into()),
        ("/expires_on", "2027-01-02".into()),
        ("/attributes/height", 172.into()),
    ];
    for (place, value) in changes {
        for mut changed in [file.clone(), unsigned.clone()] {
            *changed.pointer_mut(place).unwrap() = value.clone();
            let opened = open(&prepared, &changed, 1);
            assert_eq!(opened, Err(CredentialError::Signature), "{place}");
        }
    }

    // Another credential's proof says nothing of it.
    let foreign = prepare(&other, &secret(1));
    assert_eq!(open(&foreign, &file, 1).as_ref(), Ok(&credential));
    assert_eq!(
        open(&foreign, &unsigned, 1),
        Err(CredentialError::Signature)
    );
}

#[test]
fn credential_of_another_holder_or_signature_is_not_prepared() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let result = prepare_credential(&KEYS, &credential, &secret(2), &mut Unwatched);
    assert_eq!(result.unwrap_err(), PrepareError::Credential);

    // A signature by another key over the same body.
    let body = credential.body().clone();
    let other = glimpse_primitives::eddsa::SigningKey::from_seed([8; 32]);
    let id = secret(1).holder_id(glimpse_protocol::holder::IssuerKeyHash::of(
        &other.verifying_key(),
    ));
    let forged = body.sign(issuer.identity.did(), &other);
    assert_ne!(forged.body().holder(), id);
    let result = prepare_credential(&KEYS, &forged, &secret(1), &mut Unwatched);
    assert_eq!(result.unwrap_err(), PrepareError::Credential);
}

#[test]
fn prepared_proofs_survive_storage_and_refuse_damage() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let prepared = prepare(&credential, &secret(1));
    let range = prepare_range(&KEYS, 5, 1, 9).unwrap();
    let bytes = prepared.to_bytes();
    assert!(PreparedCredential::from_bytes(&bytes).unwrap() == prepared);
    assert!(PreparedPredicate::from_bytes(&range.to_bytes()).unwrap() == range);

    // Of the other kind, shorter, longer, of another version, with a slot that is not below r.
    assert_eq!(
        PreparedPredicate::from_bytes(&bytes).unwrap_err(),
        PreparedError
    );
    assert_eq!(
        PreparedCredential::from_bytes(&range.to_bytes()).unwrap_err(),
        PreparedError
    );
    for length in 0..bytes.len() {
        assert!(PreparedCredential::from_bytes(&bytes[..length]).is_err());
    }
    assert!(PreparedCredential::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
    let name_end = 25 + 1 + "credential-8".len();
    for (place, value) in [(0, 0), (name_end, 2), (name_end + 4 + 32, 0xff)] {
        let mut bytes = bytes.to_vec();
        bytes[place] = value;
        assert!(PreparedCredential::from_bytes(&bytes).is_err());
    }
}

#[test]
fn debug_tells_nothing() {
    let issuer = Issuer::new(1);
    let prepared = prepare(&issuer.issue(7, &secret(1)), &secret(1));
    let range = prepare_range(&KEYS, 5, 1, 9).unwrap();
    assert_eq!(
        format!("{prepared:?}"),
        "PreparedCredential(credential-8, ..)"
    );
    assert_eq!(format!("{range:?}"), "PreparedPredicate(range, ..)");
}
