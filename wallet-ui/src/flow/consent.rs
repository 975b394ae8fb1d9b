//! A request in the wallet's words: what would be seen, what stays hidden, what stands against it.

use glimpse_protocol::{identity::Did, request::AcceptedSchema, schema::SchemaId, words};
use glimpse_wallet::{
    consent::{Consent, QueryCandidates, SeenAs, SeenCard, Unfit, without_identifier},
    request::{IncomingRequest, Source},
    status::StatusUnfit,
};

use super::{card, request::Kept};
use crate::{
    browser::local_text,
    model::{
        ChoiceView, Contact, FieldView, Palette, PartyView, PresentedCard, QueryView, RequestView,
        Shown, Unmet, WindowView,
    },
};

pub(super) fn party(incoming: &IncomingRequest) -> PartyView {
    let request = incoming.request();
    PartyView {
        name: request
            .client_name()
            .unwrap_or("A verifier without a name")
            .to_owned(),
        identity: request.client().to_string(),
        origin: match incoming.source() {
            Source::Signed(origin) => origin.to_string(),
            Source::SignedFile => "from a signed file".into(),
            Source::Unsigned => "from a file that nobody signed".into(),
        },
    }
}

/// What a statement about a card as a whole hides.
const BEHIND: &str = "The values behind it stay hidden";

/// The same where it is about values that they know, too.
const BEHIND_TOLD: &str = "The values behind it stay hidden, but for those that they can read";

/// What is told by which a site recognises the holder.
pub(super) fn pseudonym(scope: &str) -> String {
    format!("Pseudonym for {}", words::quoted(scope))
}

fn presented_card(seen: SeenCard, palette: Palette) -> PresentedCard {
    let (mut windows, mut seals, mut veiled) = (Vec::new(), Vec::new(), seen.hidden);
    windows.extend(seen.pseudonym.map(|scope| WindowView {
        field: FieldView {
            label: pseudonym(&scope),
            value: Some("A number of yours that no other site gets".to_owned()),
        },
    }));
    for field in seen.fields {
        match field.seen {
            SeenAs::Disclosed(value) => windows.push(WindowView {
                field: FieldView {
                    label: field.label,
                    value: Some(value),
                },
            }),
            SeenAs::Pinned { value, by } => {
                seals.extend(by.into_iter().map(|fact| Shown {
                    fact,
                    hides: format!("They will know it: {value}"),
                    hidden: None,
                }));
                windows.push(WindowView {
                    field: FieldView {
                        label: field.label,
                        value: Some(value),
                    },
                });
            }
            SeenAs::Proved(facts) => {
                seals.extend(facts.into_iter().map(|fact| Shown {
                    fact,
                    hides: format!("{} stays hidden", field.label),
                    hidden: Some(field.label.clone()),
                }));
            }
            SeenAs::Within | SeenAs::Hidden => veiled.push(field.label),
        }
    }
    for (whole, hides) in [(seen.proved_of_told, BEHIND_TOLD), (seen.proved, BEHIND)] {
        seals.extend(whole.into_iter().map(|fact| Shown {
            fact,
            hides: hides.into(),
            hidden: None,
        }));
    }
    PresentedCard {
        kind: seen.kind,
        issuer: seen.issuer,
        palette,
        windows,
        seals,
        veiled,
    }
}

pub(super) fn review(consent: &Consent, kept: &Kept) -> RequestView {
    let incoming = consent.incoming();
    let seen = consent.seen();
    let purpose = seen.iter().find_map(|card| card.purpose.clone());
    let queries: Vec<QueryView> = seen
        .into_iter()
        .zip(kept.queries.iter().zip(&kept.picks))
        .map(|(seen, (query, pick))| {
            let cards: Vec<_> = query.fitting().collect();
            let palette = cards
                .get(*pick)
                .map_or(Palette::DEFAULT, |chosen| card::palette(chosen.issuer()));
            QueryView {
                choices: cards
                    .iter()
                    .map(|fit| ChoiceView {
                        id: fit.id().to_string(),
                        kind: fit.credential().body().schema().name().to_owned(),
                        detail: format!(
                            "{}, valid until {}",
                            fit.issuer().name(),
                            words::date(fit.credential().body().expires_on()),
                        ),
                        palette: card::palette(fit.issuer()),
                    })
                    .collect(),
                chosen: *pick,
                card: presented_card(seen, palette),
            }
        })
        .collect();
    let mut unlearned: Vec<String> = queries
        .iter()
        .flat_map(|query| {
            let kind = query.choices.get(query.chosen);
            not_told(&query.card, kind.map_or("card", |choice| &choice.kind))
        })
        .collect();
    let mut linkable = consent.linkability();
    // When nothing can be connected the first note is the good news.
    if consent.is_unlinkable() && !linkable.is_empty() {
        unlearned.push(linkable.remove(0));
    }
    RequestView {
        verifier: party(incoming),
        purpose: purpose.unwrap_or_else(|| "They do not say what for.".into()),
        answer_to: Contact {
            origin: incoming.answer_to().origin().to_string(),
            url: incoming.answer_to().to_string(),
            purpose: "The answer goes to".into(),
        },
        expires: local_text(incoming.request().expires_at()),
        queries,
        unlearned,
        linkable,
    }
}

/// What stays hidden of a card, in sentences.
fn not_told(card: &PresentedCard, kind: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let named: Vec<&str> = card.veiled.iter().take(4).map(String::as_str).collect();
    match card.veiled.len() - named.len() {
        _ if named.is_empty() => {}
        0 => lines.push(format!("{}.", named.join(", "))),
        more => lines.push(format!(
            "{} and {more} more fields of the {}.",
            named.join(", "),
            kind.to_lowercase()
        )),
    }
    let hidden = card.seals.iter().filter_map(|seal| seal.hidden.as_deref());
    let mut hidden: Vec<&str> = hidden.collect();
    hidden.dedup();
    lines.extend(
        hidden
            .into_iter()
            .map(|label| format!("{label} stays hidden: only what is proved about it is known.")),
    );
    lines
}

fn status_remedy(status: &StatusUnfit) -> &'static str {
    match status {
        StatusUnfit::Revoked(_) => "Ask the issuer for a new card.",
        StatusUnfit::Unknown(_) | StatusUnfit::Old(_) => {
            "Refresh all lists. The wallet then asks every issuer of your cards, as it does when you unlock it: none of them sees which card this is about."
        }
        StatusUnfit::Clock(_) => "Check this device's clock and open the request again.",
        StatusUnfit::Outdated(_) | StatusUnfit::Request => {
            "Start again at the verifier: its request is too old."
        }
        StatusUnfit::Equivocation(_) => {
            "Do not show this card until its issuer has explained: somebody may be trying to tell you from other holders."
        }
    }
}

pub(super) fn why_not(
    query: &QueryCandidates,
    schema: &AcceptedSchema,
    verifier: &Did,
) -> Vec<Unmet> {
    let reasons: Vec<Unmet> = query
        .candidates
        .iter()
        .filter_map(|candidate| {
            let kind = candidate
                .card
                .credential()
                .body()
                .schema()
                .name()
                .to_lowercase();
            let unmet = |rule: String, why: String, remedy: &str| {
                Some(Unmet {
                    rule,
                    why,
                    remedy: remedy.to_owned(),
                })
            };
            match candidate.fits.as_ref().err()? {
                Unfit::OtherKind => None,
                Unfit::Issuer(name) => unmet(
                    "A card of another issuer".into(),
                    format!("They do not accept cards of {name}."),
                    "Ask them which issuers they accept.",
                ),
                Unfit::Request(error) => unmet(
                    "The request makes no sense".into(),
                    format!("Their request does not fit your {kind}: {error}."),
                    "This is the verifier's mistake. Leave without answering: a complaint would tell them which card you have.",
                ),
                Unfit::Status(StatusUnfit::Revoked(issuer)) => unmet(
                    "A card that is not revoked".into(),
                    format!("{issuer} has revoked your {kind}."),
                    "Ask the issuer for a new card.",
                ),
                Unfit::Status(status) => unmet(
                    "A card that is not revoked".into(),
                    format!("{}.", super::problem::sentence(status)),
                    status_remedy(status),
                ),
                Unfit::Unmet(glimpse_protocol::plan::Unmet::Untrue { words }) => unmet(
                    without_identifier(words, verifier),
                    format!("Your {kind} says otherwise."),
                    "You can leave without answering.",
                ),
                Unfit::Unmet(glimpse_protocol::plan::Unmet::Absent { label, .. }) => unmet(
                    format!("They ask about: {label}"),
                    format!("Your {kind} leaves this field out."),
                    "Ask the issuer for a card that has it.",
                ),
                Unfit::Unmet(glimpse_protocol::plan::Unmet::SetNeeded { .. }) => unmet(
                    "They ask about a list".into(),
                    "Your wallet does not have it. To fetch it would not help, since another card that they ask for is missing.".into(),
                    "Get that card first.",
                ),
                Unfit::Unmet(other) => unmet(
                    "A rule is not met".into(),
                    format!("{other}."),
                    "You can leave without answering.",
                ),
            }
        })
        .collect();
    if reasons.is_empty() {
        let ids: Vec<&str> = schema.ids().into_iter().map(SchemaId::as_str).collect();
        return vec![Unmet {
            rule: format!("They ask for: {}", ids.join(" or ")),
            why: "You have no card of this kind.".into(),
            remedy: "Get one from its issuer and open the request again.".into(),
        }];
    }
    reasons
}
