//! What may have been meant by an amount that can't be read.

use super::super::lex::Token;
use super::super::{Amount, Beside};
use super::number;
use super::phrases::FOREIGN_PERIODS;
use super::read;

/// Finds what was probably meant, for `did you mean`: the whole with an English period, or else the longest part
/// that can be read alone.
pub(super) fn nearest(tokens: &[Token<'_>], beside: Beside) -> Option<String> {
    // A text of many pieces is prose, and trying all its parts would take long.
    const MOST: usize = 24;
    if tokens.len() > MOST {
        return None;
    }
    if let Some(amount) = in_english(tokens, beside) {
        return Some(amount.to_string());
    }
    let is_dash = |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(|token| *token == Token::Mark('–'));
    // Half of a range is another sum, and so is a number without the word behind it.
    let stands_alone = |start: usize, end: usize| {
        let without_unit = matches!((&tokens[end - 1], tokens.get(end)), (Token::Number(_), Some(Token::Word(_))));
        // So is the end of one (`1.5e9` is not `$9`), or its beginning (`$1 234 567`).
        let is_number = |token: &Token<'_>| matches!(token, Token::Number(_));
        let is_cut = tokens[..start].iter().any(is_number) || tokens.get(end).is_some_and(is_number);
        // Words behind it say what it is paid for, and were not understood.
        let drops_words = tokens[end..].iter().any(|token| matches!(token, Token::Word(_)));
        !is_dash(start.checked_sub(1)) && !is_dash(Some(end)) && !without_unit && !is_cut && !drops_words
    };
    (1..tokens.len()).rev().find_map(|length| {
        let parts = tokens.windows(length).enumerate().filter(|(start, part)| stands_alone(*start, start + part.len()));
        parts.map(|(_, part)| read(part, beside)).find_map(|amount| match amount {
            Ok(amount @ Amount::Figure(_)) => Some(amount.to_string()),
            _ => None,
        })
    })
}

/// Gives both readings of points that may mark thousands: with commas in their place, and without idle noughts.
pub(super) fn readings(tokens: &[Token<'_>], beside: Beside) -> Vec<String> {
    let grouped = |digits: &str| digits.replace('.', ",");
    let shortened = |digits: &str| digits.trim_end_matches('0').trim_end_matches('.').to_owned();
    let changes: [&dyn Fn(&str) -> String; 2] = [&grouped, &shortened];
    let read_with = |change: &dyn Fn(&str) -> String| {
        let numbers: Vec<String> = tokens
            .iter()
            .map(|token| match token {
                Token::Number(digits) if number::may_group(digits) => change(digits),
                other => other.shown(),
            })
            .collect();
        let changed = tokens.iter().zip(&numbers).map(|(token, digits)| match token {
            Token::Number(_) => Token::Number(digits),
            other => other.clone(),
        });
        let changed: Vec<Token<'_>> = changed.collect();
        // What stays as it was would be refused again, and so on.
        let amount = if changed == tokens { None } else { read(&changed, beside).ok() };
        amount.map(|amount| amount.to_string())
    };
    changes.into_iter().filter_map(read_with).collect()
}

/// Reads an amount that ends with a period in another language.
fn in_english(tokens: &[Token<'_>], beside: Beside) -> Option<Amount> {
    let start_of = |phrase: &[&str]| {
        let start = tokens.len().checked_sub(phrase.len())?;
        phrase.iter().zip(&tokens[start..]).all(|(word, token)| token.is(word)).then_some(start)
    };
    let (start, per) = FOREIGN_PERIODS.iter().find_map(|(phrase, per)| Some((start_of(phrase)?, per)))?;
    let period = ["per", per.name()].map(|word| Token::Word(word.to_owned()));
    read(&[&tokens[..start], &period].concat(), beside).ok()
}
