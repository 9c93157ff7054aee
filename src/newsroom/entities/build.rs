//! How the registry is made: count spellings, fold them into groups, let profiles take theirs, name the rest.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fold::{Kind, display, fold, is_slug_like, marks, slug, words};
use super::known::Known;
use super::{Declared, Entity, EntityId, Named, Registry, Spelling, twins};
use crate::diagnostic::{Diagnostic, Place};

/// What is known of one name before it has a slug: a profile, or spellings, or both.
#[derive(Default)]
struct Draft<'a> {
    profile: Option<usize>,
    /// Every spelling, with its count and where it was first written (an index into what was named).
    spellings: BTreeMap<&'a str, (u32, usize)>,
    posts: Vec<u32>,
}

pub(super) fn build(
    declared: &[Declared],
    named: &[Named<'_>],
    place_of: &dyn Fn(usize) -> Option<Place>,
) -> (Registry, Vec<Diagnostic>) {
    let known = Known::built_in();
    let mut diagnostics = Vec::new();
    let mut by_taxonomy: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, profile) in declared.iter().enumerate() {
        by_taxonomy.entry(&profile.taxonomy).or_default().push(index);
    }
    let mut counted = count(named);
    for taxonomy in counted.keys() {
        by_taxonomy.entry(taxonomy).or_default();
    }

    let mut registry = Registry::default();
    let mut first_named = Vec::new();
    for (taxonomy, profiles) in by_taxonomy {
        let mut drafts = claim(declared, &profiles, &mut diagnostics);
        let own = counted.remove(taxonomy).unwrap_or_default();
        for (folded, group) in own {
            let position = *drafts.by_fold.entry(folded).or_insert_with(|| {
                drafts.drafts.push(Draft::default());
                drafts.drafts.len() - 1
            });
            let draft = &mut drafts.drafts[position];
            draft.spellings.extend(group.spellings);
            draft.posts.extend(group.posts);
        }
        let clashes = finish(&mut registry, &mut first_named, taxonomy, drafts, declared, &known);
        for (id, owner) in clashes {
            let (entity, firsts) = (&registry.entities[id], &first_named[id]);
            let place = entity.spellings.first().and_then(|spelling| place_of(*firsts.get(spelling.text.as_str())?));
            diagnostics.push(clash(entity, &registry.entities[owner], place));
        }
    }
    connect(&mut registry, declared, &mut diagnostics);
    for (entity, first) in registry.entities.iter().zip(&first_named) {
        diagnostics.extend(merged(entity, first, place_of));
    }
    diagnostics.extend(twins::suggest(&registry, declared, &known, |id, spelling| {
        let firsts: &BTreeMap<&str, usize> = &first_named[id.0 as usize];
        firsts.get(spelling).and_then(|&index| place_of(index))
    }));
    (registry, diagnostics)
}

/// Counts spellings and gathers them by their folded form.
fn count<'a>(named: &[Named<'a>]) -> BTreeMap<&'a str, BTreeMap<String, Draft<'a>>> {
    // Names repeat a thousand times over: each spelling is folded once, however often it stands.
    let mut numbers: HashMap<(&str, &str), usize> = HashMap::new();
    let mut seen: Vec<(&str, &str, usize, Vec<u32>)> = Vec::new();
    for (index, name) in named.iter().enumerate() {
        if name.name.trim().is_empty() {
            continue;
        }
        let number = *numbers.entry((name.taxonomy, name.name)).or_insert_with(|| {
            seen.push((name.taxonomy, name.name, index, Vec::new()));
            seen.len() - 1
        });
        seen[number].3.push(name.post);
    }
    let mut groups: BTreeMap<&str, BTreeMap<String, Draft<'_>>> = BTreeMap::new();
    for (taxonomy, name, first, posts) in seen {
        let draft = groups.entry(taxonomy).or_default().entry(fold(name)).or_default();
        draft.spellings.insert(name, (posts.len() as u32, first));
        draft.posts.extend(posts);
    }
    groups
}

/// The drafts of one taxonomy.
#[derive(Default)]
struct Drafts<'a> {
    drafts: Vec<Draft<'a>>,
    by_fold: BTreeMap<String, usize>,
}

/// Gives each profile its names; a name that two profiles claim stays with the first, by path.
fn claim<'a>(declared: &[Declared], profiles: &[usize], diagnostics: &mut Vec<Diagnostic>) -> Drafts<'a> {
    let mut profiles = profiles.to_vec();
    profiles.sort_by(|&a, &b| (&declared[a].place, &declared[a].slug).cmp(&(&declared[b].place, &declared[b].slug)));
    let mut drafts = Drafts::default();
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    for &index in &profiles {
        let profile = &declared[index];
        let position = drafts.drafts.len();
        drafts.drafts.push(Draft { profile: Some(index), ..Draft::default() });
        let mut disputed = BTreeSet::new();
        for name in [&profile.name, &profile.slug].into_iter().chain(&profile.aliases) {
            if name.trim().is_empty() {
                continue;
            }
            let folded = fold(name);
            let owner = *owners.entry(folded.clone()).or_insert(index);
            if owner == index {
                drafts.by_fold.entry(folded).or_insert(position);
            } else if disputed.insert(owner) {
                let other = &declared[owner];
                diagnostics.push(
                    Diagnostic::error(
                        "alias-claimed-twice",
                        format!("`{name}` is claimed by both `{}` and `{}`", other.name, profile.name),
                    )
                    .at(profile.place.clone())
                    .with_related(other.place.clone(), format!("`{}` claims it here", other.name))
                    .with_help(format!("remove `{name}` from one of the two, or make them one profile")),
                );
            }
        }
    }
    drafts
}

/// Gives every draft its name and slug, and appends the entities in the order of their slugs; gives those without a
/// profile that did not get the slug of their name, each with the one that has it.
fn finish<'a>(
    registry: &mut Registry,
    first_named: &mut Vec<BTreeMap<&'a str, usize>>,
    taxonomy: &str,
    drafts: Drafts<'a>,
    declared: &[Declared],
    known: &Known,
) -> Vec<(usize, usize)> {
    let kind = Kind::of_taxonomy(taxonomy);
    let mut folds: Vec<Vec<String>> = vec![Vec::new(); drafts.drafts.len()];
    for (folded, position) in drafts.by_fold {
        folds[position].push(folded);
    }
    let mut made: Vec<(Entity, BTreeMap<&'a str, usize>, Vec<String>)> = drafts
        .drafts
        .into_iter()
        .zip(folds)
        // A profile whose every name another profile holds has been complained about.
        .filter(|(draft, folds)| draft.profile.is_some() || !folds.is_empty())
        .map(|(draft, folds)| {
            let (entity, firsts) = entity(taxonomy, kind, draft, declared, known);
            (entity, firsts, folds)
        })
        .collect();
    // Profiles take their slugs first, then the rest in the order in which posts named them, so that a newer post takes
    // no address from a name that folds apart and slugs alike. Posts are numbered from the newest on.
    made.sort_by(|(a, ..), (b, ..)| {
        let oldest = |entity: &Entity| std::cmp::Reverse(entity.posts.last().copied());
        (a.profile.is_none(), &a.slug, oldest(a), &a.name).cmp(&(b.profile.is_none(), &b.slug, oldest(b), &b.name))
    });
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut clashes: Vec<(String, String)> = Vec::new();
    for (entity, ..) in &mut made {
        let wanted = entity.slug.clone();
        let mut number = 2;
        while !taken.insert(entity.slug.clone()) {
            entity.slug = format!("{wanted}-{number}");
            number += 1;
        }
        if entity.slug != wanted && entity.profile.is_none() {
            clashes.push((entity.slug.clone(), wanted));
        }
    }
    for (entity, ..) in &mut made {
        // A slug is free to redirect only if no entity lives there and none redirects from it.
        entity.old_slugs.retain(|old| taken.insert(old.clone()));
    }
    made.sort_by(|(a, ..), (b, ..)| a.slug.cmp(&b.slug));
    let number = |slug: &str| {
        let found = made.binary_search_by(|(entity, ..)| entity.slug.as_str().cmp(slug));
        registry.entities.len() + found.unwrap_or_else(|near| near)
    };
    let clashes = clashes.iter().map(|(slug, wanted)| (number(slug), number(wanted))).collect();
    let by_fold = registry.by_fold.entry(taxonomy.to_owned()).or_default();
    for (entity, firsts, folds) in made {
        let id = EntityId(registry.entities.len() as u32);
        by_fold.extend(folds.into_iter().map(|folded| (folded, id)));
        registry.entities.push(entity);
        first_named.push(firsts);
    }
    clashes
}

/// Says that a name is not at the address that it gives, since another one has it.
fn clash(entity: &Entity, owner: &Entity, place: Option<Place>) -> Diagnostic {
    let Entity { taxonomy, slug, name, .. } = entity;
    let message = format!(
        "`{name}` and `{}` in `{taxonomy}` give the same address: `{}` has `/{taxonomy}/{}/`, and `{name}` is at `/{taxonomy}/{slug}/`",
        owner.name, owner.name, owner.slug
    );
    let help = format!("add `content/{taxonomy}/{slug}.md` with `name: {name}` and a `slug:` of your own");
    let warning = Diagnostic::warning("same-address-of-terms", message).with_help(help);
    match place {
        Some(place) => warning.at(place),
        None => warning,
    }
}

fn entity<'a>(
    taxonomy: &str,
    kind: Kind,
    draft: Draft<'a>,
    declared: &[Declared],
    known: &Known,
) -> (Entity, BTreeMap<&'a str, usize>) {
    let Draft { profile, spellings, mut posts } = draft;
    posts.sort_unstable();
    posts.dedup();
    let firsts = spellings.iter().map(|(&text, &(_, first))| (text, first)).collect();
    let mut by_count: Vec<Spelling> =
        spellings.into_iter().map(|(text, (count, _))| Spelling { text: text.to_owned(), count }).collect();
    by_count.sort_by(|a, b| (b.count, &a.text).cmp(&(a.count, &b.text)));
    let profile_of = profile.map(|index| &declared[index]);
    let name = match profile_of {
        Some(profile) if !profile.name.trim().is_empty() => profile.name.clone(),
        _ => likeliest_name(&by_count, kind, known),
    };
    let own_slug = match profile_of {
        Some(profile) => slug(&profile.slug),
        None => by_count.first().map_or_else(|| slug(&name), |spelling| slug(&spelling.text)),
    };
    let aliases = profile_of.map_or_else(Vec::new, |profile| profile.aliases.clone());
    let old_slugs: BTreeSet<String> = by_count
        .iter()
        .map(|spelling| &spelling.text)
        .chain(&aliases)
        .map(|text| slug(text))
        .filter(|old| *old != own_slug)
        .collect();
    let entity = Entity {
        taxonomy: taxonomy.to_owned(),
        slug: own_slug,
        name,
        aliases,
        spellings: by_count,
        posts,
        old_slugs: old_slugs.into_iter().collect(),
        profile: profile.map(|index| index as u32),
        ambiguous: profile_of.is_some_and(|profile| profile.ambiguous),
        supported_by: Vec::new(),
        supporting_words: Vec::new(),
        parent: None,
    };
    (entity, firsts)
}

/// Chooses what to show: the commonest spelling that looks like a name, or a name made from a slug.
fn likeliest_name(by_count: &[Spelling], kind: Kind, known: &Known) -> String {
    if let Some(spelling) = by_count.iter().find(|spelling| !is_slug_like(&spelling.text)) {
        return spelling.text.trim().to_owned();
    }
    // `nous-research` says more about the name than `nousresearch`, however rare it is.
    by_count
        .iter()
        .max_by_key(|spelling| (words(&spelling.text).len(), spelling.count, std::cmp::Reverse(&spelling.text)))
        .map_or_else(String::new, |spelling| display(&spelling.text, kind, known))
}

/// Resolves what profiles say about other entities, now that all have their numbers.
fn connect(registry: &mut Registry, declared: &[Declared], diagnostics: &mut Vec<Diagnostic>) {
    for index in 0..registry.entities.len() {
        let Some(profile) = registry.entities[index].profile.map(|profile| &declared[profile as usize]) else {
            continue;
        };
        let (mut entities, mut supporting) = (Vec::new(), Vec::new());
        for name in &profile.supported_by {
            match registry.resolve_anywhere(name) {
                Some(id) if id.0 as usize != index => entities.push(id),
                _ => supporting.push(name.clone()),
            }
        }
        let parent = profile.parent.as_ref().filter(|name| !name.trim().is_empty());
        let parent_id = parent
            .and_then(|name| registry.resolve(&profile.taxonomy, name).or_else(|| registry.resolve_anywhere(name)));
        if let (Some(name), None) = (parent, parent_id) {
            let near = crate::diagnostic::nearest(name, registry.entities.iter().map(|entity| entity.name.as_str()));
            let help = near.map_or_else(
                || format!("add a profile for `{name}` to link the two"),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("the parent `{name}` of `{}` is neither a profile nor named by a post", profile.name);
            diagnostics.push(Diagnostic::note("unknown-parent", message).at(profile.place.clone()).with_help(help));
        }
        let entity = &mut registry.entities[index];
        entity.supported_by = entities;
        entity.supporting_words = supporting;
        entity.parent = parent_id.filter(|id| id.0 as usize != index);
    }
}

/// Says that spellings were merged where no profile asked for it, if their URLs differed, or their marks.
///
/// Spellings that differ in capitals alone had one URL all along, and some authors leave out all marks: to list them
/// would be noise. But `bán` and `bạn` are two words.
fn merged(
    entity: &Entity,
    first_named: &BTreeMap<&str, usize>,
    place_of: &dyn Fn(usize) -> Option<Place>,
) -> Option<Diagnostic> {
    if entity.profile.is_some() {
        return None;
    }
    let mut marks_of_slugs = BTreeMap::new();
    let is_different = |spelling: &&Spelling| match (marks_of_slugs.entry(slug(&spelling.text)), marks(&spelling.text))
    {
        (Entry::Vacant(entry), marks) => {
            entry.insert(marks);
            true
        }
        (Entry::Occupied(mut entry), marks) if entry.get().is_empty() => {
            entry.insert(marks);
            false
        }
        (Entry::Occupied(entry), marks) => !marks.is_empty() && marks != *entry.get(),
    };
    let different: Vec<&Spelling> = entity.spellings.iter().filter(is_different).collect();
    let (first, others) = different.split_first()?;
    let other = others.first()?;
    let listed: Vec<String> =
        different.iter().map(|spelling| format!("`{}` ({})", spelling.text, spelling.count)).collect();
    let message = format!("{} were taken for one name in `{}`", listed.join(", "), entity.taxonomy);
    let place = first_named.get(other.text.as_str()).and_then(|&index| place_of(index));
    let note = Diagnostic::note("merged-spellings", message).with_help(format!(
        "write `{}` everywhere, or add `content/{}/{}.md` with `name:` to choose how it is shown",
        first.text, entity.taxonomy, entity.slug
    ));
    let is_one_slug = slug(&first.text) == slug(&other.text);
    let note = match is_one_slug {
        true => note.with_help("marks tell no names apart: if they are two, put a word to one of them"),
        false => note,
    };
    Some(match place {
        Some(place) => note.at(place),
        None => note,
    })
}
