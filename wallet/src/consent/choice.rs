//! Which cards can answer a request, each by itself and together: facts can be about two cards at once.

use glimpse_protocol::fact::Fact;
use glimpse_protocol::plan::Plan;

use super::{Candidate, QueryCandidates, Unfit, fits, informed, usable};
use crate::request::IncomingRequest;
use crate::wallet::{Card, CardId};

/// So many ways to choose are tried: those of eight cards for each of four queries.
const MOST_TRIED: usize = 4096;

/// One card for each query.
type Way<'c> = Vec<&'c Card>;

/// Judges every card for every query of a request. A card fits if, with some cards for the other queries, it answers; if some
/// other query has no card at all, by what is asked of this one.
pub(crate) fn candidates(incoming: &IncomingRequest, cards: &[Card]) -> Vec<QueryCandidates> {
    let queries = incoming.request().queries().iter();
    let judged = queries.zip(judge(incoming, cards)).map(|(query, judged)| {
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
) -> Option<Vec<CardId>> {
    let mut pools = fitting(cards, &judge(incoming, cards));
    for (number, pool) in pools.iter_mut().enumerate() {
        let is_other = |card: &&Card| wanted.get(number) != Some(&card.id());
        if kept == Some(number) {
            pool.retain(|card| !is_other(card));
        }
        pool.sort_by_key(is_other);
    }
    let way = together(incoming, &pools)?;
    Some(way.iter().map(|card| card.id()).collect())
}

/// For each query, whether each card fits.
fn judge(incoming: &IncomingRequest, cards: &[Card]) -> Vec<Vec<Result<(), Unfit>>> {
    let queries = incoming.request().queries();
    let now = incoming.at();
    let can = |query| {
        let cards = cards.iter();
        cards.filter(move |card| usable(query, card, now).is_ok())
    };
    let pools: Vec<Vec<&Card>> = queries.iter().map(|query| can(query).collect()).collect();
    let next_to_others = |number: usize, card| {
        usable(&queries[number], card, now)?;
        let mut why = Ok(());
        for way in ways(&with(&pools, number, card)) {
            let plan = informed(incoming, &way);
            let judged = fits(&queries[number], number, card, &plan, &way, now);
            let depends = plan.as_ref().is_ok_and(|plan| connects(plan, number));
            if judged.is_ok() || !depends {
                return judged;
            }
            why = why.and(judged);
        }
        why
    };
    let mut judged: Vec<Vec<_>> = (0..queries.len())
        .map(|number| {
            cards
                .iter()
                .map(|card| next_to_others(number, card))
                .collect()
        })
        .collect();

    let pools = fitting(cards, &judged);
    let firsts: Option<Way<'_>> = pools.iter().map(|pool| pool.first().copied()).collect();
    let Some(firsts) = firsts else {
        return judged;
    };
    let found = together(incoming, &pools);
    let nobody = found.is_none();
    let base = found.unwrap_or(firsts);
    for (number, judged) in judged.iter_mut().enumerate() {
        // Where no cards fit together, it is said of those that are asked to.
        let asked = informed(incoming, &base).is_ok_and(|plan| connects(&plan, number));
        for (card, judged) in cards.iter().zip(judged) {
            if judged.is_ok()
                && (asked || !nobody)
                && together(incoming, &with(&pools, number, card)).is_none()
            {
                let mut way = base.clone();
                way[number] = card;
                *judged = answers(incoming, &way);
            }
        }
    }
    judged
}

/// For each query, the cards that fit.
fn fitting<'c>(cards: &'c [Card], judged: &[Vec<Result<(), Unfit>>]) -> Vec<Vec<&'c Card>> {
    let fitting = |judged: &Vec<Result<(), Unfit>>| {
        let pairs = cards.iter().zip(judged);
        let fitting = pairs.filter(|(_, judged)| judged.is_ok());
        fitting.map(|(card, _)| card).collect()
    };
    judged.iter().map(fitting).collect()
}

/// The first cards of each pool that answer together.
fn together<'c>(incoming: &IncomingRequest, pools: &[Vec<&'c Card>]) -> Option<Way<'c>> {
    ways(pools).find(|way| answers(incoming, way).is_ok())
}

/// Whether cards answer together. A request that makes no sense is refused later, by its path.
fn answers(incoming: &IncomingRequest, way: &[&Card]) -> Result<(), Unfit> {
    let Ok(plan) = informed(incoming, way) else {
        return Ok(());
    };
    let credentials: Vec<_> = way.iter().map(|card| card.credential()).collect();
    plan.check(&credentials).map_err(Unfit::Unmet)
}

/// Whether what is asked in a query is about the card of another one, too.
fn connects(plan: &Plan, number: usize) -> bool {
    let planned = plan.credentials().get(number);
    let formulas = planned.into_iter().flat_map(|planned| &planned.proved);
    let facts = formulas.flat_map(|formula| formula.leaves());
    facts
        .flat_map(Fact::attributes)
        .any(|attribute| attribute.credential != number)
}

/// The pools with nothing but one card in one of them.
fn with<'c>(pools: &[Vec<&'c Card>], number: usize, card: &'c Card) -> Vec<Vec<&'c Card>> {
    let mut pools = pools.to_vec();
    pools[number] = vec![card];
    pools
}

/// The ways to take one card of each pool, the first cards first.
fn ways<'p, 'c>(pools: &'p [Vec<&'c Card>]) -> impl Iterator<Item = Way<'c>> + use<'p, 'c> {
    let mut counts = pools.iter().map(Vec::len);
    let count = counts.try_fold(1, usize::checked_mul).unwrap_or(MOST_TRIED);
    (0..count.min(MOST_TRIED)).map(|mut place| {
        let backwards = pools.iter().rev().map(|pool| {
            let card = pool[place % pool.len()];
            place /= pool.len();
            card
        });
        let mut way: Way<'c> = backwards.collect();
        way.reverse();
        way
    })
}
