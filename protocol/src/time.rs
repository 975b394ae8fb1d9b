//! Civil dates and instants without a clock: whoever needs to know what time it is passes it in.
//!
//! The calendar is the proleptic Gregorian one, years 1 to 9999. Day arithmetic is the usual era-based
//! computation; a test compares it with another implementation for every day from 1900 to 2100.

use core::fmt;
use core::str::FromStr;

/// A civil day, held as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// An instant, held as whole Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(i64);

/// A text or number that is no date or no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeError {
    /// Not of the form `2026-11-21`.
    #[error("a date is written as 2026-11-21")]
    DateForm,
    /// Not of the form `2026-11-21T18:00:00Z` with an explicit zone and whole seconds.
    #[error("an instant is written as 2026-11-21T18:00:00Z, with its zone and whole seconds")]
    DateTimeForm,
    /// The calendar has no such day, or the clock no such time.
    #[error("no such day or time")]
    NoSuchDay,
    /// Outside the years 1 to 9999.
    #[error("outside the years 1 to 9999")]
    OutOfRange,
}

const SECONDS_PER_DAY: i64 = 86_400;

impl Date {
    /// 0001-01-01.
    pub const MIN: Self = Self(-719_162);
    /// 9999-12-31.
    pub const MAX: Self = Self(2_932_896);

    /// The civil day, if there is one.
    ///
    /// # Errors
    /// [`TimeError::NoSuchDay`] or [`TimeError::OutOfRange`].
    pub fn new(year: i32, month: u8, day: u8) -> Result<Self, TimeError> {
        if !(1..=9999).contains(&year) {
            return Err(TimeError::OutOfRange);
        }
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return Err(TimeError::NoSuchDay);
        }
        // Years begin in March here, so that the leap day comes last.
        let (month, day) = (i32::from(month), i32::from(day));
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Ok(Self(era * 146_097 + day_of_era - 719_468))
    }

    /// The day that lies `days` after 1970-01-01.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`].
    pub fn from_days(days: i64) -> Result<Self, TimeError> {
        i32::try_from(days)
            .ok()
            .map(Self)
            .filter(|date| (Self::MIN..=Self::MAX).contains(date))
            .ok_or(TimeError::OutOfRange)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i64 {
        self.0 as i64
    }

    /// Year, month (1–12) and day (1–31).
    pub fn civil(self) -> (i32, u8, u8) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month as u8, day as u8)
    }

    /// The same day of an earlier year; 29 February becomes 28 February where that year has none.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`].
    pub fn years_before(self, years: u16) -> Result<Self, TimeError> {
        let (year, month, day) = self.civil();
        let year = year - i32::from(years);
        if year < 1 {
            return Err(TimeError::OutOfRange);
        }
        Self::new(year, month, day.min(days_in_month(year, month)))
    }

    /// The day `days` later (earlier if negative).
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`].
    pub fn plus_days(self, days: i64) -> Result<Self, TimeError> {
        Self::from_days(self.days().checked_add(days).ok_or(TimeError::OutOfRange)?)
    }
}

impl DateTime {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(Date::MIN.days() * SECONDS_PER_DAY);
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(Date::MAX.days() * SECONDS_PER_DAY + SECONDS_PER_DAY - 1);

    /// The instant of that many Unix seconds.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`].
    pub fn from_unix(seconds: i64) -> Result<Self, TimeError> {
        Some(Self(seconds))
            .filter(|at| (Self::MIN..=Self::MAX).contains(at))
            .ok_or(TimeError::OutOfRange)
    }

    /// Unix seconds.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// The day in UTC.
    pub fn date(self) -> Date {
        Date(self.0.div_euclid(SECONDS_PER_DAY) as i32)
    }

    /// The instant `seconds` later (earlier if negative), held inside the representable years.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(
            self.0
                .saturating_add(seconds)
                .clamp(Self::MIN.0, Self::MAX.0),
        )
    }
}

impl FromStr for Date {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(TimeError::DateForm);
        }
        let form = TimeError::DateForm;
        let year = digits(&bytes[..4]).ok_or(form)?;
        let month = digits(&bytes[5..7]).ok_or(form)?;
        let day = digits(&bytes[8..]).ok_or(form)?;
        Self::new(year as i32, month as u8, day as u8)
    }
}

impl FromStr for DateTime {
    type Err = TimeError;

    /// RFC 3339 with whole seconds, upper-case `T`, and `Z` or a numeric offset. A leap second is refused.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let form = TimeError::DateTimeForm;
        let bytes = text.as_bytes();
        if !text.is_ascii()
            || bytes.len() < 20
            || bytes[10] != b'T'
            || bytes[13] != b':'
            || bytes[16] != b':'
        {
            return Err(form);
        }
        let date: Date = text[..10].parse().map_err(|error| match error {
            TimeError::DateForm => form,
            other => other,
        })?;
        let hour = digits(&bytes[11..13]).ok_or(form)?;
        let minute = digits(&bytes[14..16]).ok_or(form)?;
        let second = digits(&bytes[17..19]).ok_or(form)?;
        let offset = match &bytes[19..] {
            b"Z" => 0,
            // RFC 3339 gives −00:00 to an unknown zone, which is not an explicit one.
            b"-00:00" => return Err(form),
            [sign @ (b'+' | b'-'), zone @ ..] if zone.len() == 5 && zone[2] == b':' => {
                let hours = digits(&zone[..2]).ok_or(form)?;
                let minutes = digits(&zone[3..]).ok_or(form)?;
                if hours > 23 || minutes > 59 {
                    return Err(TimeError::NoSuchDay);
                }
                let seconds = i64::from(hours * 3600 + minutes * 60);
                if *sign == b'+' { seconds } else { -seconds }
            }
            _ => return Err(form),
        };
        if hour > 23 || minute > 59 || second > 59 {
            return Err(TimeError::NoSuchDay);
        }
        let of_day = i64::from(hour * 3600 + minute * 60 + second);
        Self::from_unix(date.days() * SECONDS_PER_DAY + of_day - offset)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_day = self.0.rem_euclid(SECONDS_PER_DAY);
        write!(
            f,
            "{}T{:02}:{:02}:{:02}Z",
            self.date(),
            of_day / 3600,
            of_day / 60 % 60,
            of_day % 60
        )
    }
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit()
            .then(|| value * 10 + u32::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn every_day_from_1900_to_2100_agrees_with_jiff() {
        let mut day = jiff::civil::date(1900, 1, 1);
        let epoch = jiff::civil::date(1970, 1, 1);
        while day < jiff::civil::date(2101, 1, 1) {
            let ours = Date::new(day.year().into(), day.month() as u8, day.day() as u8).unwrap();
            assert_eq!(ours.days(), i64::from((day - epoch).get_days()));
            assert_eq!(
                ours.civil(),
                (day.year().into(), day.month() as u8, day.day() as u8)
            );
            assert_eq!(ours.to_string(), day.to_string());
            assert_eq!(day.to_string().parse(), Ok(ours));
            for years in [1, 4, 18, 21, 76, 100] {
                let theirs = day.checked_sub(jiff::Span::new().years(years)).unwrap();
                assert_eq!(
                    ours.years_before(years as u16).unwrap().to_string(),
                    theirs.to_string()
                );
            }
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn the_ends_are_where_they_are_said_to_be() {
        assert_eq!(Date::new(1, 1, 1), Ok(Date::MIN));
        assert_eq!(Date::new(9999, 12, 31), Ok(Date::MAX));
        assert_eq!(Date::MAX.plus_days(1), Err(TimeError::OutOfRange));
        assert_eq!(Date::MIN.plus_days(-1), Err(TimeError::OutOfRange));
        assert_eq!(Date::from_days(i64::MAX), Err(TimeError::OutOfRange));
    }

    #[test]
    fn instants_agree_with_jiff_in_any_zone() {
        for text in [
            "2026-11-21T18:00:00Z",
            "2026-11-21T18:00:00+05:30",
            "1969-12-31T23:59:59-11:00",
            "2000-02-29T00:00:00+14:00",
        ] {
            let ours: DateTime = text.parse().unwrap();
            let theirs: jiff::Timestamp = text.parse().unwrap();
            assert_eq!(ours.unix(), theirs.as_second());
            assert_eq!(ours.to_string(), theirs.to_string());
        }
    }

    #[test]
    fn loose_forms_are_refused() {
        for text in [
            "2026-1-2",
            "2026-02-29",
            "2026-00-10",
            "0000-01-01",
            "20261121",
            "2026-11-21 ",
            "２026-11-2",
        ] {
            assert!(text.parse::<Date>().is_err(), "accepted {text}");
        }
        for text in [
            "2026-11-21T18:00:00",
            "2026-11-21T18:00:00.5Z",
            "2026-11-21t18:00:00Z",
            "2026-11-21 18:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T23:59:60Z",
            "2026-11-21T18:00:00-00:00",
            "2026-11-21T18:00:00+0100",
            "0001-01-01T00:00:00+01:00",
        ] {
            assert!(text.parse::<DateTime>().is_err(), "accepted {text}");
        }
    }
}
