//! The circuits, and the names and order of their public slots: the one definition that circuits, prover,
//! planner and verifier share, so that two fields can never be swapped.

use core::fmt;

/// A circuit of this version of Glimpse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CircuitId {
    /// A signed credential of the 8-attribute class.
    Credential8,
    /// A signed credential of the 16-attribute class.
    Credential16,
    /// A signed credential of the 32-attribute class.
    Credential32,
    /// Whether a 64-bit value lies within two bounds.
    Range,
    /// Knowledge of the holder secret behind a holder identifier.
    Enrolment,
}

impl CircuitId {
    /// All circuits, in the order in which key manifests list them.
    pub const ALL: [Self; 5] = [
        Self::Credential8,
        Self::Credential16,
        Self::Credential32,
        Self::Range,
        Self::Enrolment,
    ];

    /// The stable name, as in key manifests and file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credential8 => "credential-8",
            Self::Credential16 => "credential-16",
            Self::Credential32 => "credential-32",
            Self::Range => "range",
            Self::Enrolment => "enrolment",
        }
    }

    /// The circuit of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.name() == name)
    }

    /// The version of the relation. It rises whenever a key made for the old relation stops fitting.
    pub const fn version(self) -> u32 {
        match self {
            Self::Credential8 | Self::Credential16 | Self::Credential32 => 1,
            Self::Range => 1,
            Self::Enrolment => 1,
        }
    }

    /// The names of the public slots, in the order of the circuit's public inputs (the leading 1 not counted).
    pub const fn slots(self) -> &'static [&'static str] {
        match self {
            Self::Credential8 => CREDENTIAL_SLOTS.split_at(CredentialSlot::count(8)).0,
            Self::Credential16 => CREDENTIAL_SLOTS.split_at(CredentialSlot::count(16)).0,
            Self::Credential32 => &CREDENTIAL_SLOTS,
            Self::Range => &["value", "lower", "upper", "holds"],
            Self::Enrolment => &["issuer_key_hash", "hid", "sk"],
        }
    }

    /// How many public slots the circuit has.
    pub const fn slot_count(self) -> usize {
        self.slots().len()
    }
}

impl fmt::Display for CircuitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

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
    /// The value under test, 64 bits.
    Value,
    /// The least value for which the range holds.
    Lower,
    /// The greatest value for which the range holds.
    Upper,
    /// 1 if `lower ≤ value ≤ upper`, 0 if not.
    Holds,
}

impl RangeSlot {
    /// The slot's position among the circuit's public inputs.
    pub const fn index(self) -> usize {
        match self {
            Self::Value => 0,
            Self::Lower => 1,
            Self::Upper => 2,
            Self::Holds => 3,
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

#[rustfmt::skip]
const CREDENTIAL_SLOTS: [&str; 38] = [
    "schema", "issuer_key_hash", "sk", "status_index", "issued_on", "expires_on",
    "a_0", "a_1", "a_2", "a_3", "a_4", "a_5", "a_6", "a_7",
    "a_8", "a_9", "a_10", "a_11", "a_12", "a_13", "a_14", "a_15",
    "a_16", "a_17", "a_18", "a_19", "a_20", "a_21", "a_22", "a_23",
    "a_24", "a_25", "a_26", "a_27", "a_28", "a_29", "a_30", "a_31",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found_again() {
        for id in CircuitId::ALL {
            assert_eq!(CircuitId::from_name(id.name()), Some(id));
        }
        assert_eq!(CircuitId::from_name("credential-64"), None);
    }

    #[test]
    fn typed_slots_are_at_their_named_places() {
        let names = CircuitId::Credential32.slots();
        for (slot, name) in [
            (CredentialSlot::Schema, "schema"),
            (CredentialSlot::IssuerKeyHash, "issuer_key_hash"),
            (CredentialSlot::HolderSecret, "sk"),
            (CredentialSlot::StatusIndex, "status_index"),
            (CredentialSlot::IssuedOn, "issued_on"),
            (CredentialSlot::ExpiresOn, "expires_on"),
            (CredentialSlot::Attribute(0), "a_0"),
            (CredentialSlot::Attribute(31), "a_31"),
        ] {
            assert_eq!(names[slot.index()], name);
        }
        assert_eq!(CircuitId::Credential8.slots().last(), Some(&"a_7"));
        assert_eq!(CircuitId::Credential16.slot_count(), 22);
        assert_eq!(CircuitId::Range.slots()[RangeSlot::Holds.index()], "holds");
        assert_eq!(
            CircuitId::Enrolment.slots()[EnrolmentSlot::HolderId.index()],
            "hid"
        );
    }
}
