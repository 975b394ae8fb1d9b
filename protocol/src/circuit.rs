//! The circuits, and the names and order of their public slots: the one definition that circuits, prover,
//! planner and verifier share, so that two fields can never be swapped.

mod slots;

use core::fmt;

pub use slots::{
    CredentialSlot, EnrolmentSlot, GateSlot, MemberSlot, PseudonymSlot, RangeSlot, RegistrySlot,
    SetSlot, StatusSlot, TextMode, TextSlot,
};

/// A circuit of this version of Glimpse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CircuitId {
    /// A signed credential of the 8-attribute class.
    Credential8,
    /// A signed credential of the 16-attribute class.
    Credential16,
    /// A signed credential of the 32-attribute class.
    Credential32,
    /// Whether a 64-bit value lies within two bounds, or outside of them.
    Range,
    /// Knowledge of the holder secret behind a holder identifier.
    Enrolment,
    /// Whether a value is one of at most 16 others.
    Member,
    /// Whether a short text begins with, ends with or contains a pattern.
    Text,
    /// Whether at most eight results, each inverted or not, all hold.
    Gate,
    /// The pseudonym of a holder in a scope.
    Pseudonym,
    /// Whether an entry of a status list is clear.
    Status,
    /// That an issuer with its status list is in a registry.
    Registry,
    /// Whether a value is in a published set.
    Set,
}

impl CircuitId {
    /// All circuits, in the order in which key manifests list them.
    pub const ALL: [Self; 12] = [
        Self::Credential8,
        Self::Credential16,
        Self::Credential32,
        Self::Range,
        Self::Enrolment,
        Self::Member,
        Self::Text,
        Self::Gate,
        Self::Pseudonym,
        Self::Status,
        Self::Registry,
        Self::Set,
    ];

    /// The stable name, as in key manifests and file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credential8 => "credential-8",
            Self::Credential16 => "credential-16",
            Self::Credential32 => "credential-32",
            Self::Range => "range",
            Self::Enrolment => "enrolment",
            Self::Member => "member",
            Self::Text => "text",
            Self::Gate => "gate",
            Self::Pseudonym => "pseudonym",
            Self::Status => "status",
            Self::Registry => "registry",
            Self::Set => "set",
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
            Self::Range => 2,
            Self::Enrolment => 1,
            Self::Member | Self::Text | Self::Gate | Self::Pseudonym => 1,
            Self::Status | Self::Registry | Self::Set => 1,
        }
    }

    /// The names of the public slots, in the order of the circuit's public inputs (the leading 1 not counted).
    pub const fn slots(self) -> &'static [&'static str] {
        match self {
            Self::Credential8 => CREDENTIAL_SLOTS.split_at(CredentialSlot::count(8)).0,
            Self::Credential16 => CREDENTIAL_SLOTS.split_at(CredentialSlot::count(16)).0,
            Self::Credential32 => &CREDENTIAL_SLOTS,
            Self::Range => &["value", "lower", "upper", "negated", "holds"],
            Self::Enrolment => &["issuer_key_hash", "hid", "sk"],
            Self::Member => &MEMBER_SLOTS,
            Self::Text => &["value", "pattern", "length", "mode", "holds"],
            Self::Gate => &GATE_SLOTS,
            Self::Pseudonym => &["sk", "scope", "pseudonym"],
            Self::Status => &["index", "root_0", "root_1", "root_2", "root_3", "holds"],
            Self::Registry => &REGISTRY_SLOTS,
            Self::Set => &SET_SLOTS,
        }
    }

    /// Whether it is the proof of a credential: made once, with the credential's signature as its witness.
    pub const fn is_credential(self) -> bool {
        match self {
            Self::Credential8 | Self::Credential16 | Self::Credential32 => true,
            Self::Range
            | Self::Enrolment
            | Self::Member
            | Self::Text
            | Self::Gate
            | Self::Pseudonym
            | Self::Status
            | Self::Registry
            | Self::Set => false,
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

#[rustfmt::skip]
const REGISTRY_SLOTS: [&str; 21] = [
    "issuer_key_hash", "root_0", "root_1", "root_2", "root_3",
    "leaf_0", "leaf_1", "leaf_2", "leaf_3", "leaf_4", "leaf_5", "leaf_6", "leaf_7",
    "leaf_8", "leaf_9", "leaf_10", "leaf_11", "leaf_12", "leaf_13", "leaf_14", "leaf_15",
];

#[rustfmt::skip]
const SET_SLOTS: [&str; 19] = [
    "value", "root_0", "root_1", "root_2", "root_3", "root_4", "root_5", "root_6", "root_7", "root_8", "root_9",
    "root_10", "root_11", "root_12", "root_13", "root_14", "root_15", "negated", "holds",
];

#[rustfmt::skip]
const MEMBER_SLOTS: [&str; 19] = [
    "value", "e_0", "e_1", "e_2", "e_3", "e_4", "e_5", "e_6", "e_7", "e_8", "e_9", "e_10", "e_11", "e_12", "e_13",
    "e_14", "e_15", "negated", "holds",
];

#[rustfmt::skip]
const GATE_SLOTS: [&str; 18] = [
    "x_0", "x_1", "x_2", "x_3", "x_4", "x_5", "x_6", "x_7",
    "n_0", "n_1", "n_2", "n_3", "n_4", "n_5", "n_6", "n_7", "negated", "out",
];

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
        let names = CircuitId::Range.slots();
        assert_eq!(names[RangeSlot::Value.index()], "value");
        assert_eq!(names[RangeSlot::Lower.index()], "lower");
        assert_eq!(names[RangeSlot::Upper.index()], "upper");
        assert_eq!(names[RangeSlot::Negated.index()], "negated");
        assert_eq!(names[RangeSlot::Holds.index()], "holds");
        assert_eq!(
            CircuitId::Enrolment.slots()[EnrolmentSlot::HolderId.index()],
            "hid"
        );
        let names = CircuitId::Member.slots();
        assert_eq!(names[MemberSlot::Value.index()], "value");
        assert_eq!(names[MemberSlot::Element(0).index()], "e_0");
        assert_eq!(names[MemberSlot::Element(15).index()], "e_15");
        assert_eq!(names[MemberSlot::Negated.index()], "negated");
        assert_eq!(names[MemberSlot::Holds.index()], "holds");
        let names = CircuitId::Text.slots();
        assert_eq!(names[TextSlot::Value.index()], "value");
        assert_eq!(names[TextSlot::Pattern.index()], "pattern");
        assert_eq!(names[TextSlot::Length.index()], "length");
        assert_eq!(names[TextSlot::Mode.index()], "mode");
        assert_eq!(names[TextSlot::Holds.index()], "holds");
        let names = CircuitId::Gate.slots();
        assert_eq!(names[GateSlot::Input(7).index()], "x_7");
        assert_eq!(names[GateSlot::Inverted(0).index()], "n_0");
        assert_eq!(names[GateSlot::Negated.index()], "negated");
        assert_eq!(names[GateSlot::Out.index()], "out");
        let names = CircuitId::Pseudonym.slots();
        assert_eq!(names[PseudonymSlot::HolderSecret.index()], "sk");
        assert_eq!(names[PseudonymSlot::Scope.index()], "scope");
        assert_eq!(names[PseudonymSlot::Pseudonym.index()], "pseudonym");
        let names = CircuitId::Status.slots();
        assert_eq!(names[StatusSlot::Index.index()], "index");
        assert_eq!(names[StatusSlot::Root(0).index()], "root_0");
        assert_eq!(names[StatusSlot::Root(3).index()], "root_3");
        assert_eq!(names[StatusSlot::Holds.index()], "holds");
        let names = CircuitId::Registry.slots();
        assert_eq!(
            names[RegistrySlot::IssuerKeyHash.index()],
            "issuer_key_hash"
        );
        assert_eq!(names[RegistrySlot::Root(3).index()], "root_3");
        assert_eq!(names[RegistrySlot::Leaf(0).index()], "leaf_0");
        assert_eq!(names[RegistrySlot::Leaf(15).index()], "leaf_15");
        let names = CircuitId::Set.slots();
        assert_eq!(names[SetSlot::Value.index()], "value");
        assert_eq!(names[SetSlot::Root(0).index()], "root_0");
        assert_eq!(names[SetSlot::Root(15).index()], "root_15");
        assert_eq!(names[SetSlot::Negated.index()], "negated");
        assert_eq!(names[SetSlot::Holds.index()], "holds");
    }
}
