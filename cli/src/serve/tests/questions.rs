//! What the forum, the cinema and the bank ask: answered with real proofs, and each refused once.

use super::{super::*, holder::*, support::*};

const MAJA: usize = 0;

/// A card that an issuer's sample person gets, with some attributes changed.
fn card(
    server: &Server,
    issuer: Party,
    sample: usize,
    changes: &[(&str, &str)],
) -> (Party, serde_json::Value) {
    let mut attributes = server.app.demo.issuer(issuer).samples[sample].clone();
    for (name, value) in changes {
        attributes[*name] = (*value).into();
    }
    (issuer, attributes)
}

/// Answers a fresh request of `party`; what its page then shows.
async fn visit(server: &Server, holder: &Holder, party: Party) -> serde_json::Value {
    let session = session(server, party).await;
    let link = text(&session["cross_device"]);
    let reply = holder.answer(server, party, link).await;
    let answer = reply.post(server, party).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    stage(server, party, &session)["result"].clone()
}

/// Why a holder's wallet makes no answer to a fresh request of `party`.
async fn unmet(server: &Server, holder: &Holder, party: Party) -> String {
    let session = session(server, party).await;
    let link = text(&session["cross_device"]);
    let refused = holder.try_answer(server, party, link).await;
    refused.unwrap_err().to_string()
}

fn lines(list: &serde_json::Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(text).collect()
}

#[tokio::test]
async fn the_forum_knows_a_person_again_by_any_card_and_nothing_else() {
    let server = Server::start();
    let licence = card(&server, Party::Registry, MAJA, &[]);
    let student = card(&server, Party::University, MAJA, &[]);
    let driver = Holder::with(&server, 1, std::slice::from_ref(&licence)).await;
    let scholar = Holder::with(&server, 1, &[student]).await;
    let other = Holder::with(&server, 2, &[licence]).await;

    let first = visit(&server, &driver, Party::Forum).await;
    assert_eq!(first["title"], "Welcome to Agora");
    assert!(text(&first["account"]).starts_with("citizen-"));
    let again = visit(&server, &scholar, Party::Forum).await;
    assert_eq!(again["title"], "Welcome back");
    assert_eq!(again["account"], first["account"]);
    let stranger = visit(&server, &other, Party::Forum).await;
    assert_eq!(stranger["title"], "Welcome to Agora");
    assert_ne!(stranger["account"], first["account"]);

    assert_eq!(lines(&first["facts"]), ["Card valid", "Card not revoked"]);
    assert_eq!(first["disclosed"], json!([]));
    assert_eq!(first["issuer"], "one of Motor Registry, City University");
    // But for the nonce, the pages of one person's two cards say the same: nothing tells which card it was.
    let without_nonce = |result: &serde_json::Value| {
        let mut result = result.clone();
        result["evidence"]["nonce"].take();
        result["title"].take();
        result
    };
    assert_eq!(without_nonce(&first), without_nonce(&again));
    assert!(!first.to_string().contains("Lindqvist"));
}

#[tokio::test]
async fn the_forum_refuses_a_forged_pseudonym_and_opens_no_account() {
    let server = Server::start();
    let licence = card(&server, Party::Registry, MAJA, &[]);
    let holder = Holder::with(&server, 1, &[licence]).await;
    let asked = session(&server, Party::Forum).await;
    let reply = holder
        .answer(&server, Party::Forum, text(&asked["cross_device"]))
        .await;
    let genuine = reply.post(&server, Party::Forum).await;
    assert_eq!(genuine.status, StatusCode::OK, "{genuine:?}");
    let result = stage(&server, Party::Forum, &asked)["result"].clone();
    let pseudonym = text(&result["evidence"]["credentials"][0]["pseudonym"]["value"]).to_owned();

    let anew = session(&server, Party::Forum).await;
    let reply = holder
        .answer(&server, Party::Forum, text(&anew["cross_device"]))
        .await;
    let token: serde_json::Value = serde_json::from_str(&reply.vp_token).unwrap();
    let mut bytes = glimpse_protocol::json::from_base64(text(&token["card"][0])).unwrap();
    let mut wanted = hex_bytes(&pseudonym);
    let at = bytes.windows(32).position(|window| window == wanted);
    let at = at.expect("the pseudonym stands in the answer");
    wanted[31] ^= 1;
    bytes[at..at + 32].copy_from_slice(&wanted);
    let forged = Reply {
        vp_token: json!({ "card": [base64url(&bytes)] }).to_string(),
        ..reply
    };
    assert_eq!(rule(&forged.post(&server, Party::Forum).await), "proof");
    assert_eq!(stage(&server, Party::Forum, &anew)["state"], "opened");
}

fn hex_bytes(hex: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(byte).collect()
}

#[tokio::test]
async fn the_cinema_does_not_learn_which_of_two_reasons_holds() {
    let server = Server::start();
    let person = |school, born| {
        let changes = [("institution", school), ("birth_date", born)];
        card(&server, Party::University, MAJA, &changes)
    };
    let mut shown = Vec::new();
    for (school, born) in [
        ("City University", "1980-01-01"),
        ("City Evening School", "2005-01-01"),
        ("City University", "2005-01-01"),
    ] {
        let holder = Holder::with(&server, 1, &[person(school, born)]).await;
        let mut result = visit(&server, &holder, Party::Cinema).await;
        result["evidence"]["nonce"].take();
        shown.push(result);
    }
    assert_eq!(shown[0], shown[1]);
    assert_eq!(shown[0], shown[2]);
    assert_eq!(
        lines(&shown[0]["facts"]),
        [
            "Institution: among the 73 entries of “Universities”, published by Lantern Cinema, or under 26",
            "Student card valid"
        ]
    );
    for unknown in ["Institution", "Date of birth", "Student number"] {
        assert!(lines(&shown[0]["unknown"]).contains(&unknown), "{unknown}");
    }
    let neither = Holder::with(&server, 1, &[person("City Evening School", "1980-01-01")]).await;
    let why = unmet(&server, &neither, Party::Cinema).await;
    assert!(why.contains("under 26"), "{why}");
}

#[tokio::test]
async fn the_cinemas_list_is_one_file_for_everybody() {
    let server = Server::start();
    let file = server.get(Party::Cinema, "/sets/universities").await;
    assert_eq!(file.status, StatusCode::OK);
    let set = glimpse_protocol::set::PublishedSet::from_bytes(&file.body).unwrap();
    let asked = session(&server, Party::Cinema).await["request"].to_string();
    let described = set.description().to_json();
    assert!(asked.contains(&described["roots"].to_string()));
    let request = axum::http::Request::get("/sets/universities")
        .header("origin", "null")
        .body(Body::empty());
    let fetched = server.send(Party::Cinema, request.unwrap()).await;
    assert_eq!(fetched.header("access-control-allow-origin"), "*");
    assert_eq!(fetched.body, file.body);
    for (party, path) in [
        (Party::Cinema, "/sets/others"),
        (Party::Bar, "/sets/universities"),
    ] {
        assert_eq!(server.get(party, path).await.error(), "not_found");
    }
}

#[tokio::test]
async fn the_bank_connects_two_cards_of_one_family_name_nearby() {
    let server = Server::start();
    let student = card(&server, Party::University, MAJA, &[]);
    let licence = |changes: &[(&str, &str)]| card(&server, Party::Registry, MAJA, changes);
    let maja = Holder::with(&server, 1, &[licence(&[]), student.clone()]).await;
    let result = visit(&server, &maja, Party::Bank).await;
    assert_eq!(
        lines(&result["facts"]),
        [
            "Postal code: begins with “22”",
            "Licence valid",
            "Licence not revoked",
            "Family name: the same as Family name of the “Driving licence”",
            "Student card valid",
            "Student card not revoked",
        ]
    );
    assert_eq!(result["issuer"], "Motor Registry and City University");
    assert_eq!(result["disclosed"], json!([]));
    for unknown in [
        "Licence: Family name",
        "Student card: Family name",
        "Licence: Address",
    ] {
        assert!(lines(&result["unknown"]).contains(&unknown), "{unknown}");
    }
    for value in ["Lindqvist", "2214"] {
        assert!(
            !result.to_string().contains(value),
            "the bank knows {value}"
        );
    }

    let married = licence(&[("family_name", "Okonkwo")]);
    let married = Holder::with(&server, 1, &[married, student.clone()]).await;
    let why = unmet(&server, &married, Party::Bank).await;
    assert!(why.contains("Family name"), "{why}");
    let moved = licence(&[("resident_postal_code", "3350")]);
    let moved = Holder::with(&server, 1, &[moved, student]).await;
    let why = unmet(&server, &moved, Party::Bank).await;
    assert!(why.contains("Postal code"), "{why}");
}

/// Revoking is noticed where the list is asked for: at once by a holder who fetches it, and after the tolerance by the
/// verifier of one who does not.
#[tokio::test]
async fn a_revoked_card_opens_nothing() {
    let server = Server::start();
    let licence = card(&server, Party::Registry, MAJA, &[]);
    let student = card(&server, Party::University, MAJA, &[]);
    let mut maja = Holder::with(&server, 1, &[licence, student]).await;
    let rule = async |maja: &Holder, party: Party| {
        let session = session(&server, party).await;
        let reply = maja.answer(&server, party, text(&session["cross_device"]));
        let answer = reply.await.post(&server, party).await;
        (answer.status, answer.json()["rule"].clone())
    };
    assert_eq!(rule(&maja, Party::Bank).await.0, StatusCode::OK);

    let registry = server.app.demo.issuer(Party::Registry);
    let index = glimpse_protocol::credential::StatusIndex::new(0);
    assert!(
        registry
            .set_revoked(index, true, server.app.date_time())
            .unwrap()
    );
    // The bank tells nobody which list is the newest. One who has not fetched it has ten minutes.
    server.pass(599);
    assert_eq!(rule(&maja, Party::Bank).await.0, StatusCode::OK);
    server.pass(1);
    let (status, why) = rule(&maja, Party::Bank).await;
    assert!(status.is_client_error());
    assert_eq!(why, "status_superseded");
    // The forum's request names the newest list, of which the holder has no proof, and can make none.
    let why = unmet(&server, &maja, Party::Forum).await;
    assert!(why.contains("not revoked"), "{why}");
    let refused = maja.fetch_lists(&server).await.unwrap_err();
    assert_eq!(refused, glimpse_prover::PrepareStatusError::Revoked);

    assert!(
        registry
            .set_revoked(index, false, server.app.date_time())
            .unwrap()
    );
    maja.fetch_lists(&server).await.unwrap();
    assert_eq!(rule(&maja, Party::Bank).await.0, StatusCode::OK);
}
