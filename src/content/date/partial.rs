//! Dates of which only the year, the quarter or the month may be known.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil;
use serde::{Serialize, Serializer};

use super::reading::{Written, digits_date, digits_for_letters, existing_date, month_number, other_year, with_letters};
use super::{DateError, Moment, date_text, long, month_name, quoted};
use crate::content::front_matter::Node;

/// What to do about a partial date that can't be read.
const FORMS: &str = "write `2024`, `2024-Q3`, `2024-03`, `March 2024` or `2024-03-15`";

/// A year, a quarter, a month or a day: the time that a report speaks of.
///
/// Ordered by its first day, then by its last. Serialised as `2024-03`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, bitcode::Encode, bitcode::Decode)]
pub struct PartialDate {
    year: i16,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, bitcode::Encode, bitcode::Decode)]
enum Part {
    Year,
    Quarter(u8),
    Month(u8),
    Day(u8, u8),
}

impl PartialDate {
    /// Reads a partial date from the front matter; what is wrong is reported as `bad-date`.
    pub fn read(node: &Node<'_>) -> Option<Self> {
        let text = date_text(node, FORMS)?;
        Self::parse(&text).map_err(|error| node.error("bad-date", error.message, error.help)).ok()
    }

    /// Parses `2024`, `2024-Q3`, `Q3 2024`, `2024-03`, `March 2024`, or any form of [`Moment::parse`].
    ///
    /// # Errors
    /// Another form, or a day that does not exist.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let text = text.trim();
        Self::from_text(text).map_err(|error| match digits_for_letters(text) {
            Some(meant) if Self::from_text(&meant).is_ok() => {
                let DateError { message, .. } = with_letters(text, &meant);
                DateError { message, help: format!("did you mean `{meant}`? {FORMS}") }
            }
            _ => error,
        })
    }

    fn from_text(text: &str) -> Result<Self, DateError> {
        let parts: Vec<&str> = text.split(['-', '/', ' ', ',']).filter(|part| !part.is_empty()).collect();
        let found = match parts[..] {
            [year] => year_number(year).map(|year| Ok((year, Part::Year))),
            [first, second] => {
                let (year, other) = if year_number(first).is_some() { (first, second) } else { (second, first) };
                year_number(year).and_then(|year| Some(part_of_year(year, other)?.map(|part| (year, part))))
            }
            _ => None,
        };
        match found {
            Some(Ok((year @ 1..1000, _))) => Err(forms(other_year(text, &year.to_string()).message)),
            Some(Ok((0, _))) => Err(forms(format!("the date {} does not exist: there is no year 0", quoted(text)))),
            Some(Ok((year, part))) => Ok(Self { year, part }),
            Some(Err(error)) => Err(error),
            None => Written::parse(text).map(|written| written.date.into()).map_err(|error| forms(error.message)),
        }
    }

    /// Gives the year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// Gives the month, if it is known.
    pub fn month(self) -> Option<u8> {
        match self.part {
            Part::Month(month) | Part::Day(month, _) => Some(month),
            Part::Year | Part::Quarter(_) => None,
        }
    }

    /// Gives the day of the month, if it is known.
    pub fn day(self) -> Option<u8> {
        match self.part {
            Part::Day(_, day) => Some(day),
            _ => None,
        }
    }

    /// Gives the day as `2024-08-01`, if one is known.
    pub fn iso_day(self) -> Option<String> {
        match self.part {
            Part::Day(month, day) => Some(civil(self.year, month, day).to_string()),
            _ => None,
        }
    }

    /// Counts the days from 1970-01-01 to the first day that is meant.
    pub fn first_day(self) -> i64 {
        let (month, day) = match self.part {
            Part::Year => (1, 1),
            Part::Quarter(quarter) => (quarter.saturating_sub(1) * 3 + 1, 1),
            Part::Month(month) => (month, 1),
            Part::Day(month, day) => (month, day),
        };
        day_number(self.year, month, day)
    }

    /// Counts the days from 1970-01-01 to the last day that is meant.
    pub fn last_day(self) -> i64 {
        let next =
            |year: i16, month: u8| if month > 12 { day_number(year, 12, 31) + 1 } else { day_number(year, month, 1) };
        match self.part {
            Part::Year => day_number(self.year, 12, 31),
            Part::Quarter(quarter) => next(self.year, quarter.min(4) * 3 + 1) - 1,
            Part::Month(month) => next(self.year, month.min(12) + 1) - 1,
            Part::Day(month, day) => day_number(self.year, month, day),
        }
    }

    /// Says whether both may mean the same day.
    pub fn overlaps(self, other: Self) -> bool {
        self.first_day() <= other.last_day() && other.first_day() <= self.last_day()
    }

    /// Writes `2024`, `2024-Q3`, `2024-03` or `2024-03-15`.
    pub fn iso(self) -> String {
        match self.part {
            Part::Year => format!("{:04}", self.year),
            Part::Quarter(quarter) => format!("{:04}-Q{quarter}", self.year),
            Part::Month(month) => format!("{:04}-{month:02}", self.year),
            Part::Day(month, day) => format!("{:04}-{month:02}-{day:02}", self.year),
        }
    }
}

impl From<civil::Date> for PartialDate {
    fn from(date: civil::Date) -> Self {
        Self { year: date.year(), part: Part::Day(date.month().unsigned_abs(), date.day().unsigned_abs()) }
    }
}

impl From<Moment> for PartialDate {
    fn from(moment: Moment) -> Self {
        moment.date().into()
    }
}

impl PartialOrd for PartialDate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PartialDate {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.first_day(), self.last_day()).cmp(&(other.first_day(), other.last_day()))
    }
}

impl fmt::Display for PartialDate {
    /// Writes `2024`, `Q3 2024`, `March 2024` or `15 March 2024`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Year => write!(f, "{}", self.year),
            Part::Quarter(quarter) => write!(f, "Q{quarter} {}", self.year),
            Part::Month(month) => write!(f, "{} {}", month_name(month), self.year),
            Part::Day(month, day) => f.write_str(&long(civil(self.year, month, day))),
        }
    }
}

impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso())
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.iso())
    }
}

fn forms(message: String) -> DateError {
    DateError { message, help: FORMS.to_owned() }
}

fn year_number(text: &str) -> Option<i16> {
    if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// Reads the quarter or month beside a year.
fn part_of_year(year: i16, text: &str) -> Option<Result<Part, DateError>> {
    if let Some(quarter) = text.strip_prefix(['Q', 'q']).and_then(|digits| digits.parse::<u8>().ok()) {
        let missing = || forms(format!("there is no quarter {quarter}: they run from Q1 to Q4"));
        return Some((1..=4).contains(&quarter).then_some(Part::Quarter(quarter)).ok_or_else(missing));
    }
    if let Some(month) = month_number(text) {
        return Some(Ok(Part::Month(month.unsigned_abs())));
    }
    if text.is_empty() || text.len() > 2 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let date = digits_date(&format!("{year:04}"), text, "1").map_err(|error| forms(error.message.replace("-01`", "`")));
    Some(date.map(|date| Part::Month(date.month().unsigned_abs())))
}

/// Gives the day of the calendar; only days that exist are ever stored.
fn civil(year: i16, month: u8, day: u8) -> civil::Date {
    let small = |number: u8| i8::try_from(number).unwrap_or(1);
    existing_date(year, small(month), small(day)).unwrap_or(civil::Date::ZERO)
}

fn day_number(year: i16, month: u8, day: u8) -> i64 {
    let epoch = civil::date(1970, 1, 1);
    civil(year, month, day).duration_since(epoch).as_hours().div_euclid(24)
}
