//! Diagnostics as JSON, for editors and continuous integration.

use serde::Serialize;

use super::escape;
use crate::diagnostic::{Diagnostic, Place, Severity};

#[derive(Serialize)]
struct Shape<'a> {
    severity: Severity,
    code: &'a str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    length: Option<u32>,
    help: &'a [String],
    related: Vec<RelatedShape<'a>>,
}

#[derive(Serialize)]
struct RelatedShape<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

/// Writes diagnostics as a JSON array of objects, each on a line of its own.
///
/// This shape is a promise; keys may be added, none is renamed or removed:
///
/// | key | value |
/// |---|---|
/// | `severity` | `error`, `warning` or `note` |
/// | `code` | a stable name such as `unknown-key` |
/// | `message` | what is wrong, as plain text |
/// | `file` | the path in the newsletter's folder, with `/`; null if it is about no file |
/// | `line`, `column` | from 1, in characters; null with `file` |
/// | `length` | how many characters are meant, at least 1; null with `file` |
/// | `help` | what to do next: an array of texts, often with one |
/// | `related` | other places: an array of `file`, `line`, `column` and `message` |
pub fn diagnostics_json(diagnostics: &[Diagnostic]) -> String {
    let objects: Vec<String> = diagnostics
        .iter()
        // Plain structs of texts and numbers can't fail to serialise; should they, all others are said.
        .filter_map(|diagnostic| serde_json::to_string(&shape(diagnostic)).ok())
        .collect();
    if objects.is_empty() {
        return "[]\n".to_owned();
    }
    escape::json(&format!("[\n{}\n]\n", objects.join(",\n"))).into_owned()
}

fn shape(diagnostic: &Diagnostic) -> Shape<'_> {
    let Diagnostic { severity, code, message, place, related, help } = diagnostic;
    Shape {
        severity: *severity,
        code,
        message,
        file: place.as_ref().map(|place| place.path.as_str()),
        line: place.as_ref().map(|place| place.line),
        column: place.as_ref().map(|place| place.column),
        length: place.as_ref().map(|place| place.length),
        help,
        related: related
            .iter()
            .map(|(Place { path, line, column, length: _ }, message)| RelatedShape {
                file: path.as_str(),
                line: *line,
                column: *column,
                message,
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_is_as_promised() {
        let place = |line| Place { path: "content/a.md".into(), line, column: 2, length: 3 };
        let diagnostics = [
            Diagnostic::error("bad-date", "a \u{202e}date").at(place(4)).with_help("x").with_related(place(1), "other"),
            Diagnostic::note("no-posts", "there are no posts"),
        ];
        let text = diagnostics_json(&diagnostics);
        assert_eq!(
            text,
            concat!(
                "[\n",
                r#"{"severity":"error","code":"bad-date","message":"a \u202edate","file":"content/a.md","line":4,"#,
                r#""column":2,"length":3,"help":["x"],"#,
                r#""related":[{"file":"content/a.md","line":1,"column":2,"message":"other"}]},"#,
                "\n",
                r#"{"severity":"note","code":"no-posts","message":"there are no posts","file":null,"line":null,"#,
                r#""column":null,"length":null,"help":[],"related":[]}"#,
                "\n]\n"
            )
        );
        assert_eq!(diagnostics_json(&[]), "[]\n");
    }
}
