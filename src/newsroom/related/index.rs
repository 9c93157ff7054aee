//! From the terms of all posts to impacts and postings, the form in which they are compared.
//!
//! Every post plays two parts. As the one *asking*, it is its heaviest [`QUERY`] terms. As one
//! that may be *shown*, it is all its terms, each with an impact in which its rarity, its count
//! and the length of the post have become one byte.

use rayon::prelude::*;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::vector::{TERMS, TermVector, UNIT};
use super::vocabulary::{Language, Vocabulary, languages};
use super::weights::{ASKING, Decay, SHOWN, Saturation, mixed, rounded};

/// Terms with which a post asks.
pub(super) const QUERY: usize = 64;
/// The length that a posting list may always have, and the one that it never exceeds by much:
/// in between, an eighth of the posts. Without a limit the cost is quadratic.
const LIST_AT_LEAST: u32 = 1000;
const LIST_AT_MOST: u32 = 2500;
/// Postings that a question may read once it has [`QUERY_AT_LEAST`] terms: in a large archive
/// the lightest terms cost most and decide least.
const READING: u32 = 16_000;
/// Terms that every question keeps, whatever they cost.
const QUERY_AT_LEAST: usize = 24;
/// Posts in one unit of parallel work.
const BLOCK: usize = 256;

/// Tells what the engine knows of one post besides its words.
///
/// Posts are numbered by their place in the list that [`Index::build`] gets; `pin`, `hide` and
/// `links` are such numbers. Entities and tags are numbers of the caller's choice, dense from 0.
#[derive(Clone, Copy, Debug)]
pub struct Card<'a> {
    /// Identifies the post over time: a hash of its path.
    pub key: u64,
    /// The terms.
    pub terms: &'a TermVector,
    /// The date, in days since any fixed one.
    pub day: i32,
    /// The slug, the last resort between equals.
    pub slug: &'a str,
    /// The running story that the post belongs to.
    pub story: Option<&'a str>,
    /// The entities that the post is about, weightiest first.
    pub entities: &'a [u32],
    /// The taxonomy terms.
    pub tags: &'a [u32],
    /// The posts that the author wants to see first.
    pub pin: &'a [u32],
    /// The posts that the author does not want to see.
    pub hide: &'a [u32],
    /// The posts that this one links to.
    pub links: &'a [u32],
}

/// Holds all posts in comparable form.
///
/// Inside, posts go by *rank*: newest first, then by slug. So the lower of two ranks wins a tie.
pub struct Index<'a> {
    pub(super) cards: Vec<Card<'a>>,
    /// Their days, close together for the scan that reads them all.
    pub(super) days: Vec<i32>,
    /// From rank to number, and back.
    pub(super) number: Vec<u32>,
    pub(super) rank: Vec<u32>,
    pub(super) decay: Decay,
    /// The dense terms of each post and their impacts; a post's own part starts at `starts`.
    starts: Vec<usize>,
    terms: Vec<u32>,
    impacts: Vec<u8>,
    /// What each post asks.
    questions: Questions,
    admissions: Admissions,
}

/// What the posting list of each term admits.
struct Admissions {
    /// The lowest impact. Apart from the rest, for all posts are asked against it.
    floors: Vec<u8>,
    /// How many posts have that impact or a higher one.
    posts: Vec<u32>,
}

/// What posts ask: each its heaviest terms.
#[derive(Default)]
struct Questions {
    all: Vec<Question>,
    /// Their dense terms, those of a post heaviest first, with their weights.
    terms: Vec<u32>,
    weights: Vec<u8>,
}

/// What a post asks, besides its terms.
pub(super) struct Question {
    /// Where its terms end among those of all; they start where those of the post before end.
    end: u32,
    /// What the post itself would score.
    pub(super) own: u32,
    /// Everything that the answer depends on besides the posts shown.
    pub(super) fingerprint: u64,
}

impl Questions {
    fn terms(&self, post: u32) -> impl ExactSizeIterator<Item = (u32, u8)> {
        let before = post.checked_sub(1).map_or(0, |before| self.all[before as usize].end as usize);
        let own = before..self.all[post as usize].end as usize;
        self.terms[own.clone()].iter().copied().zip(self.weights[own].iter().copied())
    }

    fn joined(parts: Vec<Self>) -> Self {
        let asked = parts.iter().map(|part| part.terms.len()).sum();
        let mut joined = Self {
            all: Vec::with_capacity(parts.iter().map(|part| part.all.len()).sum()),
            terms: Vec::with_capacity(asked),
            weights: Vec::with_capacity(asked),
        };
        for part in parts {
            let before = joined.terms.len() as u32;
            joined.all.extend(part.all.into_iter().map(|question| Question { end: before + question.end, ..question }));
            joined.terms.extend(part.terms);
            joined.weights.extend(part.weights);
        }
        joined
    }
}

impl<'a> Index<'a> {
    /// Indexes all posts.
    pub fn build(posts: Vec<Card<'a>>) -> Self {
        let mut number: Vec<u32> = (0..posts.len() as u32).collect();
        number.par_sort_unstable_by(|one, other| {
            let (a, b) = (&posts[*one as usize], &posts[*other as usize]);
            b.day.cmp(&a.day).then_with(|| a.slug.cmp(b.slug)).then(one.cmp(other))
        });
        let mut rank = vec![0; posts.len()];
        for (at, post) in number.iter().enumerate() {
            rank[*post as usize] = at as u32;
        }
        let cards: Vec<Card<'a>> = number.iter().map(|post| posts[*post as usize]).collect();
        drop(posts);

        let days = cards.iter().map(|card| card.day).collect();
        let languages = languages(&cards);
        let vocabulary = Vocabulary::of(&cards);
        let rarities = vocabulary.rarities(&languages);
        let mut impacts = vec![0; vocabulary.terms.len()];
        let mut blocks = Vec::with_capacity(cards.len().div_ceil(BLOCK));
        let mut rest = &mut impacts[..];
        for (cards, first) in cards.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
            let length = vocabulary.starts[first + cards.len()] - vocabulary.starts[first];
            let (own, others) = rest.split_at_mut(length);
            blocks.push((first, cards, own));
            rest = others;
        }
        let weigh = |(first, cards, impacts)| weigh(first, cards, &vocabulary, &rarities, &languages, impacts);
        let blocks: Vec<Questions> = blocks.into_par_iter().map(weigh).collect();
        let questions = Questions::joined(blocks);

        let Vocabulary { starts, terms, holders, .. } = vocabulary;
        let admissions = admissions(&holders, &terms, &impacts, &questions.terms, cards.len());
        Self { cards, days, number, rank, decay: Decay::new(), starts, terms, impacts, questions, admissions }
    }

    /// Returns the number of posts.
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// Tells whether there are no posts.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }

    pub(super) fn question(&self, post: u32) -> &Question {
        &self.questions.all[post as usize]
    }

    /// Returns the dense terms that a post asks for and their weights, heaviest first.
    pub(super) fn asks(&self, post: u32) -> impl ExactSizeIterator<Item = (u32, u8)> {
        self.questions.terms(post)
    }

    /// Returns the number of different terms.
    pub(super) fn vocabulary(&self) -> usize {
        self.admissions.floors.len()
    }

    /// Returns the lowest impact that the posting list of a term admits.
    pub(super) fn floor(&self, term: u32) -> u8 {
        self.admissions.floors[term as usize]
    }

    /// Returns the number of posts that the posting list of a term admits.
    pub(super) fn admitted(&self, term: u32) -> u32 {
        self.admissions.posts[term as usize]
    }

    /// Returns the terms of a post with their impacts; terms that weigh nothing have none.
    pub(super) fn held(&self, post: u32) -> impl Iterator<Item = (u32, u8)> {
        let own = self.starts[post as usize]..self.starts[post as usize + 1];
        self.terms[own.clone()].iter().copied().zip(self.impacts[own].iter().copied())
    }

    /// Returns the terms of a post in whose lists it would stand.
    pub(super) fn posted(&self, post: u32) -> impl Iterator<Item = (u32, u8)> {
        self.held(post).filter(|(term, impact)| *impact >= self.floor(*term))
    }

    /// Returns a fingerprint of everything by which a post takes part in the answers of others.
    pub(super) fn shown_fingerprint(&self, post: u32) -> u64 {
        let card = &self.cards[post as usize];
        // The order of the terms says nothing, and a sum of hashes waits for none of them.
        let mut terms = 0_u64;
        for ((dense, impact), hash) in self.held(post).zip(&card.terms.terms) {
            let hashed = mixed(u64::from(*hash) << 8 | u64::from(impact));
            terms = terms.wrapping_add(if impact >= self.floor(dense) { hashed } else { 0 });
        }
        xxh3_64_with_seed(card.slug.as_bytes(), terms ^ u64::from(card.day.cast_unsigned()) << 16)
    }
}

/// Returns how long a posting list may be among so many posts.
fn longest_list(posts: usize) -> u32 {
    (rounded(posts as u64) / 8).clamp(LIST_AT_LEAST, LIST_AT_MOST)
}

/// Finds what the list of each term admits. One that is too long admits only the impacts for which there
/// is room: the floor is one impact for all holders, so equals are treated alike.
fn admissions(holders: &[u32], terms: &[u32], impacts: &[u8], questions: &[u32], posts: usize) -> Admissions {
    let limit = longest_list(posts);
    let mut asked = vec![false; holders.len()];
    for term in questions {
        asked[*term as usize] = true;
    }
    let mut long = vec![u32::MAX; holders.len()];
    let mut counts: Vec<[u32; 256]> = Vec::new();
    for (term, count) in holders.iter().enumerate() {
        if asked[term] && *count > limit {
            long[term] = counts.len() as u32;
            counts.push([0; 256]);
        }
    }
    if !counts.is_empty() {
        let share = terms.len().div_ceil(rayon::current_num_threads()).max(1);
        let none = || vec![[0; 256]; counts.len()];
        let count = |(terms, impacts): (&[u32], &[u8])| {
            let mut counts = none();
            for (term, impact) in terms.iter().zip(impacts) {
                if let Some(count) = counts.get_mut(long[*term as usize] as usize) {
                    count[usize::from(*impact)] += 1;
                }
            }
            counts
        };
        let counted = terms.par_chunks(share).zip(impacts.par_chunks(share)).map(count);
        counts = counted.reduce(none, |mut all, more| {
            for (sum, more) in all.as_flattened_mut().iter_mut().zip(more.as_flattened()) {
                *sum += more;
            }
            all
        });
    }
    let (floors, posts) = holders
        .iter()
        .zip(asked)
        .zip(long)
        .map(|((holders, asked), long)| match counts.get(long as usize) {
            Some(counts) => admit(counts, limit),
            None if asked => (1, *holders),
            None => (u8::MAX, 0),
        })
        .unzip();
    Admissions { floors, posts }
}

/// Returns the lowest impact for which a list stays within its limit, and how many posts have it.
fn admit(counts: &[u32; 256], limit: u32) -> (u8, u32) {
    let mut admitted = 0;
    for impact in (1..=u8::MAX).rev() {
        let more = admitted + counts[usize::from(impact)];
        // The highest impact is always admitted: an empty list would say that nobody holds the term.
        if more > limit && admitted > 0 {
            return (impact + 1, admitted);
        }
        admitted = more;
    }
    (1, admitted)
}

/// Weighs the terms of some posts in a row: fills in their impacts and gives what they ask.
fn weigh(
    first: usize,
    cards: &[Card<'_>],
    vocabulary: &Vocabulary,
    rarities: &[u8],
    languages: &[Language],
    mut impacts: &mut [u8],
) -> Questions {
    let longest = longest_list(vocabulary.starts.len().saturating_sub(1));
    let mut questions = Questions::default();
    let mut bytes = Vec::with_capacity(QUERY * 5 + 8);
    let mut weights: Vec<u32> = Vec::new();
    // `weight << 43 | ¬term hash << 11 | position`: the order does not depend on how terms are numbered.
    const { assert!(TERMS == 1 << 11) };
    let mut heaviest: Vec<u64> = Vec::new();
    for (card, post) in cards.iter().zip(first..) {
        let vector = card.terms;
        let dense = &vocabulary.terms[vocabulary.starts[post]..vocabulary.starts[post + 1]];
        let mean = languages.iter().find(|known| known.number == vector.language).map_or(1, |known| known.mean);
        let shown = Saturation::new(SHOWN, vector.length, mean, UNIT).tabulated();
        let asking = Saturation::new(ASKING, vector.length, mean, UNIT).tabulated();
        let counted = || dense.iter().map(|term| u32::from(rarities[*term as usize])).zip(&vector.counts);
        weights.clear();
        weights.extend(counted().map(|(rarity, count)| rarity * shown.apply(*count)));
        let squares: u64 = weights.iter().map(|weight| u64::from(*weight) * u64::from(*weight)).sum();
        heaviest.clear();
        // What weighs nothing asks nothing: it goes last, and is left out below.
        heaviest.extend(counted().zip(&vector.terms).zip(0_u64..).map(|(((rarity, count), term), at)| match rarity {
            0 => 0,
            _ => u64::from(rarity * asking.apply(*count)) << 43 | u64::from(!term) << 11 | at,
        }));
        // Half a normalisation: divided by the square root of the norm, so that long posts lose
        // some of their advantage and short ones do not get it.
        let root = (squares.isqrt() << 16).isqrt().max(1);
        let scale = (512_u64 << 32) / root;
        let (own_impacts, others) = std::mem::take(&mut impacts).split_at_mut(weights.len());
        impacts = others;
        for (impact, weight) in own_impacts.iter_mut().zip(&weights) {
            if *weight > 0 {
                *impact = ((u64::from(*weight) * scale) >> 32).clamp(1, 255) as u8;
            }
        }
        if heaviest.len() > QUERY {
            let lighter = heaviest.len() - QUERY;
            heaviest.select_nth_unstable(lighter);
            heaviest.drain(..lighter);
        }
        heaviest.retain(|key| *key > 0);
        heaviest.sort_unstable();
        bytes.clear();
        bytes.extend_from_slice(&card.day.to_le_bytes());
        let (mut reading, mut own) = (0, 0);
        for (key, asked) in heaviest.iter().rev().zip(0..) {
            if reading > READING && asked >= QUERY_AT_LEAST {
                break;
            }
            let at = *key as usize & (TERMS - 1);
            reading += rounded(u64::from(vocabulary.holders[dense[at] as usize])).min(longest);
            let weight = (key >> 50).clamp(1, 255) as u8;
            own += u32::from(weight) * u32::from(own_impacts[at]);
            questions.terms.push(dense[at]);
            questions.weights.push(weight);
            bytes.extend_from_slice(&vector.terms[at].to_le_bytes());
            bytes.push(weight);
        }
        bytes.extend_from_slice(&own.to_le_bytes());
        questions.all.push(Question { end: questions.terms.len() as u32, own, fingerprint: xxh3_64(&bytes) });
    }
    questions
}
