use proptest::prelude::*;

use super::*;
use crate::content::front_matter::{self, Reader};
use crate::source::SourceFile;

fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").unwrap()
}

fn rfc(text: &str) -> String {
    Moment::parse(text, &paris()).unwrap_or_else(|error| panic!("{text}: {error}")).rfc3339()
}

fn wrong(text: &str) -> String {
    Moment::parse(text, &paris()).map(Moment::rfc3339).unwrap_err().message
}

#[test]
fn every_form_of_real_archives_is_read() {
    assert_eq!(rfc("2024-08-01"), "2024-08-01T00:00:00+02:00");
    assert_eq!(rfc("2024-12-01"), "2024-12-01T00:00:00+01:00");
    assert_eq!(rfc("2024-8-1"), "2024-08-01T00:00:00+02:00");
    assert_eq!(rfc("2024/08/01"), "2024-08-01T00:00:00+02:00");
    assert_eq!(rfc("2024-08-01T10:00:00Z"), "2024-08-01T10:00:00Z");
    assert_eq!(rfc("2023-12-11T20:11:07.966684Z"), "2023-12-11T20:11:07Z");
    assert_eq!(rfc("2024-08-01 10:00"), "2024-08-01T10:00:00+02:00");
    assert_eq!(rfc("2024-08-01 9:05"), "2024-08-01T09:05:00+02:00");
    assert_eq!(rfc("2024-08-01 10:00:00 +0200"), "2024-08-01T10:00:00+02:00");
    assert_eq!(rfc("2024-08-01T10:00:00-05:30"), "2024-08-01T10:00:00-05:30");
    assert_eq!(rfc("2024-08-01 10:00:00 UTC"), "2024-08-01T10:00:00Z");
    assert_eq!(rfc("2024-08-01T10:00:00+14:00"), "2024-08-01T10:00:00+14:00");
    assert_eq!(rfc("Thu, 01 Aug 2024 10:00:00 +0200"), "2024-08-01T10:00:00+02:00");
    assert_eq!(rfc("1 Aug 2024 10:00 GMT"), "2024-08-01T10:00:00Z");
    assert_eq!(rfc("August 1, 2024"), "2024-08-01T00:00:00+02:00");
    assert_eq!(rfc("1 August 2024"), "2024-08-01T00:00:00+02:00");
    assert_eq!(rfc("Thursday, Aug. 1st 2024"), "2024-08-01T00:00:00+02:00");
    assert_eq!(rfc("2028-02-29"), "2028-02-29T00:00:00+01:00");
}

#[test]
fn what_does_not_exist_is_refused_with_its_reason() {
    assert_eq!(wrong("2026-02-30"), "the date `2026-02-30` does not exist: February 2026 has 28 days");
    assert_eq!(wrong("2026-13-01"), "the date `2026-13-01` does not exist: there is no month 13");
    assert_eq!(wrong("0000-00-00"), "the date `0000-00-00` does not exist: there is no year 0");
    assert_eq!(wrong("tomorrow"), "`tomorrow` is not a date that can be read");
    assert_eq!(
        wrong("2026-01-01T24:00:00Z"),
        "the time `24:00:00` does not exist: the last hour is 23, and midnight is `00:00`"
    );
    assert_eq!(wrong("2026-01-01 23:59:60"), "the time `23:59:60` does not exist: the last second is 59");
    assert_eq!(wrong("10000-01-01"), "`10000-01-01` has a year beyond 9999");
    assert_eq!(
        wrong("2026-01-01T00:00:00+15:00"),
        "the offset `+15:00` does not exist: they run from `-12:00` to `+14:00`"
    );
    assert_eq!(wrong("01/08/2024"), "`01/08/2024` may be two different days: the year comes first, then month and day");
    assert_eq!(wrong("February 30, 2026"), "the date `February 30, 2026` does not exist: February 2026 has 28 days");
    assert!(wrong("Fri, 01 Aug 2024 10:00:00 +0200").ends_with("wrong day of the week: that day was a Thursday"));
    for text in ["", "2024", "2024-08", "2024-08-01T1000", "+2024-08-01", "2024-08-01\u{202e}"] {
        wrong(text);
    }
}

#[test]
fn a_near_miss_names_what_was_meant() {
    let help = |text| Moment::parse(text, &TimeZone::UTC).unwrap_err().help;
    assert!(help("20240801").starts_with("did you mean `2024-08-01`?"));
    assert!(help("24-08-01").starts_with("did you mean `2024-08-01`?"));
    assert!(help("tomorrow").contains("`2024-08-01T10:00:00+02:00`"));
}

#[test]
fn a_long_date_is_refused_before_it_is_read() {
    assert!(wrong(&format!("Thu, 01 Aug 2024 10:00:00 {}", "(".repeat(10_000))).ends_with("longer than 64 bytes"));
}

#[test]
fn moments_compare_by_instant_and_show_their_own_day() {
    let utc = |text| Moment::parse(text, &TimeZone::UTC).unwrap();
    let (early, late) = (utc("2024-08-02T01:00:00+09:00"), utc("2024-08-01T20:00:00Z"));
    assert!(early < late);
    assert_eq!(early.iso_date(), "2024-08-02");
    assert_eq!(early.day_number(), utc("2024-08-02").day_number());
    assert_eq!(utc("1970-01-01").day_number(), 0);
    assert!(!utc("2024-08-01").has_time() && late.has_time());
    assert_eq!((early.long_date(), early.short_date()), ("2 August 2024".to_owned(), "2 Aug".to_owned()));
    assert_eq!(late.rfc2822(), "Thu, 01 Aug 2024 20:00:00 +0000");
    assert_eq!(Moment::parse(&early.rfc2822(), &TimeZone::UTC).unwrap(), early);
}

#[test]
fn a_day_without_midnight_and_a_place_with_odd_seconds_keep_their_day() {
    // Brazil's clocks went forward at midnight; Paris was 9 minutes 21 seconds ahead until 1911.
    let brazil = TimeZone::get("America/Sao_Paulo").unwrap();
    assert_eq!(Moment::parse("2018-11-04", &brazil).unwrap().iso_date(), "2018-11-04");
    assert_eq!(Moment::parse("1900-05-01", &paris()).unwrap().rfc3339(), "1900-05-01T00:00:00+00:09");
}

#[test]
fn a_bad_date_points_at_itself_and_a_wrong_type_says_so() {
    let said = |line: &str| {
        let file = SourceFile::new("a.md", format!("---\n{line}\n---\n"));
        let (matter, _) = front_matter::parse(&file);
        let reader = Reader::new(&file, &matter);
        assert_eq!(Moment::read(&reader.root().get("date").unwrap(), &TimeZone::UTC), None);
        let said = reader.finish();
        let place = said[0].place.clone().unwrap();
        (said[0].code.to_string(), place.line, place.column, place.length)
    };
    assert_eq!(said("date: 2026-02-30"), ("bad-date".to_owned(), 2, 7, 10));
    assert_eq!(said("date: true"), ("wrong-type".to_owned(), 2, 7, 4));
    assert_eq!(said("date: [2024-01-01]").0, "wrong-type");
}

#[test]
fn partial_dates_keep_what_is_known() {
    let shown = |text| PartialDate::parse(text).map(|date| (date.iso(), date.to_string())).unwrap();
    let both = |iso: &str, long: &str| (iso.to_owned(), long.to_owned());
    assert_eq!(shown("2024"), both("2024", "2024"));
    assert_eq!(shown("2024-03"), both("2024-03", "March 2024"));
    assert_eq!(shown("Mar 2024"), both("2024-03", "March 2024"));
    assert_eq!(shown("2024-Q3"), both("2024-Q3", "Q3 2024"));
    assert_eq!(shown("q3 2024"), both("2024-Q3", "Q3 2024"));
    assert_eq!(shown("March 15, 2024"), both("2024-03-15", "15 March 2024"));
    assert_eq!(shown("2024-03-15T10:00:00Z"), both("2024-03-15", "15 March 2024"));
    let error = PartialDate::parse("2024-13").unwrap_err();
    assert_eq!(error.message, "the date `2024-13` does not exist: there is no month 13");
    for wrong in ["2024-Q5", "0000", "Q3", "last week", "2024-02-30", "24-03", "2024-00", "March"] {
        assert!(PartialDate::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn partial_dates_have_a_first_and_a_last_day() {
    let date = |text| PartialDate::parse(text).unwrap();
    assert!(date("2024") < date("2024-03") && date("2024-03") < date("2024-03-15"));
    assert_eq!(date("2024-02").last_day() - date("2024-02").first_day(), 28);
    assert_eq!(date("2024-Q4").last_day(), date("2024-12-31").first_day());
    assert_eq!(date("2024").last_day() + 1, date("2025").first_day());
    assert_eq!(date("9999-12").last_day(), date("9999").last_day());
    assert!(date("2024-Q1").overlaps(date("2024-03-31")) && !date("2024-Q1").overlaps(date("2024-04")));
}

#[test]
fn file_names_and_paths_hold_dates() {
    let stem = |text| date_from_stem(text).unwrap().map(|(date, rest)| (date.to_string(), rest));
    let found = |date: &str, rest| Some((date.to_owned(), rest));
    assert_eq!(stem("2024-08-01-tiktok"), found("2024-08-01", "tiktok"));
    assert_eq!(stem("24-08-01-ainews"), found("2024-08-01", "ainews"));
    assert_eq!(stem("2021-4-5-110"), found("2021-04-05", "110"));
    assert_eq!(stem("2024-08-01"), found("2024-08-01", ""));
    for none in ["10-20-30-rules", "2024-plans", "tiktok", "2024-08-01st", "Rust-1.88.0", "20240801-x", "3000-01-01-x"]
    {
        assert_eq!(stem(none), None, "{none}");
    }
    assert_eq!(
        date_from_stem("2021-02-30-x").unwrap_err().message,
        "`2021-02-30` starts like a date, but the date `2021-02-30` does not exist: February 2021 has 28 days"
    );
    let path = |text| date_from_path(text).unwrap().map(|(date, rest)| (date.to_string(), rest));
    assert_eq!(path("2025/06/26/Rust-1.88.0"), found("2025-06-26", "Rust-1.88.0"));
    assert_eq!(path("/blog/2025/06/26/a/b"), found("2025-06-26", "a/b"));
    assert_eq!(path("content/posts/a.md"), None);
    assert!(date_from_path("2025/13/26/x").is_err());
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,70}") {
        let _ = Moment::parse(&text, &TimeZone::UTC);
        let _ = PartialDate::parse(&text);
        let _ = date_from_stem(&text);
        let _ = date_from_path(&text);
    }

    #[test]
    fn nothing_like_a_date_is_too_strange(text in "(Thu, )?[0-9]{1,5}[-/. ]([0-9]{1,3}|Aug|é)[-/ ,]?[0-9]{0,5}[T ]?[0-9:.,]{0,12}[ +Z(éa-]{0,3}[0-9:]{0,6}") {
        let _ = PartialDate::parse(&text);
        if let Ok(moment) = Moment::parse(&text, &TimeZone::UTC) {
            prop_assert_eq!(Moment::parse(&moment.rfc3339(), &TimeZone::UTC).unwrap().unix_seconds(), moment.unix_seconds());
        }
    }

    #[test]
    fn what_is_written_is_read_again(seconds in -30_000_000_000_i64..200_000_000_000, quarters in -48_i32..=56) {
        let moment = Moment { seconds, offset: quarters * 900, has_time: true };
        prop_assert_eq!(Moment::parse(&moment.rfc3339(), &TimeZone::UTC).unwrap(), moment);
        prop_assert_eq!(Moment::parse(&moment.rfc2822(), &TimeZone::UTC).unwrap(), moment);
        let day: PartialDate = moment.into();
        prop_assert_eq!(day.first_day(), moment.day_number());
        prop_assert_eq!(PartialDate::parse(&day.iso()).unwrap(), day);
        prop_assert_eq!(PartialDate::parse(&day.to_string()).unwrap(), day);
        prop_assert_eq!(bitcode::decode::<Moment>(&bitcode::encode(&moment)).unwrap(), moment);
    }
}

#[test]
fn a_letter_that_looks_like_a_digit_is_said_with_the_digit() {
    let moment = |text| Moment::parse(text, &TimeZone::UTC).unwrap_err();
    let partial = |text| PartialDate::parse(text).unwrap_err();
    for (text, meant, error) in [
        ("2024-08-O1", "2024-08-01", moment("2024-08-O1")),
        ("2024-o8-l2", "2024-08-12", moment("2024-o8-l2")),
        ("2024-08-01T1O:00", "2024-08-01T10:00", moment("2024-08-01T1O:00")),
        ("2O24-03", "2024-03", partial("2O24-03")),
    ] {
        assert_eq!(error.message, format!("`{text}` has a letter where a digit belongs"));
        assert!(error.help.starts_with(&format!("did you mean `{meant}`?")), "{}", error.help);
    }
}
