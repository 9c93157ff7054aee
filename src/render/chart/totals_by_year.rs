//! Years under each other: a bar for the money, firm before uncertain.

use super::{
    Caption, YearTotal,
    amount::{countable, money},
    measure,
    svg::{Anchor, Drawing, Frame, Reach, Text, WIDTH},
};

const ROW: f64 = 30.0;
const BAR: f64 = 16.0;

/// Draws a bar for each year: firm money solid, uncertain money hollow after it.
///
/// Bars are in proportion to their amounts; the sum and the number of deals
/// stand beside each. Years come out in order, whatever order they came in.
/// Returns an empty string for no years or none with a deal in it.
pub fn totals_by_year(caption: &Caption<'_>, years: &[YearTotal]) -> String {
    let mut years: Vec<YearTotal> = years.to_vec();
    years.sort_by_key(|total| total.year);
    let (Some(first), Some(last)) = (years.first(), years.last()) else {
        return String::new();
    };
    let sum = |total: &YearTotal| countable(total.firm) + countable(total.uncertain);
    let highest = years.iter().map(sum).fold(0.0, f64::max);
    let deals: usize = years.iter().map(|total| total.count).sum();
    if highest == 0.0 && deals == 0 {
        return String::new();
    }

    let words = caption.words;
    let names: Vec<String> = years.iter().map(|total| total.year.to_string()).collect();
    let sums: Vec<String> = years.iter().map(|total| money(caption, sum(total))).collect();
    let counts: Vec<String> = years.iter().map(|total| words.deals(total.count)).collect();
    let widest = |texts: &[String]| measure::widest(texts.iter().map(String::as_str));
    let left = widest(&names) + 8.0;
    let count_room = widest(&counts);
    let sum_room = sums.iter().map(|sum| measure::amount_width(sum)).fold(0.0, f64::max);
    let longest = WIDTH - count_room - 12.0 - sum_room - 6.0 - left;
    let length = |amount: f64| {
        if highest > 0.0 { amount / highest * longest } else { 0.0 }
    };

    let mut drawing = Drawing::default();
    let top = if years.iter().any(|total| countable(total.uncertain) > 0.0) {
        draw_key(&mut drawing, caption, left);
        28.0
    } else {
        0.0
    };
    let mut middle = top + ROW / 2.0;
    for (total, ((name, sum), count)) in years.iter().zip(names.iter().zip(&sums).zip(&counts)) {
        let (firm, uncertain) = (countable(total.firm), countable(total.uncertain));
        let at = (left - 8.0, middle);
        drawing.write("chart-tick", at, Anchor::End, &Text::whole(name));
        let title = format!(
            "{name}: {} {}, {} {}, {count}",
            money(caption, firm),
            words.firm,
            money(caption, uncertain),
            words.uncertain
        );
        drawing.open_item(&title, None, Reach::PointerOnly);
        let solid = length(firm);
        if firm > 0.0 {
            draw_solid(&mut drawing, (left, middle), solid.max(1.0));
        }
        if uncertain > 0.0 {
            draw_hollow(&mut drawing, (left + solid, middle), length(uncertain));
        }
        drawing.close_item(None);
        let at = (left + length(firm + uncertain) + 6.0, middle);
        drawing.write("chart-amount", at, Anchor::Start, &Text::whole(sum));
        let at = (WIDTH, middle);
        drawing.write("chart-note", at, Anchor::End, &Text::whole(count));
        middle += ROW;
    }
    let height = middle - ROW / 2.0;
    drawing.line("chart-axis", (left, top), (left, height));

    let total = money(caption, years.iter().map(sum).sum());
    let ends = [first.year.to_string(), last.year.to_string()];
    let description = words.describe_bars(deals, ends.each_ref().map(String::as_str), &total);
    drawing.finish(caption, &Frame { class: "chart-years", description: &description, width: WIDTH, height })
}

/// Explains solid and hollow.
fn draw_key(drawing: &mut Drawing, caption: &Caption<'_>, left: f64) {
    let words = caption.words;
    let y = 10.0;
    draw_solid(drawing, (left, y), 16.0);
    let x = left + 22.0;
    drawing.write("chart-note", (x, y), Anchor::Start, &Text::whole(words.firm));
    let x = x + measure::width(words.firm) + 16.0;
    draw_hollow(drawing, (x, y), 16.0);
    let x = x + 22.0;
    let text = Text::whole(words.uncertain);
    drawing.write("chart-note", (x, y), Anchor::Start, &text);
}

fn draw_solid(drawing: &mut Drawing, (x, middle): (f64, f64), length: f64) {
    drawing
        .tag("rect", "chart-bar")
        .number("x", x)
        .number("y", middle - BAR / 2.0)
        .number("width", length)
        .number("height", BAR)
        .empty();
}

/// Draws an outline whose stroke stays inside the length it stands for.
fn draw_hollow(drawing: &mut Drawing, (x, middle): (f64, f64), length: f64) {
    drawing
        .tag("rect", "chart-bar chart-uncertain")
        .number("x", x + 0.5)
        .number("y", middle - BAR / 2.0 + 0.5)
        .number("width", (length - 1.0).max(0.5))
        .number("height", BAR - 1.0)
        .attribute("fill", "none")
        .attribute("stroke", "currentColor")
        .empty();
}
