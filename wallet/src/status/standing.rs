//! What a wallet has of the lists that a request names, to check somebody's answer to it.

use glimpse_protocol::request::{CredentialQuery, Request};
use glimpse_protocol::status::StatusHead;
use glimpse_protocol::time::DateTime;

use super::ListSource;

/// How the lists of an issuer that are known stand to those that a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// None is known.
    Missing,
    /// The request names a newer one.
    Behind,
    /// The newest that is known has ended.
    Ended,
    /// One that the request names is known.
    Level,
    /// The request names only older ones, which are not kept.
    Ahead,
}

impl Standing {
    /// Whether it is time to fetch the newest list.
    #[must_use]
    pub fn wants_newer(self) -> bool {
        match self {
            Self::Missing | Self::Behind | Self::Ended => true,
            Self::Level | Self::Ahead => false,
        }
    }
}

impl ListSource {
    /// How it stands to the lists of its issuer that `request` names; `None` if it names none.
    #[must_use]
    pub fn standing(&self, request: &Request, now: DateTime) -> Option<Standing> {
        let asked = request.queries().iter();
        let asked = asked.filter_map(CredentialQuery::not_revoked);
        let named = asked.flat_map(|asked| asked.of(&self.issuer));
        let named: Vec<_> = named.map(StatusHead::epoch).collect();
        let newest = named.iter().max()?;
        Some(match self.heads.first() {
            None => Standing::Missing,
            Some(known) if known.epoch() < *newest => Standing::Behind,
            Some(known) if known.valid_until() <= now => Standing::Ended,
            Some(_) => match self
                .heads
                .iter()
                .any(|known| named.contains(&known.epoch()))
            {
                true => Standing::Level,
                false => Standing::Ahead,
            },
        })
    }
}
