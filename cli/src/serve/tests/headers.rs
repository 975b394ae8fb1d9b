//! Each origin's headers: what the browser needs to enforce the two rooms.

use super::{super::*, support::*};

#[tokio::test]
async fn the_vault_page_can_reach_its_own_origin_only() {
    let server = Server::start();
    let page = server.get(Party::Wallet, "/").await;
    assert_eq!(page.body, b"contents of index.html");
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "connect-src 'self';",
        "frame-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "form-action 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{part} is missing in {policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    assert!(!policy.contains("http"), "no other origin in {policy}");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
    assert!(page.header("permissions-policy").contains("geolocation=()"));
    assert_eq!(
        page.header("cross-origin-embedder-policy"),
        "",
        "isolation is not needed"
    );
    assert_eq!(page.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn the_courier_has_no_origin_and_may_connect() {
    let server = Server::start();
    let courier = server.get(Party::Wallet, "/courier.html").await;
    let policy = courier.header("content-security-policy");
    assert!(policy.starts_with("sandbox allow-scripts;"), "{policy}");
    assert!(policy.contains("script-src http://localhost:8100;"));
    assert!(policy.contains("connect-src https: http://localhost:* http://127.0.0.1:*;"));
    assert!(policy.contains("frame-ancestors http://localhost:8100;"));
    assert_eq!(courier.header("x-frame-options"), "");
    let script = server.get(Party::Wallet, "/courier.js").await;
    assert_eq!(script.header("access-control-allow-origin"), "*");
    assert_eq!(
        script.header("cross-origin-resource-policy"),
        "cross-origin"
    );
}

#[tokio::test]
async fn keys_are_served_by_digest_and_secrets_are_not() {
    let server = Server::start();
    let manifest = server.get(Party::Wallet, "/keys/manifest.json").await;
    assert_eq!(manifest.header("cache-control"), "no-cache");
    let file = manifest.json()["circuits"][0]["proving_key"]["file"]
        .as_str()
        .unwrap()
        .to_owned();
    let key = server.get(Party::Wallet, &format!("/keys/{file}")).await;
    assert!(key.header("cache-control").contains("immutable"));
    assert_eq!(key.header("content-type"), "application/octet-stream");
    for path in [
        "/keys/../glimpse.redb",
        "/issuers/registry/identity.seed",
        "/keys/",
    ] {
        assert_eq!(
            server.get(Party::Wallet, path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let post = server.post_json(Party::Wallet, "/", json!({})).await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn other_origins_reach_protocol_endpoints_and_nothing_else() {
    let server = Server::start();
    for (party, open, closed) in [
        (
            Party::Registry,
            "/.well-known/openid-credential-issuer",
            "/api/samples",
        ),
        (
            Party::University,
            "/.well-known/oauth-authorization-server",
            "/",
        ),
        (Party::Bar, "/openid4vp/request/none", "/"),
    ] {
        let with_origin = |path: &str| {
            let request = axum::http::Request::get(path).header(header::ORIGIN, "null");
            request.body(Body::empty()).unwrap()
        };
        let answer = server.send(party, with_origin(open)).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{open}");
        assert_eq!(answer.header("cache-control"), "no-store", "{open}");
        let answer = server.send(party, with_origin(closed)).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{closed}");
        assert!(
            answer
                .header("content-security-policy")
                .contains("default-src 'none'")
        );
    }
    let preflight = axum::http::Request::options("/openid4vci/credential")
        .header(header::ORIGIN, "null")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        )
        .body(Body::empty())
        .unwrap();
    let answer = server.send(Party::Registry, preflight).await;
    assert!(
        answer
            .header("access-control-allow-headers")
            .contains("authorization")
    );
}

#[tokio::test]
async fn pages_carry_no_inline_code_and_their_assets_exist() {
    let server = Server::start();
    for party in [
        Party::Registry,
        Party::University,
        Party::Bar,
        Party::Rental,
        Party::Forum,
        Party::Cinema,
        Party::Bank,
    ] {
        let page = server.get(party, "/").await;
        let html = String::from_utf8(page.body.clone()).unwrap();
        assert!(!html.contains("{{") && html.contains(party.name()));
        assert!(
            page.header("content-security-policy")
                .contains("script-src 'self';")
        );
        for asset in ["/style.css", "/script.js", "/emblem.svg"] {
            assert_eq!(
                server.get(party, asset).await.status,
                StatusCode::OK,
                "{party} {asset}"
            );
        }
        assert_eq!(
            server.get(party, "/nowhere").await.status,
            StatusCode::NOT_FOUND
        );
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_unread() {
    let server = Server::start();
    let huge = "x".repeat(BODY_LIMIT);
    let answer = server
        .post_json(
            Party::Registry,
            "/api/offers",
            json!({ "attributes": { "family_name": huge } }),
        )
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.error(), "invalid_request");
    let posted = server
        .post_form(Party::Bar, "/openid4vp/response/x", &[("vp_token", &huge)])
        .await;
    assert_eq!(posted.status, StatusCode::PAYLOAD_TOO_LARGE);
}
