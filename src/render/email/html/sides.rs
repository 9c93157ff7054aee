//! The two sides of a line, by the direction that its language is written in.

/// Which side lines begin at, and which they end at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sides {
    /// Where lines begin.
    pub(super) start: &'static str,
    /// Where lines end.
    pub(super) end: &'static str,
}

impl Sides {
    /// Takes the direction of a language: `ltr` or `rtl`.
    pub(super) fn of(direction: &str) -> Self {
        match direction {
            "rtl" => Self { start: "right", end: "left" },
            _ => Self { start: "left", end: "right" },
        }
    }

    /// Writes a margin or a padding. Mail programs know none by `inline-start`.
    pub(super) fn four(self, top: &str, end: &str, bottom: &str, start: &str) -> String {
        let (right, left) = if self.end == "right" { (end, start) } else { (start, end) };
        format!("{top} {right} {bottom} {left}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_where_the_language_has_them() {
        assert_eq!(Sides::of("ltr").four("1px", "2px", "3px", "4px"), "1px 2px 3px 4px");
        assert_eq!(Sides::of("rtl").four("1px", "2px", "3px", "4px"), "1px 4px 3px 2px");
        assert_eq!(Sides::of("rtl").start, "right");
    }
}
