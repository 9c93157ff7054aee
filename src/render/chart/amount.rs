//! Amounts of money as a reader meets them: `$14.3B`, `$10–15B`.

use super::{Caption, words::Words};
use crate::content::money::Bound;

/// The amounts a log scale can show; also what keeps a label from running to
/// three hundred digits when an import went wrong.
const DRAWABLE: std::ops::RangeInclusive<f64> = 0.01..=1e18;

/// Tells whether an amount has a place on a log scale.
pub(super) fn is_drawable(amount: f64) -> bool {
    DRAWABLE.contains(&amount)
}

/// Gives an amount fit for adding up: what is not finite or below zero counts nothing.
pub(super) fn countable(amount: f64) -> f64 {
    if amount.is_finite() { amount.clamp(0.0, *DRAWABLE.end()) } else { 0.0 }
}

/// Writes an amount with at most three significant figures.
pub(super) fn money(caption: &Caption<'_>, amount: f64) -> String {
    let (figure, magnitude) = shorten(amount, caption.words);
    format!("{}{figure}{magnitude}", caption.currency)
}

/// Writes an amount with how exact it is: `at least $14.3B`.
pub(super) fn bounded(caption: &Caption<'_>, bound: Bound, amount: f64) -> String {
    format!("{}{}", bound.before(), money(caption, amount))
}

/// Writes an amount between two ends, the magnitude once where both share it.
pub(super) fn money_range(caption: &Caption<'_>, low: f64, high: f64) -> String {
    let (first, first_magnitude) = shorten(low, caption.words);
    let (last, last_magnitude) = shorten(high, caption.words);
    let currency = caption.currency;
    if (&first, first_magnitude) == (&last, last_magnitude) {
        format!("{currency}{last}{last_magnitude}")
    } else if first_magnitude == last_magnitude {
        format!("{currency}{first}–{last}{last_magnitude}")
    } else {
        format!("{currency}{first}{first_magnitude}–{currency}{last}{last_magnitude}")
    }
}

fn shorten(amount: f64, words: &Words) -> (String, &'static str) {
    let [thousand, million, billion, trillion] = words.magnitudes;
    let steps = [(1.0, ""), (1e3, thousand), (1e6, million), (1e9, billion), (1e12, trillion)];
    // A sum of nothing is -0.0, which would be written with its sign.
    let amount = if amount == 0.0 { 0.0 } else { amount };
    let mut shortened = (three_figures(amount, words), "");
    for (unit, magnitude) in steps {
        let scaled = amount / unit;
        // 999.6 million is written 1B, not 1000M: the step is taken on the rounded figure.
        if scaled < 0.9995 && unit > 1.0 {
            break;
        }
        shortened = (three_figures(scaled, words), magnitude);
    }
    shortened
}

fn three_figures(value: f64, words: &Words) -> String {
    let decimals = if value >= 99.95 {
        0
    } else if value >= 9.995 {
        1
    } else {
        2
    };
    let mut figure = format!("{value:.decimals$}");
    if figure.contains('.') {
        let kept = figure.trim_end_matches('0').trim_end_matches('.').len();
        figure.truncate(kept);
    }
    figure.replace('.', words.decimal_mark)
}

#[cfg(test)]
mod tests {
    use super::super::ENGLISH;
    use super::*;

    const DOLLARS: Caption<'static> = Caption { id: "a", title: "A", currency: "$", words: &ENGLISH, notes: &[] };

    #[test]
    fn amounts_have_three_figures_and_a_magnitude() {
        let written = |amount| money(&DOLLARS, amount);
        assert_eq!(written(20e6), "$20M");
        assert_eq!(written(14.3e9), "$14.3B");
        assert_eq!(written(1.25e9), "$1.25B");
        assert_eq!(written(999.6e6), "$1B");
        assert_eq!(written(999.4e6), "$999M");
        assert_eq!(written(1e12), "$1T");
        assert_eq!(written(0.0), "$0");
        assert_eq!(written(-0.0), "$0");
        assert_eq!(written(0.5), "$0.5");
        assert_eq!(written(950.0), "$950");
    }

    #[test]
    fn ranges_name_a_shared_magnitude_once() {
        assert_eq!(money_range(&DOLLARS, 10e9, 15e9), "$10–15B");
        assert_eq!(money_range(&DOLLARS, 900e6, 1.1e9), "$900M–$1.1B");
        assert_eq!(money_range(&DOLLARS, 2e9, 2e9), "$2B");
    }

    #[test]
    fn what_is_no_amount_is_not_drawn() {
        for amount in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert!(!is_drawable(amount), "{amount}");
        }
    }
}
