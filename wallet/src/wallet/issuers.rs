//! What is known of issuers: by the cards that are here, and by enrolling with them.

use glimpse_protocol::identity::Did;
use glimpse_protocol::manifest::IssuerManifest;
use rand_core::{CryptoRng, RngCore};

use super::records::{self, RecordsError};
use super::{CardId, Unlocked, Wallet};
use crate::store::{Kind, RecordName, Storage};

impl<S: Storage, P> Wallet<S, P, Unlocked> {
    /// By which manifests to check what others show: of each issuer the newest, of what its holder names and what is known
    /// here, so that an old manifest does not bring an old key or address back. Whoever names none means the issuers of the
    /// cards that are here.
    pub async fn issuers_to_check_by(
        &self,
        named: Vec<IssuerManifest>,
    ) -> Result<Vec<IssuerManifest>, RecordsError<S::Error>> {
        let of_cards = self.issuers_of_cards().await?.into_iter();
        let mut known: Vec<IssuerManifest> = of_cards.map(|(_, issuer)| issuer).collect();
        let wanted = match named.is_empty() {
            true => known.clone(),
            false => named,
        };
        for name in self.names(Kind::Issuer).await? {
            known.extend(self.read_issuer(&name).await?);
        }
        known.retain(|known| wanted.iter().any(|wanted| wanted.id() == known.id()));
        Ok(newest(wanted.into_iter().chain(known)))
    }

    /// The issuer of each card, as of the day on which it was added. A card of which not even that can be read has none.
    pub(super) async fn issuers_of_cards(
        &self,
    ) -> Result<Vec<(CardId, IssuerManifest)>, RecordsError<S::Error>> {
        let mut issuers = Vec::new();
        for name in self.names(Kind::Credential).await? {
            let bytes = match self.read(&name).await {
                Err(RecordsError::Record(_)) => None,
                other => other?,
            };
            let parts = bytes.as_deref().and_then(|bytes| records::split(bytes));
            let issuer = parts.and_then(|(_, issuer)| IssuerManifest::parse(issuer).ok());
            issuers.extend(issuer.map(|issuer| (name.id(), issuer)));
        }
        Ok(issuers)
    }

    /// Remembers an issuer, or replaces what was known of it by something newer.
    pub(super) async fn remember_issuer<R: CryptoRng + RngCore>(
        &self,
        issuer: &IssuerManifest,
        rng: &mut R,
    ) -> Result<(), RecordsError<S::Error>> {
        let name = match self.find_issuer(issuer.id()).await? {
            Some((_, known)) if known.body().issued_at > issuer.body().issued_at => return Ok(()),
            Some((name, _)) => name,
            None => Self::fresh_name(Kind::Issuer, rng)?,
        };
        let sealed = self.sealed(&name, issuer.to_json().to_string().as_bytes(), rng)?;
        self.storage
            .put(name, sealed)
            .await
            .map_err(RecordsError::Storage)
    }

    /// Another issuer than this one, known here, whose credentials are signed by the same key.
    pub(super) async fn issuer_with_key_of(
        &self,
        issuer: &IssuerManifest,
    ) -> Result<Option<IssuerManifest>, RecordsError<S::Error>> {
        for name in self.names(Kind::Issuer).await? {
            let Some(known) = self.read_issuer(&name).await? else {
                continue;
            };
            if known.id() != issuer.id() && known.credential_key() == issuer.credential_key() {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    pub(super) async fn find_issuer(
        &self,
        did: &Did,
    ) -> Result<Option<(RecordName, IssuerManifest)>, RecordsError<S::Error>> {
        for name in self.names(Kind::Issuer).await? {
            let Some(issuer) = self.read_issuer(&name).await? else {
                continue;
            };
            if issuer.id() == did {
                return Ok(Some((name, issuer)));
            }
        }
        Ok(None)
    }

    async fn read_issuer(
        &self,
        name: &RecordName,
    ) -> Result<Option<IssuerManifest>, RecordsError<S::Error>> {
        let bytes = self.read(name).await?;
        let issuer = bytes.map(|bytes| IssuerManifest::parse(&bytes)).transpose();
        issuer.map_err(|_| RecordsError::Content("issuer"))
    }
}

/// Of each issuer the newest manifest, in the order in which the issuers come.
pub(super) fn newest(manifests: impl IntoIterator<Item = IssuerManifest>) -> Vec<IssuerManifest> {
    let mut newest: Vec<IssuerManifest> = Vec::new();
    for manifest in manifests {
        match newest.iter_mut().find(|known| known.id() == manifest.id()) {
            Some(known) if known.body().issued_at < manifest.body().issued_at => *known = manifest,
            Some(_) => {}
            None => newest.push(manifest),
        }
    }
    newest
}
