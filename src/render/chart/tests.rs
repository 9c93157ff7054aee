//! What holds for every chart.

use super::*;

const DOLLARS: Caption<'static> =
    Caption { id: "ledger", title: "Deals & <money>", currency: "$", words: &ENGLISH, notes: &[] };

fn deal(label: &str, amount: f64, date: (i32, u8, u8)) -> DealPoint {
    let (year, month, day) = date;
    DealPoint {
        date: Day { year, month, day },
        low: amount,
        high: amount,
        label: label.to_owned(),
        href: None,
        kind: "cloud".to_owned(),
        bound: Bound::Exact,
        certain: true,
    }
}

fn flow(from: &str, to: &str, amount: f64) -> Flow {
    Flow {
        from: from.to_owned(),
        to: to.to_owned(),
        amount,
        bound: Bound::Exact,
        label: "cloud".to_owned(),
        href: None,
    }
}

fn month(label: &str, amount: f64, count: usize) -> MonthTotal {
    MonthTotal { label: label.to_owned(), amount, bound: Bound::Exact, summed: count, count }
}

/// Draws every chart from amounts in all sizes and names of all kinds.
fn every_chart(amounts: &[f64], name: &str) -> Vec<String> {
    let numbered = || amounts.iter().copied().zip(0_i32..);
    let deals: Vec<DealPoint> =
        numbered().map(|(amount, at)| deal(name, amount, (2015 + at % 9, 1 + (at % 12) as u8, 7))).collect();
    let mut flows: Vec<Flow> =
        numbered().map(|(amount, at)| flow(name, &format!("{name} {}", at % 17), amount)).collect();
    flows.extend(numbered().map(|(amount, at)| flow(&format!("{at} {name}"), name, amount)));
    let months: Vec<MonthTotal> = amounts.iter().map(|amount| month(name, *amount, 3)).collect();
    vec![
        deals_over_time(&DOLLARS, &deals),
        who_pays_whom(&DOLLARS, &flows, 12),
        company_flows(&DOLLARS, name, &flows),
        bars_by_month(&DOLLARS, &months),
    ]
}

/// Checks that tags nest, attributes are quoted, references are known and ids differ.
fn assert_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        assert!(text.is_empty() || !open.is_empty(), "text outside: {text}");
        assert_references(text);
        let end = rest.find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let inner = tag.strip_suffix('/').unwrap_or(tag);
        let (name, attributes) = inner.split_once(' ').unwrap_or((inner, ""));
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase()), "<{tag}>");
        let mut seen = Vec::new();
        let mut parts = attributes.split('"');
        while let Some(key) = parts.next().filter(|key| !key.is_empty()) {
            let key = key.trim().strip_suffix('=').expect("name, equals sign, quote");
            assert!(!seen.contains(&key), "{key} stands twice in <{tag}>");
            assert_ne!(key, "style", "a strict policy forbids inline styles");
            seen.push(key);
            let value = parts.next().expect("a quoted value");
            assert!(!value.contains("NaN") && !value.contains("inf"), "<{tag}>");
            assert_references(value);
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty() && rest.is_empty());
}

fn assert_references(text: &str) {
    for after in text.split('&').skip(1) {
        let name = after.split(';').next().unwrap_or_default();
        assert!(["amp", "lt", "gt", "quot", "#39"].contains(&name), "{text}");
    }
}

/// Reads the numbers of one attribute, wherever it stands.
fn numbers<'a>(svg: &'a str, attribute: &str) -> impl Iterator<Item = f64> + use<'a> {
    let opening = format!(" {attribute}=\"");
    svg.split(&opening)
        .skip(1)
        .filter_map(|after| after.split('"').next()?.parse().ok())
        .collect::<Vec<f64>>()
        .into_iter()
}

#[test]
fn nothing_gives_nothing() {
    for svg in every_chart(&[], "OpenAI") {
        assert_eq!(svg, "");
    }
    assert_eq!(deals_over_time(&DOLLARS, &[deal("a", 0.0, (2025, 1, 1))]), "");
    assert_eq!(who_pays_whom(&DOLLARS, &[flow("a", "b", f64::NAN)], 9), "");
    assert_eq!(company_flows(&DOLLARS, "c", &[flow("a", "b", 1.0)]), "");
    assert_eq!(bars_by_month(&DOLLARS, &[month("Jan", 0.0, 0)]), "");
}

#[test]
fn any_amounts_and_names_give_well_formed_svg_within_its_frame() {
    let huge: Vec<f64> = (0..=12).map(|power| 10_f64.powi(power)).collect();
    let crowd: Vec<f64> = (1..=200).map(|at| f64::from(at * at) * 1e6).collect();
    let broken = [f64::NAN, -5.0, f64::INFINITY, 1e300, 0.0, 3e9];
    let names = [
        "OpenAI",
        "株式会社プリファードネットワークス",
        "A company whose name is longer than any column could ever hold",
        "<script>\"&'\u{0}",
        "",
    ];
    for amounts in [&[1e9][..], &[2e9; 5], &huge, &crowd, &broken] {
        for name in names {
            for svg in every_chart(amounts, name) {
                assert_well_formed(&svg);
                assert!(!svg.contains("<script"));
                for attribute in ["x", "x1", "x2", "cx"] {
                    for x in numbers(&svg, attribute) {
                        assert!((0.0..=480.0).contains(&x), "{attribute}={x} in {svg}");
                    }
                }
            }
        }
    }
}

#[test]
fn equal_input_gives_equal_bytes_in_any_order() {
    let deals: Vec<DealPoint> = (1..=12).map(|at| deal("a → b", f64::from(at) * 1e8, (2025, at as u8, 3))).collect();
    let backwards: Vec<DealPoint> = deals.iter().rev().cloned().collect();
    assert_eq!(deals_over_time(&DOLLARS, &deals), deals_over_time(&DOLLARS, &backwards));
    let flows = [flow("a", "b", 1e9), flow("a", "c", 1e9), flow("d", "b", 2e9)];
    let backwards: Vec<Flow> = flows.iter().rev().cloned().collect();
    assert_eq!(who_pays_whom(&DOLLARS, &flows, 9), who_pays_whom(&DOLLARS, &backwards, 9));
}

#[test]
fn a_chart_has_a_name_and_a_description() {
    for svg in every_chart(&[1e9, 2e9], "OpenAI") {
        assert!(svg.contains(" role=\"img\""));
        assert!(svg.contains("<title id=\"ledger-title\">Deals &amp; &lt;money&gt;</title>"));
        assert!(svg.contains(" aria-describedby=\"ledger-desc\""));
        assert!(svg.contains("<desc id=\"ledger-desc\">"));
    }
}

#[test]
fn links_make_an_image_a_group() {
    let linked = DealPoint { href: Some("/deals/a&b/".to_owned()), ..deal("a", 1e9, (2025, 1, 1)) };
    let svg = deals_over_time(&DOLLARS, &[linked]);
    assert!(svg.contains(" role=\"group\""));
    assert!(svg.contains(" href=\"/deals/a&amp;b/\""));
}

#[test]
fn uncertain_deals_are_hollow_and_explained() {
    let rumour = DealPoint { certain: false, ..deal("a", 1e9, (2025, 1, 1)) };
    let svg = deals_over_time(&DOLLARS, &[rumour]);
    assert!(svg.contains("class=\"chart-dot chart-uncertain\""));
    assert!(svg.contains(ENGLISH.uncertain));
    let firm = deals_over_time(&DOLLARS, &[deal("a", 1e9, (2025, 1, 1))]);
    assert!(!firm.contains("chart-uncertain"));
}

#[test]
fn deals_without_an_amount_are_counted() {
    let deals = [deal("a", 1e9, (2025, 1, 1)), deal("b", 0.0, (2025, 2, 1))];
    let svg = deals_over_time(&DOLLARS, &deals);
    assert!(svg.contains("Not drawn, for want of an amount: 1 deal."));
}

#[test]
fn a_cut_name_stands_in_full_in_a_title() {
    let name = "A company whose name is longer than any column could ever hold";
    let svg = who_pays_whom(&DOLLARS, &[flow("a", name, 1e9)], 9);
    assert!(svg.contains(&format!("<title>{name}</title>")));
    assert!(svg.contains("…</text>"));
}

#[test]
fn payments_between_the_same_two_are_one_band() {
    let flows = [flow("a", "b", 1e9), flow("a", "b", 2e9), flow("b", "a", 5e9)];
    let svg = who_pays_whom(&DOLLARS, &flows, 9);
    assert_eq!(svg.matches("chart-flow\"").count(), 2);
    assert!(svg.contains("a → b: $3B, 2 deals"));
}

#[test]
fn what_is_beyond_the_most_is_counted() {
    let flows = [flow("a", "b", 4e9), flow("a", "c", 2e9), flow("a", "d", 1e9)];
    let svg = who_pays_whom(&DOLLARS, &flows, 1);
    assert!(svg.contains("and 2 more, $3B together"));
}

#[test]
fn a_company_sees_only_its_own_money() {
    let flows = [flow("a", "b", 4e9), flow("c", "a", 2e9), flow("c", "d", 9e9)];
    let svg = company_flows(&DOLLARS, "a", &flows);
    assert!(svg.contains("Paid $4B") && svg.contains("Received $2B"));
    assert!(!svg.contains("$9B"));
}

#[test]
fn braces_in_a_label_are_left_alone() {
    let svg = deals_over_time(&DOLLARS, &[deal("{amount}", 1e9, (2025, 1, 1))]);
    assert!(svg.contains("The largest: {amount}, $1B."));
}

#[test]
fn flows_without_an_amount_are_counted() {
    let flows = [flow("a", "b", 4e9), flow("a", "c", 0.0)];
    let said = "Not drawn, for want of an amount: 1 deal.";
    assert!(who_pays_whom(&DOLLARS, &flows, 9).contains(said));
    assert!(company_flows(&DOLLARS, "a", &flows).contains(said));
}

#[test]
fn one_deal_is_told_in_the_singular() {
    let flows = [flow("a", "b", 4e9)];
    assert!(who_pays_whom(&DOLLARS, &flows, 9).contains("$4B from 1 payer on the left to 1 receiver on the right."));
    let one = deals_over_time(&DOLLARS, &[deal("x", 1e9, (2025, 1, 1))]);
    assert!(one.contains("1 deal on 1 Jan 2025, of $1B, on a"), "{one}");
    let two = deals_over_time(&DOLLARS, &[deal("x", 1e9, (2025, 1, 1)), deal("y", 2e9, (2025, 3, 1))]);
    assert!(two.contains("2 deals from 1 Jan 2025 to 1 Mar 2025, between $1B and $2B, on a"), "{two}");
    assert!(bars_by_month(&DOLLARS, &[month("May", 1e9, 1)]).contains("1 deal in May, $1B. The"));
}

#[test]
fn a_ceiling_is_a_triangle_that_says_so() {
    let ceiling = DealPoint { bound: Bound::UpTo, ..deal("a", 5e11, (2025, 1, 1)) };
    let svg = deals_over_time(&DOLLARS, &[ceiling, deal("b", 1e9, (2025, 2, 1))]);
    assert!(svg.contains("<path class=\"chart-dot\""));
    assert!(svg.contains(">up to $500B</tspan>"));
    assert!(svg.contains("between $1B and up to $500B"));
    assert!(svg.contains("The largest: a, up to $500B. 1 of them is a triangle"));
    assert!(!deals_over_time(&DOLLARS, &[deal("b", 1e9, (2025, 2, 1))]).contains("triangle"));
}

#[test]
fn a_sum_is_as_exact_as_its_parts() {
    let about = Flow { bound: Bound::Nearly, ..flow("a", "b", 1e9) };
    let open = Flow { bound: Bound::MoreThan, ..flow("a", "c", 2e9) };
    let svg = who_pays_whom(&DOLLARS, &[about.clone(), open.clone(), flow("a", "d", 1e9)], 9);
    assert!(svg.contains("a → b: about $1B") && svg.contains("a → c: at least $2B") && svg.contains("a → d: $1B"));
    assert!(svg.contains(">at least $4B from 1 payer"));
    assert!(company_flows(&DOLLARS, "a", &[about, open]).contains("Paid at least $3B"));
    let months = [MonthTotal { bound: Bound::About, ..month("May", 1e9, 1) }];
    assert!(bars_by_month(&DOLLARS, &months).contains("1 deal in May, about $1B."));
}

#[test]
fn a_sum_says_how_many_deals_are_in_it() {
    let some = |summed, count| MonthTotal { summed, ..month("May", 1e9, count) };
    let svg = bars_by_month(&DOLLARS, &[some(2, 5), month("Jun", 2e9, 1)]);
    assert!(svg.contains("6 deals from May to Jun. The"), "{svg}");
    assert!(svg.contains("May: $1B from 2 of 5 deals<") && svg.contains("Jun: $2B, 1 deal<"), "{svg}");
    assert!(bars_by_month(&DOLLARS, &[some(1, 2)]).contains("In the sums: 1 of 2 deals, $1B."));
    // Seen and spoken.
    assert_eq!(svg.matches("In the sums: 3 of 6 deals, $3B together.").count(), 2);
}

#[test]
fn notes_stand_under_a_drawing_and_are_spoken() {
    let notes = ["Not in the sums: up to $600B more.".to_owned()];
    let svg = who_pays_whom(&Caption { notes: &notes, ..DOLLARS }, &[flow("a", "b", 4e9)], 9);
    assert_eq!(svg.matches(&notes[0]).count(), 2);
    assert_well_formed(&svg);
}
