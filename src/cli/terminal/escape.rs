//! What may go to a terminal: no control characters, nothing that turns the direction of writing.
//!
//! File names, titles and lines come from anybody. Whatever could move the cursor, colour the screen or
//! make text read as other text is shown by its number, `\u{1B}`.

use std::borrow::Cow;

/// The widest excerpt of a line, in characters.
pub const EXCERPT_WIDTH: usize = 120;
/// How much of a long line is shown before the caret.
const BEFORE_CARET: usize = 40;

/// Says whether a character is not what it looks like on a terminal.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'
            | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

fn push_shown(shown: &mut String, c: char) {
    if is_hidden(c) {
        shown.push_str(&format!("\\u{{{:X}}}", u32::from(c)));
    } else {
        shown.push(c);
    }
}

/// Makes one line that is safe to print.
pub fn line(text: &str) -> Cow<'_, str> {
    escape(text, |_| false)
}

/// Makes text that is safe to print; its lines and tabs stay.
pub fn text(text: &str) -> Cow<'_, str> {
    escape(text, |c| matches!(c, '\n' | '\t'))
}

fn escape(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hidden(c) && !stays(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if stays(c) { shown.push(c) } else { push_shown(&mut shown, c) }
    }
    Cow::Owned(shown)
}

/// Writes hidden characters of a JSON text as JSON does, which changes nothing of what it says.
pub fn json(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hidden(c) && c != '\n') {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// The part of a line that is shown, and what of it is underlined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The text, safe to print; `…` stands where it is cut.
    pub text: String,
    /// The bytes of `text` that are meant.
    pub marked: std::ops::Range<usize>,
}

/// Cuts a line to [`EXCERPT_WIDTH`] around a caret; `column` counts characters from 1.
///
/// A column behind the line's end (the file may have changed since) stands behind its last character.
pub fn excerpt(line: &str, column: u32, length: u32) -> Excerpt {
    let caret = line.char_indices().nth((column.max(1) - 1) as usize).map_or(line.len(), |(at, _)| at);
    excerpt_at(line, caret, length)
}

/// Cuts a line around the byte that the caret stands at. What is too far away to be shown is not looked at: a
/// line may have megabytes, and something wrong in each word.
pub fn excerpt_at(line: &str, caret: usize, length: u32) -> Excerpt {
    let cell = |c| {
        let mut cell = String::new();
        if c == '\t' {
            cell.push_str("    ")
        } else {
            push_shown(&mut cell, c)
        }
        cell
    };
    let (before, behind) = line.split_at(caret);
    let mut cells: Vec<String> = before.chars().rev().take(EXCERPT_WIDTH + 1).map(cell).collect();
    cells.reverse();
    let caret = cells.len();
    cells.extend(behind.chars().take(EXCERPT_WIDTH + 1).map(cell));
    let width = |cell: &String| cell.chars().count();
    let marked_end = caret.saturating_add(length.max(1) as usize).min(cells.len());
    let (mut start, mut end) = (0, cells.len());
    if cells.iter().map(width).sum::<usize>() > EXCERPT_WIDTH {
        // Room for a `…` at each end.
        let mut room = EXCERPT_WIDTH - 2;
        (start, end) = (caret, caret);
        let grow = |room: &mut usize, cell: &String| {
            let fits = width(cell) <= *room;
            *room -= if fits { width(cell) } else { 0 };
            fits
        };
        let mut before = BEFORE_CARET;
        while start > 0 && grow(&mut before, &cells[start - 1]) {
            start -= 1;
        }
        room -= BEFORE_CARET - before;
        while end < cells.len() && grow(&mut room, &cells[end]) {
            end += 1;
        }
        while start > 0 && grow(&mut room, &cells[start - 1]) {
            start -= 1;
        }
    }
    let mut text = String::from(if start > 0 { "…" } else { "" });
    let mut marked = 0..0;
    for (at, cell) in cells.iter().enumerate().take(end).skip(start) {
        if at == caret {
            marked.start = text.len();
        }
        text.push_str(cell);
        if at < marked_end {
            marked.end = text.len();
        }
    }
    if caret >= end {
        marked.start = text.len();
    }
    marked.end = marked.end.max(marked.start);
    if end < cells.len() {
        text.push('…');
    }
    Excerpt { text, marked }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_or_turns_text_is_shown_by_its_number() {
        assert_eq!(line("a\u{1b}[31mb\u{202e}c\n"), "a\\u{1B}[31mb\\u{202E}c\\u{A}");
        assert_eq!(text("a\tb\r\nc"), "a\tb\\u{D}\nc");
        assert!(matches!(line("Zürich, 北京, 👩‍💻"), Cow::Borrowed(_)));
    }

    #[test]
    fn escaped_json_says_the_same() {
        let value = serde_json::json!(["\u{202e}\u{e0041}\u{7f}", "a\nb"]);
        let shown = serde_json::to_string_pretty(&value).unwrap();
        let shown = json(&shown);
        assert!(shown.contains("\\u202e") && !shown.chars().any(|c| is_hidden(c) && c != '\n'));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        assert_eq!(excerpt("titel: A", 1, 5), Excerpt { text: "titel: A".to_owned(), marked: 0..5 });
        assert_eq!(excerpt("\tä: b", 2, 1), Excerpt { text: "    ä: b".to_owned(), marked: 4..6 });
    }

    #[test]
    fn a_caret_behind_the_line_stays_behind_it() {
        assert_eq!(excerpt("ab", 9, 4).marked, 2..2);
        assert_eq!(excerpt("", 1, 1), Excerpt { text: String::new(), marked: 0..0 });
    }

    #[test]
    fn a_long_line_is_cut_around_the_caret() {
        let line: String = (0..1000).map(|n| char::from(b'a' + (n % 26) as u8)).collect();
        for column in [1, 2, 41, 42, 80, 500, 960, 999, 1000, 1001, 5000] {
            let cut = excerpt(&line, column, 3);
            assert!(cut.text.chars().count() <= EXCERPT_WIDTH, "{column}: {}", cut.text);
            assert!(cut.text.chars().count() >= EXCERPT_WIDTH - 2, "{column}: {}", cut.text);
            if let Some(wanted) = line.get(column as usize - 1..(column as usize + 2).min(1000)) {
                assert_eq!(&cut.text[cut.marked], wanted, "{column}");
            }
        }
        let hostile = "\u{202e}".repeat(400);
        assert!(excerpt(&hostile, 200, 400).text.chars().count() <= EXCERPT_WIDTH);
    }
}
