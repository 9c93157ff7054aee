//! Joining documents into a newsroom, step by step.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::entities::{Declared, EntityId, Named, Registry};
use super::memory::Memory;
use super::post_names::{PostNames, UNPUBLISHED_POST};
use super::timeline::{self, Admission, Timeline};
use super::{Article, EntityLink, Newsroom, PostId, SectionOfPosts, Target, target_of};
use super::{ledger, mentions, notes, related};
use crate::config::{AUTHORS, CATEGORIES, Config};
use crate::content::document::Document;
use crate::content::entry::Entry;
use crate::content::markdown::Position;
use crate::content::post::Post;
use crate::diagnostic::{Diagnostic, Place};
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::source::{SourcePath, composed};
use crate::texts::Texts;

/// A name found in the text counts for its entity from this many mentions on, if the author named
/// others of its kind.
const MENTIONS_THAT_COUNT: u32 = 2;

/// Posts that one thread takes at a time.
const BATCH: usize = 256;

/// Joins documents, which come in the order of their paths, into a newsroom; `unread` are files that are there
/// and could not be read.
///
/// `memory` saves work between two calls and never changes the outcome.
pub fn assemble(
    config: &Config,
    documents: &[&Document],
    unread: Vec<SourcePath>,
    admission: &Admission,
    texts: &Texts,
    memory: &mut Memory,
) -> (Newsroom, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut timeline = Timeline { unread, ..timeline::arrange(documents.iter().copied(), admission) };
    let ((registry, said), ()) = rayon::join(|| registry(&timeline), || memory.digest(config, &timeline.posts, texts));
    diagnostics.extend(said);
    name_terms(&mut timeline.posts, &registry);
    find_mentions(config, &mut timeline.posts, &registry, texts, memory);
    let posts = &timeline.posts;
    let (((ledger, said), by_source), (notes, (term_posts, stories))) = rayon::join(
        || rayon::join(|| ledger_of(config, posts, &registry), || by_source(&timeline, &registry)),
        || {
            rayon::join(
                || {
                    let same_guids = notes::same_guids(config, posts);
                    let future = notes::future_changes(posts);
                    [notes::unknown_keys(config, documents), notes::derived_facts(posts), same_guids, future].concat()
                },
                || (term_posts(posts, &registry), stories(posts)),
            )
        },
    );
    diagnostics.extend(said);
    diagnostics.extend(notes);
    let replies = replies(config, &mut timeline, &by_source, &mut diagnostics);
    collect_editions(config, &mut timeline, &by_source, &mut diagnostics);
    diagnostics.extend(notes::edition_numbers(&timeline.editions));
    let posts_fingerprint = posts_digest(&timeline.posts);
    let mut newsroom = Newsroom {
        sections: sections(&timeline),
        front: timeline.sections.get("").cloned(),
        posts: timeline.posts,
        editions: timeline.editions,
        pages: timeline.pages,
        profiles: timeline.profiles,
        registry: Arc::new(registry),
        term_posts: Arc::new(term_posts),
        ledger: Arc::new(ledger),
        withheld_deals: Arc::new(timeline.withheld_deals),
        replies,
        stories,
        by_source: Arc::new(by_source),
        finder: memory.finder(),
        posts_fingerprint,
        lacks_files: !timeline.unread.is_empty(),
    };
    diagnostics.extend(notes::lost_aliases(&timeline.sections, &newsroom.sections));
    diagnostics.extend(notes::future_pages(&newsroom.pages, admission.now));
    let by_source = Arc::make_mut(&mut newsroom.by_source);
    for (index, section) in (0..).zip(&newsroom.sections) {
        if let Some(about) = &section.about {
            by_source.insert(about.entry.source.clone(), Target::Section(index));
        }
    }
    if let Some(front) = &newsroom.front {
        by_source.insert(front.entry.source.clone(), Target::Front);
    }
    (newsroom, diagnostics)
}

/// Gives a newsroom in which a post has another text, without joining everything anew.
///
/// What is said of the post elsewhere stays as it was: its terms, its neighbours, its deals, its place.
/// The preview shows this for the moment until [`assemble()`] is done. `None` if the post is not there,
/// or would stand at another place or address.
pub fn with_text(config: &Config, newsroom: &Newsroom, post: &Arc<Post>) -> Option<Newsroom> {
    let Some(Target::Post(id)) = newsroom.by_source.get(&post.entry.source) else { return None };
    let before = &newsroom.post(*id).post;
    let stays = before.section == post.section
        && before.date == post.date
        && before.expires == post.expires
        && before.updated.map(|(updated, _)| updated) == post.updated.map(|(updated, _)| updated)
        && before.entry.draft == post.entry.draft
        && before.entry.path == post.entry.path
        && before.entry.slug.text == post.entry.slug.text
        && before.entry.slug.given == post.entry.slug.given;
    if !stays {
        return None;
    }
    let mut newsroom = newsroom.clone();
    let article = newsroom.posts.get_mut(*id as usize)?;
    article.post = post.clone();
    article.links = match &newsroom.finder {
        Some(finder) if config.link_entities => super::memory::search(finder, &article.post, &article.terms).links,
        _ => vec![],
    };
    newsroom.posts_fingerprint = posts_digest(&newsroom.posts);
    Some(newsroom)
}

/// Gives the digest of posts with their addresses, in order. That a change comes due alters no file.
fn posts_digest(posts: &[Article]) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    for article in posts {
        builder.add_fingerprint(article.post.entry.fingerprint);
        builder.add_bytes(article.url.as_bytes());
        builder.add(&article.updated);
    }
    builder.finish()
}

/// Names every term of every post once.
fn registry(timeline: &Timeline) -> (Registry, Vec<Diagnostic>) {
    let declared: Vec<Declared> = timeline
        .profiles
        .iter()
        .map(|profile| Declared {
            taxonomy: profile.taxonomy.clone(),
            name: profile.entry.title.clone(),
            slug: profile.entry.slug.text.clone(),
            aliases: profile.names.iter().map(|(name, _)| name.clone()).collect(),
            ambiguous: profile.ambiguous,
            supported_by: profile.supported_by.clone(),
            parent: profile.parent.as_ref().map(|(name, _)| name.clone()),
            place: Place::file(profile.entry.source.clone()),
        })
        .collect();
    // Counted beforehand: there are many times as many names as posts, and moving them costs more than counting.
    let mut named = Vec::with_capacity(named_in(&timeline.posts).count());
    named.extend(named_in(&timeline.posts).map(|(post, _, taxonomy, (name, _))| Named { taxonomy, name, post }));
    // A place is asked for in few cases.
    let place_of = |index| {
        let (_, entry, _, (_, position)) = named_in(&timeline.posts).nth(index)?;
        Some(entry.place(*position))
    };
    Registry::build(&declared, &named, &place_of)
}

/// Lists every term that a post names, with its taxonomy, the post and its number.
fn named_in(posts: &[Article]) -> impl Iterator<Item = (PostId, &Entry, &str, &(String, Position))> {
    (0..).zip(posts).flat_map(|(id, article)| {
        names_of(&article.post).map(move |(taxonomy, name)| (id, &article.post.entry, taxonomy, name))
    })
}

/// Lists every term that a post names, with its taxonomy.
fn names_of(post: &Post) -> impl Iterator<Item = (&str, &(String, Position))> {
    post.terms.iter().flat_map(|terms| terms.names.iter().map(|name| (terms.taxonomy.as_str(), name)))
}

fn name_terms(posts: &mut [Article], registry: &Registry) {
    // Few names stand in many posts: each is looked for once, on each thread.
    posts.par_chunks_mut(BATCH).for_each_init(HashMap::new, |known, batch| {
        for Article { post, terms, .. } in batch {
            for (taxonomy, (name, _)) in names_of(post) {
                let id = *known.entry((taxonomy, name)).or_insert_with(|| registry.resolve(taxonomy, name));
                terms.extend(id.filter(|id| !terms.contains(id)));
            }
        }
    });
}

/// Finds names in the text: they become links, and those that the post is about become its terms.
fn find_mentions(config: &Config, posts: &mut [Article], registry: &Registry, texts: &Texts, memory: &mut Memory) {
    let entities = config.taxonomies.iter().filter(|taxonomy| taxonomy.entity);
    let entities = entities.filter(|taxonomy| taxonomy.name != AUTHORS);
    let searched: Vec<mentions::Searched<'_>> =
        entities.filter_map(|taxonomy| mentions::Searched::by_name(&taxonomy.name)).collect();
    if searched.is_empty() {
        return;
    }
    let found = memory.findings(registry, &searched, posts, texts);
    posts.par_iter_mut().zip(found).for_each(|(article, digest)| {
        article.links = if config.link_entities { digest.links.clone() } else { vec![] };
        let named = article.terms.clone();
        article.found.clone_from(&named);
        article
            .found
            .extend(digest.entities.iter().map(|(entity, ..)| *entity).filter(|entity| !named.contains(entity)));
        for &(entity, count, prominent) in &digest.entities {
            let taxonomy = &registry.get(entity).taxonomy;
            let author_named_others = named.iter().any(|term| registry.get(*term).taxonomy == *taxonomy);
            let counts = prominent || count >= MENTIONS_THAT_COUNT || !author_named_others;
            if counts && !article.terms.contains(&entity) {
                article.terms.push(entity);
            }
        }
    });
}

fn term_posts(posts: &[Article], registry: &Registry) -> Vec<Vec<PostId>> {
    let mut term_posts = vec![Vec::new(); registry.entities().len()];
    for (id, article) in (0..).zip(posts) {
        for term in &article.terms {
            term_posts[term.0 as usize].push(id);
        }
    }
    term_posts
}

fn ledger_of(config: &Config, posts: &[Article], registry: &Registry) -> (ledger::Ledger, Vec<Diagnostic>) {
    let mut reports = Vec::new();
    for (id, article) in (0..).zip(posts) {
        for deal in &article.post.deals {
            reports.push(ledger::Report {
                deal: deal.clone(),
                post: id,
                post_source: article.post.entry.source.clone(),
                post_date: article.post.date,
            });
        }
    }
    let canonical = |name: &str| {
        let known = registry.resolve_entity(config, name);
        known.map_or_else(|| name.to_owned(), |id| registry.get(id).name.clone())
    };
    ledger::assemble(reports, &canonical)
}

fn by_source(timeline: &Timeline, registry: &Registry) -> HashMap<SourcePath, Target> {
    let mut by_source = HashMap::new();
    for (id, article) in (0..).zip(&timeline.posts) {
        by_source.insert(article.post.entry.source.clone(), Target::Post(id));
    }
    for (index, issue) in (0..).zip(&timeline.editions) {
        by_source.insert(issue.edition.entry.source.clone(), Target::Edition(index));
    }
    for (index, page) in (0..).zip(&timeline.pages) {
        by_source.insert(page.entry.source.clone(), Target::Page(index));
    }
    for term in registry.ids() {
        if let Some(profile) = registry.get(term).profile.and_then(|index| timeline.profiles.get(index as usize)) {
            by_source.insert(profile.entry.source.clone(), Target::Term(term));
        }
    }
    for (files, target) in [(&timeline.unpublished, Target::Unpublished), (&timeline.unread, Target::Unread)] {
        by_source.extend(files.iter().map(|source| (source.clone(), target)));
    }
    let apart = by_source.keys().filter_map(|source| Some((composed(source.as_str())?, source.clone())));
    let mut apart: Vec<(String, SourcePath)> = apart.collect();
    apart.sort();
    for (path, source) in apart {
        let target = by_source[&source];
        by_source.entry(SourcePath::new(path)).or_insert(target);
    }
    by_source
}

/// Finds the posts that belong beside each post of a newsroom, best first.
///
/// `memory` is the one with which the newsroom was assembled.
pub fn relate(
    config: &Config,
    newsroom: &Newsroom,
    memory: &mut Memory,
) -> (Vec<Vec<related::Related>>, Vec<Diagnostic>) {
    let Newsroom { posts, registry, by_source, .. } = newsroom;
    let mut diagnostics = Vec::new();
    if config.related_posts == 0 {
        return (vec![vec![]; posts.len()], diagnostics);
    }
    let has_wishes = posts.iter().any(|article| !article.post.pin.is_empty() || !article.post.hide.is_empty());
    let names = if has_wishes { PostNames::of(config, posts, by_source) } else { PostNames::default() };
    let wishes = |wished: &[(String, Position)]| wished.iter().filter_map(|(name, _)| names.find(name)).collect();
    for article in posts {
        let wished = article.post.pin.iter().chain(&article.post.hide);
        let problem =
            |(name, position): &(String, Position)| Some(names.problem(name)?.at(article.post.entry.place(*position)));
        diagnostics.extend(wished.filter_map(problem));
    }
    struct Owned {
        entities: Vec<u32>,
        tags: Vec<u32>,
        pin: Vec<u32>,
        hide: Vec<u32>,
        links: Vec<u32>,
    }
    // What a term tells of a post hangs on its taxonomy alone, and there are many more terms of posts than terms.
    #[derive(PartialEq)]
    enum Role {
        Entity,
        Tag,
        None,
    }
    let role = |id: EntityId| match registry.get(id).taxonomy.as_str() {
        AUTHORS => Role::None,
        taxonomy if config.taxonomy(taxonomy).is_some_and(|taxonomy| taxonomy.entity) => Role::Entity,
        CATEGORIES => Role::None,
        _ => Role::Tag,
    };
    let roles: Vec<Role> = registry.ids().map(role).collect();
    let of_role = |article: &Article, role: Role| -> Vec<u32> {
        article.terms.iter().map(|term| term.0).filter(|term| roles[*term as usize] == role).collect()
    };
    let owned: Vec<Owned> = posts
        .par_iter()
        .map(|article| Owned {
            entities: of_role(article, Role::Entity),
            tags: of_role(article, Role::Tag),
            pin: wishes(&article.post.pin),
            hide: wishes(&article.post.hide),
            links: links_to(config, article, by_source),
        })
        .collect();
    let digests = memory.digests_of(posts);
    let cards: Vec<related::Card<'_>> = posts
        .iter()
        .zip(&digests)
        .zip(&owned)
        .map(|((article, digest), owned)| related::Card {
            key: xxhash_rust::xxh3::xxh3_64(article.post.entry.source.as_str().as_bytes()),
            terms: &digest.terms,
            day: i32::try_from(article.post.date.day_number()).unwrap_or(0),
            slug: &article.url,
            story: article.post.story.as_deref(),
            entities: &owned.entities,
            tags: &owned.tags,
            pin: &owned.pin,
            hide: &owned.hide,
            links: &owned.links,
        })
        .collect();
    (memory.relate(cards, config.related_posts as usize), diagnostics)
}

/// The posts that a post links to.
fn links_to(config: &Config, article: &Article, by_source: &HashMap<SourcePath, Target>) -> Vec<u32> {
    use crate::content::markdown::HoleKind;
    let mut links = Vec::new();
    for hole in &article.post.entry.body.content.holes {
        if let HoleKind::ContentLink { path, .. } = &hole.kind
            && let Some(Target::Post(id)) = target_of(by_source, config, path)
            && !links.contains(&id)
        {
            links.push(id);
        }
    }
    links
}

fn stories(posts: &[Article]) -> BTreeMap<String, Vec<PostId>> {
    let mut stories: BTreeMap<String, Vec<PostId>> = BTreeMap::new();
    for (id, article) in (0..posts.len() as PostId).zip(posts).rev() {
        if let Some(story) = &article.post.story {
            stories.entry(story.clone()).or_default().push(id);
        }
    }
    stories
}

fn sections(timeline: &Timeline) -> Vec<SectionOfPosts> {
    let mut by_name: BTreeMap<&str, Vec<PostId>> = BTreeMap::new();
    for (id, article) in (0..).zip(&timeline.posts) {
        by_name.entry(&article.post.section).or_default().push(id);
    }
    by_name
        .into_iter()
        .map(|(name, posts)| {
            let about = timeline.sections.get(name).cloned();
            let mut title = name.replace(['-', '_'], " ");
            if let Some(first) = title.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            let title = about.as_ref().map_or(title, |about| about.entry.title.clone());
            SectionOfPosts { name: name.to_owned(), title, url: format!("/{name}/"), about, posts }
        })
        .collect()
}

fn replies(
    config: &Config,
    timeline: &mut Timeline,
    by_source: &HashMap<SourcePath, Target>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<PostId, Vec<Arc<crate::content::reply::Reply>>> {
    if timeline.replies.is_empty() {
        return BTreeMap::new();
    }
    let names = PostNames::of(config, &timeline.posts, by_source);
    let mut replies: BTreeMap<PostId, Vec<_>> = BTreeMap::new();
    for reply in &timeline.replies {
        let (post, position) = &reply.post;
        if let Some(id) = names.find(post) {
            replies.entry(id).or_default().push(reply.clone());
        }
        // Replies to a draft wait with it.
        let problem = names.problem(post).filter(|problem| problem.code != UNPUBLISHED_POST);
        diagnostics
            .extend(problem.map(|problem| problem.at(position.in_file(&SourcePath::new(reply.source.as_str())))));
    }
    for thread in replies.values_mut() {
        thread.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.source.cmp(&b.source)));
        diagnostics.extend(notes::same_replies(thread));
        diagnostics.extend(notes::lost_answers(thread, by_source));
    }
    replies
}

/// Finds the posts of each edition: those that it names, or all since the one before.
fn collect_editions(
    config: &Config,
    timeline: &mut Timeline,
    by_source: &HashMap<SourcePath, Target>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let has_choices = timeline.editions.iter().any(|issue| issue.edition.posts.is_some());
    let names = if has_choices { PostNames::of(config, &timeline.posts, by_source) } else { PostNames::default() };
    let dates: Vec<_> = timeline.editions.iter().map(|issue| issue.edition.date).collect();
    for (index, issue) in timeline.editions.iter_mut().enumerate() {
        let mut seen = HashSet::new();
        issue.posts = match &issue.edition.posts {
            // A story is told once, however often it is named.
            Some(wanted) => wanted
                .iter()
                .filter_map(|(name, position)| {
                    let problem = names.problem(name);
                    diagnostics.extend(problem.map(|problem| problem.at(issue.edition.entry.place(*position))));
                    names.find(name)
                })
                .filter(|id| seen.insert(*id))
                .collect(),
            None => {
                let (until, since) = (dates[index], dates.get(index + 1));
                (0..)
                    .zip(&timeline.posts)
                    .filter(|(_, article)| {
                        article.post.date <= until && since.is_none_or(|since| article.post.date > *since)
                    })
                    .map(|(id, _)| id)
                    .collect()
            }
        };
    }
}

/// Keeps the links of a text that are the first mention of their entity, and not its own page.
pub(super) fn first_links(
    mentions: &[mentions::Mention],
    found: &[mentions::Found],
    starts: &[Option<u32>],
) -> Vec<EntityLink> {
    let mut links: Vec<EntityLink> = found
        .iter()
        .filter_map(|found| {
            let mention = mentions.get(found.link? as usize)?;
            let start = (*starts.get(mention.piece as usize)?)?;
            Some(EntityLink {
                entity: mention.entity,
                start: start + mention.range.start as u32,
                end: start + mention.range.end as u32,
            })
        })
        .collect();
    links.sort_by_key(|link| link.start);
    links
}
