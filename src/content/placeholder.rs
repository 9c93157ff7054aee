//! Marks that stand for text that is still to come.

use std::ops::Range;

/// What editors write where something is missing.
const MARKS: [&str; 6] = ["TK", "TKTK", "TODO", "FIXME", "XXX", "TBD"];
/// What makes a name of a mark before it: the TBD Lab, the TODO Group.
const IN_NAMES: [&str; 3] = ["Lab", "Labs", "Group"];

/// Finds the marks in a text; addresses are none of an author's words.
pub fn all(text: &str) -> impl Iterator<Item = Range<usize>> {
    words(text).filter(|word| MARKS.contains(word)).filter_map(|word| {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        let behind = &text[at + word.len()..];
        let is_apart = behind.starts_with(char::is_whitespace);
        let is_name = is_apart && words(behind).next().is_some_and(|next| IN_NAMES.contains(&next));
        (!is_name).then(|| at..at + word.len())
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let written = text.split_whitespace().filter(|word| !word.contains("://"));
    let words = written.flat_map(|word| word.split(|letter: char| !letter.is_alphanumeric() && letter != '_'));
    words.filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_words_of_their_own() {
        let found = |text: &'static str| all(text).map(|at| &text[at]).collect::<Vec<_>>();
        assert_eq!(found("The figure is TK, the rest (TBD)."), ["TK", "TBD"]);
        assert_eq!(found("TODO: ask the TBD Lab; the price is TBD. Labs differ"), ["TODO", "TBD"]);
        assert_eq!(found("TikTok, ATKINS and MY_TODO at https://a.example/TK"), [""; 0]);
        assert_eq!(found("Meta's TBD Lab and the TODO Group"), [""; 0]);
    }
}
