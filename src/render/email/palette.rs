//! Colours of a mail. No client can be trusted with more than six digits, and none with `var()`.

/// The colours by day; at night a mail has the theme's own, as far as the client lets it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Palette {
    /// Links and lines of emphasis.
    pub(super) accent: String,
    /// Links at night.
    pub(super) accent_at_night: &'static str,
}

/// The ground of the text.
pub(super) const PAPER: &str = "#fcfdfb";
/// The ground of boxes, and around the text.
pub(super) const RAISED: &str = "#f3f6f2";
/// The text.
pub(super) const INK: &str = "#141817";
/// Small print.
pub(super) const INK_SOFT: &str = "#474f4b";
/// Lines.
pub(super) const RULE: &str = "#cbd2cc";

const ACCENT: &str = "#00583b";
const ACCENT_AT_NIGHT: &str = "#74d3a6";
const INK_AT_NIGHT: &str = "#e8ece8";

/// Text on a ground reads well from this contrast on (WCAG 2.2, 1.4.3).
const READABLE: f64 = 4.5;

impl Palette {
    /// Takes the publisher's accent colour if it is written in digits and can be read on the ground.
    pub(super) fn of(accent: Option<&str>) -> Self {
        let digits = accent.and_then(six_digits);
        match digits.filter(|digits| contrast(digits, RAISED) >= READABLE) {
            Some(accent) => Self { accent, accent_at_night: INK_AT_NIGHT },
            None => Self { accent: ACCENT.to_owned(), accent_at_night: ACCENT_AT_NIGHT },
        }
    }
}

/// Writes `#abc` and `#AABBCC` with six small digits.
fn six_digits(colour: &str) -> Option<String> {
    let digits = colour.trim().strip_prefix('#')?.to_ascii_lowercase();
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    match digits.len() {
        3 => Some(digits.chars().fold("#".to_owned(), |out, digit| out + &digit.to_string().repeat(2))),
        6 => Some(format!("#{digits}")),
        _ => None,
    }
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The relative luminance of a colour of six digits (WCAG 2.2).
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = colour.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(0);
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accent_is_taken_if_it_can_be_read() {
        assert_eq!(Palette::of(Some("#A3271F")).accent, "#a3271f");
        assert_eq!(Palette::of(Some("#024")).accent, "#002244");
        for not_taken in ["#ffee88", "oklch(40% 0.1 20)", "#12345", "red", "#1é"] {
            assert_eq!(Palette::of(Some(not_taken)).accent, ACCENT, "{not_taken}");
        }
    }

    #[test]
    fn our_own_colours_can_be_read() {
        for (ink, ground) in [(INK, PAPER), (INK_SOFT, RAISED), (ACCENT, RAISED)] {
            assert!(contrast(ink, ground) >= READABLE, "{ink} on {ground}");
        }
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.01);
    }
}
