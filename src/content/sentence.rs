//! Where a sentence ends, in the languages that newsletters are written in.

use unicode_normalization::char::is_combining_mark;

/// Words that a point makes shorter and that a capital letter or a number may follow; without their point.
#[rustfmt::skip]
const SHORT_FORMS: &[&str] = &[
    // Titles and months.
    "Adm", "Apr", "Aug", "Capt", "Col", "Dec", "Dr", "Feb", "Gen", "Gov", "Hon", "Jan", "Jul", "Jun", "Lt", "Maj",
    "Mar", "Messrs", "Mme", "Mr", "Mrs", "Ms", "Mt", "Nov", "Oct", "Pres", "Prof", "Rep", "Reps", "Rev", "Sen", "Sens", "Sep",
    "Sept", "Sgt", "St",
    // The same elsewhere.
    "Hr", "Hrn", "Ing", "Dipl", "Mmes", "Mlle", "Sr", "Sra", "Sres", "Srta", "Dra", "Dña", "Sig", "Dott", "dhr", "mevr",
    "Doç", "Yrd", "Öğr", "डॉ", "प्रो",
    // Sums.
    "Mio", "Mrd", "Tsd", "mio", "mia", "mln", "mld", "млн", "млрд", "тыс", "трлн", "εκατ", "δισ",
    // Others.
    "approx", "ca", "cf", "vs", "Nr", "nr", "bzw", "evtl", "ggf", "inkl", "vgl", "bspw", "sog", "zzgl", "einschl", "insb",
    "tzw", "им", "ул",
];

/// Short forms that are words as well, and therefore count before a number only.
const BEFORE_NUMBERS: &[&str] = &["No", "Nos", "Abs", "Art", "art", "Bd", "Fig", "Kap", "Ziff", "núm", "pág", "рис"];

/// Words of languages that write `3.` for `third`, and that stand before it. No word of English but `am` and `die` is
/// among them.
const BEFORE_ORDINALS: &[&str] = &[
    "ab", "am", "beim", "bis", "das", "dem", "den", "der", "des", "die", "det", "im", "seit", "und", "vom", "zum",
    "zur",
];

/// Months that such a number stands before, as far as they have a capital letter.
#[rustfmt::skip]
const MONTHS: &[&str] = &[
    "Januar", "Jänner", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "November",
    "Dezember", "Marts", "Maj", "Oktober", "December",
];

/// Sentences shorter than this are names and numbers with a point.
const SHORTEST: usize = 12;

/// A gap that is so many bytes before the place to cut at is one of a script that has few: a name in Latin letters
/// stands before it.
const FAR: usize = 90;

/// Cuts text after its first sentence, or after the last word that fits into `most` characters.
pub fn first_sentence(text: &str, most: usize) -> &str {
    let mut last_gap = None;
    for (count, (at, letter)) in text.char_indices().enumerate() {
        if count >= most {
            let cut = place_to_cut(text, at, last_gap);
            return text[..cut].trim_end_matches([',', ';', ':', ' ', '—', '–', '、', '，']);
        }
        if letter == ' ' {
            last_gap = Some(at);
            if at > SHORTEST && ends_sentence(&text[..at], &text[at + 1..]) {
                return &text[..at];
            }
        }
        // Chinese and Japanese have no space between sentences.
        if matches!(letter, '。' | '！' | '？') && ends_wide_sentence(&text[..at], &text[at + letter.len_utf8()..]) {
            return &text[..at + letter.len_utf8()];
        }
    }
    text
}

/// Gives the place to cut a text at that may go on to the byte `at`: the last gap, or behind the last comma or letter of
/// a script that has no gaps.
pub(super) fn place_to_cut(text: &str, at: usize, last_gap: Option<usize>) -> usize {
    let gap = last_gap.unwrap_or(0);
    if at - gap < FAR || !text[..at].ends_with(is_wide) {
        return if gap == 0 { at } else { gap };
    }
    let nearby = text.floor_char_boundary(at - FAR);
    text[nearby..at].rfind(['、', '，', '；', '。']).map_or(at, |comma| nearby + comma)
}

/// Says whether a letter is of a script without gaps between words: kana and ideographs, with their punctuation.
pub(super) fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{3001}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

/// Says whether a sentence ends with a full stop or mark of Chinese and Japanese between the two.
fn ends_wide_sentence(before: &str, behind: &str) -> bool {
    // One that is quoted ends no other, and of several marks the last one ends it.
    if behind.starts_with(['」', '』', '”', '）', '’', '》', '。', '！', '？', '!', '?']) {
        return false;
    }
    // `Yahoo！は…` is a name with its particle.
    let is_kana = |letter: char| matches!(letter, '\u{3041}'..='\u{30ff}');
    !(before.ends_with(|letter: char| letter.is_ascii_alphanumeric()) && behind.starts_with(is_kana))
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
            closes && !is_short_form(before, behind) && !is_ordinal(before, behind)
        }
        '?' | '!' | '…' | '؟' | '۔' | '।' => !is_closed(behind),
        '”' | '"' | '’' | '“' | '«' => matches!(one_before, '.' | '?' | '!' | '…'),
        // French has spaces inside its quotes; `“` and `«` close those of German.
        '»' => before.trim_end_matches(['»', ' ', '\u{a0}', '\u{202f}']).ends_with(['.', '?', '!', '…']),
        _ => false,
    };
    ends && behind.chars().next().is_none_or(|next| !next.is_lowercase())
}

/// Says whether a text goes on with a mark that closes a quote, as in `« Quoi ! » dit-il`; in German the same sign opens.
fn is_closed(behind: &str) -> bool {
    behind.strip_prefix('»').is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Says whether a text ends with a short form, such as `Sen.` or `z. B.`.
fn is_short_form(before: &str, behind: &str) -> bool {
    let Some(text) = before.strip_suffix('.') else { return false };
    let is_of_word = |letter: char| letter.is_alphanumeric() || is_combining_mark(letter);
    let word = text.rsplit(|letter: char| !is_of_word(letter)).next().unwrap_or_default();
    let is_single = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    is_single
        || SHORT_FORMS.contains(&word)
        || behind.starts_with(|next: char| next.is_ascii_digit()) && BEFORE_NUMBERS.contains(&word)
}

/// Says whether a text ends with an ordinal, such as `im 21.` before `Jahrhundert`.
fn is_ordinal(before: &str, behind: &str) -> bool {
    let Some(text) = before.strip_suffix('.') else { return false };
    let Some((rest, number)) = text.rsplit_once(' ') else { return false };
    if number.is_empty() || number.len() > 2 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let word = rest.rsplit(' ').next().unwrap_or_default();
    let next = behind.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    MONTHS.contains(&next) || BEFORE_ORDINALS.iter().any(|known| known.eq_ignore_ascii_case(word))
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
    fn short_forms_and_ordinals_of_other_languages_end_none() {
        for text in [
            "SAP zahlt am 3. März 20 Mio. Euro.",
            "Mistral sammelt 1,5 Mrd. Dollar ein.",
            "Das ist im 21. Jahrhundert so üblich.",
            "Das steht in Art. 6 Abs. 3 DSGVO genau so.",
            "Aftalen blev indgået den 3. Maj 2024.",
            "El juez citó a la Sra. García otra vez.",
            "Anlaşma No. 5 ile imzalandı.",
            "कंपनी के डॉ. सिंह ने यह कहा।",
            "« C’est énorme ! » et signe aussitôt.",
            "Le patron dit « Signons ! » et signe.",
        ] {
            assert_eq!(first_sentence(&format!("{text} Und mehr."), 200), text);
        }
        assert_eq!(first_sentence("It closed in 2024. Microsoft paid.", 200), "It closed in 2024.");
        assert_eq!(first_sentence("Apple has shipped iOS 11. Microsoft has not.", 200), "Apple has shipped iOS 11.");
        assert_eq!(first_sentence("The board said no. Microsoft left.", 200), "The board said no.");
        assert_eq!(first_sentence("« C’est énorme ! » Il signe.", 200), "« C’est énorme ! »");
        assert_eq!(first_sentence("Er kam dann doch! »Das« war neu.", 200), "Er kam dann doch!");
    }

    #[test]
    fn text_without_gaps_is_cut_at_a_comma_or_a_letter() {
        let text = format!("OpenAI は{}、{}", "新しい契約を結んだ".repeat(8), "次".repeat(300));
        let cut = first_sentence(&text, 100);
        assert!(cut.ends_with("結んだ") && cut.chars().count() > 70, "{cut}");
        let cut = first_sentence(&text, 150);
        assert_eq!(cut.chars().count(), 150);
    }

    #[test]
    fn other_scripts_have_signs_of_their_own() {
        assert_eq!(first_sentence("マイクロソフトは契約した。詳細は不明。", 200), "マイクロソフトは契約した。");
        assert_eq!(first_sentence("彼は「終わった。」と言った。次。", 200), "彼は「終わった。」と言った。");
        assert_eq!(first_sentence("何と！！すごい。次。", 200), "何と！！");
        assert_eq!(first_sentence("Yahoo！は新しい契約を結んだ。次。", 200), "Yahoo！は新しい契約を結んだ。");
        assert_eq!(first_sentence("هل اشترت الشركة كل شيء؟ نعم، كل شيء.", 200), "هل اشترت الشركة كل شيء؟");
        assert_eq!(first_sentence("اشترت الشركة كل شيء. ثم باعت.", 200), "اشترت الشركة كل شيء.");
        assert_eq!(first_sentence("कंपनी ने सौदा किया। और भी।", 200), "कंपनी ने सौदा किया।");
    }
}
