//! Deals as dots: when across, how much up, on a log scale.

use super::{
    Caption, DealPoint,
    amount::{bounded, is_drawable, money, money_range},
    calendar::{TimeScale, date},
    labels::{self, Area, Place},
    log_scale::LogScale,
    measure,
    svg::{Anchor, Drawing, Frame, Reach, Text, WIDTH, number},
    words::fill,
};

const HEIGHT: f64 = 360.0;
const TOP: f64 = 46.0;
const BOTTOM: f64 = HEIGHT - 30.0;
const RADIUS: f64 = 4.0;

/// How many deals are named in the drawing, and how far down the list a free
/// place is looked for.
const NAMED: usize = 8;
const TRIED: usize = 20;

/// How wide a name may get before it is cut.
const NAME_ROOM: f64 = 176.0;

/// A deal with its place in the drawing.
struct Dot<'a> {
    deal: &'a DealPoint,
    amount: String,
    x: f64,
    y: f64,
    low_y: f64,
    high_y: f64,
    name: Option<(String, Place)>,
}

/// Draws deals as dots, amounts on a log scale against time.
///
/// Firm deals are solid, uncertain ones hollow; a ceiling (`up to`) is a triangle
/// that hangs from its amount. A deal between two amounts is a
/// dot at their geometric mean on a line from one to the other. The largest are
/// named where there is room, all have a `<title>`. Returns an empty string when
/// no deal has an amount.
pub fn deals_over_time(caption: &Caption<'_>, deals: &[DealPoint]) -> String {
    let drawable: Vec<&DealPoint> =
        deals.iter().filter(|deal| is_drawable(deal.low) && is_drawable(deal.high)).collect();
    let (Some(first), Some(last)) =
        (drawable.iter().map(|deal| deal.date).min(), drawable.iter().map(|deal| deal.date).max())
    else {
        return String::new();
    };

    let ends = drawable.iter().flat_map(|deal| [deal.low, deal.high]);
    let amounts = LogScale::covering(ends, BOTTOM, TOP);
    let ticks: Vec<(f64, String)> =
        amounts.ticks(7).into_iter().map(|amount| (amounts.place(amount), money(caption, amount))).collect();
    let left = measure::widest(ticks.iter().map(|(_, label)| label.as_str())) + 8.0;
    let right = WIDTH - 8.0;
    let time = TimeScale::covering(first, last, left, right);

    let mut dots: Vec<Dot<'_>> = drawable
        .iter()
        .map(|deal| Dot {
            deal,
            amount: amount_of(caption, deal),
            x: time.place(deal.date),
            y: (amounts.place(deal.low) + amounts.place(deal.high)) / 2.0,
            low_y: amounts.place(deal.low.min(deal.high)),
            high_y: amounts.place(deal.low.max(deal.high)),
            name: None,
        })
        .collect();
    // The largest first, and a total order, so that input order leaves no trace.
    dots.sort_by(|one, other| {
        (one.y.total_cmp(&other.y))
            .then_with(|| one.deal.date.cmp(&other.deal.date))
            .then_with(|| one.deal.label.cmp(&other.deal.label))
    });
    name_the_largest(&mut dots, left);

    let mut drawing = Drawing::default();
    draw_key(&mut drawing, caption, &drawable);
    draw_axes(&mut drawing, &ticks, left, right);
    for tick in time.ticks(7, caption.words) {
        drawing.line("chart-axis", (tick.x, BOTTOM), (tick.x, BOTTOM + 5.0));
        let half = measure::width(&tick.label) / 2.0;
        let x = tick.x.clamp(half, WIDTH - half);
        let text = Text::whole(&tick.label);
        drawing.write("chart-tick", (x, HEIGHT - 12.0), Anchor::Middle, &text);
    }
    let (named, nameless): (Vec<&Dot<'_>>, Vec<&Dot<'_>>) = dots.iter().partition(|dot| dot.name.is_some());
    for dot in nameless.into_iter().chain(named) {
        draw_dot(&mut drawing, caption, dot);
    }

    let description = describe(caption, deals.len(), &dots);
    drawing.finish(caption, &Frame { class: "chart-deals", description: &description, width: WIDTH, height: HEIGHT })
}

/// Writes an amount as it was reported: `up to $10–15B`.
fn amount_of(caption: &Caption<'_>, deal: &DealPoint) -> String {
    let range = money_range(caption, deal.low.min(deal.high), deal.low.max(deal.high));
    format!("{}{range}", deal.bound.before())
}

fn name_the_largest(dots: &mut [Dot<'_>], left: f64) {
    let bounds = Area { left: left + 2.0, top: TOP - 24.0, right: WIDTH, bottom: BOTTOM - 2.0 };
    let mut taken: Vec<Area> = dots
        .iter()
        .map(|dot| {
            let around = Area::around((dot.x, dot.y), RADIUS + 1.0);
            Area { top: around.top.min(dot.high_y), bottom: around.bottom.max(dot.low_y), ..around }
        })
        .collect();
    let mut named = 0;
    for dot in dots.iter_mut().take(TRIED) {
        if named == NAMED {
            break;
        }
        let name = measure::fit(&dot.deal.label, NAME_ROOM);
        let width = measure::width(&name) + measure::width(" ") + measure::amount_width(&dot.amount);
        if let Some(place) = labels::place((dot.x, dot.y), width, &bounds, &taken) {
            taken.push(place.area);
            taken.extend(place.leader.into_iter().flat_map(labels::along));
            dot.name = Some((name, place));
            named += 1;
        }
    }
}

/// Explains the marks, where other than solid dots may be met.
fn draw_key(drawing: &mut Drawing, caption: &Caption<'_>, deals: &[&DealPoint]) {
    let words = caption.words;
    let y = 12.0;
    let axis = Text { content: words.log_axis, room: WIDTH / 2.0 };
    drawing.write("chart-note", (0.0, y), Anchor::Start, &axis);
    let firm = Mark { certain: true, ceiling: false };
    let uncertain = Mark { certain: false, ceiling: false };
    let ceiling = Mark { certain: true, ceiling: true };
    let mut shown = vec![];
    if deals.iter().any(|deal| !deal.certain) {
        shown.extend([(words.uncertain, uncertain), (words.firm, firm)]);
    }
    if deals.iter().any(|deal| deal.bound.is_ceiling()) {
        shown.push((words.ceiling, ceiling));
    }
    let mut x = WIDTH;
    for (word, mark) in shown {
        x -= measure::width(word);
        let text = Text::whole(word);
        drawing.write("chart-note", (x, y), Anchor::Start, &text);
        x -= 9.0;
        mark.draw(drawing, (x, y));
        x -= 16.0;
    }
}

fn draw_axes(drawing: &mut Drawing, ticks: &[(f64, String)], left: f64, right: f64) {
    for (y, label) in ticks {
        if *y < BOTTOM {
            drawing.line("chart-grid", (left, *y), (right, *y));
        }
        let text = Text::whole(label);
        drawing.write("chart-tick", (left - 8.0, *y), Anchor::End, &text);
    }
    drawing.line("chart-axis", (left, BOTTOM), (right, BOTTOM));
}

fn draw_dot(drawing: &mut Drawing, caption: &Caption<'_>, dot: &Dot<'_>) {
    let Dot { deal, amount, x, y, low_y, high_y, name } = dot;
    let day = date(deal.date, caption.words);
    let mut title = format!("{}: {amount}, {day}", deal.label);
    let standing = if deal.certain { caption.words.firm } else { caption.words.uncertain };
    for part in [deal.kind.as_str(), standing] {
        if !part.is_empty() {
            title.push_str(", ");
            title.push_str(part);
        }
    }
    let reach = match name {
        Some(_) => Reach::Tab,
        None => Reach::PointerOnly,
    };
    drawing.open_item(&title, deal.href.as_deref(), reach);
    if low_y - high_y > 2.0 * RADIUS {
        // Two pieces, so that a hollow dot stays empty.
        drawing.line("chart-span", (*x, *high_y), (*x, y - RADIUS));
        drawing.line("chart-span", (*x, y + RADIUS), (*x, *low_y));
    }
    Mark { certain: deal.certain, ceiling: deal.bound.is_ceiling() }.draw(drawing, (*x, *y));
    if let Some((name, place)) = name {
        let Place { at, anchor, area: _, leader } = place;
        if let Some([from, to]) = leader {
            drawing.line("chart-leader", *from, *to);
        }
        let tag = drawing.tag("text", "chart-label").number("x", at.0).number("y", at.1).attribute("dy", "0.35em");
        match anchor {
            Anchor::Start => tag,
            Anchor::Middle => tag.attribute("text-anchor", "middle"),
            Anchor::End => tag.attribute("text-anchor", "end"),
        }
        .open();
        drawing.characters(name);
        drawing.characters(" ");
        drawing.tag("tspan", "chart-amount").text(amount);
        drawing.close("text");
    }
    drawing.close_item(deal.href.as_deref());
}

/// What stands for a deal.
#[derive(Debug, Clone, Copy)]
struct Mark {
    certain: bool,
    ceiling: bool,
}

impl Mark {
    fn draw(self, drawing: &mut Drawing, (x, y): (f64, f64)) {
        let (class, fill) = match self.certain {
            true => ("chart-dot", "currentColor"),
            false => ("chart-dot chart-uncertain", "none"),
        };
        let tag = if self.ceiling {
            // Its flat side lies a little above the amount, so that its middle is where that of a dot would be.
            let (side, top) = (number(2.0 * RADIUS + 2.0), number(y - RADIUS));
            let path =
                format!("M{} {top}h{side}L{} {}z", number(x - RADIUS - 1.0), number(x), number(y + RADIUS + 1.0));
            drawing.tag("path", class).attribute("d", &path)
        } else {
            drawing.tag("circle", class).number("cx", x).number("cy", y).number("r", RADIUS)
        };
        tag.attribute("fill", fill).attribute("stroke", "currentColor").empty();
    }
}

fn describe(caption: &Caption<'_>, all: usize, dots: &[Dot<'_>]) -> String {
    let words = caption.words;
    let ends = || dots.iter().flat_map(|dot| [dot.deal.low, dot.deal.high].map(|end| (end, dot.deal.bound)));
    let written = |end: Option<(f64, _)>| end.map(|(end, bound)| bounded(caption, bound, end)).unwrap_or_default();
    let low = written(ends().min_by(|one, other| one.0.total_cmp(&other.0)));
    let high = written(ends().max_by(|one, other| one.0.total_cmp(&other.0)));
    let days = || dots.iter().map(|dot| dot.deal.date);
    let day = |day: Option<_>| day.map(|day| date(day, words)).unwrap_or_default();
    let (first, last) = (day(days().min()), day(days().max()));
    let mut description = fill(
        words.describe_time,
        &[
            ("deals", &words.deals(dots.len())),
            ("days", &words.days.between(["first", "last"], [&first, &last])),
            ("amounts", &words.amounts.between(["low", "high"], [&low, &high])),
        ],
    );
    if let Some(largest) = dots.first() {
        let values = [("label", largest.deal.label.as_str()), ("amount", largest.amount.as_str())];
        description.push(' ');
        description.push_str(&fill(words.describe_largest, &values));
    }
    let ceilings = dots.iter().filter(|dot| dot.deal.bound.is_ceiling()).count();
    if ceilings > 0 {
        description.push(' ');
        description.push_str(&words.describe_ceilings.count(ceilings));
    }
    words.add_undrawn(all - dots.len(), &mut description);
    description
}
