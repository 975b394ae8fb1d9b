//! Who learned what, and when. Kept encrypted, for the holder alone.

use glimpse_protocol::request::Request;
use glimpse_protocol::time::DateTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::consent::{Consent, SeenAs};
use crate::request::IncomingRequest;
use crate::store::RecordId;

const VERSION: u32 = 1;

/// One request, and the answer that left the wallet, or was about to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    version: u32,
    /// When, in Unix seconds.
    pub at: i64,
    /// Who asked: `did:key:…`.
    pub verifier: String,
    /// What it calls itself.
    pub verifier_name: Option<String>,
    /// The origin that the answer went to.
    pub origin: String,
    /// SHA-256 of the request's bytes, in hexadecimal: what was consented to.
    pub request: String,
    nonce: String,
    /// The cards that were shown, with what was learned of each.
    pub cards: Vec<Learned>,
    /// The question itself, if it was answered and is not very long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) asked: Option<Asked>,
    /// What became of it.
    pub outcome: Outcome,
}

/// A question that was answered, so that it can be prepared for when it is likely to come again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The request's bytes.
    pub(crate) request: String,
    /// The cards that answered, one for each query.
    pub(crate) cards: Vec<String>,
}

/// The longest request that is kept, in bytes.
const MAX_ASKED: usize = 8 * 1024;

/// What a verifier learned of one card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    /// The kind of credential.
    pub kind: String,
    /// Its issuer's name.
    pub issuer: String,
    /// Names and values that were disclosed, or that the statements pinned. Whoever was told the same can connect the two.
    pub disclosed: Vec<(String, String)>,
    /// The scope of the pseudonym that was told, by which this verifier recognises the holder again.
    pub pseudonym: Option<String>,
    /// Statements that were proved.
    pub proved: Vec<String>,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was handed over; nothing more is known. Entries are written in this state before anything
    /// leaves, so a crash can only make the ledger say too much.
    Sent,
    /// The verifier took it.
    Accepted,
    /// The verifier refused it.
    Refused,
    /// The holder declined: nothing was told.
    Declined,
}

/// What a verifier said to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It took it.
    Accepted,
    /// It refused it.
    Refused,
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accepted => Self::Accepted,
            Verdict::Refused => Self::Refused,
        }
    }
}

impl Entry {
    pub(crate) fn new(consent: &Consent, now: DateTime) -> Self {
        let cards = consent
            .seen()
            .into_iter()
            .map(|card| {
                let mut learned = Learned {
                    kind: card.kind,
                    issuer: card.issuer,
                    disclosed: Vec::new(),
                    pseudonym: card.pseudonym,
                    proved: [card.proved_of_told, card.proved].concat(),
                };
                for field in card.fields {
                    match field.seen {
                        SeenAs::Disclosed(value) => learned.disclosed.push((field.label, value)),
                        SeenAs::Pinned { value, by } => {
                            learned.disclosed.push((field.label, value));
                            learned.proved.extend(by);
                        }
                        SeenAs::Proved(facts) => learned.proved.extend(facts),
                        SeenAs::Within | SeenAs::Hidden => {}
                    }
                }
                learned
            })
            .collect();
        let request = consent.incoming.request().bytes();
        let request = core::str::from_utf8(request).ok();
        let asked = request.filter(|text| text.len() <= MAX_ASKED);
        Self {
            cards,
            asked: asked.map(|request| Asked {
                request: request.to_owned(),
                cards: consent
                    .cards
                    .iter()
                    .map(|card| card.id().to_string())
                    .collect(),
            }),
            outcome: Outcome::Sent,
            ..Self::declined(&consent.incoming, now)
        }
    }

    /// A request that the holder declined.
    pub(crate) fn declined(incoming: &IncomingRequest, now: DateTime) -> Self {
        let request = incoming.request();
        Self {
            version: VERSION,
            at: now.unix(),
            verifier: request.client().as_str().to_owned(),
            verifier_name: request.client_name().map(str::to_owned),
            origin: incoming.answer_to().origin().to_string(),
            request: hex::encode(Sha256::digest(request.bytes())),
            nonce: request.nonce().to_base64(),
            cards: Vec::new(),
            asked: None,
            outcome: Outcome::Declined,
        }
    }

    /// Whether this entry is an answer to that request. A request that was declined has none.
    #[must_use]
    pub fn answers(&self, request: &Request) -> bool {
        self.outcome != Outcome::Declined
            && self.verifier == request.client().as_str()
            && self.nonce == request.nonce().to_base64()
    }

    /// The other entries that can be connected with this one by comparing what was told: they share a disclosed
    /// value, or are the same verifier's in the same scope of a pseudonym.
    #[must_use]
    pub fn linkable<'a>(&self, entries: &'a [(RecordId, Self)]) -> Vec<&'a Self> {
        let others = entries
            .iter()
            .map(|(_, entry)| entry)
            .filter(|entry| *entry != self);
        others.filter(|entry| self.connects(entry)).collect()
    }

    fn connects(&self, other: &Self) -> bool {
        let values = |entry: &'_ Self| -> Vec<(String, String)> {
            let cards = entry.cards.iter();
            cards.flat_map(|card| card.disclosed.clone()).collect()
        };
        let scopes = |entry: &'_ Self| -> Vec<String> {
            let cards = entry.cards.iter();
            cards.filter_map(|card| card.pseudonym.clone()).collect()
        };
        let (told, known) = (values(other), scopes(other));
        values(self).iter().any(|value| told.contains(value))
            || self.verifier == other.verifier
                && scopes(self).iter().any(|scope| known.contains(scope))
    }

    pub(crate) fn to_bytes(&self) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        serde_json::to_vec(self).ok().map(zeroize::Zeroizing::new)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes)
            .ok()
            .filter(|entry: &Self| entry.version == VERSION)
    }
}
