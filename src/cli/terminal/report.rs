//! Diagnostics as text: what is wrong, the place with its line and a caret, then what to do.
//!
//! [`render_diagnostic`] makes one block; [`list`] makes the whole list, folded or not, with a summary.
//! Nothing here prints.

use std::collections::{BTreeMap, BTreeSet};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, Title};

use super::escape::{self, Excerpt};
use super::figures::{counted, grouped};
use crate::cli::exit::CommandError;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::source::SourcePath;

/// Warnings of one code beyond these are only counted, where a list is folded.
const MOST_OF_A_CODE: usize = 20;
/// Errors beyond these are only counted, where a list is folded.
const MOST_ERRORS: usize = 50;
/// Excerpts are cut before they get here; nothing else is to be.
const NEVER_CUT: usize = 10_000;

/// How much of a list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What an author can take in: no notes, repeated warnings and very many errors only counted.
    Folded,
    /// All of it, as `check` shows.
    All,
    /// Errors alone, as under `--quiet`.
    Errors,
}

/// Gives the text of a file, as far as it can be read.
pub type TextOf<'a> = &'a dyn Fn(&SourcePath) -> Option<String>;

/// Renders one diagnostic; `line` is the line that its place names, without its end.
///
/// Other places that belong to it are named without their lines. The text ends without a line break.
pub fn render_diagnostic(diagnostic: &Diagnostic, line: Option<&str>, colour: bool) -> String {
    let excerpt_of = |place: &Place| {
        let line = line.filter(|_| diagnostic.place.as_ref() == Some(place))?;
        Some(escape::excerpt(line, place.column, place.length))
    };
    render(diagnostic, &excerpt_of, colour)
}

/// Renders the reason why a command ended.
pub(super) fn render_command_error(error: &CommandError, colour: bool) -> String {
    let title = escape::line(error.message());
    let mut report = vec![Group::with_title(Level::ERROR.primary_title(title))];
    report.extend(error.help().iter().map(|help| help_group(help)));
    render_groups(report, colour)
}

/// Renders a list that is sorted by file and line; ends with a line break unless it is empty.
pub fn list(diagnostics: &[Diagnostic], text_of: TextOf<'_>, extent: Extent, colour: bool) -> String {
    let shown: Vec<&Diagnostic> = diagnostics.iter().filter(|diagnostic| is_shown(diagnostic, extent)).collect();
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in &shown {
        *totals.entry(fold_key(diagnostic)).or_default() += 1;
    }
    let mut lines = Lines { text_of, last: None };
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut text = String::new();
    for diagnostic in &shown {
        let key = fold_key(diagnostic);
        let most = match (extent, diagnostic.severity) {
            (Extent::All, _) => usize::MAX,
            (_, Severity::Error) => MOST_ERRORS,
            _ => MOST_OF_A_CODE,
        };
        let seen = seen.entry(key).or_default();
        *seen += 1;
        if *seen > most {
            continue;
        }
        let excerpts: Vec<(&Place, Option<Excerpt>)> =
            places(diagnostic).map(|place| (place, lines.excerpt(place))).collect();
        let excerpt_of = |place: &Place| excerpts.iter().find(|(known, _)| *known == place)?.1.clone();
        text.push_str(&render(diagnostic, &excerpt_of, colour));
        text.push('\n');
        let left = totals.get(key).map_or(0, |total| total - *seen);
        if *seen == most && left > 0 {
            let more = if diagnostic.is_error() { "more errors" } else { "more like it" };
            text.push_str(&format!("and {} {more}; `masthead check` lists all\n", grouped(left)));
        }
        text.push('\n');
    }
    if let Some(summary) = summary(&shown) {
        text.push_str(&summary);
        text.push('\n');
    }
    text
}

/// Counts: `3 errors, 2 warnings in 4 files`; `None` if there is nothing to count.
fn summary(shown: &[&Diagnostic]) -> Option<String> {
    let count = |severity| shown.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let counts: Vec<String> = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
        .into_iter()
        .map(|(severity, noun)| (count(severity), noun))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    let files: BTreeSet<&SourcePath> = shown.iter().filter_map(|d| d.place.as_ref()).map(|place| &place.path).collect();
    let place = if files.is_empty() { String::new() } else { format!(" in {}", counted(files.len(), "file")) };
    (!counts.is_empty()).then(|| format!("{}{place}", counts.join(", ")))
}

fn is_shown(diagnostic: &Diagnostic, extent: Extent) -> bool {
    match extent {
        Extent::All => true,
        Extent::Folded => diagnostic.severity != Severity::Note,
        Extent::Errors => diagnostic.is_error(),
    }
}

/// Names what is folded together: warnings by code, all errors as one.
fn fold_key(diagnostic: &Diagnostic) -> &str {
    if diagnostic.is_error() { "" } else { &diagnostic.code }
}

fn places(diagnostic: &Diagnostic) -> impl Iterator<Item = &Place> {
    diagnostic.place.iter().chain(diagnostic.related.iter().map(|(place, _)| place))
}

/// Finds lines; a sorted list asks for the lines of one file in a row.
struct Lines<'a> {
    text_of: TextOf<'a>,
    last: Option<(SourcePath, FileLines)>,
}

/// A file's text, and the first byte of each of its lines.
#[derive(Default)]
struct FileLines {
    text: String,
    starts: Vec<usize>,
    /// The place that was found last: line, column, and that column's byte in the line.
    last: (u32, u32, usize),
}

impl FileLines {
    fn of(text: String) -> Self {
        let starts = [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts, last: (0, 1, 0) }
    }

    /// Cuts a line around a place. Columns are counted on from the place before, where that is in the same line.
    fn excerpt(&mut self, place: &Place) -> Option<Excerpt> {
        let index = place.line.saturating_sub(1) as usize;
        let start = *self.starts.get(index)?;
        let end = self.starts.get(index + 1).map_or(self.text.len(), |next| next - 1);
        let line = self.text[start..end].trim_end_matches('\r');
        let (last_line, last_column, last_byte) = self.last;
        let goes_on = last_line == place.line && last_column <= place.column;
        let (column, from) = if goes_on { (last_column, last_byte) } else { (1, 0) };
        let further = place.column.saturating_sub(column) as usize;
        let byte = line[from..].char_indices().nth(further).map_or(line.len(), |(at, _)| from + at);
        if byte < line.len() {
            self.last = (place.line, place.column, byte);
        }
        Some(escape::excerpt_at(line, byte, place.length))
    }
}

impl Lines<'_> {
    fn excerpt(&mut self, place: &Place) -> Option<Excerpt> {
        if self.last.as_ref().is_none_or(|(path, _)| *path != place.path) {
            let lines = (self.text_of)(&place.path).map(FileLines::of).unwrap_or_default();
            self.last = Some((place.path.clone(), lines));
        }
        self.last.as_mut()?.1.excerpt(place)
    }
}

fn render(diagnostic: &Diagnostic, excerpt_of: &dyn Fn(&Place) -> Option<Excerpt>, colour: bool) -> String {
    let Diagnostic { severity, code: _, message, place, related, help } = diagnostic;
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.clone().primary_title(escape::line(message));
    let mut report = Vec::new();
    match place {
        Some(place) => push_at_place(&mut report, title, level, place, excerpt_of(place)),
        None => report.push(Group::with_title(title)),
    }
    for (place, label) in related {
        let title = Level::NOTE.secondary_title(escape::line(label));
        push_at_place(&mut report, title, Level::NOTE, place, excerpt_of(place));
    }
    report.extend(help.iter().map(|help| help_group(help)));
    render_groups(report, colour)
}

fn help_group(help: &str) -> Group<'_> {
    Group::with_title(Level::HELP.secondary_title(escape::line(help)))
}

/// Adds a title, `file:line:column`, and below it the line with a caret.
///
/// The place is given apart from the line: the line is cut and escaped, and its columns are others.
fn push_at_place<'a>(
    report: &mut Vec<Group<'a>>,
    title: Title<'a>,
    level: Level<'a>,
    place: &Place,
    excerpt: Option<Excerpt>,
) {
    let path = escape::line(place.path.as_str()).into_owned();
    let origin = Origin::path(path).line(place.line as usize).char_column(place.column as usize);
    report.push(Group::with_title(title).element(origin));
    if let Some(excerpt) = excerpt {
        let caret = AnnotationKind::Primary.span(excerpt.marked);
        let snippet = Snippet::source(excerpt.text).line_start(place.line as usize).annotation(caret);
        report.push(Group::with_level(level).element(snippet));
    }
}

fn render_groups(mut report: Vec<Group<'_>>, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    // The first of several groups gets a line that ties it to the next; an empty one takes that away.
    report.insert(0, Group::with_level(Level::ERROR));
    let text = renderer.term_width(NEVER_CUT).render(&report);
    text.trim_start_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown_key(path: &str, line: u32) -> Diagnostic {
        Diagnostic::warning("unknown-key", "`titel` is not a known key")
            .at(Place { path: path.into(), line, column: 1, length: 5 })
            .with_help("did you mean `title`?")
    }

    #[track_caller]
    fn assert_text(text: &str, lines: &[&str]) {
        assert_eq!(text.lines().collect::<Vec<_>>(), lines, "\n{text}");
    }

    #[test]
    fn a_diagnostic_reads_well_without_colour() {
        let text = render_diagnostic(&unknown_key("content/posts/a.md", 3), Some("titel: A headline"), false);
        assert_text(
            &text,
            &[
                "warning: `titel` is not a known key",
                " --> content/posts/a.md:3:1",
                "  |",
                "3 | titel: A headline",
                "  | ^^^^^",
                "help: did you mean `title`?",
            ],
        );
    }

    #[test]
    fn other_places_come_with_their_lines_and_help_comes_last() {
        let place = |path: &str, line, column| Place { path: path.into(), line, column, length: 4 };
        let diagnostic = Diagnostic::error("deal-conflict", "two posts contradict each other about `a-b`")
            .at(place("content/posts/a.md", 120, 11))
            .with_related(place("content/posts/b.md", 1, 3), "the other amount is here")
            .with_help("correct one of them")
            .with_help("or give one another `id`");
        let text_of = |path: &SourcePath| {
            Some(match path.as_str() {
                "content/posts/a.md" => format!("{}  amount: $20M\n", "\n".repeat(119)),
                _ => "x $10M".to_owned(),
            })
        };
        assert_text(
            &list(&[diagnostic], &text_of, Extent::Folded, false),
            &[
                "error: two posts contradict each other about `a-b`",
                "   --> content/posts/a.md:120:11",
                "    |",
                "120 |   amount: $20M",
                "    |           ^^^^",
                "note: the other amount is here",
                "   --> content/posts/b.md:1:3",
                "    |",
                "  1 | x $10M",
                "    |   ^^^^",
                "help: correct one of them",
                "help: or give one another `id`",
                "",
                "1 error in 1 file",
            ],
        );
    }

    #[test]
    fn without_a_line_the_place_is_named() {
        let diagnostic = unknown_key("content/posts/a.md", 3);
        assert_text(
            &list(std::slice::from_ref(&diagnostic), &|_| None, Extent::All, false),
            &[
                "warning: `titel` is not a known key",
                "--> content/posts/a.md:3:1",
                "help: did you mean `title`?",
                "",
                "1 warning in 1 file",
            ],
        );
        let diagnostic = Diagnostic { place: None, ..diagnostic };
        let text = render_diagnostic(&diagnostic, None, false);
        assert_text(&text, &["warning: `titel` is not a known key", "help: did you mean `title`?"]);
    }

    #[test]
    fn the_place_is_that_of_the_file_where_the_line_is_cut_and_escaped() {
        let line = format!("\u{202e}{}here{}", "x".repeat(500), "y".repeat(500));
        let place = Place { path: "content/\u{1b}[31m\n.md".into(), line: 9, column: 502, length: 4 };
        let text = render_diagnostic(&Diagnostic::error("x", "a\u{1b}[2Jb").at(place), Some(&line), false);
        let shown = format!("9 | …{}here{}…", "x".repeat(40), "y".repeat(74));
        assert_text(
            &text,
            &[
                "error: a\\u{1B}[2Jb",
                " --> content/\\u{1B}[31m\\u{A}.md:9:502",
                "  |",
                &shown,
                &format!("  |{}^^^^", " ".repeat(42)),
            ],
        );
    }

    #[test]
    fn a_line_break_in_a_file_name_forges_no_line() {
        let name = "static/a\nBuilt 5 pages.txt";
        let diagnostic = Diagnostic::error("x", format!("`{name}` can't stand here"))
            .with_related(Place::file("b.md".into()), format!("beside `{name}`"))
            .with_help(format!("rename `{name}`"));
        let text = render_diagnostic(&diagnostic, None, false);
        assert_text(
            &text,
            &[
                "error: `static/a\\u{A}Built 5 pages.txt` can't stand here",
                "note: beside `static/a\\u{A}Built 5 pages.txt`",
                "--> b.md:1:1",
                "help: rename `static/a\\u{A}Built 5 pages.txt`",
            ],
        );
        let error = CommandError::usage(format!("there is no `{name}`"));
        assert_eq!(render_command_error(&error, false), "error: there is no `static/a\\u{A}Built 5 pages.txt`");
    }

    #[test]
    fn carets_find_their_way_past_tabs_escapes_and_line_ends() {
        let at = |column, length| {
            let place = Place { path: "a.md".into(), line: 1, column, length };
            Diagnostic::error("x", "x").at(place)
        };
        let caret = |column, length, line: &str| {
            let text = render_diagnostic(&at(column, length), Some(line), false);
            text.lines().last().unwrap_or_default().to_owned()
        };
        assert_eq!(caret(2, 1, "\tkey: x"), "  |     ^");
        assert_eq!(caret(2, 3, "\u{202e}key: x"), "  |         ^^^");
        assert_eq!(caret(3, 2, "北京 deal"), "  |     ^^");
        assert_eq!(caret(4, 1, "key"), "  |    ^");
        assert_eq!(caret(1, 1, ""), "  | ^");
        assert_eq!(caret(99, 99, "key"), "  |    ^");
    }

    #[test]
    fn repeated_warnings_are_counted_and_errors_are_not_hidden_behind_them() {
        let mut diagnostics: Vec<Diagnostic> = (1..=57).map(|line| unknown_key("content/posts/a.md", line)).collect();
        diagnostics.push(Diagnostic::error("no-date", "the post has no date").at(Place::file("content/b.md".into())));
        diagnostics.push(Diagnostic::note("no-tags", "the post has no tags").at(Place::file("content/c.md".into())));
        let render = |extent| list(&diagnostics, &|_| None, extent, false);
        let folded = render(Extent::Folded);
        assert_eq!(folded.matches("warning: ").count(), 20);
        assert!(folded.contains("\nand 37 more like it; `masthead check` lists all\n"), "{folded}");
        assert!(folded.contains("error: the post has no date") && !folded.contains("note: "), "{folded}");
        assert!(folded.ends_with("\n1 error, 57 warnings in 2 files\n"), "{folded}");
        let all = render(Extent::All);
        assert_eq!(all.matches("warning: ").count(), 57);
        assert!(all.ends_with("\n1 error, 57 warnings, 1 note in 3 files\n"), "{all}");
        let errors = render(Extent::Errors);
        assert!(!errors.contains("warning") && errors.ends_with("\n1 error in 1 file\n"), "{errors}");
    }

    #[test]
    fn very_many_errors_are_counted() {
        let diagnostics: Vec<Diagnostic> = (1..=1060).map(|n| Diagnostic::error("x", format!("e{n}"))).collect();
        let text = list(&diagnostics, &|_| None, Extent::Folded, false);
        assert_eq!(text.matches("error: ").count(), 50);
        assert!(text.ends_with("and 1,010 more errors; `masthead check` lists all\n\n1,060 errors\n"), "{text}");
        assert_eq!(list(&[], &|_| None, Extent::Folded, false), "");
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let diagnostic = unknown_key("content/posts/a.md", 3);
        let plain = render_diagnostic(&diagnostic, Some("titel: A"), false);
        let styled = render_diagnostic(&diagnostic, Some("titel: A"), true);
        let mut parts = styled.split('\u{1b}');
        let mut bare = parts.next().unwrap_or_default().to_owned();
        bare.extend(parts.filter_map(|part| Some(part.split_once('m')?.1)));
        assert!(styled.contains('\u{1b}') && !plain.contains('\u{1b}'));
        let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        assert_eq!(lines(&bare), lines(&plain));
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_rendering_or_reaches_the_terminal(
            message in "\\PC*|.*", path in ".{1,9}", line in "(?s).{0,200}", at in 0u32..300, length in 0u32..300,
        ) {
            let place = Place { path: path.as_str().into(), line: at, column: at, length };
            let diagnostic = Diagnostic::error("x", message).at(place.clone()).with_related(place, "there").with_help(line.clone());
            let text = render_diagnostic(&diagnostic, Some(&line), false);
            proptest::prop_assert!(!text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')), "{text:?}");
            let _ = list(&[diagnostic], &|_| Some(line.clone()), Extent::All, true);
        }
    }
}
