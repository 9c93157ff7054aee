//! Errors that only rendering finds, by page; and problems as the browser and the bar get them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::Serialize;

use super::state::{Server, lock};
use crate::diagnostic::{Diagnostic, Severity};
use crate::site::OutPath;
use crate::source::Workspace;

/// What a browser shows of many problems of one kind at most.
const SHOWN: usize = 20;

/// Errors of pages that are remembered; a template that fails everywhere has been said often enough.
const MOST: usize = 50;

/// The errors that rendering found, by page.
#[derive(Default)]
pub(super) struct PageProblems(Mutex<BTreeMap<OutPath, Diagnostic>>);

/// What a page's end of rendering changes about what is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Nothing: it was known.
    None,
    /// This page has another error, or none any more; others have the same.
    Page,
    /// There is an error that no page had before.
    Error,
    /// The last error of any page has gone.
    Clear,
}

impl PageProblems {
    /// Remembers how rendering a page ended; says what is news in that.
    pub(super) fn set(&self, path: &OutPath, problem: Option<&Diagnostic>) -> News {
        let mut problems = lock(&self.0);
        if problems.get(path) == problem {
            return News::None;
        }
        let Some(problem) = problem else {
            problems.remove(path);
            return if problems.is_empty() { News::Clear } else { News::Page };
        };
        if problems.len() >= MOST && !problems.contains_key(path) {
            return News::None;
        }
        let is_known = problems.values().any(|known| is_same(known, problem));
        problems.insert(path.clone(), problem.clone());
        if is_known { News::Page } else { News::Error }
    }

    /// Lists the pages that have one.
    pub(super) fn pages(&self) -> Vec<OutPath> {
        lock(&self.0).keys().cloned().collect()
    }

    /// Says whether no more are remembered.
    pub(super) fn is_full(&self) -> bool {
        lock(&self.0).len() >= MOST
    }

    /// Gives the error of a page.
    pub(super) fn of(&self, path: &OutPath) -> Option<Diagnostic> {
        lock(&self.0).get(path).cloned()
    }

    /// Forgets pages that are gone; says whether there were any.
    pub(super) fn keep(&self, exists: impl Fn(&OutPath) -> bool) -> bool {
        let mut problems = lock(&self.0);
        let before = problems.len();
        problems.retain(|path, _| exists(path));
        problems.len() != before
    }

    /// Lists the errors: each once, however many pages have it.
    pub(super) fn all(&self) -> Vec<Diagnostic> {
        let mut all: Vec<Diagnostic> = lock(&self.0).values().cloned().collect();
        crate::diagnostic::sort(&mut all);
        all.dedup_by(|later, first| is_same(later, first));
        all
    }
}

/// Says whether two errors are one that two pages have: each names the page that was being rendered.
fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    (&one.place, &one.code, &one.message) == (&other.place, &other.code, &other.message)
}

/// A problem as the browser shows it.
#[derive(Clone, Debug, Serialize, Hash)]
pub(super) struct Shown {
    severity: Severity,
    /// What the terminal prints, without colours.
    text: String,
    message: String,
    file: String,
    line: u32,
    column: u32,
    /// The address that opens the place in the editor; may be empty.
    editor: String,
}

/// Writes problems for the browser.
pub(super) fn shown<'d>(server: &Server, problems: impl Iterator<Item = &'d Diagnostic>) -> Vec<Shown> {
    problems.take(SHOWN).map(|problem| show(server, problem)).collect()
}

fn show(server: &Server, problem: &Diagnostic) -> Shown {
    let place = problem.place.as_ref();
    let line = place.and_then(|place| {
        let bytes = server.workspace.read(&place.path).ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        text.lines().nth((place.line as usize).saturating_sub(1)).map(str::to_owned)
    });
    Shown {
        severity: problem.severity,
        text: server.observer.describe(problem, line.as_deref()),
        message: problem.message.clone(),
        file: place.map(|place| place.path.as_str().to_owned()).unwrap_or_default(),
        line: place.map_or(0, |place| place.line),
        column: place.map_or(0, |place| place.column),
        editor: place.map(|place| editor_url(server, place)).unwrap_or_default(),
    }
}

/// Gives the address that opens a place in the author's editor; empty if none is configured.
pub(super) fn editor_url(server: &Server, place: &crate::diagnostic::Place) -> String {
    let Some(pattern) = &server.options.editor else { return String::new() };
    let path = server.workspace.locate(&place.path);
    let Some(path) = path.to_str() else { return String::new() };
    let encoded = crate::site::encode_path(&path.replace('%', "%25").replace('?', "%3F").replace('#', "%23"));
    pattern
        .replace("{path}", &encoded)
        .replace("{line}", &place.line.to_string())
        .replace("{column}", &place.column.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_error_of_many_pages_is_news_once_and_gone_once() {
        let problems = PageProblems::default();
        let page = |name: &str| OutPath::new(name).unwrap();
        let error = |page: &str| Diagnostic::error("template", "x").with_help(format!("it was rendering `{page}`"));
        assert_eq!(problems.set(&page("a.html"), None), News::None);
        assert_eq!(problems.set(&page("a.html"), Some(&error("a"))), News::Error);
        assert_eq!(problems.set(&page("a.html"), Some(&error("a"))), News::None);
        assert_eq!(problems.set(&page("b.html"), Some(&error("b"))), News::Page);
        assert_eq!((problems.all().len(), problems.pages().len()), (1, 2));
        assert_eq!(problems.set(&page("a.html"), None), News::Page);
        assert_eq!(problems.set(&page("b.html"), None), News::Clear);
    }
}
