//! The store under repetition, races and sudden death.

use std::{
    process::{Command, Stdio},
    sync::Barrier,
    thread,
    time::Duration,
};

use serde_json::json;

use super::sessions::SessionStage;
use super::*;

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("test.redb")).unwrap();
    (folder, store)
}

fn offer(store: &Store, id: &str, tx_code: Option<&str>) {
    store
        .create_offer(NewOffer {
            id: id.into(),
            issuer: "registry".into(),
            configuration: "licence".into(),
            attributes: json!({ "name": "x" }),
            code: format!("code-{id}"),
            tx_code: tx_code.map(str::to_owned),
            expires: 100,
        })
        .unwrap();
}

/// Runs `work` on eight threads at the same moment and counts how many say `true`.
fn race(work: impl Fn(usize) -> bool + Sync) -> usize {
    let barrier = Barrier::new(8);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                let (work, barrier) = (&work, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    work(n)
                })
            })
            .collect();
        threads
            .into_iter()
            .filter_map(|t| t.join().ok())
            .filter(|won| *won)
            .count()
    })
}

#[test]
fn a_request_is_answered_once_however_many_try() {
    let (_folder, store) = store();
    for nonce in 0..20 {
        let nonce = nonce.to_string();
        assert_eq!(
            race(|_| store.answer_once(nonce.as_bytes(), 10).unwrap()),
            1
        );
    }
}

#[test]
fn an_answered_request_is_remembered_past_its_expiry() {
    let (_folder, store) = store();
    assert!(store.answer_once(b"n", 100).unwrap());
    store.purge(100 + 3600).unwrap();
    assert!(!store.answer_once(b"n", 100).unwrap());
}

#[test]
fn a_code_is_redeemed_once() {
    let (_folder, store) = store();
    offer(&store, "o", None);
    let won = race(|n| {
        store
            .redeem("registry", "code-o", None, &format!("t{n}"), 200, 50)
            .is_ok()
    });
    assert_eq!(won, 1);
    assert!(
        store.offer("o").unwrap().unwrap().code().is_none(),
        "a used code is not kept"
    );
}

#[test]
fn codes_die_by_time_by_issuer_and_by_guessing() {
    let (_folder, store) = store();
    offer(&store, "late", None);
    let late = store.redeem("registry", "code-late", None, "t", 300, 101);
    assert!(matches!(late, Err(RedeemError::Expired)));
    offer(&store, "foreign", None);
    let foreign = store.redeem("university", "code-foreign", None, "t", 300, 50);
    assert!(matches!(foreign, Err(RedeemError::Unknown)));
    offer(&store, "guarded", Some("123456"));
    let redeem = |tx_code| store.redeem("registry", "code-guarded", tx_code, "t", 300, 50);
    assert!(matches!(redeem(None), Err(RedeemError::TxCodeMissing)));
    for _ in 0..5 {
        assert!(matches!(
            redeem(Some("000000")),
            Err(RedeemError::TxCodeWrong)
        ));
    }
    assert!(matches!(redeem(Some("123456")), Err(RedeemError::Dead)));
}

#[test]
fn one_credential_is_issued_however_many_ask() {
    let (_folder, store) = store();
    offer(&store, "o", None);
    store
        .redeem("registry", "code-o", None, "token", 200, 50)
        .unwrap();
    for n in 0..8u8 {
        store.create_nonce("registry", &[n], 200).unwrap();
    }
    let holder = store.token_holder("registry", "token", 60).unwrap();
    let won = race(|n| {
        let n = u8::try_from(n).unwrap();
        store
            .issue(&holder, &[n], &[n], 60, |index| Ok(json!(index)))
            .is_ok()
    });
    assert_eq!(won, 1);
}

#[test]
fn a_lost_answer_is_sent_again_and_nothing_else_is() {
    let (_folder, store) = store();
    offer(&store, "o", None);
    store
        .redeem("registry", "code-o", None, "token", 200, 50)
        .unwrap();
    let holder = store.token_holder("registry", "token", 60).unwrap();
    let issue = |nonce: &[u8], enrolment: &[u8]| {
        store.issue(&holder, nonce, enrolment, 60, |index| Ok(json!(index)))
    };
    assert!(matches!(issue(b"unknown", b"e"), Err(IssueError::Nonce)));
    store.create_nonce("university", b"n", 200).unwrap();
    assert!(
        matches!(issue(b"n", b"e"), Err(IssueError::Nonce)),
        "another issuer's nonce"
    );
    store.create_nonce("registry", b"old", 59).unwrap();
    assert!(matches!(issue(b"old", b"e"), Err(IssueError::Nonce)));
    store.create_nonce("registry", b"n", 200).unwrap();
    let failed = store.issue(&holder, b"n", b"e", 60, |_| Err("no ink".into()));
    assert!(matches!(failed, Err(IssueError::Signing(_))));
    assert_eq!(
        issue(b"n", b"e").unwrap(),
        json!(0),
        "a failed signature consumes nothing"
    );
    assert_eq!(issue(b"n", b"e").unwrap(), json!(0));
    store.create_nonce("registry", b"m", 200).unwrap();
    assert!(matches!(
        issue(b"m", b"other"),
        Err(IssueError::AlreadyIssued)
    ));
    assert!(matches!(
        store.token_holder("registry", "token", 201),
        Err(IssueError::Token)
    ));
}

#[test]
fn what_expired_is_forgotten_with_its_secrets() {
    let (_folder, store) = store();
    offer(&store, "o", None);
    store.purge(5000).unwrap();
    assert!(store.offer("o").unwrap().is_none());
    let redeemed = store.redeem("registry", "code-o", None, "t", 9000, 50);
    assert!(matches!(redeemed, Err(RedeemError::Unknown)));
}

#[test]
fn a_session_keeps_its_first_result_and_few_refusals() {
    let (_folder, store) = store();
    let new = NewSession {
        id: "s".into(),
        verifier: "bar".into(),
        requests: Vec::new(),
        expires: 100,
    };
    store.create_session(new).unwrap();
    assert!(store.session("rental", "s").unwrap().is_none());
    store.opened("s").unwrap();
    store.verified("s", json!(1)).unwrap();
    store.verified("s", json!(2)).unwrap();
    store.opened("s").unwrap();
    for at in 0..50 {
        let refusal = Refusal {
            rule: "r".into(),
            fault: "f".into(),
            reason: "x".into(),
            at,
        };
        store.refused("s", refusal).unwrap();
    }
    let session = store.session("bar", "s").unwrap().unwrap();
    assert_eq!(session.stage, SessionStage::Verified(json!(1)));
    assert_eq!(session.refusals.len(), 8);
    assert_eq!(session.refusals[7].at, 49);
}

const CHILD: &str = "GLIMPSE_STORE_TEST_CHILD";

/// Not a test of its own: the child process of the next one. It answers requests until it is killed, and says so
/// after each.
#[test]
fn crash_child() {
    let Ok(path) = std::env::var(CHILD) else {
        return;
    };
    let store = Store::open(Path::new(&path)).unwrap();
    for n in 0.. {
        if store
            .answer_once(n.to_string().as_bytes(), u64::MAX)
            .unwrap()
        {
            println!("answered {n}");
        }
    }
}

/// Every answer that was acknowledged before a `kill -9` is a replay afterwards.
#[test]
fn acknowledged_answers_survive_sudden_death() {
    use std::io::{BufRead, BufReader};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crash.redb");
    let mut acknowledged = Vec::new();
    for round in 0..8 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["serve::store::tests::crash_child", "--exact", "--nocapture"])
            .env(CHILD, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = 0;
        while said < 5 + round {
            let line = lines.next().unwrap().unwrap();
            if let Some((_, nonce)) = line.split_once("answered ") {
                assert!(
                    !acknowledged.contains(&nonce.to_owned()),
                    "{nonce} was accepted twice"
                );
                acknowledged.push(nonce.to_owned());
                said += 1;
            }
        }
        // Let it die at an arbitrary point of its next transaction.
        thread::sleep(Duration::from_micros(700 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines.map_while(Result::ok) {
            if let Some((_, nonce)) = line.split_once("answered ") {
                acknowledged.push(nonce.to_owned());
            }
        }
    }
    let store = Store::open(&path).unwrap();
    for nonce in &acknowledged {
        assert!(
            !store.answer_once(nonce.as_bytes(), u64::MAX).unwrap(),
            "{nonce} was forgotten"
        );
    }
}
