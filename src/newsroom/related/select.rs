//! The second pass: from the neighbours of a post to the few that the reader sees.
//!
//! 1. A neighbour gains what its own neighbours earn with this post: one word in common may be
//!    an accident, a whole circle in common is not.
//! 2. A link between two posts is an editor's judgement and counts as one.
//! 3. What is too faint is left out: fewer are better than filler.
//! 4. The author's word goes first: pinned, then the same story; hidden ones are gone.
//! 5. Of several reports of one event, one is shown.

use rayon::prelude::*;

use super::index::Index;
use super::neighbours::Neighbours;
use super::reason::Reason;

/// A circle: the neighbours of a neighbour that are heard.
const CIRCLE: usize = 5;
/// What the circle can add, in 1/256 of what the post itself would score.
const ECHO: u64 = 38;
/// The least score shown, in 1/256 of what the post itself would score.
const CUT_OFF: u64 = 33;
/// What a link is worth, in 1/256 of what the post itself would score.
const LINK: u64 = 128;
/// Links that a post can set or get at full worth; those of a round-up of the year, or to the
/// page that everyone links to, say less.
const LINKS: u64 = 6;
/// Links of one post that are followed in each direction, and siblings in a story before and after it.
const FOLLOWED: usize = 64;
const SIBLINGS: usize = 16;
/// Stands in for what an empty post would score, so that links and pins work without words.
const SPEECHLESS: u64 = 256;
/// Two posts this close in time can be reports of one event …
const SAME_EVENT_DAYS: u32 = 7;
/// … if the cosine of their terms reaches this many 1/256.
const SAME_EVENT: u64 = 179;
/// Before the cosine is computed, one must score this many 1/256 of the other's own.
const SUSPICIOUS: u64 = 90;
/// What 1.0 is in [`Related::score`].
const ONE: u64 = 10_000;
/// Names in a reason.
const NAMED: usize = 2;

/// Names one post that belongs beside another, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The number of the post.
    pub post: u32,
    /// How near it is, in ten-thousandths of how near the post is to itself.
    pub score: u32,
    /// Why it is here.
    pub reason: Reason,
}

impl Index<'_> {
    /// Selects at most `limit` posts to stand beside each post, best first, by post number.
    pub fn all(&self, neighbours: &Neighbours, limit: usize) -> Vec<Vec<Related>> {
        let shared = Shared::of(self, neighbours);
        (0..self.len())
            .into_par_iter()
            .with_min_len(64)
            .map_init(
                || Desk::new(self),
                |desk, number| select(self, neighbours, &shared, self.rank[number], limit, desk),
            )
            .collect()
    }
}

/// What all selections read.
struct Shared<'a> {
    /// The posts that link to each post, by rank.
    linking: Vec<Vec<u32>>,
    /// The members of the stories, sorted by story and rank.
    stories: Vec<(&'a str, u32)>,
    /// How many posts have each entity and tag.
    entities: Vec<u32>,
    tags: Vec<u32>,
}

impl<'a> Shared<'a> {
    fn of(index: &Index<'a>, neighbours: &Neighbours) -> Self {
        debug_assert_eq!(index.len(), neighbours.len(), "neighbours of other posts");
        let mut linking = vec![Vec::new(); index.len()];
        let mut stories = Vec::new();
        let mut entities = Vec::new();
        let mut tags = Vec::new();
        for (card, rank) in index.cards.iter().zip(0_u32..) {
            for link in card.links {
                if let Some(target) = index.rank.get(*link as usize) {
                    linking[*target as usize].push(rank);
                }
            }
            stories.extend(card.story.map(|story| (story, rank)));
            count(&mut entities, card.entities);
            count(&mut tags, card.tags);
        }
        stories.sort_unstable();
        Self { linking, stories, entities, tags }
    }
}

fn count(counts: &mut Vec<u32>, numbers: &[u32]) {
    for number in numbers {
        let number = *number as usize;
        if counts.len() <= number {
            counts.resize(number + 1, 0);
        }
        counts[number] += 1;
    }
}

/// Room to work in, one for each thread.
struct Desk {
    /// The score of each neighbour of the post at hand, by rank; 0 elsewhere.
    scores: Vec<u32>,
    /// The impact of each term of a post, by term; 0 elsewhere.
    impacts: Vec<u8>,
}

impl Desk {
    fn new(index: &Index<'_>) -> Self {
        Self { scores: vec![0; index.len()], impacts: vec![0; index.vocabulary()] }
    }
}

/// Why a candidate is one, in order of precedence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    Pinned,
    Story,
    Near,
}

#[derive(Clone, Copy)]
struct Candidate {
    claim: Claim,
    /// Orders the candidates of one claim: the author's order, days away, or nothing.
    place: u32,
    score: u64,
    post: u32,
}

fn select(
    index: &Index<'_>,
    neighbours: &Neighbours,
    shared: &Shared<'_>,
    post: u32,
    limit: usize,
    desk: &mut Desk,
) -> Vec<Related> {
    let card = &index.cards[post as usize];
    let own = own_score(index, post);
    let mut candidates = near(index, neighbours, post, desk);
    add_links(index, shared, post, &mut candidates);
    candidates.retain(|candidate| candidate.score * 256 >= own * CUT_OFF);
    claim_story(index, shared, post, &mut candidates);
    for (pin, place) in card.pin.iter().zip(0..) {
        if let Some(rank) = index.rank.get(*pin as usize) {
            claim(&mut candidates, Claim::Pinned, place, *rank);
        }
    }
    candidates.retain(|candidate| {
        let number = index.number[candidate.post as usize];
        candidate.post != post && (candidate.claim == Claim::Pinned || !card.hide.contains(&number))
    });
    candidates.sort_unstable_by(|one, other| {
        (one.claim, one.place)
            .cmp(&(other.claim, other.place))
            .then(other.score.cmp(&one.score))
            .then(one.post.cmp(&other.post))
    });

    let mut shown: Vec<Candidate> = Vec::with_capacity(limit);
    for candidate in candidates {
        if shown.len() == limit {
            break;
        }
        let repeats = candidate.claim != Claim::Pinned
            && shown.iter().any(|before| same_event(index, neighbours, candidate.post, before.post, desk));
        if !repeats {
            shown.push(candidate);
        }
    }
    shown
        .into_iter()
        .map(|candidate| Related {
            post: index.number[candidate.post as usize],
            score: (candidate.score * ONE / own) as u32,
            reason: reason(index, shared, post, candidate),
        })
        .collect()
}

/// Returns what a post itself would score beside itself.
fn own_score(index: &Index<'_>, post: u32) -> u64 {
    u64::from(index.question(post).own).max(SPEECHLESS)
}

/// Returns the neighbours of a post with what their circles add.
fn near(index: &Index<'_>, neighbours: &Neighbours, post: u32, desk: &mut Desk) -> Vec<Candidate> {
    for (score, other) in neighbours.near(post) {
        desk.scores[other as usize] = score;
    }
    desk.scores[post as usize] = index.question(post).own;
    let candidates = neighbours
        .near(post)
        .map(|(score, other)| {
            let (mut weights, mut heard) = (1_u64, 0_u64);
            for (weight, third) in neighbours.near(other).take(CIRCLE) {
                weights += u64::from(weight);
                heard += u64::from(weight) * u64::from(desk.scores[third as usize]);
            }
            let score = u64::from(score) + ((heard / weights * ECHO) >> 8);
            Candidate { claim: Claim::Near, place: 0, score, post: other }
        })
        .collect();
    for (_, other) in neighbours.near(post) {
        desk.scores[other as usize] = 0;
    }
    desk.scores[post as usize] = 0;
    candidates
}

/// Adds what links between the post and others are worth, in both directions.
fn add_links(index: &Index<'_>, shared: &Shared<'_>, post: u32, candidates: &mut Vec<Candidate>) {
    let own = own_score(index, post);
    let card = &index.cards[post as usize];
    let out = card.links.iter().filter_map(|link| index.rank.get(*link as usize)).take(FOLLOWED);
    // The other post, the source, the target.
    let mut linked: Vec<(u32, u32, u32)> = out.map(|target| (*target, post, *target)).collect();
    linked.extend(shared.linking[post as usize].iter().take(FOLLOWED).map(|source| (*source, *source, post)));
    linked.sort_unstable();
    linked.dedup_by_key(|(other, ..)| *other);
    for (other, source, target) in linked {
        if index.cards[other as usize].terms.language != card.terms.language {
            continue;
        }
        let set = index.cards[source as usize].links.len();
        let links = set.max(shared.linking[target as usize].len()) as u64;
        let worth = own * LINK * LINKS / links.max(LINKS) / 256;
        match candidates.iter_mut().find(|candidate| candidate.post == other) {
            Some(candidate) => candidate.score += worth,
            None => candidates.push(Candidate { claim: Claim::Near, place: 0, score: worth, post: other }),
        }
    }
}

/// Puts the posts of the same story first, the nearest in time before the others.
fn claim_story(index: &Index<'_>, shared: &Shared<'_>, post: u32, candidates: &mut Vec<Candidate>) {
    let card = &index.cards[post as usize];
    let Some(story) = card.story else { return };
    // Sorted by rank, which is by date: the siblings nearest in time are the nearest in the list.
    let here = shared.stories.partition_point(|member| *member < (story, post));
    let around = here.saturating_sub(SIBLINGS)..(here + SIBLINGS + 1).min(shared.stories.len());
    for (_, other) in shared.stories[around].iter().filter(|(name, _)| *name == story) {
        let sibling = &index.cards[*other as usize];
        if sibling.terms.language == card.terms.language {
            claim(candidates, Claim::Story, card.day.abs_diff(sibling.day), *other);
        }
    }
}

fn claim(candidates: &mut Vec<Candidate>, claim: Claim, place: u32, post: u32) {
    match candidates.iter_mut().find(|candidate| candidate.post == post) {
        Some(candidate) if candidate.claim > claim => {
            candidate.claim = claim;
            candidate.place = place;
        }
        Some(_) => {}
        None => candidates.push(Candidate { claim, place, score: 0, post }),
    }
}

/// Tells whether two posts report one event: few days apart and nearly in the same words.
fn same_event(index: &Index<'_>, neighbours: &Neighbours, one: u32, other: u32, desk: &mut Desk) -> bool {
    let days = index.cards[one as usize].day.abs_diff(index.cards[other as usize].day);
    days <= SAME_EVENT_DAYS
        && (suspicious(index, neighbours, one, other) || suspicious(index, neighbours, other, one))
        && cosine_reaches(index, one, other, desk)
}

fn suspicious(index: &Index<'_>, neighbours: &Neighbours, one: u32, other: u32) -> bool {
    let own = u64::from(index.question(one).own);
    neighbours
        .near(one)
        .take_while(|(score, _)| u64::from(*score) * 256 >= own * SUSPICIOUS)
        .any(|(_, post)| post == other)
}

fn cosine_reaches(index: &Index<'_>, one: u32, other: u32, desk: &mut Desk) -> bool {
    let mut norm_one = 0_u64;
    for (term, impact) in index.held(one) {
        desk.impacts[term as usize] = impact;
        norm_one += u64::from(impact) * u64::from(impact);
    }
    let (mut norm_other, mut product) = (0_u64, 0_u64);
    for (term, impact) in index.held(other) {
        norm_other += u64::from(impact) * u64::from(impact);
        product += u64::from(impact) * u64::from(desk.impacts[term as usize]);
    }
    for (term, _) in index.held(one) {
        desk.impacts[term as usize] = 0;
    }
    let (product, norms) = (u128::from(product), u128::from(norm_one) * u128::from(norm_other));
    product > 0 && product * product * 65_536 >= norms * u128::from(SAME_EVENT * SAME_EVENT)
}

fn reason(index: &Index<'_>, shared: &Shared<'_>, post: u32, candidate: Candidate) -> Reason {
    let card = &index.cards[post as usize];
    let other = &index.cards[candidate.post as usize];
    match candidate.claim {
        Claim::Pinned => return Reason::Pinned,
        // On one day, the order in which posts are listed decides: the higher one came later.
        Claim::Story if candidate.post < post => return Reason::StoryAfter,
        Claim::Story => return Reason::StoryBefore,
        Claim::Near => {}
    }
    if card.links.contains(&index.number[candidate.post as usize]) {
        return Reason::LinkedFromHere;
    }
    if other.links.contains(&index.number[post as usize]) {
        return Reason::LinksHere;
    }
    let entities = rarest(card.entities, other.entities, &shared.entities);
    if !entities.is_empty() {
        return Reason::Entities(entities);
    }
    let tags = rarest(card.tags, other.tags, &shared.tags);
    if tags.is_empty() { Reason::Wording } else { Reason::Tags(tags) }
}

/// Returns the rarest numbers that two posts share, the rarest first.
fn rarest(one: &[u32], other: &[u32], counts: &[u32]) -> Vec<u32> {
    let mut both: Vec<(u32, u32)> = one
        .iter()
        .take(64)
        .filter(|number| other.contains(number))
        .map(|number| (counts.get(*number as usize).copied().unwrap_or_default(), *number))
        .collect();
    both.sort_unstable();
    both.dedup();
    both.into_iter().take(NAMED).map(|(_, number)| number).collect()
}
