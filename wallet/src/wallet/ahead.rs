//! Preparing what is likely to be asked next.

use glimpse_primitives::field;
use glimpse_protocol::time::DateTime;
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::kept::Lasts;
use super::{PrepareError, Unlocked, Wallet};
use crate::ahead::{self, Holding, RECENT, Task, What};
use crate::ledger::Asked;
use crate::prover::{FactJob, Prover, Watch};
use crate::store::{Batch, Storage};
use crate::wallet::RecordsError;

impl<S: Storage, P: Prover> Wallet<S, P, Unlocked> {
    /// What to prepare now, the most useful first. To be asked again when a card, a list, an answer or a day has come.
    pub async fn plan_ahead(
        &self,
        now: DateTime,
    ) -> Result<Vec<Task>, PrepareError<S::Error, P::Error>> {
        let today = now.date();
        let mut holdings = Vec::new();
        for card in self.cards().await? {
            holdings.push(Holding {
                prepared: self.prepared(&card).await?.is_some(),
                kept: self.kept_proofs(&card, today).await?.ids().collect(),
                card,
            });
        }
        let ledger = self.ledger().await?;
        let asked = ledger
            .into_iter()
            .rev()
            .filter_map(|(_, entry)| entry.asked);
        let history: Vec<Asked> = asked.take(RECENT).collect();
        let secret = self.state.seed.holder_secret();
        Ok(ahead::plan(&holdings, &history, &secret, today))
    }

    /// Does one task of [`plan_ahead`](Self::plan_ahead) and stores what came of it, encrypted. A task that has become
    /// needless or impossible meanwhile is passed over.
    pub async fn prepare_ahead<R: CryptoRng + RngCore>(
        &self,
        task: Task,
        now: DateTime,
        watch: Watch<'_>,
        rng: &mut R,
    ) -> Result<(), PrepareError<S::Error, P::Error>> {
        let made = match task.what {
            What::Card => return self.prepare(task.card, watch, rng).await,
            What::Status(id) => match self.card(task.card).await? {
                None => None,
                Some(card) => self.prove_status(&card, id, watch).await?,
            },
            What::Fact {
                id,
                circuit,
                slots,
                day,
            } => {
                let mut bytes = Zeroizing::new(Vec::with_capacity(32 * slots.len()));
                slots
                    .iter()
                    .for_each(|slot| bytes.extend_from_slice(&field::to_bytes(slot)));
                let job = FactJob {
                    circuit,
                    slots: &bytes,
                };
                let proof = self.prover.prepare_fact(job).await;
                let proof = proof.map_err(PrepareError::Prover)?;
                Some(self.to_keep(circuit, id, Lasts::Day(day), proof).await?)
            }
        };
        // Read only now: an answer may have kept proofs meanwhile.
        let (Some(made), Some(card)) = (made, self.card(task.card).await?) else {
            return Ok(());
        };
        let mut kept = self.kept_proofs(&card, now.date()).await?;
        kept.add(made);
        let batch = self.keep(task.card, &kept, Batch::new(), rng)?;
        let stored = self.storage.apply(batch).await;
        Ok(stored.map_err(RecordsError::Storage)?)
    }
}
