//! The search for cards that answer together: query by query, going back as soon as a predicate between those that were taken is
//! not so.

use std::collections::BTreeMap;

use glimpse_protocol::plan::Draft;

use super::{Unfit, held};
use crate::request::IncomingRequest;
use crate::wallet::Card;

/// So much work is done for one request: a look at a predicate between cards is one step, judging it afresh [`FRESH`] more. It is
/// done on the thread of the screen.
pub(crate) const BUDGET: usize = 250_000;

/// What judging a predicate between cards costs, compared with looking up what was found before.
const FRESH: usize = 20;

/// A predicate that is about the cards of several queries.
struct Tie {
    query: usize,
    predicate: usize,
    /// The queries, in order.
    about: Vec<usize>,
}

/// What a search came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// For each query, the place of a card.
    Way(Vec<usize>),
    /// There is none.
    Nothing,
    /// The budget is spent.
    GaveUp,
}

/// Searches of one request. They share what they find, and the budget.
pub(super) struct Search<'r> {
    incoming: &'r IncomingRequest,
    cards: &'r [Card],
    ties: Vec<Tie>,
    /// A card for each query, where a predicate does not say which.
    others: Vec<usize>,
    /// By the place among the ties, and the places of their cards.
    judged: BTreeMap<(usize, Vec<usize>), bool>,
    left: usize,
}

impl<'r> Search<'r> {
    /// `pools` are, for each query, the places of the cards that answer it alone.
    pub(super) fn new(
        incoming: &'r IncomingRequest,
        cards: &'r [Card],
        pools: &[Vec<usize>],
        budget: usize,
    ) -> Self {
        let request = incoming.request();
        let mut ties = Vec::new();
        for (query, asked) in request.queries().iter().enumerate() {
            for predicate in 0..asked.predicates().len() {
                let about = request.queries_of(query, predicate);
                if about.len() > 1 {
                    ties.push(Tie {
                        query,
                        predicate,
                        about,
                    });
                }
            }
        }
        Self {
            incoming,
            cards,
            ties,
            others: pools
                .iter()
                .filter_map(|pool| pool.first().copied())
                .collect(),
            judged: BTreeMap::new(),
            left: budget,
        }
    }

    /// Whether what is asked in a query is about the card of another one, too.
    pub(super) fn asks_about_others(&self, number: usize) -> bool {
        self.ties.iter().any(|tie| tie.query == number)
    }

    /// The first cards of each pool that answer together.
    pub(super) fn together(&mut self, pools: &[Vec<usize>]) -> Found {
        let firsts: Option<Vec<usize>> = pools.iter().map(|pool| pool.first().copied()).collect();
        let Some(mut way) = firsts else {
            return Found::Nothing;
        };
        // Queries with nothing between them do not multiply each other's ways.
        for mut group in self.groups(pools.len()) {
            // What leaves little choice first.
            group.sort_by_key(|query| pools[*query].len());
            match self.place(&group, 0, pools, &mut way) {
                Some(true) => {}
                Some(false) => return Found::Nothing,
                None => return Found::GaveUp,
            }
        }
        Found::Way(way)
    }

    /// Chooses for the queries of a group from the `next` on, those before being placed; `None` if the budget is spent.
    fn place(
        &mut self,
        group: &[usize],
        next: usize,
        pools: &[Vec<usize>],
        way: &mut Vec<usize>,
    ) -> Option<bool> {
        let Some(query) = group.get(next) else {
            return Some(true);
        };
        for card in &pools[*query] {
            way[*query] = *card;
            if self.holds_so_far(&group[..=next], *query, way)?
                && self.place(group, next + 1, pools, way)?
            {
                return Some(true);
            }
        }
        Some(false)
    }

    /// Whether all ties are so that are about the query placed last and about others that are placed.
    fn holds_so_far(&mut self, placed: &[usize], last: usize, way: &[usize]) -> Option<bool> {
        for number in 0..self.ties.len() {
            let about = &self.ties[number].about;
            if !about.contains(&last) || !about.iter().all(|query| placed.contains(query)) {
                continue;
            }
            let key = (number, about.iter().map(|query| way[*query]).collect());
            self.left = self.left.checked_sub(1)?;
            let holds = match self.judged.get(&key) {
                Some(holds) => *holds,
                None => {
                    self.left = self.left.checked_sub(FRESH)?;
                    let holds = self.judge(number, way).is_ok();
                    self.judged.insert(key, holds);
                    holds
                }
            };
            if !holds {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Why cards do not answer together: first what is about the card of this query.
    pub(super) fn answers(&self, number: usize, way: &[usize]) -> Result<(), Unfit> {
        let about = |tie: &usize| self.ties[*tie].about.contains(&number);
        let ties = 0..self.ties.len();
        let (own, rest): (Vec<_>, Vec<_>) = ties.partition(about);
        own.into_iter()
            .chain(rest)
            .try_for_each(|tie| self.judge(tie, way))
    }

    fn judge(&self, tie: usize, way: &[usize]) -> Result<(), Unfit> {
        let tie = &self.ties[tie];
        let request = self.incoming.request();
        let queries = request.queries().iter().enumerate();
        let at_hand = queries.map(|(number, query)| {
            let places = if tie.about.contains(&number) {
                way
            } else {
                &self.others
            };
            let card = places.get(number).map(|place| &self.cards[*place]);
            card.map(|card| held(query, card))
        });
        let at_hand: Vec<_> = at_hand.collect();
        let draft = Draft::new(request, &at_hand).map_err(Unfit::Request)?;
        let needed = draft.needed_sets(tie.query).map_err(Unfit::Request)?;
        let known = self.incoming.known_of(&needed);
        Ok(draft
            .with_known(known)
            .check_predicate(tie.query, tie.predicate)?)
    }

    /// The queries, those together that ties connect.
    fn groups(&self, queries: usize) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = (0..queries).map(|query| vec![query]).collect();
        for tie in &self.ties {
            let touches = |group: &Vec<usize>| group.iter().any(|query| tie.about.contains(query));
            let (joined, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(touches);
            groups = apart;
            groups.push(joined.concat());
        }
        groups
    }
}
