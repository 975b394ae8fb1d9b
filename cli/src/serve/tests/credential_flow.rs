//! OpenID4VCI: the whole way, and every way it is refused.

use super::{super::*, support::*};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

async fn offer(server: &Server, party: Party, tx_code: bool) -> serde_json::Value {
    let attributes = &server.app.demo.issuer(party).samples[0];
    let body = json!({ "attributes": attributes, "tx_code": tx_code });
    let answer = server.post_json(party, "/api/offers", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn every_sample_person_fits_its_schema_and_the_size_class() {
    let server = Server::start();
    // Of one size class, so that a verifier need not learn which of the two it is shown.
    for (party, slots, least) in [(Party::Registry, 16, 14), (Party::University, 16, 5)] {
        let issuer = server.app.demo.issuer(party);
        assert_eq!(issuer.schema.size_class().slots(), slots);
        assert!(issuer.schema.attributes().len() >= least);
        for sample in &issuer.samples {
            issuer.check_attributes(sample).unwrap();
        }
    }
}

#[tokio::test]
async fn metadata_names_endpoints_display_and_claims() {
    let server = Server::start();
    let metadata = server
        .get(Party::Registry, "/.well-known/openid-credential-issuer")
        .await
        .json();
    assert_eq!(metadata["credential_issuer"], "http://localhost:8101");
    assert_eq!(
        metadata["nonce_endpoint"],
        "http://localhost:8101/openid4vci/nonce"
    );
    let licence = &metadata["credential_configurations_supported"]["org.iso.18013.5.1.mDL"];
    assert_eq!(licence["format"], "glimpse-groth16");
    assert!(licence["proof_types_supported"]["glimpse_enrolment"].is_object());
    let shown = &licence["credential_metadata"];
    assert_eq!(shown["display"][0]["background_color"], "#0c3b2e");
    assert_eq!(
        shown["claims"][13]["path"],
        json!(["driving_privileges", "vehicle_category_code"])
    );
    let server_metadata = server
        .get(Party::Registry, "/.well-known/oauth-authorization-server")
        .await
        .json();
    assert_eq!(
        server_metadata["token_endpoint"],
        "http://localhost:8101/openid4vci/token"
    );
}

#[tokio::test]
async fn a_wallet_collects_a_licence_and_a_student_card() {
    let (server, wallet) = (Server::start(), Wallet::new(1));
    for party in [Party::Registry, Party::University] {
        let sample = server.app.demo.issuer(party).samples[0].clone();
        let credential = wallet.collect(&server, party, &sample).await;
        let body = credential.body();
        assert_eq!(body.schema().write_attributes(body.values()), sample);
    }
}

#[tokio::test]
async fn an_offer_is_fetched_by_its_link_until_it_is_used() {
    let (server, wallet) = (Server::start(), Wallet::new(1));
    let offer = offer(&server, Party::Registry, false).await;
    let link = offer["link"].as_str().unwrap();
    assert!(link.starts_with("http://localhost:8100/#/offer?credential_offer_uri=http%3A%2F%2F"));
    let path = format!("/openid4vci/offer/{}", offer["id"].as_str().unwrap());
    let fetched = server.get(Party::Registry, &path).await;
    assert_eq!(fetched.json(), offer["offer"]);
    let elsewhere = server.get(Party::University, &path).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    wallet.token(&server, Party::Registry, &offer).await;
    assert_eq!(
        server.get(Party::Registry, &path).await.error(),
        "invalid_request"
    );
}

#[tokio::test]
async fn a_code_works_once_and_in_time() {
    let (server, wallet) = (Server::start(), Wallet::new(1));
    let first = offer(&server, Party::Registry, false).await;
    wallet.token(&server, Party::Registry, &first).await;
    let code = first["offer"]["grants"][GRANT]["pre-authorized_code"]
        .as_str()
        .unwrap();
    let form = [("grant_type", GRANT), ("pre-authorized_code", code)];
    let again = server
        .post_form(Party::Registry, "/openid4vci/token", &form)
        .await;
    assert_eq!(again.error(), "invalid_grant");

    let late = offer(&server, Party::Registry, false).await;
    server.pass(601);
    let code = late["offer"]["grants"][GRANT]["pre-authorized_code"]
        .as_str()
        .unwrap();
    let form = [("grant_type", GRANT), ("pre-authorized_code", code)];
    let late = server
        .post_form(Party::Registry, "/openid4vci/token", &form)
        .await;
    assert_eq!(late.error(), "invalid_grant");
    let form = [("grant_type", "password")];
    let other = server
        .post_form(Party::Registry, "/openid4vci/token", &form)
        .await;
    assert_eq!(other.error(), "unsupported_grant_type");
}

#[tokio::test]
async fn the_transaction_code_is_asked_for() {
    let server = Server::start();
    let offer = offer(&server, Party::Registry, true).await;
    let code = offer["offer"]["grants"][GRANT]["pre-authorized_code"]
        .as_str()
        .unwrap();
    assert_eq!(offer["offer"]["grants"][GRANT]["tx_code"]["length"], 6);
    let redeem = |tx_code: Option<&'static str>| {
        let mut form = vec![("grant_type", GRANT), ("pre-authorized_code", code)];
        form.extend(tx_code.map(|code| ("tx_code", code)));
        let server = &server;
        async move {
            server
                .post_form(Party::Registry, "/openid4vci/token", &form)
                .await
                .error()
        }
    };
    assert_eq!(redeem(None).await, "invalid_request");
    assert_eq!(redeem(Some("not it")).await, "invalid_grant");
}

#[tokio::test]
async fn only_a_token_buys_a_credential_and_only_one() {
    let (server, wallet) = (Server::start(), Wallet::new(1));
    let offer = offer(&server, Party::Registry, false).await;
    let token = wallet.token(&server, Party::Registry, &offer).await;
    let enrolment = wallet.enrolment(&server, Party::Registry).await;
    let refused = wallet
        .request_credential(&server, Party::Registry, "guess", &enrolment)
        .await;
    assert_eq!(
        (refused.status, refused.error()),
        (StatusCode::UNAUTHORIZED, "invalid_token".into())
    );
    let elsewhere = wallet
        .request_credential(&server, Party::University, &token, &enrolment)
        .await;
    assert_eq!(elsewhere.error(), "invalid_token");

    let first = wallet
        .request_credential(&server, Party::Registry, &token, &enrolment)
        .await;
    let credential = wallet.open(&server, Party::Registry, &first).await;
    let repeated = wallet
        .request_credential(&server, Party::Registry, &token, &enrolment)
        .await;
    let repeated = wallet.open(&server, Party::Registry, &repeated).await;
    assert!(
        credential == repeated,
        "a lost answer is repeated, not made anew"
    );
    let thief = Wallet::new(2);
    let other = thief.enrolment(&server, Party::Registry).await;
    let refused = thief
        .request_credential(&server, Party::Registry, &token, &other)
        .await;
    assert_eq!(refused.error(), "credential_request_denied");
    server.pass(301);
    let late = wallet
        .request_credential(&server, Party::Registry, &token, &enrolment)
        .await;
    assert_eq!(late.error(), "invalid_token");
}

#[tokio::test]
async fn an_enrolment_is_bound_to_its_issuer_and_nonce() {
    let (server, wallet) = (Server::start(), Wallet::new(1));
    let offer = offer(&server, Party::Registry, false).await;
    let token = wallet.token(&server, Party::Registry, &offer).await;
    let try_with = |enrolment: String| {
        let (server, wallet, token) = (&server, &wallet, &token);
        async move {
            wallet
                .request_credential(server, Party::Registry, token, &enrolment)
                .await
                .error()
        }
    };
    let foreign = wallet.enrolment(&server, Party::University).await;
    assert_eq!(try_with(foreign).await, "invalid_proof");
    assert_eq!(try_with("AAAA".into()).await, "invalid_proof");
    assert_eq!(try_with("not base64url!".into()).await, "invalid_proof");

    let good = wallet.enrolment(&server, Party::Registry).await;
    let mut bytes = glimpse_protocol::json::from_base64(&good).unwrap();
    let last = bytes.len() - 1;
    for at in [last, last / 2, last - 100] {
        bytes[at] ^= 1;
        assert_eq!(
            try_with(base64url(&bytes)).await,
            "invalid_proof",
            "byte {at}"
        );
        bytes[at] ^= 1;
    }
    let stale = wallet.enrolment(&server, Party::Registry).await;
    wallet
        .request_credential(&server, Party::Registry, &token, &good)
        .await;

    let offer = self::offer(&server, Party::Registry, false).await;
    let token = wallet.token(&server, Party::Registry, &offer).await;
    let used = wallet
        .request_credential(&server, Party::Registry, &token, &good)
        .await;
    assert_eq!(used.error(), "invalid_nonce");
    server.pass(299);
    let fresh = wallet
        .request_credential(&server, Party::Registry, &token, &stale)
        .await;
    wallet.open(&server, Party::Registry, &fresh).await;
}

#[tokio::test]
async fn attributes_that_do_not_fit_make_no_offer() {
    let server = Server::start();
    let sample = server.app.demo.issuer(Party::Registry).samples[0].clone();
    let spoil = |change: fn(&mut serde_json::Value)| {
        let mut attributes = sample.clone();
        change(&mut attributes);
        let server = &server;
        async move {
            let body = json!({ "attributes": attributes });
            server
                .post_json(Party::Registry, "/api/offers", body)
                .await
                .error()
        }
    };
    for change in [
        (|a| a["birth_date"] = json!("1994-02-30")) as fn(&mut serde_json::Value),
        |a| a["height"] = json!(171.5),
        |a| a["family_name"] = json!("a name that is longer than thirty bytes are"),
        |a| a["unknown"] = json!(1),
        |a| drop(a.as_object_mut().unwrap().remove("sex")),
    ] {
        assert_eq!(spoil(change).await, "invalid_attributes");
    }
}
