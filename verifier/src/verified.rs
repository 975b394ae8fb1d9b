//! What a verified presentation is evidence of.

use glimpse_protocol::fact::{AttributeRef, Fact};
use glimpse_protocol::identity::Did;
use glimpse_protocol::plan::{Plan, PlannedCredential};
use glimpse_protocol::request::Request;
use glimpse_protocol::schema::{ClaimPath, SchemaId};
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
    issuer: Did,
    issuer_name: String,
    schema: SchemaId,
    schema_name: String,
    as_of: Date,
    disclosed: Vec<(AttributeRef, AttributeValue)>,
    proved: Vec<Fact>,
    hidden: Vec<AttributeRef>,
}

impl Verified {
    pub(crate) fn new(
        request: &Request,
        plan: Plan,
        values: Vec<AttributeValue>,
        issuer_names: Vec<String>,
    ) -> Self {
        let mut values = values.into_iter();
        let credentials = plan
            .credentials()
            .iter()
            .zip(issuer_names)
            .map(|(planned, name)| VerifiedCredential::new(planned, name, &mut values))
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
        issuer_name: String,
        values: &mut impl Iterator<Item = AttributeValue>,
    ) -> Self {
        Self {
            query: planned.query.clone(),
            issuer: planned.issuer.clone(),
            issuer_name,
            schema: planned.schema.clone(),
            schema_name: planned.schema_name.clone(),
            as_of: planned.as_of,
            disclosed: planned.claims.iter().cloned().zip(values).collect(),
            proved: planned
                .facts
                .iter()
                .map(|planned| planned.fact.clone())
                .collect(),
            hidden: planned.hidden.clone(),
        }
    }

    /// The day on which it is proved to be valid; `None` if the request accepts expired credentials.
    pub fn valid_on(&self) -> Option<Date> {
        self.proved.iter().find_map(|fact| match fact {
            Fact::Valid { on } => Some(*on),
            Fact::Compare { .. } | Fact::AgeOver { .. } | Fact::AgeBetween { .. } => None,
        })
    }

    /// The query's id.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Who issued it.
    pub fn issuer(&self) -> &Did {
        &self.issuer
    }

    /// The issuer's name, from the manifest that the verifier trusts.
    pub fn issuer_name(&self) -> &str {
        &self.issuer_name
    }

    /// The kind of credential.
    pub fn schema(&self) -> &SchemaId {
        &self.schema
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

    /// What was proved without being disclosed.
    pub fn proved(&self) -> &[Fact] {
        &self.proved
    }

    /// What the credential has, and the verifier did not learn.
    pub fn hidden(&self) -> &[AttributeRef] {
        &self.hidden
    }

    fn to_json(&self) -> Value {
        let named =
            |attribute: &AttributeRef| json!({ "path": attribute.path, "label": attribute.label });
        let disclosed = self.disclosed().map(|(claim, value)| {
            let mut out = named(claim);
            out["type"] = claim.attribute_type.name().into();
            out["value"] = value.to_json();
            out
        });
        let proved = self.proved.iter().map(|fact| {
            let mut out = fact.attribute().map_or_else(|| json!({}), named);
            out["predicate"] = fact.operator().into();
            out["operands"] = fact.operands().into();
            out["words"] = words::fact(fact, Voice::Others).into();
            out
        });
        json!({
            "query": self.query,
            "issuer": { "id": self.issuer, "name": self.issuer_name },
            "schema": { "id": self.schema, "name": self.schema_name },
            "as_of": self.as_of.to_string(),
            "valid_on": self.valid_on().map(|on| on.to_string()),
            "disclosed": disclosed.collect::<Vec<_>>(),
            "proved": proved.collect::<Vec<_>>(),
            "hidden": self.hidden.iter().map(named).collect::<Vec<_>>(),
        })
    }
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
