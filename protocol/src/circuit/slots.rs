//! The public slots of each circuit by name, and their places.

use glimpse_primitives::merkle;

/// A slot of a credential circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CredentialSlot {
    /// Digest of the schema.
    Schema,
    /// Hash of the issuer's key.
    IssuerKeyHash,
    /// The holder's secret, one variable over all credentials of a presentation.
    HolderSecret,
    /// The credential's place in its issuer's status list.
    StatusIndex,
    /// First day of validity, encoded as a date.
    IssuedOn,
    /// Last day of validity, encoded as a date.
    ExpiresOn,
    /// The attribute of that number, in schema order.
    Attribute(usize),
}

impl CredentialSlot {
    /// How many slots precede the attributes.
    pub const HEADER: usize = 6;

    /// All slots of the circuit for `attributes` attributes, in order.
    pub fn all(attributes: usize) -> impl Iterator<Item = Self> {
        [
            Self::Schema,
            Self::IssuerKeyHash,
            Self::HolderSecret,
            Self::StatusIndex,
            Self::IssuedOn,
            Self::ExpiresOn,
        ]
        .into_iter()
        .chain((0..attributes).map(Self::Attribute))
    }

    /// The slot's position among the circuit's public inputs.
    pub const fn index(self) -> usize {
        match self {
            Self::Schema => 0,
            Self::IssuerKeyHash => 1,
            Self::HolderSecret => 2,
            Self::StatusIndex => 3,
            Self::IssuedOn => 4,
            Self::ExpiresOn => 5,
            Self::Attribute(number) => Self::HEADER + number,
        }
    }

    /// How many slots the circuit for `attributes` attributes has.
    pub const fn count(attributes: usize) -> usize {
        Self::HEADER + attributes
    }
}

/// A slot of the range circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeSlot {
    /// The value under test, 64 bits or absent.
    Value,
    /// The least value inside.
    Lower,
    /// The greatest value inside.
    Upper,
    /// 1 if being outside is what holds, else 0.
    Negated,
    /// 1 if none of the three is absent, and the value inside or, negated, outside; else 0.
    Holds,
}

impl RangeSlot {
    /// The slot's position among the circuit's public inputs.
    pub const fn index(self) -> usize {
        match self {
            Self::Value => 0,
            Self::Lower => 1,
            Self::Upper => 2,
            Self::Negated => 3,
            Self::Holds => 4,
        }
    }
}

/// A slot of the enrolment circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrolmentSlot {
    /// Hash of the issuer's key.
    IssuerKeyHash,
    /// The holder identifier for that issuer.
    HolderId,
    /// The holder's secret.
    HolderSecret,
}

impl EnrolmentSlot {
    /// The slot's position among the circuit's public inputs.
    pub const fn index(self) -> usize {
        match self {
            Self::IssuerKeyHash => 0,
            Self::HolderId => 1,
            Self::HolderSecret => 2,
        }
    }
}

/// A slot of the member circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberSlot {
    /// The value under test, of any type.
    Value,
    /// One of the 16 elements; shorter sets repeat an element.
    Element(usize),
    /// 1 if being none of the elements is what holds, else 0.
    Negated,
    /// 1 if the value is present, and an element or, negated, none; else 0.
    Holds,
}

impl MemberSlot {
    /// How many elements there are.
    pub const ELEMENTS: usize = 16;

    /// The slot's position among the circuit's public inputs.
    pub const fn index(self) -> usize {
        match self {
            Self::Value => 0,
            Self::Element(number) => 1 + number,
            Self::Negated => 1 + Self::ELEMENTS,
            Self::Holds => 2 + Self::ELEMENTS,
        }
    }
}

/// A slot of the text circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextSlot {
    /// The text under test, packed, or absent.
    Value,
    /// The pattern, packed. A constant: the circuit does not take it apart.
    Pattern,
    /// The pattern's length in bytes. A constant.
    Length,
    /// Where to look, as [`TextMode::code`].
    Mode,
    /// 1 if the text is present and the pattern is there, else 0.
    Holds,
}

impl TextSlot {
    /// The slot's position among the circuit's public inputs.
    pub const fn index(self) -> usize {
        match self {
            Self::Value => 0,
            Self::Pattern => 1,
            Self::Length => 2,
            Self::Mode => 3,
            Self::Holds => 4,
        }
    }
}

/// Where the text circuit looks for the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextMode {
    /// At the beginning of the text.
    Prefix,
    /// At its end.
    Suffix,
    /// Anywhere.
    Contains,
}

impl TextMode {
    /// All modes, in the order of their codes.
    pub const ALL: [Self; 3] = [Self::Prefix, Self::Suffix, Self::Contains];

    /// The value of the slot `mode`.
    pub const fn code(self) -> u64 {
        match self {
            Self::Prefix => 0,
            Self::Suffix => 1,
            Self::Contains => 2,
        }
    }
}

/// A slot of the gate circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateSlot {
    /// One of the eight results to combine; an unused one is 1.
    Input(usize),
    /// 1 if the input of that number counts inverted, else 0.
    Inverted(usize),
    /// 1 if the conjunction is negated, else 0.
    Negated,
    /// Whether all inputs hold, inverted as said; negated as said.
    Out,
}

impl GateSlot {
    /// How many inputs there are.
    pub const INPUTS: usize = 8;

    /// The slot's position among the circuit's public inputs.
    pub const fn index(self) -> usize {
        match self {
            Self::Input(number) => number,
            Self::Inverted(number) => Self::INPUTS + number,
            Self::Negated => 2 * Self::INPUTS,
            Self::Out => 2 * Self::INPUTS + 1,
        }
    }
}

/// A slot of the pseudonym circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PseudonymSlot {
    /// The holder's secret.
    HolderSecret,
    /// What the pseudonym is for.
    Scope,
    /// `Poseidon(PSEUDONYM, sk, scope)`.
    Pseudonym,
}

impl PseudonymSlot {
    /// The slot's position among the circuit's public inputs.
    pub const fn index(self) -> usize {
        match self {
            Self::HolderSecret => 0,
            Self::Scope => 1,
            Self::Pseudonym => 2,
        }
    }
}

/// A slot of the status circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusSlot {
    /// The credential's place in its issuer's status list.
    Index,
    /// One of the list's four roots.
    Root(usize),
    /// 1 if the entry is clear, 0 if the credential is revoked.
    Holds,
}

impl StatusSlot {
    /// The slot's position among the circuit's public inputs.
    pub const fn index(self) -> usize {
        match self {
            Self::Index => 0,
            Self::Root(number) => 1 + number,
            Self::Holds => 1 + merkle::ARITY,
        }
    }
}

/// A slot of the registry circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrySlot {
    /// Hash of the issuer's key.
    IssuerKeyHash,
    /// One of the four roots of its status list.
    Root(usize),
    /// One of the registry's 16 leaves.
    Leaf(usize),
}

impl RegistrySlot {
    /// The slot's position among the circuit's public inputs.
    pub const fn index(self) -> usize {
        match self {
            Self::IssuerKeyHash => 0,
            Self::Root(number) => 1 + number,
            Self::Leaf(number) => 1 + merkle::ARITY + number,
        }
    }
}

/// A slot of the set circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetSlot {
    /// The value under test, of any type.
    Value,
    /// One of the set's 16 roots; smaller sets repeat the last.
    Root(usize),
    /// 1 if being outside of the set is what holds, else 0.
    Negated,
    /// 1 if the value is present, and in the set or, negated, outside of it; else 0.
    Holds,
}

impl SetSlot {
    /// How many roots there are.
    pub const ROOTS: usize = 16;

    /// The slot's position among the circuit's public inputs.
    pub const fn index(self) -> usize {
        match self {
            Self::Value => 0,
            Self::Root(number) => 1 + number,
            Self::Negated => 1 + Self::ROOTS,
            Self::Holds => 2 + Self::ROOTS,
        }
    }
}
