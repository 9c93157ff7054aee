//! The chart room: figures in, SVG text out.
//!
//! In: plain values (dates, amounts, names) already chosen and summed by the
//! newsroom, and a [`Caption`]. Out: one `<svg>` element as a `String`, or an
//! empty string when there is nothing to draw. Nothing here reads a clock, a
//! file or a locale, and coordinates are rounded, so equal input gives equal
//! bytes.
//!
//! Read `bars_by_month.rs` first, the plainest chart, then `deals_over_time.rs`;
//! what they stand on is `svg.rs` (writing), `measure.rs` (how wide a text is) and
//! the two scales, `log_scale.rs` and `calendar.rs`.
//!
//! # Colour and type
//!
//! The drawings carry classes and presentation attributes, never `style`, so
//! that a page with a strict content security policy can show them and its
//! stylesheet decides on light and dark. Without any stylesheet (a rasteriser
//! for e-mail) they are still complete, black on nothing.
//!
//! Every chart is laid out once, 480 units wide with 15-unit type: on a phone,
//! where a column is 320 pixels, that type is 10 pixels tall. A stylesheet may
//! *shrink* type in wider containers, never enlarge it: text is anchored at its
//! mark and centred by `dy` in `em`, so shrinking can't make two texts meet.
//!
//! # Links
//!
//! `role="img"` hides whatever is inside it from assistive technology, so a
//! drawing with links in it is a `group` instead. Pass no `href` to get an image.

mod amount;
mod bars_by_month;
mod calendar;
mod company_flows;
mod deals_over_time;
mod labels;
mod log_scale;
mod measure;
mod svg;
mod who_pays_whom;
mod words;

pub use bars_by_month::bars_by_month;
pub use company_flows::company_flows;
pub use deals_over_time::deals_over_time;
pub use who_pays_whom::who_pays_whom;
pub use words::{ENGLISH, Plural, Words};

use crate::content::money::Bound;

/// Says how one chart on a page is called and in which currency and language it speaks.
///
/// `id` starts the ids of the chart's `<title>` and `<desc>`; it must be unique
/// on the page and hold no white space. `title` is the accessible name.
/// `currency` stands before every amount exactly as given: `$`, `€`, `CHF `.
/// `notes` stand under the drawing and at the end of what is spoken, a line each.
#[derive(Debug, Clone, Copy)]
pub struct Caption<'a> {
    /// The prefix of the ids inside the drawing.
    pub id: &'a str,
    /// The accessible name of the drawing.
    pub title: &'a str,
    /// What stands before an amount.
    pub currency: &'a str,
    /// The words drawn and spoken.
    pub words: &'a Words,
    /// What the drawing leaves out.
    pub notes: &'a [String],
}

/// Names a day of the Gregorian calendar.
///
/// Months and days out of range are drawn at the nearest one in range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// The year, as in 2025.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
}

/// Places one deal in time and money.
///
/// An amount that is not a finite number between 0.01 and 10¹⁸ has no place on
/// a log scale; the description says how many were left out for that reason.
#[derive(Debug, Clone, PartialEq)]
pub struct DealPoint {
    /// The day the deal was made or reported.
    pub date: Day,
    /// The lower end of the amount.
    pub low: f64,
    /// The upper end of the amount; equal to `low` when one figure is known.
    pub high: f64,
    /// The parties in a few words: `OpenAI → Oracle`.
    pub label: String,
    /// The page of the deal.
    pub href: Option<String>,
    /// The kind of deal, spoken in the point's title.
    pub kind: String,
    /// How exact the amount is. A ceiling has a mark of its own.
    pub bound: Bound,
    /// Whether the deal is announced, signed or closed, not reported or rumoured.
    pub certain: bool,
}

/// Records money that goes from one company to another.
///
/// Flows between the same two companies are added up. An amount that is not a
/// finite number between 0.01 and 10¹⁸ is left out, and the description says how many.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Who pays.
    pub from: String,
    /// Who is paid.
    pub to: String,
    /// How much, in the caption's currency; no ceiling, which is no sum.
    pub amount: f64,
    /// How exact the amount is.
    pub bound: Bound,
    /// What for, spoken in the band's title.
    pub label: String,
    /// The page of the deal.
    pub href: Option<String>,
}

/// Sums one month of the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthTotal {
    /// The month as it stands under its bar: `Sep`.
    pub label: String,
    /// The money of that month.
    pub amount: f64,
    /// How exact the sum is.
    pub bound: Bound,
    /// How many deals are in the sum.
    pub summed: usize,
    /// The number of deals of that month, those that are in no sum included.
    pub count: usize,
}

#[cfg(test)]
mod tests;
