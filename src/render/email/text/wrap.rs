//! Lines of the measure: letters of Chinese and Japanese are two wide, and end a line without a space.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Signs that no line begins with.
const CLOSING: &str = "、。，．：；？！’”」』】〕〉》）］｝…‥ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々・％";
/// Signs that no line ends with.
const OPENING: &str = "‘“「『【〔〈《（［｛￥";

/// Counts the columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// Breaks one line of text into lines of a measure; what has neither spaces nor wide letters stays whole.
pub(super) fn wrap(text: &str, measure: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut length) = (String::new(), 0);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        for (index, piece) in pieces(word).into_iter().enumerate() {
            let space = usize::from(index == 0 && length > 0);
            let width = columns(piece);
            if length > 0 && length + space + width > measure {
                lines.push(std::mem::take(&mut line));
                length = 0;
            } else if space > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(piece);
            length += width;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Divides a word where a line may end: beside wide letters, Korean ones excepted, which have spaces.
fn pieces(word: &str) -> Vec<&str> {
    // No letter of ASCII is wide, and most words are of nothing else.
    if word.is_ascii() {
        return vec![word];
    }
    let mut pieces = Vec::new();
    let (mut from, mut before) = (0, "");
    for (at, letter) in word.grapheme_indices(true) {
        let may_end = !before.is_empty() && (is_wide(before) || is_wide(letter));
        if may_end && !CLOSING.contains(letter) && !OPENING.contains(before) {
            pieces.push(&word[from..at]);
            from = at;
        }
        before = letter;
    }
    pieces.push(&word[from..]);
    pieces
}

fn is_wide(letter: &str) -> bool {
    let is_korean =
        letter.starts_with(|letter: char| matches!(letter, '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}'));
    columns(letter) > 1 && !is_korean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_spaces_and_beside_wide_letters() {
        for (text, measure, lines) in [
            ("a bc  def", 4, &["a bc", "def"][..]),
            ("https://a.example/long", 5, &["https://a.example/long"]),
            ("日本語のテスト", 6, &["日本語", "のテス", "ト"]),
            ("日本語。次の文", 6, &["日本", "語。次", "の文"]),
            ("彼は「はい」", 7, &["彼は", "「は", "い」"]),
            ("GPT-5は新しい", 8, &["GPT-5は", "新しい"]),
            ("한국어는 띄어쓰기", 8, &["한국어는", "띄어쓰기"]),
            ("日本 のa", 9, &["日本 のa"]),
        ] {
            assert_eq!(wrap(text, measure), lines, "{text}");
        }
        assert!(wrap(&"漢字。".repeat(99), 72).iter().all(|line| columns(line) <= 72));
    }
}
