//! What came of checking somebody's answer, in words.

use glimpse_protocol::{
    request::Request,
    status::{StaleStatus, StatusHead},
    time::DateTime,
    words::{self, Voice},
};
use glimpse_verifier::{Rejection, Rule, Verified, VerifiedCredential};
use glimpse_wallet::status::{ListSource, Standing};

use crate::{
    browser::local_text,
    model::{CheckedCard, Contact, Report, WantedList},
};

/// The lists that are to be fetched before an answer to `request` is checked.
pub(super) fn wanted(sources: &[ListSource], request: &Request, now: DateTime) -> Vec<WantedList> {
    let wanted = |source: &ListSource| {
        let standing = source.standing(request, now)?;
        let name = source.name();
        let why = match standing {
            Standing::Missing => format!("This wallet has no status list of {name} yet."),
            Standing::Behind => {
                format!("The request names a newer status list of {name} than this wallet has.")
            }
            Standing::Ended => {
                format!("The status list of {name} that this wallet has is out of date.")
            }
            Standing::Level | Standing::Ahead => return None,
        };
        let url = source.request().url;
        let contact = Contact {
            origin: url.origin().to_string(),
            url: url.to_string(),
            purpose: format!("The list of {name} is at"),
        };
        Some(WantedList { why, contact })
    };
    sources.iter().filter_map(wanted).collect()
}

pub(super) fn accepted(verified: &Verified) -> Report {
    Report::Verified(verified.credentials().iter().map(card).collect())
}

fn card(credential: &VerifiedCredential) -> CheckedCard {
    let proved = credential.proved().iter();
    let mut proved: Vec<String> = proved
        .map(|formula| words::formula(formula, Voice::Others))
        .collect();
    let disclosed = credential.disclosed();
    let mut told: Vec<(String, String)> = disclosed
        .map(|(claim, value)| (claim.label.clone(), words::value(value)))
        .collect();
    let mut tell = |label: &str, text: String| told.push((label.to_owned(), text));
    if let Some(pseudonym) = credential.pseudonym() {
        tell("Pseudonym for this verifier", pseudonym.to_string());
    }
    let lists = credential.not_revoked_by();
    if let Some(oldest) = lists.iter().map(StatusHead::valid_from).min() {
        proved.push(words::not_revoked(lists.len()).to_owned());
        let label = match lists.len() {
            1 => "By the status list of",
            _ => "By status lists since",
        };
        tell(label, local_text(oldest));
    }
    let hidden: Vec<&str> = credential
        .hidden()
        .iter()
        .map(|field| field.label.as_str())
        .collect();
    if !hidden.is_empty() {
        tell("Not learned", hidden.join(", "));
    }
    CheckedCard {
        kind: credential.schema_names().join(" or "),
        issuer: credential.issuer_name(),
        proved,
        told,
    }
}

pub(super) fn rejected(
    rejection: &Rejection,
    sources: &[ListSource],
    request: &Request,
    now: DateTime,
) -> Report {
    let (rule, advice) = match rejection.rule() {
        Rule::MissingStatus => (
            "Whether the card is revoked cannot be told",
            missing(sources, request, now),
        ),
        Rule::StaleStatus(StaleStatus::NotYet) => (
            "The status list behind the answer has not begun",
            "Check this device's clock. If it is right, the issuer's is wrong.".to_owned(),
        ),
        Rule::StaleStatus(StaleStatus::Ended) => (
            "The status list behind the answer has ended",
            format!("The card may have been revoked since. {ASK_AGAIN}"),
        ),
        Rule::StaleStatus(_) => (
            "A newer status list has replaced the one behind the answer",
            format!("The card may have been revoked since. {ASK_AGAIN}"),
        ),
        Rule::Equivocation => (
            "The issuer has signed two different status lists as one",
            "Do not accept its cards until it has explained: it may be telling holders apart. The request has one of the two lists, this wallet the other; together they prove it."
                .to_owned(),
        ),
        rule => {
            return Report::Rejected {
                rule: super::problem::capital(&rule.to_string()),
                advice: rejection.advice().to_owned(),
            };
        }
    };
    Report::Rejected {
        rule: rule.to_owned(),
        advice,
    }
}

const ASK_AGAIN: &str = "Ask again, with a request that names the issuer's newest list.";

/// Why a list that the request names is not at hand.
fn missing(sources: &[ListSource], request: &Request, now: DateTime) -> String {
    let standings = sources
        .iter()
        .map(|source| (source, source.standing(request, now)));
    for (source, standing) in standings {
        let name = source.name();
        match standing {
            None | Some(Standing::Level) => {}
            Some(Standing::Missing | Standing::Behind) => {
                return format!(
                    "This wallet has not fetched the status list of {name} that the request names. Verify again and fetch it."
                );
            }
            Some(Standing::Ended | Standing::Ahead) => {
                return format!(
                    "The request names a status list of {name} that is older than those that this wallet keeps. {ASK_AGAIN}"
                );
            }
        }
    }
    "The issuer's manifest does not say where its status list is.".to_owned()
}
