//! Status lists: the same file for everybody, a new epoch when something is revoked or the old one grows old.

use glimpse_protocol::{
    credential::StatusIndex,
    status::{Order, StatusList},
};

use super::{super::*, support::*};

async fn list(server: &Server, party: Party) -> StatusList {
    let answer = server.get(party, "/status-list").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-cache");
    assert_eq!(answer.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    StatusList::from_bytes(&answer.body).unwrap()
}

#[tokio::test]
async fn each_issuer_serves_its_list_and_renews_it_in_time() {
    let server = Server::start();
    let first = list(&server, Party::Registry).await;
    let registry = server.app.demo.issuer(Party::Registry).manifest();
    assert_eq!(first.head().issuer(), registry.id());
    assert_eq!(first.entries().revoked(), 0);
    let other = list(&server, Party::University).await;
    assert_ne!(other.head().issuer(), first.head().issuer());
    assert_eq!(list(&server, Party::Registry).await, first);
    server.pass(43_201);
    let second = list(&server, Party::Registry).await;
    assert_eq!(second.head().succeeds(first.head()), Ok(Order::Newer));
}

#[tokio::test]
async fn a_revocation_is_published_at_once() {
    let (server, wallet) = (Server::start(), Wallet::new(1));
    let registry = Party::Registry;
    let before = list(&server, registry).await;
    let attributes = server.app.demo.issuer(registry).samples[0].clone();
    let body = json!({ "attributes": attributes });
    let offer = server.post_json(registry, "/api/offers", body).await.json();
    let path = format!("/api/offers/{}/revocation", offer["id"].as_str().unwrap());
    let revoke = async |party, revoked: bool| {
        let body = json!({ "revoked": revoked });
        server.post_json(party, &path, body).await
    };
    // Nothing is issued yet.
    assert_eq!(revoke(registry, true).await.status, StatusCode::NOT_FOUND);

    let token = wallet.token(&server, registry, &offer).await;
    let enrolment = wallet.enrolment(&server, registry).await;
    let answer = wallet
        .request_credential(&server, registry, &token, &enrolment)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    // Another issuer cannot revoke it.
    let elsewhere = revoke(Party::University, true).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);

    assert_eq!(revoke(registry, true).await.json()["changed"], true);
    let after = list(&server, registry).await;
    assert_eq!(after.head().succeeds(before.head()), Ok(Order::Newer));
    assert!(after.entries().is_revoked(StatusIndex::new(0)));
    assert_eq!(after.entries().revoked(), 1);

    assert_eq!(revoke(registry, true).await.json()["changed"], false);
    assert_eq!(list(&server, registry).await, after);
    assert_eq!(revoke(registry, false).await.json()["changed"], true);
    assert_eq!(list(&server, registry).await.entries().revoked(), 0);
}
