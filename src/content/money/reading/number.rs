//! Decimal numbers without floats.

use super::super::{LARGEST, quoted};
use super::Problem;

/// Numbers with more digits are refused: two of them can be compared without running over.
const MOST_DIGITS: usize = 18;

/// A number as it is written: digits, and how many of them stand behind the point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal {
    digits: i128,
    decimals: u32,
}

impl Decimal {
    /// Parses digits with commas between thousands and a decimal point; `nearest` shows another reading.
    pub(super) fn parse(text: &str, nearest: impl Fn(&str) -> Option<String>) -> Result<Self, Problem> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, fraction)) if fraction.contains(['.', ',']) => {
                let nearest = nearest(&text.replace('.', "").replace(',', ".")).into_iter().collect();
                let reason =
                    format!("{} has several points; the point marks decimals, commas mark thousands", quoted(text));
                return Err(Problem { reason, nearest });
            }
            Some((whole, fraction)) => (whole, fraction),
            None => (text, ""),
        };
        if !has_good_groups(whole) {
            let decimals = whole.split_once(',').filter(|(_, after)| after.len() < 3 && fraction.is_empty());
            let nearest =
                decimals.and_then(|(before, after)| nearest(&format!("{before}.{after}"))).into_iter().collect();
            let reason =
                format!("the commas in {} do not mark thousands, and decimals stand behind a point", quoted(text));
            return Err(Problem { reason, nearest });
        }
        let digits: String = whole.chars().chain(fraction.chars()).filter(char::is_ascii_digit).collect();
        let too_long = || Problem::new(format!("{} has too many digits", quoted(text)));
        if digits.len() > MOST_DIGITS {
            return Err(too_long());
        }
        let decimals = u32::try_from(fraction.len()).map_err(|_| too_long())?;
        Ok(Self { digits: digits.parse().map_err(|_| too_long())?, decimals })
    }

    /// Gives the value in hundredths, with a unit as a power of ten.
    pub(super) fn hundredths(self, unit: Option<u32>) -> Result<i128, Problem> {
        let exponent = unit.unwrap_or(0) + 2;
        let too_large = || Problem::new("it is more than a quadrillion");
        if exponent >= self.decimals {
            let power = 10_i128.checked_pow(exponent - self.decimals).ok_or_else(too_large)?;
            return self.digits.checked_mul(power).filter(|value| *value <= LARGEST).ok_or_else(too_large);
        }
        let power = 10_i128.checked_pow(self.decimals - exponent).ok_or_else(too_large)?;
        if self.digits % power != 0 {
            return Err(Problem::new("it is finer than a cent"));
        }
        Some(self.digits / power).filter(|value| *value <= LARGEST).ok_or_else(too_large)
    }

    /// Says whether it is less than another number, whatever their units.
    pub(super) fn is_below(self, other: Self) -> bool {
        self.digits * 10_i128.pow(other.decimals) < other.digits * 10_i128.pow(self.decimals)
    }

    /// Says whether it is less than a whole number, whatever its unit.
    pub(super) fn is_below_whole(self, whole: i128) -> bool {
        self.is_below(Self { digits: whole, decimals: 0 })
    }

    /// Says whether it is a whole number.
    pub(super) fn is_plain(self) -> bool {
        self.decimals == 0
    }
}

/// Says whether a point stands where it may mark thousands, as in most of Europe: `20.000`.
pub(super) fn may_group(text: &str) -> bool {
    text.split_once('.').is_some_and(|(whole, rest)| {
        let is_group = (1..=3).contains(&whole.len()) && !whole.starts_with('0') && !whole.contains(',');
        is_group && rest.len() == 3 && rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Says whether commas, if there are any, stand before every third digit from the end.
fn has_good_groups(whole: &str) -> bool {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    if rest.peek().is_none() {
        return !first.is_empty();
    }
    (1..=3).contains(&first.len()) && !first.starts_with('0') && rest.all(|group| group.len() == 3)
}
