//! OpenID4VP: the whole way in both response modes, and every way an answer is refused.

use super::{super::*, holder::*, support::*};

#[tokio::test]
async fn the_bar_learns_that_and_nothing_else() {
    let server = Server::start();
    let holder = Holder::new(&server).await;
    let session = session(&server, Party::Bar).await;
    assert_eq!(stage(&server, Party::Bar, &session)["state"], "waiting");
    let reply = holder
        .answer(&server, Party::Bar, text(&session["cross_device"]))
        .await;
    assert_eq!(stage(&server, Party::Bar, &session)["state"], "opened");
    let answer = reply.post(&server, Party::Bar).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let shown = stage(&server, Party::Bar, &session);
    assert_eq!(shown["state"], "verified");
    let result = &shown["result"];
    let facts = result["facts"].as_array().unwrap();
    assert!(facts.contains(&json!("Over 18")) && facts.contains(&json!("Licence valid")));
    assert_eq!(result["disclosed"], json!([]));
    let unknown = result["unknown"].as_array().unwrap();
    for label in ["Family name", "Date of birth", "Address", "Licence number"] {
        assert!(unknown.contains(&json!(label)), "{label}");
    }
    for value in ["Lindqvist", "1994", "NM-4471"] {
        assert!(!shown.to_string().contains(value), "the bar knows {value}");
    }
}

#[tokio::test]
async fn the_rental_learns_two_values_in_the_same_browser() {
    let server = Server::start();
    let holder = Holder::new(&server).await;
    let session = session(&server, Party::Rental).await;
    let reply = holder
        .answer(&server, Party::Rental, text(&session["same_device"]))
        .await;
    assert_eq!(reply.endpoint, "/result");
    let stranger = reply
        .hand_in(&server, Party::Rental, "another browser")
        .await;
    assert_eq!(rule(&stranger), "audience");
    let answer = reply
        .hand_in(&server, Party::Rental, text(&session["id"]))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let result = &answer.json()["result"];
    assert!(
        result["facts"]
            .as_array()
            .unwrap()
            .contains(&json!("Aged 21 to 75"))
    );
    let disclosed = result["disclosed"].as_array().unwrap();
    assert_eq!(disclosed.len(), 2);
    assert!(disclosed.contains(&json!({ "label": "Family name", "value": "Lindqvist" })));
    assert!(disclosed.contains(&json!({ "label": "Licence category", "value": "B" })));
    assert!(!result.to_string().contains("1994"));
    let again = reply
        .hand_in(&server, Party::Rental, text(&session["id"]))
        .await;
    assert_eq!(rule(&again), "replayed");
}

#[tokio::test]
async fn a_replay_is_refused_and_the_result_stays() {
    let server = Server::start();
    let holder = Holder::new(&server).await;
    let session = session(&server, Party::Bar).await;
    let reply = holder
        .answer(&server, Party::Bar, text(&session["cross_device"]))
        .await;
    reply.post(&server, Party::Bar).await;
    assert_eq!(rule(&reply.post(&server, Party::Bar).await), "replayed");
    let anew = holder
        .answer(&server, Party::Bar, text(&session["cross_device"]))
        .await;
    assert_eq!(
        rule(&anew.post(&server, Party::Bar).await),
        "replayed",
        "a fresh proof, too"
    );
    let shown = stage(&server, Party::Bar, &session);
    assert_eq!(shown["state"], "verified");
    assert_eq!(shown["refusals"][0]["rule"], "replayed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_exactly_one_is_accepted() {
    let server = Arc::new(Server::start());
    let holder = Holder::new(&server).await;
    let session = session(&server, Party::Bar).await;
    let reply = holder
        .answer(&server, Party::Bar, text(&session["cross_device"]))
        .await;
    let mut posts = JoinSet::new();
    for _ in 0..12 {
        let (server, reply) = (server.clone(), reply.clone());
        posts.spawn(async move { reply.post(&server, Party::Bar).await.status });
    }
    let statuses = posts.join_all().await;
    let accepted = statuses
        .iter()
        .filter(|status| **status == StatusCode::OK)
        .count();
    assert_eq!(accepted, 1, "{statuses:?}");
}

#[tokio::test]
async fn a_tampered_presentation_is_refused_whichever_byte() {
    let server = Server::start();
    let holder = Holder::new(&server).await;
    let session = session(&server, Party::Rental).await;
    let reply = holder
        .answer(&server, Party::Rental, text(&session["cross_device"]))
        .await;
    let token: serde_json::Value = serde_json::from_str(&reply.vp_token).unwrap();
    let bytes = glimpse_protocol::json::from_base64(text(&token["licence"][0])).unwrap();
    for at in (0..bytes.len()).step_by(97) {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        let vp_token = json!({ "licence": [base64url(&changed)] }).to_string();
        let answer = Reply {
            vp_token,
            ..reply.clone()
        }
        .post(&server, Party::Rental)
        .await;
        assert_eq!(answer.error(), "invalid_presentation", "byte {at}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("Lindqvist"));
    }
    let answer = reply.post(&server, Party::Rental).await;
    assert_eq!(
        answer.status,
        StatusCode::OK,
        "refusals do not use up the request"
    );
}

#[tokio::test]
async fn the_bars_answer_is_worth_nothing_at_the_rental() {
    let server = Server::start();
    let holder = Holder::new(&server).await;
    let bar = session(&server, Party::Bar).await;
    let rental = session(&server, Party::Rental).await;
    let at_bar = holder
        .answer(&server, Party::Bar, text(&bar["cross_device"]))
        .await;
    let at_rental = holder
        .answer(&server, Party::Rental, text(&rental["cross_device"]))
        .await;
    let sent = Reply {
        endpoint: at_rental.endpoint.clone(),
        ..at_bar.clone()
    };
    assert_eq!(rule(&sent.post(&server, Party::Rental).await), "audience");
    let dressed_up = Reply {
        state: at_rental.state.clone(),
        ..sent
    };
    assert_eq!(
        rule(&dressed_up.post(&server, Party::Rental).await),
        "unfitting"
    );

    let other = session(&server, Party::Bar).await;
    let other = holder
        .answer(&server, Party::Bar, text(&other["cross_device"]))
        .await;
    let swapped = Reply {
        vp_token: at_bar.vp_token.clone(),
        ..other
    };
    assert_eq!(rule(&swapped.post(&server, Party::Bar).await), "proof");
    let foreign = server
        .get(Party::Rental, &request_path(text(&bar["cross_device"])))
        .await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_expired_request_is_refused_before_and_after_the_answer() {
    let server = Server::start();
    let holder = Holder::new(&server).await;
    let session = session(&server, Party::Bar).await;
    let reply = holder
        .answer(&server, Party::Bar, text(&session["cross_device"]))
        .await;
    server.pass(301);
    assert_eq!(rule(&reply.post(&server, Party::Bar).await), "expired");
    let gone = server
        .get(Party::Bar, &request_path(text(&session["cross_device"])))
        .await;
    assert_eq!(
        (gone.status, gone.error()),
        (StatusCode::GONE, "request_expired".into())
    );
    assert_eq!(stage(&server, Party::Bar, &session)["state"], "opened");
}

#[tokio::test]
async fn what_is_no_answer_is_refused_by_type() {
    let server = Server::start();
    let holder = Holder::new(&server).await;
    let session = session(&server, Party::Bar).await;
    let reply = holder
        .answer(&server, Party::Bar, text(&session["cross_device"]))
        .await;
    for vp_token in [
        "",
        "{}",
        "[]",
        r#"{"licence":[]}"#,
        r#"{"licence":["AAAA","AAAA"]}"#,
    ] {
        let bad = Reply {
            vp_token: vp_token.into(),
            ..reply.clone()
        };
        assert_eq!(
            rule(&bad.post(&server, Party::Bar).await),
            "malformed",
            "{vp_token}"
        );
    }
    let missing = server
        .post_form(Party::Bar, &reply.endpoint, &[("state", &reply.state)])
        .await;
    assert_eq!(missing.error(), "invalid_request");
    let unknown = server
        .post_form(Party::Bar, "/openid4vp/response/none", &[])
        .await;
    assert_eq!(unknown.error(), "not_found");
    let json = server
        .post_json(Party::Bar, &reply.endpoint, json!({}))
        .await;
    assert!(json.status.is_client_error());
    let form = [("error", "access_denied"), ("state", &reply.state)];
    let declined = server.post_form(Party::Bar, &reply.endpoint, &form).await;
    assert_eq!(declined.status, StatusCode::OK);
    assert_eq!(
        stage(&server, Party::Bar, &session)["refusals"][5]["rule"],
        "declined"
    );
}

#[tokio::test]
async fn overload_is_answered_at_once() {
    let server = Server::start();
    let holder = Holder::new(&server).await;
    let session = session(&server, Party::Bar).await;
    let reply = holder
        .answer(&server, Party::Bar, text(&session["cross_device"]))
        .await;
    let all = server.app.checks.try_acquire_many(16).unwrap();
    let busy = reply.post(&server, Party::Bar).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(busy.header("retry-after"), "1");
    drop(all);
    assert_eq!(reply.post(&server, Party::Bar).await.status, StatusCode::OK);
}
