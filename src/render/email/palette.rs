//! Colours of a mail. No client can be trusted with more than six digits, and none with `var()`.

use crate::config::accent::{Accent, GROUND};

/// The colours by day; at night a mail has the theme's own, as far as the client lets it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Palette {
    /// Links and lines of emphasis.
    pub(super) accent: String,
    /// Links at night.
    pub(super) accent_at_night: String,
}

/// The ground of the text.
pub(super) const PAPER: &str = "#fcfdfb";
/// The ground of boxes, and around the text.
pub(super) const RAISED: &str = GROUND;
/// The text.
pub(super) const INK: &str = "#141817";
/// Small print.
pub(super) const INK_SOFT: &str = "#474f4b";
/// Lines.
pub(super) const RULE: &str = "#cbd2cc";

const ACCENT: &str = "#00583b";
const ACCENT_AT_NIGHT: &str = "#74d3a6";

impl Palette {
    /// Takes the publisher's accent colour.
    pub(super) fn of(accent: Option<&Accent>) -> Self {
        match accent {
            Some(accent) => Self { accent: accent.day.clone(), accent_at_night: accent.night.clone() },
            None => Self { accent: ACCENT.to_owned(), accent_at_night: ACCENT_AT_NIGHT.to_owned() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::accent::{READABLE, contrast};

    #[test]
    fn our_own_colours_can_be_read() {
        for (ink, ground) in [(INK, PAPER), (INK_SOFT, RAISED), (ACCENT, RAISED)] {
            assert!(contrast(ink, ground) >= READABLE, "{ink} on {ground}");
        }
    }
}
