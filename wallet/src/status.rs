//! What a wallet learns from issuers' status lists.
//!
//! A wallet fetches the whole list, the same file that everybody gets, so that its issuer does not learn which
//! entry it looks at; by itself it asks only issuers whose cards it holds, at the origin that the issuer's signed manifest
//! names, and the request carries nothing. See `docs/protocol/status.md`.

mod standing;

use glimpse_protocol::credential::Credential;
use glimpse_protocol::identity::Did;
use glimpse_protocol::manifest::IssuerManifest;
use glimpse_protocol::request::{CredentialQuery, NotRevoked};
use glimpse_protocol::status::{
    Epoch, MAX_LIST_BYTES, Order, StaleStatus, StatusFile, StatusHead, SuccessionError,
};
use glimpse_protocol::time::DateTime;
use serde::{Deserialize, Serialize};

use crate::endpoint::Endpoint;
use crate::http::HttpRequest;

pub use standing::Standing;

/// The file's name at an issuer's origin.
pub const LIST_NAME: &str = "status-list";

/// After a failure a list is not asked for again in the background before so many seconds have passed.
const PATIENCE: i64 = 600;

/// For so many seconds after its end a list may serve to hide an issuer, whatever the request tolerates.
const LONGEST_HIDING: u32 = 86_400;

/// What is known of one issuer's list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardStatus {
    pub(crate) head: Option<StatusHead>,
    pub(crate) before: Option<StatusHead>,
    pub(crate) revoked: bool,
    pub(crate) checked: Option<DateTime>,
    pub(crate) trouble: Option<Trouble>,
}

/// What was wrong when a list was last asked for. The list that was known before is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// It could not be had.
    #[error("its status list could not be fetched")]
    Unreachable,
    /// It is no status list, or its entries are not those that were signed.
    #[error("what it offers as its status list is damaged")]
    Damaged,
    /// It is signed by somebody else, or not validly.
    #[error("what it offers as its status list is not signed by it")]
    OtherSigner,
    /// It is older than the one that is known.
    #[error("it offers an older status list than before")]
    Rollback,
    /// The issuer has signed two lists as one.
    #[error("it has signed two different status lists as one: it may be telling holders apart")]
    Equivocation,
}

impl Trouble {
    /// Whether it is the list that is wrong, and not the connection.
    #[must_use]
    pub fn is_suspicious(self) -> bool {
        match self {
            Self::Unreachable => false,
            Self::Damaged | Self::OtherSigner | Self::Rollback | Self::Equivocation => true,
        }
    }
}

impl From<SuccessionError> for Trouble {
    fn from(error: SuccessionError) -> Self {
        match error {
            SuccessionError::OtherIssuer => Self::OtherSigner,
            SuccessionError::Rollback => Self::Rollback,
            _ => Self::Equivocation,
        }
    }
}

/// Why a card cannot be shown as not revoked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusUnfit {
    /// Its issuer has revoked it.
    #[error("{0} has revoked this card")]
    Revoked(String),
    /// No list of the issuer is known.
    #[error("the status list of {0} is not known yet")]
    Unknown(String),
    /// The list that is known is too old for this request, or older than the request's.
    #[error("the status list of {0} that is known is too old")]
    Old(String),
    /// The list is of the future.
    #[error("the status list of {0} has not begun by this device's clock")]
    Clock(String),
    /// The request hides the issuer behind issuers whose lists in the request have ended, so that their cards cannot answer.
    #[error("the request rests on status lists that are out of date")]
    Request,
    /// The request rests on a list that the wallet has none of, or not any more.
    #[error("the request rests on an older status list of {0}")]
    Outdated(String),
    /// The request rests on another list than the one that the wallet knows for the same epoch.
    #[error("the request rests on a status list of {0} that the issuer has not published to you")]
    Equivocation(String),
}

impl CardStatus {
    /// The head of the newest list of the card's issuer that was checked.
    #[must_use]
    pub fn head(&self) -> Option<&StatusHead> {
        self.head.as_ref()
    }

    /// Whether that list revokes the card.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.revoked
    }

    /// When the issuer's list was last fetched and found in order.
    #[must_use]
    pub fn checked(&self) -> Option<DateTime> {
        self.checked
    }

    /// What was wrong at the last try.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    /// The epoch of the oldest list by which the card can be shown: that before the newest, which verifiers may accept for
    /// a while. `None` if there is no list, or the card is revoked.
    pub(crate) fn oldest_usable(&self) -> Option<Epoch> {
        let oldest = self.before.as_ref().or(self.head.as_ref());
        oldest.filter(|_| !self.revoked).map(StatusHead::epoch)
    }

    /// The list on which an answer is to rest: the newest that is known here and that the request accepts.
    pub(crate) fn answering(&self, asked: &NotRevoked) -> Option<&StatusHead> {
        self.known().find(|head| asked.accepted(head).is_some())
    }

    /// The heads that are known, the newest first.
    fn known(&self) -> impl Iterator<Item = &StatusHead> {
        self.head.iter().chain(&self.before)
    }

    /// Whether a proof can be had for what `query` asks of status lists, for this card of `issuer`.
    pub(crate) fn fits(
        &self,
        query: &CredentialQuery,
        issuer: &IssuerManifest,
        now: DateTime,
    ) -> Result<(), StatusUnfit> {
        let Some(asked) = query.not_revoked() else {
            return Ok(());
        };
        if query.hidden_issuers().is_some() {
            // Whoever could not answer by an ended list is not among those behind whom the holder hides.
            let tolerance = asked.tolerance().min(LONGEST_HIDING);
            let mut heads = asked.heads().iter();
            if heads.any(|head| head.check_time([], now, tolerance).is_err()) {
                return Err(StatusUnfit::Request);
            }
        }
        let name = issuer.name().to_owned();
        if self.revoked {
            return Err(StatusUnfit::Revoked(name));
        }
        let newest = || asked.of(issuer.id()).max_by_key(|head| head.epoch());
        let needed = self.answering(asked).or_else(newest);
        let (Some(known), Some(needed)) = (&self.head, needed) else {
            return Err(StatusUnfit::Unknown(name));
        };
        match self.known().find(|own| own.epoch() == needed.epoch()) {
            Some(own) if needed.succeeds(own) != Ok(Order::Same) => {
                return Err(StatusUnfit::Equivocation(name));
            }
            Some(_) => {}
            None if needed.epoch() > known.epoch() => return Err(StatusUnfit::Old(name)),
            None => return Err(StatusUnfit::Outdated(name)),
        }
        needed
            .check_time(self.known(), now, asked.tolerance())
            .map_err(|stale| match stale {
                StaleStatus::NotYet => StatusUnfit::Clock(name),
                StaleStatus::Superseded => StatusUnfit::Outdated(name),
                _ => StatusUnfit::Old(name),
            })
    }
}

/// Where an issuer's list is, and whether it is time to fetch it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListSource {
    pub(crate) issuer: Did,
    pub(crate) name: String,
    pub(crate) url: Endpoint,
    pub(crate) heads: Vec<StatusHead>,
    pub(crate) tried: Option<DateTime>,
    pub(crate) troubled: bool,
}

impl ListSource {
    /// Fetches the whole list. The request is the same for everybody: it has no header of its own and no body.
    #[must_use]
    pub fn request(&self) -> HttpRequest {
        HttpRequest::file(self.url.clone(), MAX_LIST_BYTES)
    }

    /// The issuer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &Did {
        &self.issuer
    }

    /// The heads of the lists that are known: the newest, and the one before.
    #[must_use]
    pub fn heads(&self) -> &[StatusHead] {
        &self.heads
    }

    /// Whether no list is known that still counts; after a failure, once some time has passed.
    #[must_use]
    pub fn is_due(&self, now: DateTime) -> bool {
        let newest = self.heads.first();
        let ended = newest.is_none_or(|newest| newest.valid_until() <= now);
        let rested = self
            .tried
            .is_none_or(|tried| now.unix() < tried.unix() || now.unix() - tried.unix() >= PATIENCE);
        (ended || self.troubled) && rested
    }
}

/// The list of one issuer, as the vault keeps it: facts about it, then its file.
#[derive(Clone, Debug)]
pub(crate) struct KnownList {
    pub(crate) about: About,
    pub(crate) bytes: Vec<u8>,
    pub(crate) file: Option<StatusFile>,
}

/// What is kept beside a list's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    version: u32,
    pub(crate) issuer: String,
    /// When it was last asked for, and when last found in order; Unix seconds.
    pub(crate) tried: i64,
    pub(crate) checked: Option<i64>,
    pub(crate) trouble: Option<Trouble>,
    /// The head of the list before, in hexadecimal.
    before: Option<String>,
}

impl KnownList {
    /// Nothing is known yet.
    pub(crate) fn none(issuer: &Did, now: DateTime) -> Self {
        Self {
            about: About {
                version: 1,
                issuer: issuer.as_str().to_owned(),
                tried: now.unix(),
                checked: None,
                trouble: None,
                before: None,
            },
            bytes: Vec::new(),
            file: None,
        }
    }

    /// `None` if it is of another version or nonsense: the list can be fetched again.
    pub(crate) fn from_parts(about: &[u8], bytes: &[u8]) -> Option<Self> {
        let about: About = serde_json::from_slice(about).ok()?;
        let file = match bytes {
            [] => None,
            bytes => Some(StatusFile::from_bytes(bytes).ok()?),
        };
        (about.version == 1).then(|| Self {
            about,
            bytes: bytes.to_vec(),
            file,
        })
    }

    pub(crate) fn head(&self) -> Option<&StatusHead> {
        self.file.as_ref().map(StatusFile::head)
    }

    /// The newest, and the one before.
    pub(crate) fn heads(&self) -> impl Iterator<Item = StatusHead> {
        self.head().cloned().into_iter().chain(self.before())
    }

    fn before(&self) -> Option<StatusHead> {
        let bytes = hex::decode(self.about.before.as_ref()?).ok()?;
        StatusHead::from_bytes(&bytes).ok()
    }

    /// Takes a list in the place of the one that is known.
    pub(crate) fn replace(&mut self, file: StatusFile, bytes: &[u8]) {
        self.about.before = self.head().map(|head| hex::encode(head.to_bytes()));
        self.file = Some(file);
        self.bytes = bytes.to_vec();
    }

    /// What it says of a credential.
    pub(crate) fn status_of(&self, credential: &Credential) -> CardStatus {
        let index = credential.body().status_index();
        let file = self.file.as_ref();
        CardStatus {
            head: self.head().cloned(),
            before: self.before(),
            revoked: file.is_some_and(|file| file.entries().is_revoked(index)),
            checked: self
                .about
                .checked
                .and_then(|at| DateTime::from_unix(at).ok()),
            trouble: self.about.trouble,
        }
    }
}
