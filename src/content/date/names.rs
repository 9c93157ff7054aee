//! Dates in the names of files and in paths.

use jiff::civil;

use super::reading::{digits_date, existing_date};
use super::{DateError, quoted};

/// What may stand between a date and the rest of a name.
const SEPARATORS: [char; 4] = ['-', '_', ' ', '.'];

/// Finds the date at the start of a file's name, and what follows it.
///
/// `2024-08-01-tiktok` gives `tiktok`; so do `24-08-01-tiktok` (the year is in this century),
/// `2021-4-5-110` and `2024-08-01_tiktok`. Nothing follows in `2024-08-01`. A name that does not start
/// with a date gives `None`.
///
/// # Errors
/// The name starts like a date, and there is no such day.
pub fn date_from_stem(stem: &str) -> Result<Option<(civil::Date, &str)>, DateError> {
    let Some((year, rest)) = digits(stem) else { return Ok(None) };
    let Some((month, rest)) = rest.strip_prefix('-').and_then(digits) else { return Ok(None) };
    let Some((day, rest)) = rest.strip_prefix('-').and_then(digits) else { return Ok(None) };
    let rest = match rest.strip_prefix(SEPARATORS) {
        Some(rest) => rest,
        None if rest.is_empty() => rest,
        None => return Ok(None),
    };
    match (year.len(), month.len(), day.len()) {
        (4, 1..=2, 1..=2) if is_year(year) => digits_date(year, month, day)
            .map(|date| Some((date, rest)))
            .map_err(|error| from_name(error, &stem[..stem.len() - rest.len()], "rename the file")),
        // A digit that was lost, or struck twice.
        (3 | 5, 2, 2) if digits_date("2000", month, day).is_ok() => Err(from_name(
            DateError::new("a year has four digits"),
            &stem[..stem.len() - rest.len()],
            "rename the file",
        )),
        // Three pairs of digits may be anything (`10-20-30-rules`): a date only if there is such a day.
        (2, 2, 2) => Ok(two_digit_year(year, month, day).map(|date| (date, rest))),
        _ => Ok(None),
    }
}

/// Finds a date in a path (`2025/06/26/Rust-1.88.0`), and what follows it.
///
/// # Errors
/// The path holds three segments that look like a date, and there is no such day.
pub fn date_from_path(path: &str) -> Result<Option<(civil::Date, &str)>, DateError> {
    let mut rest = path;
    loop {
        let mut segments = rest.splitn(4, '/');
        let next = (segments.next(), segments.next(), segments.next(), segments.next());
        let (Some(year), Some(month), Some(day), after) = next else { return Ok(None) };
        let numbers = [year, month, day].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
        if numbers && is_year(year) && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len()) {
            let date = digits_date(year, month, day).map_err(|error| from_name(error, path, "correct the path"))?;
            return Ok(Some((date, after.unwrap_or_default())));
        }
        let Some((_, behind)) = rest.split_once('/') else { return Ok(None) };
        rest = behind;
    }
}

fn from_name(error: DateError, name: &str, help: &str) -> DateError {
    DateError {
        message: format!("{} starts like a date, but {}", quoted(name.trim_end_matches(SEPARATORS)), error.message),
        help: format!("{help}, or write the right day into the front matter, as `date: 2024-08-01`"),
    }
}

/// Splits leading digits off.
fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// Says whether four digits are a year in which a newsletter may have appeared.
fn is_year(text: &str) -> bool {
    text.len() == 4 && (text.starts_with("19") || text.starts_with("20") || text.starts_with("21"))
}

fn two_digit_year(year: &str, month: &str, day: &str) -> Option<civil::Date> {
    existing_date(2000 + year.parse::<i16>().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
