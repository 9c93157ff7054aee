//! From the terms of all posts to impacts and postings, the form in which they are compared.
//!
//! Every post plays two parts. As the one *asking*, it is its heaviest [`QUERY`] terms. As one
//! that may be *shown*, it is all its terms, each with an impact in which its rarity, its count
//! and the length of the post have become one byte. A posting list holds the posts that hold a
//! term, with their impacts.

use rayon::prelude::*;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::vector::{TermVector, UNIT};
use super::weights::{ASKING, Decay, Pace, SHOWN, Saturation, rarity, step};

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
/// The bits of a posting below the post: its impact.
const IMPACT_BITS: u32 = 8;
/// Posts in one unit of parallel work.
const BLOCK: usize = 256;

/// Tells what the engine knows of one post besides its words.
///
/// Posts are numbered by their place in the slice that [`Index::build`] gets; `pin`, `hide` and
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
    pub(super) pace: Pace,
    /// The dense terms of each post and their impacts; a post's own part starts at `starts`.
    starts: Vec<usize>,
    terms: Vec<u32>,
    impacts: Vec<u8>,
    /// What each post asks.
    questions: Vec<Question>,
    /// `post << 8 | impact`, by term.
    lists: Vec<usize>,
    postings: Vec<u32>,
    /// The lowest impact that the list of a term admits.
    floors: Vec<u8>,
}

/// What a post asks: its heaviest terms.
#[derive(Default)]
pub(super) struct Question {
    /// Dense terms and their weights, heaviest first.
    pub(super) terms: Vec<(u32, u8)>,
    /// What the post itself would score.
    pub(super) own: u32,
    /// Everything that the answer depends on besides the posts shown.
    pub(super) fingerprint: u64,
}

impl<'a> Index<'a> {
    /// Indexes all posts.
    pub fn build(posts: &[Card<'a>], pace: Pace) -> Self {
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

        let days = cards.iter().map(|card| card.day).collect();
        let languages = languages(&cards);
        let vocabulary = Vocabulary::of(&cards);
        let rarities = vocabulary.rarities(&languages);
        let blocks: Vec<Block> = cards
            .par_chunks(BLOCK)
            .enumerate()
            .map(|(at, block)| weigh(at * BLOCK, block, &vocabulary, &rarities, &languages))
            .collect();
        let mut impacts = Vec::with_capacity(vocabulary.terms.len());
        let mut questions = Vec::with_capacity(cards.len());
        for block in blocks {
            impacts.extend_from_slice(&block.impacts);
            questions.extend(block.questions);
        }

        let Vocabulary { starts, terms, holders, .. } = vocabulary;
        let mut index = Self {
            cards,
            days,
            number,
            rank,
            decay: Decay::new(pace),
            pace,
            starts,
            terms,
            impacts,
            questions,
            lists: Vec::new(),
            postings: Vec::new(),
            floors: vec![0; holders.len()],
        };
        index.post(&holders);
        index
    }

    /// Returns the number of posts.
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// Tells whether there are no posts.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }

    /// Fills the posting lists of the terms that somebody asks for.
    fn post(&mut self, holders: &[u32]) {
        let limit = longest_list(self.len());
        let mut asked = vec![false; holders.len()];
        for question in &self.questions {
            for (term, _) in &question.terms {
                asked[*term as usize] = true;
            }
        }
        // A list that is too long admits only the impacts for which there is room. The floor is
        // one impact for all holders, so equals are treated alike.
        let mut long = vec![u32::MAX; holders.len()];
        let mut counts: Vec<[u32; 256]> = Vec::new();
        for (term, count) in holders.iter().enumerate() {
            if asked[term] && *count > limit {
                long[term] = counts.len() as u32;
                counts.push([0; 256]);
            }
        }
        if !counts.is_empty() {
            for (term, impact) in self.terms.iter().zip(&self.impacts) {
                if let Some(count) = counts.get_mut(long[*term as usize] as usize) {
                    count[usize::from(*impact)] += 1;
                }
            }
        }
        let mut total = 0;
        self.lists = Vec::with_capacity(holders.len() + 1);
        for (term, count) in holders.iter().enumerate() {
            self.lists.push(total);
            if !asked[term] {
                self.floors[term] = u8::MAX;
                continue;
            }
            let (floor, admitted) = counts.get(long[term] as usize).map_or((1, *count), |counts| admit(counts, limit));
            self.floors[term] = floor;
            total += admitted as usize;
        }
        self.lists.push(total);

        let mut next = self.lists.clone();
        self.postings = vec![0; total];
        for post in 0..self.cards.len() {
            let own = self.starts[post]..self.starts[post + 1];
            for (term, impact) in self.terms[own.clone()].iter().zip(&self.impacts[own]) {
                let term = *term as usize;
                if *impact >= self.floors[term] && asked[term] {
                    self.postings[next[term]] = (post as u32) << IMPACT_BITS | u32::from(*impact);
                    next[term] += 1;
                }
            }
        }
    }

    pub(super) fn question(&self, post: u32) -> &Question {
        &self.questions[post as usize]
    }

    /// Returns the posts that hold a term, as `post << 8 | impact`.
    pub(super) fn list(&self, term: u32) -> &[u32] {
        let term = term as usize;
        &self.postings[self.lists[term]..self.lists[term + 1]]
    }

    /// Returns the number of different terms.
    pub(super) fn vocabulary(&self) -> usize {
        self.floors.len()
    }

    /// Returns the terms of a post with their impacts; terms that weigh nothing have none.
    pub(super) fn held(&self, post: u32) -> impl Iterator<Item = (u32, u8)> {
        let own = self.starts[post as usize]..self.starts[post as usize + 1];
        self.terms[own.clone()].iter().copied().zip(self.impacts[own].iter().copied())
    }

    /// Returns the terms of a post in whose lists it stands.
    pub(super) fn posted(&self, post: u32) -> impl Iterator<Item = (u32, u8)> {
        self.held(post).filter(|(term, impact)| *impact >= self.floors[*term as usize] && !self.list(*term).is_empty())
    }

    /// Returns the hash of a dense term of a post, the one that [`TermVector`] holds.
    pub(super) fn hash_of(&self, post: u32, term: u32) -> Option<u32> {
        let at = self.held(post).position(|(held, _)| held == term)?;
        self.cards[post as usize].terms.terms.get(at).copied()
    }

    /// Returns a fingerprint of everything by which a post takes part in the answers of others.
    pub(super) fn shown_fingerprint(&self, post: u32) -> u64 {
        let card = &self.cards[post as usize];
        // A hash of hashes needs no more than multiplication and rotation.
        let mut terms = 0_u64;
        for ((dense, impact), hash) in self.held(post).zip(&card.terms.terms) {
            if impact >= self.floors[dense as usize].max(1) {
                let posting = u64::from(*hash) << IMPACT_BITS | u64::from(impact);
                terms = (terms.rotate_left(23) ^ posting).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            }
        }
        xxh3_64_with_seed(card.slug.as_bytes(), terms ^ u64::from(card.day.cast_unsigned()) << 16)
    }
}

/// Returns how long a posting list may be among so many posts.
fn longest_list(posts: usize) -> u32 {
    (rounded(posts as u64) / 8).clamp(LIST_AT_LEAST, LIST_AT_MOST)
}

/// Rounds down to a step of √2.
fn rounded(x: u64) -> u32 {
    (1_u64 << step(x)).isqrt() as u32
}

/// Returns the lowest impact for which a list stays within its limit, and how many it then has.
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

/// What all posts of one language have in common.
struct Language {
    number: u32,
    posts: u32,
    /// The mean of their lengths, to the nearest step of √2.
    mean: u32,
}

fn languages(cards: &[Card<'_>]) -> Vec<Language> {
    let mut found: Vec<(u32, u32, u64)> = Vec::new();
    for card in cards {
        let length = u64::from(card.terms.length);
        match found.iter_mut().find(|(number, ..)| *number == card.terms.language) {
            Some((_, posts, total)) => {
                *posts += 1;
                *total += length;
            }
            None => found.push((card.terms.language, 1, length)),
        }
    }
    found
        .into_iter()
        .map(|(number, posts, total)| {
            // The middle of the step is a fourth root of 2 above its lower end.
            Language { number, posts, mean: rounded(total / u64::from(posts.max(1))) * 19 / 16 }
        })
        .collect()
}

/// All terms, numbered densely.
struct Vocabulary {
    starts: Vec<usize>,
    terms: Vec<u32>,
    /// How many posts hold each, and in which language.
    holders: Vec<u32>,
    language: Vec<u32>,
}

impl Vocabulary {
    fn of(cards: &[Card<'_>]) -> Self {
        let total = cards.iter().map(|card| card.terms.len()).sum();
        let mut starts = Vec::with_capacity(cards.len() + 1);
        let mut terms = Vec::with_capacity(total);
        let mut holders: Vec<u32> = Vec::new();
        let mut language = Vec::new();
        // Open addressing over hashes that are hashes already: `(term, number)`, 0 is free.
        let mut table: Vec<(u32, u32)> = vec![(0, 0); 1 << 15];
        for card in cards {
            starts.push(terms.len());
            if holders.len() + card.terms.len() > table.len() / 2 {
                table = doubled(&table);
            }
            let mask = table.len() - 1;
            for term in &card.terms.terms {
                let mut slot = *term as usize & mask;
                let number = loop {
                    let (held, number) = table[slot];
                    if held == *term {
                        break number;
                    }
                    if held == 0 {
                        let number = holders.len() as u32;
                        table[slot] = (*term, number);
                        holders.push(0);
                        language.push(card.terms.language);
                        break number;
                    }
                    slot = (slot + 1) & mask;
                };
                holders[number as usize] += 1;
                terms.push(number);
            }
        }
        starts.push(terms.len());
        Self { starts, terms, holders, language }
    }

    fn rarities(&self, languages: &[Language]) -> Vec<u8> {
        let mut last = (0, 0);
        self.holders
            .iter()
            .zip(&self.language)
            .map(|(holders, language)| {
                if last.0 != *language {
                    let posts = languages.iter().find(|known| known.number == *language).map_or(0, |known| known.posts);
                    last = (*language, posts);
                }
                rarity(last.1, *holders) as u8
            })
            .collect()
    }
}

fn doubled(table: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut larger = vec![(0, 0); table.len() * 4];
    let mask = larger.len() - 1;
    for (term, number) in table.iter().filter(|(term, _)| *term != 0) {
        let mut slot = *term as usize & mask;
        while larger[slot].0 != 0 {
            slot = (slot + 1) & mask;
        }
        larger[slot] = (*term, *number);
    }
    larger
}

/// The weights of some posts in a row.
struct Block {
    impacts: Vec<u8>,
    questions: Vec<Question>,
}

fn weigh(first: usize, cards: &[Card<'_>], vocabulary: &Vocabulary, rarities: &[u8], languages: &[Language]) -> Block {
    let longest = longest_list(vocabulary.starts.len().saturating_sub(1));
    let mut block = Block { impacts: Vec::new(), questions: Vec::with_capacity(cards.len()) };
    let mut weights: Vec<u32> = Vec::new();
    // `weight << 32 | ¬term hash`, position: the order does not depend on how terms are numbered.
    let mut heaviest: Vec<(u64, u32)> = Vec::new();
    for (card, post) in cards.iter().zip(first..) {
        let vector = card.terms;
        let dense = &vocabulary.terms[vocabulary.starts[post]..vocabulary.starts[post + 1]];
        let mean = languages.iter().find(|known| known.number == vector.language).map_or(1, |known| known.mean);
        let shown = Saturation::new(SHOWN, vector.length, mean, UNIT);
        let asking = Saturation::new(ASKING, vector.length, mean, UNIT);
        weights.clear();
        heaviest.clear();
        let mut squares = 0_u64;
        for (at, (term, count)) in dense.iter().zip(&vector.counts).enumerate() {
            let rarity = u32::from(rarities[*term as usize]);
            if rarity == 0 {
                weights.push(0);
                continue;
            }
            let weight = rarity * shown.apply(*count);
            squares += u64::from(weight) * u64::from(weight);
            weights.push(weight);
            let weight = rarity * asking.apply(*count);
            heaviest.push((u64::from(weight) << 32 | u64::from(!vector.terms[at]), at as u32));
        }
        // Half a normalisation: divided by the square root of the norm, so that long posts lose
        // some of their advantage and short ones do not get it.
        let root = (squares.isqrt() << 16).isqrt().max(1);
        let scale = (512_u64 << 32) / root;
        let from = block.impacts.len();
        block.impacts.extend(weights.iter().map(|weight| match weight {
            0 => 0,
            weight => ((u64::from(*weight) * scale) >> 32).clamp(1, 255) as u8,
        }));
        let impacts = &block.impacts[from..];
        if heaviest.len() > QUERY {
            heaviest.select_nth_unstable_by(QUERY - 1, |one, other| other.cmp(one));
            heaviest.truncate(QUERY);
        }
        heaviest.sort_unstable_by(|one, other| other.cmp(one));
        let mut question = Question::default();
        let mut bytes = Vec::with_capacity(QUERY * 5 + 8);
        bytes.extend_from_slice(&card.day.to_le_bytes());
        let mut reading = 0;
        for (key, at) in &heaviest {
            if reading > READING && question.terms.len() >= QUERY_AT_LEAST {
                break;
            }
            let holders = vocabulary.holders[dense[*at as usize] as usize];
            reading += rounded(u64::from(holders)).min(longest);
            let weight = (key >> 39).clamp(1, 255) as u8;
            question.terms.push((dense[*at as usize], weight));
            question.own += u32::from(weight) * u32::from(impacts[*at as usize]);
            bytes.extend_from_slice(&vector.terms[*at as usize].to_le_bytes());
            bytes.push(weight);
        }
        bytes.extend_from_slice(&question.own.to_le_bytes());
        question.fingerprint = xxh3_64(&bytes);
        block.questions.push(question);
    }
    block
}
