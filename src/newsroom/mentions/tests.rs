//! What is found and what is not, on sentences of our own and, where they are at hand, on shared ones.

use std::collections::BTreeSet;

use super::*;
use crate::diagnostic::Place;
use crate::newsroom::entities::{Declared, Named, Registry};

/// A taxonomy's name, entity's slug, and names; the first is its name, the others are aliases.
pub(super) fn declare(taxonomy: &str, slug: &str, names: &str, ambiguous: bool, supported_by: &str) -> Declared {
    let mut names = names.split('|').map(str::to_owned);
    let list = |text: &str| text.split([',', '|']).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    Declared {
        taxonomy: taxonomy.to_owned(),
        name: names.next().unwrap(),
        slug: slug.to_owned(),
        aliases: names.collect(),
        ambiguous,
        supported_by: list(supported_by),
        parent: None,
        place: Place::file(format!("content/{taxonomy}/{slug}.md").as_str().into()),
    }
}

pub(super) fn searched() -> Vec<Searched<'static>> {
    ["companies", "models", "people", "tags"].into_iter().filter_map(Searched::by_name).collect()
}

fn prose(text: &str) -> Piece<'_> {
    Piece { text, line: Line::Prose, opens_block: true, linkable: true }
}

fn slugs(registry: &Registry, findings: &Findings) -> BTreeSet<String> {
    findings.entities.iter().map(|found| registry.get(found.entity).slug.clone()).collect()
}

/// The slugs of what is found, in the order of the alphabet.
pub(super) fn find_slugs(registry: &Registry, finder: &Finder, pieces: &[Piece<'_>]) -> String {
    slugs(registry, &finder.find(pieces, &[])).into_iter().collect::<Vec<_>>().join(" ")
}

/// A registry of profiles for the entities of the tests below.
fn registry(named: &[Named<'_>]) -> Registry {
    let profiles = [
        declare("companies", "openai", "OpenAI", false, ""),
        declare("companies", "hugging-face", "Hugging Face", false, ""),
        declare("companies", "meta", "Meta", false, "Quest"),
        declare("companies", "acorn", "Acorn", true, "oak chips"),
        declare("models", "claude", "Claude", true, ""),
        declare("people", "sam-altman", "Sam Altman", false, "openai"),
    ];
    Registry::build(&profiles, named, &|_| None).0
}

fn find(pieces: &[Piece<'_>], named: &[&str]) -> (Registry, Findings) {
    let registry = registry(&[]);
    let ids: Vec<EntityId> = named.iter().map(|name| registry.resolve_anywhere(name).unwrap()).collect();
    let findings = Finder::build(&registry, &searched()).find(pieces, &ids);
    (registry, findings)
}

/// The mentions as written, with the number of their piece.
fn written(pieces: &[Piece<'_>], findings: &Findings) -> Vec<String> {
    findings
        .mentions
        .iter()
        .map(|m| format!("{} {}", m.piece, &pieces[m.piece as usize].text[m.range.clone()]))
        .collect()
}

#[test]
fn the_first_mention_that_may_be_linked_is_found() {
    let pieces = [
        Piece { text: "OpenAI Ships a Model", line: Line::Heading, opens_block: true, linkable: true },
        Piece { text: "See what ", line: Line::Prose, opens_block: true, linkable: true },
        Piece { text: "OpenAI said", line: Line::Prose, opens_block: false, linkable: false },
        Piece {
            text: ", and how OpenAI&#39;s board and OpenAI’s staff took it.",
            line: Line::Prose,
            opens_block: false,
            linkable: true,
        },
    ];
    let (_, findings) = find(&pieces, &[]);
    assert_eq!(written(&pieces, &findings), ["0 OpenAI", "2 OpenAI", "3 OpenAI", "3 OpenAI"]);
    let found = &findings.entities[0];
    assert_eq!((found.in_front_matter, found.in_text, found.link), (false, 4, Some(2)));
}

#[test]
fn a_name_over_two_pieces_is_found_and_not_linked() {
    let piece = |text, opens_block| Piece { text, line: Line::Prose, opens_block, linkable: true };
    let pieces =
        [piece("They chose Hugging ", true), piece("Face", false), piece("Meta ", true), piece("Claude", true)];
    let (registry, findings) = find(&pieces, &[]);
    assert_eq!(slugs(&registry, &findings), BTreeSet::from(["hugging-face".to_owned()]));
    assert_eq!(findings.entities[0].link, None);
}

#[test]
fn front_matter_is_evidence_and_is_reported_even_without_a_mention() {
    let pieces = [prose("Claude for everybody. Acorn again.")];
    let (registry, findings) = find(&pieces, &[]);
    assert!(findings.entities.is_empty(), "{:?}", slugs(&registry, &findings));
    let (registry, findings) = find(&pieces, &["claude", "meta"]);
    assert_eq!(slugs(&registry, &findings), BTreeSet::from(["claude".to_owned(), "meta".to_owned()]));
    let [meta, claude] = findings.entities.as_slice() else { panic!("{findings:?}") };
    assert_eq!((meta.in_front_matter, meta.in_text, meta.link), (true, 0, None));
    assert_eq!((claude.in_front_matter, claude.in_text, claude.link), (true, 1, Some(0)));
}

#[test]
fn a_supporting_word_and_a_sure_mention_elsewhere_are_evidence() {
    let bare = prose("Acorn for schools.");
    assert!(find(&[bare], &[]).1.entities.is_empty());
    assert_eq!(find(&[bare, prose("They fried oak chips.")], &[]).1.entities.len(), 1);
    assert_eq!(find(&[bare, prose("The children liked Acorn better.")], &[]).1.entities[0].in_text, 2);
}

#[test]
fn a_surname_waits_for_its_full_name_or_its_company() {
    let texts = |texts: &[&str]| {
        let pieces: Vec<Piece<'_>> = texts.iter().map(|&text| prose(text)).collect();
        let (_, findings) = find(&pieces, &[]);
        written(&pieces, &findings)
    };
    assert!(texts(&["Then Altman left."]).is_empty());
    assert_eq!(texts(&["Then Altman left.", "Sam Altman was back, and Altman stayed."]), ["1 Sam Altman", "1 Altman"]);
    assert_eq!(texts(&["Altman of OpenAI spoke."]), ["0 Altman", "0 OpenAI"]);
}

#[test]
fn names_known_from_slugs_alone_are_found_in_their_spellings() {
    let names = ["mistral-small-3", "together-ai", "nous-research", "ylecun", "swyx", "got", "fine-tuning", "x", "4"];
    let taxonomies = ["models", "companies", "companies", "people", "people", "models", "tags", "companies", "models"];
    let named: Vec<Named<'_>> =
        names.iter().zip(taxonomies).map(|(name, taxonomy)| Named { taxonomy, name, post: 0 }).collect();
    let (registry, _) = Registry::build(&[], &named, &|_| None);
    let finder = Finder::build(&registry, &searched());
    let found = |text| find_slugs(&registry, &finder, &[prose(text)]);
    assert_eq!(found("Mistral Small 3 is out; mistral-small-3 too."), "mistral-small-3");
    assert_eq!(found("Prices at Together AI and NousResearch fell, says @ylecun."), "nous-research together-ai ylecun");
    assert_eq!(found("We work together. AI is fine-tuning; x = 4, and nobody got swyx."), "");
    assert_eq!(found("Got a laugh. The GOT model reads receipts."), "got");
}

#[test]
fn pieces_of_any_shape_do_no_harm() {
    let registry = registry(&[]);
    let finder = Finder::build(&registry, &searched());
    for text in [
        "",
        " ",
        "&",
        "&amp;",
        "@",
        "-",
        "Claude",
        "Claude&",
        "’",
        "é",
        "Meta’",
        "Meta-",
        "OpenAI\u{301}",
        "😀OpenAI😀",
        "https://",
        "//.",
        "Sam ",
    ] {
        for line in [Line::Prose, Line::Heading] {
            let piece = Piece { text, line, opens_block: false, linkable: true };
            let findings = finder.find(&[piece, piece, piece], &[EntityId(99)]);
            assert!(findings.mentions.iter().all(|m| m.range.end <= text.len()));
        }
    }
    assert_eq!(finder.find(&[], &[]), Findings::default());
}

proptest::proptest! {
    #[test]
    fn mentions_stand_on_characters_and_never_overlap(words in proptest::collection::vec("(Meta|Claude|openai|Hugging|Face|Sam|Altman|’s|'s|-|&amp;|\\.|,|é|中|3\\.5| | |\\PC)", 0..40)) {
        let texts: Vec<String> = words.chunks(5).map(|chunk| chunk.concat()).collect();
        let pieces: Vec<Piece<'_>> = texts.iter().enumerate().map(|(index, text)| {
            Piece { text, line: Line::Prose, opens_block: index % 3 == 0, linkable: true }
        }).collect();
        let (_, findings) = find(&pieces, &["claude"]);
        let mut last = (0, 0);
        for mention in &findings.mentions {
            let text = pieces[mention.piece as usize].text;
            proptest::prop_assert!(text.get(mention.range.clone()).is_some());
            proptest::prop_assert!((mention.piece, mention.range.start) >= last);
            last = (mention.piece, mention.range.end);
        }
    }
}
