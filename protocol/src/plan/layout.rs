//! Where attributes stand in the credential that answers a query, as far as the request and what the answer shows of
//! its choice tell. Where the schema is hidden, only what is the same in all accepted schemas can be asked about.

use alloc::format;
use alloc::vec::Vec;

use super::{
    ChosenIssuer, CredentialChoice, PlanError, PlanErrorKind, PlannedIssuer, PlannedStatus,
};
use crate::fact::AttributeRef;
use crate::request::{AcceptedSchema, CredentialQuery};
use crate::schema::{ClaimPath, Schema, SizeClass};
use crate::status::StatusHead;

/// One credential of a plan, before its proofs.
pub(super) struct Layout<'a> {
    pub(super) query: &'a CredentialQuery,
    /// The issuer, unless it stays hidden.
    pub(super) issuer: Option<ChosenIssuer<'a>>,
    /// The schema, or those among which it stays hidden.
    pub(super) schemas: Vec<&'a Schema>,
    /// The schema of the holder's own credential, by whose names a holder reads what is asked: a request may list
    /// schemas that nobody uses.
    own: Option<&'a Schema>,
    /// The issuer's status list that must not revoke the credential, or each accepted issuer's; nothing if not asked.
    pub(super) heads: &'a [StatusHead],
    pub(super) claims: Vec<AttributeRef>,
    /// How many claims the credentials before this one disclose.
    pub(super) claims_before: usize,
}

impl<'a> Layout<'a> {
    pub(super) fn new(
        number: usize,
        query: &'a CredentialQuery,
        choice: &CredentialChoice<'a>,
        claims_before: usize,
    ) -> Result<Self, PlanError> {
        let at = format!("$.dcql_query.credentials[{number}]");
        let refuse = |member: &str, kind| PlanError::new(format!("{at}.meta.{member}"), kind);
        let place = choice
            .issuer
            .map(|issuer| query.issuers().iter().position(|did| did == issuer.did))
            .map(|place| place.ok_or_else(|| refuse("issuers", PlanErrorKind::Issuer)))
            .transpose()?;
        let issuer = match (query.hidden_issuers(), choice.issuer) {
            (None, None) => return Err(PlanError::new(at, PlanErrorKind::Choice)),
            (None, chosen) => chosen,
            (Some(hashes), chosen) => {
                // Another hash than the issuer's own is no hiding place.
                let named = place.and_then(|place| hashes.get(place));
                if chosen.is_some_and(|issuer| named != Some(&issuer.key_hash)) {
                    return Err(refuse("hide_issuer", PlanErrorKind::IssuerKey));
                }
                None
            }
        };
        let heads = match (query.not_revoked(), issuer) {
            (None, _) => &[],
            (Some(asked), None) => asked.heads(),
            (Some(asked), Some(issuer)) => {
                let own = choice.status.filter(|head| head.issuer() == issuer.did);
                let own = own.and_then(|head| asked.accepted(head));
                let own = own.ok_or_else(|| refuse("not_revoked", PlanErrorKind::NoStatus))?;
                core::slice::from_ref(own)
            }
        };
        if let Some(schema) = choice.schema
            && !query.schema().accepts(schema)
        {
            return Err(refuse("schema", PlanErrorKind::Schema));
        }
        let schemas = match (query.schema(), choice.schema) {
            (AcceptedSchema::OneOf(schemas), _) => schemas.iter().collect(),
            (AcceptedSchema::Shown(_), Some(schema)) => alloc::vec![schema],
            (AcceptedSchema::Shown(_), None) => {
                return Err(PlanError::new(at, PlanErrorKind::Choice));
            }
        };
        let mut layout = Self {
            query,
            issuer,
            schemas,
            own: choice.schema,
            heads,
            claims: Vec::new(),
            claims_before,
        };
        for (place, path) in query.claims().iter().enumerate() {
            let claim = layout.find(number, path);
            let claim =
                claim.map_err(|kind| PlanError::new(format!("{at}.claims[{place}].path"), kind))?;
            layout.claims.push(claim);
        }
        Ok(layout)
    }

    /// A query for which no credential is at hand: nothing is found in it.
    pub(super) fn without_credential(query: &'a CredentialQuery) -> Self {
        Self {
            query,
            issuer: None,
            schemas: Vec::new(),
            own: None,
            heads: &[],
            claims: Vec::new(),
            claims_before: 0,
        }
    }

    /// The attribute at `path`, if it is the same in every accepted schema but for its name.
    pub(super) fn find(
        &self,
        number: usize,
        path: &ClaimPath,
    ) -> Result<AttributeRef, PlanErrorKind> {
        let mut found: Option<AttributeRef> = None;
        for schema in &self.schemas {
            let here = schema
                .find(path)
                .map(|(place, definition)| AttributeRef::new(number, place, definition));
            let here = here.ok_or_else(|| PlanErrorKind::UnknownAttribute(path.clone()))?;
            match &mut found {
                None => found = Some(here),
                Some(first)
                    if first.number == here.number
                        && first.attribute_type == here.attribute_type =>
                {
                    first.optional |= here.optional;
                }
                Some(_) => return Err(PlanErrorKind::Layout(path.clone())),
            }
        }
        let mut found = found.ok_or_else(|| PlanErrorKind::UnknownAttribute(path.clone()))?;
        if let Some((_, definition)) = self.own.and_then(|own| own.find(path)) {
            found.label = definition.label().into();
        }
        Ok(found)
    }

    /// What its kind is called, as far as that is known.
    pub(super) fn name(&self) -> Option<&'a str> {
        match (self.own, self.schemas.as_slice()) {
            (Some(own), _) => Some(own.name()),
            (None, [only]) => Some(only.name()),
            (None, _) => None,
        }
    }

    pub(super) fn size_class(&self) -> SizeClass {
        // A request lists schemas of one class only.
        self.schemas
            .first()
            .map_or(SizeClass::ThirtyTwo, |schema| schema.size_class())
    }

    /// From which number on attribute slots are absent, if that is known.
    pub(super) fn absent_from(&self) -> Option<usize> {
        match self.schemas.as_slice() {
            [schema] => Some(schema.attributes().len()),
            _ => None,
        }
    }

    /// What stays hidden, if it is known what there is.
    pub(super) fn hidden(&self, number: usize) -> Vec<AttributeRef> {
        let [schema] = self.schemas.as_slice() else {
            return Vec::new();
        };
        let attributes = schema.attributes().iter().enumerate();
        attributes
            .filter(|(place, _)| !self.claims.iter().any(|claim| claim.number == *place))
            .map(|(place, definition)| AttributeRef::new(number, place, definition))
            .collect()
    }

    pub(super) fn planned_status(&self) -> Option<PlannedStatus> {
        self.query.not_revoked().map(|asked| PlannedStatus {
            heads: self.heads.to_vec(),
            tolerance: asked.tolerance(),
        })
    }

    pub(super) fn planned_issuer(&self) -> PlannedIssuer {
        match self.issuer {
            Some(issuer) => PlannedIssuer::Shown(issuer.did.clone()),
            None => PlannedIssuer::OneOf(self.query.issuers().to_vec()),
        }
    }
}
