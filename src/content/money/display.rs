//! Amounts as they are shown: short (`nearly $20M per month`) and long (`nearly $20 million per month`).
//!
//! Both are exact and are read back as the same amount; only [`rounded`] drops digits.

use std::fmt;

use super::{Amount, Currency, Figure, Many, Paid, Per, Term, Vague};

/// Powers of ten with a letter and a word of their own, largest first.
const UNITS: [(u32, &str, &str); 3] = [(12, "T", " trillion"), (9, "B", " billion"), (6, "M", " million")];

/// How the unit is written.
#[derive(Clone, Copy)]
enum Style {
    Short,
    Long,
}

impl Amount {
    /// Writes it with words for the units: `$10–15 billion`.
    pub fn long(&self) -> String {
        match self {
            Self::Undisclosed => "undisclosed".to_owned(),
            Self::Vague(vague) => vague.to_string(),
            Self::Figure(figure) => figure.shown(Style::Long),
        }
    }
}

impl fmt::Display for Amount {
    /// Writes the short form: `$10–15B`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undisclosed => f.write_str("undisclosed"),
            Self::Vague(vague) => vague.fmt(f),
            Self::Figure(figure) => f.write_str(&figure.shown(Style::Short)),
        }
    }
}

impl fmt::Display for Vague {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.exponent {
            3 => "thousand",
            6 => "million",
            9 => "billion",
            _ => "trillion",
        };
        let currency = self.currency.plural();
        match self.many {
            Many::Some => write!(f, "{unit}s of {currency}"),
            Many::Several => write!(f, "several {unit} {currency}"),
            Many::Tens => write!(f, "tens of {unit}s of {currency}"),
            Many::Hundreds => write!(f, "hundreds of {unit}s of {currency}"),
        }
    }
}

impl Figure {
    fn shown(&self, style: Style) -> String {
        let Self { low, high, currency, bound, per, term, paid } = self;
        let mut text = bound.before().to_owned();
        text += &if low == high { single(*low, *currency, style) } else { range(*low, *high, *currency, style) };
        text += match paid {
            None => "",
            Some(Paid::Cash) => " in cash",
            Some(Paid::Stock) => " in stock",
            Some(Paid::CashAndStock) => " in cash and stock",
        };
        text += match per {
            None => "",
            Some(Per::Once) => " once",
            Some(Per::Month) => " per month",
            Some(Per::Year) => " per year",
            // What is paid over some years is a total anyway.
            Some(Per::Total) if term.is_some() => "",
            Some(Per::Total) => " in total",
        };
        if let Some(term) = term {
            text += &format!(" over {term}");
        }
        text
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit, about) = match self {
            Self::Years { count, about } => (count, "year", about),
            Self::Months { count, about } => (count, "month", about),
            Self::SeveralYears => return f.write_str("several years"),
        };
        let about = if *about { "about " } else { "" };
        let plural = if *count == 1 { "" } else { "s" };
        write!(f, "{about}{count} {unit}{plural}")
    }
}

/// Writes a sum to four figures, for totals: `$123.4B`.
pub fn rounded(hundredths: i128, currency: Currency) -> String {
    let prefix = currency.prefix();
    for (at, (exponent, letter, _)) in UNITS.iter().enumerate() {
        let unit = 100 * 10_i128.pow(*exponent);
        if hundredths < unit {
            continue;
        }
        let tenths = (hundredths + unit / 20) / (unit / 10);
        // 999.96M is rounded up to 1,000M, which is 1B.
        if let Some((_, larger, _)) = at.checked_sub(1).map(|above| UNITS[above]).filter(|_| tenths >= 10_000) {
            return format!("{prefix}1{larger}");
        }
        let (whole, tenth) = (grouped(tenths / 10), tenths % 10);
        return if tenth == 0 {
            format!("{prefix}{whole}{letter}")
        } else {
            format!("{prefix}{whole}.{tenth}{letter}")
        };
    }
    format!("{prefix}{}", grouped((hundredths + 50) / 100))
}

/// Writes hundredths as a plain decimal number for machines: `20000000` or `1234.50`.
pub fn decimal(hundredths: i128) -> String {
    let (whole, cents) = (hundredths / 100, hundredths % 100);
    if cents == 0 { whole.to_string() } else { format!("{whole}.{cents:02}") }
}

/// A number with the unit that it is written in: an index into [`UNITS`], or none.
struct Scaled {
    digits: String,
    /// The whole part of the number as it is written.
    leading: i128,
    unit: Option<usize>,
}

impl Scaled {
    /// Takes the largest unit that needs at most three decimals.
    fn new(hundredths: i128) -> Self {
        for (at, (exponent, ..)) in UNITS.iter().enumerate() {
            let unit = 100 * 10_i128.pow(*exponent);
            if hundredths < unit || hundredths % (unit / 1000) != 0 {
                continue;
            }
            let thousandths = hundredths / (unit / 1000);
            let (whole, fraction) = (thousandths / 1000, format!("{:03}", thousandths % 1000));
            let fraction = fraction.trim_end_matches('0');
            let point = if fraction.is_empty() { "" } else { "." };
            return Self { digits: format!("{}{point}{fraction}", grouped(whole)), leading: whole, unit: Some(at) };
        }
        Self::in_full(hundredths)
    }

    fn in_full(hundredths: i128) -> Self {
        let (whole, cents) = (hundredths / 100, hundredths % 100);
        let digits = if cents == 0 { grouped(whole) } else { format!("{}.{cents:02}", grouped(whole)) };
        Self { digits, leading: whole, unit: None }
    }

    fn unit(&self, style: Style) -> &'static str {
        match (self.unit.and_then(|at| UNITS.get(at)), style) {
            (Some((_, letter, _)), Style::Short) => letter,
            (Some((_, _, word)), Style::Long) => word,
            (None, _) => "",
        }
    }
}

fn single(hundredths: i128, currency: Currency, style: Style) -> String {
    let number = Scaled::new(hundredths);
    format!("{}{}{}", currency.prefix(), number.digits, number.unit(style))
}

/// Writes a range so that its lower end is read as it was meant.
///
/// A lower end without a unit of its own borrows that of the upper end (`$10–15B`), so it may stand
/// alone only if it is below a thousand there, or if both ends are written in full.
fn range(low: i128, high: i128, currency: Currency, style: Style) -> String {
    let prefix = currency.prefix();
    let (mut lower, mut upper) = (Scaled::new(low), Scaled::new(high));
    if lower.unit.is_none() || upper.unit.is_none() {
        (lower, upper) = (Scaled::in_full(low), Scaled::in_full(high));
    }
    let one_unit = lower.unit == upper.unit && (lower.unit.is_none() || lower.leading < 1000);
    if one_unit {
        return format!("{prefix}{}–{}{}", lower.digits, upper.digits, upper.unit(style));
    }
    let again = if currency.has_sign() { prefix.as_str() } else { "" };
    let dash = match style {
        Style::Short => "–",
        Style::Long => " to ",
    };
    format!("{prefix}{}{}{dash}{again}{}{}", lower.digits, lower.unit(style), upper.digits, upper.unit(style))
}

/// Writes a whole number with a comma after every three digits.
fn grouped(number: i128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digit.is_ascii_digit() {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
