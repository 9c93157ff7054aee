use proptest::prelude::*;

use super::*;
use crate::content::front_matter::{self, Reader};
use crate::source::SourceFile;

/// Reads a text and shows it again.
fn shown(text: &str) -> String {
    Amount::parse(text).unwrap_or_else(|error| panic!("{text}: {error} {:?}", error.help)).to_string()
}

fn refused(text: &str) -> AmountError {
    match Amount::parse(text) {
        Ok(amount) => panic!("{text} was read as {amount}"),
        Err(error) => error,
    }
}

/// The reason behind `the amount … can't be read: `.
fn reason(text: &str) -> String {
    let error = refused(text);
    error.message.split_once("can't be read: ").map_or(error.message.clone(), |(_, reason)| reason.to_owned())
}

fn figure(text: &str) -> Figure {
    Amount::parse(text).unwrap().figure().unwrap().clone()
}

#[test]
fn every_accepted_form_is_read() {
    for (text, expected) in [
        ("$20M", "$20M"),
        ("$20m", "$20M"),
        ("nearly $20 million per month", "nearly $20M per month"),
        ("€1.5bn", "€1.5B"),
        ("€ 1.5 billion", "€1.5B"),
        ("$10–15B", "$10–15B"),
        ("$10-15 billion", "$10–15B"),
        ("$10B to $15B", "$10–15B"),
        ("$10-$15 billion", "$10–15B"),
        ("between $10B and $15B", "$10–15B"),
        ("from $900M to $1.1B", "$900M–$1.1B"),
        ("$900M–1.1B", "$900M–$1.1B"),
        ("about $100M a year", "about $100M per year"),
        ("~$2.7B", "about $2.7B"),
        ("approx. $2.7B", "about $2.7B"),
        ("up to $100B", "up to $100B"),
        ("at least $20M a year", "at least $20M per year"),
        ("more than $250M over 5 years", "more than $250M over 5 years"),
        ("$11.9B over five years", "$11.9B over 5 years"),
        ("$300B over ~5 years", "$300B over about 5 years"),
        ("$10B over several years", "$10B over several years"),
        ("$1.2B over the next 18 months", "$1.2B over 18 months"),
        ("more than $250 million", "more than $250M"),
        (">$250M", "more than $250M"),
        (">= $250M", "at least $250M"),
        ("$20M+", "at least $20M"),
        ("$20M or more", "at least $20M"),
        ("USD 20M", "$20M"),
        ("USD20M", "$20M"),
        ("USD $20M", "$20M"),
        ("20M USD", "$20M"),
        ("20 million dollars", "$20M"),
        ("20 million Swiss francs", "CHF 20M"),
        ("£3bn", "£3B"),
        ("¥500bn", "¥500B"),
        ("CNY 3bn", "CN¥3B"),
        ("3bn yuan", "CN¥3B"),
        ("US$1.5B", "$1.5B"),
        ("A$2B", "A$2B"),
        ("C$2B", "C$2B"),
        ("HK$2B", "HK$2B"),
        ("$20M CAD", "C$20M"),
        ("₩1.5tn", "₩1.5T"),
        ("₹100bn", "₹100B"),
        ("1.3B EUR", "€1.3B"),
        ("15M€", "€15M"),
        ("CHF 10–15B", "CHF 10–15B"),
        ("$60M (per year)", "$60M per year"),
        ("$60M/yr", "$60M per year"),
        ("$60M p.a.", "$60M per year"),
        ("$5M, one-time", "$5M once"),
        ("$13B in total", "$13B in total"),
        ("$650M in cash", "$650M in cash"),
        ("$1.1B all stock", "$1.1B in stock"),
        ("$1,234,567", "$1,234,567"),
        ("$1,234.50", "$1,234.50"),
        ("$20,000–1.5M", "$20,000–1,500,000"),
        ("$6.454–7.125B", "$6.454–7.125B"),
        ("$1.23456B", "$1,234.56M"),
        ("tens of billions of dollars", "tens of billions of dollars"),
        ("several billion dollars", "several billion dollars"),
        ("billions of euros", "billions of euros"),
        ("undisclosed", "undisclosed"),
        ("Not disclosed", "undisclosed"),
        ("unknown", "undisclosed"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

/// The amounts of the forty deals that the demonstration is made from, as an author would type them.
#[test]
fn the_amounts_of_real_deals_are_read() {
    for (text, expected) in [
        ("~$20M per month", "about $20M per month"),
        ("$10B over several years", "$10B over several years"),
        ("$1B", "$1B"),
        ("$4B", "$4B"),
        ("$1.25B", "$1.25B"),
        ("$2.75B", "$2.75B"),
        ("~$300M", "about $300M"),
        ("$300mn", "$300M"),
        ("tens of billions of dollars", "tens of billions of dollars"),
        ("$650M", "$650M"),
        ("~$2.7B", "about $2.7B"),
        ("undisclosed", "undisclosed"),
        ("$14.3B", "$14.3B"),
        ("~$3B", "about $3B"),
        ("$2.4B", "$2.4B"),
        ("~$6.5B", "about $6.5B"),
        ("$1.1B all stock", "$1.1B in stock"),
        ("$11.9B over 5 years", "$11.9B over 5 years"),
        ("$300B over ~5 years", "$300B over about 5 years"),
        ("up to $500B", "up to $500B"),
        ("~$19B", "about $19B"),
        ("up to $100B", "up to $100B"),
        ("$5B", "$5B"),
        ("EUR 1.3B", "€1.3B"),
        ("$16M", "$16M"),
        ("EUR 15M", "€15M"),
        ("$13B", "$13B"),
        ("$6.6B", "$6.6B"),
        ("$33B", "$33B"),
        ("~$1.3B", "about $1.3B"),
        (">$250M over 5 years", "more than $250M over 5 years"),
        ("$60M (per year)", "$60M per year"),
        ("at least $20M a year", "at least $20M per year"),
        ("$1.5B", "$1.5B"),
        ("~$700M", "about $700M"),
        ("$665M cash", "$665M in cash"),
        ("$40B", "$40B"),
        ("$34.5B", "$34.5B"),
        ("$2B", "$2B"),
        ("$20M to $25M", "$20–25M"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn a_figure_is_in_hundredths_and_knows_what_it_is() {
    assert_eq!(
        figure("nearly $20M per month"),
        Figure {
            low: 2_000_000_000,
            high: 2_000_000_000,
            currency: Currency::USD,
            bound: Bound::Nearly,
            per: Some(Per::Month),
            term: None,
            paid: None
        }
    );
    assert_eq!(figure("nearly $20M per month").annualised(), Some((24_000_000_000, 24_000_000_000)));
    assert_eq!(figure("$20M").annualised(), None);
    assert_eq!(figure("$5B over 5 years").per, Some(Per::Total));
    assert_eq!(figure("$5B over 5 years").annualised(), None);
    assert_eq!(figure("$0.07").low, 7);
    let limits = |text: &str| Amount::parse(text).unwrap().limits();
    assert_eq!(limits("up to $1"), (None, Some(100)));
    assert_eq!(limits("at least $1"), (Some(100), None));
    assert_eq!(limits("$1–2"), (Some(100), Some(200)));
    assert_eq!(Amount::parse("$1–2").unwrap().bound_name(), "range");
    assert_eq!(Amount::parse("nearly $20M per month").unwrap().long(), "nearly $20 million per month");
    assert_eq!(Amount::parse("$900M–$1.1B").unwrap().long(), "$900 million to $1.1 billion");
}

#[test]
fn no_part_is_suggested_that_is_another_sum() {
    for text in [
        "$15–10B",
        "$5bil",
        "$5 gazillion",
        "$1–2–3M",
        "$20M per quarter",
        "€20M je Quartal",
        "$4B ($1.25B now)",
        "$20M / mese",
    ] {
        assert!(!refused(text).help[0].starts_with("did you mean"), "{text}: {:?}", refused(text).help);
    }
}

#[test]
fn what_is_ambiguous_is_refused_with_the_nearest_reading() {
    for (text, expected, nearest) in [
        ("€1,5 bn", "the commas in `1,5` do not mark thousands, and decimals stand behind a point", "€1.5B"),
        ("€1.500.000", "`1.500.000` has several points; the point marks decimals, commas mark thousands", "€1.5M"),
        ("₹1,000 crore", "`crore` is not a unit that is read; millions and billions are", "₹10B"),
        ("a whopping $20M", "`a` has no place there", "$20M"),
        ("up to about $4B", "`about` has no place there", "about $4B"),
        ("€20M pro Jahr", "`pro` has no place there", "€20M per year"),
        ("about 20M € jährlich", "`jährlich` has no place there", "about €20M per year"),
        ("€20M im Monat", "`im` has no place there", "€20M per month"),
    ] {
        let error = refused(text);
        assert_eq!(reason(text), expected, "{text}");
        assert_eq!(error.help[0], format!("did you mean `{nearest}`?"), "{text}");
        assert!(error.help[1].contains("`undisclosed`"));
    }
}

/// `20.000` is twenty to some and twenty thousand to others.
#[test]
fn a_point_that_may_mark_thousands_is_refused_with_both_readings() {
    for (text, readings) in [
        ("20.000 €", "`€20,000` or `€20`"),
        ("€1.500", "`€1,500` or `€1.50`"),
        ("$20.000", "`$20,000` or `$20`"),
        ("€1.500M", "`€1.5B` or `€1.5M`"),
        ("250.000 Euro", "`€250,000` or `€250`"),
        ("about €1.500–2.500 per month", "`about €1,500–2,500 per month` or `about €1.50–2.50 per month`"),
        ("$1.234", "`$1,234`"),
    ] {
        let error = refused(text);
        assert!(error.message.contains("may mark thousands or decimals"), "{text}: {error}");
        assert_eq!(error.help[0], format!("did you mean {readings}?"), "{text}");
    }
    // A comma says that the point is none, as do a nought before it and other numbers of digits behind it.
    for (text, expected) in [
        ("$1,500.000", "$1,500"),
        ("$0.070M", "$70,000"),
        ("€20.00", "€20"),
        ("€1.5000", "€1.50"),
        ("$6.454B", "$6.454B"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn what_says_too_little_or_too_much_is_refused() {
    for (text, expected) in [
        ("20M", "it names no currency"),
        ("20000000", "it names no currency; write `$20M`, or add the line `currency: USD`"),
        ("lots", "it holds no number"),
        ("", "it is empty"),
        ("$", "it holds no number"),
        ("-$20M", "an amount can't be negative"),
        ("$-20M", "an amount can't be negative"),
        ("€20M USD", "it names two currencies, EUR and USD"),
        ("$20 000", "write a number with commas between its thousands, not blanks"),
        ("20 kr", "`kr` is the crown of several countries: write `SEK`, `NOK` or `DKK`"),
        ("$15–10B", "a range runs from the lower to the higher amount"),
        ("$15B–$10B", "a range runs from the lower to the higher amount"),
        ("$10B–15", "the upper end lacks its unit"),
        ("$1,000–1,500B", "the lower end lacks its unit"),
        ("up to $10–15B", "a range has its own ends, and can't be `at least` or `up to` as well"),
        ("between $10B", "`between` lacks its `and`"),
        ("$1.2345", "it is finer than a cent"),
        ("$20M per quarter", "only `per month` and `per year` are read"),
        ("$2,000T", "it is more than a quadrillion"),
        ("$1234567890123456789", "`1234567890123456789` has too many digits"),
        ("$5B once over 5 years", "what is paid once is not paid over some time"),
        ("$5B a year per month", "it says twice what it is paid for"),
        ("$5B over a while", "the time must be so many years or months, as in `over 5 years`"),
        ("$20X", "`x` is no unit: they are `K`, `M`, `B` and `T`, or words such as `million`"),
    ] {
        assert_eq!(reason(text), expected, "{text}");
    }
    assert!(refused(&"$1".repeat(1000)).message.ends_with("is longer than 120 bytes"));
}

/// What reading a deal gives: the amount, and each complaint as `code line:column message`.
fn read(lines: &str) -> (Option<String>, Vec<String>) {
    let file = SourceFile::new("a.md", format!("---\ndeal:\n  {}\n---\n", lines.replace('\n', "\n  ")));
    let (matter, problems) = front_matter::parse(&file);
    assert!(problems.is_empty(), "{problems:?}");
    let reader = Reader::new(&file, &matter);
    let amount = Amount::read(&reader.root().get("deal").unwrap()).map(|amount| amount.to_string());
    let said = reader.finish();
    let line = |d: &Diagnostic| {
        let place = d.place.clone().unwrap();
        format!("{} {}:{} {}", d.code, place.line, place.column, d.message)
    };
    (amount, said.iter().map(line).collect())
}

#[test]
fn an_amount_may_stand_in_parts() {
    let fine = |lines: &str| {
        let (amount, said) = read(lines);
        assert_eq!(said, Vec::<String>::new());
        amount.unwrap()
    };
    assert_eq!(fine("amount: 20000000\ncurrency: USD\nper: month"), "$20M per month");
    assert_eq!(fine("amount: 1.5\ncurrency: eur\ncadence: once"), "€1.50 once");
    assert_eq!(fine("amount: 20M\ncurrency: GBP"), "£20M");
    assert_eq!(fine("amount: nearly $20M\nper: monthly"), "nearly $20M per month");
    assert_eq!(fine("amount: $20M per month\nper: month\ncurrency: USD"), "$20M per month");
    assert_eq!(fine("amount: undisclosed\ncurrency: USD"), "undisclosed");
    assert_eq!(read("amount:"), (None, vec![]));
}

#[test]
fn what_is_wrong_points_at_its_own_line() {
    let said = |lines: &str| {
        let (amount, said) = read(lines);
        assert_eq!(amount, None);
        said.join("; ")
    };
    let thousands = said("amount: 20.000\ncurrency: EUR");
    assert!(thousands.ends_with("can't be read: the point in `20.000` may mark thousands or decimals"), "{thousands}");
    assert_eq!(said("amount: lots"), "bad-amount 3:11 the amount `lots` can't be read: it holds no number");
    assert_eq!(said("amount: [1]"), "wrong-type 3:11 `amount` should be an amount of money, not a list");
    assert_eq!(
        said("amount: $20M per year\nper: month"),
        "bad-amount 3:11 the amount `$20M per year` can't be read: it says `year`, and the key beside it says `month`"
    );
    assert_eq!(
        said("amount: 20\ncurrency: USX\nper: day"),
        "bad-amount 4:13 `USX` is not a currency that Masthead knows; bad-amount 5:8 `per` can't be `day`"
    );
    assert_eq!(said("currency: USD"), "amount-missing 3:3 `currency` stands without an `amount`");
}

#[test]
fn amounts_agree_where_their_ranges_overlap() {
    let agree = |a: &str, b: &str| {
        let (a, b) = (Amount::parse(a).unwrap(), Amount::parse(b).unwrap());
        assert_eq!(a.agrees_with(&b), b.agrees_with(&a));
        a.agrees_with(&b)
    };
    assert!(agree("up to $4B", "$4B") && agree("at least $2B", "$4B") && agree("$10–15B", "$12B"));
    assert!(agree("~$300M", "$300M") && agree("nearly $20M per month", "$19M per month"));
    assert!(agree("undisclosed", "$4B") && agree("tens of billions of dollars", "$30B"));
    assert!(agree("$20M per month", "$240M a year") && agree("$100M a year over 5 years", "$500M in total"));
    assert!(agree("$60M", "$60M per year"));
    assert!(!agree("$4B", "$2.75B") && !agree("up to $4B", "$5B") && !agree("€1.3B", "$1.3B"));
    assert!(!agree("tens of billions of dollars", "$3B") && !agree("$20M per month", "$20M a year"));
}

#[test]
fn totals_are_rounded_and_machines_get_every_digit() {
    assert_eq!(rounded(12_344_000_000_000, Currency::USD), "$123.4B");
    assert_eq!(rounded(2_000_000_000, Currency::EUR), "€20M");
    assert_eq!(rounded(99_996_000_000, Currency::USD), "$1B");
    assert_eq!(rounded(123_456, Currency::USD), "$1,235");
    assert_eq!(decimal(2_000_000_000), "20000000");
    assert_eq!(decimal(123_450), "1234.50");
}

#[test]
fn every_currency_is_found_by_all_its_names() {
    for code in Currency::codes() {
        let currency = Currency::from_code(code).unwrap();
        assert_eq!(currency.code(), code);
        assert_eq!(Currency::find(currency.prefix().trim()), Some(currency));
        assert_eq!(Currency::from_name(currency.plural()), Some(currency));
    }
}

fn any_amount() -> impl Strategy<Value = Amount> {
    let codes: Vec<&'static str> = Currency::codes().collect();
    let currency = proptest::sample::select(codes).prop_map(|code| Currency::from_code(code).unwrap());
    let value = prop_oneof![
        0..2_000_000_i128,
        (1..2_000_i128, 0..16_u32).prop_map(|(n, zeros)| (n * 10_i128.pow(zeros)).min(LARGEST)),
        0..=LARGEST,
    ];
    let bound = proptest::sample::select(vec![
        Bound::Exact,
        Bound::About,
        Bound::Nearly,
        Bound::AtLeast,
        Bound::MoreThan,
        Bound::UpTo,
        Bound::LessThan,
    ]);
    let per =
        proptest::sample::select(vec![None, Some(Per::Once), Some(Per::Month), Some(Per::Year), Some(Per::Total)]);
    let term = prop_oneof![
        Just(None),
        Just(Some(Term::SeveralYears)),
        (1..100_u16, any::<bool>()).prop_map(|(count, about)| Some(Term::Years { count, about })),
        (1..100_u16, any::<bool>()).prop_map(|(count, about)| Some(Term::Months { count, about })),
    ];
    let paid = proptest::sample::select(vec![None, Some(Paid::Cash), Some(Paid::Stock), Some(Paid::CashAndStock)]);
    let figure = (value.clone(), value, any::<bool>(), currency.clone(), bound, per, term, paid).prop_map(
        |(a, b, is_range, currency, bound, per, term, paid)| {
            let may_range = is_range && a != b && matches!(bound, Bound::Exact | Bound::About);
            let (low, high) = if may_range { (a.min(b), a.max(b)) } else { (a, a) };
            // The same rules as in reading: a term makes a total, and nothing is paid once over years.
            let per = match (per, term) {
                (None | Some(Per::Once), Some(_)) => Some(Per::Total),
                (per, _) => per,
            };
            Amount::Figure(Figure { low, high, currency, bound, per, term, paid })
        },
    );
    let many = proptest::sample::select(vec![Many::Some, Many::Several, Many::Tens, Many::Hundreds]);
    let vague = (many, proptest::sample::select(vec![3_u8, 6, 9, 12]), currency)
        .prop_map(|(many, exponent, currency)| Amount::Vague(Vague { many, exponent, currency }));
    prop_oneof![1 => Just(Amount::Undisclosed), 20 => figure, 3 => vague]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_shown_is_read_again(amount in any_amount()) {
        prop_assert_eq!(&Amount::parse(&amount.to_string()).unwrap(), &amount);
        prop_assert_eq!(&Amount::parse(&amount.long()).unwrap(), &amount);
        prop_assert_eq!(&bitcode::decode::<Amount>(&bitcode::encode(&amount)).unwrap(), &amount);
        prop_assert!(amount.agrees_with(&amount));
    }

    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,40}") {
        let _ = Amount::parse(&text);
    }

    #[test]
    fn nothing_like_an_amount_is_too_strange(
        text in "(up to |~|>|between )?(\\$|US\\$|€|zł|é\\$)?[0-9]{0,12}[.,]?[0-9]{0,4} ?(M|bn|crore|T|x)?[-–]?( to | and )?(\\$|€)?[0-9]{0,30}([.,][0-9]{1,3})?(B|M)?( USD)?( per| over| in|/|,)? ?(month|5 years|cash|\\+)?"
    ) {
        if let Ok(amount) = Amount::parse(&text) {
            prop_assert_eq!(Amount::parse(&amount.to_string()).unwrap(), amount);
        }
    }
}
