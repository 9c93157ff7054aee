//! What a merge leaves in a text that it could not join.

use super::code_fence::CodeFences;
use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;

/// What to do about it.
pub(super) const HELP: &str = "keep one of the two, and take out the lines of `<<<<<<<`, `=======` and `>>>>>>>`";
/// What it is.
pub(super) const MESSAGE: &str = "two versions of this text stand here, which a merge could not join";

/// Finds the line that opens a conflict in a text, and is not shown as code there.
pub(super) fn find(file: &SourceFile, from: usize) -> Option<Diagnostic> {
    let text = file.text.get(from..)?;
    if !text.contains("<<<<<<< ") || !text.contains("\n>>>>>>> ") {
        return None;
    }
    let mut fences = CodeFences::default();
    let mut at = from;
    for line in text.split_inclusive('\n') {
        let is_code = fences.hold(line);
        if opens(line) && !is_code {
            let place = file.place(at..at + line.trim_end().len());
            return Some(Diagnostic::error("merge-conflict", MESSAGE).at(place).with_help(HELP));
        }
        at += line.len();
    }
    None
}

/// Says whether a line opens a conflict.
pub(super) fn opens(line: &str) -> bool {
    line.starts_with("<<<<<<< ")
}
