//! Where a sentence ends, in the languages that newsletters are written in.

/// Words that a point makes shorter and that a capital letter or a number may follow; without their point.
#[rustfmt::skip]
const SHORT_FORMS: &[&str] = &[
    // Titles and months.
    "Adm", "Apr", "Aug", "Capt", "Col", "Dec", "Dr", "Feb", "Gen", "Gov", "Hon", "Jan", "Jul", "Jun", "Lt", "Maj",
    "Mar", "Messrs", "Mme", "Mr", "Mrs", "Ms", "Mt", "Nov", "Oct", "Pres", "Prof", "Rep", "Reps", "Rev", "Sen", "Sens", "Sep",
    "Sept", "Sgt", "St",
    // Others.
    "approx", "ca", "cf", "vs", "Nr", "bzw", "evtl", "ggf", "inkl", "vgl",
];

/// Sentences shorter than this are names and numbers with a point.
const SHORTEST: usize = 12;

/// Cuts text after its first sentence, or after the last word that fits into `most` characters.
pub fn first_sentence(text: &str, most: usize) -> &str {
    let mut last_gap = None;
    for (count, (at, letter)) in text.char_indices().enumerate() {
        if count >= most {
            return text[..last_gap.unwrap_or(at)].trim_end_matches([',', ';', ':', ' ', '—', '–']);
        }
        if letter == ' ' {
            last_gap = Some(at);
            if at > SHORTEST && ends_sentence(&text[..at], &text[at + 1..]) {
                return &text[..at];
            }
        }
        // Chinese and Japanese have no space between sentences; one that is quoted ends no other.
        let end = at + letter.len_utf8();
        if matches!(letter, '。' | '！' | '？') && !text[end..].starts_with(['」', '』', '”', '）']) {
            return &text[..end];
        }
    }
    text
}

/// Says whether a sentence ends between what stands before a space and what stands behind it.
fn ends_sentence(before: &str, behind: &str) -> bool {
    let mut letters = before.chars().rev();
    let (last, one_before) = (letters.next().unwrap_or(' '), letters.next().unwrap_or(' '));
    let ends = match last {
        // `U.S. ` and `1. ` don't end a sentence; `cloud. `, `$1B. ` and `it?” ` do.
        '.' => {
            // Arabic, Korean and others have no small letters and no large ones.
            let has_no_case = one_before.is_alphabetic() && !one_before.is_uppercase();
            let closes = has_no_case
                || one_before.is_ascii_digit()
                || matches!(one_before, '%' | ')' | '”' | '"' | '’' | 'B' | 'M');
            closes && !is_short_form(before)
        }
        '?' | '!' | '…' | '؟' | '۔' | '।' => true,
        '”' | '"' | '’' | '»' => matches!(one_before, '.' | '?' | '!' | '…'),
        _ => false,
    };
    ends && behind.chars().next().is_none_or(|next| !next.is_lowercase())
}

/// Says whether a text ends with a short form, such as `Sen.` or `z. B.`.
fn is_short_form(before: &str) -> bool {
    let Some(text) = before.strip_suffix('.') else { return false };
    let word = text.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    let is_single = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    is_single || SHORT_FORMS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_where_a_reader_stops() {
        assert_eq!(first_sentence("TikTok pays a lot. Microsoft gains.", 200), "TikTok pays a lot.");
        assert_eq!(first_sentence("The U.S. Senate met today. More.", 200), "The U.S. Senate met today.");
        assert_eq!(first_sentence("It cost $1.5B. Then more.", 200), "It cost $1.5B.");
        assert_eq!(first_sentence("one two three four", 9), "one two");
        assert_eq!(first_sentence("no end", 200), "no end");
    }

    #[test]
    fn a_short_form_ends_no_sentence() {
        for text in [
            "Regulators led by Sen. Warren ask OpenAI for records.",
            "Meta paid $14.3B on Nov. 12 for half of it.",
            "According to Dr. Li and Prof. Ng it works.",
            "Mistral baut z. B. Rechenzentren und ca. 40 Modelle.",
            "The paper of J. Smith was withdrawn.",
            "Apple and Amazon.com Inc. have agreed.",
        ] {
            assert_eq!(first_sentence(&format!("{text} More of it."), 200), text);
        }
        assert_eq!(first_sentence("They sold all of the art. More.", 200), "They sold all of the art.");
    }

    #[test]
    fn other_scripts_have_signs_of_their_own() {
        assert_eq!(first_sentence("マイクロソフトは契約した。詳細は不明。", 200), "マイクロソフトは契約した。");
        assert_eq!(first_sentence("彼は「終わった。」と言った。次。", 200), "彼は「終わった。」と言った。");
        assert_eq!(first_sentence("هل اشترت الشركة كل شيء؟ نعم، كل شيء.", 200), "هل اشترت الشركة كل شيء؟");
        assert_eq!(first_sentence("اشترت الشركة كل شيء. ثم باعت.", 200), "اشترت الشركة كل شيء.");
        assert_eq!(first_sentence("कंपनी ने सौदा किया। और भी।", 200), "कंपनी ने सौदा किया।");
    }
}
