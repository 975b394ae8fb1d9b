//! What a verified presentation is evidence of.

use glimpse_protocol::fact::{AttributeRef, Fact};
use glimpse_protocol::formula::Formula;
use glimpse_protocol::identity::Did;
use glimpse_protocol::plan::{Plan, PlannedCredential};
use glimpse_protocol::pseudonym::{Pseudonym, Scope};
use glimpse_protocol::request::Request;
use glimpse_protocol::schema::{ClaimPath, SchemaId};
use glimpse_protocol::status::StatusHead;
use glimpse_protocol::time::Date;
use glimpse_protocol::value::AttributeValue;
use glimpse_protocol::words::{self, Voice};
use serde::ser::{Serialize, Serializer};
use serde_json::{Value, json};

/// A verified presentation. Only [`Verifier`](crate::Verifier) makes one: to hold it is the evidence.
///
/// It is evidence that for every query of the request *there is* a credential which answers it, and that all of them
/// belong to one holder. It is no evidence that these are different credentials: one can answer two queries that accept
/// the same issuer and schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    audience: String,
    nonce: String,
    credentials: Vec<VerifiedCredential>,
}

/// What was verified of one credential. All credentials of a presentation belong to one holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCredential {
    query: String,
    issuer: VerifiedIssuer,
    schemas: Vec<SchemaId>,
    schema_names: Vec<String>,
    as_of: Date,
    disclosed: Vec<(AttributeRef, AttributeValue)>,
    proved: Vec<Formula<Fact>>,
    status: Vec<StatusHead>,
    hidden: Vec<AttributeRef>,
    pseudonym: Option<(Scope, Pseudonym)>,
}

/// What is known of a credential's issuer. Names are from the manifests that the verifier trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerifiedIssuer {
    /// Who it is.
    Shown(NamedIssuer),
    /// That it is one of these.
    OneOf(Vec<NamedIssuer>),
}

/// An issuer with its name for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedIssuer {
    /// The issuer.
    pub did: Did,
    /// Its name, from the manifest that the verifier trusts.
    pub name: String,
}

impl Verified {
    pub(crate) fn new(
        request: &Request,
        plan: Plan,
        values: Vec<AttributeValue>,
        pseudonyms: Vec<Pseudonym>,
        issuers: Vec<VerifiedIssuer>,
    ) -> Self {
        let (mut values, mut pseudonyms) = (values.into_iter(), pseudonyms.into_iter());
        let credentials = plan
            .credentials()
            .iter()
            .zip(issuers)
            .map(|(planned, issuer)| {
                VerifiedCredential::new(planned, issuer, &mut values, &mut pseudonyms)
            })
            .collect();
        Self {
            audience: request.client_id(),
            nonce: request.nonce().to_base64(),
            credentials,
        }
    }

    /// Whom the presentation was made for.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The request's nonce in base64url.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// What was verified of each credential, in the order of the request's queries.
    pub fn credentials(&self) -> &[VerifiedCredential] {
        &self.credentials
    }
}

impl VerifiedCredential {
    fn new(
        planned: &PlannedCredential,
        issuer: VerifiedIssuer,
        values: &mut impl Iterator<Item = AttributeValue>,
        pseudonyms: &mut impl Iterator<Item = Pseudonym>,
    ) -> Self {
        let scope = planned.pseudonym.clone();
        Self {
            query: planned.query.clone(),
            issuer,
            schemas: planned.schemas.clone(),
            schema_names: planned.schema_names.clone(),
            as_of: planned.as_of,
            disclosed: planned.claims.iter().cloned().zip(values).collect(),
            proved: planned.proved.clone(),
            status: planned
                .status
                .as_ref()
                .map_or_else(Vec::new, |status| status.heads.clone()),
            hidden: planned.hidden.clone(),
            pseudonym: scope.and_then(|scope| Some((scope, pseudonyms.next()?))),
        }
    }

    /// The day on which it is proved to be valid; `None` if the request accepts expired credentials.
    pub fn valid_on(&self) -> Option<Date> {
        let facts = self.proved.iter().flat_map(Formula::conjuncts);
        facts.into_iter().find_map(Fact::valid_on)
    }

    /// The query's id.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Who issued it, or that it is one of several.
    pub fn issuer(&self) -> &VerifiedIssuer {
        &self.issuer
    }

    /// The issuer's name, or "one of" the names.
    pub fn issuer_name(&self) -> String {
        match &self.issuer {
            VerifiedIssuer::Shown(issuer) => issuer.name.clone(),
            VerifiedIssuer::OneOf(issuers) => {
                let names: Vec<&str> = issuers.iter().map(|issuer| issuer.name.as_str()).collect();
                format!("one of {}", names.join(", "))
            }
        }
    }

    /// The kind of credential, or the kinds of which it is one.
    pub fn schemas(&self) -> &[SchemaId] {
        &self.schemas
    }

    /// The names for people of these kinds.
    pub fn schema_names(&self) -> &[String] {
        &self.schema_names
    }

    /// By what the holder is recognised again, and in which scope.
    pub fn pseudonym(&self) -> Option<&Pseudonym> {
        self.pseudonym.as_ref().map(|(_, pseudonym)| pseudonym)
    }

    /// The day that ages and validity are about.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The disclosed value at a path.
    pub fn value(&self, path: &ClaimPath) -> Option<&AttributeValue> {
        self.disclosed
            .iter()
            .find(|(claim, _)| claim.path == *path)
            .map(|(_, value)| value)
    }

    /// What was disclosed.
    pub fn disclosed(&self) -> impl Iterator<Item = (&AttributeRef, &AttributeValue)> {
        self.disclosed.iter().map(|(claim, value)| (claim, value))
    }

    /// What was proved without being disclosed: all of it is true.
    pub fn proved(&self) -> &[Formula<Fact>] {
        &self.proved
    }

    /// The head of the status list by which it is not revoked. If the issuer is not known, one for each issuer that it may
    /// be: by its own issuer's list it is not revoked. Nothing if the request did not ask.
    pub fn not_revoked_by(&self) -> &[StatusHead] {
        &self.status
    }

    /// What the credential has, and the verifier did not learn; nothing if its kind is not known.
    pub fn hidden(&self) -> &[AttributeRef] {
        &self.hidden
    }

    /// The list, or those of which it is one, with words; or null.
    fn status_json(&self) -> Value {
        let mut out = match (&self.issuer, self.status.as_slice()) {
            (_, []) => return Value::Null,
            (VerifiedIssuer::Shown(_), [head, ..]) => list_json(head),
            (VerifiedIssuer::OneOf(_), heads) => {
                json!({ "one_of": heads.iter().map(list_json).collect::<Vec<_>>() })
            }
        };
        out["words"] = words::not_revoked(self.status.len()).into();
        out
    }

    fn to_json(&self) -> Value {
        let disclosed = self.disclosed().map(|(claim, value)| {
            let mut out = named(claim);
            out["type"] = claim.attribute_type.name().into();
            out["value"] = value.to_json();
            out
        });
        let issuer = |issuer: &NamedIssuer| json!({ "id": issuer.did, "name": issuer.name });
        let schemas = self.schemas.iter().zip(&self.schema_names);
        let mut schemas: Vec<Value> = schemas
            .map(|(id, name)| json!({ "id": id, "name": name }))
            .collect();
        let schema = match schemas.len() {
            1 => schemas.remove(0),
            _ => json!({ "one_of": schemas }),
        };
        json!({
            "query": self.query,
            "issuer": match &self.issuer {
                VerifiedIssuer::Shown(shown) => issuer(shown),
                VerifiedIssuer::OneOf(issuers) => {
                    json!({ "one_of": issuers.iter().map(issuer).collect::<Vec<_>>() })
                }
            },
            "schema": schema,
            "as_of": self.as_of.to_string(),
            "valid_on": self.valid_on().map(|on| on.to_string()),
            "not_revoked": self.status_json(),
            "disclosed": disclosed.collect::<Vec<_>>(),
            "proved": self.proved.iter().map(statement).collect::<Vec<_>>(),
            "hidden": self.hidden.iter().map(named).collect::<Vec<_>>(),
            "pseudonym": self.pseudonym.as_ref().map(|(scope, pseudonym)| {
                json!({ "scope": scope.as_str(), "value": pseudonym.to_string() })
            }),
        })
    }
}

fn list_json(head: &StatusHead) -> Value {
    json!({
        "issuer": head.issuer(),
        "epoch": head.epoch().get(),
        "valid_from": head.valid_from().to_string(),
        "valid_until": head.valid_until().to_string(),
    })
}

fn named(attribute: &AttributeRef) -> Value {
    json!({ "path": attribute.path, "label": attribute.label })
}

/// A formula as a tree, every node of which says itself in words.
fn statement(formula: &Formula<Fact>) -> Value {
    let list = |members: &[Formula<Fact>]| members.iter().map(statement).collect::<Vec<_>>();
    let mut out = match formula {
        Formula::Leaf(fact) => {
            let mut out = fact.attribute().map_or_else(|| json!({}), named);
            out["predicate"] = fact.operator().into();
            out["operands"] = fact.operands().into();
            out
        }
        Formula::All(members) => json!({ "all": list(members) }),
        Formula::Any(members) => json!({ "any": list(members) }),
        Formula::Not(inner) => json!({ "not": statement(inner) }),
    };
    out["words"] = words::formula(formula, Voice::Others).into();
    out
}

impl Serialize for Verified {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let credentials: Vec<Value> = self
            .credentials
            .iter()
            .map(VerifiedCredential::to_json)
            .collect();
        json!({
            "verified": true,
            "audience": self.audience,
            "nonce": self.nonce,
            "credentials": credentials,
        })
        .serialize(serializer)
    }
}
