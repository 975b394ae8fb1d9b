//! Cards: credentials together with the manifest of their issuer.

use glimpse_protocol::credential::{Credential, CredentialError};
use glimpse_protocol::identity::Did;
use glimpse_protocol::manifest::IssuerManifest;
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::records::{self, RecordsError};
use super::{Unlocked, Wallet, lists};
use crate::status::{CardStatus, KnownList};
use crate::store::{Batch, Kind, RecordId, RecordName, Storage};

/// Names a card within its wallet. Random; means nothing to anybody else.
pub type CardId = RecordId;

/// A credential that was checked against its issuer's manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    id: CardId,
    credential: Credential,
    issuer: IssuerManifest,
    status: CardStatus,
}

/// Why a credential was not added. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AddError<E: std::error::Error + 'static> {
    /// It is damaged, changed, from another issuer, or for another holder.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The wallet never enrolled with the issuer that it names.
    #[error("this wallet has not enrolled with the issuer that the credential names")]
    UnknownIssuer,
    /// The very same credential is here already.
    #[error("this credential is in the wallet already")]
    Duplicate(CardId),
    /// Storage failed, or a record could not be sealed.
    #[error(transparent)]
    Records(#[from] RecordsError<E>),
}

#[cfg(test)]
impl Card {
    pub(crate) fn new(id: CardId, credential: Credential, issuer: IssuerManifest) -> Self {
        Self {
            id,
            credential,
            issuer,
            status: CardStatus::default(),
        }
    }

    pub(crate) fn set_status(&mut self, status: CardStatus) {
        self.status = status;
    }
}

impl Card {
    /// Its name in this wallet.
    #[must_use]
    pub fn id(&self) -> CardId {
        self.id
    }

    /// The credential.
    #[must_use]
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// Its issuer, as of the day on which the card was added.
    #[must_use]
    pub fn issuer(&self) -> &IssuerManifest {
        &self.issuer
    }

    /// What its issuer's status list says, as far as it is known.
    #[must_use]
    pub fn status(&self) -> &CardStatus {
        &self.status
    }
}

impl<S: Storage, P> Wallet<S, P, Unlocked> {
    /// Checks a credential against its issuer's manifest (schema, digest, signature, and that it is
    /// for this holder) and stores it.
    pub async fn add<R: CryptoRng + RngCore>(
        &self,
        credential: &[u8],
        issuer: &IssuerManifest,
        rng: &mut R,
    ) -> Result<CardId, AddError<S::Error>> {
        let holder = self
            .state
            .seed
            .holder_secret()
            .holder_id(issuer.issuer_key_hash());
        let credential = Credential::open(credential, issuer, holder)?;
        if let Some(card) = self
            .cards()
            .await?
            .into_iter()
            .find(|card| card.credential == credential)
        {
            return Err(AddError::Duplicate(card.id));
        }
        let name = Self::fresh_name(Kind::Credential, rng)?;
        let file = Zeroizing::new(credential.to_json().to_string());
        let plaintext = records::join(file.as_bytes(), issuer.to_json().to_string().as_bytes());
        let sealed = self.sealed(&name, &plaintext, rng)?;
        self.storage
            .put(name, sealed)
            .await
            .map_err(RecordsError::Storage)?;
        Ok(name.id())
    }

    /// Adds a credential of an issuer that this wallet enrolled with, from its file alone.
    pub async fn import<R: CryptoRng + RngCore>(
        &self,
        credential: &[u8],
        rng: &mut R,
    ) -> Result<CardId, AddError<S::Error>> {
        let value = glimpse_protocol::json::parse(credential).map_err(CredentialError::from)?;
        let named = value.get("issuer").and_then(serde_json::Value::as_str);
        let did = named
            .and_then(|text| text.parse::<Did>().ok())
            .ok_or(AddError::UnknownIssuer)?;
        let (_, issuer) = self
            .find_issuer(&did)
            .await?
            .ok_or(AddError::UnknownIssuer)?;
        self.add(credential, &issuer, rng).await
    }

    /// All cards that can be read, in an order that does not change.
    pub async fn cards(&self) -> Result<Vec<Card>, RecordsError<S::Error>> {
        Ok(self.all_cards().await?.0)
    }

    /// The cards that are stored and cannot be read, because they are damaged, or break a rule that this program knows and the
    /// one that took them did not. All that can be done with them is to [remove](Self::remove) them.
    pub async fn unreadable_cards(&self) -> Result<Vec<CardId>, RecordsError<S::Error>> {
        Ok(self.all_cards().await?.1)
    }

    async fn all_cards(&self) -> Result<(Vec<Card>, Vec<CardId>), RecordsError<S::Error>> {
        let lists = self.known_lists().await?;
        let (mut cards, mut unreadable) = (Vec::new(), Vec::new());
        for name in self.names(Kind::Credential).await? {
            match self.read_card(name.id(), &lists).await {
                Ok(card) => cards.extend(card),
                Err(RecordsError::Content(_) | RecordsError::Record(_)) => {
                    unreadable.push(name.id());
                }
                Err(error) => return Err(error),
            }
        }
        Ok((cards, unreadable))
    }

    /// One card. It is checked again as it is read.
    pub async fn card(&self, id: CardId) -> Result<Option<Card>, RecordsError<S::Error>> {
        self.read_card(id, &self.known_lists().await?).await
    }

    async fn read_card(
        &self,
        id: CardId,
        lists: &[(RecordName, KnownList)],
    ) -> Result<Option<Card>, RecordsError<S::Error>> {
        let name = RecordName::new(Kind::Credential, id);
        let Some(bytes) = self.read(&name).await? else {
            return Ok(None);
        };
        let unreadable = || RecordsError::Content("credential");
        let (credential, issuer) = records::split(&bytes).ok_or_else(unreadable)?;
        let issuer = IssuerManifest::parse(issuer).map_err(|_| unreadable())?;
        let holder = self
            .state
            .seed
            .holder_secret()
            .holder_id(issuer.issuer_key_hash());
        let credential = Credential::open(credential, &issuer, holder).map_err(|_| unreadable())?;
        let known = lists::find(lists, issuer.id().as_str());
        let status = known.map(|known| known.status_of(&credential));
        Ok(Some(Card {
            id,
            credential,
            issuer,
            status: status.unwrap_or_default(),
        }))
    }

    /// Removes a card and every proof that was made of it, together; with an issuer's last card goes its status list. The card
    /// need not be readable.
    pub async fn remove(&self, id: CardId) -> Result<(), RecordsError<S::Error>> {
        let (gone, left): (Vec<_>, Vec<_>) = self
            .issuers_of_cards()
            .await?
            .into_iter()
            .partition(|(card, _)| *card == id);
        let mut batch = Batch::new();
        for (name, known) in self.known_lists().await? {
            let of =
                |(_, issuer): &(CardId, IssuerManifest)| issuer.id().as_str() == known.about.issuer;
            if gone.iter().any(of) && !left.iter().any(of) {
                batch = batch.delete(name);
            }
        }
        let batch = batch
            .delete(RecordName::new(Kind::Credential, id))
            .delete(RecordName::new(Kind::Prepared, id))
            .delete(RecordName::new(Kind::Kept, id));
        self.storage
            .apply(batch)
            .await
            .map_err(RecordsError::Storage)
    }
}
