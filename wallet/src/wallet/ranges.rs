//! Range proofs that were made for one answer and are kept for the next.

use std::collections::BTreeMap;

use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::time::Date;
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::records::RecordsError;
use super::{CardId, PresentError, Unlocked, Wallet};
use crate::consent::Consent;
use crate::prover::{MadeRange, Prover};
use crate::store::{Batch, Kind, RecordName, Storage};

/// The most range proofs that are kept for one card: an eager verifier cannot fill the storage.
const MAX_KEPT: usize = 64;
/// In place of a day where a proof is about none.
const NO_DAY: i64 = i64::MIN;

/// The range proofs of the cards of one answer, under the key that is in use.
#[derive(Default)]
pub(super) struct KeptRanges {
    key_digest: [u8; 32],
    cards: BTreeMap<CardId, Kept>,
}

/// The range proofs of one card, oldest first.
#[derive(Default)]
struct Kept {
    proofs: Vec<(Option<Date>, Zeroizing<Vec<u8>>)>,
    changed: bool,
}

impl<S: Storage, P: Prover> Wallet<S, P, Unlocked> {
    /// What is kept for the cards of a consent. Proofs that cannot serve again are left behind:
    /// those under other keys, and those about a day of which requests are not accepted any more.
    pub(super) async fn kept_ranges(
        &self,
        consent: &Consent,
        today: Date,
    ) -> Result<KeptRanges, PresentError<S::Error, P::Error>> {
        let mut proofs = consent.plan.proofs().iter();
        if proofs.all(|proof| proof.circuit.is_credential()) {
            return Ok(KeptRanges::default());
        }
        let digest = self.prover.key_digest(CircuitId::Range).await;
        let mut ranges = KeptRanges {
            key_digest: digest.map_err(PresentError::Prover)?,
            cards: BTreeMap::new(),
        };
        for card in &consent.cards {
            let stored = match self.read(&RecordName::new(Kind::Ranges, card.id())).await {
                // What cannot be read can be made again.
                Err(RecordsError::Record(_)) => None,
                other => other?,
            };
            let mut kept = stored
                .and_then(|bytes| Kept::from_bytes(&bytes, &ranges.key_digest))
                .unwrap_or_default();
            kept.prune(today);
            ranges.cards.insert(card.id(), kept);
        }
        Ok(ranges)
    }

    /// Adds to `batch` what has changed.
    pub(super) fn keep_ranges<R: CryptoRng + RngCore>(
        &self,
        ranges: &KeptRanges,
        mut batch: Batch,
        rng: &mut R,
    ) -> Result<Batch, RecordsError<S::Error>> {
        for (card, kept) in ranges.cards.iter().filter(|(_, kept)| kept.changed) {
            let name = RecordName::new(Kind::Ranges, *card);
            let sealed = self.sealed(&name, &kept.to_bytes(&ranges.key_digest), rng)?;
            batch = batch.put(name, sealed);
        }
        Ok(batch)
    }
}

impl KeptRanges {
    /// The proofs.
    pub(super) fn proofs(&self) -> Vec<&[u8]> {
        let kept = self.cards.values().flat_map(|kept| &kept.proofs);
        kept.map(|(_, proof)| proof.as_slice()).collect()
    }

    /// Takes in a proof that was made for a plan over these cards. One that the plan does not know
    /// is dropped.
    pub(super) fn add(&mut self, made: MadeRange, consent: &Consent) {
        let Some(planned) = consent.plan.proofs().get(made.proof) else {
            return;
        };
        let card = consent.cards.get(planned.credential);
        if let Some(kept) = card.and_then(|card| self.cards.get_mut(&card.id())) {
            kept.changed = true;
            kept.proofs.push((planned.on, made.range));
            let surplus = kept.proofs.len().saturating_sub(MAX_KEPT);
            kept.proofs.drain(..surplus);
        }
    }
}

impl Kept {
    /// A request is accepted for a day before and after its own, and so is its proof.
    fn prune(&mut self, today: Date) {
        let before = self.proofs.len();
        self.proofs
            .retain(|(day, _)| day.is_none_or(|day| day.days() + 1 >= today.days()));
        self.changed |= self.proofs.len() != before;
    }

    /// Key digest, then for each proof its day, its length and itself; numbers have 8 bytes.
    fn to_bytes(&self, key_digest: &[u8; 32]) -> Zeroizing<Vec<u8>> {
        let length: usize = self.proofs.iter().map(|(_, proof)| 16 + proof.len()).sum();
        // Reserved at once, so that growing leaves no copy.
        let mut bytes = Zeroizing::new(Vec::with_capacity(32 + length));
        bytes.extend_from_slice(key_digest);
        for (day, proof) in &self.proofs {
            let day = day.map_or(NO_DAY, Date::days);
            bytes.extend_from_slice(&day.to_be_bytes());
            bytes.extend_from_slice(&(proof.len() as u64).to_be_bytes());
            bytes.extend_from_slice(proof);
        }
        bytes
    }

    /// `None` if it is of another key, or nonsense.
    fn from_bytes(bytes: &[u8], key_digest: &[u8; 32]) -> Option<Self> {
        let (digest, mut rest) = bytes.split_first_chunk::<32>()?;
        if digest != key_digest {
            return None;
        }
        let mut proofs = Vec::new();
        while !rest.is_empty() {
            let (day, after) = rest.split_first_chunk::<8>()?;
            let (length, after) = after.split_first_chunk::<8>()?;
            let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
            let (proof, after) = after.split_at_checked(length)?;
            let day = match i64::from_be_bytes(*day) {
                NO_DAY => None,
                days => Some(Date::from_days(days).ok()?),
            };
            proofs.push((day, Zeroizing::new(proof.to_vec())));
            rest = after;
        }
        Some(Self {
            proofs,
            changed: false,
        })
    }
}
