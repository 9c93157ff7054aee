//! Months side by side: a bar for the money, a figure for the deals.

use super::{
    Caption, MonthTotal,
    amount::{bounded, countable},
    labels::Area,
    measure,
    svg::{Anchor, Drawing, Frame, Reach, Text, WIDTH},
    who_pays_whom::sum,
    words::fill,
};

const HEIGHT: f64 = 190.0;
const TOP: f64 = 24.0;
const BASE: f64 = HEIGHT - 48.0;

/// Draws a bar for each month, in proportion to its money, and counts its deals.
///
/// Amounts stand over bars where there is room, the highest and the last first.
/// Returns an empty string for no months or none with a deal in it.
pub fn bars_by_month(caption: &Caption<'_>, months: &[MonthTotal]) -> String {
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return String::new();
    };
    let deals: usize = months.iter().map(|month| month.count).sum();
    let amounts: Vec<f64> = months.iter().map(|month| countable(month.amount)).collect();
    let highest = amounts.iter().copied().fold(0.0, f64::max);
    if deals == 0 && highest == 0.0 {
        return String::new();
    }

    let words = caption.words;
    let left = measure::width(words.deals_heading) + 12.0;
    let slot = (WIDTH - left) / months.len() as f64;
    let bar = (slot * 0.62).min(56.0);
    let middle = |at: usize| left + slot * (at as f64 + 0.5);
    let height = |amount: f64| {
        if amount > 0.0 {
            // A month with money in it is never invisible.
            (amount / highest * (BASE - TOP)).max(1.0)
        } else {
            0.0
        }
    };

    let mut drawing = Drawing::default();
    let heading = Text::whole(words.deals_heading);
    let count_y = HEIGHT - 12.0;
    drawing.write("chart-note", (0.0, count_y), Anchor::Start, &heading);
    for (at, (month, amount)) in months.iter().zip(&amounts).enumerate() {
        let written = bounded(caption, month.bound, *amount);
        let count = words.deals(month.count);
        let said = match month.summed == month.count {
            true => format!("{written}, {count}"),
            false => {
                let values = [("amount", &*written), ("n", &month.summed.to_string()), ("deals", &count)];
                fill(words.month_of_some, &values)
            }
        };
        let title = format!("{}: {said}", month.label);
        drawing.open_item(&title, None, Reach::PointerOnly);
        drawing
            .tag("rect", "chart-bar")
            .number("x", middle(at) - bar / 2.0)
            .number("y", BASE - height(*amount))
            .number("width", bar)
            .number("height", height(*amount))
            .empty();
        drawing.close_item(None);
    }
    drawing.line("chart-axis", (left, BASE), (WIDTH, BASE));

    let labels: Vec<&str> = months.iter().map(|month| month.label.as_str()).collect();
    let counts: Vec<String> = months.iter().map(|month| month.count.to_string()).collect();
    let widest = measure::widest(labels.iter().copied()).max(measure::widest(counts.iter().map(String::as_str)));
    // Every month, every second, …, counted from the last: the newest is always named.
    // It may have to move in from the edge, towards the one before.
    let moved = ((widest - slot) / 2.0).max(0.0);
    let every = ((widest + moved + 3.0) / slot).ceil().clamp(1.0, months.len() as f64) as usize;
    for (at, (label, count)) in labels.iter().zip(&counts).enumerate() {
        if !(months.len() - 1 - at).is_multiple_of(every) {
            continue;
        }
        let room = slot * every as f64;
        for (content, class, y) in [(*label, "chart-tick", BASE + 16.0), (count.as_str(), "chart-note", count_y)] {
            let half = measure::width(content).min(room) / 2.0;
            let x = middle(at).min(WIDTH - half);
            let text = Text { content, room };
            drawing.write(class, (x, y), Anchor::Middle, &text);
        }
    }
    let sums: Vec<(f64, String)> =
        months.iter().zip(&amounts).map(|(month, amount)| (*amount, bounded(caption, month.bound, *amount))).collect();
    write_amounts(&mut drawing, &sums, bar, |at, amount| (middle(at), BASE - height(amount) - 11.0));

    let total = sum(caption, amounts.iter().copied().zip(months.iter().map(|month| month.bound)));
    let summed: usize = months.iter().map(|month| month.summed).sum();
    let ends = [first.label.as_str(), last.label.as_str()];
    let (description, of_sums) = match summed == deals {
        true => (words.describe_bars(deals, ends, Some(&total)), None),
        // Those who see the drawing see the number of all deals under it, and are told as well.
        false => (words.describe_bars(deals, ends, None), Some(words.sum_of_some(summed, deals, &total))),
    };
    let notes: Vec<String> = of_sums.into_iter().chain(caption.notes.iter().cloned()).collect();
    let caption = &Caption { notes: &notes, ..*caption };
    drawing.finish(caption, &Frame { class: "chart-months", description: &description, width: WIDTH, height: HEIGHT })
}

/// Writes amounts over bars: over all of them if all have room, otherwise over
/// the highest and the last only, since a choice of the rest would look like one.
fn write_amounts(drawing: &mut Drawing, sums: &[(f64, String)], bar: f64, place: impl Fn(usize, f64) -> (f64, f64)) {
    let mut bars = Vec::new();
    let mut texts = Vec::new();
    for (at, (amount, written)) in sums.iter().enumerate() {
        let amount = *amount;
        if amount == 0.0 {
            continue;
        }
        let (x, y) = place(at, amount);
        bars.push(Area { left: x - bar / 2.0, top: y + 9.0, right: x + bar / 2.0, bottom: BASE });
        let half = measure::amount_width(written) / 2.0;
        let x = x.min(WIDTH - half);
        texts.push(Written {
            amount,
            at: (x, y),
            area: Area { left: x - half - 2.0, top: y - 9.0, right: x + half + 2.0, bottom: y + 9.0 },
            written: written.clone(),
        });
    }
    // The highest first; then the last, where it has room.
    let highest =
        texts.iter().enumerate().max_by(|(_, one), (_, other)| one.amount.total_cmp(&other.amount)).map(|(at, _)| at);
    let last = texts.len().saturating_sub(1);
    let order = highest.into_iter().chain((0..texts.len()).rev().filter(|at| Some(*at) != highest));
    let mut taken = bars;
    let mut free = Vec::new();
    for at in order {
        if let Some(text) = texts.get(at)
            && !taken.iter().any(|other| other.meets(&text.area))
        {
            taken.push(text.area);
            free.push((at, text));
        }
    }
    let all = free.len() == texts.len();
    for (at, text) in free {
        if all || Some(at) == highest || at == last {
            let whole = Text::whole(&text.written);
            drawing.write("chart-amount", text.at, Anchor::Middle, &whole);
        }
    }
}

/// An amount with the place it would take.
struct Written {
    amount: f64,
    at: (f64, f64),
    area: Area,
    written: String,
}
