/// The colours of a card: an issuer's wish, made legible.
///
/// Issuers choose freely and get it wrong, and a card must stay readable: the ink is never theirs.
/// It is white or near-black, whichever contrasts more, and a middling background is darkened until
/// white reaches 7:1 in its lightest part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    background: [u8; 3],
}

impl Palette {
    /// Used when an issuer names no colour: a deep petrol.
    pub const DEFAULT: Self = Self {
        background: [0x1d, 0x4f, 0x63],
    };

    /// Reads `#rrggbb`; anything else, and colours that cannot be made legible, give the default.
    #[must_use]
    pub fn from_hex(text: &str) -> Self {
        parse(text).map_or(Self::DEFAULT, Self::legible)
    }

    /// The background as a CSS colour.
    #[must_use]
    pub fn css(self) -> String {
        let [r, g, b] = self.background;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// Darkens in steps until white text reads well on it.
    fn legible(mut background: [u8; 3]) -> Self {
        // 10 % luminance gives white a contrast of 7:1; the card's gradient lightens a little.
        while luminance(background) > 0.085 {
            background = background.map(|c| (u16::from(c) * 15 / 16) as u8);
        }
        Self { background }
    }
}

fn parse(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, r, g, b] = value.to_be_bytes();
    Some([r, g, b])
}

/// Relative luminance, with the square in place of WCAG's 2.4th power: it errs on the bright side
/// for dark colours, which is the careful side here.
fn luminance(colour: [u8; 3]) -> f32 {
    let [r, g, b] = colour.map(|c| {
        let c = f32::from(c) / 255.0;
        c * c
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_six_digit_colours_are_taken() {
        for text in [
            "", "red", "#fff", "#12345g", "#1234567", "#+12345", "url(x)", "#123456;",
        ] {
            assert_eq!(Palette::from_hex(text), Palette::DEFAULT, "{text}");
        }
        assert_eq!(Palette::from_hex("#0A1b2c").css(), "#0a1b2c");
    }

    #[test]
    fn every_colour_ends_dark_enough_for_white_text() {
        for text in [
            "#ffffff", "#ffff00", "#00ff00", "#808080", "#ff0000", "#0000ff",
        ] {
            let Palette { background } = Palette::from_hex(text);
            assert!(luminance(background) <= 0.085, "{text}");
        }
    }
}
