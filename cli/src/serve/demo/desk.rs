//! A demonstration verifier: its question, and its key.

use std::path::Path;

use anyhow::Context as _;
use glimpse_protocol::{
    identity::Identity,
    nonce::Nonce,
    request::{Endpoint, Request, RequestError, ResponseMode, SignedRequest, SignedRequestError},
    set::{PublishedSet, SetReference},
    status::StatusHead,
    time::DateTime,
};
use rand::rngs::OsRng;
use serde_json::Value;

use super::{
    keys,
    question::{self, Accepted},
    universities,
    words::{self, DeskWords},
};
use crate::serve::{
    files,
    origin::{Origins, Party},
    store,
};

/// A verifier with its question and key.
pub struct DemoDesk {
    /// What it says about itself.
    pub words: &'static DeskWords,
    pub(super) party: Party,
    pub(super) accepted: Accepted,
    identity: Identity,
    set: Option<DemoSet>,
}

/// A set that a verifier publishes and asks about.
pub struct DemoSet {
    /// The set, checked.
    pub published: PublishedSet,
    reference: SetReference,
}

/// A request, ready to hand out.
pub struct Asked {
    /// The compact JWS.
    pub jwt: String,
    /// What it signs, for people to read.
    pub json: Value,
}

/// Why no request is made: a fault of this program or of the machine.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The URL is none that a wallet would answer to.
    #[error("wallets do not answer to {0}")]
    Endpoint(String),
    /// The path is none.
    #[error("a path of the question is malformed")]
    Path,
    /// The operating system has no randomness.
    #[error("no randomness: {0}")]
    Randomness(#[from] rand::Error),
    /// A wallet would refuse the request.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// Signing failed.
    #[error(transparent)]
    Signing(#[from] SignedRequestError),
}

impl DemoSet {
    /// Whether its file is at this address.
    pub fn is_at(&self, url: &str) -> bool {
        self.reference.uri().as_str() == url
    }
}

impl DemoDesk {
    /// Opens the verifier in `folder`; makes its key if there is none.
    pub fn open(
        folder: &Path,
        party: Party,
        accepted: Accepted,
        origins: &Origins,
        now: DateTime,
    ) -> anyhow::Result<Self> {
        files::make_private_folder(folder)?;
        let identity = keys::identity(&folder.join("identity.seed")).context("its key")?;
        let set = match party {
            Party::Cinema => {
                let published = universities::publish(&identity, now)?;
                let uri = format!("{}/sets/{}", origins.url(party), universities::FILE);
                let uri = Endpoint::new(&uri).with_context(|| AskError::Endpoint(uri))?;
                let reference = published.reference(uri);
                Some(DemoSet {
                    published,
                    reference,
                })
            }
            _ => None,
        };
        Ok(Self {
            words: words::desk(party),
            party,
            accepted,
            identity,
            set,
        })
    }

    /// The set that it publishes, if it publishes one.
    pub const fn set(&self) -> Option<&DemoSet> {
        self.set.as_ref()
    }

    /// A statement with the verifier's name in the place of its identifier, which would fill a line of its own page.
    pub(super) fn named(&self, statement: &str) -> String {
        statement.replace(self.identity.did().as_str(), self.party.name())
    }

    /// Who it is, as its requests say.
    pub fn client_id(&self) -> String {
        format!("decentralized_identifier:{}", self.identity.did())
    }

    /// What it keeps.
    pub const fn keeps(&self) -> &'static str {
        match self.words.welcome_back {
            Some(_) => "of your account only the pseudonym is kept",
            None => "nothing is kept beyond a few hours",
        }
    }

    /// What is asked, in words: a keyword and its object.
    pub fn asks(&self) -> Vec<(&'static str, String)> {
        let proved = self
            .words
            .facts
            .iter()
            .map(|fact| ("Proved", (*fact).to_owned()));
        let shown = match self.words.shown {
            [] => "nothing".to_owned(),
            labels => labels.join(", "),
        };
        let from = self.words.from.to_owned();
        proved.chain([("Shown", shown), ("From", from)]).collect()
    }

    /// Makes a fresh request. `statuses` are the heads of the issuers' status lists.
    pub fn ask(
        &self,
        mode: store::ResponseMode,
        destination: &str,
        state: &str,
        (now, lifetime): (DateTime, i64),
        statuses: &[StatusHead],
    ) -> Result<Asked, AskError> {
        let endpoint =
            Endpoint::new(destination).ok_or_else(|| AskError::Endpoint(destination.to_owned()))?;
        let response = match mode {
            store::ResponseMode::DirectPost => ResponseMode::DirectPost(endpoint),
            store::ResponseMode::Fragment => ResponseMode::Fragment(endpoint),
        };
        let nonce = Nonce::generate(&mut OsRng)?;
        let set = self.set.as_ref().map(|set| &set.reference);
        let queries = question::queries(self.party, &self.accepted, now.date(), statuses, set);
        let queries = queries.ok_or(AskError::Path)?;
        let request = Request::builder(self.identity.did(), response, nonce, now)
            .lifetime(lifetime)
            .state(state)
            .client_name(self.party.name());
        let request = queries.into_iter().fold(request, |request, query| {
            request.query(query.purpose(self.words.purpose))
        });
        let request = request.build()?;
        let json = serde_json::from_slice(request.bytes()).unwrap_or_default();
        let signed = SignedRequest::sign(request, &self.identity)?;
        Ok(Asked {
            jwt: signed.as_str().to_owned(),
            json,
        })
    }
}
