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
    /// Of which cards, and by whom.
    pub from: &'static str,
    /// How it greets whoever has an account already, if it keeps accounts by pseudonym.
    pub welcome_back: Option<&'static str>,
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
    from: "a driving licence of the Motor Registry",
    welcome_back: None,
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
    from: "a driving licence of the Motor Registry",
    welcome_back: None,
    also_unknown: &["Exact age", "Whether you rented before"],
};

const FORUM: DeskWords = DeskWords {
    motto: "One person, one voice",
    eyebrow: "Sign up or sign in",
    title: "An account without an e-mail address, or a name.",
    lede: "Any card of an issuer that knows people will do. We learn a pseudonym that your wallet makes for Agora alone: \
           with it you get one account, and nobody gets two.",
    ask_title: "Come in with your wallet",
    verified: "Welcome to Agora",
    purpose: "One account for each person",
    facts: &["Card valid", "Card not revoked"],
    shown: &["A pseudonym for Agora alone"],
    from: "a driving licence of the Motor Registry or a student card of City University, not saying which",
    welcome_back: Some("Welcome back"),
    also_unknown: &[
        "Your name, or anything else on your card",
        "Which card it is",
        "Which of the two issuers vouches for you",
        "Who you are at any other site",
    ],
};

const CINEMA: DeskWords = DeskWords {
    motto: "Two screens by the old lighthouse",
    eyebrow: "Student discount",
    title: "Half price for universities, and for the young.",
    lede: "At a university of our list, or a student under 26? Prove that one of the two is so. Which one, which \
           university, and whether both are so, stays with you.",
    ask_title: "Get the discount",
    verified: "Half price, enjoy the film",
    purpose: "Student discount",
    facts: &[
        "Institution on our list of universities, or under 26",
        "Student card valid",
    ],
    shown: &[],
    from: "a student card of City University",
    welcome_back: None,
    also_unknown: &[
        "Which of the two is so, or whether both are",
        "At which university, if at any",
    ],
};

const BANK: DeskWords = DeskWords {
    motto: "Savings and loans since 1903",
    eyebrow: "Student account",
    title: "A free account for students of the harbour district.",
    lede: "Two cards, one person: your licence says where you live, your student card that you study, and both bear the \
           same family name. We need to read neither.",
    ask_title: "See whether you qualify",
    verified: "The account is yours",
    purpose: "Free account for students who live nearby",
    facts: &[
        "Postal code begins with 22",
        "The same family name on both cards",
        "Licence valid and not revoked",
        "Student card valid and not revoked",
    ],
    shown: &[],
    from: "a driving licence of the Motor Registry and a student card of City University",
    welcome_back: None,
    also_unknown: &[
        "The rest of your postal code",
        "Whether you were here before",
    ],
};

/// The words of an issuer.
pub const fn issuer(party: Party) -> &'static IssuerWords {
    match party {
        Party::University => &UNIVERSITY,
        Party::Registry
        | Party::Wallet
        | Party::Bar
        | Party::Rental
        | Party::Forum
        | Party::Cinema
        | Party::Bank => &REGISTRY,
    }
}

/// The words of a verifier.
pub const fn desk(party: Party) -> &'static DeskWords {
    match party {
        Party::Rental => &RENTAL,
        Party::Forum => &FORUM,
        Party::Cinema => &CINEMA,
        Party::Bank => &BANK,
        Party::Bar | Party::Wallet | Party::Registry | Party::University => &BAR,
    }
}
