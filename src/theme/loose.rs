//! Stylesheets of `static/` that are no part of the bundle: they are copied as they are, and nobody sees
//! that a page would ask another site for what they name.

use cssparser::Token;

use super::STATIC_FOLDER;
use super::address::{Address, foreign};
use super::bundle::holds_strings_that_are_addresses;
use super::lexeme::{Role, read};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourcePath;

/// Says which other site a stylesheet asks for something: once, since such files are mostly somebody else's.
pub(super) fn check(name: &str, text: &str) -> Option<Diagnostic> {
    let lexemes = read(text).ok()?;
    // For each open bracket, whether strings in it are addresses.
    let mut open: Vec<bool> = vec![];
    let mut rule = String::new();
    let mut found = Vec::new();
    for lexeme in &lexemes {
        match &lexeme.token {
            Token::AtKeyword(keyword) => rule = keyword.to_ascii_lowercase(),
            Token::UnquotedUrl(address) if rule != "namespace" => found.push((address, lexeme)),
            Token::QuotedString(address)
                if rule == "import" || rule != "namespace" && open.last().copied().unwrap_or_default() =>
            {
                found.push((address, lexeme));
            }
            _ => {}
        }
        if lexeme.role == Role::Edge {
            rule.clear();
        }
        if lexeme.opens() {
            open.push(holds_strings_that_are_addresses(lexeme));
        } else if lexeme.closes() {
            open.pop();
        }
    }
    let mut of_others = found.into_iter().filter(|(address, _)| Address::read(name, address) == Address::Foreign);
    let (address, lexeme) = of_others.next()?;
    let path = SourcePath::new(format!("{STATIC_FOLDER}/{name}"));
    let said = foreign(address).at(Place::in_text(path, text, lexeme.range()));
    Some(match of_others.count() {
        0 => said,
        1 => said.with_help("another address in this file is of another site too"),
        more => said.with_help(format!("{more} more addresses in this file are of other sites too")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_another_site_is_said_once() {
        let said = |text: &str| {
            check("font.css", text).map(|said| {
                let place = said.place.unwrap();
                format!("{}:{}:{} {}", place.path, place.line, place.column, said.help.len())
            })
        };
        let google = "@font-face {\n  src: url(https://a.example/a.woff2), url('//a.example/b.woff');\n}\n";
        assert_eq!(said(google).as_deref(), Some("static/font.css:2:8 2"));
        for text in ["@import 'https://a.example/a.css';", "@import url(\"https://a.example/a.css\") print;"] {
            assert!(said(text).is_some(), "{text}");
        }
        assert!(said("a { background: image-set(\"https://a.example/a.png\" 1x) }").is_some());
        for text in [
            "@namespace svg url(http://www.w3.org/2000/svg);\n@import 'b.css';\na { background: url(b.png) }",
            "a::before { content: \"https://a.example\" } /* url(https://a.example) */",
            "a { background: url(data:image/png;base64,AA) } b { c: d",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }
}
