/// Somebody outside the wallet: an issuer or a verifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyView {
    /// The name that they give themselves.
    pub name: String,
    /// Their identifier in full (a `did:key`).
    pub identity: String,
    /// Where they are reached: scheme, host and port.
    pub origin: String,
}

impl PartyView {
    /// The first letter, for the seal.
    #[must_use]
    pub fn initial(&self) -> String {
        self.name
            .chars()
            .find(|c| c.is_alphanumeric())
            .map_or_else(|| "?".into(), |c| c.to_uppercase().collect())
    }
}

/// An address that the courier is about to contact, shown before it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Scheme, host and port.
    pub origin: String,
    /// The address in full.
    pub url: String,
    /// What for, completing "to …".
    pub purpose: String,
}

/// A long identifier cut in its middle, for a line of text; the whole stays one press away.
#[must_use]
pub fn shorten(identity: &str) -> String {
    let count = identity.chars().count();
    if count <= 26 {
        return identity.to_owned();
    }
    let head: String = identity.chars().take(16).collect();
    let tail: String = identity.chars().skip(count - 6).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_identifiers_keep_both_ends() {
        let did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
        assert_eq!(shorten(did), "did:key:z6MkhaXg…ta2doK");
        assert_eq!(shorten("did:key:short"), "did:key:short");
    }

    #[test]
    fn the_initial_skips_punctuation() {
        let party = |name: &str| PartyView {
            name: name.into(),
            identity: String::new(),
            origin: String::new(),
        };
        assert_eq!(party("“the Anchor”").initial(), "T");
        assert_eq!(party("…").initial(), "?");
    }
}
