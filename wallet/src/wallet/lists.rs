//! Fetching issuers' status lists, and proving by them.

use std::cmp::Reverse;

use glimpse_primitives::{Fr, field};
use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::credential::Credential;
use glimpse_protocol::manifest::IssuerManifest;
use glimpse_protocol::status::{Epoch, Order, StatusFile, StatusHead, StatusListError};
use glimpse_protocol::time::DateTime;
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::kept::{FactId, KeptProof, Lasts};
use super::records::{self, RecordsError};
use super::{Card, PrepareError, Unlocked, Wallet, issuers};
use crate::endpoint::Endpoint;
use crate::http::HttpResponse;
use crate::prover::{Prover, StatusJob, Watch};
use crate::status::{KnownList, LIST_NAME, ListSource, Trouble};
use crate::store::{Batch, Kind, RecordName, Storage};

/// So many lists are kept of issuers of whom no card is here. They were fetched to check what others show.
const MOST_OF_OTHERS: usize = 8;

/// What became of a list that was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListTaken {
    /// It is newer than the one before and takes its place.
    New(Epoch),
    /// It is the one that was known.
    Same,
    /// It is not to be trusted. The one before is kept.
    Refused(Trouble),
}

impl<S: Storage, P> Wallet<S, P, Unlocked> {
    /// The status lists of the issuers whose cards are here, each with where it is found: at the origin of the address in
    /// the issuer's manifest, since a path could be one for each holder. An issuer whose manifest has no usable address has none.
    pub async fn list_sources(&self) -> Result<Vec<ListSource>, RecordsError<S::Error>> {
        let of_cards = self.issuers_of_cards().await?.into_iter();
        let issuers: Vec<_> = of_cards.map(|(_, issuer)| issuer).collect();
        self.list_sources_of(&issuers).await
    }

    /// The same of any issuers: whose cards others show to this wallet's holder.
    pub async fn list_sources_of(
        &self,
        issuers: &[IssuerManifest],
    ) -> Result<Vec<ListSource>, RecordsError<S::Error>> {
        let newest = issuers::newest(issuers.iter().cloned());
        let lists = self.known_lists().await?;
        let sources = newest.iter().filter_map(|issuer| {
            let url: Endpoint = issuer.body().url.as_deref()?.parse().ok()?;
            let known = find(&lists, issuer.id().as_str());
            Some(ListSource {
                issuer: issuer.id().clone(),
                name: issuer.name().to_owned(),
                url: url.at_origin(LIST_NAME),
                heads: known.into_iter().flat_map(KnownList::heads).collect(),
                tried: known.and_then(|known| DateTime::from_unix(known.about.tried).ok()),
                troubled: known.is_some_and(|known| known.about.trouble.is_some()),
            })
        });
        Ok(sources.collect())
    }

    /// Every list that is known. One that cannot be read can be fetched again, and counts as none.
    pub(super) async fn known_lists(
        &self,
    ) -> Result<Vec<(RecordName, KnownList)>, RecordsError<S::Error>> {
        let mut lists = Vec::new();
        for name in self.names(Kind::Status).await? {
            let bytes = match self.read(&name).await {
                Err(RecordsError::Record(_)) => None,
                other => other?,
            };
            let parts = bytes.as_deref().and_then(|bytes| records::split(bytes));
            if let Some(known) = parts.and_then(|(about, list)| KnownList::from_parts(about, list))
            {
                lists.push((name, known));
            }
        }
        Ok(lists)
    }

    /// Notes that a list could not be had.
    pub async fn list_unreachable<R: CryptoRng + RngCore>(
        &self,
        source: &ListSource,
        now: DateTime,
        rng: &mut R,
    ) -> Result<(), RecordsError<S::Error>> {
        let (name, mut known) = self.known_list(source, now, rng).await?;
        // A list that was found to be wrong stays wrong until a right one has come.
        let suspicious = known
            .about
            .trouble
            .filter(|trouble| trouble.is_suspicious());
        known.about.trouble = suspicious.or(Some(Trouble::Unreachable));
        self.write_list(name, &known, rng).await
    }

    async fn known_list<R: CryptoRng + RngCore>(
        &self,
        source: &ListSource,
        now: DateTime,
        rng: &mut R,
    ) -> Result<(RecordName, KnownList), RecordsError<S::Error>> {
        let issuer = source.issuer.as_str();
        let lists = self.known_lists().await?;
        let found = lists
            .into_iter()
            .find(|(_, known)| known.about.issuer == issuer);
        let (name, mut known) = match found {
            Some(found) => found,
            None => (
                Self::fresh_name(Kind::Status, rng)?,
                KnownList::none(&source.issuer, now),
            ),
        };
        known.about.tried = now.unix();
        Ok((name, known))
    }

    async fn write_list<R: CryptoRng + RngCore>(
        &self,
        name: RecordName,
        known: &KnownList,
        rng: &mut R,
    ) -> Result<(), RecordsError<S::Error>> {
        let about = serde_json::to_vec(&known.about);
        let about = about.map_err(|_| RecordsError::Content("status list"))?;
        let sealed = self.sealed(&name, &records::join(&about, &known.bytes), rng)?;
        let mut batch = Batch::new().put(name, sealed);
        for old in self.dispensable_lists(&known.about.issuer).await? {
            batch = batch.delete(old);
        }
        let stored = self.storage.apply(batch).await;
        stored.map_err(RecordsError::Storage)
    }

    /// The lists that go when that of an issuer is written: those of issuers without a card here are too many, and these were
    /// asked for the longest ago.
    async fn dispensable_lists(
        &self,
        writing: &str,
    ) -> Result<Vec<RecordName>, RecordsError<S::Error>> {
        let mut others = self.known_lists().await?;
        others.retain(|(_, known)| known.about.issuer != writing);
        // Few lists need no look at the cards.
        if others.len() < MOST_OF_OTHERS {
            return Ok(Vec::new());
        }
        let cards = self.issuers_of_cards().await?;
        let has_card = |issuer: &str| cards.iter().any(|(_, of)| of.id().as_str() == issuer);
        others.retain(|(_, known)| !has_card(&known.about.issuer));
        others.sort_by_key(|(_, known)| Reverse(known.about.tried));
        let room = MOST_OF_OTHERS - usize::from(!has_card(writing));
        Ok(others
            .into_iter()
            .skip(room)
            .map(|(name, _)| name)
            .collect())
    }
}

impl<S: Storage, P: Prover> Wallet<S, P, Unlocked> {
    /// Checks what an issuer sent as its status list, and keeps it if it may take the place of the one that is
    /// known: signed by this issuer, its entries those that were signed, and in succession.
    pub async fn take_list<R: CryptoRng + RngCore>(
        &self,
        source: &ListSource,
        response: &HttpResponse,
        now: DateTime,
        rng: &mut R,
    ) -> Result<ListTaken, PrepareError<S::Error, P::Error>> {
        let (name, mut known) = self.known_list(source, now, rng).await?;
        let taken = match self.judge(source, response, &known).await? {
            Ok(None) => ListTaken::Same,
            Ok(Some(file)) => {
                let epoch = file.head().epoch();
                known.replace(file, &response.body);
                ListTaken::New(epoch)
            }
            Err(trouble) => ListTaken::Refused(trouble),
        };
        known.about.trouble = match taken {
            ListTaken::Refused(trouble) => Some(trouble),
            ListTaken::New(_) | ListTaken::Same => {
                known.about.checked = Some(now.unix());
                None
            }
        };
        self.write_list(name, &known, rng).await?;
        Ok(taken)
    }

    /// The list, if it is another than the one that is known. The tree is built last, since that takes long.
    async fn judge(
        &self,
        source: &ListSource,
        response: &HttpResponse,
        known: &KnownList,
    ) -> Result<Result<Option<StatusFile>, Trouble>, PrepareError<S::Error, P::Error>> {
        let Ok(bytes) = response.file(glimpse_protocol::status::MAX_LIST_BYTES) else {
            return Ok(Err(Trouble::Unreachable));
        };
        let file = match StatusFile::from_bytes(bytes) {
            Ok(file) => file,
            Err(StatusListError::Head(_)) => return Ok(Err(Trouble::OtherSigner)),
            Err(_) => return Ok(Err(Trouble::Damaged)),
        };
        if *file.head().issuer() != source.issuer {
            return Ok(Err(Trouble::OtherSigner));
        }
        match known.head().map(|known| file.head().succeeds(known)) {
            None | Some(Ok(Order::Newer)) => {}
            // Its entries, too: what is signed as the same must be the same.
            Some(Ok(Order::Same)) if known.bytes == bytes => return Ok(Ok(None)),
            Some(Ok(Order::Same)) => return Ok(Err(Trouble::Damaged)),
            Some(Err(error)) => return Ok(Err(error.into())),
        }
        let genuine = self.prover.check_list(bytes).await;
        Ok(match genuine.map_err(PrepareError::Prover)? {
            true => Ok(Some(file)),
            false => Err(Trouble::Damaged),
        })
    }

    /// Proves by the newest list that a card is not revoked. `None` if that is not the fact that is `asked` for, because
    /// there is no list, it revokes the card, or it is another one.
    pub(super) async fn prove_status(
        &self,
        card: &Card,
        asked: FactId,
        watch: Watch<'_>,
    ) -> Result<Option<KeptProof>, PrepareError<S::Error, P::Error>> {
        let credential = card.credential();
        // What the card says of its status may be older than the list.
        let lists = self.known_lists().await?;
        let known = find(&lists, card.issuer().id().as_str());
        let known = known.filter(|known| !known.status_of(credential).is_revoked());
        let Some((known, head)) = known.and_then(|known| Some((known, known.head()?))) else {
            return Ok(None);
        };
        if status_fact(credential, head) != asked {
            return Ok(None);
        }
        let secret = self.state.seed.holder_secret();
        let job = StatusJob {
            secret: &secret,
            credential,
            issuer: card.issuer(),
            list: &known.bytes,
        };
        let proof = self.prover.prepare_status(job, watch).await;
        let kept = self.to_keep(
            CircuitId::Status,
            asked,
            Lasts::Epoch(head.epoch()),
            proof.map_err(PrepareError::Prover)?,
        );
        Ok(Some(kept.await?))
    }
}

/// What the proof says by which a credential is not revoked by a list.
pub(crate) fn status_fact(credential: &Credential, head: &StatusHead) -> FactId {
    let index = Fr::from(credential.body().status_index().get());
    let mut slots = Zeroizing::new(vec![index]);
    slots.extend_from_slice(head.roots());
    slots.push(field::from_u64(1));
    FactId::new(CircuitId::Status, &slots)
}

pub(super) fn find<'l>(
    lists: &'l [(RecordName, KnownList)],
    issuer: &str,
) -> Option<&'l KnownList> {
    let mut lists = lists.iter().map(|(_, known)| known);
    lists.find(|known| known.about.issuer == issuer)
}
