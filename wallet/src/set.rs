//! Where the published sets are that a request is about.
//!
//! A wallet fetches a set whole, when the holder wants it and not before, by a request that is the same for everybody.
//! See `docs/protocol/set.md`.

use glimpse_protocol::fact::Fact;
use glimpse_protocol::formula::Formula;
use glimpse_protocol::plan::Unmet;
use glimpse_protocol::set::{SetDescription, SetReference};

use crate::consent::{self, Candidate, QueryCandidates, Unfit};
use crate::endpoint::{Endpoint, EndpointError};
use crate::http::{HttpRequest, HttpResponse, ResponseError};
use crate::request::IncomingRequest;
use crate::wallet::Card;

/// The most bytes of a set's file in one record. So no record takes long to seal, and the page goes on between two.
pub(crate) const PIECE: usize = 1 << 20;

/// The least. Below a whole piece the length is padded to a power of two: storage must not tell which set it is.
const SMALLEST: usize = 1 << 12;

/// The most pieces that are kept, and that a request is about: two of the largest sets, or 64 small ones.
pub(crate) const MAX_PIECES: usize = 64;

/// A set that a request is about, and where its file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetSource {
    reference: SetReference,
    url: Endpoint,
}

impl SetSource {
    pub(crate) fn new(reference: &SetReference) -> Result<Self, EndpointError> {
        Ok(Self {
            reference: reference.clone(),
            url: reference.uri().as_str().parse()?,
        })
    }

    /// Fetches the whole file. The request has no header of its own and no body.
    #[must_use]
    pub fn request(&self) -> HttpRequest {
        HttpRequest::file(self.url.clone(), self.description().max_file_bytes())
    }

    /// The file that came back, not checked yet.
    ///
    /// # Errors
    /// [`ResponseError`].
    pub fn receive<'r>(&self, response: &'r HttpResponse) -> Result<&'r [u8], ResponseError> {
        response.file(self.description().max_file_bytes())
    }

    /// The set as the request names it.
    #[must_use]
    pub fn reference(&self) -> &SetReference {
        &self.reference
    }

    /// Where its file is.
    #[must_use]
    pub fn url(&self) -> &Endpoint {
        &self.url
    }

    /// What the set is.
    #[must_use]
    pub fn description(&self) -> &SetDescription {
        self.reference.description()
    }

    /// In how many pieces its file is kept, at most.
    pub(crate) fn max_pieces(&self) -> usize {
        pieces(self.description().max_file_bytes())
    }
}

/// In how many pieces a file is kept.
pub(crate) fn pieces(bytes: usize) -> usize {
    padded(bytes).div_ceil(PIECE)
}

/// The length of a file's pieces together.
pub(crate) fn padded(bytes: usize) -> usize {
    match bytes {
        0..=PIECE => bytes.next_power_of_two().max(SMALLEST),
        _ => bytes.next_multiple_of(PIECE),
    }
}

/// Whether published sets are what is missing for an answer. It is judged by the kinds of cards alone, not by what they say:
/// that a set is fetched must tell no more than that there are such cards.
#[must_use]
pub fn awaited(queries: &[QueryCandidates]) -> bool {
    let waits = |card: &Candidate| matches!(card.fits, Err(Unfit::Unmet(Unmet::SetNeeded { .. })));
    let mut cards = queries.iter().flat_map(|query| &query.candidates);
    cards.any(waits) && might_answer(queries).is_some()
}

/// What is asked about published sets, in words, for cards that might answer.
#[must_use]
pub fn asked(incoming: &IncomingRequest, queries: &[QueryCandidates]) -> Vec<String> {
    let cards = might_answer(queries).unwrap_or_default();
    let Ok(plan) = consent::plan(incoming.request(), &cards) else {
        return Vec::new();
    };
    let formulas = plan.credentials().iter().flat_map(|card| &card.proved);
    let about_sets = |formula: &&Formula<Fact>| {
        let leaves = formula.leaves();
        leaves.iter().any(|fact| matches!(fact, Fact::InSet { .. }))
    };
    let verifier = incoming.request().client();
    let in_words = |formula| consent::in_words(formula, verifier);
    formulas.filter(about_sets).map(in_words).collect()
}

/// For each query the first card that answers it, or may, as far as that depends on kinds of cards and on lists alone.
fn might_answer(queries: &[QueryCandidates]) -> Option<Vec<&Card>> {
    let might = |card: &&Candidate| matches!(card.fits, Ok(()) | Err(Unfit::Unmet(_)));
    let mut cards = Vec::new();
    for query in queries {
        let first = query.candidates.iter().find(might)?;
        cards.push(&first.card);
    }
    Some(cards)
}
