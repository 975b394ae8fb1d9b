//! Reading a request object.

use alloc::string::String;
use alloc::vec::Vec;

use super::{
    AcceptedSchema, CredentialQuery, Endpoint, MAX_ISSUERS, MAX_LIFETIME, MAX_PREDICATES,
    MAX_QUERIES, MAX_SCHEMAS, NotRevoked, Request, RequestError, ResponseMode,
};
use crate::credential::FORMAT;
use crate::formula::Formula;
use crate::holder::IssuerKeyHash;
use crate::identity::Did;
use crate::json::{JsonErrorKind, MAX_REQUEST_DEPTH, Node, Object};
use crate::nonce::Nonce;
use crate::predicate::Predicate;
use crate::pseudonym::Scope;
use crate::schema::{ClaimPath, MAX_ATTRIBUTES, Schema, SchemaId};
use crate::time::DateTime;

pub(super) const CLIENT_ID_PREFIX: &str = "decentralized_identifier:";
pub(super) const AUDIENCE: &str = "https://self-issued.me/v2";

pub(super) fn request(bytes: &[u8]) -> Result<Request, RequestError> {
    let value = crate::json::parse_nested(bytes, MAX_REQUEST_DEPTH)?;
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
        let scope = query.pseudonym.as_ref();
        if scope.is_some()
            && queries
                .iter()
                .any(|earlier| earlier.pseudonym.as_ref() == scope)
        {
            return Err(place.invalid("a second pseudonym in the same scope"));
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
    let schema = schema(&meta.get("schema")?)?;
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
    let hide_issuer = match meta.opt("hide_issuer") {
        Some(node) => Some(hidden_issuers(&node, &issuers, &schema)?),
        None => None,
    };
    let as_of = meta.get("as_of")?.parse_with("not a date", str::parse)?;
    let purpose = meta
        .opt("purpose")
        .map(|node| node.label(256))
        .transpose()?;
    let not_expired = meta
        .opt("not_expired")
        .map_or(Ok(true), |node| node.bool())?;
    let not_revoked = meta
        .opt("not_revoked")
        .map(|node| NotRevoked::from_node(node, &issuers, hide_issuer.is_some()))
        .transpose()?;
    let predicates = match meta.opt("predicates") {
        Some(list) => predicates(&list)?,
        None => Vec::new(),
    };
    let pseudonym = match meta.opt("pseudonym") {
        Some(node) => Some(pseudonym(node)?),
        None => None,
    };
    meta.finish()?;
    let nothing = claims.is_empty() && predicates.is_empty() && pseudonym.is_none();
    if nothing && !not_expired && not_revoked.is_none() {
        return Err(meta_node.invalid("asks neither for a claim nor for a fact"));
    }
    Ok(CredentialQuery {
        id,
        schema,
        issuers,
        hide_issuer,
        as_of,
        purpose,
        not_expired,
        not_revoked,
        predicates,
        claims,
        pseudonym,
    })
}

/// The identifier of a schema that is shown, or the schemas among which it is hidden.
fn schema(node: &Node<'_>) -> Result<AcceptedSchema, RequestError> {
    if node.value().is_string() {
        let id = node.parse_with("not a schema identifier", |text| {
            SchemaId::new(text).ok_or(())
        });
        return id.map(AcceptedSchema::Shown);
    }
    let mut schemas: Vec<Schema> = Vec::new();
    for item in node.array(MAX_SCHEMAS)? {
        let place = item.clone();
        let schema = Schema::from_node(item)?;
        if schemas.contains(&schema) {
            return Err(place.invalid("listed twice"));
        }
        // Another size class is another circuit, which shows.
        if schemas
            .first()
            .is_some_and(|first| first.size_class() != schema.size_class())
        {
            return Err(place.invalid("of another size class than the first"));
        }
        schemas.push(schema);
    }
    match schemas.is_empty() {
        true => Err(node.invalid("names no schema")),
        false => Ok(AcceptedSchema::OneOf(schemas)),
    }
}

fn hidden_issuers(
    node: &Node<'_>,
    issuers: &[Did],
    schema: &AcceptedSchema,
) -> Result<Vec<IssuerKeyHash>, RequestError> {
    // Two issuers' schemas of one identifier may differ, and the one that fits would tell the issuer.
    if let AcceptedSchema::Shown(_) = schema {
        return Err(node.invalid("needs the accepted schemas in full, as an array"));
    }
    let mut hashes: Vec<IssuerKeyHash> = Vec::new();
    for item in node.array(MAX_ISSUERS)? {
        let hash = IssuerKeyHash::from_bytes(&item.hex()?)
            .map_err(|_| item.invalid("not a canonical field element"))?;
        if hashes.contains(&hash) {
            return Err(item.invalid("listed twice"));
        }
        hashes.push(hash);
    }
    match hashes.len() == issuers.len() {
        true => Ok(hashes),
        false => Err(node.invalid("must give the hash of each issuer's key, in their order")),
    }
}

fn predicates(list: &Node<'_>) -> Result<Vec<Formula<Predicate>>, RequestError> {
    let mut formulas: Vec<Formula<Predicate>> = Vec::new();
    let mut leaves = 0;
    for node in list.array(MAX_PREDICATES)? {
        let place = node.clone();
        let formula = Formula::from_node(node)?;
        if formulas.contains(&formula) {
            return Err(place.invalid("listed twice"));
        }
        leaves += formula.leaves().len();
        if leaves > MAX_PREDICATES {
            return Err(list.error(JsonErrorKind::TooMany(MAX_PREDICATES)));
        }
        formulas.push(formula);
    }
    Ok(formulas)
}

fn pseudonym(node: Node<'_>) -> Result<Scope, RequestError> {
    let mut object = node.object()?;
    let scope = Scope::from_node(&object.get("scope")?)?;
    object.finish()?;
    Ok(scope)
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
