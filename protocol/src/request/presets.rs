//! What services ask most, in a line each. A preset is nothing but predicates: it can be combined with others.

use alloc::vec::Vec;

use super::QueryBuilder;
use crate::predicate::{Constant, Operator};
use crate::schema::ClaimPath;
use crate::status::StatusHead;

impl QueryBuilder {
    /// The holder is at least that many years old, by the date of birth at `birth_date`.
    #[must_use]
    pub fn age_over(self, birth_date: ClaimPath, years: u8) -> Self {
        self.prove(birth_date, Operator::AgeOver(years))
    }

    /// The holder lives in one of these countries, as the credential writes them at `country`.
    #[must_use]
    pub fn resident_of(self, country: ClaimPath, countries: &[&str]) -> Self {
        let listed: Vec<Constant> = countries.iter().copied().map(Constant::from).collect();
        self.prove(country, Operator::In(listed))
    }

    /// Whoever answers twice is recognised, and by nothing but that: a pseudonym for this service, and nothing
    /// disclosed. It is one for each person as far as issuers give credentials to one wallet of a person only.
    #[must_use]
    pub fn one_per_person(self, scope: &str) -> Self {
        self.pseudonym(scope)
    }

    /// The licence gives one of these privileges, as the credential writes them at `category`, and its issuer has not
    /// revoked it: `tolerance` and `lists` are those of [`not_revoked`](Self::not_revoked). That it is valid on the request's day is
    /// asked of every credential, unless [`accept_expired`](Self::accept_expired) says otherwise.
    #[must_use]
    pub fn valid_licence(
        self,
        category: ClaimPath,
        categories: &[&str],
        tolerance: u32,
        lists: &[StatusHead],
    ) -> Self {
        let listed: Vec<Constant> = categories.iter().copied().map(Constant::from).collect();
        self.prove(category, Operator::In(listed))
            .not_revoked(tolerance, lists)
    }
}
