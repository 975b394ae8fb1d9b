//! Offers, their single-use codes, access tokens and nonces.

use glimpse_protocol::status::ENTRIES;
use redb::ReadableTable;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CODES, NONCES, OFFERS, STATUS_INDICES, Seconds, Store, StoreError, TOKENS, digest};

/// Wrong transaction codes after which an offer is dead: six digits must not be guessable.
const TX_CODE_ATTEMPTS: u8 = 5;

/// How long an issued credential can be fetched again by the same wallet, should the answer get lost.
const KEPT: Seconds = 600;

/// An offer about to be stored.
#[derive(Debug)]
pub struct NewOffer {
    /// The offer's public identifier, part of its URL.
    pub id: String,
    /// Which issuer offers.
    pub issuer: String,
    /// What is offered: the credential configuration.
    pub configuration: String,
    /// The attribute values, as the schema's JSON form.
    pub attributes: Value,
    /// The pre-authorized code, in the clear; only its digest is kept with the state.
    pub code: String,
    /// The transaction code told to the holder by another way.
    pub tx_code: Option<String>,
    /// When the code dies if unused.
    pub expires: Seconds,
}

/// An offer as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Offer {
    /// Which issuer offers.
    pub issuer: String,
    /// What is offered.
    pub configuration: String,
    /// The attribute values.
    pub attributes: Value,
    /// The code, which the offer's own document must repeat until it is used.
    code: Option<String>,
    tx_code: Option<String>,
    wrong_tx_codes: u8,
    /// When the code or token dies.
    pub expires: Seconds,
    /// How far the offer has come.
    pub stage: OfferStage,
    forget_at: Seconds,
}

/// How far an offer has come. It only moves forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferStage {
    /// The code is unused.
    Open,
    /// Too many wrong transaction codes.
    Dead,
    /// The code was exchanged for a token.
    Redeemed,
    /// The credential is signed.
    Issued {
        /// Digest of the enrolment it answers, hex.
        enrolment: String,
        /// The credential, kept a while for a wallet whose connection broke.
        credential: Value,
    },
}

impl Offer {
    /// The code, while it can still be used.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether the holder must also give a transaction code.
    pub const fn wants_tx_code(&self) -> bool {
        self.tx_code.is_some()
    }
}

/// Why a code is not exchanged for a token.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// No such code at this issuer.
    #[error("the code is unknown")]
    Unknown,
    /// The code was used before.
    #[error("the code was used already: ask the issuer for a new offer")]
    Used,
    /// The code is too old.
    #[error("the offer has expired")]
    Expired,
    /// A transaction code is needed.
    #[error("this offer needs its transaction code")]
    TxCodeMissing,
    /// The transaction code is wrong.
    #[error("the transaction code is wrong")]
    TxCodeWrong,
    /// The transaction code was wrong too often.
    #[error("the transaction code was wrong too often: ask the issuer for a new offer")]
    Dead,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why no credential is issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The token is unknown, of another issuer, or too old.
    #[error("the access token is unknown or has expired")]
    Token,
    /// The token bought another credential already.
    #[error("this offer's credential was issued already")]
    AlreadyIssued,
    /// The nonce was not given out by us, is too old, or was used.
    #[error("the nonce is unknown, used or too old")]
    Nonce,
    /// Signing failed.
    #[error("signing failed: {0}")]
    Signing(String),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a valid access token stands for.
#[derive(Debug)]
pub struct TokenHolder {
    /// The offer it was given out for.
    pub offer: Offer,
    /// The offer's identifier.
    pub id: String,
}

impl Store {
    /// Stores a new offer with its code.
    pub fn create_offer(&self, new: NewOffer) -> Result<(), StoreError> {
        let offer = Offer {
            issuer: new.issuer,
            configuration: new.configuration,
            attributes: new.attributes,
            tx_code: new.tx_code.as_deref().map(|code| hex::encode(digest(code))),
            code: Some(new.code.clone()),
            wrong_tx_codes: 0,
            expires: new.expires,
            stage: OfferStage::Open,
            forget_at: new.expires + KEPT,
        };
        self.write(|tx| {
            tx.make_room(OFFERS, "offers")?;
            tx.put_secret(CODES, &new.code, &new.id)?;
            tx.put(OFFERS, &new.id, &offer)
        })
    }

    /// An offer by its identifier.
    pub fn offer(&self, id: &str) -> Result<Option<Offer>, StoreError> {
        self.read_record(OFFERS, id)
    }

    /// Exchanges a code for `token`, once. Returns the offer's identifier.
    pub fn redeem(
        &self,
        issuer: &str,
        code: &str,
        tx_code: Option<&str>,
        token: &str,
        token_expires: Seconds,
        now: Seconds,
    ) -> Result<String, RedeemError> {
        // A wrong transaction code must be counted, which is a change to keep though the exchange is refused.
        self.write(|tx| {
            let Some(id) = tx.opens(CODES, code)? else {
                return Ok(Err(RedeemError::Unknown));
            };
            let Some(mut offer) = tx.get::<Offer>(OFFERS, &id)? else {
                return Ok(Err(RedeemError::Unknown));
            };
            let refusal = match &offer.stage {
                _ if offer.issuer != issuer => Some(RedeemError::Unknown),
                OfferStage::Redeemed | OfferStage::Issued { .. } => Some(RedeemError::Used),
                OfferStage::Dead => Some(RedeemError::Dead),
                OfferStage::Open if offer.expires < now => Some(RedeemError::Expired),
                OfferStage::Open => match (&offer.tx_code, tx_code) {
                    (Some(_), None) => Some(RedeemError::TxCodeMissing),
                    (Some(expected), Some(given)) if *expected != hex::encode(digest(given)) => {
                        offer.wrong_tx_codes += 1;
                        if offer.wrong_tx_codes >= TX_CODE_ATTEMPTS {
                            offer.stage = OfferStage::Dead;
                        }
                        tx.put(OFFERS, &id, &offer)?;
                        Some(RedeemError::TxCodeWrong)
                    }
                    _ => None,
                },
            };
            if let Some(refusal) = refusal {
                return Ok(Err(refusal));
            }
            offer.stage = OfferStage::Redeemed;
            offer.code = None;
            offer.expires = token_expires;
            offer.forget_at = token_expires + KEPT;
            tx.put_secret(TOKENS, token, &id)?;
            tx.put(OFFERS, &id, &offer)?;
            Ok::<_, StoreError>(Ok(id))
        })?
    }

    /// What `token` stands for at `issuer`.
    pub fn token_holder(
        &self,
        issuer: &str,
        token: &str,
        now: Seconds,
    ) -> Result<TokenHolder, IssueError> {
        match self.read_secret::<Offer>(TOKENS, token, OFFERS)? {
            Some((id, offer)) if offer.issuer == issuer && offer.expires >= now => {
                Ok(TokenHolder { offer, id })
            }
            _ => Err(IssueError::Token),
        }
    }

    /// Remembers a nonce given out by `issuer` until `expires`.
    pub fn create_nonce(
        &self,
        issuer: &str,
        nonce: &[u8],
        expires: Seconds,
    ) -> Result<(), StoreError> {
        use redb::ReadableTableMetadata;
        self.write(|tx| {
            let mut table = tx.0.open_table(NONCES)?;
            if table.len()? >= super::CAPACITY {
                return Err(StoreError::Full("nonces"));
            }
            table.insert(scoped(issuer, nonce).as_slice(), expires)?;
            Ok(())
        })
    }

    /// Issues the offer's one credential: consumes the nonce, draws the next status index, has `sign` sign, and keeps
    /// the result, all in one transaction. The same enrolment gets the same credential again.
    pub fn issue(
        &self,
        holder: &TokenHolder,
        nonce: &[u8],
        enrolment: &[u8],
        now: Seconds,
        sign: impl FnOnce(u32) -> Result<Value, String>,
    ) -> Result<Value, IssueError> {
        use sha2::{Digest, Sha256};
        let fingerprint = hex::encode(Sha256::digest(enrolment));
        self.write(|tx| {
            let mut offer = tx
                .get::<Offer>(OFFERS, &holder.id)?
                .ok_or(IssueError::Token)?;
            match offer.stage {
                OfferStage::Issued {
                    enrolment,
                    credential,
                } if enrolment == fingerprint => {
                    return Ok(credential);
                }
                OfferStage::Issued { .. } => return Err(IssueError::AlreadyIssued),
                OfferStage::Open | OfferStage::Dead => return Err(IssueError::Token),
                OfferStage::Redeemed => {}
            }
            {
                let mut nonces = tx.0.open_table(NONCES).map_err(StoreError::from)?;
                let held = nonces
                    .remove(scoped(&offer.issuer, nonce).as_slice())
                    .map_err(StoreError::from)?;
                if held.is_none_or(|expiry| expiry.value() < now) {
                    return Err(IssueError::Nonce);
                }
            }
            let index = {
                let mut table = tx.0.open_table(STATUS_INDICES).map_err(StoreError::from)?;
                let issuer = offer.issuer.as_str();
                let next = table
                    .get(issuer)
                    .map_err(StoreError::from)?
                    .map_or(0, |n| n.value());
                if next as usize >= ENTRIES {
                    return Err(StoreError::Full("status entries").into());
                }
                table.insert(issuer, next + 1).map_err(StoreError::from)?;
                next
            };
            let credential = sign(index).map_err(IssueError::Signing)?;
            offer.stage = OfferStage::Issued {
                enrolment: fingerprint,
                credential: credential.clone(),
            };
            tx.put(OFFERS, &holder.id, &offer)?;
            Ok(credential)
        })
    }
}

/// A nonce is good at the issuer that gave it out, and nowhere else.
fn scoped(issuer: &str, nonce: &[u8]) -> Vec<u8> {
    [issuer.as_bytes(), b"\0", nonce].concat()
}
