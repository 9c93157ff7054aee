//! A stylesheet and those that it imports in, the tokens of one stylesheet out.
//!
//! The one is served in another folder than any of the others, so each address is written anew.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use cssparser::{ToCss, Token};

use super::STATIC_FOLDER;
use super::address::{Address, foreign, from_assets};
use super::lexeme::{Gap, Lexeme, Role, read};
use crate::diagnostic::{Diagnostic, Place, Places};
use crate::source::SourcePath;

/// How many stylesheets may stand in one another's imports.
const DEEPEST: usize = 64;

/// How many bytes may be imported in all. Ten files of which each imports the next one ten times would
/// come to more than a disk holds.
const MOST_IMPORTED: usize = 4 << 20;

/// Functions whose strings are addresses.
const OF_ADDRESSES: [&str; 4] = ["url", "src", "image-set", "-webkit-image-set"];

/// Puts stylesheets in the place of their imports, each in the layer and under the conditions that the
/// import names; with what is wrong, and the names of all that were read. `is_there` says which files the site has.
pub(super) fn bundle<'a>(
    name: &str,
    texts: &BTreeMap<&str, &'a str>,
    is_there: &dyn Fn(&str) -> bool,
) -> (Vec<Lexeme<'a>>, Vec<Diagnostic>, BTreeSet<String>) {
    let (names, said) = (BTreeSet::new(), BTreeSet::new());
    let mut bundler = Bundler { texts, is_there, chain: vec![], names, imported: 0, diagnostics: vec![], said };
    let lexemes = bundler.insert_imports(name);
    (lexemes, bundler.diagnostics, bundler.names)
}

struct Bundler<'t, 'a> {
    texts: &'t BTreeMap<&'t str, &'a str>,
    is_there: &'t dyn Fn(&str) -> bool,
    /// The stylesheets that are being read, each imported by the one before.
    chain: Vec<String>,
    /// All that were read.
    names: BTreeSet<String>,
    /// The bytes that were imported.
    imported: usize,
    diagnostics: Vec<Diagnostic>,
    /// The places of which something was said: a stylesheet that is imported twice is wrong once.
    said: BTreeSet<(SourcePath, u32, u32)>,
}

impl<'a> Bundler<'_, 'a> {
    fn insert_imports(&mut self, name: &str) -> Vec<Lexeme<'a>> {
        let Some(text) = self.texts.get(name).copied() else { return vec![] };
        let mut places = Places::new(static_path(name), text);
        let lexemes = match read(text) {
            Ok(lexemes) => lexemes,
            Err(flaw) => {
                let problem = Diagnostic::error("css", flaw.message).with_help("correct the stylesheet");
                self.say(problem, places.place(flaw.range));
                return vec![];
            }
        };
        self.chain.push(name.to_owned());
        self.names.insert(name.to_owned());
        let mut bundle: Vec<Lexeme<'a>> = Vec::with_capacity(lexemes.len());
        // For each open bracket, whether strings in it are addresses.
        let mut open: Vec<bool> = vec![];
        // Whether something came that no import may follow.
        let mut is_late = false;
        let mut rest = lexemes.as_slice();
        while let Some(first) = rest.first() {
            let rule = match &first.token {
                Token::AtKeyword(name) => name.to_ascii_lowercase(),
                _ => String::new(),
            };
            if !matches!(&*rule, "import" | "charset") {
                let holds_addresses = open.last().copied().unwrap_or_default();
                if first.opens() {
                    is_late |= first.role == Role::Edge;
                    open.push(holds_strings_that_are_addresses(first));
                } else if first.closes() {
                    open.pop();
                }
                is_late |= !matches!(&*rule, "" | "layer");
                if rule == "namespace" && (self.chain.len() > 1 || bundle.iter().any(Lexeme::opens)) {
                    let message =
                        "`@namespace` comes too late: in the bundle, rules of imported stylesheets stand before it";
                    let help = "write selectors without a namespace: those of a page apply to SVG and MathML in it too";
                    self.say(
                        Diagnostic::warning("css-namespace", message).with_help(help),
                        places.place(first.range()),
                    );
                }
                bundle.push(self.moved(&mut places, first, holds_addresses));
                rest = &rest[1..];
                continue;
            }
            let length = rest.iter().position(|lexeme| lexeme.role == Role::Edge).unwrap_or(rest.len());
            let (statement, after) = rest.split_at(length);
            rest = after;
            // Which bytes the bundle is made of is known: they are UTF-8.
            if rule == "import" {
                let range = first.at..statement.last().map_or(first.at, |last| last.range().end);
                self.import(statement, places.place(range), is_late, &mut bundle);
            }
            // Its semicolon goes with it, unless the last statement of what it imports needs one.
            if bundle.last().is_none_or(|last| last.role == Role::Edge)
                && rest.first().is_some_and(|next| next.token == Token::Semicolon)
            {
                rest = &rest[1..];
            }
        }
        self.chain.pop();
        bundle
    }

    /// Adds what a statement imports to the bundle of its file.
    fn import(&mut self, statement: &[Lexeme<'a>], place: Place, is_late: bool, bundle: &mut Vec<Lexeme<'a>>) {
        let error = |message: String, help: &str| Diagnostic::error("css-import", message).with_help(help);
        let Some(import) = read_import(statement) else {
            if is_late || self.chain.len() > 1 {
                let message = "an import from another site comes too late: browsers would ignore it";
                let help = "put a copy into `static/css/` and import that: the security policy lets no other site's \
                            stylesheet be loaded, wherever it is imported";
                self.say(error(message.to_owned(), help), place);
            } else {
                let target = statement.iter().find_map(|lexeme| match &lexeme.token {
                    Token::QuotedString(target) | Token::UnquotedUrl(target) => Some(target.to_string()),
                    _ => None,
                });
                if let Some(target) = target {
                    self.say(foreign(&target), place);
                }
            }
            bundle.extend_from_slice(statement);
            return;
        };
        let file = self.chain.last().map_or("", String::as_str);
        let target = match Address::read(file, import.target) {
            Address::Here { path, .. } => path,
            _ => import.target.to_owned(),
        };
        let Some(text) = self.texts.get(target.as_str()) else {
            let message = format!("`{target}` can't be imported: there is no stylesheet of that name");
            self.say(error(message, "import a file of `static/css/` by a path relative to this one"), place);
            return;
        };
        let was_too_much = self.imported > MOST_IMPORTED;
        self.imported += text.len();
        let problem = if is_late {
            let message = format!("`{target}` is imported too late: browsers would ignore it");
            Some(error(message, "move the import above all rules of its file"))
        } else if let Some(at) = self.chain.iter().position(|name| *name == target) {
            let names: Vec<_> = self.chain[at..].iter().chain([&target]).map(|name| format!("`{name}`")).collect();
            Some(error(format!("imports go round in a circle: {}", names.join(" → ")), "take one of these imports out"))
        } else if self.chain.len() > DEEPEST {
            let message = format!("`{target}` can't be imported: more than {DEEPEST} stylesheets import one another");
            Some(error(message, "import it nearer to `site.css`"))
        } else if self.imported > MOST_IMPORTED && !was_too_much {
            let message =
                format!("`{target}` can't be imported: it would be more than {} MiB in all", MOST_IMPORTED >> 20);
            Some(error(message, "import each stylesheet once"))
        } else {
            None
        };
        match problem {
            Some(problem) => self.say(problem, place),
            // That has been said of the first one.
            None if was_too_much => {}
            None => bundle.extend(import.wrap(self.insert_imports(&target))),
        }
    }

    fn say(&mut self, problem: Diagnostic, place: Place) {
        if self.said.insert((place.path.clone(), place.line, place.column)) {
            self.diagnostics.push(problem.at(place));
        }
    }

    /// Gives a token as it has to be in the bundle: an address leads from there to where it led.
    fn moved(&mut self, places: &mut Places<'_>, lexeme: &Lexeme<'a>, holds_addresses: bool) -> Lexeme<'a> {
        let mut moved = lexeme.clone();
        let address = match &lexeme.token {
            Token::UnquotedUrl(address) => address,
            Token::QuotedString(address) if holds_addresses => address,
            _ => return moved,
        };
        // In a prelude it is a name and no file: `@namespace url(…)`.
        if !matches!(lexeme.role, Role::Declaration | Role::Custom) {
            return moved;
        }
        let file = self.chain.last().map_or("", String::as_str);
        let missing = |message: String, help: String| Diagnostic::warning("missing-file", message).with_help(help);
        let problem = match Address::read(file, address) {
            Address::Here { path, tail } => {
                let address = from_assets(&path, tail).into();
                moved.token = match &lexeme.token {
                    Token::UnquotedUrl(_) => Token::UnquotedUrl(address),
                    _ => Token::QuotedString(address),
                };
                moved.text = Cow::Owned(moved.token.to_css_string());
                (!(self.is_there)(&path)).then(|| {
                    let help = "an address in a stylesheet counts from the file in which it stands";
                    missing(format!("there is no file `{STATIC_FOLDER}/{path}`"), help.to_owned())
                })
            }
            Address::Outside => {
                let help = format!("put the file into `{STATIC_FOLDER}/`, and take a `../` away");
                Some(missing(format!("`{address}` leads out of `{STATIC_FOLDER}/`"), help))
            }
            Address::Foreign => Some(foreign(address)),
            Address::Itself => None,
        };
        if let Some(problem) = problem {
            self.say(problem, places.place(lexeme.range()));
        }
        moved
    }
}

pub(super) fn holds_strings_that_are_addresses(opening: &Lexeme<'_>) -> bool {
    matches!(&opening.token, Token::Function(name) if OF_ADDRESSES.iter().any(|known| name.eq_ignore_ascii_case(known)))
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
    Lexeme { token, text: Cow::Borrowed(text), at: 0, before: Gap::Space, role, depth: 0 }
}

#[cfg(test)]
mod tests {
    use super::super::minify::minify;
    use super::*;

    fn bundled(files: &[(&str, &str)]) -> (String, Vec<Diagnostic>) {
        let (lexemes, diagnostics, _) =
            bundle("css/site.css", &files.iter().copied().collect(), &|path| path != "nope.png");
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
            ("@charset 'utf-8'; @import 'a.css' layer(a);", "@layer a{b{top:0}}"),
        ] {
            let (css, diagnostics) =
                bundled(&[("css/site.css", import), ("css/a.css", "@charset \"utf-8\"; b { top: 0 }\n")]);
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
    fn an_address_leads_from_the_bundle_to_where_it_led_from_its_file() {
        for (written, expected) in [
            ("a { b: url(q.png) }", "a{b:url(../css/parts/q.png)}"),
            ("a { b: URL( 'q r.png' ) }", "a{b:URL(\"../css/parts/q r.png\")}"),
            ("a { b: url(../../img/p\\ q.png) }", "a{b:url(../img/p\\20 q.png)}"),
            ("a { b: url(/img/p.png#x) }", "a{b:url(../img/p.png#x)}"),
            (
                "@font-face { src: url('/f.woff2') format('woff2') }",
                "@font-face{src:url(\"../f.woff2\") format('woff2')}",
            ),
            (
                "a { b: image-set('q.png' 1x type('image/png'), 'r.png' 2x) }",
                "a{b:image-set(\"../css/parts/q.png\" 1x type('image/png'),\"../css/parts/r.png\" 2x)}",
            ),
            ("a { --b: url(q.png) }", "a{--b:url(../css/parts/q.png)}"),
            ("a { b: url(#c) url(data:x) 'c' }", "a{b:url(#c) url(data:x) 'c'}"),
        ] {
            let (css, diagnostics) =
                bundled(&[("css/site.css", "@import '/css/parts/a.css';"), ("css/parts/a.css", written)]);
            assert_eq!((css.as_str(), diagnostics), (expected, vec![]), "{written}");
        }
    }

    #[test]
    fn an_address_of_no_file_is_said_at_its_place() {
        let (_, diagnostics) =
            bundled(&[("css/site.css", "a {\n  b: url(../nope.png) }\nc { d: url('../../e.png') }")]);
        let said: Vec<_> = diagnostics
            .iter()
            .map(|said| (said.place.as_ref().unwrap(), said.message.as_str()))
            .map(|(place, message)| (place.line, place.column, message))
            .collect();
        assert_eq!(
            said,
            [(2, 6, "there is no file `static/nope.png`"), (3, 12, "`../../e.png` leads out of `static/`")]
        );
    }

    #[test]
    fn an_import_that_leads_nowhere_is_said_at_its_place() {
        let (_, diagnostics) = bundled(&[("css/site.css", "\n  @import './x.css';\n")]);
        let place = diagnostics[0].place.as_ref().unwrap();
        assert_eq!((place.line, place.column, place.length), (2, 3, 17));
    }

    fn messages(files: &[(&str, &str)]) -> Vec<String> {
        bundled(files).1.into_iter().map(|said| said.message).collect()
    }

    #[test]
    fn imports_that_go_round_or_have_no_end_are_said() {
        assert_eq!(
            messages(&[("css/site.css", "@import 'a.css';"), ("css/a.css", "@import 'site.css';")]),
            ["imports go round in a circle: `css/site.css` → `css/a.css` → `css/site.css`"]
        );
        let chain = |length: usize| {
            let file = |number: usize| (format!("css/{number}.css"), format!("@import '{}.css';", number + 1));
            let mut files: Vec<_> = (0..length).map(file).collect();
            files[0].0 = "css/site.css".to_owned();
            files.push((format!("css/{length}.css"), "b{top:0}".to_owned()));
            bundled(&files.iter().map(|(name, text)| (&**name, &**text)).collect::<Vec<_>>())
        };
        assert_eq!(chain(DEEPEST), ("b{top:0}".to_owned(), vec![]));
        assert_eq!(chain(DEEPEST + 1).1.len(), 1);
        let forty = |name: &str| format!("@import '{name}';").repeat(40);
        let said = messages(&[
            ("css/site.css", &forty("a.css")),
            ("css/a.css", &forty("b.css")),
            ("css/b.css", &forty("c.css")),
            ("css/c.css", &forty("d.css")),
            ("css/d.css", &"b{top:0}".repeat(40)),
        ]);
        assert_eq!(said, ["`css/d.css` can't be imported: it would be more than 4 MiB in all"]);
    }

    #[test]
    fn what_browsers_would_ignore_is_said() {
        for (site, expected) in [
            ("p { top: 0 } @import 'a.css';", "`css/a.css` is imported too late: browsers would ignore it"),
            ("@media print { @import 'a.css'; }", "`css/a.css` is imported too late: browsers would ignore it"),
            (
                "@import 'a.css'; @namespace s url(b.example);",
                "`@namespace` comes too late: in the bundle, rules of imported stylesheets stand before it",
            ),
        ] {
            assert_eq!(messages(&[("css/site.css", site), ("css/a.css", "b { top: 0 }")]), [expected], "{site}");
        }
    }

    #[test]
    fn a_stylesheet_that_is_imported_twice_is_wrong_once() {
        let twice = "@import 'a.css' screen; @import 'a.css' print;";
        assert_eq!(messages(&[("css/site.css", twice), ("css/a.css", "a { b: url(/nope.png) }")]).len(), 1);
    }

    #[test]
    fn an_import_from_another_site_stays_and_has_to_come_first() {
        let other = "@import url(https://example.com/a.css) print;";
        let (css, diagnostics) = bundled(&[("css/site.css", &format!("@layer a; {other} p {{ top: 0 }}"))]);
        assert_eq!(css, format!("@layer a;{other}p{{top:0}}"));
        // Readers would be sent there, so their browsers are told not to go.
        assert_eq!(diagnostics.iter().map(|said| &*said.code).collect::<Vec<_>>(), ["foreign-address"]);
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
