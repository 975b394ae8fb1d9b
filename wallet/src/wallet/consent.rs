//! From a request to an answer: candidates, consent, presentation, ledger.

use std::collections::BTreeMap;

use glimpse_protocol::holder::HolderSecret;
use glimpse_protocol::presentation::Presentation;
use glimpse_protocol::request::{ResponseMode, StaleRequest};
use glimpse_protocol::status::StatusHead;
use glimpse_protocol::time::DateTime;
use rand_core::{CryptoRng, RngCore};

use super::kept::{FactId, KeptProofs, Lasts};
use super::lists::status_fact;
use super::{Card, CardId, PrepareError, RecordsError, Unlocked, Wallet};
use crate::ahead;
use crate::consent::{self, Consent, ConsentError, QueryCandidates};
use crate::endpoint::Endpoint;
use crate::form;
use crate::http::{HttpRequest, HttpResponse, ResponseError};
use crate::ledger::{Entry, Verdict};
use crate::prover::{MadeProof, PresentJob, Prover, ShownCard, Watch};
use crate::request::IncomingRequest;
use crate::status::StatusUnfit;
use crate::store::{Batch, Kind, RecordId, RecordName, Storage};

/// Why nothing was consented to.
#[derive(Debug, thiserror::Error)]
pub enum AskError<E: std::error::Error + 'static> {
    /// The choice does not fit the request.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// Storage failed.
    #[error(transparent)]
    Records(#[from] RecordsError<E>),
}

/// Why nothing was presented. Nothing left the wallet.
#[derive(Debug, thiserror::Error)]
pub enum PresentError<E: std::error::Error + 'static, F: std::error::Error + 'static> {
    /// The request became too old while it was being read.
    #[error(transparent)]
    Stale(#[from] StaleRequest),
    /// The prover failed or was cancelled.
    #[error(transparent)]
    Prover(F),
    /// That a card is not revoked cannot be proved.
    #[error(transparent)]
    Status(StatusUnfit),
    /// The prover's output is no presentation.
    #[error("the prover made no valid presentation")]
    Output,
    /// The request was answered before.
    #[error("this request was answered already: ask for a new one")]
    Answered,
    /// Storage failed, so the ledger could not be written.
    #[error(transparent)]
    Records(#[from] RecordsError<E>),
}

/// A presentation that is in the ledger and may leave the wallet.
#[derive(Debug)]
pub struct Presented {
    entry: RecordId,
    presentation: Vec<u8>,
    answer: Answer,
}

/// How an answer travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Send this; across devices.
    Post(HttpRequest),
    /// Navigate to this address; on the same device. The answer is in the fragment, which browsers
    /// do not send to servers.
    Redirect(String),
}

impl<S: Storage, P> Wallet<S, P, Unlocked> {
    /// Which cards can answer a request, and why the others cannot.
    pub async fn candidates(
        &self,
        incoming: &IncomingRequest,
    ) -> Result<Vec<QueryCandidates>, RecordsError<S::Error>> {
        let cards = self.cards().await?;
        Ok(consent::candidates(incoming, &cards, consent::BUDGET))
    }

    /// One card for each query, that answer a request together. The card of the query `kept` is that of `wanted`, and so are the
    /// others where they can be. `None` if no cards answer it.
    pub async fn choose(
        &self,
        incoming: &IncomingRequest,
        wanted: &[CardId],
        kept: Option<usize>,
    ) -> Result<Option<Vec<CardId>>, RecordsError<S::Error>> {
        let cards = self.cards().await?;
        let budget = consent::BUDGET;
        Ok(consent::choose(incoming, &cards, wanted, kept, budget))
    }

    /// Lays out what answering with these cards, one for each query, would tell the verifier. To be
    /// called again whenever the choice changes; only the one that is presented counts.
    pub async fn ask(
        &self,
        incoming: &IncomingRequest,
        choice: &[CardId],
    ) -> Result<Consent, AskError<S::Error>> {
        let mut cards = Vec::with_capacity(choice.len());
        for id in choice {
            cards.push(self.card(*id).await?.ok_or(ConsentError::Choice)?);
        }
        let earlier = self
            .ledger()
            .await?
            .into_iter()
            .map(|(_, entry)| entry)
            .collect();
        Ok(Consent::new(incoming.clone(), cards, earlier)?)
    }

    /// Notes that the holder declined a request. Nothing was told, and it can still be answered.
    pub async fn decline<R: CryptoRng + RngCore>(
        &self,
        incoming: &IncomingRequest,
        now: DateTime,
        rng: &mut R,
    ) -> Result<(), RecordsError<S::Error>> {
        let name = Self::fresh_name(Kind::Ledger, rng)?;
        self.write_entry(name, &Entry::declined(incoming, now), rng)
            .await
    }

    /// Everything that was asked, oldest first: what was shown, and what was declined.
    pub async fn ledger(&self) -> Result<Vec<(RecordId, Entry)>, RecordsError<S::Error>> {
        let mut entries = Vec::new();
        for name in self.names(Kind::Ledger).await? {
            if let Some(bytes) = self.read(&name).await? {
                let entry =
                    Entry::from_bytes(&bytes).ok_or(RecordsError::Content("ledger entry"))?;
                entries.push((name.id(), entry));
            }
        }
        entries.sort_by_key(|(_, entry)| entry.at);
        Ok(entries)
    }

    /// Notes what became of an answer.
    pub async fn settle<R: CryptoRng + RngCore>(
        &self,
        entry: RecordId,
        verdict: Verdict,
        rng: &mut R,
    ) -> Result<(), RecordsError<S::Error>> {
        let name = RecordName::new(Kind::Ledger, entry);
        let bytes = self.read(&name).await?.ok_or(RecordsError::Missing)?;
        let mut entry = Entry::from_bytes(&bytes).ok_or(RecordsError::Content("ledger entry"))?;
        entry.outcome = verdict.into();
        self.write_entry(name, &entry, rng).await
    }

    async fn write_entry<R: CryptoRng + RngCore>(
        &self,
        name: RecordName,
        entry: &Entry,
        rng: &mut R,
    ) -> Result<(), RecordsError<S::Error>> {
        let sealed = self.sealed_entry(&name, entry, rng)?;
        let stored = self.storage.put(name, sealed).await;
        stored.map_err(RecordsError::Storage)
    }

    fn sealed_entry<R: CryptoRng + RngCore>(
        &self,
        name: &RecordName,
        entry: &Entry,
        rng: &mut R,
    ) -> Result<Vec<u8>, RecordsError<S::Error>> {
        let bytes = entry
            .to_bytes()
            .ok_or(RecordsError::Content("ledger entry"))?;
        self.sealed(name, &bytes, rng)
    }
}

impl<S: Storage, P: Prover> Wallet<S, P, Unlocked> {
    /// Makes the presentation that was consented to, writes it into the ledger, and only then hands
    /// it out.
    pub async fn present<R: CryptoRng + RngCore>(
        &self,
        consent: Consent,
        now: DateTime,
        watch: Watch<'_>,
        rng: &mut R,
    ) -> Result<Presented, PresentError<S::Error, P::Error>> {
        consent.incoming.request().check_time(now)?;
        // Since the holder was asked, a list may have come that revokes a card.
        let cards = self.read_again(&consent).await?;
        let consent = consent.renewed(cards, now);
        let consent = consent.map_err(PresentError::Status)?;
        let request = consent.incoming.request();
        let mut prepared = Vec::with_capacity(consent.cards.len());
        for card in &consent.cards {
            prepared.push(
                self.prepared(card)
                    .await
                    .map_err(PresentError::from_prepare)?,
            );
        }
        let mut kept = BTreeMap::new();
        for card in &consent.cards {
            let proofs = self.kept_for(&consent, card, now, watch).await?;
            kept.insert(card.id(), proofs);
        }
        let secret = self.state.seed.holder_secret();
        let cards = consent
            .cards
            .iter()
            .zip(&prepared)
            .zip(request.queries())
            .map(|((card, prepared), query)| ShownCard {
                credential: card.credential(),
                issuer: card.issuer(),
                prepared: prepared.as_ref().map(|bytes| bytes.as_slice()),
                status: query
                    .not_revoked()
                    .and_then(|asked| card.status().answering(asked)),
            })
            .collect();
        let job = PresentJob {
            secret: &secret,
            request,
            cards,
            kept: kept.values().flat_map(KeptProofs::bytes).collect(),
        };
        let answered = self
            .prover
            .present(job, watch)
            .await
            .map_err(PresentError::Prover)?;
        let bytes = answered.presentation;
        let presentation = Presentation::from_bytes(&bytes).map_err(|_| PresentError::Output)?;
        let answer = answer(&consent, &presentation);
        self.take_made(answered.made, &consent, &secret, &mut kept)
            .await
            .map_err(PresentError::from_prepare)?;

        // Another page of the same wallet may have taken a list meanwhile, or answered.
        let checked = consent.check_lists(&self.read_again(&consent).await?, now);
        checked.map_err(PresentError::Status)?;
        if self
            .ledger()
            .await?
            .iter()
            .any(|(_, entry)| entry.answers(request))
        {
            return Err(PresentError::Answered);
        }
        let name = Self::fresh_name(Kind::Ledger, rng)?;
        let entry = self.sealed_entry(&name, &Entry::new(&consent, now), rng)?;
        let mut batch = Batch::new().put(name, entry);
        for (card, kept) in &kept {
            batch = self.keep(*card, kept, batch, rng)?;
        }
        let stored = self.storage.apply(batch).await;
        stored.map_err(RecordsError::Storage)?;
        Ok(Presented {
            entry: name.id(),
            presentation: bytes,
            answer,
        })
    }
}

impl<S: Storage, P: Prover> Wallet<S, P, Unlocked> {
    /// The cards of an answer with what lists say of them by now, if that is asked.
    async fn read_again(&self, consent: &Consent) -> Result<Vec<Card>, RecordsError<S::Error>> {
        if !consent.asks_status() {
            return Ok(consent.cards.clone());
        }
        let mut cards = Vec::with_capacity(consent.cards.len());
        for card in &consent.cards {
            cards.push(self.card(card.id()).await?.ok_or(RecordsError::Missing)?);
        }
        Ok(cards)
    }

    /// What is kept for a card of an answer. What is asked of status lists and published sets, and is not proved yet, is
    /// proved now, from what is kept of them.
    async fn kept_for(
        &self,
        consent: &Consent,
        card: &Card,
        now: DateTime,
        watch: Watch<'_>,
    ) -> Result<KeptProofs, PresentError<S::Error, P::Error>> {
        let kept = self.kept_proofs(card, now.date()).await;
        let mut kept = kept.map_err(PresentError::from_prepare)?;
        let planned = consent.plan.credentials().iter().zip(&consent.cards);
        for (planned, _) in planned.filter(|(_, chosen)| chosen.id() == card.id()) {
            let Some(needed) = planned.status_of(card.credential()) else {
                continue;
            };
            let fact = status_fact(card.credential(), needed);
            if kept.has(&fact) {
                continue;
            }
            let made = self.prove_status(card, fact, watch).await;
            let made = made.map_err(PresentError::from_prepare)?;
            kept.add(made.ok_or_else(|| {
                PresentError::Status(StatusUnfit::Outdated(card.issuer().name().to_owned()))
            })?);
        }
        let proved = self.prove_sets(consent, card, &mut kept, watch).await;
        proved.map_err(PresentError::from_prepare)?;
        Ok(kept)
    }

    /// Takes in the proofs that were made for an answer. One that the plan does not know is dropped.
    async fn take_made(
        &self,
        made: Vec<MadeProof>,
        consent: &Consent,
        secret: &HolderSecret,
        kept: &mut BTreeMap<CardId, KeptProofs>,
    ) -> Result<(), PrepareError<S::Error, P::Error>> {
        let credentials: Vec<_> = consent.cards.iter().map(Card::credential).collect();
        let values = ahead::values(&consent.plan, &credentials, secret);
        for made in made {
            let planned = consent.plan.proofs().get(made.proof);
            let card = planned.and_then(|planned| consent.cards.get(planned.credential));
            let (Some(planned), Some(card)) = (planned, card) else {
                continue;
            };
            let slots = values.as_ref().and_then(|values| values.slots(planned));
            let (Some(slots), Some(kept)) = (slots, kept.get_mut(&card.id())) else {
                continue;
            };
            let asked = consent.plan.credentials().get(planned.credential);
            let head = asked.and_then(|asked| asked.status_of(card.credential()));
            let lasts = Lasts::of(planned, head.map(StatusHead::epoch));
            let id = FactId::new(planned.circuit, &slots);
            kept.add(self.to_keep(planned.circuit, id, lasts, made.bytes).await?);
        }
        Ok(())
    }
}

impl<E: std::error::Error + 'static, F: std::error::Error + 'static> PresentError<E, F> {
    fn from_prepare(error: PrepareError<E, F>) -> Self {
        match error {
            PrepareError::NoCard => Self::Records(RecordsError::Missing),
            PrepareError::Prover(error) => Self::Prover(error),
            PrepareError::Records(error) => Self::Records(error),
        }
    }
}

impl Presented {
    /// Its entry in the ledger, for [`Wallet::settle`].
    #[must_use]
    pub fn entry(&self) -> RecordId {
        self.entry
    }

    /// The presentation in its binary form.
    #[must_use]
    pub fn presentation(&self) -> &[u8] {
        &self.presentation
    }

    /// How to hand it over.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Reads what the verifier said to a posted answer: where it asks the holder to go on, if
    /// anywhere.
    pub fn receive(&self, response: &HttpResponse) -> Result<Option<Endpoint>, ResponseError> {
        if response.success()?.trim_ascii().is_empty() {
            return Ok(None);
        }
        let value = response.json()?;
        match value.get("redirect_uri") {
            None => Ok(None),
            Some(uri) => uri
                .as_str()
                .and_then(|uri| uri.parse().ok())
                .map(Some)
                .ok_or(ResponseError::Malformed("redirect_uri")),
        }
    }
}

fn answer(consent: &Consent, presentation: &Presentation) -> Answer {
    let request = consent.incoming.request();
    let token = presentation.to_vp_token(request).to_string();
    let mut fields = vec![("vp_token", token.as_str())];
    fields.extend(request.state().map(|state| ("state", state)));
    let to = consent.incoming.answer_to();
    match request.response() {
        ResponseMode::DirectPost(_) => Answer::Post(HttpRequest::post_form(to.clone(), &fields)),
        ResponseMode::Fragment(_) => Answer::Redirect(format!("{to}#{}", form::encode(&fields))),
    }
}
