//! Cuts an amount into numbers, words, currency signs and marks.

use super::currency::{Currency, is_sign};

/// A piece of an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Digits with the points and commas between them.
    Number(&'t str),
    /// Letters, in lower case.
    Word(String),
    /// A currency's sign, with the letters that belong to it; `plain` if it is `$` alone.
    Sign {
        /// The currency that it stands for.
        currency: Currency,
        /// Whether it is a bare `$`, which other dollars use too.
        plain: bool,
    },
    /// Another character; all dashes are `–`, `≥` and `≤` may be written with two characters.
    Mark(char),
}

impl Token<'_> {
    /// Says whether it is a word of a phrase; marks are words of one character.
    pub(super) fn is(&self, wanted: &str) -> bool {
        match self {
            Token::Word(word) => word == wanted,
            Token::Mark(mark) => wanted.chars().eq([*mark]),
            Token::Number(_) | Token::Sign { .. } => false,
        }
    }

    /// Shows the piece in a message.
    pub(super) fn shown(&self) -> String {
        match self {
            Token::Number(text) => (*text).to_owned(),
            Token::Word(word) => word.clone(),
            Token::Sign { currency, .. } => currency.prefix().trim_end().to_owned(),
            Token::Mark(mark) => mark.to_string(),
        }
    }
}

/// Cuts the text; never fails, since what is unknown is a mark.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = vec![];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            // Brackets around what follows the figure say nothing more: `$60M (per year)`.
            c if c.is_whitespace() || matches!(c, '(' | ')') => c.len_utf8(),
            '0'..='9' => {
                let length = number_length(rest);
                found.push(Token::Number(&rest[..length]));
                length
            }
            c if c.is_alphabetic() => {
                let letters = word_length(rest);
                match lettered_sign(rest, letters) {
                    Some((currency, length)) => {
                        found.push(Token::Sign { currency, plain: false });
                        length
                    }
                    None => {
                        found.push(Token::Word(rest[..letters].trim_end_matches('.').to_lowercase()));
                        // The point of an abbreviation (`approx.`) or of a sentence.
                        letters + usize::from(rest[letters..].starts_with('.'))
                    }
                }
            }
            c if is_sign(c) => {
                let length = c.len_utf8();
                match Currency::from_sign(&rest[..length]) {
                    Some(currency) => found.push(Token::Sign { currency, plain: c == '$' }),
                    None => found.push(Token::Mark(c)),
                }
                length
            }
            '-' | '‐' | '‑' | '‒' | '–' | '—' | '−' => {
                found.push(Token::Mark('–'));
                first.len_utf8()
            }
            '>' | '<' if rest[1..].starts_with('=') => {
                found.push(Token::Mark(if first == '>' { '≥' } else { '≤' }));
                2
            }
            '≈' => {
                found.push(Token::Mark('~'));
                first.len_utf8()
            }
            c => {
                found.push(Token::Mark(c));
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    found
}

fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut length = 0;
    while digit(length) || (bytes.get(length).is_some_and(|b| matches!(b, b'.' | b',')) && digit(length + 1)) {
        length += 1;
    }
    length
}

/// The length of a word; points inside it (`p.a.`) belong to it.
fn word_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let goes_on = c == '.' && characters.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !(c.is_alphabetic() || goes_on) {
            return at;
        }
    }
    text.len()
}

/// Finds `HK$` and the like: letters with a sign right behind them, or letters that are a sign (`zł`).
fn lettered_sign(text: &str, letters: usize) -> Option<(Currency, usize)> {
    let after = text[letters..].chars().next();
    if let Some(sign) = after.filter(|c| is_sign(*c)) {
        let length = letters + sign.len_utf8();
        return Currency::from_sign(&text[..length]).map(|currency| (currency, length));
    }
    if text[..letters].is_ascii() {
        return None;
    }
    Currency::from_sign(&text[..letters]).map(|currency| (currency, letters))
}
