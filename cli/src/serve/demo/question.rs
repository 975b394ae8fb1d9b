//! What each demonstration verifier asks.

use std::slice;

use glimpse_protocol::{
    formula::Formula,
    manifest::IssuerManifest,
    predicate::{Operator, Other, Predicate},
    request::QueryBuilder,
    schema::{ClaimPath, Schema, SchemaId},
    set::SetReference,
    status::StatusHead,
    time::Date,
};

use super::DemoIssuer;
use crate::serve::origin::Party;

/// The names of queries, under which answers stand in the `vp_token`.
const LICENCE: &str = "licence";
const STUDENT: &str = "student";
const CARD: &str = "card";

/// For how many seconds a status list is accepted after a newer one has begun: a wallet that is open may not have
/// fetched that yet.
const TOLERANCE: u32 = 600;

/// The cards that verifiers accept.
pub struct Accepted {
    licence: Kind,
    student: Kind,
}

/// A kind of card, and its issuer.
struct Kind {
    schema: Schema,
    issuer: IssuerManifest,
    noun: &'static str,
}

impl Accepted {
    pub(super) fn new(registry: &DemoIssuer, university: &DemoIssuer) -> Self {
        let kind = |issuer: &DemoIssuer| Kind {
            schema: issuer.schema.clone(),
            issuer: issuer.manifest().clone(),
            noun: issuer.words.noun_capital,
        };
        Self {
            licence: kind(registry),
            student: kind(university),
        }
    }

    /// What people call a card of one of these kinds.
    pub(super) fn noun(&self, kinds: &[SchemaId]) -> &'static str {
        let known = [&self.licence, &self.student];
        let noun = |id: &SchemaId| known.iter().find(|kind| kind.schema.id() == id);
        match kinds {
            [id] => noun(id).map_or("Card", |kind| kind.noun),
            _ => "Card",
        }
    }
}

impl Kind {
    fn query(&self, id: &str, today: Date) -> QueryBuilder {
        let issuer = slice::from_ref(self.issuer.id());
        QueryBuilder::new(id, self.schema.id().clone(), issuer, today)
    }
}

/// The verifier's question: one query for each card. `None` if a path is malformed. `statuses` are the heads of the
/// issuers' status lists; `set` is the verifier's published set, which only the cinema has.
pub fn queries(
    party: Party,
    accepted: &Accepted,
    today: Date,
    statuses: &[StatusHead],
    set: Option<&SetReference>,
) -> Option<Vec<QueryBuilder>> {
    let Accepted { licence, student } = accepted;
    let path = |members: &[&str]| ClaimPath::new(members);
    let birth_date = path(&["birth_date"])?;
    let family_name = path(&["family_name"])?;
    Some(match party {
        Party::Rental => vec![
            licence
                .query(LICENCE, today)
                .prove(birth_date, Operator::AgeBetween(21, 75))
                .disclose(family_name)
                .disclose(path(&["driving_privileges", "vehicle_category_code"])?),
        ],
        Party::Forum => {
            let kinds = [licence.schema.clone(), student.schema.clone()];
            let issuers = [&licence.issuer, &student.issuer];
            let card = QueryBuilder::hiding_issuer(CARD, &kinds, &issuers, today);
            let card = card.not_revoked(TOLERANCE, statuses);
            vec![card.one_per_person("agora-accounts")]
        }
        Party::Cinema => {
            let university = Predicate {
                path: path(&["institution"])?,
                operator: Operator::InSet(Box::new(set?.clone())),
            };
            let grown = Predicate {
                path: birth_date,
                operator: Operator::AgeOver(26),
            };
            let either = vec![university.into(), Formula::from(grown).negate()];
            let card = student.query(STUDENT, today);
            vec![card.prove_that(Formula::Any(either))]
        }
        Party::Bank => {
            let on_licence = Other {
                credential: Some(LICENCE.to_owned()),
                path: family_name.clone(),
            };
            let nearby = Operator::Prefix("22".to_owned());
            vec![
                licence
                    .query(LICENCE, today)
                    .not_revoked(TOLERANCE, statuses)
                    .prove(path(&["resident_postal_code"])?, nearby),
                student
                    .query(STUDENT, today)
                    .not_revoked(TOLERANCE, statuses)
                    .prove(family_name, Operator::Eq(on_licence.into())),
            ]
        }
        Party::Bar | Party::Wallet | Party::Registry | Party::University => vec![
            licence
                .query(LICENCE, today)
                .prove(birth_date, Operator::AgeOver(18)),
        ],
    })
}
