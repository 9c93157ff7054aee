//! The publisher's accent: one colour for links and for money, as it can be read by day and by night.

use serde::Serialize;

use crate::content::front_matter::Node;

/// The ground of boxes in the theme, on which everything has to be readable, by day and by night.
pub const GROUND: &str = "#f3f6f2";
const GROUND_AT_NIGHT: &str = "#171e1a";

/// Text on a ground reads well from this contrast on (WCAG 2.2, 1.4.3).
pub const READABLE: f64 = 4.5;

/// An accent in six digits each: `#a3271f`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Accent {
    /// On light paper: the publisher's own.
    pub day: String,
    /// On dark paper: the same, with as much white in it as it takes to be read there.
    pub night: String,
}

impl Accent {
    /// Takes a colour; `None` if it can't be read on light paper.
    fn of(colour: Colour) -> Option<Self> {
        let night = (0..=20).map(|twentieth| colour.mixed(Colour([255; 3]), f64::from(twentieth) / 20.0));
        let night = night.into_iter().find(|colour| contrast(&colour.to_string(), GROUND_AT_NIGHT) >= READABLE)?;
        let day = colour.to_string();
        (contrast(&day, GROUND) >= READABLE).then(|| Self { day, night: night.to_string() })
    }

    /// Gives the custom properties of the theme that are made of it, as a rule for the end of the stylesheet.
    pub fn rule(&self) -> String {
        let [day, night] = [&self.day, &self.night].map(|colour| Colour::parse(colour).unwrap_or_default());
        let (strong, strong_at_night) = (day.mixed(Colour([0; 3]), 0.3), night.mixed(Colour([255; 3]), 0.45));
        format!(
            ":root{{--accent:var(--light,{day}) var(--dark,{night});--accent-strong:var(--light,{strong}) var(--dark,{strong_at_night})}}"
        )
    }
}

/// Reads the accent of a publication.
pub(super) fn read(node: &Node<'_>) -> Option<Accent> {
    let text = node.some_text()?;
    let Some(colour) = Colour::parse(&text) else {
        node.error(
            "bad-colour",
            format!("`{text}` is no colour that pages and mails can take"),
            "write six digits in quotes, such as `accent: \"#a3271f\"`",
        );
        return None;
    };
    let accent = Accent::of(colour);
    if accent.is_none() {
        node.warn(
            "pale-accent",
            format!("`{text}` can't be read on light paper, and the theme's own accent is taken"),
            format!("choose a darker colour: its contrast with `{GROUND}` is to be {READABLE} at least"),
        );
    }
    accent
}

/// Red, green and blue.
#[derive(Clone, Copy, Default)]
struct Colour([u8; 3]);

impl Colour {
    /// Reads `#abc` and `#AABBCC`.
    fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        let digits: Vec<u8> =
            digits.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
        match digits[..] {
            [r, g, b] => Some(Self([r * 17, g * 17, b * 17])),
            [a, b, c, d, e, f] => Some(Self([a * 16 + b, c * 16 + d, e * 16 + f])),
            _ => None,
        }
    }

    /// Mixes a share of another colour into this one.
    fn mixed(self, other: Self, share: f64) -> Self {
        let mix = |one: u8, other: u8| (f64::from(one) * (1.0 - share) + f64::from(other) * share).round() as u8;
        let [r, g, b] = self.0;
        let [other_r, other_g, other_b] = other.0;
        Self([mix(r, other_r), mix(g, other_g), mix(b, other_b)])
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [r, g, b] = self.0;
        write!(out, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// Gives the contrast of two colours of six digits, from 1 to 21 (WCAG 2.2).
pub fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The relative luminance of a colour (WCAG 2.2).
fn luminance(colour: &str) -> f64 {
    let channel = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = Colour::parse(colour).unwrap_or_default().0.map(channel);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accent(text: &str) -> Option<Accent> {
        Accent::of(Colour::parse(text)?)
    }

    #[test]
    fn an_accent_is_taken_if_it_can_be_read() {
        assert_eq!(accent("#A3271F").unwrap().day, "#a3271f");
        assert_eq!(accent("#024").unwrap().day, "#002244");
        for not_taken in ["#ffee88", "oklch(40% 0.1 20)", "#12345", "red", "#1é", "#+1+1+1"] {
            assert_eq!(accent(not_taken), None, "{not_taken}");
        }
    }

    #[test]
    fn at_night_it_is_as_light_as_it_takes() {
        for text in ["#a3271f", "#002244", "#000000", "#00583b"] {
            let Accent { day, night } = accent(text).unwrap();
            assert!(contrast(&night, GROUND_AT_NIGHT) >= READABLE && contrast(&day, GROUND) >= READABLE, "{text}");
        }
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.01);
    }

    #[test]
    fn the_rule_has_both_colours() {
        let rule = accent("#a3271f").unwrap().rule();
        assert!(rule.starts_with(":root{--accent:var(--light,#a3271f) var(--dark,#") && rule.ends_with(")}"), "{rule}");
    }
}
