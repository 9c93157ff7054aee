//! From text to year, month, day, time and offset, or to the reason why there is no such thing.

use jiff::civil;
use jiff::fmt::rfc2822;

use super::{DateError, MAX_BYTES, MONTHS, WEEKDAYS, iso, month_name, quoted};

/// What stands in the text, before a time zone gives it a meaning.
pub(super) struct Written {
    pub(super) date: civil::Date,
    pub(super) time: Option<civil::Time>,
    pub(super) offset: Option<i32>,
}

impl Written {
    pub(super) fn parse(text: &str) -> Result<Self, DateError> {
        Self::read(text.trim()).map_err(|error| match digits_for_letters(text.trim()) {
            Some(meant) if Self::read(&meant).is_ok() => with_letters(text, &meant),
            _ => error,
        })
    }

    fn read(text: &str) -> Result<Self, DateError> {
        if text.is_empty() {
            return Err(DateError::new("the date is empty"));
        }
        if text.len() > MAX_BYTES {
            return Err(DateError::new(format!("the date {} is longer than {MAX_BYTES} bytes", quoted(text))));
        }
        if let Some((date, rest)) = leading_date(text)? {
            return Self::with_time(text, date, rest);
        }
        if let Some(date) = english_date(text)? {
            return Ok(Self { date, time: None, offset: None });
        }
        rfc_2822(text)
    }

    fn with_time(text: &str, date: civil::Date, rest: &str) -> Result<Self, DateError> {
        let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim();
        if rest.is_empty() {
            return Ok(Self { date, time: None, offset: None });
        }
        let (clock, zone) =
            rest.split_at(rest.find(|c: char| !matches!(c, '0'..='9' | ':' | '.' | ',')).unwrap_or(rest.len()));
        let time = clock_time(clock).map_err(|why| match why {
            Some(why) => DateError::new(format!("the time {} does not exist: {why}", quoted(clock))),
            None => {
                DateError::meant(format!("{} has something behind the date that is no time", quoted(text)), iso(date))
            }
        })?;
        let offset = match zone.trim() {
            "" => None,
            zone => Some(offset_seconds(zone).map_err(DateError::new)?),
        };
        Ok(Self { date, time: Some(time), offset })
    }
}

/// Gives a text with digits in place of the letters that look like them; `None` if it has no such letter.
pub(super) fn digits_for_letters(text: &str) -> Option<String> {
    let digit = |letter| match letter {
        'O' | 'o' => '0',
        'l' | 'I' => '1',
        other => other,
    };
    let digits: String = text.chars().take(MAX_BYTES).map(digit).collect();
    (digits != text).then_some(digits)
}

/// Complains of letters where digits belong, which look the same in some fonts.
pub(super) fn with_letters(text: &str, meant: &str) -> DateError {
    DateError::meant(format!("{} has a letter where a digit belongs", quoted(text)), meant)
}

/// Reads a date of digits (`2024-08-01`) at the start; gives what follows.
fn leading_date(text: &str) -> Result<Option<(civil::Date, &str)>, DateError> {
    let end = text.find(|c: char| !matches!(c, '0'..='9' | '-' | '/' | '.')).unwrap_or(text.len());
    let (written, rest) = text.split_at(end);
    if !written.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    let Some(separator) = written.find(['-', '/', '.']).map(|at| &written[at..=at]) else {
        return match written.len() {
            8 => Err(match digits_date(&written[..4], &written[4..6], &written[6..]) {
                Ok(date) => DateError::meant(format!("{} lacks its hyphens", quoted(text)), iso(date)),
                Err(error) => error,
            }),
            4 if rest.is_empty() => Err(DateError::new(format!("{} is a year without month and day", quoted(text)))),
            1 | 2 if !rest.is_empty() => Ok(None),
            3 | 5 => Err(other_year(text, written)),
            _ => Err(DateError::new(format!("{} is not a date", quoted(text)))),
        };
    };
    let parts: Vec<&str> = written.split(separator).collect();
    match parts[..] {
        [year, _, _] if year.len() == 3 || is_short_year(year) => Err(other_year(text, year)),
        [year, month, day] if year.len() == 4 && separator != "." => {
            digits_date(year, month, day).map(|date| Some((date, rest)))
        }
        [year, month, day] if year.len() == 2 && month.len() == 2 && day.len() == 2 && separator == "-" => {
            Err(match digits_date(&format!("20{year}"), month, day) {
                Ok(date) => DateError::meant(format!("{} has a year of two digits", quoted(text)), iso(date)),
                Err(_) => DateError::new(format!("{} has a year of two digits", quoted(text))),
            })
        }
        [_, _, year] if year.len() == 4 => Err(DateError::new(format!(
            "{} may be two different days: the year comes first, then month and day",
            quoted(text)
        ))),
        [year, month] if year.len() == 4 && month.len() == 2 => {
            Err(DateError::new(format!("{} is a month without a day", quoted(text))))
        }
        [year, ..] if year.len() > 4 => Err(DateError::new(format!("{} has a year beyond 9999", quoted(text)))),
        _ => Err(DateError::new(format!("{} is not a date", quoted(text)))),
    }
}

/// Says whether four digits are a year of fewer: `0204`.
pub(super) fn is_short_year(year: &str) -> bool {
    year.len() == 4 && year.starts_with('0') && year != "0000"
}

/// Complains of a year of other than four digits: one was lost, or struck twice.
pub(super) fn other_year(text: &str, year: &str) -> DateError {
    DateError::new(format!("{} has the year {}: years have four digits", quoted(text), year.trim_start_matches('0')))
}

/// Reads year, month and day from digits, and says why there is no such day.
pub(super) fn digits_date(year: &str, month: &str, day: &str) -> Result<civil::Date, DateError> {
    let number = |digits: &str| if (1..=2).contains(&digits.len()) { digits.parse::<i8>().ok() } else { None };
    let (Ok(year), Some(month), Some(day)) = (year.parse::<i16>(), number(month), number(day)) else {
        return Err(DateError::new(format!("{} is not a date", quoted(&format!("{year}-{month}-{day}")))));
    };
    existing_date(year, month, day)
        .map_err(|why| DateError::new(format!("the date `{year:04}-{month:02}-{day:02}` does not exist: {why}")))
}

/// Makes a date, or says why there is no such day.
pub(super) fn existing_date(year: i16, month: i8, day: i8) -> Result<civil::Date, String> {
    if year < 1 {
        return Err("there is no year 0".to_owned());
    }
    if !(1..=12).contains(&month) {
        return Err(format!("there is no month {month}"));
    }
    civil::Date::new(year, month, day).map_err(|_| {
        if day < 1 {
            return "there is no day 0".to_owned();
        }
        let days = civil::Date::new(year, month, 1).map_or(31, civil::Date::days_in_month);
        format!("{} {year} has {days} days", month_name(month.unsigned_abs()))
    })
}

/// Reads `10:00`, `10:00:00` or `10:00:00.5`; the reason is missing where it is no time at all.
fn clock_time(clock: &str) -> Result<civil::Time, Option<&'static str>> {
    let (whole, fraction) =
        clock.split_once(['.', ',']).map_or((clock, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if fraction.is_some_and(|fraction| fraction.is_empty() || !digits(fraction)) {
        return Err(None);
    }
    let number =
        |part: &str| if part.len() == 2 && digits(part) { part.parse::<i8>().map_err(|_| None) } else { Err(None) };
    let parts: Vec<&str> = whole.split(':').collect();
    let (hour, minute, second) = match parts[..] {
        [hour, minute] if fraction.is_none() => (hour, minute, "00"),
        [hour, minute, second] => (hour, minute, second),
        _ => return Err(None),
    };
    let hour = if hour.len() == 1 { number(&format!("0{hour}"))? } else { number(hour)? };
    let (minute, second) = (number(minute)?, number(second)?);
    if hour > 23 {
        return Err(Some("the last hour is 23, and midnight is `00:00`"));
    }
    if minute > 59 {
        return Err(Some("the last minute is 59"));
    }
    civil::Time::new(hour, minute, second, 0).map_err(|_| Some("the last second is 59"))
}

/// Reads an offset in seconds; the reason is a message.
fn offset_seconds(zone: &str) -> Result<i32, String> {
    if ["z", "utc", "gmt"].contains(&zone.to_ascii_lowercase().as_str()) {
        return Ok(0);
    }
    let unknown = || format!("{} is not an offset that can be read", quoted(zone));
    let (sign, rest) = match zone.split_at_checked(1) {
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(unknown()),
    };
    let (hours, minutes) = match (rest.len(), rest.split_once(':')) {
        (5, Some((hours, minutes))) => (hours, minutes),
        (4, None) if rest.is_ascii() => rest.split_at(2),
        (2, None) => (rest, "00"),
        _ => return Err(unknown()),
    };
    let number = |part: &str| {
        let is_number = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        if is_number { part.parse::<i32>().map_err(|_| unknown()) } else { Err(unknown()) }
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    in_use(sign * (hours * 3600 + minutes * 60))
        .filter(|_| minutes < 60)
        .ok_or_else(|| format!("the offset {} does not exist: they run from `-12:00` to `+14:00`", quoted(zone)))
}

fn in_use(offset: i32) -> Option<i32> {
    (-12 * 3600..=14 * 3600).contains(&offset).then_some(offset)
}

/// Reads `August 1, 2024`, `1 August 2024` and their short forms, with or without a day of the week.
fn english_date(text: &str) -> Result<Option<civil::Date>, DateError> {
    let mut words: Vec<&str> = text.split([' ', ',', '\u{a0}']).filter(|word| !word.is_empty()).collect();
    if words.first().is_some_and(|word| is_name_of(word, WEEKDAYS)) {
        words.remove(0);
    }
    let [first, second, year] = words[..] else { return Ok(None) };
    let Some((month, day)) =
        month_number(first).map(|m| (m, second)).or_else(|| month_number(second).map(|m| (m, first)))
    else {
        return Ok(None);
    };
    let lower = day.to_ascii_lowercase();
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|ending| lower.strip_suffix(ending)).unwrap_or(&lower);
    let number = if bare.bytes().all(|b| b.is_ascii_digit()) { bare.parse::<i8>().ok() } else { None };
    let (Some(day), true) = (number, year.bytes().all(|b| b.is_ascii_digit())) else {
        return Ok(None);
    };
    if year.len() != 4 || is_short_year(year) {
        return Err(other_year(text, year));
    }
    let year = year.parse::<i16>().unwrap_or(0);
    existing_date(year, month, day)
        .map(Some)
        .map_err(|why| DateError::new(format!("the date {} does not exist: {why}", quoted(text))))
}

/// Gives the number of a month from its name, whole or short.
pub(super) fn month_number(word: &str) -> Option<i8> {
    let word = word.strip_suffix('.').unwrap_or(word);
    let word = if word.eq_ignore_ascii_case("sept") { "sep" } else { word };
    (1..=12).zip(MONTHS).find(|(_, name)| is_name_of(word, [*name])).map(|(number, _)| number)
}

fn is_name_of<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> bool {
    let word = word.strip_suffix('.').unwrap_or(word);
    names.into_iter().any(|name| word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(&name[..3]))
}

fn rfc_2822(text: &str) -> Result<Written, DateError> {
    let no_date = || DateError::new(format!("{} is not a date that can be read", quoted(text)));
    let zoned = rfc2822::parse(text).map_err(|_| {
        match rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_zoned(text) {
            Ok(zoned) => {
                let weekday = WEEKDAYS[usize::from(zoned.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
                DateError::new(format!("{} names the wrong day of the week: that day was a {weekday}", quoted(text)))
            }
            Err(_) => no_date(),
        }
    })?;
    let offset = zoned.offset().seconds();
    // The parser takes 23:59:60 for 23:59:59, and any offset below 26 hours.
    if text.contains(":60") || zoned.year() < 1 {
        return Err(no_date());
    }
    if in_use(offset).is_none() {
        return Err(DateError::new(format!(
            "the offset of {} does not exist: they run from `-12:00` to `+14:00`",
            quoted(text)
        )));
    }
    Ok(Written { date: zoned.date(), time: Some(zoned.time()), offset: Some(offset) })
}
