use super::{Contact, PartyView};

/// A request about published sets that are not here, as the screen before the consent shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetsView {
    /// Who asks.
    pub verifier: PartyView,
    /// What is asked about the sets, one sentence each.
    pub asked: Vec<String>,
    /// The sets.
    pub sets: Vec<SetView>,
    /// Whether they were asked for already, in vain.
    pub asked_for: bool,
}

/// A published set that is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetView {
    /// Its publisher's name for it.
    pub name: String,
    /// How many values it has and how large its file is, in words.
    pub size: String,
    /// Who has published it, as far as that is known here.
    pub publisher: String,
    /// The publisher's identifier.
    pub identity: String,
    /// Where its file is.
    pub address: Contact,
}

/// A number with its digits in groups of three.
#[must_use]
pub fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A length in words, rounded up.
#[must_use]
pub fn megabytes(bytes: usize) -> String {
    match bytes {
        0..100_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => {
            let tenths = bytes.div_ceil(100_000);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_for_people() {
        let groups = [1, 999, 1000, 40_000, 1_048_576].map(grouped);
        assert_eq!(groups, ["1", "999", "1,000", "40,000", "1,048,576"]);
        let lengths = [1, 2_700, 99_999, 100_000, 1_241_040, 32_506_896].map(megabytes);
        assert_eq!(
            lengths,
            ["1 kB", "3 kB", "100 kB", "0.1 MB", "1.3 MB", "32.6 MB"]
        );
    }
}
