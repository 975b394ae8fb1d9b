//! What the demonstration's parties say about themselves.

use crate::serve::origin::Party;

/// An issuer's words and colours.
#[derive(Debug)]
pub struct IssuerWords {
    pub motto: &'static str,
    pub eyebrow: &'static str,
    pub title: &'static str,
    pub lede: &'static str,
    pub form_title: &'static str,
    pub submit: &'static str,
    pub noun: &'static str,
    pub noun_capital: &'static str,
    pub credential_name: &'static str,
    pub credential_description: &'static str,
    /// A few letters in place of a logo.
    pub mark: &'static str,
    pub background_colour: &'static str,
    pub text_colour: &'static str,
}

/// A verifier's words.
#[derive(Debug)]
pub struct DeskWords {
    pub motto: &'static str,
    pub eyebrow: &'static str,
    pub title: &'static str,
    pub lede: &'static str,
    pub ask_title: &'static str,
    /// The heading of a verified result.
    pub verified: &'static str,
    /// Why the verifier asks, as the wallet's consent screen says it.
    pub purpose: &'static str,
    /// Each proved fact in words, without "proved".
    pub facts: &'static [&'static str],
    /// The labels of what is disclosed.
    pub shown: &'static [&'static str],
    /// What the verifier does not learn either, besides the hidden attributes.
    pub also_unknown: &'static [&'static str],
}

const REGISTRY: IssuerWords = IssuerWords {
    motto: "Northmoor · Licensing and vehicles",
    eyebrow: "Digital driving licence",
    title: "Put your driving licence in your wallet",
    lede: "Check your details below. We sign them once; afterwards you decide, place by place, what to show of them \
           and what only to prove.",
    form_title: "Your details",
    submit: "Make my licence",
    noun: "licence",
    noun_capital: "Licence",
    credential_name: "Driving licence",
    credential_description: "Mobile driving licence with the elements of ISO/IEC 18013-5",
    mark: "MR",
    background_colour: "#0c3b2e",
    text_colour: "#f2f7f4",
};

const UNIVERSITY: IssuerWords = IssuerWords {
    motto: "Lux in urbe, since 1871",
    eyebrow: "Office of the Registrar",
    title: "Your student card, in your wallet",
    lede: "Carry it beside your other cards, and prove that you study here without saying who you are.",
    form_title: "Matriculation record",
    submit: "Make my card",
    noun: "student card",
    noun_capital: "Student card",
    credential_name: "Student card",
    credential_description: "Student card of City University",
    mark: "CU",
    background_colour: "#7b1b35",
    text_colour: "#fff7f2",
};

const BAR: DeskWords = DeskWords {
    motto: "Harbour Street · open till two",
    eyebrow: "At the door",
    title: "Over 18? That is all we ask.",
    lede: "Your wallet proves that you are old enough and that your licence is still valid. Not your birthday, not your \
           name: just yes.",
    ask_title: "Prove it with your wallet",
    verified: "Come on in",
    purpose: "Entry to a venue for adults",
    facts: &["Over 18", "Licence valid"],
    shown: &[],
    also_unknown: &["Exact age", "Whether you were here before"],
};

const RENTAL: DeskWords = DeskWords {
    motto: "Cars by the hour and the day",
    eyebrow: "Express pick-up",
    title: "Skip the counter. Drive in a minute.",
    lede: "We need your family name and licence category for the contract, and proof that you are between 21 and 75. \
           Everything else on your licence stays with you.",
    ask_title: "Check in with your wallet",
    verified: "You are ready to drive",
    purpose: "Rental contract and insurance",
    facts: &["Aged 21 to 75", "Licence valid"],
    shown: &["Family name", "Licence category"],
    also_unknown: &["Exact age", "Whether you rented before"],
};

/// The words of an issuer.
pub const fn issuer(party: Party) -> &'static IssuerWords {
    match party {
        Party::University => &UNIVERSITY,
        Party::Registry | Party::Wallet | Party::Bar | Party::Rental => &REGISTRY,
    }
}

/// The words of a verifier.
pub const fn desk(party: Party) -> &'static DeskWords {
    match party {
        Party::Rental => &RENTAL,
        Party::Bar | Party::Wallet | Party::Registry | Party::University => &BAR,
    }
}
