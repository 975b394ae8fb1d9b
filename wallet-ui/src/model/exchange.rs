use super::{ChoiceView, Contact, Palette, PartyView, PresentedCard};

/// An issuer's offer, before it is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferView {
    /// Who offers.
    pub issuer: PartyView,
    /// What kind of credential.
    pub kind: String,
    /// Its colours.
    pub palette: Palette,
    /// Labels of what the credential holds, in the schema's order.
    pub holds: Vec<String>,
    /// The transaction code that the issuer wants, if any: its own words about it.
    pub code: Option<String>,
    /// Every address that accepting contacts.
    pub contacts: Vec<Contact>,
}

/// A request that can be answered, as the screen of consent shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestView {
    /// Who asks.
    pub verifier: PartyView,
    /// What for, in the verifier's words.
    pub purpose: String,
    /// Where the answer goes.
    pub answer_to: Contact,
    /// Until when it can be answered, in words.
    pub expires: String,
    /// One per credential asked for.
    pub queries: Vec<QueryView>,
    /// What the verifier will not learn, one sentence each.
    pub unlearned: Vec<String>,
    /// What the verifier could use to recognise the holder again, one sentence each.
    pub linkable: Vec<String>,
}

/// One credential asked for: the cards that would do and the one chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryView {
    /// Cards that satisfy it.
    pub choices: Vec<ChoiceView>,
    /// Index into `choices`.
    pub chosen: usize,
    /// The chosen card as the verifier will see it.
    pub card: PresentedCard,
}

/// A rule of a request that no card meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// What is asked, in words.
    pub rule: String,
    /// Why it fails.
    pub why: String,
    /// What the holder can do.
    pub remedy: String,
}

/// What a verifier has learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    /// Who.
    pub verifier: PartyView,
    /// The cards as they were shown.
    pub cards: Vec<PresentedCard>,
    /// What they did not learn, one sentence each.
    pub unlearned: Vec<String>,
    /// The page where the verifier wants the holder to continue, if it named one.
    pub return_to: Option<Contact>,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryView {
    /// When, in words.
    pub when: String,
    /// Who asked.
    pub verifier: String,
    /// Their identifier.
    pub identity: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Labels of what they could read.
    pub read: Vec<String>,
    /// Facts proved.
    pub proved: Vec<String>,
    /// What makes this exchange recognisable, one sentence each.
    pub linkable: Vec<String>,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The verifier took it.
    Accepted,
    /// It was handed over; more is not known.
    Sent,
    /// The verifier did not take it.
    NotAccepted,
    /// The holder said no.
    Declined,
}

/// What checking a presentation gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// It is genuine: what it says of each card.
    Verified(Vec<CheckedCard>),
    /// It is not.
    Rejected {
        /// The rule that failed, in words.
        rule: String,
        /// What to do about it.
        advice: String,
    },
    /// That is not known yet: newer status lists are wanted first.
    Wanting(Vec<WantedList>),
}

/// A status list that is wanted before an answer is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedList {
    /// Why.
    pub why: String,
    /// Where it is.
    pub contact: Contact,
}

/// One card of an answer that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedCard {
    /// What kind it is, or among which it stays hidden.
    pub kind: String,
    /// Who issued it, or among whom that stays hidden.
    pub issuer: String,
    /// Facts proved.
    pub proved: Vec<String>,
    /// Disclosed values, and what else there is to know, in lines of label and text.
    pub told: Vec<(String, String)>,
}

/// What the wallet knows of its proving keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysView {
    /// How they came about: a word.
    pub kind: String,
    /// What that means for trust, honestly.
    pub meaning: String,
    /// Each circuit: name and size in words.
    pub circuits: Vec<(String, String)>,
}
