//! The signs of formulas: what each of them is in a line of text.

/// What a sign is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Stands between two things, with spaces: `=`, `+`, `∈`.
    Spaced,
    /// Opens a pair.
    Open,
    /// Closes a pair.
    Close,
    /// Divides things in a list.
    Comma,
    /// A sum, a product, an integral: what follows is its own.
    WithLimits,
    /// White space.
    Space,
    /// Stands as it is.
    Bare,
}

/// Says what a sign is.
pub(super) fn sign(text: &str) -> Sign {
    const SPACED: &str = "=+−-<>≤≥≈→⋅×≠∈∉∋⊂⊆⊃⊇∪∩∼≃≅≡∝±∓÷⇒⟹⇔⟺←⟵⟶↔↦≪≫∧∨∣∘∗*⊕⊗≺≻⊢⊨∖≜≔";
    let mut letters = text.trim().chars();
    match (letters.next(), letters.next()) {
        (Some('(' | '[' | '{' | '⟨' | '⌈' | '⌊'), None) => Sign::Open,
        (Some(')' | ']' | '}' | '⟩' | '⌉' | '⌋'), None) => Sign::Close,
        (Some(',' | ';'), None) => Sign::Comma,
        (Some('∑' | '∏' | '∐' | '∫' | '∬' | '∭' | '∮' | '⋃' | '⋂'), None) => Sign::WithLimits,
        (Some(letter), None) if SPACED.contains(letter) => Sign::Spaced,
        (Some(_), Some(_)) if matches!(text.trim(), ":=" | "<<" | ">>" | "<=" | ">=" | "!=") => Sign::Spaced,
        (None, _) => Sign::Space,
        _ => Sign::Bare,
    }
}

/// Says whether a sign begins the second half of a formula.
pub(super) fn is_relation(sign: char) -> bool {
    "=<>≤≥≈≠≡∼≃≅∝→⇒⟹⇔⟺∈≔".contains(sign)
}

/// Drops what is not seen: invisible operators, and what chooses the form of a letter.
pub(super) fn visible(text: &str) -> String {
    let is_seen = |letter: &char| !matches!(letter, '\u{2061}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{200b}');
    text.trim().chars().filter(is_seen).collect()
}

/// Gives what a space of a width is.
pub(super) fn space(width: &str) -> &'static str {
    let is_wide = width.trim_end_matches(char::is_alphabetic).parse::<f64>().is_ok_and(|width| width > 0.0);
    if is_wide { " " } else { "" }
}

/// Gives what is written right behind a letter instead of as its power.
pub(super) fn mark(above: &str) -> Option<&'static str> {
    Some(match above {
        "′" | "'" => "′",
        "″" | "′′" => "″",
        "‴" | "′′′" => "‴",
        "∘" | "°" => "°",
        _ => return None,
    })
}

/// Gives the combining form of an accent over letters, if it has one, and its name.
pub(super) fn accent(sign: &str) -> Option<(Option<char>, &'static str)> {
    Some(match sign {
        "ˆ" | "^" | "\u{302}" => (Some('\u{302}'), "hat"),
        "˜" | "~" | "\u{303}" => (Some('\u{303}'), "tilde"),
        "¯" | "\u{304}" => (Some('\u{304}'), "bar"),
        // A line is the same sign wherever it stands.
        "‾" | "―" | "_" | "\u{305}" | "\u{332}" => (Some('\u{305}'), "overline"),
        "→" | "\u{20d7}" => (Some('\u{20d7}'), "vec"),
        "˙" | "\u{307}" => (Some('\u{307}'), "dot"),
        "¨" | "\u{308}" => (Some('\u{308}'), "ddot"),
        "ˇ" | "\u{30c}" => (Some('\u{30c}'), "check"),
        "˘" | "\u{306}" => (Some('\u{306}'), "breve"),
        "´" | "\u{301}" => (Some('\u{301}'), "acute"),
        "`" | "\u{300}" => (Some('\u{300}'), "grave"),
        "˚" | "\u{30a}" => (Some('\u{30a}'), "ring"),
        "⏞" => (None, "overbrace"),
        _ => return None,
    })
}

/// Gives the combining form of an accent under letters, if it has one, and its name.
pub(super) fn accent_below(sign: &str) -> Option<(Option<char>, &'static str)> {
    Some(match sign {
        "‾" | "―" | "_" | "\u{305}" | "\u{332}" => (Some('\u{332}'), "underline"),
        "⏟" => (None, "underbrace"),
        _ => return None,
    })
}
