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

/// Reads the lexicon that lies beside the repository in the workshop, as profiles.
fn shared_lexicon(text: &str) -> Vec<Declared> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let (slug, kind, flags, names) = (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
            let taxonomy = match kind {
                "person" => "people",
                "model" => "models",
                "topic" | "law" => return None,
                _ => "companies",
            };
            let (names, maker) = names.split_once('>').unwrap_or((names, ""));
            let names: Vec<&str> = names.split('|').map(|name| name.trim_end_matches(['!', '~'])).collect();
            let support = flags.split_once('>').map_or("", |(_, support)| support);
            Some(declare(taxonomy, slug, &names.join("|"), flags.starts_with('A'), &format!("{support},{maker}")))
        })
        .collect()
}

#[test]
fn shared_sentences_are_read_as_labelled() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/related");
    let (Ok(lexicon), Ok(sentences)) =
        (std::fs::read_to_string(folder.join("lexicon.tsv")), std::fs::read_to_string(folder.join("mentions.jsonl")))
    else {
        return;
    };
    let (registry, _) = Registry::build(&shared_lexicon(&lexicon), &[], &|_| None);
    let finder = Finder::build(&registry, &searched());
    let (mut hits, mut spurious, mut missed) = (0, Vec::new(), Vec::new());
    for line in sentences.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = case["text"].as_str().unwrap();
        let wanted: BTreeSet<String> =
            case["entities"].as_array().unwrap().iter().map(|e| e.as_str().unwrap().to_owned()).collect();
        let got = slugs(&registry, &finder.find(&[prose(text)], &[]));
        hits += wanted.intersection(&got).count();
        spurious.extend(got.difference(&wanted).map(|slug| format!("{slug} in {text}")));
        missed.extend(wanted.difference(&got).map(|slug| format!("{slug} in {text}")));
    }
    println!("precision {hits}/{}, recall {hits}/{}", hits + spurious.len(), hits + missed.len());
    assert!(spurious.is_empty() && missed.is_empty(), "spurious: {spurious:#?}\nmissed: {missed:#?}");
}
