//! Points in time as authors write them, and the forms in which they are shown.
//!
//! In goes text in one of the forms that real archives hold; out comes a [`Moment`], or a reason that
//! names the forms. Nothing is guessed: `01/08/2024` is two different days in two countries, so it is
//! refused. Dates of which only the month or the year is known are [`PartialDate`]s (see [`partial`]).

mod names;
pub mod partial;
mod reading;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use serde::Serialize;

use super::front_matter::Node;

pub use names::{date_from_path, date_from_stem};
pub use partial::PartialDate;
use reading::Written;

/// Dates longer than this many bytes are refused unread: RFC 2822 allows comments inside comments.
pub const MAX_BYTES: usize = 64;

/// What to do about a date that can't be read.
const FORMS: &str = "write `2024-08-01`, or with a time `2024-08-01T10:00:00+02:00`";

/// The English names of the months, January first.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The English names of the days of the week, Monday first.
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Why a date can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DateError {
    /// What is wrong, in the voice of a diagnostic.
    pub message: String,
    /// What to do next.
    pub help: String,
}

impl DateError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: FORMS.to_owned() }
    }

    fn meant(message: impl Into<String>, date: impl std::fmt::Display) -> Self {
        Self { message: message.into(), help: format!("did you mean `{date}`? {FORMS}") }
    }
}

/// A point in time, the offset in which it was written, and whether a time was written at all.
///
/// Ordered by instant, to the second: fractions of a second in an archive are noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, bitcode::Encode, bitcode::Decode)]
pub struct Moment {
    seconds: i64,
    offset: i32,
    has_time: bool,
}

impl Moment {
    /// Reads a date from the front matter; what is wrong is reported as `bad-date`.
    ///
    /// A date without a time is midnight in `zone`; so is a time without an offset read there.
    pub fn read(node: &Node<'_>, zone: &TimeZone) -> Option<Self> {
        let text = date_text(node, FORMS)?;
        Self::parse(&text, zone).map_err(|error| node.error("bad-date", error.message, error.help)).ok()
    }

    /// Parses any of the accepted forms.
    ///
    /// These are `2024-08-01` (also with `/`), a time behind it after `T` or a blank (`10:00`,
    /// `10:00:00`, fractions), an offset behind that (`Z`, `UTC`, `+02:00`, `+0200`, `+02`; from
    /// -12:00 to +14:00), RFC 2822, `August 1, 2024` and `1 August 2024`.
    ///
    /// # Errors
    /// Another form, a day or time that does not exist, or more than [`MAX_BYTES`] bytes.
    pub fn parse(text: &str, zone: &TimeZone) -> Result<Self, DateError> {
        let written = Written::parse(text)?;
        let time = written.time.unwrap_or_default();
        let too_far = |_| DateError::new(format!("{} is too far away to be a date of publication", quoted(text)));
        match written.offset {
            Some(offset) => {
                let local = Offset::UTC.to_timestamp(written.date.to_datetime(time)).map_err(too_far)?;
                Ok(Self { seconds: local.as_second() - i64::from(offset), offset, has_time: written.time.is_some() })
            }
            None => Self::in_zone(written.date, written.time, zone).map_err(too_far),
        }
    }

    /// Makes the moment at which a day begins somewhere.
    ///
    /// # Errors
    /// The day is at the very end of what can be counted (the year 9999).
    pub fn from_date(date: civil::Date, zone: &TimeZone) -> Result<Self, DateError> {
        Self::in_zone(date, None, zone).map_err(|_| DateError::new(format!("{date} is too far away")))
    }

    /// Makes a moment from seconds since 1970, in UTC, with a time.
    pub fn from_unix(seconds: i64) -> Self {
        Self { seconds, offset: 0, has_time: true }
    }

    fn in_zone(date: civil::Date, time: Option<civil::Time>, zone: &TimeZone) -> Result<Self, jiff::Error> {
        let instant = zone.to_timestamp(date.to_datetime(time.unwrap_or_default()))?;
        // Before 1900 places kept their own time, off by seconds; RFC 3339 knows minutes only, and the
        // day that the author wrote must not become the day before.
        let offset = (zone.to_offset(instant).seconds() + 30).div_euclid(60) * 60;
        let local = Offset::UTC.to_timestamp(zone.to_datetime(instant))?;
        Ok(Self { seconds: local.as_second() - i64::from(offset), offset, has_time: time.is_some() })
    }

    /// Gives the seconds since 1970-01-01T00:00:00Z.
    pub fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// Gives the offset from UTC, in seconds.
    pub fn offset_seconds(self) -> i32 {
        self.offset
    }

    /// Says whether a time was written, not only a date.
    pub fn has_time(self) -> bool {
        self.has_time
    }

    /// Gives the calendar's day in the moment's own offset.
    pub fn date(self) -> civil::Date {
        self.local().date()
    }

    /// Gives the year in the moment's own offset.
    pub fn year(self) -> i16 {
        self.date().year()
    }

    /// Gives the month, from 1.
    pub fn month(self) -> u8 {
        self.date().month().unsigned_abs()
    }

    /// Gives the day of the month, from 1.
    pub fn day(self) -> u8 {
        self.date().day().unsigned_abs()
    }

    /// Gives the English name of the month.
    pub fn month_name(self) -> &'static str {
        month_name(self.month())
    }

    /// Counts the days from 1970-01-01 to the moment's day in its own offset.
    pub fn day_number(self) -> i64 {
        self.seconds.saturating_add(i64::from(self.offset)).div_euclid(86_400)
    }

    /// Writes `2024-08-01`.
    pub fn iso_date(self) -> String {
        iso(self.date())
    }

    /// Writes `1 August 2024`.
    pub fn long_date(self) -> String {
        long(self.date())
    }

    /// Writes `1 Aug`.
    pub fn short_date(self) -> String {
        format!("{} {}", self.day(), &self.month_name()[..3])
    }

    /// Writes `2024-08-01T10:00:00+02:00`, or with `Z` for UTC (RFC 3339).
    pub fn rfc3339(self) -> String {
        let local = self.local();
        let zone = if self.offset == 0 { "Z".to_owned() } else { self.offset_text(":") };
        format!("{}T{:02}:{:02}:{:02}{zone}", iso(local.date()), local.hour(), local.minute(), local.second())
    }

    /// Writes `Thu, 01 Aug 2024 10:00:00 +0200` (RFC 2822).
    pub fn rfc2822(self) -> String {
        let local = self.local();
        let weekday = WEEKDAYS[usize::from(local.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
        format!(
            "{}, {:02} {} {:04} {:02}:{:02}:{:02} {}",
            &weekday[..3],
            local.day(),
            &self.month_name()[..3],
            local.year(),
            local.hour(),
            local.minute(),
            local.second(),
            self.offset_text("")
        )
    }

    fn offset_text(self, colon: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs() / 60;
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }

    fn local(self) -> civil::DateTime {
        // Both are in range for every moment that was parsed; the defaults keep this total.
        let instant = Timestamp::from_second(self.seconds).unwrap_or_default();
        Offset::from_seconds(self.offset).unwrap_or(Offset::UTC).to_datetime(instant)
    }
}

/// Gives the English name of a month, from 1.
pub fn month_name(month: u8) -> &'static str {
    MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or(MONTHS[0])
}

/// Puts what an author wrote into a message: in backticks, shortened, with nothing that moves a cursor.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 48;
    let shown: String = text.chars().take(LONGEST).flat_map(shown_char).collect();
    if text.chars().nth(LONGEST).is_some() { format!("`{shown}…`") } else { format!("`{shown}`") }
}

fn shown_char(c: char) -> impl Iterator<Item = char> {
    let hidden =
        c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let (plain, escaped) = if hidden { (None, Some(c.escape_unicode())) } else { (Some(c), None) };
    plain.into_iter().chain(escaped.into_iter().flatten())
}

/// Reads a value that may hold a date; a truth value or a list is the wrong type, not a bad date.
fn date_text(node: &Node<'_>, forms: &str) -> Option<String> {
    if node.value().is_string() || node.value().is_number() {
        return node.text();
    }
    node.expected("a date", forms);
    None
}

fn iso(date: civil::Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

fn long(date: civil::Date) -> String {
    format!("{} {} {}", date.day(), month_name(date.month().unsigned_abs()), date.year())
}

#[cfg(test)]
mod tests;
