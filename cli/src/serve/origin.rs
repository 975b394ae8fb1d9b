//! The parties of the demonstration and the origin of each: one host, a port for each party.
//!
//! Ports make origins, so the browser itself keeps the parties apart: none can read another's storage or pages.

use std::fmt;

/// One party of the demonstration, which is one origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Party {
    /// The wallet's static host, which also hands out the proving keys.
    Wallet,
    /// The issuer of driving licences.
    Registry,
    /// The issuer of student cards.
    University,
    /// The verifier at a bar's door.
    Bar,
    /// The verifier at a car rental's desk.
    Rental,
    /// The verifier at a forum's sign-up.
    Forum,
    /// The verifier of a cinema's student discount.
    Cinema,
    /// The verifier of a bank's offer to students of its town.
    Bank,
}

impl Party {
    /// All parties, in the order of their ports.
    pub const ALL: [Self; 8] = [
        Self::Wallet,
        Self::Registry,
        Self::University,
        Self::Bar,
        Self::Rental,
        Self::Forum,
        Self::Cinema,
        Self::Bank,
    ];

    /// How far the party's port lies above the base port.
    pub const fn offset(self) -> u16 {
        match self {
            Self::Wallet => 0,
            Self::Registry => 1,
            Self::University => 2,
            Self::Bar => 3,
            Self::Rental => 4,
            Self::Forum => 5,
            Self::Cinema => 6,
            Self::Bank => 7,
        }
    }

    /// The short name used for folders, store keys and assets.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::Registry => "registry",
            Self::University => "university",
            Self::Bar => "bar",
            Self::Rental => "rental",
            Self::Forum => "forum",
            Self::Cinema => "cinema",
            Self::Bank => "bank",
        }
    }

    /// The name shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wallet => "Glimpse wallet",
            Self::Registry => "Motor Registry",
            Self::University => "City University",
            Self::Bar => "The Anchor",
            Self::Rental => "Northline Car Rental",
            Self::Forum => "Agora",
            Self::Cinema => "Lantern Cinema",
            Self::Bank => "Quayside Bank",
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The host name and base port from which every party's origin follows.
#[derive(Clone, Debug)]
pub struct Origins {
    host: String,
    base_port: u16,
}

impl Origins {
    /// Origins `http://host:base_port` and the seven ports above it. `None` if a port would pass 65535.
    pub fn new(host: &str, base_port: u16) -> Option<Self> {
        base_port.checked_add(7)?;
        Some(Self {
            host: host.to_owned(),
            base_port,
        })
    }

    /// The host name that all origins share.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port of a party.
    pub const fn port(&self, party: Party) -> u16 {
        self.base_port + party.offset()
    }

    /// The origin of a party, without a trailing slash.
    pub fn url(&self, party: Party) -> String {
        format!("http://{}:{}", self.host, self.port(party))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_party_has_its_own_origin() {
        let origins = Origins::new("localhost", 8100).unwrap();
        let mut urls: Vec<_> = Party::ALL.iter().map(|party| origins.url(*party)).collect();
        assert_eq!(urls[3], "http://localhost:8103");
        urls.dedup();
        assert_eq!(urls.len(), 8);
    }

    #[test]
    fn a_base_port_without_room_is_refused() {
        assert!(Origins::new("localhost", 65529).is_none());
        assert!(Origins::new("localhost", 65528).is_some());
    }
}
