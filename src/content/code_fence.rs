//! Which lines of a text are code between fences, told before anybody parses its Markdown.

/// Goes through the lines of a text, and knows the fence that is open.
#[derive(Default)]
pub(super) struct CodeFences<'t> {
    open: Option<&'t str>,
}

impl<'t> CodeFences<'t> {
    /// Says whether the next line is code, or opens or closes a block of it (CommonMark 0.31, 4.5).
    pub(super) fn hold(&mut self, line: &'t str) -> bool {
        let fence = fence(line);
        let was_open = self.open;
        match (was_open, fence) {
            (None, Some((marks, _))) => self.open = Some(marks),
            (Some(open), Some((marks, ""))) if marks.starts_with(open) => self.open = None,
            _ => {}
        }
        was_open.is_some() || fence.is_some()
    }
}

/// Gives the marks of a line that opens or closes a block of code, and what follows them.
fn fence(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let info = line.trim_start_matches(mark);
    let marks = &line[..line.len() - info.len()];
    (marks.len() >= 3 && !info.contains('`')).then_some((marks, info.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_closed_by_one_of_its_kind_that_is_as_long() {
        let text = "a\n````md\n```\nb\n```\n~~~~\n````\nc\n```code``` d\n~~~\n```\n~~~~\ne";
        let mut fences = CodeFences::default();
        let prose: Vec<&str> = text.lines().filter(|line| !fences.hold(line)).collect();
        assert_eq!(prose, ["a", "c", "```code``` d", "e"]);
    }
}
