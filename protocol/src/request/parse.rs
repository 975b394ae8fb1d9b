//! Reading a request object.

use alloc::string::String;
use alloc::vec::Vec;

use super::{
    CredentialQuery, Endpoint, MAX_ISSUERS, MAX_LIFETIME, MAX_PREDICATES, MAX_QUERIES, Request,
    RequestError, ResponseMode,
};
use crate::credential::FORMAT;
use crate::identity::Did;
use crate::json::{JsonErrorKind, Node, Object};
use crate::nonce::Nonce;
use crate::predicate::Predicate;
use crate::schema::{ClaimPath, MAX_ATTRIBUTES, SchemaId};
use crate::time::DateTime;

pub(super) const CLIENT_ID_PREFIX: &str = "decentralized_identifier:";
pub(super) const AUDIENCE: &str = "https://self-issued.me/v2";

pub(super) fn request(bytes: &[u8]) -> Result<Request, RequestError> {
    let value = crate::json::parse(bytes)?;
    let mut object = Node::root(&value).object()?;
    object.constant("response_type", "vp_token", "only vp_token can be answered")?;
    let client = object.get("client_id")?.parse_with(
        "not decentralized_identifier:did:key:z6Mk…",
        |text| {
            text.strip_prefix(CLIENT_ID_PREFIX)
                .and_then(|did| did.parse::<Did>().ok())
                .ok_or(())
        },
    )?;
    let response = response_mode(&mut object)?;
    let nonce = object
        .get("nonce")?
        .parse_with("not 32 bytes in base64url", |text| {
            Nonce::from_base64(text).ok_or(())
        })?;
    let state = object
        .opt("state")
        .map(|node| node.label(256))
        .transpose()?;
    if let Some(node) = object.opt("aud")
        && node.str()? != AUDIENCE
    {
        return Err(node.invalid("not addressed to a wallet"));
    }
    let issued_at = instant(&object.get("iat")?)?;
    let exp = object.get("exp")?;
    let expires_at = instant(&exp)?;
    let lifetime = expires_at.unix() - issued_at.unix();
    if !(1..=MAX_LIFETIME).contains(&lifetime) {
        return Err(exp.invalid("must lie within a day after iat"));
    }
    let client_name = match object.opt("client_metadata") {
        Some(node) => node
            .object()?
            .opt("client_name")
            .map(|node| node.label(128))
            .transpose()?,
        None => None,
    };
    // Each of these asks for more than the query says; answering as if it were not there would mislead.
    for name in [
        "transaction_data",
        "scope",
        "presentation_definition",
        "presentation_definition_uri",
    ] {
        if let Some(node) = object.opt(name) {
            return Err(node.invalid("not supported"));
        }
    }
    let mut dcql = object.get("dcql_query")?.object()?;
    let list = dcql.get("credentials")?;
    dcql.finish()?;
    let mut queries: Vec<CredentialQuery> = Vec::new();
    for node in list.array(MAX_QUERIES)? {
        let place = node.clone();
        let query = credential_query(node)?;
        if queries.iter().any(|earlier| earlier.id == query.id) {
            return Err(place.invalid("a second query of the same id"));
        }
        queries.push(query);
    }
    if queries.is_empty() {
        return Err(list.invalid("asks for nothing"));
    }
    Ok(Request {
        bytes: bytes.to_vec(),
        client,
        client_name,
        response,
        nonce,
        state,
        issued_at,
        expires_at,
        queries,
    })
}

fn response_mode(object: &mut Object<'_>) -> Result<ResponseMode, RequestError> {
    let mode = object.get("response_mode")?;
    let (name, other) = match mode.str()? {
        "direct_post" => ("response_uri", "redirect_uri"),
        "fragment" => ("redirect_uri", "response_uri"),
        _ => return Err(mode.invalid("only direct_post and fragment can be answered")),
    };
    let endpoint = object
        .get(name)?
        .parse_with("not an https URL, or an http one of this machine", |text| {
            Endpoint::new(text).ok_or(())
        })?;
    if let Some(node) = object.opt(other) {
        return Err(node.invalid("does not belong to this response mode"));
    }
    Ok(match name {
        "response_uri" => ResponseMode::DirectPost(endpoint),
        _ => ResponseMode::Fragment(endpoint),
    })
}

fn instant(node: &Node<'_>) -> Result<DateTime, RequestError> {
    DateTime::from_unix(node.i64()?).map_err(|_| node.invalid("outside the years 1 to 9999"))
}

fn credential_query(node: Node<'_>) -> Result<CredentialQuery, RequestError> {
    let mut object = node.object()?;
    let id_node = object.get("id")?;
    let id: String = id_node.label(64)?;
    if !id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    {
        return Err(id_node.invalid("an id consists of letters, digits, '_' and '-'"));
    }
    object.constant("format", FORMAT, "a format that is not known here")?;
    if let Some(node) = object.opt("multiple")
        && node.bool()?
    {
        return Err(node.invalid("one credential answers one query"));
    }
    let claims = match object.opt("claims") {
        Some(node) => claims(&node)?,
        None => Vec::new(),
    };
    let meta_node = object.get("meta")?;
    object.finish()?;
    let mut meta = meta_node.clone().object()?;
    let schema = meta
        .get("schema")?
        .parse_with("not a schema identifier", |text| {
            SchemaId::new(text).ok_or(())
        })?;
    let issuers_node = meta.get("issuers")?;
    let mut issuers: Vec<Did> = Vec::new();
    for node in issuers_node.array(MAX_ISSUERS)? {
        let did = node.parse_with("not a did:key of Ed25519", str::parse)?;
        if issuers.contains(&did) {
            return Err(node.invalid("listed twice"));
        }
        issuers.push(did);
    }
    if issuers.is_empty() {
        return Err(issuers_node.invalid("names no issuer"));
    }
    let as_of = meta.get("as_of")?.parse_with("not a date", str::parse)?;
    let purpose = meta
        .opt("purpose")
        .map(|node| node.label(256))
        .transpose()?;
    let not_expired = meta
        .opt("not_expired")
        .map_or(Ok(true), |node| node.bool())?;
    let mut predicates: Vec<Predicate> = Vec::new();
    if let Some(list) = meta.opt("predicates") {
        for node in list.array(MAX_PREDICATES)? {
            let place = node.clone();
            let predicate = Predicate::from_node(node)?;
            if predicates.contains(&predicate) {
                return Err(place.invalid("listed twice"));
            }
            predicates.push(predicate);
        }
    }
    meta.finish()?;
    if claims.is_empty() && predicates.is_empty() && !not_expired {
        return Err(meta_node.invalid("asks neither for a claim nor for a fact"));
    }
    Ok(CredentialQuery {
        id,
        schema,
        issuers,
        as_of,
        purpose,
        not_expired,
        predicates,
        claims,
    })
}

fn claims(list: &Node<'_>) -> Result<Vec<ClaimPath>, RequestError> {
    let mut claims: Vec<ClaimPath> = Vec::new();
    for node in list.array(MAX_ATTRIBUTES)? {
        let mut object = node.object()?;
        let path_node = object.get("path")?;
        let path = ClaimPath::from_node(&path_node)?;
        if claims.contains(&path) {
            return Err(path_node.invalid("listed twice"));
        }
        // An id only serves `claim_sets`, which are refused as unknown.
        if let Some(node) = object.opt("id") {
            node.label(64)?;
        }
        object.finish()?;
        claims.push(path);
    }
    if claims.is_empty() {
        return Err(list.error(JsonErrorKind::Invalid(
            "must not be empty; leave it out to disclose nothing",
        )));
    }
    Ok(claims)
}
