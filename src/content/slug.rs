//! Names for URLs: what a title, a tag or a heading is called in an address.
//!
//! A slug holds `a-z`, `0-9` and single `-` only. Signs that tell two names apart are spelled out, so
//! that C, C++ and C# stay three things; all other signs, emoji among them, separate words.

/// Longer slugs are cut at a word: a file name may have 255 bytes, and suffixes need room.
pub const MAX_BYTES: usize = 120;

/// Makes a slug; `None` if the text has no letter and no digit.
///
/// `+` behind a letter becomes `-plus`, `#` behind a letter `-sharp`, `&` becomes `-and-`; apostrophes
/// vanish (`TikTok's` → `tiktoks`); letters of other scripts are transliterated.
pub fn slugify(text: &str) -> Option<String> {
    let mut slug = String::with_capacity(text.len().min(MAX_BYTES));
    let mut previous = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            'A'..='Z' => slug.push(letter.to_ascii_lowercase()),
            '\'' | '’' | 'ʼ' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => continue,
            '+' if previous.is_alphanumeric() || previous == '+' => word(&mut slug, "plus"),
            '#' if previous.is_alphabetic() => word(&mut slug, "sharp"),
            '&' => word(&mut slug, "and"),
            _ if letter.is_alphanumeric() => transliterate(&mut slug, letter),
            // A mark that belongs to the letter before it, in decomposed text.
            '\u{300}'..='\u{36f}' => continue,
            _ => gap(&mut slug),
        }
        if matches!(letter, '+' | '#' | '&') && letters.peek().is_some_and(|next| next.is_alphanumeric()) {
            gap(&mut slug);
        }
        previous = letter;
        if slug.len() > MAX_BYTES + 32 {
            break;
        }
    }
    if slug.len() > MAX_BYTES {
        let cut = slug[..=MAX_BYTES].rfind('-').filter(|&at| at > MAX_BYTES / 2).unwrap_or(MAX_BYTES);
        slug.truncate(cut);
    }
    slug.truncate(slug.trim_end_matches('-').len());
    (!slug.is_empty()).then_some(slug)
}

/// Says whether Windows keeps a name for a device, with any extension (Microsoft, "Naming Files, Paths, and Namespaces").
pub fn is_device_name(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or(segment).trim_end();
    let Some((name, number)) = stem.split_at_checked(3) else { return false };
    let is = |device: &str| name.eq_ignore_ascii_case(device);
    match number {
        "" => is("con") || is("prn") || is("aux") || is("nul"),
        "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³" => is("com") || is("lpt"),
        _ => false,
    }
}

fn gap(slug: &mut String) {
    if !slug.is_empty() && !slug.ends_with('-') {
        slug.push('-');
    }
}

fn word(slug: &mut String, name: &str) {
    gap(slug);
    slug.push_str(name);
}

fn transliterate(slug: &mut String, letter: char) {
    // Ideographs come as words of their own ("Bei Jing "), so their spaces are gaps.
    for byte in deunicode::deunicode_char(letter).unwrap_or_default().bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => slug.push(char::from(byte)),
            b'A'..=b'Z' => slug.push(char::from(byte.to_ascii_lowercase())),
            b' ' | b'-' => gap(slug),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(text: &str) -> String {
        slugify(text).unwrap_or_default()
    }

    #[test]
    fn names_that_differ_keep_differing() {
        assert_eq!(slug("C"), "c");
        assert_eq!(slug("C++"), "c-plus-plus");
        assert_eq!(slug("C#"), "c-sharp");
        assert_eq!(slug("AT&T"), "at-and-t");
        assert_eq!(slug("Disney+ and more"), "disney-plus-and-more");
        assert_eq!(slug("GPT-4.5"), "gpt-4-5");
    }

    #[test]
    fn text_becomes_words() {
        assert_eq!(slug("TikTok's $20M a month – what for?"), "tiktoks-20m-a-month-what-for");
        assert_eq!(slug("TikTok’s"), slug("TikTok's"));
        assert_eq!(slug("▷ #ai-discussions"), "ai-discussions");
        assert_eq!(slug("Ærø, Zürich & 北京"), "aero-zurich-and-bei-jing");
        assert_eq!(slug("Zu\u{308}rich"), "zurich");
    }

    #[test]
    fn what_has_no_letter_has_no_slug() {
        assert_eq!(slugify("🚀 🎉"), None);
        assert_eq!(slugify("— … !"), None);
        assert_eq!(slugify(""), None);
    }

    #[test]
    fn long_text_is_cut_at_a_word() {
        let long = slug(&"seven77 ".repeat(100));
        assert!(long.len() <= MAX_BYTES && long.ends_with("seven77"), "{long}");
        assert!(slug(&"x".repeat(500)).len() <= MAX_BYTES);
    }
}
