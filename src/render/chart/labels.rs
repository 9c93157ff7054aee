//! Finding a place for a label where it covers nothing.

use super::{measure::LINE, svg::Anchor};

/// A rectangle that is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

/// Where a label stands: the end it is anchored by, and the middle of its line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) at: (f64, f64),
    pub(super) anchor: Anchor,
    pub(super) area: Area,
    /// A line that ties a label further off to its dot.
    pub(super) leader: Option<[(f64, f64); 2]>,
}

impl Area {
    pub(super) fn around(centre: (f64, f64), radius: f64) -> Self {
        Self { left: centre.0 - radius, top: centre.1 - radius, right: centre.0 + radius, bottom: centre.1 + radius }
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn is_within(&self, bounds: &Self) -> bool {
        self.left >= bounds.left && self.right <= bounds.right && self.top >= bounds.top && self.bottom <= bounds.bottom
    }
}

/// Finds the first free place beside, above or below a dot, then further off, or none.
///
/// Beside comes first: there the eye need not ask which dot a label belongs to.
/// Further off, a leader ties the two, which crosses nothing that is taken. The
/// dot itself is the area in `taken` that holds its centre.
pub(super) fn place(dot: (f64, f64), width: f64, bounds: &Area, taken: &[Area]) -> Option<Place> {
    let (x, y) = dot;
    let beside = 8.0;
    let over = LINE / 2.0 + 5.0;
    let candidates = [
        (x + beside, y, Anchor::Start),
        (x - beside, y, Anchor::End),
        (x, y - over, Anchor::Middle),
        (x, y + over, Anchor::Middle),
        (x - 4.0, y - over, Anchor::Start),
        (x + 4.0, y - over, Anchor::End),
        (x - 4.0, y + over, Anchor::Start),
        (x + 4.0, y + over, Anchor::End),
    ];
    let near = candidates.into_iter().map(|(at_x, at_y, anchor)| {
        let area = area((at_x, at_y), anchor, width);
        Place { at: (at_x, at_y), anchor, area, leader: None }
    });
    near.chain(further_off(dot, width)).find(|place| {
        place.area.is_within(bounds)
            && !taken.iter().any(|area| area.meets(&place.area))
            && place.leader.is_none_or(|leader| is_clear(leader, dot, taken))
    })
}

/// Places to both sides, the nearest first.
fn further_off(dot: (f64, f64), width: f64) -> impl Iterator<Item = Place> {
    let (x, y) = dot;
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for across in [12.0, 24.0, 40.0, 60.0] {
        for up in [0.0, 1.0, -1.0, 1.5, -1.5, 2.0, -2.0, 2.5, -2.5] {
            steps.push((across, up * LINE));
        }
    }
    steps.sort_by(|one, other| one.0.hypot(one.1).total_cmp(&other.0.hypot(other.1)));
    steps.into_iter().flat_map(move |(across, up)| {
        [(-1.0, Anchor::End), (1.0, Anchor::Start)].map(|(side, anchor)| {
            let at = (x + side * across, y - up);
            let length = across.hypot(up);
            let edge = (x + side * across / length * 5.0, y - up / length * 5.0);
            Place { at, anchor, area: area(at, anchor, width), leader: Some([edge, (at.0 - side * 3.0, at.1)]) }
        })
    })
}

fn area((x, y): (f64, f64), anchor: Anchor, width: f64) -> Area {
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - width / 2.0,
        Anchor::End => x - width,
    };
    Area { left, top: y - LINE / 2.0, right: left + width, bottom: y + LINE / 2.0 }
}

/// Gives the areas along a leader, for what is placed later to keep clear of.
pub(super) fn along([from, to]: [(f64, f64); 2]) -> impl Iterator<Item = Area> {
    (0..=16).map(move |step| {
        let share = f64::from(step) / 16.0;
        let at = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        Area::around(at, 1.5)
    })
}

/// Tells whether a line runs through nothing but the dot it starts from.
fn is_clear(leader: [(f64, f64); 2], dot: (f64, f64), taken: &[Area]) -> bool {
    let own = Area::around(dot, 0.5);
    along(leader).all(|point| !taken.iter().any(|area| area.meets(&point) && !area.meets(&own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Area = Area { left: 0.0, top: 0.0, right: 200.0, bottom: 100.0 };

    #[test]
    fn a_label_turns_away_from_the_edge() {
        let at_the_right = place((190.0, 50.0), 60.0, &BOUNDS, &[]);
        assert_eq!(at_the_right.map(|place| place.anchor), Some(Anchor::End));
    }

    #[test]
    fn a_label_never_covers_what_is_taken() {
        let taken = [Area::around((100.0, 50.0), 99.0)];
        assert_eq!(place((100.0, 50.0), 60.0, &BOUNDS, &taken), None);
    }

    #[test]
    fn a_label_further_off_is_tied_to_its_dot() {
        let crowd = [
            Area::around((100.0, 50.0), 5.0),
            Area::around((85.0, 50.0), 5.0),
            Area::around((115.0, 50.0), 5.0),
            Area::around((100.0, 35.0), 5.0),
            Area::around((100.0, 65.0), 5.0),
        ];
        let found = place((100.0, 50.0), 40.0, &BOUNDS, &crowd);
        assert!(found.is_some_and(|place| place.leader.is_some()));
    }
}
