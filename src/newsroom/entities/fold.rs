//! When two spellings are one name: folding, the words of a name, its slug, and how it is shown.
//!
//! Folding drops case, punctuation, spaces and diacritics, so that `hugging-face`, `huggingface`
//! and `Hugging Face` are one. Two things are kept because they tell names apart: a break between
//! two digits (`llama-3-1` is `Llama 3.1`, not `Llama 31`), and a closing `+` or `#` (`C`, `C++`, `C#`).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::known::Known;
use crate::content::slug::{is_device_name, slugify};
use crate::fingerprint::Fingerprint;

/// What kind of thing a taxonomy's terms are, as far as that changes how their names are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Companies, publishers, authorities, universities.
    Organisation,
    /// People, who are also called by their surname.
    Person,
    /// Models and products, whose names carry versions.
    Model,
    /// Tags, topics and whatever else: shown as written and never searched for in text.
    Other,
}

impl Kind {
    /// Guesses the kind from the taxonomy's name.
    pub fn of_taxonomy(taxonomy: &str) -> Self {
        match taxonomy.to_ascii_lowercase().as_str() {
            "companies" | "company" | "organisations" | "organizations" | "orgs" | "publishers" | "institutions"
            | "labs" | "startups" | "investors" => Self::Organisation,
            "people" | "persons" | "person" => Self::Person,
            "models" | "model" | "products" | "tools" => Self::Model,
            _ => Self::Other,
        }
    }
}

/// What one character of a name is after folding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Folded {
    /// A letter or digit, in lower case, without its marks.
    Letter(char),
    /// Something that stands between words.
    Gap,
}

/// Folds one character; combining marks and invisible characters give nothing.
pub(crate) fn fold_char(c: char, mut emit: impl FnMut(Folded)) {
    if c.is_ascii() {
        emit(if c.is_ascii_alphanumeric() { Folded::Letter(c.to_ascii_lowercase()) } else { Folded::Gap });
        return;
    }
    let spelled = match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        _ => "",
    };
    if !spelled.is_empty() {
        spelled.chars().for_each(|letter| emit(Folded::Letter(letter)));
        return;
    }
    decompose_compatible(c, |part| match part {
        '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' => {}
        part if part.is_ascii_alphanumeric() => emit(Folded::Letter(part.to_ascii_lowercase())),
        // Other scripts' marks tell letters apart (か and が), so they stay.
        part if is_combining_mark(part) => emit(Folded::Letter(part)),
        part if part.is_alphanumeric() => part.to_lowercase().for_each(|lower| emit(Folded::Letter(lower))),
        _ => emit(Folded::Gap),
    });
}

/// Folds a name to the form that all its spellings share; empty only for an empty name.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        // `C++` and `C#`: a sign glued to what stands before it is part of the name.
        if matches!(c, '+' | '#') && !gap && !folded.is_empty() {
            folded.push(c);
            continue;
        }
        fold_char(c, |part| match part {
            Folded::Gap => gap = true,
            Folded::Letter(letter) => {
                let after_digit = folded.ends_with(|last: char| last.is_ascii_digit());
                if gap && after_digit && letter.is_ascii_digit() {
                    folded.push('.');
                }
                folded.push(letter);
                gap = false;
            }
        });
    }
    // A name of signs alone (`???`, an emoji) still has to be told from another.
    if folded.is_empty() { name.trim().to_lowercase() } else { folded }
}

/// Splits a name into its folded words: `Hugging Face` gives `hugging` and `face`.
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in name.chars() {
        fold_char(c, |part| match part {
            Folded::Letter(letter) => {
                if let Some(last) = words.last_mut() {
                    last.push(letter);
                }
            }
            Folded::Gap => words.push(String::new()),
        });
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Gives the marks of a name without its letters.
pub fn marks(name: &str) -> String {
    name.nfd().filter(|letter| is_combining_mark(*letter)).collect()
}

/// Gives what a name is sorted by: small letters without their marks, in the order of their alphabet; ideographs, which
/// have none, as they are in addresses.
pub fn sorting_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            _ if letter.is_ascii() => key.push(letter.to_ascii_lowercase()),
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
                key.push_str(&slugify(letter.encode_utf8(&mut [0; 4])).unwrap_or_default());
            }
            _ => fold_char(letter, |part| {
                if let Folded::Letter(letter) = part {
                    key.push(letter);
                }
            }),
        }
    }
    key
}

/// Makes the part of a URL that stands for a name: ASCII, lower case, with hyphens, never empty.
pub fn slug(name: &str) -> String {
    match slugify(name) {
        // A tag `con` has no file to rename, and Windows can hold no folder of that name.
        Some(slug) if is_device_name(&slug) => format!("{slug}-term"),
        Some(slug) => slug,
        None => format!("term-{}", Fingerprint::of_bytes(name.as_bytes()).short()),
    }
}

/// Says whether a spelling is a slug or a handle rather than a name: no capital and no space.
pub fn is_slug_like(spelling: &str) -> bool {
    !spelling.chars().any(|c| c.is_uppercase() || c.is_whitespace() || !c.is_ascii())
}

/// Words that are written in capitals.
const ACRONYMS: &[&str] = &[
    "ai", "api", "agi", "asr", "aws", "amd", "cmu", "cpu", "eu", "fair", "fbi", "ftc", "gcp", "glm", "gm", "gguf",
    "gptq", "gpt", "gpu", "hq", "ibm", "io", "it", "llm", "lm", "mcp", "mit", "ml", "moe", "nasa", "nlp", "nsa", "nyt",
    "oss", "rag", "rl", "sec", "ssi", "tpu", "tsmc", "tts", "tv", "ucl", "uk", "us", "vc", "vl", "xr",
];

/// Makes a name to be shown from a slug: `mistral-ai` gives `Mistral AI`, `gpt-4o-mini` gives `GPT-4o Mini`.
pub fn display(slug: &str, kind: Kind, known: &Known) -> String {
    if let Some(name) = known.spelling(&fold(slug)) {
        return name.to_owned();
    }
    let words: Vec<&str> = slug.split(['-', '_', ' ']).filter(|word| !word.is_empty()).collect();
    let is_handle =
        kind == Kind::Person && (words.len() < 2 || slug.contains(|c: char| c == '_' || c.is_ascii_digit()));
    if kind == Kind::Other || is_handle || words.is_empty() {
        return slug.to_owned();
    }
    let mut shown = String::with_capacity(slug.len());
    let mut joined = false;
    for (index, word) in words.iter().enumerate() {
        if std::mem::take(&mut joined) {
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| words.get(before)).copied().unwrap_or("");
        let short_number = |word: &str| word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
        if index > 0 {
            let starts_with_digit = word.starts_with(|c: char| c.is_ascii_digit());
            shown.push(match () {
                () if short_number(before) && short_number(word) => '.',
                () if matches!(before, "gpt" | "glm") && starts_with_digit => '-',
                () => ' ',
            });
        }
        // `dall-e-3`: two words may be one well-known name.
        let pair = words.get(index + 1).and_then(|next| known.spelling(&fold(&format!("{word}{next}"))));
        if let Some(name) = pair {
            joined = true;
            shown.push_str(name);
        } else {
            push_word(&mut shown, word, known);
        }
    }
    shown
}

fn push_word(shown: &mut String, word: &str, known: &Known) {
    if let Some(name) = known.spelling(word).filter(|name| !name.contains(' ')) {
        shown.push_str(name);
        return;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let first_is_digit = word.starts_with(|c: char| c.is_ascii_digit());
    // `405b` and `8x22b` count parameters, `r1` and `k2` are series; `o3` and `4o` are written small.
    let is_size = first_is_digit && word.ends_with('b');
    if ACRONYMS.contains(&word) {
        shown.push_str(&word.to_ascii_uppercase());
    } else if is_size {
        shown.push_str(&word[..word.len() - 1]);
        shown.push('B');
    } else if first_is_digit || (digits > 0 && word.starts_with('o') && word.len() == digits + 1) {
        shown.push_str(word);
    } else {
        let mut letters = word.chars();
        shown.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        shown.push_str(letters.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_fold_together() {
        for (a, b) in [
            ("hugging-face", "Hugging Face"),
            ("huggingface", "Hugging Face"),
            ("mistral-ai", "MistralAI"),
            ("Nestlé", "nestle"),
            ("Łódź", "lodz"),
            ("llama-3-1", "Llama 3.1"),
            ("weights-&-biases", "Weights & Biases"),
            ("ＡＩ", "AI"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} and {b}");
        }
    }

    #[test]
    fn names_that_differ_stay_apart() {
        for (a, b) in [
            ("mistral", "mistral-ai"),
            ("gpt-4", "gpt-4o"),
            ("llama-3.1", "llama-31"),
            ("C", "C++"),
            ("C", "C#"),
            ("🤖", "🦙"),
            ("が", "か"),
        ] {
            assert_ne!(fold(a), fold(b), "{a} and {b}");
        }
    }

    #[test]
    fn names_are_sorted_without_their_marks() {
        let mut names =
            ["Zürich", "Öl", "Économie", "Βήτα", "Ärger", "eBay", "北京", "Άλφα", "Oracle", "AI agents", "AIbar"];
        names.sort_by_cached_key(|name| sorting_key(name));
        let sorted =
            ["AI agents", "AIbar", "Ärger", "北京", "eBay", "Économie", "Öl", "Oracle", "Zürich", "Άλφα", "Βήτα"];
        assert_eq!(names, sorted);
        assert_eq!(sorting_key("Zu\u{308}rich"), "zurich");
    }

    #[test]
    fn slugs_are_never_empty_and_never_leave_their_folder() {
        assert_eq!(slug("Hugging Face"), "hugging-face");
        assert_eq!(slug("Let’s Encrypt!"), "lets-encrypt");
        assert_eq!(slug("C++"), "c-plus-plus");
        assert_eq!(slug("C#"), "c-sharp");
        assert_eq!(slug("../../etc"), "etc");
        assert_eq!(slug("Llama 3.1"), "llama-3-1");
        assert!(slug("🦙🦙").len() > 2);
        assert!(slug("???").starts_with("term-"));
        assert!(slug(&"long ".repeat(100)).len() <= 120);
    }

    #[test]
    fn slugs_are_shown_as_names() {
        let known = Known::built_in();
        for (slug, kind, name) in [
            ("mistral-ai", Kind::Organisation, "Mistral AI"),
            ("hugging-face", Kind::Organisation, "Hugging Face"),
            ("reka-ai", Kind::Organisation, "Reka AI"),
            ("openai", Kind::Organisation, "OpenAI"),
            ("gpt-4o-mini", Kind::Model, "GPT-4o Mini"),
            ("gpt-4-turbo", Kind::Model, "GPT-4 Turbo"),
            ("claude-3.5-sonnet", Kind::Model, "Claude 3.5 Sonnet"),
            ("llama-3-1", Kind::Model, "Llama 3.1"),
            ("llama-3-405b", Kind::Model, "Llama 3 405B"),
            ("mixtral-8x7b", Kind::Model, "Mixtral 8x7B"),
            ("o3-mini", Kind::Model, "o3 Mini"),
            ("dall-e-3", Kind::Model, "DALL-E 3"),
            ("mira-murati", Kind::Person, "Mira Murati"),
            ("rohanpaul_ai", Kind::Person, "rohanpaul_ai"),
            ("swyx", Kind::Person, "swyx"),
            ("fine-tuning", Kind::Other, "fine-tuning"),
        ] {
            assert_eq!(display(slug, kind, &known), name);
        }
    }
}
