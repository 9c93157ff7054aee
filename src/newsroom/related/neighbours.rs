//! The first pass: for each post the posts nearest to it, by their words and dates alone.
//!
//! Exact and cheap: one accumulator per post, the count of matched terms in its high bits, the
//! sum of weight times impact in the low ones; then one scan without a branch per post.

use std::hint::black_box;

use bitcode::{Decode, Encode};
use rayon::prelude::*;

use super::index::Index;
use super::postings::Postings;

/// Neighbours that are kept of each post.
pub(super) const NEAREST: usize = 24;
/// One matched term in an accumulator; 64 terms of 255·255 stay below it.
const MATCH: u32 = 1 << 24;
/// The part of an accumulator that is the score.
const SCORE: u32 = MATCH - 1;
/// Terms that two posts must share: one is a coincidence.
const MATCHES: u32 = 2;
/// The share of a post's own score, in 1/256, below which nothing is a neighbour.
const FAINT: u64 = 20;

/// Holds the nearest posts of every post, and what is needed to bring them up to date.
///
/// This is what is worth keeping between two runs, together with the [`TermVector`]s.
///
/// [`TermVector`]: super::TermVector
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Neighbours {
    /// By rank: the key of each post, what it asks and what others see of it.
    keys: Vec<u64>,
    asking: Vec<u64>,
    shown: Vec<u64>,
    /// Where the list of each post ends in the two below.
    ends: Vec<u32>,
    posts: Vec<u32>,
    scores: Vec<u32>,
}

/// A neighbour: its score and its rank.
pub(super) type Near = (u32, u32);

impl Neighbours {
    /// Finds the neighbours of all posts.
    pub fn find(index: &Index<'_>) -> Self {
        let shown = fingerprints(index);
        let all: Vec<u32> = (0..index.len() as u32).collect();
        let lists = answer(index, &all);
        Self::assemble(index, shown, lists.into_iter())
    }

    /// Finds the neighbours of all posts, taking over from `self` what cannot have changed.
    ///
    /// The answer is always that of [`Neighbours::find`]. A list depends on what its post asks
    /// and on what the others show of themselves. So one is made anew if its post asks something
    /// else, or a post in it has changed or gone, or a changed post now belongs in it.
    pub fn update(&self, index: &Index<'_>) -> Self {
        let shown = fingerprints(index);
        let before = if self.is_sound() { self.ranks_of(index) } else { None };
        let Some(before) = before else { return Self::find(index) };
        let changed: Vec<u32> = (0..index.len() as u32)
            .filter(|post| before[*post as usize].is_none_or(|old| self.shown[old as usize] != shown[*post as usize]))
            .collect();
        if changed.len() > index.len() / 4 {
            return Self::find(index);
        }

        // From an old rank to the new one, if the post is still there as it was.
        let mut now: Vec<Option<u32>> = vec![None; self.keys.len()];
        for (post, old) in before.iter().enumerate() {
            if let Some(old) = old {
                now[*old as usize] = Some(post as u32);
            }
        }
        for post in &changed {
            if let Some(old) = before[*post as usize] {
                now[old as usize] = None;
            }
        }
        let mut lists: Vec<Option<Vec<Near>>> = (0..index.len())
            .into_par_iter()
            .map(|post| {
                let old = before[post]?;
                let same = self.asking[old as usize] == index.question(post as u32).fingerprint;
                let moved = self.near(old).map(|(score, other)| Some((score, now[other as usize]?)));
                if same { moved.collect() } else { None }
            })
            .collect();
        for post in entered(index, &changed, &lists) {
            lists[post as usize] = None;
        }
        let stale: Vec<u32> = lists.iter().zip(0..).filter(|(list, _)| list.is_none()).map(|(_, post)| post).collect();
        let fresh = answer(index, &stale);
        for (post, list) in stale.into_iter().zip(fresh) {
            lists[post as usize] = Some(list);
        }
        Self::assemble(index, shown, lists.into_iter().flatten())
    }

    /// Gives the rank that each post had before, if it was there; `None` if posts can't be told apart by their keys.
    fn ranks_of(&self, index: &Index<'_>) -> Option<Vec<Option<u32>>> {
        let keys = || index.cards.iter().map(|card| card.key);
        // Mostly all are there as before.
        if keys().eq(self.keys.iter().copied()) {
            return Some((0..index.len() as u32).map(Some).collect());
        }
        let mut known: Vec<(u64, u32)> = self.keys.iter().copied().zip(0..).collect();
        known.sort_unstable();
        let mut now: Vec<u64> = keys().collect();
        now.sort_unstable();
        let twins =
            known.windows(2).any(|pair| pair[0].0 == pair[1].0) || now.windows(2).any(|pair| pair[0] == pair[1]);
        let rank = |key: u64| known.binary_search_by_key(&key, |(key, _)| *key).ok().map(|at| known[at].1);
        (!twins).then(|| keys().map(rank).collect())
    }

    fn assemble(index: &Index<'_>, shown: Vec<u64>, lists: impl Iterator<Item = Vec<Near>>) -> Self {
        let mut all = Self {
            keys: index.cards.iter().map(|card| card.key).collect(),
            asking: (0..index.len() as u32).map(|post| index.question(post).fingerprint).collect(),
            shown,
            ends: Vec::with_capacity(index.len()),
            posts: Vec::with_capacity(index.len() * NEAREST),
            scores: Vec::with_capacity(index.len() * NEAREST),
        };
        for list in lists {
            for (score, post) in list {
                all.scores.push(score);
                all.posts.push(post);
            }
            all.ends.push(all.posts.len() as u32);
        }
        all
    }

    /// Returns the number of lists, which is that of the posts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Tells whether there are no lists.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the neighbours of a post, nearest first.
    pub(super) fn near(&self, post: u32) -> impl Iterator<Item = Near> + Clone {
        let post = post as usize;
        let start = post.checked_sub(1).map_or(0, |before| self.end(before));
        let own = start..self.end(post);
        let scores = self.scores.get(own.clone()).unwrap_or_default();
        let posts = self.posts.get(own).unwrap_or_default();
        scores.iter().copied().zip(posts.iter().copied())
    }

    fn end(&self, post: usize) -> usize {
        self.ends.get(post).map_or(0, |end| *end as usize)
    }

    /// Tells whether what was read from a cache hangs together.
    fn is_sound(&self) -> bool {
        let posts = self.keys.len();
        [self.asking.len(), self.shown.len(), self.ends.len()].iter().all(|length| *length == posts)
            && self.posts.len() == self.scores.len()
            && self.ends.is_sorted()
            && self.ends.last().is_none_or(|end| *end as usize == self.posts.len())
            && self.posts.iter().all(|post| (*post as usize) < posts)
    }
}

fn fingerprints(index: &Index<'_>) -> Vec<u64> {
    (0..index.len() as u32).into_par_iter().map(|post| index.shown_fingerprint(post)).collect()
}

/// Returns the least score with which a post enters the list of another.
fn faint(own: u32) -> u32 {
    (((u64::from(own) * FAINT) >> 8) as u32).max(1)
}

/// Finds the neighbours of some posts.
fn answer(index: &Index<'_>, posts: &[u32]) -> Vec<Vec<Near>> {
    let postings = Postings::of(index, posts);
    posts
        .par_iter()
        .with_min_len(16)
        .map_init(|| Box::new([0; STRETCH]), |sums, post| nearest(index, &postings, *post, sums))
        .collect()
}

/// Accumulators that are looked at together.
const LANES: usize = 32;
/// Those of them that are looked at one by one, once any of these is near enough.
const FEW: usize = 8;
/// Accumulators at work at a time: so many that they stay in the cache of the first level.
const STRETCH: usize = 4096;

fn nearest(index: &Index<'_>, postings: &Postings, post: u32, sums: &mut [u32; STRETCH]) -> Vec<Near> {
    let mut lists: Vec<(&[u32], u32)> =
        index.asks(post).map(|(term, weight)| (postings.list(term), u32::from(weight))).collect();
    // Most lists are far away in memory. Asking for all their beginnings at once lets the
    // processor wait for them together and not one after the other.
    let touch = |at: usize| lists.iter().fold(0_u32, |sum, (list, _)| sum ^ list.get(at).copied().unwrap_or_default());
    black_box(touch(0) ^ touch(16) ^ touch(32));
    let mut best = Best::new(index, post);
    for start in (0..index.len() as u32).step_by(STRETCH) {
        for (list, weight) in &mut lists {
            *list = add(list, *weight, start, sums);
        }
        if let Some(own) = post.checked_sub(start).and_then(|own| sums.get_mut(own as usize)) {
            *own = 0;
        }
        let used = (index.len() - start as usize).next_multiple_of(LANES).min(STRETCH);
        for (lane, first) in sums[..used].chunks_exact_mut(LANES).zip((start..).step_by(LANES)) {
            if any_reaches(lane, best.least) {
                best.take(index, lane, first);
            }
            lane.fill(0);
        }
    }
    best.keys.into_iter().map(|key| ((key >> 32) as u32, !(key as u32))).collect()
}

/// The posts that are nearest so far.
struct Best {
    /// `score << 32 | ¬rank`, so that the greater is the better; the best first.
    keys: Vec<u64>,
    /// The least score that gets in.
    least: u32,
    /// The day of the post whose neighbours they are.
    day: i32,
}

impl Best {
    fn new(index: &Index<'_>, post: u32) -> Self {
        Self {
            keys: Vec::with_capacity(NEAREST + 1),
            least: faint(index.question(post).own),
            day: index.days[post as usize],
        }
    }

    /// Takes what is near enough from a lane of accumulators, whose first is that of the post `first`.
    fn take(&mut self, index: &Index<'_>, lane: &[u32], first: u32) {
        // What time leaves of a score in this lane is at most what it leaves on its nearest day.
        let days = &index.days[first as usize..index.len().min(first as usize + LANES)];
        let undamped = index.decay.undamped(self.least, self.day, days);
        let few = lane.chunks(FEW).zip((first..).step_by(FEW)).zip(days.chunks(FEW));
        for ((sums, first), days) in few.filter(|((sums, _), _)| any_reaches(sums, undamped)) {
            for ((sum, other), day) in sums.iter().zip(first..).zip(days) {
                let score = sum & SCORE;
                if score >= undamped && *sum >= MATCHES * MATCH {
                    self.offer(index.decay.apply(score, self.day, *day), other);
                }
            }
        }
    }

    fn offer(&mut self, score: u32, other: u32) {
        if score < self.least {
            return;
        }
        let key = u64::from(score) << 32 | u64::from(!other);
        let at = self.keys.partition_point(|held| *held > key);
        if at < NEAREST {
            self.keys.insert(at, key);
            self.keys.truncate(NEAREST);
            if self.keys.len() == NEAREST {
                self.least = (self.keys[NEAREST - 1] >> 32) as u32;
            }
        }
    }
}

/// Adds the postings of a stretch to its accumulators, and returns those of the next stretches.
///
/// Postings go by post, so the last of some tells where all of them belong.
fn add<'p>(list: &'p [u32], weight: u32, start: u32, sums: &mut [u32; STRETCH]) -> &'p [u32] {
    let inside = |posting: &u32| ((posting >> 8) - start) < STRETCH as u32;
    let mut count = |posting: &u32| {
        // A stretch starts at a multiple of its length.
        sums[(posting >> 8) as usize % STRETCH] += MATCH + weight * (posting & 0xFF);
    };
    let mut rest = list;
    while let Some((some, others)) = rest.split_first_chunk::<4>()
        && inside(&some[3])
    {
        some.iter().for_each(&mut count);
        rest = others;
    }
    while let Some((one, others)) = rest.split_first()
        && inside(one)
    {
        count(one);
        rest = others;
    }
    rest
}

/// Tells whether the score in any of these accumulators is at least so high.
///
/// A subtraction, negative if so, vectorises where a maximum, on the oldest processors, does not.
fn any_reaches(lane: &[u32], least: u32) -> bool {
    lane.iter().fold(0_u32, |short, sum| short | (least - 1).wrapping_sub(sum & SCORE)) >> 31 == 1
}

/// Returns the posts in whose lists a changed post now belongs.
///
/// Only lists that are otherwise up to date are asked for. This is [`nearest`] the other way
/// round: from the terms of the changed post to those who ask for them.
fn entered(index: &Index<'_>, changed: &[u32], lists: &[Option<Vec<Near>>]) -> Vec<u32> {
    if changed.is_empty() {
        return Vec::new();
    }
    let mut wanted = vec![false; index.vocabulary()];
    for post in changed {
        for (term, _) in index.posted(*post) {
            wanted[term as usize] = true;
        }
    }
    let mut starts = vec![0_usize; index.vocabulary() + 1];
    let asking = || (0..index.len() as u32).filter(|post| lists[*post as usize].is_some());
    for post in asking() {
        for (term, _) in index.asks(post) {
            starts[term as usize + 1] += usize::from(wanted[term as usize]);
        }
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut askers = vec![(0_u32, 0_u8); starts.last().copied().unwrap_or_default()];
    let mut next = starts.clone();
    for post in asking() {
        for (term, weight) in index.asks(post) {
            if wanted[term as usize] {
                askers[next[term as usize]] = (post, weight);
                next[term as usize] += 1;
            }
        }
    }
    let mut found: Vec<u32> = changed
        .par_iter()
        .map_init(
            || vec![0_u32; index.len()],
            |sums, shown| {
                for (term, impact) in index.posted(*shown) {
                    for (post, weight) in &askers[starts[term as usize]..starts[term as usize + 1]] {
                        sums[*post as usize] += MATCH + u32::from(*weight) * u32::from(impact);
                    }
                }
                let day = index.days[*shown as usize];
                let mut into = Vec::new();
                for (sum, post) in sums.iter_mut().zip(0_u32..) {
                    let (score, enough) = (*sum & SCORE, *sum >= MATCHES * MATCH);
                    *sum = 0;
                    if !enough || post == *shown {
                        continue;
                    }
                    let Some(list) = &lists[post as usize] else { continue };
                    let score = index.decay.apply(score, day, index.days[post as usize]);
                    let full = list.len() == NEAREST;
                    let beats = list.last().is_none_or(|(last, other)| (score, !*shown) > (*last, !*other));
                    if score >= faint(index.question(post).own) && (!full || beats) {
                        into.push(post);
                    }
                }
                into
            },
        )
        .flatten()
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
