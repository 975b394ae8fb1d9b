//! A verifier's own pages: a fresh request as link and QR code, and its result, live.

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State, rejection::JsonRejection},
    http::Response,
    response::IntoResponse,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    App, Shared, fresh_identifier, join, off_thread,
    openid4vp::{self, Answer},
    origin::Party,
    page::{self, Fill},
    problem::Problem,
    qr,
    store::{NewRequest, NewSession, ResponseMode, Session},
};

/// The state of one verifier's handlers.
#[derive(Clone)]
pub struct Desk {
    /// What all parties share.
    pub app: Shared,
    /// Which verifier this is.
    pub party: Party,
}

/// Pages, their API, and the OpenID4VP endpoints of one verifier.
pub fn router(party: Party, app: Shared) -> Router {
    let desk = Desk { app, party };
    let pages = Router::new()
        .route("/", get(show))
        .route("/result", get(show))
        .route("/api/sessions", post(create_session))
        .route("/api/sessions/{id}/events", get(follow))
        .route("/api/response", post(hand_in))
        .with_state(desk.clone())
        .merge(page::asset_routes(party));
    let sets = Router::new().route("/sets/{name}", get(set));
    let protocol = openid4vp::router(desk.clone()).merge(sets.with_state(desk));
    join(pages, protocol)
}

/// The published set that the verifier's requests name: one file for everybody.
async fn set(
    State(Desk { app, party }): State<Desk>,
    Path(name): Path<String>,
) -> Result<Response<Body>, Problem> {
    let set = app.demo.desk(party).set();
    let set = set.filter(|set| set.is_at(&format!("{}/sets/{name}", app.origins.url(party))));
    let set = set.ok_or_else(|| Problem::not_found("set"))?;
    Ok(page::asset(
        "application/octet-stream",
        set.published.to_bytes(),
    ))
}

async fn show(State(Desk { app, party }): State<Desk>) -> Response<Body> {
    let desk = app.demo.desk(party);
    let words = &desk.words;
    let (issuers, between) = issuers(party);
    let cards = issuers
        .iter()
        .map(|issuer| (issuer.name(), app.origins.url(*issuer)));
    let cards: Vec<_> = cards.collect();
    page::html(page::fill(
        page::VERIFIER,
        &[
            ("slug", Fill::Text(party.slug())),
            ("party", Fill::Text(party.name())),
            ("motto", Fill::Text(words.motto)),
            ("eyebrow", Fill::Text(words.eyebrow)),
            ("title", Fill::Text(words.title)),
            ("lede", Fill::Text(words.lede)),
            ("kept", Fill::Text(desk.keeps())),
            ("ask_title", Fill::Text(words.ask_title)),
            ("asks", Fill::Markup(page::asks(&desk.asks()))),
            ("cards", Fill::Markup(page::links(&cards, between))),
        ],
    ))
}

/// Where people get the cards that a verifier asks for, and whether they need those *and* the others.
const fn issuers(party: Party) -> (&'static [Party], &'static str) {
    match party {
        Party::Forum => (&[Party::Registry, Party::University], " or "),
        Party::Bank => (&[Party::Registry, Party::University], " and "),
        Party::Cinema | Party::University => (&[Party::University], ""),
        Party::Bar | Party::Rental | Party::Registry | Party::Wallet => (&[Party::Registry], ""),
    }
}

async fn create_session(State(Desk { app, party }): State<Desk>) -> Result<Json<Value>, Problem> {
    let now = app.now();
    let expires = now + app.request_ttl;
    let lifetime = i64::try_from(app.request_ttl).map_err(Problem::internal)?;
    let session = fresh_identifier()?;
    let statuses = off_thread(&app, |app| app.demo.statuses(app.date_time()));
    let statuses = statuses.await?.map_err(Problem::internal)?;
    let mut shown = None;
    let mut requests = Vec::new();
    let mut links = Vec::new();
    for mode in [ResponseMode::Fragment, ResponseMode::DirectPost] {
        let (id, state) = (fresh_identifier()?, fresh_identifier()?);
        let destination = match mode {
            ResponseMode::Fragment => format!("{}/result", app.origins.url(party)),
            ResponseMode::DirectPost => {
                format!("{}/openid4vp/response/{id}", app.origins.url(party))
            }
        };
        let asked = app
            .demo
            .desk(party)
            .ask(
                mode,
                &destination,
                &state,
                (app.date_time(), lifetime),
                &statuses,
            )
            .map_err(Problem::internal)?;
        links.push(wallet_link(&app, party, &id));
        requests.push(NewRequest {
            id,
            mode,
            state,
            jwt: asked.jwt,
        });
        shown = Some(asked.json);
    }
    let [same_device, cross_device] = links
        .try_into()
        .map_err(|_| Problem::internal("two links"))?;
    let new = NewSession {
        id: session.clone(),
        verifier: party.slug().to_owned(),
        requests,
        expires,
    };
    off_thread(&app, |app| app.store.create_session(new)).await??;
    Ok(Json(json!({
        "id": session,
        "same_device": same_device,
        "qr": qr::svg(&cross_device).map_err(Problem::internal)?,
        "cross_device": cross_device,
        "request": shown,
        "expires_in": app.request_ttl,
    })))
}

/// The wallet's deep link. All of it is in the fragment, so that the wallet's own host never learns who asks.
fn wallet_link(app: &App, party: Party, request: &str) -> String {
    let origin = app.origins.url(party);
    format!(
        "{}/#/request?client_id={}&request_uri={}",
        app.origins.url(Party::Wallet),
        page::percent(&app.demo.desk(party).client_id()),
        page::percent(&format!("{origin}/openid4vp/request/{request}")),
    )
}

async fn follow(
    State(Desk { app, party }): State<Desk>,
    Path(id): Path<String>,
) -> Result<Response<Body>, Problem> {
    let read = {
        let (app, id) = (app.clone(), id.clone());
        move || {
            let (app, id) = (app.clone(), id.clone());
            async move {
                let read = off_thread(&app, move |app| app.store.session(party.slug(), &id)).await;
                Some(view(&read.ok()?.ok()??))
            }
        }
    };
    read().await.ok_or_else(|| Problem::not_found("session"))?;
    Ok(app.events.stream(id, read).into_response())
}

/// A session as its page sees it.
fn view(session: &Session) -> Value {
    let mut view = json!(session.stage);
    view["refusals"] = json!(session.refusals);
    view
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HandedIn {
    session: String,
    state: String,
    vp_token: String,
}

/// Takes an answer that came back in the URL fragment.
///
/// It must come with the session's identifier, which only the browser that began the session holds: otherwise someone
/// could begin one, have another person answer it, and enjoy the result.
async fn hand_in(
    State(Desk { app, party }): State<Desk>,
    handed_in: Result<Json<HandedIn>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(handed_in) = handed_in.map_err(|error| {
        Problem::with_status(error.status(), "invalid_request", error.body_text())
    })?;
    let id = handed_in.session.clone();
    let request = {
        let (id, state) = (id.clone(), handed_in.state.clone());
        off_thread(&app, move |app| {
            app.store.request_by_state(party.slug(), &id, &state)
        })
        .await??
    };
    let request = request.ok_or_else(|| {
        Problem::rejected(
            "audience",
            "holder",
            format!("this answer was not made for a request that this browser got from {party}"),
        )
    })?;
    openid4vp::check(
        &app,
        party,
        request,
        Answer {
            state: handed_in.state,
            vp_token: handed_in.vp_token,
        },
    )
    .await?;
    let session = off_thread(&app, move |app| app.store.session(party.slug(), &id)).await??;
    Ok(Json(view(
        &session.ok_or_else(|| Problem::not_found("session"))?,
    )))
}
