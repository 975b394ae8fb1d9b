//! Which cards can answer a request, each by itself and together: facts can be about several cards at once.

mod search;

use glimpse_protocol::plan::{Draft, Held, Unanswered};
use glimpse_protocol::request::CredentialQuery;

use super::{Candidate, QueryCandidates, Unfit, usable};
use crate::request::IncomingRequest;
use crate::wallet::{Card, CardId};
pub(crate) use search::BUDGET;
use search::{Found, Search};

/// Judges every card for every query of a request. A card fits if, with some cards for the other queries, it answers; if some
/// other query has no card that could, by what is asked of this one alone.
pub(crate) fn candidates(
    incoming: &IncomingRequest,
    cards: &[Card],
    budget: usize,
) -> Vec<QueryCandidates> {
    let queries = incoming.request().queries().iter();
    let judged = queries.zip(judge(incoming, cards, budget));
    let judged = judged.map(|(query, judged)| {
        let candidates = cards.iter().zip(judged);
        let mut candidates: Vec<Candidate> = candidates
            .map(|(card, fits)| Candidate {
                card: card.clone(),
                fits,
            })
            .collect();
        candidates.sort_by_key(|candidate| candidate.fits.is_err());
        QueryCandidates {
            query: query.id().to_owned(),
            candidates,
        }
    });
    judged.collect()
}

/// Cards that answer together: of `wanted`, that of the query `kept`, and the others where they can.
pub(crate) fn choose(
    incoming: &IncomingRequest,
    cards: &[Card],
    wanted: &[CardId],
    kept: Option<usize>,
    budget: usize,
) -> Option<Vec<CardId>> {
    let mut pools = fitting(&alone(incoming, cards));
    for (number, pool) in pools.iter_mut().enumerate() {
        let is_other = |place: &usize| wanted.get(number) != Some(&cards[*place].id());
        if kept == Some(number) {
            pool.retain(|place| !is_other(place));
        }
        pool.sort_by_key(is_other);
    }
    let mut search = Search::new(incoming, cards, &pools, budget);
    match search.together(&pools) {
        Found::Way(way) => Some(way.iter().map(|place| cards[*place].id()).collect()),
        Found::Nothing | Found::GaveUp => None,
    }
}

/// For each query, whether each card fits.
fn judge(incoming: &IncomingRequest, cards: &[Card], budget: usize) -> Vec<Vec<Result<(), Unfit>>> {
    let mut judged = alone(incoming, cards);
    let pools = fitting(&judged);
    let firsts: Option<Vec<usize>> = pools.iter().map(|pool| pool.first().copied()).collect();
    let Some(firsts) = firsts else {
        return judged;
    };
    let mut search = Search::new(incoming, cards, &pools, budget);
    let (base, nobody) = match search.together(&pools) {
        Found::Way(way) => (way, false),
        Found::Nothing => (firsts, true),
        // What was not shown to be unfit may be tried.
        Found::GaveUp => return judged,
    };
    for (number, judged) in judged.iter_mut().enumerate() {
        // Where no cards fit together, it is said of those that are asked to.
        if nobody && !search.asks_about_others(number) {
            continue;
        }
        for place in &pools[number] {
            let mut with = pools.clone();
            with[number] = vec![*place];
            if search.together(&with) == Found::Nothing {
                let mut way = base.clone();
                way[number] = *place;
                judged[*place] = search.answers(number, &way);
            }
        }
    }
    judged
}

/// For each query, whether each card can answer it as far as that is not about other cards.
fn alone(incoming: &IncomingRequest, cards: &[Card]) -> Vec<Vec<Result<(), Unfit>>> {
    let request = incoming.request();
    let check = |number: usize, card| {
        usable(&request.queries()[number], card, incoming.at())?;
        let mut at_hand = vec![None; request.queries().len()];
        at_hand[number] = Some(held(&request.queries()[number], card));
        let draft = Draft::new(request, &at_hand).map_err(Unfit::Request)?;
        let needed = draft.needed_sets(number).map_err(Unfit::Request)?;
        let known = incoming.known_of(&needed);
        Ok(draft.with_known(known).check(number)?)
    };
    let numbers = 0..request.queries().len();
    numbers
        .map(|number| cards.iter().map(|card| check(number, card)).collect())
        .collect()
}

/// For each query, the places of the cards that fit.
fn fitting(judged: &[Vec<Result<(), Unfit>>]) -> Vec<Vec<usize>> {
    let fitting = |judged: &Vec<Result<(), Unfit>>| {
        let cards = judged.iter().enumerate();
        let fitting = cards.filter(|(_, judged)| judged.is_ok());
        fitting.map(|(place, _)| place).collect()
    };
    judged.iter().map(fitting).collect()
}

fn held<'c>(query: &CredentialQuery, card: &'c Card) -> Held<'c> {
    let asked = query.not_revoked();
    Held {
        credential: card.credential(),
        status: asked.and_then(|asked| card.status().answering(asked)),
    }
}

impl From<Unanswered> for Unfit {
    fn from(why: Unanswered) -> Self {
        match why {
            Unanswered::Request(error) => Self::Request(error),
            Unanswered::Unmet(unmet) => Self::Unmet(unmet),
        }
    }
}
