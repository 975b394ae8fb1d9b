//! OpenID4VCI 1.0, pre-authorized code flow: metadata, offer, token, nonce and credential endpoints.
//!
//! The proof type is our own, `glimpse_enrolment`: a linked proof of knowledge of the holder's secret, bound to a
//! `c_nonce`. Everything else is as the specification says, so that its clients find their way.

use axum::{
    Form, Json, Router,
    body::Body,
    extract::{
        Path, State,
        rejection::{FormRejection, JsonRejection},
    },
    http::{HeaderMap, Response, header},
    response::IntoResponse,
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use glimpse_issuer::EnrolmentError;
use glimpse_protocol::enrolment::EnrolmentProof;
use rand::{RngCore, rngs::OsRng};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    App, fresh_identifier,
    issuer::Issuer,
    off_thread,
    origin::Party,
    problem::Problem,
    store::{IssueError, RedeemError, Seconds},
};

const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/// Our credential format identifier.
const FORMAT: &str = "glimpse-groth16";
/// Our key proof type.
const PROOF_TYPE: &str = "glimpse_enrolment";

/// How long an access token lives.
const TOKEN_TTL: Seconds = 300;
/// How long a nonce lives.
const NONCE_TTL: Seconds = 300;

/// The endpoints of one issuer.
pub fn router(issuer: Issuer) -> Router {
    Router::new()
        .route(
            "/.well-known/openid-credential-issuer",
            get(issuer_metadata),
        )
        .route(
            "/.well-known/oauth-authorization-server",
            get(server_metadata),
        )
        .route("/manifest.json", get(manifest))
        .route("/status-list", get(status_list))
        .route("/openid4vci/offer/{id}", get(offer))
        .route("/openid4vci/token", post(token))
        .route("/openid4vci/nonce", post(nonce))
        .route("/openid4vci/credential", post(credential))
        .with_state(issuer)
}

async fn issuer_metadata(State(Issuer { app, party }): State<Issuer>) -> Json<Value> {
    let origin = app.origins.url(party);
    let issuer = app.demo.issuer(party);
    let words = &issuer.words;
    let claims: Vec<_> = issuer
        .schema
        .attributes()
        .iter()
        .map(|attribute| {
            json!({
                "path": attribute.path(),
                "mandatory": !attribute.is_optional(),
                "display": [{ "name": attribute.label(), "locale": "en" }],
            })
        })
        .collect();
    let mut configurations = Map::new();
    configurations.insert(
        issuer.configuration().to_owned(),
        json!({
            "format": FORMAT,
            "cryptographic_binding_methods_supported": [PROOF_TYPE],
            "credential_signing_alg_values_supported": ["EdDSA-Poseidon-BabyJubJub"],
            "proof_types_supported": {
                PROOF_TYPE: { "proof_signing_alg_values_supported": ["linked-groth16-bn254"] },
            },
            "schema": issuer.configuration(),
            "credential_metadata": {
                "display": [{
                    "name": words.credential_name,
                    "locale": "en",
                    "description": words.credential_description,
                    "background_color": words.background_colour,
                    "text_color": words.text_colour,
                    "logo": { "uri": format!("{origin}/emblem.svg"), "alt_text": party.name() },
                }],
                "claims": claims,
            },
        }),
    );
    Json(json!({
        "credential_issuer": origin,
        "credential_endpoint": format!("{origin}/openid4vci/credential"),
        "nonce_endpoint": format!("{origin}/openid4vci/nonce"),
        "display": [{
            "name": party.name(),
            "locale": "en",
            "logo": { "uri": format!("{origin}/emblem.svg"), "alt_text": party.name() },
        }],
        "credential_configurations_supported": configurations,
        "glimpse_manifest": format!("{origin}/manifest.json"),
    }))
}

async fn server_metadata(State(Issuer { app, party }): State<Issuer>) -> Json<Value> {
    let origin = app.origins.url(party);
    Json(json!({
        "issuer": origin,
        "token_endpoint": format!("{origin}/openid4vci/token"),
        "response_types_supported": [],
        "grant_types_supported": [PRE_AUTHORIZED],
        "token_endpoint_auth_methods_supported": ["none"],
        "pre-authorized_grant_anonymous_access_supported": true,
    }))
}

async fn manifest(State(Issuer { app, party }): State<Issuer>) -> Json<Value> {
    Json(app.demo.issuer(party).manifest().to_json())
}

/// The whole status list, the same for everybody. Caches ask each time whether it is still the current one.
async fn status_list(
    State(Issuer { app, party }): State<Issuer>,
) -> Result<Response<Body>, Problem> {
    let list = off_thread(&app, move |app| {
        app.demo.issuer(party).status_list(app.date_time())
    });
    let list = list.await?.map_err(Problem::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, list).into_response())
}

/// The credential offer object.
pub fn offer_document(
    app: &App,
    party: Party,
    configuration: &str,
    code: &str,
    wants_tx_code: bool,
) -> Value {
    let mut grant = json!({ "pre-authorized_code": code });
    if wants_tx_code {
        grant["tx_code"] = json!({
            "input_mode": "numeric",
            "length": 6,
            "description": format!("The six digits on {}'s page", party.name()),
        });
    }
    json!({
        "credential_issuer": app.origins.url(party),
        "credential_configuration_ids": [configuration],
        "grants": { PRE_AUTHORIZED: grant },
    })
}

async fn offer(
    State(Issuer { app, party }): State<Issuer>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let found = off_thread(&app, move |app| app.store.offer(&id)).await??;
    let offer = found
        .filter(|offer| offer.issuer == party.slug() && offer.expires >= app.now())
        .ok_or_else(|| Problem::not_found("offer"))?;
    let code = offer
        .code()
        .ok_or_else(|| Problem::bad_request("invalid_request", "this offer was used already"))?;
    Ok(Json(offer_document(
        &app,
        party,
        &offer.configuration,
        code,
        offer.wants_tx_code(),
    )))
}

#[derive(Deserialize)]
struct TokenRequest {
    grant_type: String,
    #[serde(rename = "pre-authorized_code")]
    code: Option<String>,
    tx_code: Option<String>,
}

async fn token(
    State(Issuer { app, party }): State<Issuer>,
    request: Result<Form<TokenRequest>, FormRejection>,
) -> Result<Json<Value>, Problem> {
    let Form(request) = request.map_err(|error| {
        Problem::with_status(error.status(), "invalid_request", error.body_text())
    })?;
    if request.grant_type != PRE_AUTHORIZED {
        return Err(Problem::bad_request(
            "unsupported_grant_type",
            "only the pre-authorized code grant is offered here",
        ));
    }
    let code = request.code.ok_or_else(|| {
        Problem::bad_request("invalid_request", "the pre-authorized code is missing")
    })?;
    let token = fresh_identifier()?;
    let bearer = token.clone();
    let id = off_thread(&app, move |app| {
        let now = app.now();
        let tx_code = request.tx_code.as_deref();
        app.store
            .redeem(party.slug(), &code, tx_code, &bearer, now + TOKEN_TTL, now)
    })
    .await?
    .map_err(|error| match error {
        RedeemError::Store(error) => error.into(),
        RedeemError::TxCodeMissing => Problem::bad_request("invalid_request", error.to_string()),
        RedeemError::Unknown
        | RedeemError::Used
        | RedeemError::Expired
        | RedeemError::TxCodeWrong
        | RedeemError::Dead => Problem::bad_request("invalid_grant", error.to_string()),
    })?;
    app.events.changed(&id);
    Ok(Json(
        json!({ "access_token": token, "token_type": "Bearer", "expires_in": TOKEN_TTL }),
    ))
}

async fn nonce(State(Issuer { app, party }): State<Issuer>) -> Result<Json<Value>, Problem> {
    let mut nonce = [0; 32];
    OsRng.try_fill_bytes(&mut nonce)?;
    off_thread(&app, move |app| {
        app.store
            .create_nonce(party.slug(), &nonce, app.now() + NONCE_TTL)
    })
    .await??;
    Ok(Json(
        json!({ "c_nonce": URL_SAFE_NO_PAD.encode(nonce), "c_nonce_expires_in": NONCE_TTL }),
    ))
}

#[derive(Deserialize)]
struct CredentialRequest {
    credential_configuration_id: Option<String>,
    proofs: Option<Proofs>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proofs {
    glimpse_enrolment: Vec<String>,
}

async fn credential(
    State(Issuer { app, party }): State<Issuer>,
    headers: HeaderMap,
    request: Result<Json<CredentialRequest>, JsonRejection>,
) -> Result<Response<Body>, Problem> {
    let token =
        bearer(&headers).ok_or_else(|| Problem::unauthorized("a bearer token is needed"))?;
    let holder = {
        let token = token.to_owned();
        off_thread(&app, move |app| {
            app.store.token_holder(party.slug(), &token, app.now())
        })
        .await?
        .map_err(refused)?
    };
    let Json(request) = request.map_err(|error| {
        Problem::with_status(
            error.status(),
            "invalid_credential_request",
            error.body_text(),
        )
    })?;
    if request.credential_configuration_id.as_deref() != Some(&holder.offer.configuration) {
        return Err(Problem::bad_request(
            "unknown_credential_configuration",
            format!("this token is for {}", holder.offer.configuration),
        ));
    }
    let [enrolment] = request
        .proofs
        .map(|proofs| proofs.glimpse_enrolment)
        .unwrap_or_default()
        .try_into()
        .map_err(|_| invalid_proof("exactly one glimpse_enrolment proof is needed"))?;
    let enrolment = URL_SAFE_NO_PAD
        .decode(enrolment)
        .map_err(|_| invalid_proof("the enrolment is not base64url"))?;
    let _permit = app
        .checks
        .try_acquire()
        .map_err(|_| Problem::overloaded())?;
    let id = holder.id.clone();
    let credential = off_thread(&app, move |app| {
        let issuer = app.demo.issuer(party);
        let now = app.now();
        let proof = EnrolmentProof::from_bytes(&enrolment)
            .map_err(|error| invalid_proof(&format!("the enrolment is malformed: {error}")))?;
        let checked = match issuer.check_enrolment(&proof, app.demo.keys()) {
            Ok(checked) => checked,
            Err(error @ EnrolmentError::Key) => return Err(Problem::internal(error)),
            Err(error) => return Err(invalid_proof(&error.to_string())),
        };
        app.store
            .issue(
                &holder,
                checked.nonce().as_bytes(),
                &enrolment,
                now,
                |index| {
                    issuer
                        .sign(&checked, &holder.offer.attributes, index, app.date_time())
                        .map_err(|error| error.to_string())
                },
            )
            .map_err(refused)
    })
    .await??;
    app.events.changed(&id);
    Ok(Json(json!({ "credentials": [{ "credential": credential }] })).into_response())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

fn invalid_proof(reason: &str) -> Problem {
    Problem::bad_request("invalid_proof", reason)
}

fn refused(error: IssueError) -> Problem {
    match error {
        IssueError::Store(error) => error.into(),
        IssueError::Token => Problem::unauthorized(error.to_string()),
        IssueError::Nonce => Problem::bad_request("invalid_nonce", error.to_string()),
        IssueError::AlreadyIssued => {
            Problem::bad_request("credential_request_denied", error.to_string())
        }
        IssueError::Signing(_) => Problem::internal(error),
    }
}
