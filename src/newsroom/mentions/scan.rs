//! The walk over a post: pieces to blocks, blocks to hits, hits to findings.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use super::finder::{Class, Finder};
use super::judge::{Context, Verdict, possessive_length};
use super::trie::Step;
use super::{Findings, Found, Line, Mention, Piece};
use crate::newsroom::entities::EntityId;
use crate::newsroom::entities::fold::Kind;

/// Stands between blocks in the joined text, so that nothing runs over their ends.
const BLOCK_END: char = '\u{1e}';

/// A paragraph, item, cell or heading, as bytes of the joined text.
struct Block {
    range: Range<usize>,
    line: Line,
}

/// The post's pieces in one text, so that a name and its neighbours may stand in different pieces.
struct Joined<'p> {
    text: String,
    blocks: Vec<Block>,
    /// Where each piece starts.
    starts: Vec<usize>,
    pieces: &'p [Piece<'p>],
}

/// A name that was found and judged, before the post's evidence is weighed.
struct Hit {
    range: Range<usize>,
    candidate: u32,
    verdict: Verdict,
    block: usize,
    last_hit: usize,
}

/// What the post says of each entity.
#[derive(Clone, Copy, Default)]
struct Evidence {
    named: bool,
    sure: bool,
    supported: bool,
    /// Its name stands in small letters too, so it is a word of the language.
    common: bool,
    /// Where it is first named in full.
    full_name: Option<usize>,
}

impl Finder {
    /// Finds the entities of a post in its text, given those that its front matter names.
    pub fn find(&self, pieces: &[Piece<'_>], named: &[EntityId]) -> Findings {
        let joined = join(pieces);
        let mut evidence = BTreeMap::<EntityId, Evidence>::new();
        for id in named.iter().filter(|id| (id.0 as usize) < self.supporters.len()) {
            evidence.entry(*id).or_default().named = true;
        }
        let mut hits = self.scan(&joined, &mut evidence);
        self.weigh(&joined, &mut hits, &mut evidence);
        let accepted = self.accept(&hits, &evidence);
        findings(&joined, accepted, &evidence)
    }

    fn scan(&self, joined: &Joined<'_>, evidence: &mut BTreeMap<EntityId, Evidence>) -> Vec<Hit> {
        let (mut hits, mut steps) = (Vec::new(), Vec::new());
        let bytes = joined.text.as_bytes();
        let mut blocks = joined.blocks.iter().enumerate();
        let Some((number, mut block)) = blocks.next() else { return hits };
        let mut context = self.context(joined, number, 0);
        let mut taken = 0;
        for start in WordStarts::new(bytes) {
            if start < taken || self.trie.is_dead_end(&bytes[start..]) {
                continue;
            }
            while start >= block.range.end {
                let Some(next) = blocks.next() else { return hits };
                block = next.1;
                context = self.context(joined, next.0, 0);
            }
            steps.clear();
            self.trie.walk(&joined.text[..block.range.end], start, &mut steps);
            if steps.is_empty() || !may_start(&joined.text, start, context.last_hit) || is_in_url(bytes, start) {
                continue;
            }
            let before = hits.len();
            let (found, end) = self.take(&context, start, &steps, evidence);
            hits.extend(found);
            if let Some(end) = end {
                taken = end;
                if hits.len() > before {
                    context.last_hit = end;
                }
            }
        }
        hits
    }

    fn context<'c>(&'c self, joined: &'c Joined<'_>, number: usize, last_hit: usize) -> Context<'c> {
        let block = &joined.blocks[number];
        Context {
            finder: self,
            text: &joined.text,
            number,
            block: block.range.clone(),
            line: block.line,
            title_case: OnceCell::new(),
            last_hit,
        }
    }

    /// Takes the longest of the names that start here and hold; gives where it ends.
    fn take(
        &self,
        context: &Context<'_>,
        start: usize,
        steps: &[Step],
        evidence: &mut BTreeMap<EntityId, Evidence>,
    ) -> (Vec<Hit>, Option<usize>) {
        let mut hits = Vec::new();
        let text = context.text;
        let mut taken = None;
        for step in steps.iter().rev() {
            let ending = &self.endings[step.terminal as usize];
            let after = &text[step.end..context.block.end];
            if !self.may_end(context, start, step.end) {
                // A version glued to a model's name is no part of a longer word: `Llama3`.
                let glued =
                    after.starts_with(|c: char| c.is_ascii_digit() || c == '-') && context.is_versioned(step.end);
                let is_model = self.candidates_of(ending).any(|(_, candidate)| candidate.kind == Kind::Model);
                if !(glued && is_model && text[..step.end].ends_with(char::is_alphabetic)) {
                    continue;
                }
            }
            let written = &text[start..step.end];
            let capital = written.contains(char::is_uppercase);
            for support in ending.supports.iter().filter(|support| capital || !support.needs_capital) {
                evidence.entry(support.entity).or_default().supported = true;
            }
            if taken.is_some() {
                continue;
            }
            if ending.blocks {
                taken = Some(step.end);
                continue;
            }
            for (candidate, verdict) in self.judge_all(context, start, step, evidence) {
                let (block, last_hit) = (context.number, context.last_hit);
                hits.push(Hit { range: start..step.end, candidate, verdict, block, last_hit });
                taken = Some(step.end);
            }
        }
        (hits, taken)
    }

    /// Judges every entity that has this name.
    fn judge_all(
        &self,
        context: &Context<'_>,
        start: usize,
        step: &Step,
        evidence: &mut BTreeMap<EntityId, Evidence>,
    ) -> Vec<(u32, Verdict)> {
        let written = &context.text[start..step.end];
        let before = &context.text[context.block.start..start];
        let mut verdicts = Vec::new();
        for (index, candidate) in self.candidates_of(&self.endings[step.terminal as usize]) {
            // In small letters a model's name counts with its version: `claude-3-opus`.
            let versioned = || candidate.kind == Kind::Model && written.len() >= 4 && context.is_versioned(step.end);
            let as_version = step.gaps.is_empty() && versioned();
            if !as_version && !candidate.is_written_so(written, before, step.gaps) {
                if candidate.is_plain_word && !written.contains(char::is_uppercase) {
                    evidence.entry(candidate.entity).or_default().common = true;
                }
                continue;
            }
            let verdict = match candidate.class {
                Class::Coined | Class::Handle => Verdict::Sure,
                Class::Exact if candidate.kind == Kind::Person && candidate.is_plain_word => {
                    context.judge_person(start..step.end)
                }
                Class::Exact => Verdict::Sure,
                Class::Surname => match context.judge_person(start..step.end) {
                    Verdict::No => Verdict::No,
                    _ => Verdict::Weak,
                },
                Class::Ambiguous | Class::Mass => context.judge(candidate, start..step.end),
            };
            if verdict != Verdict::No {
                verdicts.push((index, verdict));
            }
        }
        verdicts
    }

    /// Says whether a word ends here, or goes on only with what a name may be followed by.
    fn may_end(&self, context: &Context<'_>, start: usize, end: usize) -> bool {
        let rest = &context.text[end..context.block.end];
        let mut after = rest.chars();
        let Some(first) = after.next() else { return true };
        let second = after.next().unwrap_or(' ');
        match first {
            '-' | '‑' if second.is_alphanumeric() => {
                let behind = &rest[first.len_utf8()..];
                let word = &behind[..behind.find(|c: char| !c.is_alphanumeric()).unwrap_or(behind.len())];
                self.words.suffixes.contains(word.to_lowercase().as_str())
                    || second.is_uppercase()
                        && self.has_sure_name_at(context.text, end + first.len_utf8(), context.block.end)
            }
            '\'' | '’' => possessive_length(rest) > 0 || !second.is_alphabetic(),
            '&' => {
                !(rest.starts_with("&#39;") || rest.starts_with("&rsquo;"))
                    || possessive_length(rest) > 0
                    || !rest["&#39;".len()..].trim_start_matches("quo;").starts_with(char::is_alphabetic)
            }
            '.' => {
                let third = after.next().unwrap_or(' ');
                !second.is_alphanumeric() || (second.is_uppercase() && third.is_lowercase() && end - start > 2)
            }
            '_' | '@' | '#' | '=' => !second.is_alphanumeric(),
            c if is_spaceless(c) => true,
            c => !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c),
        }
    }

    /// Says whether any known name starts here.
    pub(super) fn has_name_at(&self, text: &str, start: usize, end: usize) -> bool {
        self.has_at(text, start, end, |_| true)
    }

    /// Says whether a name starts here that needs no evidence.
    pub(super) fn has_sure_name_at(&self, text: &str, start: usize, end: usize) -> bool {
        self.has_at(text, start, end, |class| matches!(class, Class::Coined | Class::Exact))
    }

    fn has_at(&self, text: &str, start: usize, end: usize, counts: impl Fn(Class) -> bool) -> bool {
        let mut steps = Vec::new();
        self.trie.walk(&text[..end], start, &mut steps);
        steps.iter().any(|step| {
            let ends = text[step.end..end].chars().next().is_none_or(|c| !c.is_alphanumeric());
            ends && self.candidates_of(&self.endings[step.terminal as usize]).any(|(_, candidate)| {
                counts(candidate.class) && candidate.is_written_so(&text[start..step.end], "", step.gaps)
            })
        })
    }

    /// Weighs what the whole post says: who is sure to be there, and whom that supports.
    fn weigh(&self, joined: &Joined<'_>, hits: &mut [Hit], evidence: &mut BTreeMap<EntityId, Evidence>) {
        for hit in hits.iter_mut() {
            let candidate = &self.candidates[hit.candidate as usize];
            let known = evidence.entry(candidate.entity).or_default();
            if candidate.class == Class::Exact && candidate.is_plain_word && known.common {
                let context = self.context(joined, hit.block, hit.last_hit);
                if context.is_bare(candidate, hit.range.clone()) {
                    hit.verdict = Verdict::Weak;
                }
            }
            known.sure |= hit.verdict == Verdict::Sure;
            if candidate.class != Class::Surname && (hit.verdict == Verdict::Sure || known.named) {
                known.full_name.get_or_insert(hit.range.start);
            }
        }
        let there: Vec<EntityId> =
            evidence.iter().filter(|(_, known)| known.sure || known.named).map(|(id, _)| *id).collect();
        for (id, known) in evidence.iter_mut() {
            known.supported |= self.supporters[id.0 as usize].iter().any(|other| there.binary_search(other).is_ok());
        }
    }

    /// Chooses the hits that count: of several entities with one name, the one the author named.
    fn accept(&self, hits: &[Hit], evidence: &BTreeMap<EntityId, Evidence>) -> Vec<(EntityId, Range<usize>)> {
        let mut accepted = Vec::new();
        for group in hits.chunk_by(|a, b| a.range == b.range) {
            let counts = |hit: &&Hit| {
                let candidate = &self.candidates[hit.candidate as usize];
                let known = evidence.get(&candidate.entity).copied().unwrap_or_default();
                match (hit.verdict, candidate.class) {
                    (Verdict::Sure, _) => true,
                    (Verdict::No, _) => false,
                    (Verdict::Weak, Class::Surname) => {
                        known.named
                            || known.full_name.is_some_and(|full| full < hit.range.start)
                            || (known.supported && !candidate.is_ordinary)
                    }
                    (Verdict::Weak, _) => known.named || known.sure || known.supported,
                }
            };
            let entity = |hit: &Hit| self.candidates[hit.candidate as usize].entity;
            let named =
                group.iter().filter(counts).find(|hit| evidence.get(&entity(hit)).is_some_and(|known| known.named));
            if let Some(hit) = named.or_else(|| group.iter().find(counts)) {
                accepted.push((entity(hit), hit.range.clone()));
            }
        }
        accepted
    }
}

fn join<'p>(pieces: &'p [Piece<'p>]) -> Joined<'p> {
    let mut joined = Joined {
        text: String::with_capacity(pieces.iter().map(|piece| piece.text.len() + 1).sum()),
        blocks: Vec::new(),
        starts: Vec::with_capacity(pieces.len()),
        pieces,
    };
    for (index, piece) in pieces.iter().enumerate() {
        if index == 0 || piece.opens_block {
            joined.text.push(BLOCK_END);
            let start = joined.text.len();
            joined.blocks.push(Block { range: start..start, line: piece.line });
        }
        joined.starts.push(joined.text.len());
        joined.text.push_str(piece.text);
        if let Some(block) = joined.blocks.last_mut() {
            block.range.end = joined.text.len();
        }
    }
    joined
}

fn findings(
    joined: &Joined<'_>,
    accepted: Vec<(EntityId, Range<usize>)>,
    evidence: &BTreeMap<EntityId, Evidence>,
) -> Findings {
    let mut mentions = Vec::with_capacity(accepted.len());
    for (entity, range) in accepted {
        let piece = joined.starts.partition_point(|&start| start <= range.start) - 1;
        let (start, text) = (joined.starts[piece], joined.pieces[piece].text);
        let fits = range.end <= start + text.len();
        mentions.push(Mention {
            entity,
            piece: piece as u32,
            range: range.start - start..(range.end - start).min(text.len()),
            linkable: fits && joined.pieces[piece].linkable && joined.pieces[piece].line == Line::Prose,
        });
    }
    let mut entities: BTreeMap<EntityId, Found> = BTreeMap::new();
    let empty = |entity, in_front_matter| Found { entity, in_front_matter, in_text: 0, link: None };
    for (&entity, known) in evidence.iter().filter(|(_, known)| known.named) {
        entities.insert(entity, empty(entity, known.named));
    }
    for (index, mention) in mentions.iter().enumerate() {
        let found = entities.entry(mention.entity).or_insert_with(|| empty(mention.entity, false));
        found.in_text += 1;
        if mention.linkable {
            found.link.get_or_insert(index as u32);
        }
    }
    let entities = entities.into_values().collect();
    Findings { entities, mentions }
}

/// Where words start, by bytes alone: a letter, a digit or the first byte of another character,
/// behind something that is none. What stands before it is looked at once a name is found there.
struct WordStarts<'t> {
    bytes: &'t [u8],
    /// Where the present 64 bytes begin.
    at: usize,
    /// The starts among them that are still to come, a bit each.
    starts: u64,
    /// Whether the byte before the next 64 belongs to a word.
    carry: u64,
}

const IN_WORD: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = ((byte as u8).is_ascii_alphanumeric() || byte >= 0xc0) as u8;
        byte += 1;
    }
    table
};

impl<'t> WordStarts<'t> {
    fn new(bytes: &'t [u8]) -> Self {
        let mut starts = Self { bytes, at: 0, starts: 0, carry: 0 };
        starts.fill();
        starts
    }

    /// Sorts 64 bytes at once: branches on every byte would cost more than all the rest.
    fn fill(&mut self) {
        let chunk = &self.bytes[self.at..self.bytes.len().min(self.at + 64)];
        let mut words = 0u64;
        for (index, &byte) in chunk.iter().enumerate() {
            words |= u64::from(IN_WORD[usize::from(byte)]) << index;
        }
        self.starts = words & !(words << 1 | self.carry);
        self.carry = words >> 63;
    }
}

impl Iterator for WordStarts<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.starts == 0 {
            if self.at + 64 >= self.bytes.len() {
                return None;
            }
            self.at += 64;
            self.fill();
        }
        let bit = self.starts.trailing_zeros();
        self.starts &= self.starts - 1;
        Some(self.at + bit as usize)
    }
}

/// Says whether what stands before a letter lets a name begin with it.
fn may_start(text: &str, start: usize, last_hit: usize) -> bool {
    let mut back = text[..start].chars().rev();
    let (sign, before) = (back.next().unwrap_or(' '), back.next().unwrap_or(' '));
    match sign {
        ' ' => true,
        '#' | '$' | '\\' | '=' | '%' => false,
        '-' if before.is_alphanumeric() => may_follow_hyphen(&text[..start - 1], last_hit),
        '‑' | '_' | '.' | '@' => !before.is_alphanumeric(),
        // `d’OpenAI` and `l'Oréal` begin behind the apostrophe, `O'Reilly` does not.
        '\'' | '’' => {
            !before.is_alphanumeric()
                || (matches!(before, 'd' | 'l' | 'D' | 'L' | 'u') && text[start..].starts_with(char::is_uppercase))
        }
        c => is_spaceless(c) || !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c),
    }
}

/// Says whether a name may stand behind this and a hyphen: `ex-OpenAI`, `Microsoft-OpenAI`, not `meta-learning`.
fn may_follow_hyphen(before: &str, last_hit: usize) -> bool {
    let begin = before
        .rfind(|c: char| !c.is_alphanumeric())
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    last_hit == before.len() || super::words::is_prefix(&before[begin..])
}

/// Scripts that put no space between words, so that a Latin name may touch them.
fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{e00}'..='\u{eff}' | '\u{20000}'..='\u{3ffff}')
}

/// How far back an address is looked for: browsers take no longer ones, and a text without spaces would be read
/// from its beginning for each name in it.
const LONGEST_ADDRESS: usize = 2_048;

/// Says whether a word is part of an address: `https://openai.com/sora`, `x.com/sama`.
fn is_in_url(bytes: &[u8], start: usize) -> bool {
    if !matches!(
        start.checked_sub(1).and_then(|before| bytes.get(before)),
        Some(b'/' | b'.' | b':' | b'=' | b'?' | b'&' | b'-' | b'_' | b'@' | b',' | b'+')
    ) {
        return false;
    }
    let is_end =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'>' | b'"' | b'(' | b')' | b'[' | b']' | 0x1e);
    let reach = start.saturating_sub(LONGEST_ADDRESS);
    let from = bytes[reach..start].iter().rposition(is_end).map_or(reach, |at| reach + at + 1);
    let token = &bytes[from..start];
    let has_scheme = token.windows(3).any(|window| window == b"://") || token.starts_with(b"www.");
    // `name.tld/`: a point, two letters or more, a slash.
    let has_domain = token.iter().position(|&byte| byte == b'/').is_some_and(|slash| {
        let host = &token[..slash];
        host.iter()
            .rposition(|&byte| byte == b'.')
            .is_some_and(|dot| dot > 0 && host.len() - dot > 2 && host[dot + 1..].iter().all(u8::is_ascii_lowercase))
    });
    has_scheme || has_domain
}
