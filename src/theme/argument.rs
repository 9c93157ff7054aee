//! Which argument of a filter or test it is that has a type that it does not take.
//!
//! The engine says what was wanted and what was got, and blames the value that was to be filtered. Whether it was
//! that is told by what each argument takes, and by what is written for it.

use std::ops::Range;

use super::collection::Collection;
use super::complaint::{Said, byte_of};
use super::outline::{Tag, Token, each_tag};
use super::path_of;
use crate::diagnostic::Place;

/// Arguments that take a number; the others of the engine's take text.
const NUMBERS: [&str; 6] = ["length", "width", "n", "base", "precision", "divisor"];
/// Filters that take a number themselves, beside one as an argument.
const OF_NUMBERS: [&str; 3] = ["round", "plural", "pluralize"];

/// Has what is said of a type blame the argument that it is of.
pub(super) fn blamed(templates: &Collection, said: Said) -> Said {
    let text = templates.text(&said.template);
    let start = byte_of(text, &said.place);
    let mut found = None;
    if let Some((wanted, got)) =
        said.message.strip_prefix("this wants ").and_then(|types| types.split_once(", and got "))
    {
        each_tag(text, |tag| {
            if tag.at.contains(&start) {
                found = argument(&tag, start, wanted, got);
            }
        });
    }
    match found {
        Some((name, filter, at)) => Said {
            message: said.message.replacen("this", &format!("`{name}` of `{filter}`"), 1),
            place: Place::in_text(path_of(&said.template), text, at),
            ..said
        },
        None => said,
    }
}

/// Finds the argument that is not what was wanted among those of the filter or test of the value that begins at a
/// byte: its name, that of the filter, and where it is.
fn argument<'t>(tag: &Tag<'t>, start: usize, wanted: &str, got: &str) -> Option<(&'t str, &'t str, Range<usize>)> {
    let value = tag.starts.iter().position(|at| *at == start)?;
    let is_call = |token: &Token<'_>| matches!(token, Token::Sign(b'|') | Token::Word("is"));
    let call = value + tag.tokens[value..].iter().position(is_call)? + 1;
    let call = call + usize::from(tag.tokens.get(call) == Some(&Token::Word("not")));
    let [Token::Word(filter), Token::Sign(b'('), arguments @ ..] = tag.tokens.get(call..)? else { return None };
    let starts = &tag.starts[call + 2..];
    let end = arguments.iter().position(|token| *token == Token::Sign(b')')).unwrap_or(arguments.len());
    let is_number = |kind: &str| kind.contains("number");
    arguments[..end].windows(3).enumerate().find_map(|(at, argument)| {
        let [Token::Word(name), Token::Sign(b'='), value] = argument else { return None };
        if NUMBERS.contains(name) != is_number(wanted) {
            return None;
        }
        let is_it = match value {
            Token::Text(_) => got == "text",
            Token::Word(word) if word.starts_with(|c: char| c.is_ascii_digit()) => is_number(got),
            Token::Word("true" | "false") => got == "true or false",
            // What a name holds is not known here, but that no value of this filter is a number.
            Token::Word(_) => is_number(wanted) && !OF_NUMBERS.contains(filter),
            Token::Sign(_) => false,
        };
        let until = starts.get(at + 3).copied().unwrap_or(tag.at.end);
        is_it.then_some((*name, *filter, starts[at + 2]..until))
    })
}
