//! Proofs of facts about a card: made for one answer or ahead of time, kept for the next.

use std::collections::BTreeSet;

use glimpse_primitives::{Fr, field};
use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::plan::PlannedProof;
use glimpse_protocol::status::Epoch;
use glimpse_protocol::time::Date;
use rand_core::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::records::RecordsError;
use super::{Card, CardId, PrepareError, Unlocked, Wallet};
use crate::prover::Prover;
use crate::store::{Batch, Kind, RecordName, Storage};

/// The most proofs that are kept for one card: an eager verifier cannot fill the storage.
pub(crate) const MAX_KEPT: usize = 64;

const VERSION: u8 = 1;

/// What a proof is of: a circuit and the values of its slots, hashed. As secret as the values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FactId([u8; 32]);

/// For how long a proof can serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasts {
    /// As long as its keys.
    Always,
    /// For requests of that day.
    Day(Date),
    /// For requests that accept the issuer's status list of that epoch.
    Epoch(Epoch),
}

/// One proof that is kept.
pub(crate) struct KeptProof {
    pub(crate) id: FactId,
    pub(crate) lasts: Lasts,
    circuit: CircuitId,
    key_digest: [u8; 32],
    bytes: Zeroizing<Vec<u8>>,
}

/// The proofs that are kept for one card, oldest first.
#[derive(Default)]
pub(crate) struct KeptProofs {
    proofs: Vec<KeptProof>,
    changed: bool,
}

impl FactId {
    pub(crate) fn new(circuit: CircuitId, slots: &[Fr]) -> Self {
        let mut hash = Sha256::new()
            .chain_update(b"glimpse/v1/kept-proof")
            .chain_update([circuit.name().len() as u8])
            .chain_update(circuit.name())
            .chain_update(circuit.version().to_be_bytes());
        for slot in slots {
            hash.update(field::to_bytes(slot));
        }
        Self(hash.finalize().into())
    }
}

/// It tells of the values behind it to whoever can guess them.
impl core::fmt::Debug for FactId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("FactId(..)")
    }
}

impl Lasts {
    /// How long the proof that a plan asks for serves, where `epoch` is that of the list behind the answer.
    pub(crate) fn of(planned: &PlannedProof, epoch: Option<Epoch>) -> Self {
        let lists = matches!(planned.circuit, CircuitId::Status | CircuitId::Registry);
        match (planned.on, epoch) {
            (Some(day), _) => Self::Day(day),
            (None, Some(epoch)) if lists => Self::Epoch(epoch),
            (None, _) => Self::Always,
        }
    }

    /// Whether a proof can still serve. A request is accepted for a day before and after its own; verifiers may
    /// accept the list before the newest for a while.
    fn holds(self, today: Date, oldest: Option<Epoch>) -> bool {
        match self {
            Self::Always => true,
            Self::Day(day) => day.days() + 1 >= today.days(),
            Self::Epoch(epoch) => oldest.is_some_and(|oldest| epoch >= oldest),
        }
    }
}

impl KeptProofs {
    pub(crate) fn has(&self, id: &FactId) -> bool {
        self.proofs.iter().any(|kept| kept.id == *id)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = FactId> {
        self.proofs.iter().map(|kept| kept.id)
    }

    /// The proofs themselves, for the prover.
    pub(super) fn bytes(&self) -> impl Iterator<Item = &[u8]> {
        self.proofs.iter().map(|kept| kept.bytes.as_slice())
    }

    /// Takes in a proof.
    pub(super) fn add(&mut self, proof: KeptProof) {
        if self.has(&proof.id) {
            return;
        }
        self.changed = true;
        self.proofs.push(proof);
    }

    /// What an answer rests on counts as the newest: what is made beside it must not push it out.
    pub(super) fn renew(&mut self, needed: &BTreeSet<FactId>) {
        self.proofs.sort_by_key(|kept| needed.contains(&kept.id));
    }

    fn retain(&mut self, serves: impl FnMut(&KeptProof) -> bool) {
        let before = self.proofs.len();
        self.proofs.retain(serves);
        self.changed |= self.proofs.len() != before;
    }

    /// As it is stored. Of too many proofs the oldest are left out only here: the answer at hand may rest on them.
    ///
    /// Version, then for each proof: its identity, how long it lasts (a letter and a number), the circuit's name behind
    /// its length, the key's digest, the proof behind its length. Numbers have 8 bytes, the name's length one.
    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let length = |kept: &KeptProof| 90 + kept.circuit.name().len() + kept.bytes.len();
        let surplus = self.proofs.len().saturating_sub(MAX_KEPT);
        let (_, newest) = self.proofs.split_at(surplus);
        let length: usize = newest.iter().map(length).sum();
        // Reserved at once, so that growing leaves no copy.
        let mut out = Zeroizing::new(Vec::with_capacity(1 + length));
        out.push(VERSION);
        for kept in newest {
            out.extend_from_slice(&kept.id.0);
            let (letter, number) = match kept.lasts {
                Lasts::Always => (b'a', 0),
                Lasts::Day(day) => (b'd', day.days().cast_unsigned()),
                Lasts::Epoch(epoch) => (b'e', epoch.get()),
            };
            out.push(letter);
            out.extend_from_slice(&number.to_be_bytes());
            let name = kept.circuit.name().as_bytes();
            out.push(name.len() as u8);
            out.extend_from_slice(name);
            out.extend_from_slice(&kept.key_digest);
            out.extend_from_slice(&(kept.bytes.len() as u64).to_be_bytes());
            out.extend_from_slice(&kept.bytes);
        }
        out
    }

    /// `None` if it is of another version, or nonsense: proofs can be made again.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, mut rest) = bytes.split_first()?;
        if *version != VERSION {
            return None;
        }
        let mut proofs = Vec::new();
        while !rest.is_empty() {
            let (id, after) = rest.split_first_chunk::<32>()?;
            let (letter, after) = after.split_first()?;
            let (number, after) = after.split_first_chunk::<8>()?;
            let number = u64::from_be_bytes(*number);
            let lasts = match letter {
                b'a' => Lasts::Always,
                b'd' => Lasts::Day(Date::from_days(number.cast_signed()).ok()?),
                b'e' => Lasts::Epoch(Epoch::new(number)?),
                _ => return None,
            };
            let (length, after) = after.split_first()?;
            let (name, after) = after.split_at_checked(usize::from(*length))?;
            let circuit = CircuitId::from_name(core::str::from_utf8(name).ok()?)?;
            let (key_digest, after) = after.split_first_chunk::<32>()?;
            let (length, after) = after.split_first_chunk::<8>()?;
            let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
            let (proof, after) = after.split_at_checked(length)?;
            proofs.push(KeptProof {
                id: FactId(*id),
                lasts,
                circuit,
                key_digest: *key_digest,
                bytes: Zeroizing::new(proof.to_vec()),
            });
            rest = after;
        }
        Some(Self {
            proofs,
            changed: false,
        })
    }
}

impl<S: Storage, P: Prover> Wallet<S, P, Unlocked> {
    /// What is kept for a card and can still serve: under the keys in use, of days of which requests are accepted, and of
    /// the issuer's last two status lists unless the newest revokes the card.
    pub(super) async fn kept_proofs(
        &self,
        card: &Card,
        today: Date,
    ) -> Result<KeptProofs, PrepareError<S::Error, P::Error>> {
        let stored = match self.read(&RecordName::new(Kind::Kept, card.id())).await {
            // What cannot be read can be made again.
            Err(RecordsError::Record(_)) => None,
            other => other?,
        };
        let kept = stored.and_then(|bytes| KeptProofs::from_bytes(&bytes));
        let mut kept = kept.unwrap_or_default();
        let mut digests: Vec<(CircuitId, [u8; 32])> = Vec::new();
        for proof in &kept.proofs {
            if digests.iter().all(|(circuit, _)| *circuit != proof.circuit) {
                let digest = self.prover.key_digest(proof.circuit).await;
                digests.push((proof.circuit, digest.map_err(PrepareError::Prover)?));
            }
        }
        let oldest = card.status().oldest_usable();
        kept.retain(|proof| {
            digests.contains(&(proof.circuit, proof.key_digest)) && proof.lasts.holds(today, oldest)
        });
        Ok(kept)
    }

    /// A proof that was just made, as it is kept.
    pub(super) async fn to_keep(
        &self,
        circuit: CircuitId,
        id: FactId,
        lasts: Lasts,
        bytes: Zeroizing<Vec<u8>>,
    ) -> Result<KeptProof, PrepareError<S::Error, P::Error>> {
        let digest = self.prover.key_digest(circuit).await;
        Ok(KeptProof {
            id,
            lasts,
            circuit,
            key_digest: digest.map_err(PrepareError::Prover)?,
            bytes,
        })
    }

    /// Adds to `batch` what has changed.
    pub(super) fn keep<R: CryptoRng + RngCore>(
        &self,
        card: CardId,
        kept: &KeptProofs,
        batch: Batch,
        rng: &mut R,
    ) -> Result<Batch, RecordsError<S::Error>> {
        if !kept.changed {
            return Ok(batch);
        }
        let name = RecordName::new(Kind::Kept, card);
        let sealed = self.sealed(&name, &kept.to_bytes(), rng)?;
        Ok(batch.put(name, sealed))
    }
}
