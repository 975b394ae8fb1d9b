//! What a person agrees to: read from the very request that is then hashed into the proof.

mod choice;
mod pinned;
mod view;

use glimpse_protocol::plan::{Plan, PlanError, Unmet};
use glimpse_protocol::request::{CredentialQuery, Request};
use glimpse_protocol::time::DateTime;

use crate::ledger::Entry;
use crate::request::IncomingRequest;
use crate::status::StatusUnfit;
use crate::wallet::Card;

pub(crate) use choice::{BUDGET, candidates, choose};
use pinned::Pinned;
pub(crate) use view::in_words;
pub use view::{Field, SeenAs, SeenCard, without_identifier};

/// Agreement to answer one request with certain cards.
///
/// [`Wallet::present`](crate::wallet::Wallet::present) takes it by value, and it can neither be
/// cloned nor built outside this crate, so one agreement answers once:
///
/// ```compile_fail
/// # use glimpse_wallet::consent::Consent;
/// fn spend(consent: Consent) {}
/// fn twice(consent: Consent) {
///     spend(consent);
///     spend(consent);
/// }
/// ```
///
/// ```compile_fail
/// # use glimpse_wallet::consent::Consent;
/// fn copy(consent: &Consent) -> Consent {
///     consent.clone()
/// }
/// ```
///
/// ```
/// # use glimpse_wallet::consent::Consent;
/// fn spend(consent: Consent) {}
/// fn once(consent: Consent) {
///     spend(consent);
/// }
/// ```
#[derive(Debug)]
pub struct Consent {
    pub(crate) incoming: IncomingRequest,
    pub(crate) plan: Plan,
    pub(crate) cards: Vec<Card>,
    pub(crate) earlier: Vec<Entry>,
    /// The same by newer status lists, which say nothing of values.
    pinned: Pinned,
}

/// Whether a card can answer a query, and if not, why.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The card.
    pub card: Card,
    /// `Ok` if it can answer.
    pub fits: Result<(), Unfit>,
}

/// Why a card cannot answer a query. Known to the holder alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Another kind of credential is asked for.
    #[error("another kind of credential is asked for")]
    OtherKind,
    /// The verifier does not accept the issuer.
    #[error("the verifier does not accept credentials of {0}")]
    Issuer(String),
    /// The query makes no sense for this kind of credential: the verifier's mistake.
    #[error("the request cannot be answered: {0}")]
    Request(PlanError),
    /// That it is not revoked is asked for, and cannot be shown.
    #[error(transparent)]
    Status(StatusUnfit),
    /// Something that is asked for is absent or not so.
    #[error("{0}")]
    Unmet(Unmet),
}

/// For one query, all cards and whether they can answer it, those that can first.
#[derive(Clone, Debug)]
pub struct QueryCandidates {
    /// The query's name in the request.
    pub query: String,
    /// The cards.
    pub candidates: Vec<Candidate>,
}

impl QueryCandidates {
    /// The cards that can answer.
    pub fn fitting(&self) -> impl Iterator<Item = &Card> {
        self.candidates
            .iter()
            .filter(|candidate| candidate.fits.is_ok())
            .map(|found| &found.card)
    }
}

/// Why there is nothing to agree to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsentError {
    /// Not one card for each query.
    #[error("choose one card for each credential that is asked for")]
    Choice,
    /// The request was answered before. Answers are not repeated.
    #[error("this request was answered already: ask for a new one")]
    Answered,
    /// A chosen card does not fit.
    #[error("the card chosen for {query} cannot answer: {why}")]
    Unfit {
        /// The query's name in the request.
        query: String,
        /// Why.
        why: Unfit,
    },
}

impl Consent {
    pub(crate) fn new(
        incoming: IncomingRequest,
        cards: Vec<Card>,
        earlier: Vec<Entry>,
    ) -> Result<Self, ConsentError> {
        if cards.len() != incoming.request().queries().len() {
            return Err(ConsentError::Choice);
        }
        if earlier
            .iter()
            .any(|entry| entry.answers(incoming.request()))
        {
            return Err(ConsentError::Answered);
        }
        let chosen: Vec<&Card> = cards.iter().collect();
        let plan = informed(&incoming, &chosen);
        let now = incoming.at();
        for (number, (query, card)) in incoming.request().queries().iter().zip(&cards).enumerate() {
            fits(query, number, card, &plan, &chosen, now).map_err(|why| ConsentError::Unfit {
                query: query.id().to_owned(),
                why,
            })?;
        }
        // Every card fits on its own, so what is left can only be between them.
        let plan = plan.map_err(|error| ConsentError::Unfit {
            query: error.path().to_owned(),
            why: Unfit::Request(error),
        })?;
        let credentials: Vec<_> = cards.iter().map(Card::credential).collect();
        let pinned = Pinned::new(&plan, &credentials, incoming.sets());
        Ok(Self {
            incoming,
            plan,
            cards,
            earlier,
            pinned,
        })
    }

    /// The same agreement by what status lists say now: `cards` are its own, read again.
    pub(crate) fn renewed(self, cards: Vec<Card>, now: DateTime) -> Result<Self, StatusUnfit> {
        self.check_lists(&cards, now)?;
        // The credentials are the same, so only a newer list makes another plan.
        let chosen: Vec<&Card> = cards.iter().collect();
        let plan = informed(&self.incoming, &chosen).unwrap_or(self.plan);
        Ok(Self {
            plan,
            cards,
            ..self
        })
    }

    /// Whether what lists say of the cards, read again, still lets them answer.
    pub(crate) fn check_lists(&self, cards: &[Card], now: DateTime) -> Result<(), StatusUnfit> {
        let mut queries = self.incoming.request().queries().iter().zip(cards);
        queries.try_for_each(|(query, card)| card.status().fits(query, card.issuer(), now))
    }

    /// Whether anything is asked of status lists.
    pub(crate) fn asks_status(&self) -> bool {
        let mut planned = self.plan.credentials().iter();
        planned.any(|planned| planned.status.is_some())
    }

    /// The request, with where it came from and where the answer goes.
    #[must_use]
    pub fn incoming(&self) -> &IncomingRequest {
        &self.incoming
    }

    /// What the request compiles to with these cards.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// The plan, with what is known of the sets that it needs.
fn informed(incoming: &IncomingRequest, cards: &[&Card]) -> Result<Plan, PlanError> {
    let credentials: Vec<_> = cards.iter().map(|card| card.credential()).collect();
    let plan = plan(incoming.request(), cards)?;
    Ok(incoming.inform(plan, &credentials))
}

pub(crate) fn plan(request: &Request, cards: &[&Card]) -> Result<Plan, PlanError> {
    use glimpse_protocol::plan::CredentialChoice;
    let queries = request.queries().iter().zip(cards);
    let choices: Vec<_> = queries
        .map(|(query, card)| {
            let asked = query.not_revoked();
            let status = asked.and_then(|asked| card.status().answering(asked));
            CredentialChoice::of(query.id(), card.credential()).with_status(status)
        })
        .collect();
    Plan::compile(request, &choices)
}

fn eligible(query: &CredentialQuery, card: &Card) -> Result<(), Unfit> {
    if !query.schema().accepts(card.credential().body().schema()) {
        return Err(Unfit::OtherKind);
    }
    if !query.issuers().contains(card.credential().issuer()) {
        return Err(Unfit::Issuer(card.issuer().name().to_owned()));
    }
    Ok(())
}

/// Whether a card can answer as far as that does not depend on what it says. So it is judged before any fact: what is done
/// about a list must not tell whether they are so.
fn usable(query: &CredentialQuery, card: &Card, now: DateTime) -> Result<(), Unfit> {
    eligible(query, card)?;
    let status = card.status().fits(query, card.issuer(), now);
    status.map_err(Unfit::Status)
}

fn fits(
    query: &CredentialQuery,
    number: usize,
    card: &Card,
    plan: &Result<Plan, PlanError>,
    cards: &[&Card],
    now: DateTime,
) -> Result<(), Unfit> {
    usable(query, card, now)?;
    match plan {
        Ok(plan) => {
            let credentials: Vec<_> = cards.iter().map(|card| card.credential()).collect();
            let checked = plan.check_credential(number, &credentials);
            checked.map_err(Unfit::Unmet)
        }
        Err(error)
            if error
                .path()
                .starts_with(&format!("$.dcql_query.credentials[{number}]")) =>
        {
            Err(Unfit::Request(error.clone()))
        }
        Err(_) => Ok(()),
    }
}
