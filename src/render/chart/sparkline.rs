//! A line as small as a word.

use super::{
    Caption,
    amount::{countable, money},
    svg::{Drawing, Frame, number},
    words::fill,
};

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 28.0;
const MARGIN: f64 = 3.0;

/// Draws a run of sums, such as one a month, as a small line from zero up.
///
/// The last value has a dot. What is not finite or below zero is drawn as zero.
/// Returns an empty string for no values.
pub fn sparkline(caption: &Caption<'_>, values: &[f64]) -> String {
    let values: Vec<f64> = values.iter().copied().map(countable).collect();
    let Some(last) = values.last().copied() else {
        return String::new();
    };
    let highest = values.iter().copied().fold(0.0, f64::max);
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let base = HEIGHT - MARGIN;
    let right = WIDTH - MARGIN;
    let step = (right - MARGIN) / (values.len().saturating_sub(1).max(1)) as f64;
    let y = |value: f64| {
        let share = if highest > 0.0 { value / highest } else { 0.0 };
        base - share * (base - MARGIN)
    };
    // A single value has no run: it is only the dot.
    let points: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(at, value)| {
            let x = MARGIN + step * at as f64;
            format!("{},{}", number(x), number(y(*value)))
        })
        .collect();

    let mut drawing = Drawing::default();
    drawing.line("chart-axis", (0.0, base), (WIDTH, base));
    if points.len() > 1 {
        drawing
            .tag("polyline", "chart-line")
            .attribute("points", &points.join(" "))
            .attribute("fill", "none")
            .attribute("stroke", "currentColor")
            .attribute("stroke-width", "1.5")
            .attribute("stroke-linejoin", "round")
            .empty();
    }
    drawing.tag("circle", "chart-dot").number("cx", right).number("cy", y(last)).number("r", 2.5).empty();

    let description = fill(
        caption.words.describe_sparkline,
        &[
            ("n", &values.len().to_string()),
            ("low", &money(caption, lowest)),
            ("high", &money(caption, highest)),
            ("last", &money(caption, last)),
        ],
    );
    drawing
        .finish(caption, &Frame { class: "chart-sparkline", description: &description, width: WIDTH, height: HEIGHT })
}
