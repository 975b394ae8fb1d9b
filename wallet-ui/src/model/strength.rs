/// How hard a passphrase is to guess, as far as its text can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strength {
    /// 0 (nothing yet) to 4.
    pub score: u8,
    /// What it is, and what would make it better.
    pub advice: &'static str,
    /// Whether the wallet accepts it.
    pub acceptable: bool,
}

/// Words that guessing programs try first; a passphrase that leans on one counts for little.
const COMMON: [&str; 20] = [
    "password",
    "passwort",
    "passphrase",
    "qwerty",
    "qwertz",
    "azerty",
    "letmein",
    "welcome",
    "iloveyou",
    "admin",
    "wallet",
    "glimpse",
    "secret",
    "dragon",
    "monkey",
    "football",
    "12345",
    "abcde",
    "asdf",
    "abc123",
];

/// Estimates from length, variety and the worst habits. It is advice, not a measurement: a sentence
/// from a book passes and is weak.
#[must_use]
pub fn assess(text: &str) -> Strength {
    let lower = text.to_lowercase();
    let mut effective = distinct_runs(&lower);
    for word in COMMON {
        if lower.contains(word) {
            effective = effective.saturating_sub(word.len() - 1);
        }
    }
    let words = text
        .split_whitespace()
        .filter(|w| w.chars().count() >= 3)
        .count();
    let kinds = usize::from(text.chars().any(char::is_lowercase))
        + usize::from(text.chars().any(char::is_uppercase))
        + usize::from(text.chars().any(|c| c.is_ascii_digit()))
        + usize::from(
            text.chars()
                .any(|c| !c.is_alphanumeric() && !c.is_whitespace()),
        );
    let points = effective + 2 * words.min(6) + 2 * kinds;
    let (score, advice) = match (text.is_empty(), effective, points) {
        (true, ..) => (0, "Four or five random words are strong and easy to type."),
        (_, 0..8, _) => (
            1,
            "Too easy to guess. Make it longer: four or five random words.",
        ),
        (_, _, 0..18) => (2, "Fair. One more random word makes it much stronger."),
        (_, _, 18..27) => (
            3,
            "Good. A determined attacker would need a very long time.",
        ),
        _ => (4, "Strong."),
    };
    Strength {
        score,
        advice,
        acceptable: score >= 2,
    }
}

/// The length without what repeats or counts up: "aaaa" and "1234" are worth one character.
fn distinct_runs(text: &str) -> usize {
    let mut previous = None;
    let mut count = 0;
    for c in text.chars() {
        let code = u32::from(c);
        let dull = previous.is_some_and(|p: u32| p == code || p.wrapping_add(1) == code);
        if !dull {
            count += 1;
        }
        previous = Some(code);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poor_passphrases_are_not_accepted() {
        for text in [
            "",
            "a",
            "secret",
            "password1",
            "12345678",
            "aaaaaaaaaaaaaaaa",
            "qwertyuiop1",
            "abcdefghijkl",
        ] {
            assert!(!assess(text).acceptable, "{text}");
        }
    }

    #[test]
    fn random_words_are_strong() {
        assert_eq!(assess("harbour violin seventeen moss").score, 4);
        assert!(assess("correct horse battery staple").score >= 3);
    }

    #[test]
    fn a_longer_one_is_never_weaker() {
        let text = "maple tunnel ocean 7 quartz";
        let mut last = 0;
        for end in 1..=text.len() {
            let now = assess(&text[..end]).score;
            assert!(now >= last, "{}", &text[..end]);
            last = now;
        }
    }
}
