//! A stylesheet's text in; its tokens out, each with the characters that it was written in and the part
//! that it plays. Or the first thing that is wrong in it, and where.
//!
//! The tokens are those of CSS Syntax Level 3. Of the grammar above them only the little is known that
//! tells a selector from a declaration, so a property or an at-rule of tomorrow passes through.

use std::borrow::Cow;
use std::mem::discriminant;
use std::ops::Range;

use cssparser::{Parser, Token};

/// One token that is neither white space nor a comment.
#[derive(Clone, Debug)]
pub(super) struct Lexeme<'a> {
    /// What it is.
    pub(super) token: Token<'a>,
    /// Its characters.
    pub(super) text: Cow<'a, str>,
    /// Where they stand in their file.
    pub(super) at: usize,
    /// What stands between it and the token before.
    pub(super) before: Gap,
    /// What it belongs to.
    pub(super) role: Role,
    /// How many brackets it is in, within that.
    pub(super) depth: u32,
}

/// What stands between two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// Comments only: they part two tokens, and mean nothing else.
    Comment,
    /// White space, perhaps with comments in it.
    Space,
}

/// The part of a stylesheet that a token belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It opens or closes a block of rules or declarations, or ends one of them.
    Edge,
    /// What stands before the block of a rule.
    Selector,
    /// An at-rule's name, and what follows it.
    Prelude,
    /// The colon between a declaration's name and its value.
    Colon,
    /// A declaration's name or value.
    Declaration,
    /// The value of a custom property: any tokens at all.
    Custom,
}

/// What is wrong in a stylesheet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    /// What it is, as diagnostics say it.
    pub(super) message: String,
    /// The characters that are meant.
    pub(super) range: Range<usize>,
}

impl Lexeme<'_> {
    /// Tells whether it is this single character and no part of a longer token.
    pub(super) fn is(&self, delimiter: char) -> bool {
        self.token == Token::Delim(delimiter)
    }

    /// Tells whether a bracket opens with it.
    pub(super) fn opens(&self) -> bool {
        closer(&self.token).is_some()
    }

    /// Tells whether a bracket closes with it.
    pub(super) fn closes(&self) -> bool {
        matches!(self.token, Token::CloseParenthesis | Token::CloseSquareBracket | Token::CloseCurlyBracket)
    }

    /// Returns its place in its file.
    pub(super) fn range(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }
}

/// Reads a stylesheet.
///
/// # Errors
/// A string, address, comment or bracket is not closed, a bracket closes that is not open, or something
/// is neither a rule nor a declaration.
pub(super) fn read(text: &str) -> Result<Vec<Lexeme<'_>>, Flaw> {
    let mut lexemes = Vec::with_capacity(text.len() / 4);
    let mut open: Vec<usize> = vec![];
    let mut before = Gap::Space;
    let mut base = 0;
    let mut parser = Parser::new(text);
    loop {
        let start = base + parser.position().byte_index();
        let Ok(token) = parser.next_including_whitespace_and_comments().cloned() else { break };
        let end = base + parser.position().byte_index();
        let lexeme =
            Lexeme { token, text: Cow::Borrowed(&text[start..end]), at: start, before, role: Role::Edge, depth: 0 };
        before = Gap::None;
        match &lexeme.token {
            Token::WhiteSpace(_) => {
                before = Gap::Space;
                continue;
            }
            Token::BadString(_) | Token::BadUrl(_) | Token::Delim('\\') => return Err(unfinished(&lexeme)),
            _ if end == text.len() && !is_finished(&lexeme) => return Err(unfinished(&lexeme)),
            Token::Comment(_) => {
                before = lexeme.before.max(Gap::Comment);
                continue;
            }
            _ if lexeme.opens() => {
                // The parser would skip the block; one that starts inside of it doesn't.
                base = end;
                parser = Parser::new(&text[end..]);
                open.push(lexemes.len());
            }
            _ if lexeme.closes() => close(&lexemes, &mut open, &lexeme)?,
            _ => {}
        }
        lexemes.push(lexeme);
    }
    if let Some(opening) = open.pop() {
        return Err(not_closed(&lexemes[opening]));
    }
    assign_roles(&mut lexemes)?;
    Ok(lexemes)
}

/// Tells whether a token at the end of the text has its last character: then a new line is no part of it.
fn is_finished(lexeme: &Lexeme<'_>) -> bool {
    let padded = format!("{}\n", lexeme.text);
    let mut parser = Parser::new(&padded);
    let again = parser.next_including_whitespace_and_comments().map(discriminant);
    again == Ok(discriminant(&lexeme.token)) && parser.position().byte_index() == lexeme.text.len()
}

fn closer<'a>(opening: &Token<'_>) -> Option<Token<'a>> {
    match opening {
        Token::Function(_) | Token::ParenthesisBlock => Some(Token::CloseParenthesis),
        Token::SquareBracketBlock => Some(Token::CloseSquareBracket),
        Token::CurlyBracketBlock => Some(Token::CloseCurlyBracket),
        _ => None,
    }
}

fn close(lexemes: &[Lexeme<'_>], open: &mut Vec<usize>, closing: &Lexeme<'_>) -> Result<(), Flaw> {
    let matches = |opening: &usize| closer(&lexemes[*opening].token).as_ref() == Some(&closing.token);
    match open.last() {
        Some(opening) if matches(opening) => {
            open.pop();
            Ok(())
        }
        Some(opening) if open.iter().any(matches) => Err(not_closed(&lexemes[*opening])),
        _ => Err(flaw(format!("this `{}` closes nothing", closing.text), closing.range())),
    }
}

/// Says what each token belongs to, rule by rule and declaration by declaration.
fn assign_roles(lexemes: &mut [Lexeme<'_>]) -> Result<(), Flaw> {
    let mut blocks = 0_u32;
    let mut rest = lexemes;
    while let Some(first) = rest.first() {
        let length = match first.token {
            Token::CloseCurlyBracket => {
                blocks -= 1;
                1
            }
            // A stylesheet may stand in the comment marks of HTML.
            Token::Semicolon | Token::CDO | Token::CDC => 1,
            _ => {
                let length = statement_length(rest);
                let opens = rest.get(length).is_some_and(|next| next.token == Token::CurlyBracketBlock);
                let range = first.at..rest[length.saturating_sub(1)].range().end;
                let wrong = || flaw("this is neither a rule nor a declaration", range);
                let role = role(&rest[..length], opens, blocks).ok_or_else(wrong)?;
                assign(&mut rest[..length], role);
                blocks += u32::from(opens);
                length + usize::from(opens)
            }
        };
        rest = &mut rest[length..];
    }
    Ok(())
}

/// Finds out what a statement is that opens a block, or doesn't, in so many blocks.
fn role(statement: &[Lexeme<'_>], opens: bool, blocks: u32) -> Option<Role> {
    match statement {
        [Lexeme { token: Token::AtKeyword(_), .. }, ..] => Some(Role::Prelude),
        [_, ..] if opens => Some(Role::Selector),
        _ if blocks > 0 && is_custom(statement) => Some(Role::Custom),
        [name, colon, ..] if blocks > 0 && matches!(name.token, Token::Ident(_)) && colon.token == Token::Colon => {
            Some(Role::Declaration)
        }
        _ => None,
    }
}

fn assign(statement: &mut [Lexeme<'_>], role: Role) {
    let mut depth = 0;
    for (index, lexeme) in statement.iter_mut().enumerate() {
        depth -= u32::from(lexeme.closes());
        lexeme.depth = depth;
        depth += u32::from(lexeme.opens());
        lexeme.role = match (role, index) {
            (Role::Custom, 0) => Role::Declaration,
            (Role::Custom | Role::Declaration, 1) => Role::Colon,
            _ => role,
        };
    }
}

/// Counts the tokens up to the block of a rule, or up to the end of a declaration.
fn statement_length(lexemes: &[Lexeme<'_>]) -> usize {
    let is_any = is_custom(lexemes);
    let mut depth = 0_u32;
    for (index, lexeme) in lexemes.iter().enumerate() {
        match lexeme.token {
            Token::Semicolon | Token::CloseCurlyBracket if depth == 0 => return index,
            Token::CurlyBracketBlock if depth == 0 && !is_any => return index,
            _ if lexeme.opens() => depth += 1,
            _ if lexeme.closes() => depth -= 1,
            _ => {}
        }
    }
    lexemes.len()
}

fn is_custom(lexemes: &[Lexeme<'_>]) -> bool {
    let [first, second, ..] = lexemes else { return false };
    matches!(&first.token, Token::Ident(name) if name.starts_with("--")) && second.token == Token::Colon
}

fn unfinished(lexeme: &Lexeme<'_>) -> Flaw {
    let message = match lexeme.token {
        Token::Comment(_) => "this comment is not closed",
        Token::QuotedString(_) | Token::BadString(_) => "this string is not closed on its line",
        Token::UnquotedUrl(_) | Token::BadUrl(_) => {
            "this `url(…)` is not closed, or holds a character that belongs in quotes"
        }
        _ => "this ends with a `\\` that escapes nothing",
    };
    flaw(message, lexeme.range())
}

fn not_closed(opening: &Lexeme<'_>) -> Flaw {
    flaw(format!("this `{}` is not closed", opening.text), opening.range())
}

fn flaw(message: impl Into<String>, range: Range<usize>) -> Flaw {
    Flaw { message: message.into(), range }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_closed_or_closes_nothing_is_said_at_its_place() {
        for (text, meant, message) in [
            ("a { top: 0", "{", "this `{` is not closed"),
            ("@media (width { a {} }", "(", "this `(` is not closed"),
            ("a { top: max(1px, 2px }", "max(", "this `max(` is not closed"),
            ("a[b { }", "[", "this `[` is not closed"),
            ("a {} }", "}", "this `}` closes nothing"),
            ("a { top: 0) }", ")", "this `)` closes nothing"),
            ("a { b: 'c\n }", "'c", "this string is not closed on its line"),
            ("a { b: 'c\\", "'c\\", "this string is not closed on its line"),
            ("a { b: \"c\\\"", "\"c\\\"", "this string is not closed on its line"),
            ("a { top: 0 } /* b", "/* b", "this comment is not closed"),
            ("a { top: 0 } /*/", "/*/", "this comment is not closed"),
            (
                "a { b: url(c d) }",
                "url(c d)",
                "this `url(…)` is not closed, or holds a character that belongs in quotes",
            ),
            ("a { b: url(c", "url(c", "this `url(…)` is not closed, or holds a character that belongs in quotes"),
            ("a { b: \\\n c }", "\\", "this ends with a `\\` that escapes nothing"),
            ("a { b: -\\\n c }", "\\", "this ends with a `\\` that escapes nothing"),
            ("@layer a\\", "a\\", "this ends with a `\\` that escapes nothing"),
            ("a { top: 0; left 0; }", "left 0", "this is neither a rule nor a declaration"),
            ("top: 0;", "top: 0", "this is neither a rule nor a declaration"),
            ("{ top: 0 }", "{", "this is neither a rule nor a declaration"),
        ] {
            let flaw = read(text).unwrap_err();
            assert_eq!((&text[flaw.range], flaw.message.as_str()), (meant, message), "{text}");
        }
    }

    #[test]
    fn brackets_may_be_nested_as_deep_as_one_likes() {
        let deep = format!("a {{ b: {}{} }}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(read(&deep).unwrap().len(), 200_005);
        assert_eq!(read(&"{".repeat(100_000)).unwrap_err().message, "this `{` is not closed");
    }

    #[test]
    fn a_declaration_is_told_from_a_selector_by_what_follows() {
        let role = |text: &str| read(&format!("a {{ {text} }}")).unwrap()[2].role;
        assert_eq!(role("b:hover { top: 0 }"), Role::Selector);
        assert_eq!(role("b:hover"), Role::Declaration);
        assert_eq!(role("--b:hover { top: 0 }"), Role::Declaration);
        assert_eq!(role("@b:hover { top: 0 }"), Role::Prelude);
        assert_eq!(role("& + b { top: 0 }"), Role::Selector);
    }
}
