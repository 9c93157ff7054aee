//! One company's money: paid to the left, received to the right.

use std::collections::BTreeMap;

use super::{
    Caption, Flow,
    amount::{bounded, is_drawable, money},
    log_scale::LogScale,
    measure,
    svg::{Anchor, Drawing, Frame, Reach, Text, WIDTH},
    who_pays_whom::{more, sum},
    words::fill,
};
use crate::content::money::Bound;

const TOP: f64 = 30.0;
const ROW: f64 = 24.0;
const BAR: f64 = 14.0;

/// The room between the axis and a text beside it.
const BESIDE: f64 = 8.0;

/// How many companies are drawn on each side.
const MOST: usize = 12;

/// All payments between the company and another, in one direction.
struct Bar<'a> {
    other: &'a str,
    amount: f64,
    bound: Bound,
    payments: usize,
    largest: &'a Flow,
}

/// Which way money goes, seen from the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Out,
    In,
}

/// The bars on one side of the axis.
struct Side<'a> {
    direction: Direction,
    bars: Vec<Bar<'a>>,
    hidden: Vec<Bar<'a>>,
}

/// Where bars begin and how long they get.
struct Plan {
    axis: f64,
    lengths: LogScale,
    decades_per_line: i32,
}

/// Draws the money in and out of one company as bars to both sides of an axis.
///
/// Bars are on a log scale, and the drawing says so. The name of the other
/// company stands across the axis from its bar. Twelve companies at most are
/// drawn on each side, the largest, and the rest is counted. Returns an empty
/// string when no money goes in or out.
pub fn company_flows(caption: &Caption<'_>, company: &str, flows: &[Flow]) -> String {
    let sides = [side(Direction::Out, company, flows), side(Direction::In, company, flows)];
    let [paid, received] = &sides;
    if paid.bars.is_empty() && received.bars.is_empty() {
        return String::new();
    }
    let words = caption.words;
    let plan = plan(caption, paid, received);
    let mut drawing = Drawing::default();
    let mut y = TOP;
    for side in sides.iter().filter(|side| !side.bars.is_empty()) {
        draw_side(&mut drawing, caption, &plan, (side, company, y));
        y += side.height();
    }
    drawing.line("chart-axis", (plan.axis, TOP), (plan.axis, y));
    let height = y + 28.0;
    let factor = format!("{:.0}", 10_f64.powi(plan.decades_per_line));
    let from = money(caption, plan.lengths.start());
    let note = fill(words.log_grid, &[("from", &from), ("factor", &factor)]);
    let text = Text { content: &note, room: WIDTH };
    drawing.write("chart-note", (0.0, height - 10.0), Anchor::Start, &text);

    let mut description = fill(
        words.describe_company,
        &[("company", company), ("out", &paid.total(caption)), ("in", &received.total(caption))],
    );
    let undrawn = flows
        .iter()
        .filter(|flow| (flow.from == company) != (flow.to == company))
        .filter(|flow| !is_drawable(flow.amount));
    words.add_undrawn(undrawn.count(), &mut description);
    drawing.finish(caption, &Frame { class: "chart-company", description: &description, width: WIDTH, height })
}

impl Side<'_> {
    fn total(&self, caption: &Caption<'_>) -> String {
        sum(caption, self.bars.iter().chain(&self.hidden).map(|bar| (bar.amount, bar.bound)))
    }

    fn height(&self) -> f64 {
        let rows = self.bars.len() + usize::from(!self.hidden.is_empty());
        rows as f64 * ROW
    }
}

/// Adds up the payments with each company, the largest first.
fn side<'a>(direction: Direction, company: &str, flows: &'a [Flow]) -> Side<'a> {
    let mut companies: BTreeMap<&str, Bar<'a>> = BTreeMap::new();
    for flow in flows.iter().filter(|flow| is_drawable(flow.amount)) {
        let (own, other) = match direction {
            Direction::Out => (&flow.from, &flow.to),
            Direction::In => (&flow.to, &flow.from),
        };
        if own != company || other == company {
            continue;
        }
        let bar = companies.entry(other).or_insert(Bar {
            other,
            amount: 0.0,
            bound: Bound::Exact,
            payments: 0,
            largest: flow,
        });
        bar.amount += flow.amount;
        bar.bound = Bound::of_sum([bar.bound, flow.bound]);
        bar.payments += 1;
        if flow.amount > bar.largest.amount {
            bar.largest = flow;
        }
    }
    let mut bars: Vec<Bar<'a>> = companies.into_values().collect();
    // Stable: equal amounts stay in the order of their names.
    bars.sort_by(|one, other| other.amount.total_cmp(&one.amount));
    let hidden = bars.split_off(bars.len().min(MOST));
    Side { direction, bars, hidden }
}

/// Puts the axis in the middle, or, when all money goes one way, as far to the
/// other side as the names let it.
fn plan(caption: &Caption<'_>, paid: &Side<'_>, received: &Side<'_>) -> Plan {
    let drawn = || paid.bars.iter().chain(&received.bars);
    let amount_room =
        drawn().map(|bar| measure::amount_width(&bounded(caption, bar.bound, bar.amount))).fold(0.0, f64::max) + BESIDE;
    let names = measure::widest(drawn().map(|bar| bar.other)) + BESIDE;
    let aside = names.min(WIDTH * 0.36);
    let (axis, reach) = if received.bars.is_empty() {
        (WIDTH - aside, WIDTH - aside)
    } else if paid.bars.is_empty() {
        (aside, WIDTH - aside)
    } else {
        (WIDTH / 2.0, WIDTH / 2.0)
    };
    let longest = reach - amount_room;
    let amounts = drawn().map(|bar| bar.amount);
    let lengths = LogScale::covering(amounts, 0.0, longest).with_room_below();
    let decades_per_line = lengths.decades_per_tick((longest / 24.0) as usize);
    Plan { axis, lengths, decades_per_line }
}

fn draw_side(drawing: &mut Drawing, caption: &Caption<'_>, plan: &Plan, (side, company, top): (&Side<'_>, &str, f64)) {
    let words = caption.words;
    let axis = plan.axis;
    // A bar grows away from the axis on its own side; its name stands on the other.
    let (sign, heading, bar_anchor, name_anchor) = match side.direction {
        Direction::Out => (-1.0, words.paid_out, Anchor::End, Anchor::Start),
        Direction::In => (1.0, words.received, Anchor::Start, Anchor::End),
    };
    let name_x = axis - sign * BESIDE;
    let name_room = if sign > 0.0 { axis } else { WIDTH - axis } - BESIDE;

    let heading = fill(heading, &[("amount", &side.total(caption))]);
    let text = Text { content: &heading, room: WIDTH / 2.0 - BESIDE };
    let at = (axis + sign * BESIDE, 10.0);
    drawing.write("chart-note", at, bar_anchor, &text);

    let bottom = top + side.bars.len() as f64 * ROW;
    for line in plan.lengths.powers(plan.decades_per_line) {
        let x = axis + sign * line;
        drawing.line("chart-grid", (x, top), (x, bottom));
    }

    let mut middle = top + ROW / 2.0;
    for bar in &side.bars {
        let length = plan.lengths.place(bar.amount);
        let amount = bounded(caption, bar.bound, bar.amount);
        let what = if bar.payments == 1 { bar.largest.label.clone() } else { words.deals(bar.payments) };
        let (from, to) = match side.direction {
            Direction::Out => (company, bar.other),
            Direction::In => (bar.other, company),
        };
        let mut title = format!("{from} → {to}: {amount}");
        if !what.is_empty() {
            title.push_str(", ");
            title.push_str(&what);
        }
        let href = bar.largest.href.as_deref();
        drawing.open_item(&title, href, Reach::Tab);
        let class = match side.direction {
            Direction::Out => "chart-bar chart-out",
            Direction::In => "chart-bar chart-in",
        };
        drawing
            .tag("rect", class)
            .number("x", if sign > 0.0 { axis } else { axis - length })
            .number("y", middle - BAR / 2.0)
            .number("width", length)
            .number("height", BAR)
            .empty();
        let text = Text { content: bar.other, room: name_room };
        drawing.write("chart-label", (name_x, middle), name_anchor, &text);
        drawing.close_item(href);
        let at = (axis + sign * (length + 5.0), middle);
        drawing.write("chart-amount", at, bar_anchor, &Text::whole(&amount));
        middle += ROW;
    }
    if !side.hidden.is_empty() {
        let more = more(caption, side.hidden.iter().map(|bar| (bar.amount, bar.bound)));
        let text = Text { content: &more, room: WIDTH - name_room - 2.0 * BESIDE };
        let at = (axis + sign * BESIDE, middle);
        drawing.write("chart-note", at, bar_anchor, &text);
    }
}
