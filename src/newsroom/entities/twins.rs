//! Names that do not fold together and are likely one all the same: suggested, never merged.
//!
//! Everything here goes by look-up in indexes of folded words, so that a thousand names cost a
//! thousand look-ups and not a million comparisons. Names that differ by a number are versions of
//! one another (`gpt-4`, `gpt-4.1`; `llama-3`, `llama-3-8b`) and never suggested.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::{Kind, fold, words};
use super::known::Known;
use super::{Declared, Entity, EntityId, Registry};
use crate::diagnostic::{Diagnostic, Place};

/// How many suggestions a taxonomy gets before the rest is only counted.
const MOST: usize = 25;

/// Words that companies add to their names or leave out.
const FILLERS: &[&str] = &[
    "ai",
    "inc",
    "labs",
    "lab",
    "corp",
    "corporation",
    "ltd",
    "llc",
    "gmbh",
    "plc",
    "co",
    "company",
    "group",
    "hq",
    "project",
    "team",
    "official",
    "org",
    "foundation",
    "research",
    "technologies",
    "technology",
    "tech",
    "io",
    "com",
    "the",
    "platforms",
    "holdings",
    "software",
    "systems",
    "app",
];

/// The same, where they are glued to the end of a handle: `openrouterai`, `vllm_project`.
const GLUED: &[&str] = &["aihq", "ai", "hq", "labs", "project", "inc", "official", "team"];

/// Proposes pairs of entities that may be one, each with the line that would make them one.
pub(super) fn suggest(
    registry: &Registry,
    declared: &[Declared],
    known: &Known,
    place_of: impl Fn(EntityId, &str) -> Option<Place>,
) -> Vec<Diagnostic> {
    let mut by_taxonomy: BTreeMap<&str, Vec<EntityId>> = BTreeMap::new();
    for (index, entity) in registry.entities().iter().enumerate() {
        by_taxonomy.entry(&entity.taxonomy).or_default().push(EntityId(index as u32));
    }
    let mut diagnostics = Vec::new();
    for (taxonomy, ids) in by_taxonomy {
        let mut pairs = BTreeSet::new();
        same_core(registry, &ids, &mut pairs);
        match Kind::of_taxonomy(taxonomy) {
            Kind::Person => handles(registry, &ids, &mut pairs),
            Kind::Organisation => last_words(registry, &ids, known, &mut pairs),
            Kind::Model | Kind::Other => {}
        }
        near_spellings(registry, &ids, &mut pairs);
        let pairs: Vec<_> = pairs.into_iter().filter(|&pair| is_open(registry, pair)).collect();
        for &pair in pairs.iter().take(MOST) {
            diagnostics.push(note(registry, declared, pair, &place_of));
        }
        if pairs.len() > MOST {
            let message = format!("{} more pairs of names in `{taxonomy}` may be one each", pairs.len() - MOST);
            diagnostics.push(Diagnostic::note("likely-same", message).with_help("settle those above first"));
        }
    }
    diagnostics
}

type Pairs = BTreeSet<(EntityId, EntityId)>;

fn add(pairs: &mut Pairs, a: EntityId, b: EntityId) {
    if a != b {
        pairs.insert((a.min(b), a.max(b)));
    }
}

/// Says whether the author has not yet said that the two are different.
fn is_open(registry: &Registry, (a, b): (EntityId, EntityId)) -> bool {
    let (first, second) = (registry.get(a), registry.get(b));
    let both_have_profiles = first.profile.is_some() && second.profile.is_some();
    !both_have_profiles && first.parent != Some(b) && second.parent != Some(a)
}

/// The spelling with the most words: it says the most about where words end.
fn fullest(entity: &Entity) -> Vec<String> {
    entity
        .spellings
        .iter()
        .map(|spelling| words(&spelling.text))
        .chain([words(&entity.name)])
        .max_by_key(Vec::len)
        .unwrap_or_default()
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// `mistral` and `mistral-ai`, `vllm` and `vllm_project`: alike but for a filler.
fn same_core(registry: &Registry, ids: &[EntityId], pairs: &mut Pairs) {
    let mut by_core: BTreeMap<String, BTreeSet<EntityId>> = BTreeMap::new();
    for &id in ids {
        let entity = registry.get(id);
        let own = fullest(entity);
        let joined = own.concat();
        let core: String = own.iter().filter(|word| !FILLERS.contains(&word.as_str())).map(String::as_str).collect();
        let unglued = GLUED.iter().find_map(|end| joined.strip_suffix(end)).unwrap_or(&joined);
        for form in [joined.as_str(), core.as_str(), unglued] {
            // Below four letters what is left says nothing: `x-ai` without `ai`.
            if form.len() >= 4 {
                by_core.entry(form.to_owned()).or_default().insert(id);
            }
        }
    }
    for group in by_core.values() {
        if let Some((&first, others)) = group.iter().collect::<Vec<_>>().split_first() {
            others.iter().for_each(|&&other| add(pairs, *first, other));
        }
    }
}

/// `deepmind` and `google-deepmind`: one word that the other name ends with, and no third does.
fn last_words(registry: &Registry, ids: &[EntityId], known: &Known, pairs: &mut Pairs) {
    let mut by_last: BTreeMap<String, Vec<EntityId>> = BTreeMap::new();
    let mut single: BTreeMap<String, EntityId> = BTreeMap::new();
    for &id in ids {
        let own = fullest(registry.get(id));
        match own.as_slice() {
            [word] => {
                single.insert(word.clone(), id);
            }
            [.., last] => by_last.entry(last.clone()).or_default().push(id),
            [] => {}
        }
    }
    for (last, longer) in by_last {
        let telling =
            last.len() >= 5 && !has_digit(&last) && !known.is_ordinary(&last) && !FILLERS.contains(&last.as_str());
        if let (true, Some(&id), [only]) = (telling, single.get(&last), longer.as_slice()) {
            add(pairs, id, *only);
        }
    }
}

/// `ylecun` and `yann-lecun`: a handle made of the start of the first name and the surname.
fn handles(registry: &Registry, ids: &[EntityId], pairs: &mut Pairs) {
    let mut by_surname: BTreeMap<String, Vec<(String, EntityId)>> = BTreeMap::new();
    let mut single = Vec::new();
    for &id in ids {
        match fullest(registry.get(id)).as_slice() {
            [word] => single.push((word.clone(), id)),
            [first, .., last] if last.len() >= 4 => {
                by_surname.entry(last.clone()).or_default().push((first.clone(), id));
            }
            _ => {}
        }
    }
    for (handle, id) in single {
        for (at, _) in handle.char_indices() {
            let (start, end) = handle.split_at(at);
            let found = by_surname.get(end).into_iter().flatten();
            for (_, other) in found.filter(|(first, _)| first.starts_with(start)) {
                add(pairs, id, *other);
            }
        }
    }
}

/// `antropic` and `anthropic`: one letter too few, too many or wrong in a long name.
fn near_spellings(registry: &Registry, ids: &[EntityId], pairs: &mut Pairs) {
    // Two names one slip apart share a form with one letter left out.
    let mut by_form: BTreeMap<String, Vec<(EntityId, usize)>> = BTreeMap::new();
    for &id in ids {
        let entity = registry.get(id);
        let folded = fold(entity.spellings.first().map_or(entity.name.as_str(), |spelling| spelling.text.as_str()));
        if folded.len() < 8 || folded.len() > 40 || has_digit(&folded) {
            continue;
        }
        // The first letter is hardly ever the slip, and often the difference: `bing`, `ming`.
        for (at, letter) in folded.char_indices().skip(1) {
            let shorter = format!("{}{}", &folded[..at], &folded[at + letter.len_utf8()..]);
            by_form.entry(shorter).or_default().push((id, at));
        }
        by_form.entry(folded).or_default().push((id, usize::MAX));
    }
    for group in by_form.values() {
        for (index, &(a, at)) in group.iter().enumerate() {
            for &(b, other) in group[index + 1..].iter().take(8) {
                let apart = at.min(other).abs_diff(at.max(other));
                if at == usize::MAX || other == usize::MAX || apart <= 1 {
                    add(pairs, a, b);
                }
            }
        }
    }
}

fn note(
    registry: &Registry,
    declared: &[Declared],
    (a, b): (EntityId, EntityId),
    place_of: &impl Fn(EntityId, &str) -> Option<Place>,
) -> Diagnostic {
    let weight = |id: EntityId| {
        let entity = registry.get(id);
        (entity.profile.is_some(), entity.posts.len(), entity.name.len())
    };
    let (main, other) = if weight(b) > weight(a) { (b, a) } else { (a, b) };
    let (kept, alias) = (registry.get(main), registry.get(other));
    let written = |entity: &Entity| {
        entity.spellings.first().map_or_else(|| entity.name.clone(), |spelling| spelling.text.clone())
    };
    let (kept_written, alias_written) = (written(kept), written(alias));
    let message = format!("`{alias_written}` and `{kept_written}` in `{}` may be one", kept.taxonomy);
    let profile = kept.profile.and_then(|profile| declared.get(profile as usize));
    let file = profile.map_or_else(
        || format!("content/{}/{}.md", kept.taxonomy, kept.slug),
        |profile| profile.place.path.to_string(),
    );
    let note = Diagnostic::note("likely-same", message)
        .with_help(format!("if they are, add `aliases: [{alias_written}]` to `{file}`"));
    match place_of(other, &alias_written) {
        Some(place) => note.at(place),
        None => note,
    }
}
