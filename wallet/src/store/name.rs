use core::fmt;
use core::str::FromStr;

use rand_core::{CryptoRng, RngCore};

/// What a record is. Visible in storage: it tells how many cards there are, not what is on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The vault's header: how to unwrap its key. There is one.
    Header,
    /// The holder's seed. There is one.
    Seed,
    /// The manifest of an issuer that the holder enrolled with.
    Issuer,
    /// A credential with the manifest of its issuer.
    Credential,
    /// A proof made ahead of time.
    Prepared,
    /// Proofs of facts about a card, kept for the next answers.
    Kept,
    /// An issuer's status list, as it was last seen.
    Status,
    /// A published set that is kept: what it is, and which pieces its file has.
    Set,
    /// A piece of the file of a published set.
    Piece,
    /// What somebody learned, and when.
    Ledger,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Header,
        Self::Seed,
        Self::Issuer,
        Self::Credential,
        Self::Prepared,
        Self::Kept,
        Self::Status,
        Self::Set,
        Self::Piece,
        Self::Ledger,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Seed => "seed",
            Self::Issuer => "issuer",
            Self::Credential => "credential",
            Self::Prepared => "prepared",
            Self::Kept => "kept",
            Self::Status => "status",
            Self::Set => "set",
            Self::Piece => "piece",
            Self::Ledger => "ledger",
        }
    }
}

/// 16 random bytes that name a record. Drawn, never derived from what the record holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId([u8; 16]);

/// The name of a record: its kind and a random identifier, written `credential-0f…` with 32
/// hexadecimal digits. The name is authenticated with the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordName {
    kind: Kind,
    id: RecordId,
}

/// The text is not the name of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a record")]
pub struct NotAName;

impl RecordId {
    /// `None` when the generator fails.
    pub fn generate<R: CryptoRng + RngCore>(rng: &mut R) -> Option<Self> {
        let mut id = [0; 16];
        rng.try_fill_bytes(&mut id).ok()?;
        Some(Self(id))
    }

    /// The 16 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Takes back stored bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl RecordName {
    /// The vault's header.
    pub const HEADER: Self = Self {
        kind: Kind::Header,
        id: RecordId([0; 16]),
    };
    /// The holder's seed.
    pub const SEED: Self = Self {
        kind: Kind::Seed,
        id: RecordId([0; 16]),
    };

    /// A name of the given kind.
    #[must_use]
    pub fn new(kind: Kind, id: RecordId) -> Self {
        Self { kind, id }
    }

    /// What the record is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Which one it is.
    #[must_use]
    pub fn id(&self) -> RecordId {
        self.id
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.kind.word(), self.id)
    }
}

impl FromStr for RecordId {
    type Err = NotAName;

    /// Accepts 32 lower-case hexadecimal digits only.
    fn from_str(text: &str) -> Result<Self, NotAName> {
        let mut id = [0; 16];
        hex::decode_to_slice(text, &mut id).map_err(|_| NotAName)?;
        // Upper-case digits would give one record two names.
        let id = Self(id);
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(NotAName)
        }
    }
}

impl FromStr for RecordName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let (word, id) = text.split_once('-').ok_or(NotAName)?;
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or(NotAName)?;
        Ok(Self {
            kind,
            id: id.parse()?,
        })
    }
}
