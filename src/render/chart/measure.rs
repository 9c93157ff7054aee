//! How wide a text will be, without a font.
//!
//! The page's sans is whatever the reader's system has. Widths here are those
//! of the widest common one (DejaVu Sans), so a label set in any other leaves
//! air instead of running into its neighbour.

use crate::content::deal::is_from_the_right;

/// The size of all type in a large chart, in user units.
pub(super) const FONT_SIZE: f64 = 15.0;

/// The height one line of type takes.
pub(super) const LINE: f64 = 18.0;

/// Gives the width of a text at [`FONT_SIZE`].
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(advance).sum::<f64>() * FONT_SIZE
}

/// Gives the width of an amount, which a stylesheet sets semi-bold.
pub(super) fn amount_width(text: &str) -> f64 {
    width(text) * 1.13
}

/// Gives the widest of several texts.
pub(super) fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> f64 {
    texts.into_iter().map(width).fold(0.0, f64::max)
}

/// Cuts a text to fit in `room`, with an ellipsis where something is missing.
pub(super) fn fit(text: &str, room: f64) -> String {
    // Room reserved by measuring this very text may come back a rounding error short.
    if width(text) <= room + 0.01 {
        return text.to_owned();
    }
    let room = room - width("…");
    let mut taken = 0.0;
    let mut end = 0;
    let mut joined = false;
    for (at, character) in text.char_indices() {
        let starts_a_letter = !joined && !attaches(character);
        if starts_a_letter {
            end = at;
        }
        joined = character == '\u{200d}';
        taken += advance(character) * FONT_SIZE;
        if taken > room {
            let kept = text.get(..end).unwrap_or_default().trim_end_matches([' ', ',', '-', '–', '(']);
            return format!("{kept}…{}", end_of_cut(kept));
        }
    }
    text.to_owned()
}

/// Gives the signs behind an ellipsis that keep it, and what follows it, in their places (Unicode annex 9): a name
/// that is written from the right stays kept to itself where it is cut, or else has its ellipsis at its own end.
fn end_of_cut(kept: &str) -> String {
    let open = kept.matches('\u{2068}').count().saturating_sub(kept.matches('\u{2069}').count());
    match open {
        0 if kept.ends_with(is_from_the_right) => "\u{200f}".to_owned(),
        _ => "\u{2069}".repeat(open),
    }
}

/// Tells whether a character belongs to the letter before it: a cut there would
/// take an accent off its letter or split an emoji.
fn attaches(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{591}'..='\u{5bd}'
        | '\u{64b}'..='\u{65f}'
        | '\u{93a}'..='\u{94f}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{200d}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Gives the advance of a character in ems.
fn advance(character: char) -> f64 {
    match character {
        _ if attaches(character) => 0.0,
        // Signs of direction.
        '\u{200e}' | '\u{200f}' | '\u{2066}'..='\u{2069}' => 0.0,
        'i' | 'j' | 'l' | '\'' | '|' | '’' | '‘' => 0.29,
        ' ' | '.' | ',' | ':' | ';' | 'I' | '·' => 0.32,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' | '!' => 0.415,
        'm' | 'w' | '→' | '←' | 'M' | '%' | '@' | '+' | '=' => 0.88,
        'W' | '…' | '—' => 1.0,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | '–' => 0.56,
        '0'..='9' | '$' | '€' | '£' => 0.637,
        'a'..='z' => 0.635,
        'A'..='Z' => 0.7,
        '\u{80}'..='\u{24f}' | '\u{370}'..='\u{5ff}' => 0.7,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' => 1.0,
        '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' => 1.0,
        '\u{1f000}'..='\u{3ffff}' => 1.25,
        _ => 0.75,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_left_alone() {
        assert_eq!(fit("OpenAI", 100.0), "OpenAI");
        assert_eq!(fit("", 0.0), "");
    }

    #[test]
    fn what_is_cut_ends_in_an_ellipsis_and_fits() {
        let long = "The Honourable Company of Very Large Language Models";
        let cut = fit(long, 120.0);
        assert!(cut.ends_with('…'));
        assert!(width(&cut) <= 120.0);
    }

    #[test]
    fn a_cut_in_a_name_from_the_right_keeps_what_follows_in_its_place() {
        assert_eq!(fit("A → \u{2068}אבגדהוזחט\u{2069} → B", 100.0), "A → \u{2068}אבגד…\u{2069}");
        assert_eq!(fit("\u{2068}אב\u{2069} → A long name", 100.0), "\u{2068}אב\u{2069} → A lon…");
        assert_eq!(fit("אבגדהוזחט", 60.0), "אבגד…\u{200f}");
    }

    #[test]
    fn a_cut_keeps_an_accent_with_its_letter() {
        let text = "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}";
        for room in 1..60 {
            let cut = fit(text, f64::from(room));
            let letters = cut.trim_end_matches('…');
            assert_eq!(letters.chars().count() % 2, 0, "{cut}");
        }
    }
}
