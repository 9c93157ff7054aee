//! Colours for code: Sublime grammars in, a dozen one-letter classes out.
//!
//! A class names what a piece of code is; the theme's CSS says how it looks in light and dark:
//! `k` keyword, `s` string, `c` comment, `n` number or constant, `f` function, `t` type, `o` operator,
//! `g` tag, `a` attribute or key, `v` parameter, `e` escape, `h` heading, `i` inserted, `d` deleted.
//! Neighbours of one class share a `<span>`, so that code stays a few times its own size.
//!
//! Pure: the same code gives the same HTML. There is no clock here; what would take long is kept out
//! by length, of all and of each line, and by how deep the grammar has got (see [`work`] and
//! [`is_too_deep`]). However hostile, a block costs half a second at most.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::OnceLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};
use xxhash_rust::xxh3::xxh3_128;

use super::output::push_text;
use super::painted::{recall, remember};
use crate::diagnostic;

/// Longer code stays plain.
const MAX_BYTES: usize = 32 * 1024;
/// Longer lines stay plain, and so does their whole block: the grammar would lose its way.
const MAX_LINE: usize = 500;
/// Code that may be more [`work`] than this stays plain: about 350 lines of usual code …
const MAX_WORK: usize = 1_000_000;
/// … or a tenth in a grammar that goes over the same signs again and again.
const MAX_SLOW_WORK: usize = MAX_WORK / 10;
const SLOW: [&str; 4] = ["D", "Lisp", "SystemVerilog", "reStructuredText"];
/// Code whose grammar has more to remember than this, some hundred levels, stays plain: each sign costs more
/// the deeper it stands.
const MAX_STATE: usize = 16 * 1024;
/// Longer code is not remembered with its colours.
const MAX_REMEMBERED: usize = 8 * 1024;

/// What became of the code.
pub(super) enum Outcome {
    /// It is written, with colours.
    Coloured,
    /// It is meant to be plain; nothing is written.
    Plain,
    /// It is too long or nested too deeply; nothing is written.
    TooLong,
    /// Nobody knows the language; nothing is written.
    Unknown,
}

/// Scopes and their classes; the longest prefix wins, the innermost scope first. An empty class ends
/// the search: code inside a string is not a string.
const CLASSES: &[(&str, &str)] = &[
    ("comment", "c"),
    ("punctuation.definition.comment", "c"),
    ("string", "s"),
    ("punctuation.definition.string", "s"),
    ("meta.interpolation", ""),
    ("constant", "n"),
    ("constant.character.escape", "e"),
    ("keyword", "k"),
    ("keyword.operator", "o"),
    ("keyword.operator.word", "k"),
    ("storage", "k"),
    ("variable.language", "k"),
    ("variable.parameter", "v"),
    ("variable.function", "f"),
    ("variable.annotation", "a"),
    ("entity.name.function", "f"),
    ("support.function", "f"),
    ("support.macro", "f"),
    ("entity.name.macro", "f"),
    ("entity.name", "t"),
    ("entity.name.constant", "n"),
    ("entity.other.inherited-class", "t"),
    ("support.type", "t"),
    ("support.type.property-name", "a"),
    ("support.class", "t"),
    ("support.constant", "n"),
    ("entity.name.tag", "g"),
    ("entity.other.attribute-name", "a"),
    ("punctuation.definition.tag", "g"),
    ("markup.heading", "h"),
    ("entity.name.section", "h"),
    ("markup.inserted", "i"),
    ("markup.deleted", "d"),
    ("markup.raw", "s"),
    ("meta.diff", "c"),
    ("markup.underline.link", "s"),
];

/// Languages that are plain text, said by name.
const PLAIN: &[&str] = &["", "text", "txt", "plain", "plaintext", "none", "console", "output", "ascii", "nohighlight"];

/// Names that the grammars do not know.
const ALIASES: &[(&str, &str)] = &[
    ("golang", "go"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("jsonl", "json"),
    ("shell", "bash"),
    ("zsh", "bash"),
    ("sh-session", "bash"),
    ("shell-session", "bash"),
    ("py3", "python"),
    ("python3", "python"),
    ("ipython", "python"),
    ("node", "js"),
    ("c++", "cpp"),
    ("c#", "cs"),
    ("csharp", "cs"),
    ("objc", "m"),
    ("objective-c", "m"),
    ("docker", "dockerfile"),
    ("make", "makefile"),
    ("patch", "diff"),
    ("jinja", "html"),
    ("jinja2", "html"),
    ("tera", "html"),
    ("vue", "html"),
    ("rustdoc", "rust"),
    ("cuda", "cpp"),
    ("wgsl", "rust"),
];

struct Grammars {
    set: SyntaxSet,
    classes: Vec<(Scope, &'static str)>,
    key: Option<Scope>,
}

fn grammars() -> &'static Grammars {
    static GRAMMARS: OnceLock<Grammars> = OnceLock::new();
    GRAMMARS.get_or_init(|| {
        let mut classes: Vec<(Scope, &'static str)> =
            CLASSES.iter().filter_map(|(scope, class)| Scope::new(scope).ok().map(|scope| (scope, *class))).collect();
        classes.sort_by_key(|(scope, _)| std::cmp::Reverse(scope.len()));
        Grammars { set: two_face::syntax::extra_newlines(), classes, key: Scope::new("meta.mapping.key").ok() }
    })
}

fn find(language: &str) -> Option<&'static SyntaxReference> {
    let folded = language.to_ascii_lowercase();
    let name = ALIASES.iter().find(|(alias, _)| *alias == folded).map_or(folded.as_str(), |(_, name)| name);
    grammars().set.find_syntax_by_token(name)
}

/// Finds the known language that was most likely meant.
pub(super) fn nearest_language(language: &str) -> Option<String> {
    let set = &grammars().set;
    let names = set.syntaxes().iter().filter(|syntax| !syntax.hidden).map(|syntax| syntax.name.as_str());
    let aliases = ALIASES.iter().map(|(alias, _)| *alias);
    diagnostic::nearest(language, names.chain(aliases)).map(str::to_lowercase)
}

/// Writes code with colours; writes nothing unless it says [`Outcome::Coloured`].
pub(super) fn highlight(language: &str, code: &str, out: &mut String) -> Outcome {
    if PLAIN.iter().any(|plain| plain.eq_ignore_ascii_case(language)) {
        return Outcome::Plain;
    }
    if code.len() > MAX_BYTES || code.split('\n').any(|line| line.len() > MAX_LINE) {
        return Outcome::TooLong;
    }
    let key = xxh3_128(format!("{}\0{code}", language.to_ascii_lowercase()).as_bytes());
    // Asked before the grammars are, since to read these takes a while too.
    if let Some(known) = recall(key) {
        out.push_str(&known);
        return Outcome::Coloured;
    }
    let Some(syntax) = find(language) else { return Outcome::Unknown };
    if work(code) > if SLOW.contains(&syntax.name.as_str()) { MAX_SLOW_WORK } else { MAX_WORK } {
        return Outcome::TooLong;
    }
    let start = out.len();
    let mut painter = Painter { out, open: "", stack: ScopeStack::new(), known: HashMap::new() };
    if let Err(outcome) = painter.paint(syntax, code) {
        out.truncate(start);
        return outcome;
    }
    if code.len() <= MAX_REMEMBERED {
        remember(key, &out[start..]);
    }
    Outcome::Coloured
}

/// Estimates what colouring can cost at worst: at each byte of a line, a grammar may look at the rest of it.
fn work(code: &str) -> usize {
    code.split_inclusive('\n').map(|line| line.len() * (line.len() + 30)).sum()
}

/// Says whether a grammar is inside more than code of people ever is. It does not tell how deep it is, but
/// how much it would print tells the same.
fn is_too_deep(state: &ParseState) -> bool {
    struct Room(usize);
    impl Write for Room {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    write!(Room(MAX_STATE), "{state:?}").is_err()
}

struct Painter<'o> {
    out: &'o mut String,
    /// The class of the open `<span>`; empty if there is none.
    open: &'static str,
    stack: ScopeStack,
    known: HashMap<Scope, Option<&'static str>>,
}

impl Painter<'_> {
    /// Writes all lines.
    ///
    /// # Errors
    /// The code is too deep, or the grammar fails.
    fn paint(&mut self, syntax: &SyntaxReference, code: &str) -> Result<(), Outcome> {
        let mut state = ParseState::new(syntax);
        for line in code.split_inclusive('\n') {
            self.paint_line(&mut state, line).ok_or(Outcome::Plain)?;
            if is_too_deep(&state) {
                return Err(Outcome::TooLong);
            }
        }
        self.switch("");
        Ok(())
    }

    fn paint_line(&mut self, state: &mut ParseState, line: &str) -> Option<()> {
        let mut from = 0;
        for (at, change) in state.parse_line(line, &grammars().set).ok()? {
            self.write(line.get(from..at)?);
            from = at;
            self.stack.apply(&change).ok()?;
        }
        self.write(line.get(from..)?);
        Some(())
    }

    fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        // White space looks the same in every class, so it stays where it is.
        if !text.bytes().all(|byte| byte.is_ascii_whitespace()) {
            let class = self.class();
            self.switch(class);
        }
        push_text(self.out, text);
    }

    fn switch(&mut self, class: &'static str) {
        if class == self.open {
            return;
        }
        if !self.open.is_empty() {
            self.out.push_str("</span>");
        }
        if !class.is_empty() {
            self.out.push_str("<span class=\"");
            self.out.push_str(class);
            self.out.push_str("\">");
        }
        self.open = class;
    }

    fn class(&mut self) -> &'static str {
        let grammars = grammars();
        for scope in self.stack.as_slice().iter().rev() {
            let class = *self.known.entry(*scope).or_insert_with(|| {
                grammars.classes.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class)
            });
            match class {
                Some("s")
                    if grammars
                        .key
                        .is_some_and(|key| self.stack.as_slice().iter().any(|scope| key.is_prefix_of(*scope))) =>
                {
                    return "a";
                }
                Some(class) => return class,
                None => {}
            }
        }
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(language: &str, code: &str) -> String {
        let mut out = String::new();
        assert!(matches!(highlight(language, code, &mut out), Outcome::Coloured), "{language}");
        out
    }

    #[test]
    fn code_gets_short_classes_and_keeps_its_text() {
        let rust = html("rust", "// hi\nfn main() { let s = \"a<b\"; }\n");
        assert!(
            rust.starts_with(
                "<span class=\"c\">// hi\n</span><span class=\"k\">fn </span><span class=\"f\">main</span>()"
            ),
            "{rust}"
        );
        assert!(rust.contains("<span class=\"s\">\"a&lt;b\"</span>"), "{rust}");
        let json = html("json", "{\"a\": [1, true]}\n");
        assert!(json.contains("<span class=\"a\">\"a\"</span>"), "{json}");
        assert!(html("diff", "-a\n+b\n").contains("class=\"d\""));
    }

    #[test]
    fn every_alias_is_a_known_language() {
        for (alias, _) in ALIASES {
            assert!(find(alias).is_some(), "{alias}");
        }
    }

    #[test]
    fn what_is_too_long_or_unknown_stays_plain() {
        let mut out = String::new();
        assert!(matches!(highlight("rust", &"x".repeat(MAX_LINE + 1), &mut out), Outcome::TooLong));
        assert!(matches!(highlight("rust", &"x\n".repeat(MAX_BYTES), &mut out), Outcome::TooLong));
        assert!(matches!(highlight("ts", &("a".repeat(400) + "\n").repeat(10), &mut out), Outcome::TooLong));
        assert!(matches!(highlight("d", &"[[[[[[[[\n".repeat(200), &mut out), Outcome::TooLong));
        assert!(matches!(highlight("rsut", "x", &mut out), Outcome::Unknown));
        assert!(matches!(highlight("Text", "x", &mut out), Outcome::Plain));
        assert!(out.is_empty());
        assert_eq!(nearest_language("rsut").as_deref(), Some("rust"));
    }

    #[test]
    fn code_as_people_write_it_is_coloured() {
        let block = "fn main() {\n    let answer = vec![1, 2, 3].iter().map(|n| n * 14).max();\n    println!(\"{answer:?}\");\n}\n\n";
        assert!(html("rust", &block.repeat(60)).contains("<span class=\"k\">"));
        let nested = "[".repeat(40) + &"]".repeat(40);
        assert!(html("json", &(nested + "\n")).contains('['));
        assert!(html("json", &format!("{{\"text\": \"{}\"}}\n", "word ".repeat(80)).repeat(4)).contains("<span"));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "measures that hostile code takes no longer than it may")]
    fn no_code_costs_more_than_a_moment() {
        // What has taken each grammar longest.
        let slow = [
            ("d", "["),
            ("d", "'"),
            ("bash", " "),
            ("sql", " "),
            ("ts", "a"),
            ("systemverilog", " "),
            ("systemverilog", "a("),
            ("lisp", "\\"),
            ("rst", ":"),
            ("less", " "),
            ("typst", "`"),
            ("matlab", "a:"),
        ];
        for (language, sign) in slow {
            for width in [8, 60, 400] {
                let line = sign.repeat(width / sign.len()) + "\n";
                // As many lines as are not refused at once.
                let most = [MAX_WORK, MAX_SLOW_WORK].map(|most| (most / work(&line)).min(MAX_BYTES / line.len()));
                let start = std::time::Instant::now();
                for lines in most {
                    highlight(language, &line.repeat(lines), &mut String::new());
                }
                // Many times what it takes, on a machine that does other things too.
                assert!(
                    start.elapsed() < std::time::Duration::from_secs(8),
                    "{language} {sign:?} {width}: {:?}",
                    start.elapsed()
                );
            }
        }
    }
}
