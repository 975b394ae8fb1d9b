//! Status lists: form, signature, content, succession. The files under `fuzz/corpus/protocol_status_list` are named by
//! their defect and written by `cargo test -p glimpse-protocol --test status -- --ignored`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use std::path::PathBuf;

use ark_ff::{BigInteger as _, PrimeField as _};
use glimpse_primitives::{Fr, field};
use glimpse_protocol::credential::StatusIndex;
use glimpse_protocol::manifest::FileDigest;
use glimpse_protocol::status::{
    Entries, Epoch, MAX_LIST_BYTES, MAX_VALIDITY, Order, StaleStatus, StatusHead, StatusHeadError,
    StatusList, StatusListError, SuccessionError,
};
use glimpse_protocol::tag;
use glimpse_protocol::time::DateTime;
use support::identity;

const DAY: i64 = 86_400;

fn at(seconds: i64) -> DateTime {
    DateTime::from_unix(1_795_000_000 + seconds).unwrap()
}

fn list(signer: u8, epoch: u64, from: i64, revoked: &[u32]) -> StatusList {
    let mut entries = Entries::new();
    for index in revoked {
        entries.set(StatusIndex::new(*index), true).unwrap();
    }
    let epoch = Epoch::new(epoch).unwrap();
    StatusList::sign(entries, epoch, at(from), at(from + DAY), &identity(signer)).unwrap()
}

fn usual() -> StatusList {
    list(1, 3, 0, &[0, 7, 1023, 1024, 300_000, (1 << 20) - 1])
}

/// The head's bytes: an array of what is signed and 64 bytes of signature.
fn signed_part(head: &[u8]) -> &[u8] {
    &head[1..head.len() - 66]
}

/// A head whose signed part was changed before it was signed.
fn resigned(change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut signed = signed_part(&usual().head().to_bytes()).to_vec();
    change(&mut signed);
    let signature = identity(1).sign(&tag::STATUS_LIST.message(&signed));
    [&[0x82][..], &signed, &[0x58, 64], &signature].concat()
}

/// A list of these two parts.
fn joined(head: &[u8], entries: &[u8]) -> Vec<u8> {
    let bytes = |part: &[u8]| {
        let length = (part.len() as u16).to_be_bytes();
        let head = match part.len() {
            short @ 0..24 => vec![0x40 | short as u8],
            middle @ 24..256 => vec![0x58, middle as u8],
            _ => vec![0x59, length[0], length[1]],
        };
        [&head[..], part].concat()
    };
    [vec![0x82], bytes(head), bytes(entries)].concat()
}

#[test]
fn a_list_reads_back() {
    let list = usual();
    let bytes = list.to_bytes();
    assert!(bytes.len() < MAX_LIST_BYTES);
    let read = StatusList::from_bytes(&bytes).unwrap();
    assert_eq!(read, list);
    let head = StatusHead::from_bytes(&list.head().to_bytes()).unwrap();
    assert_eq!(head, *list.head());
    assert_eq!(
        joined(&head.to_bytes(), &list.entries().to_bytes()),
        bytes,
        "the test's own encoder"
    );
    for (index, revoked) in [(0, true), (1, false), (1024, true), (1025, false)] {
        let path = read.path(StatusIndex::new(index)).unwrap();
        assert_eq!(path.roots, *head.roots());
        let word = path.words[index as usize % 1024 / 128];
        assert_eq!(word >> (index % 128) & 1 == 1, revoked);
    }
    assert!(read.path(StatusIndex::new(1 << 20)).is_none());
}

#[test]
fn the_form_is_pinned() {
    let bytes = usual().to_bytes();
    let roots = usual().head().roots().map(|root| root.to_string());
    let pinned = format!("{} {}", FileDigest::of(&bytes), roots[0]);
    assert_eq!(pinned, PINNED);
}

const PINNED: &str = "302d220c5db59a82575102b6a21c7fd30201eff99a178fbef3285dd007fa18ab 20440582083975357357935238845056766183167046274373251552848090185339067425167";

#[test]
fn a_full_list_stays_within_its_limit() {
    let mut entries = Entries::new();
    for index in (0..1 << 20).step_by(2) {
        entries.set(StatusIndex::new(index), true).unwrap();
    }
    let list = StatusList::sign(entries, Epoch::FIRST, at(0), at(DAY), &identity(1)).unwrap();
    let bytes = list.to_bytes();
    assert!(bytes.len() <= MAX_LIST_BYTES);
    assert_eq!(StatusList::from_bytes(&bytes), Ok(list));
}

#[test]
fn no_bit_can_be_changed() {
    let good = usual().to_bytes();
    for place in 0..8 * good.len() {
        let mut bytes = good.clone();
        bytes[place / 8] ^= 1 << (place % 8);
        assert!(StatusList::from_bytes(&bytes).is_err(), "bit {place}");
    }
}

#[test]
fn a_signature_does_not_make_nonsense_valid() {
    let period = |seconds: i64| {
        resigned(move |signed| {
            // The second instant of 5 bytes stands in front of the roots.
            let place = signed.len() - 1 - 4 * 34 - 4;
            let until = (at(seconds).unix() as u32).to_be_bytes();
            signed[place..place + 4].copy_from_slice(&until);
        })
    };
    assert!(StatusHead::from_bytes(&period(MAX_VALIDITY)).is_ok());
    for seconds in [0, -1, MAX_VALIDITY + 1] {
        assert_eq!(
            StatusHead::from_bytes(&period(seconds)),
            Err(StatusHeadError::Period)
        );
    }
    let same = resigned(|_| ());
    assert_eq!(same, usual().head().to_bytes());
    let aliased = resigned(|signed| {
        let place = signed.len() - 32;
        let root: [u8; 32] = signed[place..].try_into().unwrap();
        let mut alias = field::from_bytes(&root).unwrap().into_bigint();
        assert!(!alias.add_with_carry(&Fr::MODULUS));
        signed[place..].copy_from_slice(&alias.to_bytes_be());
    });
    assert!(matches!(
        StatusHead::from_bytes(&aliased),
        Err(StatusHeadError::Form(_))
    ));
    let epoch_zero = resigned(|signed| {
        let place = signed.iter().position(|byte| *byte == 3).unwrap();
        signed[place] = 0;
    });
    assert!(StatusHead::from_bytes(&epoch_zero).is_err());
}

#[test]
fn a_head_takes_the_place_of_an_older_one_only() {
    let known = usual();
    let succeeds = |list: &StatusList| list.head().succeeds(known.head());
    assert_eq!(succeeds(&known), Ok(Order::Same));
    assert_eq!(succeeds(&list(1, 4, 0, &[])), Ok(Order::Newer));
    assert_eq!(succeeds(&list(1, 9, 60, &[])), Ok(Order::Newer));
    assert_eq!(
        succeeds(&list(2, 4, 0, &[])),
        Err(SuccessionError::OtherIssuer)
    );
    assert_eq!(
        succeeds(&list(1, 2, 60, &[])),
        Err(SuccessionError::Rollback)
    );
    for equivocation in [list(1, 3, 0, &[]), list(1, 3, 60, &[]), list(1, 4, -1, &[])] {
        assert_eq!(succeeds(&equivocation), Err(SuccessionError::Equivocation));
    }
}

#[test]
fn a_list_counts_from_its_beginning_to_its_end() {
    let list = usual();
    let at = |seconds, tolerance| {
        list.head()
            .check_time([list.head()], at(seconds), tolerance)
    };
    assert_eq!(at(-61, u32::MAX), Err(StaleStatus::NotYet));
    assert_eq!(at(-60, 0), Ok(()));
    assert_eq!(at(DAY, 0), Ok(()));
    assert_eq!(at(DAY + 1, 0), Err(StaleStatus::Ended));
    assert_eq!(at(DAY + 60, 60), Ok(()));
    assert_eq!(at(DAY + 61, 60), Err(StaleStatus::Ended));
}

#[test]
fn a_newer_list_takes_its_place() {
    let old = usual();
    let (later, earlier, foreign) = (list(1, 4, 100, &[]), list(1, 2, 0, &[]), list(2, 9, 0, &[]));
    let at = |seconds, tolerance| {
        let known = [&later, &foreign, &old, &earlier].map(StatusList::head);
        old.head().check_time(known, at(seconds), tolerance)
    };
    // With a tolerance of 0 only the newest that has begun counts.
    assert_eq!(at(99, 0), Ok(()));
    assert_eq!(at(100, 0), Err(StaleStatus::Superseded));
    assert_eq!(at(159, 60), Ok(()));
    assert_eq!(at(160, 60), Err(StaleStatus::Superseded));
}

fn corpus() -> Vec<(&'static str, Vec<u8>)> {
    let list = usual();
    let (head, entries) = (list.head().to_bytes(), list.entries().to_bytes());
    let good = list.to_bytes();
    let other = self::list(1, 3, 0, &[8]);
    let mut foreign = head.clone();
    let signature = foreign.len() - 64;
    foreign[signature..].copy_from_slice(&[7; 64]);
    let mut long_gap = entries.clone();
    long_gap[1] |= 0x80;
    long_gap.insert(2, 0);
    vec![
        ("trailing_byte", [&good[..], &[0]].concat()),
        ("truncated", good[..good.len() - 1].to_vec()),
        ("empty", Vec::new()),
        (
            "huge_entries",
            [
                &good[..good.len() - entries.len() - 1],
                &[0x5a, 0xff, 0xff, 0xff, 0xff],
            ]
            .concat(),
        ),
        ("long_gap", joined(&head, &long_gap)),
        ("gap_past_the_end", joined(&head, &[0, 0xff, 0xff, 0x7f])),
        ("unknown_form_of_entries", joined(&head, &[2])),
        (
            "entries_of_another_list",
            joined(&head, &other.entries().to_bytes()),
        ),
        (
            "head_of_another_list",
            joined(&other.head().to_bytes(), &entries),
        ),
        ("signature_of_nobody", joined(&foreign, &entries)),
        ("head_alone", head),
        ("good", good),
    ]
}

fn folder() -> PathBuf {
    let folder = "../fuzz/corpus/protocol_status_list";
    [env!("CARGO_MANIFEST_DIR"), folder].iter().collect()
}

#[test]
fn corpus_is_refused_but_for_what_is_good() {
    for (name, bytes) in corpus() {
        let read = StatusList::from_bytes(&bytes);
        assert_eq!(read.is_ok(), name == "good", "{name}");
        let expected = match name {
            "entries_of_another_list" | "head_of_another_list" => Some(StatusListError::Roots),
            "signature_of_nobody" => Some(StatusHeadError::Signature.into()),
            _ => None,
        };
        if let Some(expected) = expected {
            assert_eq!(read, Err(expected), "{name}");
        }
    }
}

#[test]
fn corpus_is_what_its_generator_writes() {
    for (name, bytes) in corpus() {
        let stored = std::fs::read(folder().join(name)).unwrap();
        assert!(stored == bytes, "{name} is not what its generator writes");
    }
}

#[test]
#[ignore = "writes fuzz/corpus: run when an encoding changes"]
fn write_corpus() {
    std::fs::create_dir_all(folder()).unwrap();
    for (name, bytes) in corpus() {
        std::fs::write(folder().join(name), bytes).unwrap();
    }
}
