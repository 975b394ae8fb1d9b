use super::Palette;

/// The outside of a card, as on the home screen: what it is, not what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFace {
    /// The wallet's identifier of the credential, as used in addresses.
    pub id: String,
    /// What kind of credential it is, such as "Driving licence".
    pub kind: String,
    /// The issuer's name.
    pub issuer: String,
    /// Its colours.
    pub palette: Palette,
    /// What can be done with it now.
    pub state: CardState,
    /// Last day of validity in words.
    pub valid_until: String,
}

/// What can be done with a credential now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardState {
    /// Its proof is made: presenting is quick.
    Ready,
    /// Its proof is not made yet; presenting does that first.
    Unprepared,
    /// It is past its last day.
    Expired,
    /// Its issuer has revoked it.
    Revoked,
    /// Its issuer offers a status list that cannot be trusted.
    Doubtful,
}

/// A credential with everything in it, for its holder's eyes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardView {
    /// The outside.
    pub face: CardFace,
    /// Every attribute of the schema, in its order.
    pub fields: Vec<FieldView>,
    /// What the issuer's status list says of it.
    pub status: String,
    /// What is wrong with the list that the issuer offers now.
    pub trouble: Option<String>,
    /// Day of issue in words.
    pub issued_on: String,
    /// The issuer's identifier.
    pub issuer_identity: String,
    /// Identifier of the schema.
    pub schema: String,
}

/// One attribute: its label and value in words, or `None` when the credential leaves it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldView {
    /// What the schema calls it for people.
    pub label: String,
    /// The value in words.
    pub value: Option<String>,
}

/// A card as a verifier will see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedCard {
    /// What kind of credential it is.
    pub kind: String,
    /// The issuer's name: the verifier learns who issued it.
    pub issuer: String,
    /// Its colours.
    pub palette: Palette,
    /// Attributes whose values they will know.
    pub windows: Vec<WindowView>,
    /// Facts that are proved without showing what they rest on.
    pub seals: Vec<Shown>,
    /// Labels of everything else, which stays hidden.
    pub veiled: Vec<String>,
}

/// An attribute that is disclosed, or that what is proved leaves no other value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowView {
    /// The attribute.
    pub field: FieldView,
}

/// A proved fact and the attributes it is proved about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The fact in words, such as "18 or older on 21 November 2026".
    pub fact: String,
    /// What stays hidden behind it, such as "Date of birth stays hidden", or does not.
    pub hides: String,
    /// The attribute whose value stays hidden, if it is about one.
    pub hidden: Option<String>,
}

/// One of several cards that could answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceView {
    /// The wallet's identifier of the credential.
    pub id: String,
    /// What kind of credential it is.
    pub kind: String,
    /// Issuer and validity in a line.
    pub detail: String,
    /// Its colours.
    pub palette: Palette,
}
