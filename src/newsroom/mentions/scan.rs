//! The walk over a post: pieces to blocks, blocks to hits, hits to findings.

use std::ops::Range;

use super::finder::{Class, Ending, Finder};
use super::judge::{Context, Verdict, is_title_case, possessive_length};
use super::trie::Step;
use super::{Findings, Found, Line, Mention, Piece};
use crate::newsroom::entities::EntityId;
use crate::newsroom::entities::fold::Kind;

/// Above this length a block is running text, whatever its capitals.
const LONGEST_TITLE: usize = 240;

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
    block: u32,
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
        let mut evidence = vec![Evidence::default(); self.supporters.len()];
        for id in named {
            if let Some(known) = evidence.get_mut(id.0 as usize) {
                known.named = true;
            }
        }
        let mut hits = self.scan(&joined, &mut evidence);
        self.weigh(&joined, &mut hits, &mut evidence);
        let accepted = self.accept(&hits, &evidence);
        findings(&joined, accepted, &evidence)
    }

    fn scan(&self, joined: &Joined<'_>, evidence: &mut [Evidence]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut steps = Vec::new();
        for (number, block) in joined.blocks.iter().enumerate() {
            let mut context = self.context(joined, block, 0);
            let bytes = &joined.text.as_bytes()[..block.range.end];
            let mut at = block.range.start;
            while let Some(start) = next_word_start(&joined.text, at, block.range.end) {
                at = skip_word(bytes, start);
                if self.trie.is_dead_end(bytes[start], bytes.get(start + 1).copied().unwrap_or(b' ')) {
                    continue;
                }
                steps.clear();
                self.trie.walk(&joined.text[..block.range.end], start, &mut steps);
                if steps.is_empty() || is_in_url(bytes, start) {
                    continue;
                }
                let before = hits.len();
                if let Some(end) = self.take(&context, start, &steps, evidence, number as u32, &mut hits) {
                    at = end;
                    if hits.len() > before {
                        context.last_hit = end;
                    }
                }
            }
        }
        hits
    }

    fn context<'c>(&'c self, joined: &'c Joined<'_>, block: &Block, last_hit: usize) -> Context<'c> {
        let line = &joined.text[block.range.clone()];
        let may_be_title = block.line == Line::Heading || line.len() <= LONGEST_TITLE;
        Context {
            finder: self,
            text: &joined.text,
            block: block.range.clone(),
            title_case: may_be_title && is_title_case(line, block.line),
            last_hit,
        }
    }

    /// Takes the longest of the names that start here and hold; gives where it ends.
    fn take(
        &self,
        context: &Context<'_>,
        start: usize,
        steps: &[Step],
        evidence: &mut [Evidence],
        block: u32,
        hits: &mut Vec<Hit>,
    ) -> Option<usize> {
        let text = context.text;
        let before = &text[context.block.start..start];
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
                evidence[support.entity.0 as usize].supported = true;
            }
            if taken.is_some() {
                continue;
            }
            if ending.blocks {
                taken = Some(step.end);
                continue;
            }
            let first = hits.len();
            self.judge_all(context, ending, start, step, before, evidence, |candidate, verdict| {
                hits.push(Hit { range: start..step.end, candidate, verdict, block, last_hit: context.last_hit });
            });
            taken = (hits.len() > first).then_some(step.end);
        }
        taken
    }

    #[expect(clippy::too_many_arguments, reason = "the inside of a loop")]
    fn judge_all(
        &self,
        context: &Context<'_>,
        ending: &Ending,
        start: usize,
        step: &Step,
        before: &str,
        evidence: &mut [Evidence],
        mut hit: impl FnMut(u32, Verdict),
    ) {
        let written = &context.text[start..step.end];
        for (index, candidate) in self.candidates_of(ending) {
            // In small letters a model's name counts with its version: `claude-3-opus`.
            let versioned = || candidate.kind == Kind::Model && written.len() >= 4 && context.is_versioned(step.end);
            if !candidate.is_written_so(written, before, step.gaps) && !(step.gaps.is_empty() && versioned()) {
                let known = &mut evidence[candidate.entity.0 as usize];
                known.common |= candidate.is_plain_word && !written.contains(char::is_uppercase);
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
                hit(index, verdict);
            }
        }
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
    fn weigh(&self, joined: &Joined<'_>, hits: &mut [Hit], evidence: &mut [Evidence]) {
        for hit in hits.iter_mut() {
            let candidate = &self.candidates[hit.candidate as usize];
            let known = &mut evidence[candidate.entity.0 as usize];
            if candidate.class == Class::Exact && candidate.is_plain_word && known.common {
                let context = self.context(joined, &joined.blocks[hit.block as usize], hit.last_hit);
                if context.is_bare(candidate, hit.range.clone()) {
                    hit.verdict = Verdict::Weak;
                }
            }
            known.sure |= hit.verdict == Verdict::Sure;
            if candidate.class != Class::Surname && (hit.verdict == Verdict::Sure || known.named) {
                known.full_name.get_or_insert(hit.range.start);
            }
        }
        for index in 0..evidence.len() {
            let is_there = |id: &EntityId| evidence.get(id.0 as usize).is_some_and(|other| other.sure || other.named);
            if self.supporters[index].iter().any(is_there) {
                evidence[index].supported = true;
            }
        }
    }

    /// Chooses the hits that count: of several entities with one name, the one the author named.
    fn accept(&self, hits: &[Hit], evidence: &[Evidence]) -> Vec<(EntityId, Range<usize>)> {
        let mut accepted = Vec::new();
        for group in hits.chunk_by(|a, b| a.range == b.range) {
            let counts = |hit: &&Hit| {
                let candidate = &self.candidates[hit.candidate as usize];
                let known = evidence[candidate.entity.0 as usize];
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
            let named = group.iter().filter(counts).find(|hit| evidence[entity(hit).0 as usize].named);
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

fn findings(joined: &Joined<'_>, accepted: Vec<(EntityId, Range<usize>)>, evidence: &[Evidence]) -> Findings {
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
    let mut counts = vec![(0u32, None); evidence.len()];
    for (index, mention) in mentions.iter().enumerate() {
        let (count, link) = &mut counts[mention.entity.0 as usize];
        *count += 1;
        if mention.linkable {
            link.get_or_insert(index as u32);
        }
    }
    let entities = evidence
        .iter()
        .zip(counts)
        .enumerate()
        .filter(|(_, (known, (count, _)))| known.named || *count > 0)
        .map(|(index, (known, (in_text, link)))| Found {
            entity: EntityId(index as u32),
            in_front_matter: known.named,
            in_text,
            link,
        })
        .collect();
    Findings { entities, mentions }
}

/// Finds where the next word starts that a name could start with.
fn next_word_start(text: &str, from: usize, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < end {
        let byte = bytes[at];
        if byte.is_ascii_alphanumeric() {
            if may_start(text, at) {
                return Some(at);
            }
            at = skip_word(&bytes[..end], at);
        } else if byte < 128 {
            at += 1;
        } else {
            let c = text[at..].chars().next()?;
            if c.is_alphanumeric() && may_start(text, at) {
                return Some(at);
            }
            at += c.len_utf8();
        }
    }
    None
}

/// Skips a word of ASCII letters, or one other letter: behind that a name may begin, as in `使用OpenAI`.
fn skip_word(bytes: &[u8], start: usize) -> usize {
    let is_ascii = bytes[start].is_ascii();
    let mut at = start + 1;
    while bytes
        .get(at)
        .is_some_and(|byte| if is_ascii { byte.is_ascii_alphanumeric() } else { (0x80..0xc0).contains(byte) })
    {
        at += 1;
    }
    at
}

/// Says whether what stands before a letter lets a name begin with it.
#[inline]
fn may_start(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let Some(&before) = at.checked_sub(1).and_then(|before| bytes.get(before)) else { return true };
    match before {
        b' ' | b'\n' | b'(' | b'"' | b';' | 0x1e => true,
        byte if byte.is_ascii_alphanumeric() => false,
        b'#' | b'$' | b'\\' | b'=' | b'%' => false,
        b'-' | b'_' | b'.' | b'\'' | b'@' | 0x80.. => may_start_behind_sign(text, at),
        _ => true,
    }
}

#[cold]
fn may_start_behind_sign(text: &str, at: usize) -> bool {
    let mut back = text[..at].chars().rev();
    let (sign, before) = (back.next().unwrap_or(' '), back.next().unwrap_or(' '));
    match sign {
        '-' | '‑' | '_' | '.' | '@' => !before.is_alphanumeric() || (sign == '-' && may_follow_hyphen(text, at - 1)),
        // `d’OpenAI` and `l'Oréal` begin behind the apostrophe, `O'Reilly` does not.
        '\'' | '’' => {
            !before.is_alphanumeric()
                || (matches!(before, 'd' | 'l' | 'D' | 'L' | 'u') && text[at..].starts_with(char::is_uppercase))
        }
        c if is_spaceless(c) => true,
        c => !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c),
    }
}

/// `ex-OpenAI` and `Microsoft-OpenAI`, but not `meta-learning`: what begins behind a hyphen.
fn may_follow_hyphen(text: &str, hyphen: usize) -> bool {
    let before = &text[..hyphen];
    let start = before
        .rfind(|c: char| !c.is_alphanumeric())
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let word = &before[start..];
    let follows = text[hyphen + 1..].starts_with(char::is_uppercase);
    super::words::is_prefix(word) || (follows && word.starts_with(char::is_uppercase))
}

/// Scripts that put no space between words, so that a Latin name may touch them.
fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{e00}'..='\u{eff}' | '\u{20000}'..='\u{3ffff}')
}

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
    let from = bytes[..start].iter().rposition(is_end).map_or(0, |at| at + 1);
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
