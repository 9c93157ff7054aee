//! Amounts of money as the trade press writes them: parsed, never guessed.
//!
//! In goes `nearly $20 million per month`; out comes an [`Amount`] that knows its bounds, its currency
//! and what it is paid for, or an error that names the accepted forms and the nearest reading. Numbers
//! are whole hundredths of the currency's unit from the first digit on; no float takes part. What an
//! amount displays is read back as the same amount.

mod currency;
mod display;
mod lex;
mod reading;

use serde::Serialize;

use super::date::quoted;
use super::front_matter::Node;
use crate::diagnostic::{self, Diagnostic};

pub use currency::Currency;
pub use display::{decimal, rounded};

/// Amounts longer than this many bytes are refused unread.
pub const MAX_BYTES: usize = 120;

/// The largest amount, in hundredths: a quadrillion units, ten times what the world earns in a year.
pub const LARGEST: i128 = 100_000_000_000_000_000;

/// What to do about an amount that can't be read.
const FORMS: &str = "write for example `$20M`, `nearly $20M per month`, `€1.5B`, `$10–15B`, `up to $4B over 5 years`, \
                     `20M USD` or `undisclosed`";

/// How much a deal is worth, as somebody said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, bitcode::Encode, bitcode::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum Amount {
    /// It is said that nobody says.
    Undisclosed,
    /// An order of magnitude (`tens of billions of dollars`): shown, and counted in no total.
    Vague(Vague),
    /// A figure.
    Figure(Figure),
}

/// A figure with everything that was said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, bitcode::Encode, bitcode::Decode)]
pub struct Figure {
    /// The lower end, in hundredths of the currency's unit.
    pub low: i128,
    /// The upper end, in hundredths; the same as `low` unless it is a range.
    pub high: i128,
    /// The currency.
    pub currency: Currency,
    /// How exact it is.
    pub bound: Bound,
    /// What it is paid for; `None` if nobody said. An amount over some years is a total.
    pub per: Option<Per>,
    /// Over which time it is paid.
    pub term: Option<Term>,
    /// What it is paid in, if that was said.
    pub paid: Option<Paid>,
}

/// An order of magnitude.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, bitcode::Encode, bitcode::Decode)]
pub struct Vague {
    /// How many of the unit.
    pub many: Many,
    /// The unit, as a power of ten: 3, 6, 9 or 12.
    pub exponent: u8,
    /// The currency.
    pub currency: Currency,
}

/// How many, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, bitcode::Encode, bitcode::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum Many {
    /// `billions of dollars`.
    Some,
    /// `several billion dollars`.
    Several,
    /// `tens of billions of dollars`.
    Tens,
    /// `hundreds of billions of dollars`.
    Hundreds,
}

/// How exact a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, bitcode::Encode, bitcode::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// As it stands; a range is exact in its two ends.
    Exact,
    /// `about $2.7B`.
    About,
    /// `nearly $20M`: about, and below.
    Nearly,
    /// `at least $20M`.
    AtLeast,
    /// `more than $250M`.
    MoreThan,
    /// `up to $100B`.
    UpTo,
    /// `less than $5M`.
    LessThan,
}

/// What an amount is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, bitcode::Encode, bitcode::Decode)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// A single payment.
    Once,
    /// Every month.
    Month,
    /// Every year.
    Year,
    /// All payments together.
    Total,
}

/// Over which time an amount is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, bitcode::Encode, bitcode::Decode)]
#[serde(rename_all = "lowercase")]
pub enum Term {
    /// So many years.
    Years {
        /// How many.
        count: u16,
        /// Whether the number is rough.
        about: bool,
    },
    /// So many months.
    Months {
        /// How many.
        count: u16,
        /// Whether the number is rough.
        about: bool,
    },
    /// `over several years`.
    SeveralYears,
}

/// What an amount is paid in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, bitcode::Encode, bitcode::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum Paid {
    /// Cash.
    Cash,
    /// Shares of the payer.
    Stock,
    /// Both.
    CashAndStock,
}

/// Why an amount can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct AmountError {
    /// What is wrong, in the voice of a diagnostic.
    pub message: String,
    /// What to do next; the nearest reading first, where there is one.
    pub help: Vec<String>,
}

/// What stands beside the amount's text, in keys of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// `currency: USD`.
    pub currency: Option<Currency>,
    /// `per: month`.
    pub per: Option<Per>,
}

impl Amount {
    /// Reads the keys `amount`, `currency` and `per` (or `cadence`) of a deal.
    ///
    /// What is wrong is reported as `bad-amount`; then, and without an amount, the answer is `None`.
    pub fn read(deal: &Node<'_>) -> Option<Self> {
        let currency = deal.get("currency");
        let per = deal.get_any(&["per", "cadence"]);
        let Some(amount) = deal.get("amount") else {
            if let Some(lonely) = currency.or(per) {
                let key = lonely.name();
                let warning = Diagnostic::warning("amount-missing", format!("`{key}` stands without an `amount`"))
                    .at(lonely.key_place())
                    .with_help(format!("add `amount: 20000000`, or remove `{key}`"));
                deal.reader().report(warning);
            }
            return None;
        };
        if !(amount.value().is_string() || amount.value().is_number()) {
            amount.expected("an amount of money", FORMS);
            return None;
        }
        let text = amount.some_text()?;
        // Both keys are read before either can end the reading, so that both are complained about.
        let currency = currency.map(|node| read_currency(&node));
        let per = per.map(|node| read_per(&node));
        let beside = Beside {
            currency: currency.map_or(Some(None), |read| read.map(Some))?,
            per: per.map_or(Some(None), |read| read.map(Some))?,
        };
        match Self::parse_beside(&text, beside) {
            Ok(amount) => Some(amount),
            Err(error) => {
                let mut diagnostic = Diagnostic::error("bad-amount", error.message).at(amount.place());
                diagnostic.help = error.help;
                deal.reader().report(diagnostic);
                None
            }
        }
    }

    /// Parses an amount that stands alone.
    ///
    /// # Errors
    /// The text is none of the accepted forms; the error names them.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        Self::parse_beside(text, Beside::default())
    }

    /// Parses an amount whose currency or period may stand beside it.
    ///
    /// # Errors
    /// The text is none of the accepted forms, or contradicts what stands beside it.
    pub fn parse_beside(text: &str, beside: Beside) -> Result<Self, AmountError> {
        reading::parse(text.trim(), beside)
    }

    /// Gives the figure, if there is one.
    pub fn figure(&self) -> Option<&Figure> {
        match self {
            Self::Figure(figure) => Some(figure),
            Self::Undisclosed | Self::Vague(_) => None,
        }
    }

    /// Gives the currency, if one is named.
    pub fn currency(&self) -> Option<Currency> {
        match self {
            Self::Undisclosed => None,
            Self::Vague(vague) => Some(vague.currency),
            Self::Figure(figure) => Some(figure.currency),
        }
    }

    /// Gives the lowest and the highest value in hundredths, as far as the words say: machine fields.
    ///
    /// `up to $4B` has no lowest, `at least $20M` no highest; approximate figures stand as they are.
    pub fn limits(&self) -> (Option<i128>, Option<i128>) {
        let Self::Figure(figure) = self else { return (None, None) };
        match figure.bound {
            Bound::Exact | Bound::About | Bound::Nearly => (Some(figure.low), Some(figure.high)),
            Bound::AtLeast | Bound::MoreThan => (Some(figure.low), None),
            Bound::UpTo | Bound::LessThan => (None, Some(figure.high)),
        }
    }

    /// Names how exact it is: `exact`, `range`, `about`, `up-to` and so on, `vague` or `undisclosed`.
    pub fn bound_name(&self) -> &'static str {
        match self {
            Self::Undisclosed => "undisclosed",
            Self::Vague(_) => "vague",
            Self::Figure(figure) if figure.bound == Bound::Exact && figure.low != figure.high => "range",
            Self::Figure(figure) => figure.bound.name(),
        }
    }

    /// Says whether both can be true of the same thing: their ranges overlap in one currency.
    ///
    /// What is undisclosed agrees with everything. About means within a tenth. Amounts per month and
    /// per year are compared by the year; what is paid regularly and what is paid in total can't be
    /// compared without a term, and do not contradict each other.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let (Some(mine), Some(theirs)) = (self.currency(), other.currency()) else { return true };
        if mine != theirs {
            return false;
        }
        match (self.span(), other.span()) {
            (Some(a), Some(b)) if a.regular == b.regular => a.overlaps(b),
            (Some(a), Some(b)) => match (self.total_span(), other.total_span()) {
                (Some(a), Some(b)) => a.overlaps(b),
                _ => a.regular != b.regular,
            },
            _ => true,
        }
    }

    fn span(&self) -> Option<Span> {
        match self {
            Self::Undisclosed => None,
            Self::Vague(vague) => Some(vague.span()),
            Self::Figure(figure) => Some(figure.span()),
        }
    }

    /// The span of all payments together, as far as the term tells.
    fn total_span(&self) -> Option<Span> {
        let span = self.span()?;
        let Some(figure) = self.figure().filter(|_| span.regular) else { return Some(span) };
        let months = match figure.term? {
            Term::Years { count, .. } => i128::from(count) * 12,
            Term::Months { count, .. } => i128::from(count),
            Term::SeveralYears => return None,
        };
        let times = |yearly: i128| yearly.saturating_mul(months) / 12;
        Some(Span { low: times(span.low), high: span.high.map(times), regular: false })
    }
}

/// Which values are possible, in hundredths; by the year where it is paid regularly.
#[derive(Clone, Copy)]
struct Span {
    low: i128,
    high: Option<i128>,
    regular: bool,
}

impl Span {
    fn overlaps(self, other: Self) -> bool {
        self.high.is_none_or(|high| other.low <= high) && other.high.is_none_or(|high| self.low <= high)
    }
}

impl Figure {
    /// Gives the low and high end for a year, only where it is said to be paid per month or per year.
    pub fn annualised(&self) -> Option<(i128, i128)> {
        let times = match self.per? {
            Per::Month => 12,
            Per::Year => 1,
            Per::Once | Per::Total => return None,
        };
        Some((self.low.saturating_mul(times), self.high.saturating_mul(times)))
    }

    fn span(&self) -> Span {
        let regular = self.annualised();
        let (low, high) = regular.unwrap_or((self.low, self.high));
        let (low, high) = match self.bound {
            Bound::Exact => (low, Some(high)),
            Bound::About => (low - low / 10, Some(high + high / 10)),
            Bound::Nearly => (low - low / 10, Some(high)),
            Bound::AtLeast | Bound::MoreThan => (low, None),
            Bound::UpTo | Bound::LessThan => (0, Some(high)),
        };
        Span { low, high, regular: regular.is_some() }
    }
}

impl Vague {
    fn span(self) -> Span {
        let unit = 100 * 10_i128.pow(u32::from(self.exponent.min(12)));
        let (low, high) = match self.many {
            Many::Some => (1, 999),
            Many::Several => (2, 9),
            Many::Tens => (10, 99),
            Many::Hundreds => (100, 999),
        };
        Span { low: low * unit, high: Some((high + 1) * unit - 1), regular: false }
    }
}

impl Bound {
    /// Names it as in data: `up-to`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::About => "about",
            Self::Nearly => "nearly",
            Self::AtLeast => "at-least",
            Self::MoreThan => "more-than",
            Self::UpTo => "up-to",
            Self::LessThan => "less-than",
        }
    }

    /// Gives what stands before the figure: `up to `; nothing for one that is exact.
    pub fn before(self) -> &'static str {
        match self {
            Self::Exact => "",
            Self::About => "about ",
            Self::Nearly => "nearly ",
            Self::AtLeast => "at least ",
            Self::MoreThan => "more than ",
            Self::UpTo => "up to ",
            Self::LessThan => "less than ",
        }
    }

    /// Tells whether it is only a ceiling, which is no sum.
    pub fn is_ceiling(self) -> bool {
        matches!(self, Self::UpTo | Self::LessThan)
    }

    /// Tells how exact a sum is, from what it adds up; ceilings are in no sum.
    pub fn of_sum(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::Exact, |sum, part| match (sum, part) {
            (Self::AtLeast, _) | (_, Self::AtLeast | Self::MoreThan) => Self::AtLeast,
            (Self::About, _) | (_, Self::About | Self::Nearly) => Self::About,
            _ => sum,
        })
    }
}

impl Per {
    /// Names it as in the front matter: `month`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Month => "month",
            Self::Year => "year",
            Self::Total => "total",
        }
    }

    /// Reads `month`, `monthly`, `per month`, `annual` and the like.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_lowercase();
        let bare = lower.strip_prefix("per ").or_else(|| lower.strip_prefix("in ")).unwrap_or(&lower).trim();
        NAMES_OF_PERIODS.iter().find(|(name, _)| *name == bare).map(|(_, per)| *per)
    }
}

/// How a period is named in `per:`.
const NAMES_OF_PERIODS: &[(&str, Per)] = &[
    ("once", Per::Once),
    ("month", Per::Month),
    ("year", Per::Year),
    ("total", Per::Total),
    ("one-time", Per::Once),
    ("one-off", Per::Once),
    ("one time", Per::Once),
    ("monthly", Per::Month),
    ("mo", Per::Month),
    ("yearly", Per::Year),
    ("annual", Per::Year),
    ("annually", Per::Year),
    ("annum", Per::Year),
    ("yr", Per::Year),
];

fn read_currency(node: &Node<'_>) -> Option<Currency> {
    let text = node.some_text()?;
    let found = Currency::find(&text);
    if found.is_none() {
        let help = match diagnostic::nearest(&text, Currency::codes()) {
            Some(code) if text.len() == 3 => format!("did you mean `{code}`?"),
            _ => "write the currency's ISO 4217 code, for example `currency: USD`".to_owned(),
        };
        node.error("bad-amount", format!("{} is not a currency that Masthead knows", quoted(&text)), help);
    }
    found
}

fn read_per(node: &Node<'_>) -> Option<Per> {
    let text = node.some_text()?;
    let found = Per::parse(&text);
    if found.is_none() {
        let names = ["once", "month", "year", "total"];
        let help = match diagnostic::nearest(&text, names) {
            Some(name) => format!("did you mean `{name}`? write `once`, `month`, `year` or `total`"),
            None => "write `once`, `month`, `year` or `total`".to_owned(),
        };
        node.error("bad-amount", format!("`{}` can't be {}", node.name(), quoted(&text)), help);
    }
    found
}

#[cfg(test)]
mod tests;
