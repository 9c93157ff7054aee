//! How much a template depends on a value that it asks for, by what stands around it.

use super::super::outline::{Tag, Token};
use super::KEYWORDS;
use crate::diagnostic::Severity;

/// Filters that take nothing as well as a value.
const OF_NOTHING: [&str; 3] = ["json", "safe", "str"];

/// How a template asks for a value, from the most careful to the most careless.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Want {
    /// Whether it is there, or with another in its place.
    IfThere,
    /// Where the engine takes nothing for an answer: it is false, equal to nothing, joined as if empty.
    Perhaps,
    /// Where the engine fails without it.
    Surely,
}

impl Want {
    /// Reads how the value is asked for that the tokens from one to another name.
    pub(super) fn of(tag: &Tag<'_>, mut from: usize, mut end: usize) -> Self {
        let at = |at: usize| tag.tokens.get(at);
        let before = |from: usize, by: usize| from.checked_sub(by).and_then(at);
        while let (Some(Token::Sign(b'(')), Some(Token::Sign(b')'))) = (before(from, 1), at(end)) {
            (from, end) = (from - 1, end + 1);
        }
        let test = match at(end + 1) {
            Some(Token::Word("not")) => at(end + 2),
            test => test,
        };
        match (at(end), test) {
            (Some(Token::Word("is")), Some(Token::Word("defined" | "undefined")))
            | (Some(Token::Sign(b'|')), Some(Token::Word("default"))) => return Self::IfThere,
            (Some(Token::Sign(b'|')), Some(Token::Word(filter))) if !OF_NOTHING.contains(filter) => {
                return Self::Surely;
            }
            _ => {}
        }
        let is_counted = |sign: Option<&Token<'_>>| {
            matches!(sign, Some(Token::Sign(b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%')))
        };
        let is_surely = match before(from, 1) {
            // More of a list or a map.
            Some(Token::Sign(b'.')) => true,
            Some(Token::Sign(b'=')) => is_counted(before(from, 2)),
            Some(Token::Sign(b'[')) if at(end) == Some(&Token::Sign(b']')) => match before(from, 2) {
                Some(Token::Word(word)) => !KEYWORDS.contains(word),
                Some(sign) => *sign == Token::Sign(b']'),
                None => false,
            },
            Some(Token::Word("in")) => !matches!(at(end), Some(Token::Word("and" | "or" | "if"))),
            Some(Token::Word("else")) => !tag.is_statement && at(end).is_none(),
            None => !tag.is_statement && matches!(at(end), None | Some(Token::Word("if"))),
            sign => is_counted(sign),
        };
        if is_surely || is_counted(at(end)) { Self::Surely } else { Self::Perhaps }
    }

    /// Says how bad it is where no page has the value.
    pub(super) fn severity(self) -> Option<Severity> {
        match self {
            Self::IfThere => None,
            Self::Perhaps => Some(Severity::Warning),
            Self::Surely => Some(Severity::Error),
        }
    }
}

/// Gives the field that is asked for with `in` of the value that begins at a token: `'a' in x`, `'a' not in x`.
pub(super) fn asked_of<'t>(tag: &'t Tag<'_>, from: usize) -> Option<&'t str> {
    match tag.tokens.get(..from)? {
        [.., Token::Text(field), Token::Word("in")]
        | [.., Token::Text(field), Token::Word("not"), Token::Word("in")] => Some(field),
        _ => None,
    }
}
