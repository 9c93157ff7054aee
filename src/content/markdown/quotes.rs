//! Quotation marks: those of the text's language, in the place of `"` and `'`.
//!
//! The parser knows the marks of English alone, and tells an opening one from a closing one by the spaces around it.
//! So it is wrong in German and French, where the marks are others, and in Chinese, where there are no spaces.

use crate::content::sentence::is_wide;

/// What French has inside its quotes and before its double signs: no line is broken there.
pub(super) const NARROW_SPACE: char = '\u{202f}';

/// Which marks a language has (Unicode CLDR, `delimiters`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, bitcode::Encode, bitcode::Decode)]
pub enum Quotes {
    /// “ ” ‘ ’, as most languages have them, or as well as others.
    #[default]
    English,
    /// „ “ ‚ ‘
    German,
    /// „ ” ‚ ’
    Polish,
    /// « », with narrow spaces inside that no line is broken at.
    French,
    /// « »
    Russian,
    /// ” ” ’ ’
    Swedish,
}

impl Quotes {
    /// Gives those of a language tag.
    pub fn of(language: &str) -> Self {
        let main = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
        match main.as_str() {
            "de" | "cs" | "sk" | "sl" | "et" | "lt" | "lv" | "is" | "bg" | "mk" => Self::German,
            "pl" | "ro" | "hu" | "hr" | "sr" | "bs" => Self::Polish,
            "fr" => Self::French,
            "ru" | "uk" | "be" | "el" | "hy" | "no" | "nb" | "nn" => Self::Russian,
            "sv" | "fi" => Self::Swedish,
            _ => Self::English,
        }
    }

    /// Double and single ones, each opening and closing.
    fn marks(self) -> [&'static str; 4] {
        match self {
            Self::English => ["“", "”", "‘", "’"],
            Self::German => ["„", "“", "‚", "‘"],
            Self::Polish => ["„", "”", "‚", "’"],
            Self::French => ["«\u{202f}", "\u{202f}»", "‘", "’"],
            Self::Russian => ["«", "»", "‘", "’"],
            Self::Swedish => ["”", "”", "’", "’"],
        }
    }
}

/// Which marks are open at a place of a paragraph.
#[derive(Default)]
pub(super) struct OpenQuotes {
    double: bool,
    single: bool,
}

impl OpenQuotes {
    /// Gives a piece of text, or the mark that stands for it.
    pub(super) fn shown<'t>(&mut self, quotes: Option<Quotes>, made: &'t str, source: &str, at: usize) -> &'t str {
        quotes.and_then(|quotes| self.mark(quotes, made, source, at)).unwrap_or(made)
    }

    /// Gives the mark for the sign at a byte of the source, of which the parser has made `made`; `None` if that is no
    /// quotation mark.
    fn mark(&mut self, quotes: Quotes, made: &str, source: &str, at: usize) -> Option<&'static str> {
        let is_opening = match made {
            "“" | "‘" => true,
            "”" | "’" => false,
            _ => return None,
        };
        let before = source.get(..at)?.chars().next_back().unwrap_or(' ');
        let after = source.get(at + 1..)?.chars().next().unwrap_or(' ');
        let [open_double, close_double, open_single, close_single] = quotes.marks();
        let has_no_gap = has_no_gaps(before) || has_no_gaps(after);
        match source.as_bytes().get(at)? {
            // An acronym: the sign is a letter's, gershayim.
            b'"' if is_hebrew(before) && is_hebrew(after) => Some("״"),
            b'"' => {
                self.double = if has_no_gap { !self.double } else { is_opening };
                Some(if self.double { open_double } else { close_double })
            }
            b'\'' => {
                let was_open = self.single;
                self.single = if has_no_gap { !was_open } else { is_opening || was_open && after.is_alphanumeric() };
                Some(match (self.single, was_open) {
                    (true, _) if has_no_gap || is_opening => open_single,
                    (false, true) => close_single,
                    // An apostrophe.
                    _ => "’",
                })
            }
            _ => None,
        }
    }
}

/// Says whether a letter is of a script in which a quotation mark stands between letters, without a space.
fn has_no_gaps(letter: char) -> bool {
    is_wide(letter) || matches!(letter, '\u{ac00}'..='\u{d7a3}')
}

fn is_hebrew(letter: char) -> bool {
    matches!(letter, '\u{5d0}'..='\u{5ea}')
}

#[cfg(test)]
mod tests {
    use super::super::plain_text;
    use super::*;

    fn shown(language: &str, text: &str) -> String {
        plain_text(text, Some(Quotes::of(language)))
    }

    #[test]
    fn each_language_has_its_marks() {
        let text = "\"Yes\", she said, 'we don't know.'";
        assert_eq!(shown("en", text), "“Yes”, she said, ‘we don’t know.’");
        assert_eq!(shown("de-AT", text), "„Yes“, she said, ‚we don’t know.‘");
        assert_eq!(shown("pl", text), "„Yes”, she said, ‚we don’t know.’");
        assert_eq!(shown("fr", text), "«\u{202f}Yes\u{202f}», she said, ‘we don’t know.’");
        assert_eq!(shown("ru", text), "«Yes», she said, ‘we don’t know.’");
        assert_eq!(shown("sv", text), "”Yes”, she said, ’we don’t know.’");
        assert_eq!(shown("", text), shown("en", text));
        assert_eq!(shown("de", "Wie geht's Hans' Firma?"), "Wie geht’s Hans’ Firma?");
    }

    #[test]
    fn marks_between_letters_without_gaps_alternate() {
        for language in ["zh", "en"] {
            assert_eq!(shown(language, "他说\"很好\"。然后\"再见\"，走了。"), "他说“很好”。然后“再见”，走了。");
            assert_eq!(shown(language, "\"OpenAI\"は'強い'と言う。"), "“OpenAI”は‘強い’と言う。");
        }
        assert_eq!(shown("ko", "그는 \"좋다\"고 말했다."), "그는 “좋다”고 말했다.");
    }

    #[test]
    fn an_acronym_of_hebrew_is_no_quote() {
        assert_eq!(shown("he", "צה\"ל אמר \"כן\"."), "צה״ל אמר “כן”.");
    }
}
