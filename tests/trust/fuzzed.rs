//! Input that nobody thought of: what fuzzing has found, and what a generator makes up in every run.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::checks;

#[test]
fn what_fuzzing_has_found_holds_every_check() {
    for (name, check) in checks::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name);
        let mut inputs: Vec<_> = fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.path()).collect();
        inputs.sort();
        assert!(!inputs.is_empty(), "there is nothing to replay for {name}");
        for input in inputs {
            let bytes = fs::read(&input).unwrap();
            let start = Instant::now();
            check(&bytes);
            assert!(start.elapsed() < Duration::from_secs(10), "{}: {:?}", input.display(), start.elapsed());
        }
    }
}

/// Pieces that mean something to a reader, in any order, and now and then what means nothing.
fn text_of(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => proptest::sample::select(pieces).prop_map(|piece| piece.as_bytes().to_vec()),
        2 => "[a-z0-9 ]{1,6}".prop_map(String::into_bytes),
        1 => "\\PC{1,3}".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 1..4),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

const FACTS: &[&str] = &[
    "---\n",
    "+++\n",
    "title: ",
    "date: ",
    "2024-08-01",
    "tags: ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "\n",
    "\n  ",
    "- ",
    "\"",
    "'",
    "&a ",
    "*a",
    "!t ",
    ": ",
    "|\n",
    "deals:\n",
    "- id: x\n",
    "  amount: ",
    "$20M",
    "buyer: ",
    "~",
    "true",
    "\u{feff}",
    "\r\n",
    "\t",
    "\u{0}",
    "\u{202e}",
    "= ",
    "#",
    "aliases: ",
    "/../",
    "slug: ",
];
const AMOUNTS: &[&str] = &[
    "$",
    "€",
    "USD ",
    "1",
    "20",
    "1.5",
    "1,000",
    "M",
    "bn",
    " million",
    "–",
    "-",
    " to ",
    "about ",
    "nearly ",
    "over ",
    " per month",
    " a year",
    "/mo",
    "undisclosed",
    "up to ",
    "+",
    "%",
    ".",
    ",",
    " ",
    "999999999999999999999",
    "¥",
    "£",
    " over 5 years",
    "~",
    "k",
];
const SETTINGS: &[&str] = &[
    "title: ",
    "base_url: ",
    "https://",
    "example.org",
    "/a",
    "\n",
    "content: ",
    "output: ",
    "../",
    "taxonomies:\n",
    "  tags: ",
    "- name: ",
    "{",
    "}",
    "[",
    "]",
    "paginate: ",
    "-1",
    "99999999999",
    "markdown: ",
    "raw_html: ",
    "deny",
    "signup: ",
    "provider: ",
    "custom",
    "action: ",
    "javascript:x",
    "feeds: ",
    "items: ",
    "&a ",
    "*a",
    "\"",
    "'",
    "time_zone: ",
    "Europe/Berlin",
    "navigation: ",
    "url: ",
    "  ",
    "\t",
    "true",
    "outputs: ",
    "replies: ",
];
const REQUESTS: &[&str] = &[
    "/",
    "..",
    ".",
    "%2e",
    "%2f",
    "%5c",
    "%00",
    "%ff",
    "%25",
    "%",
    "\\",
    ";",
    "a",
    "index.html",
    "\n",
    "localhost",
    ":4000",
    "127.0.0.1",
    "[::1]",
    "evil.example",
    "http://",
    "https://",
    "null",
    "preview.example",
    "@",
    "?x",
    "#",
    " ",
    "\u{0}",
    "C:",
    "~1",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_facts_are_read_or_said(bytes in text_of(FACTS)) {
        checks::front_matter(&[b"---\n", &bytes[..], b"\n---\nText.\n"].concat());
        checks::front_matter(&bytes);
    }

    #[test]
    fn any_amount_is_read_or_refused(bytes in text_of(AMOUNTS)) {
        checks::amount(&bytes);
    }

    #[test]
    fn any_configuration_is_read_or_said(bytes in text_of(SETTINGS)) {
        checks::configuration(&bytes);
    }

    #[test]
    fn any_request_stays_in_the_site(bytes in text_of(REQUESTS)) {
        checks::request_path(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_no_cache_or_one(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        checks::cache_file(&bytes);
    }
}
