//! Decimals of fixed scale, exact or refused.

use core::fmt;

use crate::value::ValueError;

/// A decimal number: an integer count of units of 10^−scale.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    units: i64,
    scale: u8,
}

impl Decimal {
    /// The most digits after the point.
    pub const MAX_SCALE: u8 = 18;

    /// `units` × 10^−`scale`.
    pub const fn from_units(units: i64, scale: u8) -> Self {
        Self { units, scale }
    }

    /// An integer at `scale`.
    ///
    /// # Errors
    /// [`ValueError::OutOfRange`].
    pub fn from_integer(value: i64, scale: u8) -> Result<Self, ValueError> {
        let units = 10i64
            .checked_pow(scale.into())
            .and_then(|one| value.checked_mul(one));
        units
            .map(|units| Self { units, scale })
            .ok_or(ValueError::OutOfRange)
    }

    /// Reads `-12.50`: digits, at most one point between digits, no exponent, no leading zeros but one before
    /// the point. Trailing zeros after the point are free, further digits are refused.
    ///
    /// # Errors
    /// [`ValueError::Type`], [`ValueError::Inexact`] or [`ValueError::OutOfRange`].
    pub fn parse(text: &str, scale: u8) -> Result<Self, ValueError> {
        let wrong = ValueError::Type(crate::value::AttributeType::Decimal { scale });
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return Err(wrong),
            Some(parts) => parts,
            None => (digits, ""),
        };
        let all_digits = whole
            .bytes()
            .chain(fraction.bytes())
            .all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(wrong);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > usize::from(scale) {
            return Err(ValueError::Inexact(scale));
        }
        let padding = usize::from(scale) - fraction.len();
        // Accumulated downwards when negative, so that −2⁶³ units are reachable.
        let sign = if negative { -1 } else { 1 };
        let units = whole
            .bytes()
            .chain(fraction.bytes())
            .chain(core::iter::repeat_n(b'0', padding))
            .try_fold(0i64, |units, byte| {
                units
                    .checked_mul(10)?
                    .checked_add(sign * i64::from(byte - b'0'))
            })
            .ok_or(ValueError::OutOfRange)?;
        if negative && units == 0 {
            return Err(wrong);
        }
        Ok(Self { units, scale })
    }

    /// The number of units.
    pub const fn units(self) -> i64 {
        self.units
    }

    /// Digits after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let magnitude = self.units.unsigned_abs();
        let scale = usize::from(self.scale);
        match 10u64.checked_pow(self.scale.into()) {
            Some(one) if scale > 0 => {
                write!(f, "{sign}{}.{:0scale$}", magnitude / one, magnitude % one)
            }
            _ => write!(f, "{sign}{magnitude}"),
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal(.., scale {})", self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn exact_decimals_are_read_and_written() {
        for (text, scale, units, shown) in [
            ("1.50", 2, 150, "1.50"),
            ("1.5", 2, 150, "1.50"),
            ("1.5000", 2, 150, "1.50"),
            ("-0.05", 2, -5, "-0.05"),
            ("0", 0, 0, "0"),
            ("-9223372036854775808", 0, i64::MIN, "-9223372036854775808"),
            (
                "-9.223372036854775808",
                18,
                i64::MIN,
                "-9.223372036854775808",
            ),
        ] {
            let decimal = Decimal::parse(text, scale).unwrap();
            assert_eq!(
                (decimal.units(), decimal.to_string().as_str()),
                (units, shown)
            );
        }
        assert_eq!(Decimal::from_integer(3, 2).unwrap().units(), 300);
    }

    #[test]
    fn inexact_and_loose_decimals_are_refused() {
        assert_eq!(Decimal::parse("1.505", 2), Err(ValueError::Inexact(2)));
        assert_eq!(
            Decimal::parse("9223372036854775808", 0),
            Err(ValueError::OutOfRange)
        );
        assert_eq!(
            Decimal::parse("92233720368547758.08", 3),
            Err(ValueError::OutOfRange)
        );
        assert_eq!(
            Decimal::from_integer(i64::MAX, 1),
            Err(ValueError::OutOfRange)
        );
        for text in [
            "", "-", ".5", "1.", "01", "+1", "1e3", "1,5", " 1", "-0", "-0.00", "1.2.3", "１",
        ] {
            assert!(
                matches!(Decimal::parse(text, 2), Err(ValueError::Type(_))),
                "accepted {text}"
            );
        }
    }
}
