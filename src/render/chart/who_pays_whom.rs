//! Payers on the left, receivers on the right, a band for each payment.

use std::{cmp::Ordering, collections::BTreeMap};

use super::{
    Caption, Flow,
    amount::{bounded, is_drawable},
    measure::{self, LINE},
    svg::{Anchor, Drawing, Frame, Reach, Text, WIDTH},
    words::fill,
};
use crate::content::money::Bound;

const TOP: f64 = 32.0;

/// The widest name on either side; what is left over must leave the bands room to bend.
const NAME_ROOM: f64 = 150.0;

const BAR: f64 = 5.0;
const GAP: f64 = 7.0;

/// The thickest band, and the height all bands share if they are many.
const THICKEST: f64 = 46.0;
const ALL_BANDS: f64 = 240.0;
const THINNEST: f64 = 1.5;

/// All payments between one payer and one receiver.
struct Band<'a> {
    from: &'a str,
    to: &'a str,
    amount: f64,
    bound: Bound,
    payments: usize,
    largest: &'a Flow,
    thickness: f64,
    from_y: f64,
    to_y: f64,
}

/// A company on one side.
struct Node<'a> {
    name: &'a str,
    total: f64,
    height: f64,
    top: f64,
    /// Where the companies it deals with stand on the other side, on average.
    pull: f64,
}

/// Draws who pays whom: payers left, receivers right, bands between them.
///
/// The width of a band grows with the square root of its amount. At most `most`
/// bands are drawn, the largest; a last line says how many more there are and
/// their sum. Returns an empty string when no flow has an amount.
pub fn who_pays_whom(caption: &Caption<'_>, flows: &[Flow], most: usize) -> String {
    let mut bands = gather(flows);
    let hidden = bands.split_off(bands.len().min(most.max(1)));
    let Some(thickest) = bands.first().map(|band| band.amount) else {
        return String::new();
    };
    let share = |band: &Band<'_>| (band.amount / thickest).sqrt();
    let scale = (ALL_BANDS / bands.iter().map(share).sum::<f64>()).min(THICKEST);
    for band in &mut bands {
        band.thickness = (share(band) * scale).max(THINNEST);
    }

    let (payers, receivers) = arrange(&mut bands);
    let bottom = payers.iter().chain(&receivers).map(|node| node.top + node.height).fold(0.0, f64::max);

    let amounts: Vec<String> = bands.iter().map(|band| bounded(caption, band.bound, band.amount)).collect();
    let names = |nodes: &[Node<'_>]| measure::widest(nodes.iter().map(|node| node.name)).min(NAME_ROOM);
    let words = caption.words;
    let heading = measure::width(words.receives);
    let left = names(&payers).max(measure::width(words.pays)) + 6.0;
    let receiver_x = WIDTH - names(&receivers).max(heading.min(NAME_ROOM));
    let amount_x = receiver_x - 10.0;
    let amount_room = amounts.iter().map(|amount| measure::amount_width(amount)).fold(0.0, f64::max);
    let right = amount_x - amount_room - 8.0 - BAR;

    let mut drawing = Drawing::default();
    let text = Text::whole(words.pays);
    drawing.write("chart-note", (left - 6.0, 10.0), Anchor::End, &text);
    let text = Text { content: words.receives, room: NAME_ROOM };
    drawing.write("chart-note", (receiver_x, 10.0), Anchor::Start, &text);

    for (band, amount) in bands.iter().zip(&amounts) {
        draw_band(&mut drawing, caption, band, (left + BAR, right));
        let text = Text::whole(amount);
        let at = (amount_x, band.to_y);
        drawing.write("chart-amount", at, Anchor::End, &text);
    }
    for (nodes, bar_x, name_x, anchor) in
        [(&payers, left, left - 6.0, Anchor::End), (&receivers, right, receiver_x, Anchor::Start)]
    {
        for node in nodes {
            drawing
                .tag("rect", "chart-node")
                .number("x", bar_x)
                .number("y", node.top)
                .number("width", BAR)
                .number("height", node.height)
                .empty();
            let text = Text { content: node.name, room: NAME_ROOM };
            let at = (name_x, node.top + node.height / 2.0);
            drawing.write("chart-label", at, anchor, &text);
        }
    }

    let mut height = bottom + 4.0;
    let mut also = String::new();
    if !hidden.is_empty() {
        height += 24.0;
        let more = more(caption, hidden.iter().map(|band| (band.amount, band.bound)));
        also = format!(", {more}");
        let text = Text { content: &more, room: WIDTH };
        drawing.write("chart-note", (0.0, height - 10.0), Anchor::Start, &text);
    }
    let sides = (payers.len(), receivers.len());
    let mut description = describe(caption, &bands, sides, &also);
    let undrawn = flows.iter().filter(|flow| !is_drawable(flow.amount));
    words.add_undrawn(undrawn.count(), &mut description);
    drawing.finish(caption, &Frame { class: "chart-flows", description: &description, width: WIDTH, height })
}

/// Says how many items are not drawn and what they sum up to.
pub(super) fn more(caption: &Caption<'_>, hidden: impl Iterator<Item = (f64, Bound)> + Clone) -> String {
    let count = hidden.clone().count();
    fill(caption.words.more.of(count), &[("n", &count.to_string()), ("amount", &sum(caption, hidden))])
}

/// Writes the sum of amounts, each as exact as it is.
pub(super) fn sum(caption: &Caption<'_>, parts: impl Iterator<Item = (f64, Bound)> + Clone) -> String {
    let bound = Bound::of_sum(parts.clone().map(|(_, bound)| bound));
    bounded(caption, bound, parts.map(|(amount, _)| amount).sum())
}

/// Adds up the payments of each pair, the largest pair first.
fn gather(flows: &[Flow]) -> Vec<Band<'_>> {
    let mut pairs: BTreeMap<(&str, &str), Band<'_>> = BTreeMap::new();
    for flow in flows.iter().filter(|flow| is_drawable(flow.amount)) {
        let band = pairs.entry((&flow.from, &flow.to)).or_insert(Band {
            from: &flow.from,
            to: &flow.to,
            amount: 0.0,
            bound: Bound::Exact,
            payments: 0,
            largest: flow,
            thickness: 0.0,
            from_y: 0.0,
            to_y: 0.0,
        });
        band.amount += flow.amount;
        band.bound = Bound::of_sum([band.bound, flow.bound]);
        band.payments += 1;
        if flow.amount > band.largest.amount {
            band.largest = flow;
        }
    }
    let mut bands: Vec<Band<'_>> = pairs.into_values().collect();
    // Stable: equal amounts stay in the order of their names.
    bands.sort_by(|one, other| other.amount.total_cmp(&one.amount));
    bands
}

/// Stacks the companies of both sides and ties each band to its two.
///
/// Payers stand by size; receivers near who pays them, so that few bands cross.
fn arrange<'a>(bands: &mut [Band<'a>]) -> (Vec<Node<'a>>, Vec<Node<'a>>) {
    let by_size = |one: &Node<'_>, other: &Node<'_>| -> Ordering {
        (other.total.total_cmp(&one.total)).then_with(|| one.name.cmp(other.name))
    };
    let mut payers = nodes(bands, |band| band.from, |band| band.thickness);
    payers.sort_by(by_size);
    let mut receivers = nodes(bands, |band| band.to, |band| band.thickness.max(LINE));
    for node in &mut receivers {
        let paid_by = bands.iter().filter(|band| band.to == node.name);
        let (sum, weight) = paid_by.fold((0.0, 0.0), |(sum, weight), band| {
            let rank = position(&payers, band.from) as f64;
            (sum + rank * band.thickness, weight + band.thickness)
        });
        node.pull = sum / weight;
    }
    receivers.sort_by(|one, other| one.pull.total_cmp(&other.pull).then_with(|| by_size(one, other)));

    let tallest = stacked(&payers).max(stacked(&receivers));
    spread(&mut payers, tallest);
    spread(&mut receivers, tallest);

    for payer in &payers {
        let mut own: Vec<&mut Band<'_>> = bands.iter_mut().filter(|band| band.from == payer.name).collect();
        own.sort_by_key(|band| position(&receivers, band.to));
        let filled: f64 = own.iter().map(|band| band.thickness).sum();
        let mut y = payer.top + (payer.height - filled) / 2.0;
        for band in own {
            band.from_y = y + band.thickness / 2.0;
            y += band.thickness;
        }
    }
    for receiver in &receivers {
        let mut own: Vec<&mut Band<'_>> = bands.iter_mut().filter(|band| band.to == receiver.name).collect();
        own.sort_by_key(|band| position(&payers, band.from));
        let mut y = receiver.top;
        for band in own {
            let slot = band.thickness.max(LINE);
            band.to_y = y + slot / 2.0;
            y += slot;
        }
    }
    (payers, receivers)
}

fn nodes<'a>(
    bands: &[Band<'a>],
    name: impl Fn(&Band<'a>) -> &'a str,
    height: impl Fn(&Band<'a>) -> f64,
) -> Vec<Node<'a>> {
    let mut nodes: BTreeMap<&str, Node<'a>> = BTreeMap::new();
    for band in bands {
        let node =
            nodes.entry(name(band)).or_insert(Node { name: name(band), total: 0.0, height: 0.0, top: 0.0, pull: 0.0 });
        node.total += band.amount;
        node.height += height(band);
    }
    let mut nodes: Vec<Node<'a>> = nodes.into_values().collect();
    for node in &mut nodes {
        node.height = node.height.max(LINE);
    }
    nodes
}

fn position(nodes: &[Node<'_>], name: &str) -> usize {
    nodes.iter().position(|node| node.name == name).unwrap_or_default()
}

fn stacked(nodes: &[Node<'_>]) -> f64 {
    let gaps = nodes.len().saturating_sub(1) as f64 * GAP;
    nodes.iter().map(|node| node.height).sum::<f64>() + gaps
}

/// Stacks one side, with wider gaps where the other side is taller.
fn spread(nodes: &mut [Node<'_>], tallest: f64) {
    let spare = tallest - stacked(nodes);
    let gaps = nodes.len().saturating_sub(1) as f64;
    let wider = if gaps > 0.0 { (spare / gaps).min(36.0) } else { 0.0 };
    let mut y = TOP + (spare - wider * gaps) / 2.0;
    for node in nodes {
        node.top = y;
        y += node.height + GAP + wider;
    }
}

fn draw_band(drawing: &mut Drawing, caption: &Caption<'_>, band: &Band<'_>, ends: (f64, f64)) {
    let words = caption.words;
    let what = if band.payments == 1 { band.largest.label.clone() } else { words.deals(band.payments) };
    let amount = bounded(caption, band.bound, band.amount);
    let mut title = format!("{} → {}: {amount}", band.from, band.to);
    if !what.is_empty() {
        title.push_str(", ");
        title.push_str(&what);
    }
    let number = super::svg::number;
    let (left, right) = ends;
    let bend = (left + right) / 2.0;
    let path = format!(
        "M{} {}C{} {} {} {} {} {}",
        number(left),
        number(band.from_y),
        number(bend),
        number(band.from_y),
        number(bend),
        number(band.to_y),
        number(right),
        number(band.to_y)
    );
    let href = band.largest.href.as_deref();
    drawing.open_item(&title, href, Reach::Tab);
    drawing
        .tag("path", "chart-flow")
        .attribute("d", &path)
        .number("stroke-width", band.thickness)
        .attribute("fill", "none")
        .attribute("stroke", "currentColor")
        .attribute("stroke-opacity", ".3")
        .empty();
    drawing.close_item(href);
}

fn describe(caption: &Caption<'_>, bands: &[Band<'_>], (payers, receivers): (usize, usize), also: &str) -> String {
    let words = caption.words;
    let total = sum(caption, bands.iter().map(|band| (band.amount, band.bound)));
    let mut description = fill(
        words.describe_flow,
        &[
            ("amount", &total),
            ("payers", &words.payers.count(payers)),
            ("receivers", &words.receivers.count(receivers)),
            ("more", also),
        ],
    );
    if let Some(largest) = bands.first() {
        let label = format!("{} → {}", largest.from, largest.to);
        let amount = bounded(caption, largest.bound, largest.amount);
        let values = [("label", label.as_str()), ("amount", amount.as_str())];
        description.push(' ');
        description.push_str(&fill(words.describe_largest, &values));
    }
    description
}
