//! Keeping published sets, and proving by them.

use glimpse_primitives::{Fr, field};
use glimpse_protocol::circuit::{CircuitId, SetSlot};
use glimpse_protocol::plan::PlannedProof;
use glimpse_protocol::set::{MAX_SET_BYTES, PublishedSetError, SetFile};
use glimpse_protocol::time::DateTime;
use rand_core::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::kept::{FactId, KeptProofs, Lasts};
use super::records::RecordsError;
use super::{Card, PrepareError, Unlocked, Wallet};
use crate::ahead;
use crate::consent::Consent;
use crate::prover::{Prover, SetJob, Watch};
use crate::request::IncomingRequest;
use crate::set::{MAX_PIECES, PIECE, SetSource, padded, pieces};
use crate::store::{Batch, Kind, RecordName, Storage};

/// Why the file of a set was not taken. Nothing was kept of it.
#[derive(Debug, thiserror::Error)]
pub enum TakeSetError<E: std::error::Error + 'static, F: std::error::Error + 'static> {
    /// It is not the set that the request names, or not genuine.
    #[error(transparent)]
    Refused(#[from] PublishedSetError),
    /// The prover, which checks the tree, failed or was cancelled.
    #[error(transparent)]
    Prover(F),
    /// Storage failed.
    #[error(transparent)]
    Records(#[from] RecordsError<E>),
}

/// What is kept beside a set's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct About {
    version: u32,
    /// For whom it is kept, and whom alone it serves.
    kept_for: String,
    /// What the set is, as requests say it.
    set: serde_json::Value,
    /// When it was taken; Unix seconds.
    taken: i64,
    /// The length of the file.
    bytes: usize,
    /// The records with its pieces, in order.
    pieces: Vec<String>,
}

impl About {
    /// `None` if it is of another version or nonsense: the set can be fetched again.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let about: Self = serde_json::from_slice(bytes).ok()?;
        let possible = about.bytes <= MAX_SET_BYTES && about.pieces.len() <= MAX_PIECES;
        (about.version == 1 && possible).then_some(about)
    }

    /// Whether it serves this request, as that set.
    fn serves(&self, incoming: &IncomingRequest, source: &SetSource) -> bool {
        self.kept_for == incoming.sets_kept_for() && self.set == source.description().to_json()
    }

    fn pieces(&self) -> impl Iterator<Item = RecordName> {
        let ids = self.pieces.iter().filter_map(|id| id.parse().ok());
        ids.map(|id| RecordName::new(Kind::Piece, id))
    }
}

impl<S: Storage, P> Wallet<S, P, Unlocked> {
    /// The request with its published sets, if all of them are kept here for its verifier. Else it is as if none were.
    pub async fn recall_sets(
        &self,
        incoming: IncomingRequest,
    ) -> Result<IncomingRequest, RecordsError<S::Error>> {
        let missing: Vec<SetSource> = incoming.missing_sets().cloned().collect();
        if missing.is_empty() {
            return Ok(incoming);
        }
        let kept = self.kept_sets().await?;
        let mut files = Vec::with_capacity(missing.len());
        for source in &missing {
            let about = kept.iter().map(|(_, about)| about);
            let mut about = about.filter(|about| about.serves(&incoming, source));
            let file = loop {
                let Some(about) = about.next() else {
                    return Ok(incoming);
                };
                let bytes = self.read_pieces(about).await?;
                let file = bytes.and_then(|bytes| SetFile::open(&bytes, source.reference()).ok());
                if let Some(file) = file {
                    break file;
                }
            };
            files.push(file);
        }
        Ok(incoming.with_sets(files))
    }

    /// Every set that is kept, the one that was taken first at the front. One that cannot be read can be fetched again, and
    /// counts as none.
    pub(super) async fn kept_sets(
        &self,
    ) -> Result<Vec<(RecordName, About)>, RecordsError<S::Error>> {
        let mut sets = Vec::new();
        for name in self.names(Kind::Set).await? {
            let bytes = match self.read(&name).await {
                Err(RecordsError::Record(_)) => None,
                other => other?,
            };
            let about = bytes.and_then(|bytes| About::from_bytes(&bytes));
            sets.extend(about.map(|about| (name, about)));
        }
        sets.sort_by_key(|(_, about)| about.taken);
        Ok(sets)
    }

    /// A kept file; `None` if a piece of it is gone or damaged.
    pub(super) async fn read_pieces(
        &self,
        about: &About,
    ) -> Result<Option<Vec<u8>>, RecordsError<S::Error>> {
        let mut file = Vec::with_capacity(padded(about.bytes));
        for name in about.pieces() {
            match self.read(&name).await {
                Ok(Some(piece)) => file.extend_from_slice(&piece),
                Ok(None) | Err(RecordsError::Record(_)) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        let whole = file.len() >= about.bytes;
        file.truncate(about.bytes);
        Ok(whole.then_some(file))
    }

    /// Keeps a set that was checked. Where there is no room, those that were taken first go, and none that this request is
    /// about: together these fit in.
    pub(super) async fn keep_set<R: CryptoRng + RngCore>(
        &self,
        incoming: &IncomingRequest,
        source: &SetSource,
        file: &[u8],
        now: DateTime,
        rng: &mut R,
    ) -> Result<(), RecordsError<S::Error>> {
        let needed = pieces(file.len());
        let mut kept = self.kept_sets().await?;
        kept.retain(|(_, about)| !about.serves(incoming, source));
        let sources = incoming.set_sources();
        kept.sort_by_key(|(_, about)| sources.iter().any(|of| about.serves(incoming, of)));
        let used = |kept: &[(RecordName, About)]| -> usize {
            kept.iter().map(|(_, about)| about.pieces.len()).sum()
        };
        while !kept.is_empty() && used(&kept) + needed > MAX_PIECES {
            kept.remove(0);
        }
        // What no set has a claim to goes first: the evicted, and what was left over when a writer died.
        let staying: Vec<RecordName> = kept
            .iter()
            .flat_map(|(name, about)| about.pieces().chain([*name]))
            .collect();
        let mut names = self.names(Kind::Set).await?;
        names.extend(self.names(Kind::Piece).await?);
        names.retain(|name| !staying.contains(name));
        let cleared = names.into_iter().fold(Batch::new(), Batch::delete);
        let cleared = self.storage.apply(cleared).await;
        cleared.map_err(RecordsError::Storage)?;

        let mut about = About {
            version: 1,
            kept_for: incoming.sets_kept_for(),
            set: source.description().to_json(),
            taken: now.unix(),
            bytes: file.len(),
            pieces: Vec::new(),
        };
        for piece in file.chunks(PIECE) {
            let name = Self::fresh_name(Kind::Piece, rng)?;
            let mut piece = piece.to_vec();
            piece.resize(padded(file.len()).min(PIECE), 0);
            let sealed = self.sealed(&name, &piece, rng)?;
            let stored = self.storage.put(name, sealed).await;
            stored.map_err(RecordsError::Storage)?;
            about.pieces.push(name.id().to_string());
        }
        // Last, so that a set is there whole or not at all.
        let name = Self::fresh_name(Kind::Set, rng)?;
        let bytes = serde_json::to_vec(&about);
        let bytes = bytes.map_err(|_| RecordsError::Content("published set"))?;
        let sealed = self.sealed(&name, &bytes, rng)?;
        let stored = self.storage.put(name, sealed).await;
        stored.map_err(RecordsError::Storage)
    }
}

impl<S: Storage, P: Prover> Wallet<S, P, Unlocked> {
    /// Checks the file of a set that a request is about and keeps it, encrypted, for this request and others of the same
    /// verifier. The tree is built last, and by the prover, since that takes long.
    pub async fn take_set<R: CryptoRng + RngCore>(
        &self,
        incoming: &IncomingRequest,
        source: &SetSource,
        file: &[u8],
        now: DateTime,
        rng: &mut R,
    ) -> Result<(), TakeSetError<S::Error, P::Error>> {
        SetFile::open(file, source.reference())?;
        let genuine = self.prover.check_set(file).await;
        if !genuine.map_err(TakeSetError::Prover)? {
            return Err(PublishedSetError::Roots.into());
        }
        Ok(self.keep_set(incoming, source, file, now, rng).await?)
    }

    /// Proves what an answer says of published sets, ahead of it, and keeps the proofs.
    pub async fn prepare_sets<R: CryptoRng + RngCore>(
        &self,
        consent: &Consent,
        now: DateTime,
        watch: Watch<'_>,
        rng: &mut R,
    ) -> Result<(), PrepareError<S::Error, P::Error>> {
        for card in &consent.cards {
            let mut kept = self.kept_proofs(card, now.date()).await?;
            self.prove_sets(consent, card, &mut kept, watch).await?;
            let batch = self.keep(card.id(), &kept, Batch::new(), rng)?;
            let stored = self.storage.apply(batch).await;
            stored.map_err(RecordsError::Storage)?;
        }
        Ok(())
    }

    /// Proves what an answer says of a card and published sets, as far as that is not kept.
    pub(super) async fn prove_sets(
        &self,
        consent: &Consent,
        card: &Card,
        kept: &mut KeptProofs,
        watch: Watch<'_>,
    ) -> Result<(), PrepareError<S::Error, P::Error>> {
        let secret = self.state.seed.holder_secret();
        let credentials: Vec<_> = consent.cards.iter().map(Card::credential).collect();
        let Some(values) = ahead::values(&consent.plan, &credentials, &secret) else {
            return Ok(());
        };
        let of_card = |planned: &&PlannedProof| {
            let of = consent.cards.get(planned.credential);
            of.is_some_and(|of| of.id() == card.id())
        };
        let planned = consent.plan.proofs().iter().filter(of_card);
        let facts = planned.filter_map(|planned| {
            let slots = values.slots(planned)?;
            let id = FactId::new(planned.circuit, &slots);
            Some((planned.circuit, id, slots))
        });
        let facts: Vec<_> = facts.collect();
        kept.renew(&facts.iter().map(|(_, id, _)| *id).collect());
        for (_, id, slots) in facts
            .into_iter()
            .filter(|(circuit, ..)| *circuit == CircuitId::Set)
        {
            let roots = &slots[SetSlot::Root(0).index()..SetSlot::Negated.index()];
            let mut sets = consent.incoming.sets().iter();
            let set = sets.find(|set| set.description().root_slots() == roots);
            let Some(set) = set.filter(|_| !kept.has(&id)) else {
                continue;
            };
            let value = Zeroizing::new(field::to_bytes(&slots[SetSlot::Value.index()]));
            let job = SetJob {
                file: &set.to_bytes(),
                value: &value,
                negated: slots[SetSlot::Negated.index()] != Fr::default(),
            };
            let proof = self.prover.prepare_set(job, watch).await;
            let proof = proof.map_err(PrepareError::Prover)?;
            let made = self.to_keep(CircuitId::Set, id, Lasts::Always, proof);
            kept.add(made.await?);
        }
        Ok(())
    }
}
