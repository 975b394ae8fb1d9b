//! A demonstration verifier: its question, and its key.

use std::path::Path;

use anyhow::Context as _;
use glimpse_protocol::{
    identity::{Did, Identity},
    nonce::Nonce,
    predicate::Operator,
    request::{
        Endpoint, QueryBuilder, Request, RequestError, ResponseMode, SignedRequest,
        SignedRequestError,
    },
    schema::{ClaimPath, SchemaId},
    time::DateTime,
};
use rand::rngs::OsRng;
use serde_json::Value;

use super::{
    DemoIssuer, keys,
    words::{self, DeskWords},
};
use crate::serve::{files, origin::Party, store};

/// The name of the one query, under which the answer stands in the `vp_token`.
const QUERY: &str = "licence";

/// A verifier with its question and key.
pub struct DemoDesk {
    /// What it says about itself.
    pub words: &'static DeskWords,
    party: Party,
    identity: Identity,
    schema: SchemaId,
    issuer: Did,
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

impl DemoDesk {
    /// Opens the verifier in `folder`; makes its key if there is none.
    pub fn open(folder: &Path, party: Party, registry: &DemoIssuer) -> anyhow::Result<Self> {
        files::make_private_folder(folder)?;
        Ok(Self {
            words: words::desk(party),
            party,
            identity: keys::identity(&folder.join("identity.seed")).context("its key")?,
            schema: registry.schema.id().clone(),
            issuer: registry.manifest().id().clone(),
        })
    }

    /// Who it is, as its requests say.
    pub fn client_id(&self) -> String {
        format!("decentralized_identifier:{}", self.identity.did())
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
        let from = "a driving licence of the Motor Registry".to_owned();
        proved.chain([("Shown", shown), ("From", from)]).collect()
    }

    /// Makes a fresh request.
    pub fn ask(
        &self,
        mode: store::ResponseMode,
        destination: &str,
        state: &str,
        now: DateTime,
        lifetime: i64,
    ) -> Result<Asked, AskError> {
        let endpoint =
            Endpoint::new(destination).ok_or_else(|| AskError::Endpoint(destination.to_owned()))?;
        let response = match mode {
            store::ResponseMode::DirectPost => ResponseMode::DirectPost(endpoint),
            store::ResponseMode::Fragment => ResponseMode::Fragment(endpoint),
        };
        let nonce = Nonce::generate(&mut OsRng)?;
        let request = Request::builder(self.identity.did(), response, nonce, now)
            .lifetime(lifetime)
            .state(state)
            .client_name(self.party.name())
            .query(self.query(now)?)
            .build()?;
        let json = serde_json::from_slice(request.bytes()).unwrap_or_default();
        let signed = SignedRequest::sign(request, &self.identity)?;
        Ok(Asked {
            jwt: signed.as_str().to_owned(),
            json,
        })
    }

    fn query(&self, now: DateTime) -> Result<QueryBuilder, AskError> {
        let path = |members: &[&str]| ClaimPath::new(members).ok_or(AskError::Path);
        let query = QueryBuilder::new(
            QUERY,
            self.schema.clone(),
            std::slice::from_ref(&self.issuer),
            now.date(),
        )
        .purpose(self.words.purpose);
        let birth_date = path(&["birth_date"])?;
        Ok(match self.party {
            Party::Rental => query
                .prove(birth_date, Operator::AgeBetween(21, 75))
                .disclose(path(&["family_name"])?)
                .disclose(path(&["driving_privileges", "vehicle_category_code"])?),
            Party::Bar | Party::Wallet | Party::Registry | Party::University => {
                query.prove(birth_date, Operator::AgeOver(18))
            }
        })
    }
}
