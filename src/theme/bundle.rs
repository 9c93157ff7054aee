//! A stylesheet and those that it imports in, the tokens of one stylesheet out.

use std::collections::BTreeMap;

use cssparser::Token;

use super::STATIC_FOLDER;
use super::lexeme::{Gap, Lexeme, Role, read};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourcePath;

/// How deep stylesheets may import one another.
const DEPTH: usize = 8;

/// Puts stylesheets in the place of their imports, each in the layer and under the conditions that the
/// import names.
pub(super) fn bundle<'a>(name: &str, texts: &BTreeMap<&str, &'a str>) -> (Vec<Lexeme<'a>>, Vec<Diagnostic>) {
    let mut diagnostics = vec![];
    let lexemes = insert_imports(name, texts, DEPTH, &mut diagnostics);
    (lexemes, diagnostics)
}

fn insert_imports<'a>(
    name: &str,
    texts: &BTreeMap<&str, &'a str>,
    depth: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Lexeme<'a>> {
    let Some(text) = texts.get(name) else { return vec![] };
    let lexemes = match read(text) {
        Ok(lexemes) => lexemes,
        Err(flaw) => {
            let place = Place::in_text(static_path(name), text, flaw.range);
            diagnostics.push(Diagnostic::error("css", flaw.message).at(place).with_help("correct the stylesheet"));
            return vec![];
        }
    };
    let mut bundle: Vec<Lexeme<'a>> = Vec::with_capacity(lexemes.len());
    let mut rest = lexemes.as_slice();
    while let Some(first) = rest.first() {
        if !matches!(&first.token, Token::AtKeyword(name) if name.eq_ignore_ascii_case("import")) {
            bundle.push(first.clone());
            rest = &rest[1..];
            continue;
        }
        let length = rest.iter().position(|lexeme| lexeme.role == Role::Edge).unwrap_or(rest.len());
        let (statement, after) = rest.split_at(length);
        rest = after;
        let range = first.at..statement.last().map_or(first.at, |last| last.range().end);
        let place = Place::in_text(static_path(name), text, range);
        let Some(import) = read_import(statement) else {
            if depth < DEPTH || bundle.iter().any(|lexeme| lexeme.role == Role::Edge && lexeme.opens()) {
                let message = "an import from another site comes too late: browsers would ignore it";
                let help = "put it in `css/site.css`, before all other imports and rules";
                diagnostics.push(Diagnostic::error("css-import", message).at(place).with_help(help));
            }
            bundle.extend_from_slice(statement);
            continue;
        };
        let target = SourcePath::new(name).resolve(import.target);
        let target = target.as_ref().map_or("", SourcePath::as_str);
        if depth == 0 || !texts.contains_key(target) {
            let what = if depth == 0 { "imports go round in a circle" } else { "there is no stylesheet of that name" };
            diagnostics.push(
                Diagnostic::error("css-import", format!("`{target}` can't be imported: {what}"))
                    .at(place)
                    .with_help("import a file of `static/css/` by a path relative to this one"),
            );
        } else {
            bundle.extend(import.wrap(insert_imports(target, texts, depth - 1, diagnostics)));
        }
        // Its semicolon goes with it, unless the last statement of what it imports needs one.
        if bundle.last().is_none_or(|last| last.role == Role::Edge)
            && rest.first().is_some_and(|next| next.token == Token::Semicolon)
        {
            rest = &rest[1..];
        }
    }
    bundle
}

/// `@import "./tokens.css" layer(tokens) supports(display: grid) screen`.
struct Import<'l, 'a> {
    target: &'l str,
    layer: Option<&'l [Lexeme<'a>]>,
    supports: Option<&'l [Lexeme<'a>]>,
    media: &'l [Lexeme<'a>],
}

/// Reads the import of a file; there is none in one from another site.
fn read_import<'l, 'a>(statement: &'l [Lexeme<'a>]) -> Option<Import<'l, 'a>> {
    let rest = statement.get(1..)?;
    let (target, mut rest) = call(rest, "url").or_else(|| rest.split_at_checked(1))?;
    let [Lexeme { token: Token::QuotedString(target) | Token::UnquotedUrl(target), .. }] = target else { return None };
    if target.contains("://") || target.starts_with("//") {
        return None;
    }
    let mut layer = None;
    let mut supports = None;
    if let Some((name, after)) = call(rest, "layer") {
        (layer, rest) = (Some(name), after);
    } else if let [Lexeme { token: Token::Ident(word), .. }, after @ ..] = rest
        && word.eq_ignore_ascii_case("layer")
    {
        (layer, rest) = (Some(&rest[..0]), after);
    }
    if let Some((condition, after)) = call(rest, "supports") {
        (supports, rest) = (Some(condition), after);
    }
    Some(Import { target, layer, supports, media: rest })
}

/// Splits off a function of that name: what is in its brackets, and what follows.
fn call<'l, 'a>(lexemes: &'l [Lexeme<'a>], name: &str) -> Option<(&'l [Lexeme<'a>], &'l [Lexeme<'a>])> {
    let first = lexemes.first()?;
    if !matches!(&first.token, Token::Function(function) if function.eq_ignore_ascii_case(name)) {
        return None;
    }
    let end = lexemes.iter().position(|lexeme| lexeme.closes() && lexeme.depth == first.depth)?;
    Some((&lexemes[1..end], &lexemes[end + 1..]))
}

impl<'a> Import<'_, 'a> {
    fn wrap(&self, mut inner: Vec<Lexeme<'a>>) -> Vec<Lexeme<'a>> {
        if let Some(layer) = self.layer {
            inner = block("@layer", layer.to_vec(), inner);
        }
        if let Some(supports) = self.supports {
            let mut condition = vec![made(Token::ParenthesisBlock, "(", Role::Prelude)];
            condition.extend_from_slice(supports);
            condition.push(made(Token::CloseParenthesis, ")", Role::Prelude));
            inner = block("@supports", condition, inner);
        }
        if !self.media.is_empty() {
            inner = block("@media", self.media.to_vec(), inner);
        }
        inner
    }
}

fn block<'a>(keyword: &'static str, mut prelude: Vec<Lexeme<'a>>, inner: Vec<Lexeme<'a>>) -> Vec<Lexeme<'a>> {
    if let Some(first) = prelude.first_mut() {
        first.before = Gap::Space;
    }
    let mut block = vec![made(Token::AtKeyword(keyword[1..].into()), keyword, Role::Prelude)];
    block.extend(prelude);
    block.push(made(Token::CurlyBracketBlock, "{", Role::Edge));
    block.extend(inner);
    block.push(made(Token::CloseCurlyBracket, "}", Role::Edge));
    block
}

fn static_path(name: &str) -> SourcePath {
    SourcePath::new(format!("{STATIC_FOLDER}/{name}"))
}

/// A token that stands in no file.
fn made(token: Token<'static>, text: &'static str, role: Role) -> Lexeme<'static> {
    Lexeme { token, text, at: 0, before: Gap::Space, role, depth: 0 }
}

#[cfg(test)]
mod tests {
    use super::super::minify::minify;
    use super::*;

    fn bundled(files: &[(&str, &str)]) -> (String, Vec<Diagnostic>) {
        let (lexemes, diagnostics) = bundle("css/site.css", &files.iter().copied().collect());
        (minify(&lexemes), diagnostics)
    }

    #[test]
    fn imports_are_put_in_place_in_their_layers_and_under_their_conditions() {
        for (import, expected) in [
            ("@import \"./a.css\";", "b{top:0}"),
            ("@import url(a.css);", "b{top:0}"),
            ("@IMPORT url( 'a.css' ) layer(a);", "@layer a{b{top:0}}"),
            ("@import 'a.css'\n  layer( a.b );", "@layer a.b{b{top:0}}"),
            ("@import 'a.css' layer;", "@layer{b{top:0}}"),
            ("@import 'a.css' print , (width > 40em)", "@media print,(width > 40em){b{top:0}}"),
            (
                "@import 'a.css' layer(a) supports(display: grid) screen;",
                "@media screen{@supports (display:grid){@layer a{b{top:0}}}}",
            ),
            ("/*\n@import 'a.css';\n*/", ""),
        ] {
            let (css, diagnostics) = bundled(&[("css/site.css", import), ("css/a.css", "b { top: 0 }\n")]);
            assert_eq!((css.as_str(), diagnostics), (expected, vec![]), "{import}");
        }
    }

    #[test]
    fn what_stands_around_imports_stays_in_its_order() {
        let site = "@layer a, b;\n@import './a.css' layer(a);\n@import 'b.css';p { color: red }";
        let (css, diagnostics) =
            bundled(&[("css/site.css", site), ("css/a.css", "b { top: 0 }\n"), ("css/b.css", "@layer c")]);
        assert_eq!(diagnostics, []);
        assert_eq!(css, "@layer a,b;@layer a{b{top:0}}@layer c;p{color:red}");
    }

    #[test]
    fn an_import_that_leads_nowhere_is_said_at_its_place() {
        let (_, diagnostics) = bundled(&[("css/site.css", "\n  @import './x.css';\n")]);
        let place = diagnostics[0].place.as_ref().unwrap();
        assert_eq!((place.line, place.column, place.length), (2, 3, 17));
        let (_, diagnostics) = bundled(&[("css/site.css", "@import 'site.css';")]);
        assert!(diagnostics[0].message.ends_with("imports go round in a circle"), "{diagnostics:?}");
    }

    #[test]
    fn an_import_from_another_site_stays_and_has_to_come_first() {
        let other = "@import url(https://example.com/a.css) print;";
        let (css, diagnostics) = bundled(&[("css/site.css", &format!("@layer a; {other} p {{ top: 0 }}"))]);
        assert_eq!((css, diagnostics), (format!("@layer a;{other}p{{top:0}}"), vec![]));
        let (_, diagnostics) = bundled(&[("css/site.css", &format!("p {{ top: 0 }} {other}"))]);
        assert_eq!(diagnostics.len(), 1);
        let (_, diagnostics) = bundled(&[("css/site.css", "@import 'a.css' layer(a);"), ("css/a.css", other)]);
        assert_eq!(diagnostics[0].place.as_ref().unwrap().path.as_str(), "static/css/a.css");
    }

    #[test]
    fn what_is_wrong_is_said_in_the_file_that_it_is_in() {
        let (_, diagnostics) = bundled(&[
            ("css/site.css", "@import 'a.css' layer(a);\n@import 'b.css' layer(b);\n"),
            ("css/a.css", "p {\n  /* é */ content: 'open\n}\n"),
            ("css/b.css", "p { top: 0 }\n}\n"),
        ]);
        let said: Vec<_> = diagnostics
            .iter()
            .map(|said| (said.place.as_ref().unwrap(), said.message.as_str()))
            .map(|(place, message)| (place.path.as_str(), place.line, place.column, message))
            .collect();
        assert_eq!(
            said,
            [
                ("static/css/a.css", 2, 20, "this string is not closed on its line"),
                ("static/css/b.css", 2, 1, "this `}` closes nothing"),
            ]
        );
    }

    /// Nothing is translated for the browsers of 2022, so the theme has to be written for them.
    #[test]
    fn the_built_in_stylesheets_ask_for_no_nesting_and_no_light_dark() {
        for (name, bytes) in super::super::built_in::static_files().filter(|(name, _)| name.ends_with(".css")) {
            let css = String::from_utf8(bytes).unwrap();
            let mut blocks = vec![];
            let mut before = Role::Edge;
            for lexeme in read(&css).unwrap() {
                assert!(!lexeme.text.eq_ignore_ascii_case("light-dark("), "{name}");
                if lexeme.role == Role::Edge && lexeme.opens() {
                    assert!(!blocks.contains(&Role::Selector), "a rule in a rule in {name}");
                    blocks.push(before);
                } else if lexeme.role == Role::Edge && lexeme.closes() {
                    blocks.pop();
                }
                before = lexeme.role;
            }
        }
    }
}
