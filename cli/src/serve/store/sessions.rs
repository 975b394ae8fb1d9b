//! Verifier sessions: what was asked, what came back, and which requests were answered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use glimpse_protocol::time::DateTime;
use glimpse_verifier::{ReplayKey, ReplayStore, ReplayStoreError, Seen};
use redb::ReadableTable;

use super::{ANSWERED, ANSWERED_MARGIN, REQUESTS, SESSIONS, Seconds, Store, StoreError};

/// Refusals kept with a session; older ones are dropped, so that a flood of bad answers stores nothing.
const REFUSALS: usize = 8;

/// How an answer comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// Posted by the wallet itself, from any device.
    DirectPost,
    /// In the URL fragment, by the same browser.
    Fragment,
}

/// A request about to be stored.
#[derive(Debug)]
pub struct NewRequest {
    /// Identifier, part of the request's URL.
    pub id: String,
    /// How the answer comes back.
    pub mode: ResponseMode,
    /// The `state` that an answer must repeat.
    pub state: String,
    /// The compact JWS.
    pub jwt: String,
}

/// A session about to be stored.
#[derive(Debug)]
pub struct NewSession {
    /// Identifier, known to the verifier's own page only.
    pub id: String,
    /// Which verifier asks.
    pub verifier: String,
    /// The same question in each of its response modes.
    pub requests: Vec<NewRequest>,
    /// When the requests die.
    pub expires: Seconds,
}

/// A request as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestRecord {
    /// The session that it belongs to.
    pub session: String,
    /// Which verifier asks.
    pub verifier: String,
    /// How the answer comes back.
    pub mode: ResponseMode,
    /// The `state` that an answer must repeat.
    pub state: String,
    /// The compact JWS.
    pub jwt: String,
    /// When it dies.
    pub expires: Seconds,
    forget_at: Seconds,
}

/// A session as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// Which verifier asks.
    pub verifier: String,
    /// How far it has come.
    pub stage: SessionStage,
    /// Identifiers of its requests.
    requests: Vec<String>,
    /// The last refused answers, newest last.
    pub refusals: Vec<Refusal>,
    /// When its requests die.
    pub expires: Seconds,
    forget_at: Seconds,
}

/// How far a session has come. It only moves forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", content = "result", rename_all = "snake_case")]
pub enum SessionStage {
    /// Nobody has fetched a request.
    Waiting,
    /// A wallet fetched a request.
    Opened,
    /// An answer was verified; holds the typed result.
    Verified(Value),
}

/// Why an answer was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Which rule failed, for programs.
    pub rule: String,
    /// Whose fault it is.
    pub fault: String,
    /// The reason, for people. It never holds attributes.
    pub reason: String,
    /// When, by the server's clock.
    pub at: Seconds,
}

impl Store {
    /// Stores a session with its requests.
    pub fn create_session(&self, new: NewSession) -> Result<(), StoreError> {
        let forget_at = new.expires + ANSWERED_MARGIN;
        self.write(|tx| {
            tx.make_room(SESSIONS, "sessions")?;
            let requests = new
                .requests
                .iter()
                .map(|request| request.id.clone())
                .collect();
            for request in new.requests {
                let record = RequestRecord {
                    session: new.id.clone(),
                    verifier: new.verifier.clone(),
                    mode: request.mode,
                    state: request.state,
                    jwt: request.jwt,
                    expires: new.expires,
                    forget_at,
                };
                tx.put(REQUESTS, &request.id, &record)?;
            }
            let session = Session {
                verifier: new.verifier,
                stage: SessionStage::Waiting,
                requests,
                refusals: Vec::new(),
                expires: new.expires,
                forget_at,
            };
            tx.put(SESSIONS, &new.id, &session)
        })
    }

    /// A session of `verifier` by its identifier.
    pub fn session(&self, verifier: &str, id: &str) -> Result<Option<Session>, StoreError> {
        let session = self.read_record::<Session>(SESSIONS, id)?;
        Ok(session.filter(|session| session.verifier == verifier))
    }

    /// A request of `verifier` by its identifier.
    pub fn request(&self, verifier: &str, id: &str) -> Result<Option<RequestRecord>, StoreError> {
        let request = self.read_record::<RequestRecord>(REQUESTS, id)?;
        Ok(request.filter(|request| request.verifier == verifier))
    }

    /// The request of a session whose answers carry `state`.
    pub fn request_by_state(
        &self,
        verifier: &str,
        session: &str,
        state: &str,
    ) -> Result<Option<RequestRecord>, StoreError> {
        let Some(found) = self.session(verifier, session)? else {
            return Ok(None);
        };
        for id in &found.requests {
            match self.request(verifier, id)? {
                Some(request) if request.state == state => return Ok(Some(request)),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Notes that a wallet fetched a request of the session.
    pub fn opened(&self, session: &str) -> Result<(), StoreError> {
        self.change_session(session, |session| {
            if session.stage == SessionStage::Waiting {
                session.stage = SessionStage::Opened;
            }
        })
    }

    /// Notes the verified result. A session that has one keeps its first.
    pub fn verified(&self, session: &str, result: Value) -> Result<(), StoreError> {
        self.change_session(session, |session| {
            if !matches!(session.stage, SessionStage::Verified(_)) {
                session.stage = SessionStage::Verified(result);
            }
        })
    }

    /// Notes a refused answer. The session stays open, or anyone who saw its QR code could end it.
    pub fn refused(&self, session: &str, refusal: Refusal) -> Result<(), StoreError> {
        self.change_session(session, |session| {
            session.refusals.push(refusal);
            let surplus = session.refusals.len().saturating_sub(REFUSALS);
            session.refusals.drain(..surplus);
        })
    }

    fn change_session(
        &self,
        id: &str,
        change: impl FnOnce(&mut Session),
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let Some(mut session) = tx.get::<Session>(SESSIONS, id)? else {
                return Ok(());
            };
            change(&mut session);
            tx.put(SESSIONS, id, &session)
        })
    }

    /// Marks a request as answered. `true` for exactly one caller, ever; the mark is on disk when it returns.
    ///
    /// `expires` is the request's own expiry: until it, and a margin for clocks that step, the mark is kept.
    pub fn answer_once(&self, key: &[u8], expires: Seconds) -> Result<bool, StoreError> {
        self.write(|tx| {
            let mut table = tx.0.open_table(ANSWERED)?;
            if table.get(key)?.is_some() {
                return Ok(false);
            }
            table.insert(key, expires.saturating_add(ANSWERED_MARGIN))?;
            Ok(true)
        })
    }
}

impl ReplayStore for &Store {
    fn insert(&mut self, key: &ReplayKey, expires: DateTime) -> Result<Seen, ReplayStoreError> {
        let expires = Seconds::try_from(expires.unix()).unwrap_or(0);
        match self.answer_once(&key.to_bytes(), expires) {
            Ok(true) => Ok(Seen::First),
            Ok(false) => Ok(Seen::Again),
            Err(error) => {
                // The verdict says only that the store failed; the operator needs to know how.
                eprintln!("glimpse: {error}");
                Err(ReplayStoreError(Box::new(error)))
            }
        }
    }
}
