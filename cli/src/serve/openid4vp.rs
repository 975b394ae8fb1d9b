//! OpenID4VP 1.0: the signed request by reference, the `direct_post` endpoint, and the check that both response modes
//! share.

use axum::{
    Form, Json, Router,
    body::Body,
    extract::{Path, State, rejection::FormRejection},
    http::{HeaderValue, Response, StatusCode, header},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    App, Shared,
    demo::Refused,
    off_thread,
    origin::Party,
    problem::Problem,
    store::{Refusal, RequestRecord, ResponseMode},
    verifier::Desk,
};

/// The endpoints of one verifier.
pub fn router(desk: Desk) -> Router {
    Router::new()
        .route("/openid4vp/request/{id}", get(request))
        .route("/openid4vp/response/{id}", post(response))
        .with_state(desk)
}

async fn request(
    State(Desk { app, party }): State<Desk>,
    Path(id): Path<String>,
) -> Result<Response<Body>, Problem> {
    let request = find(&app, party, id).await?;
    if request.expires < app.now() {
        return Err(Problem::with_status(
            StatusCode::GONE,
            "request_expired",
            format!("this request has expired; ask {party} for a new one"),
        ));
    }
    let session = request.session.clone();
    off_thread(&app, move |app| app.store.opened(&session)).await??;
    app.events.changed(&request.session);
    let mut response = Response::new(Body::from(request.jwt));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/oauth-authz-req+jwt"),
    );
    Ok(response)
}

/// The form that a wallet posts: an answer, or the holder's refusal.
#[derive(Deserialize)]
struct Posted {
    vp_token: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

async fn response(
    State(Desk { app, party }): State<Desk>,
    Path(id): Path<String>,
    posted: Result<Form<Posted>, FormRejection>,
) -> Result<Json<Value>, Problem> {
    let Form(posted) = posted.map_err(|error| {
        Problem::with_status(error.status(), "invalid_request", error.body_text())
    })?;
    let request = find(&app, party, id).await?;
    if request.mode != ResponseMode::DirectPost {
        return Err(Problem::bad_request(
            "invalid_request",
            "this request wants its answer in the URL fragment",
        ));
    }
    let state = posted.state.unwrap_or_default();
    if posted.error.is_some() {
        let declined = refusal(
            &app,
            "declined",
            "holder",
            "The wallet's holder declined; nothing was shared.",
        );
        note(&app, &request, declined).await?;
        return Ok(Json(json!({})));
    }
    let vp_token = posted
        .vp_token
        .ok_or_else(|| Problem::bad_request("invalid_request", "the vp_token is missing"))?;
    check(&app, party, request, Answer { state, vp_token }).await?;
    Ok(Json(json!({})))
}

async fn find(app: &Shared, party: Party, id: String) -> Result<RequestRecord, Problem> {
    off_thread(app, move |app| app.store.request(party.slug(), &id))
        .await??
        .ok_or_else(|| Problem::not_found("request"))
}

/// An answer as it came in, nothing of it trusted.
#[derive(Debug)]
pub struct Answer {
    /// Must repeat the request's `state`.
    pub state: String,
    /// The `vp_token` JSON.
    pub vp_token: String,
}

/// Checks an answer to `request` and notes the outcome with its session. `Ok` means verified, and on disk.
pub async fn check(
    app: &Shared,
    party: Party,
    request: RequestRecord,
    answer: Answer,
) -> Result<(), Problem> {
    let outcome = decide(app, party, &request, answer).await?;
    match outcome {
        Ok(result) => {
            let session = request.session.clone();
            off_thread(app, move |app| app.store.verified(&session, result)).await??;
            app.events.changed(&request.session);
            Ok(())
        }
        Err(refused) => {
            let problem = Problem::rejected(&refused.rule, &refused.fault, refused.reason.clone());
            let noted = refusal(app, &refused.rule, &refused.fault, &refused.reason);
            note(app, &request, noted).await?;
            Err(problem)
        }
    }
}

async fn decide(
    app: &Shared,
    party: Party,
    request: &RequestRecord,
    answer: Answer,
) -> Result<Result<Value, Refused>, Problem> {
    if request.state != answer.state {
        let reason = "This answer was made for another request. Present again for this one.";
        return Ok(Err(Refused::holder("audience", reason)));
    }
    if request.expires < app.now() {
        let reason =
            format!("The request had expired before the answer came. Ask {party} for a new one.");
        return Ok(Err(Refused::holder("expired", reason)));
    }
    let _permit = app
        .checks
        .try_acquire()
        .map_err(|_| Problem::overloaded())?;
    let jwt = request.jwt.clone();
    off_thread(app, move |app| {
        let now = app.date_time();
        let desk = app.demo.desk(party);
        app.demo.with_verifier(now, |verifier| {
            desk.check(verifier, &jwt, &answer.vp_token, now, &app.store)
        })
    })
    .await?
    .map_err(Problem::internal)?
    .map_err(Problem::internal)
}

fn refusal(app: &App, rule: &str, fault: &str, reason: &str) -> Refusal {
    Refusal {
        rule: rule.into(),
        fault: fault.into(),
        reason: reason.into(),
        at: app.now(),
    }
}

async fn note(app: &Shared, request: &RequestRecord, refusal: Refusal) -> Result<(), Problem> {
    let session = request.session.clone();
    off_thread(app, move |app| app.store.refused(&session, refusal)).await??;
    app.events.changed(&request.session);
    Ok(())
}
