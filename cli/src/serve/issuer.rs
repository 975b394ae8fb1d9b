//! An issuer's own pages: a form, an offer, and how far the offer has come.

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State, rejection::JsonRejection},
    http::Response,
    response::IntoResponse,
    routing::{get, post},
};
use glimpse_protocol::credential::StatusIndex;
use rand::{Rng, rngs::OsRng};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Shared, fresh_identifier, join, off_thread, openid4vci,
    origin::Party,
    page::{self, Fill},
    problem::Problem,
    qr,
    store::{NewOffer, Offer, OfferStage},
};

/// The state of one issuer's handlers.
#[derive(Clone)]
pub struct Issuer {
    /// What all parties share.
    pub app: Shared,
    /// Which issuer this is.
    pub party: Party,
}

/// Pages, their API, and the OpenID4VCI endpoints of one issuer.
pub fn router(party: Party, app: Shared) -> Router {
    let issuer = Issuer { app, party };
    let pages = Router::new()
        .route("/", get(form))
        .route("/api/samples", get(samples))
        .route("/api/offers", post(create_offer))
        .route("/api/offers/{id}/events", get(follow))
        .route("/api/offers/{id}/revocation", post(revoke))
        .with_state(issuer.clone())
        .merge(page::asset_routes(party));
    join(pages, openid4vci::router(issuer))
}

async fn form(State(Issuer { app, party }): State<Issuer>) -> Response<Body> {
    let issuer = app.demo.issuer(party);
    let words = &issuer.words;
    let first = issuer.samples.first().cloned().unwrap_or_default();
    page::html(page::fill(
        page::ISSUER,
        &[
            ("slug", Fill::Text(party.slug())),
            ("party", Fill::Text(party.name())),
            ("motto", Fill::Text(words.motto)),
            ("eyebrow", Fill::Text(words.eyebrow)),
            ("title", Fill::Text(words.title)),
            ("lede", Fill::Text(words.lede)),
            ("form_title", Fill::Text(words.form_title)),
            ("submit", Fill::Text(words.submit)),
            ("noun", Fill::Text(words.noun)),
            ("Noun", Fill::Text(words.noun_capital)),
            (
                "fields",
                Fill::Markup(page::form_fields(&issuer.schema, &first)),
            ),
        ],
    ))
}

async fn samples(State(Issuer { app, party }): State<Issuer>) -> Json<Value> {
    Json(json!({ "samples": app.demo.issuer(party).samples }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Application {
    attributes: Value,
    #[serde(default)]
    tx_code: bool,
}

async fn create_offer(
    State(Issuer { app, party }): State<Issuer>,
    application: Result<Json<Application>, JsonRejection>,
) -> Result<Response<Body>, Problem> {
    let Json(application) = application.map_err(|error| {
        Problem::with_status(error.status(), "invalid_request", error.body_text())
    })?;
    let issuer = app.demo.issuer(party);
    issuer
        .check_attributes(&application.attributes)
        .map_err(|error| Problem::bad_request("invalid_attributes", error.to_string()))?;
    let (id, code) = (fresh_identifier()?, fresh_identifier()?);
    let tx_code = application
        .tx_code
        .then(|| format!("{:06}", OsRng.gen_range(0..1_000_000)));
    let new = NewOffer {
        id: id.clone(),
        issuer: party.slug().to_owned(),
        configuration: issuer.configuration().to_owned(),
        attributes: application.attributes,
        code: code.clone(),
        tx_code: tx_code.clone(),
        expires: app.now() + app.offer_ttl,
    };
    off_thread(&app, |app| app.store.create_offer(new)).await??;
    let offer = openid4vci::offer_document(
        &app,
        party,
        issuer.configuration(),
        &code,
        tx_code.is_some(),
    );
    let uri = format!("{}/openid4vci/offer/{id}", app.origins.url(party));
    let link = format!(
        "{}/#/offer?credential_offer_uri={}",
        app.origins.url(Party::Wallet),
        page::percent(&uri)
    );
    let qr = qr::svg(&link).map_err(Problem::internal)?;
    let body = json!({
        "id": id, "offer": offer, "link": link, "qr": qr, "tx_code": tx_code, "expires_in": app.offer_ttl,
    });
    Ok(Json(body).into_response())
}

async fn follow(
    State(Issuer { app, party }): State<Issuer>,
    Path(id): Path<String>,
) -> Result<Response<Body>, Problem> {
    let read = {
        let (app, id) = (app.clone(), id.clone());
        move || {
            let (app, id) = (app.clone(), id.clone());
            async move {
                let offer = off_thread(&app, move |app| app.store.offer(&id))
                    .await
                    .ok()?
                    .ok()??;
                (offer.issuer == party.slug()).then(|| stage(&offer, app.now()))
            }
        }
    };
    read().await.ok_or_else(|| Problem::not_found("offer"))?;
    Ok(app.events.stream(id, read).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    revoked: bool,
}

/// Revokes the credential of an offer, or reinstates it; the list of the next epoch says so at once.
async fn revoke(
    State(Issuer { app, party }): State<Issuer>,
    Path(id): Path<String>,
    revocation: Result<Json<Revocation>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(Revocation { revoked }) = revocation.map_err(|error| {
        Problem::with_status(error.status(), "invalid_request", error.body_text())
    })?;
    let offer = off_thread(&app, move |app| app.store.offer(&id)).await??;
    let index = offer
        .filter(|offer| offer.issuer == party.slug())
        .and_then(|offer| status_index(&offer))
        .ok_or_else(|| Problem::not_found("issued credential"))?;
    let changed = off_thread(&app, move |app| {
        let issuer = app.demo.issuer(party);
        issuer.set_revoked(index, revoked, app.date_time())
    });
    let changed = changed.await?.map_err(Problem::internal)?;
    Ok(Json(json!({ "revoked": revoked, "changed": changed })))
}

/// The place in the status list of the credential that was issued for an offer.
fn status_index(offer: &Offer) -> Option<StatusIndex> {
    match &offer.stage {
        OfferStage::Issued { credential, .. } => {
            let index = credential.get("status_index")?.as_u64()?;
            u32::try_from(index).ok().map(StatusIndex::new)
        }
        OfferStage::Open | OfferStage::Redeemed | OfferStage::Dead => None,
    }
}

/// How far an offer has come, without what it holds.
fn stage(offer: &Offer, now: u64) -> Value {
    let stage = match offer.stage {
        OfferStage::Issued { .. } => "issued",
        OfferStage::Dead => "dead",
        OfferStage::Open | OfferStage::Redeemed if offer.expires < now => "expired",
        OfferStage::Open => "open",
        OfferStage::Redeemed => "redeemed",
    };
    json!({ "stage": stage })
}
