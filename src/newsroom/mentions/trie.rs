//! A trie over folded names, and the walk of a text down it.
//!
//! Why not Aho–Corasick: a name counts only where a word begins, so nothing is gained by an
//! automaton that can be inside a match anywhere; and a name is written with spaces, hyphens or
//! neither (`Llama 3.1`, `llama-3-1`, `Llama3.1`), so that every one of its joints would double
//! the patterns. Folding while walking needs each name once, and costs a few table look-ups a word.

use crate::newsroom::entities::fold::{Folded, fold_char};

/// What ends at a node of the trie, as an index into a list that the finder keeps.
pub(super) type Terminal = u32;

/// Where the letters of a match broke, that is where the text had something between two letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Gaps(u64);

impl Gaps {
    fn add(&mut self, letter: usize) {
        // Joints beyond the 64th letter are beyond any name's.
        self.0 |= 1u64.checked_shl(letter as u32).unwrap_or(0);
    }

    /// Says whether a gap stands before the `letter`th letter, from 0.
    pub(super) fn before(self, letter: usize) -> bool {
        letter < 64 && self.0 >> letter & 1 == 1
    }

    /// Finds the gaps of a name as it is spelled.
    pub(super) fn of(spelling: &str) -> Self {
        let mut gaps = Self::default();
        let (mut letters, mut open) = (0, false);
        for c in spelling.chars() {
            fold_char(c, |part| match part {
                Folded::Gap => open = true,
                Folded::Letter(_) => {
                    if open && letters > 0 {
                        gaps.add(letters);
                    }
                    open = false;
                    letters += 1;
                }
            });
        }
        gaps
    }

    /// Says whether every gap here is one of `other`'s as well.
    pub(super) fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A name found in a text, before anybody has judged it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// What ends here.
    pub(super) terminal: Terminal,
    /// The byte behind the last letter.
    pub(super) end: usize,
    /// Where the text had gaps.
    pub(super) gaps: Gaps,
}

/// Marks and signs without width that a name may have in it, all in all.
const MOST_SILENT: usize = 64;

/// The symbols a name is made of: letters, digits, the three signs of folded names, and nibbles of
/// the UTF-8 of all else, so that a node's children fit one 64-bit set.
const NIBBLES: u8 = 39;

fn symbols(letter: char, mut emit: impl FnMut(u8)) {
    match letter {
        'a'..='z' => emit(letter as u8 - b'a'),
        '0'..='9' => emit(26 + letter as u8 - b'0'),
        '.' => emit(36),
        '+' => emit(37),
        '#' => emit(38),
        other => {
            for byte in other.encode_utf8(&mut [0; 4]).bytes() {
                emit(NIBBLES + (byte >> 4));
                emit(NIBBLES + (byte & 15));
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Node {
    /// The set of symbols that lead on.
    onward: u64,
    /// The node that the first of them leads to; the others follow it.
    first_child: u32,
    /// What ends here, plus one; 0 for nothing.
    terminal: u32,
}

/// The trie.
#[derive(Clone, Debug)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    /// The first three ASCII symbols of names, as a set of bits.
    thirds: Vec<u64>,
    /// Those of them within which a name ends already.
    wholes: Vec<u64>,
    /// The first four, hashed.
    fourths: Vec<u64>,
}

/// How many ASCII symbols there are, and the base that three of them are a number in.
const BASE: usize = NIBBLES as usize;

/// Four symbols as a number of 16 bits; two that meet cost a needless walk and nothing else.
#[inline]
fn fourth(key: usize) -> usize {
    (key as u32).wrapping_mul(0x9e37_79b1) as usize >> 16
}

#[inline]
fn has(set: &[u64], bit: usize) -> bool {
    set[bit / 64] >> (bit % 64) & 1 == 1
}

impl Trie {
    /// Builds a trie over folded names; of equal names the first counts.
    pub(super) fn new<'a>(names: impl Iterator<Item = (&'a str, Terminal)>) -> Self {
        let mut keys: Vec<(Vec<u8>, Terminal)> = names
            .map(|(name, terminal)| {
                let mut key = Vec::with_capacity(name.len());
                name.chars().for_each(|letter| symbols(letter, |symbol| key.push(symbol)));
                (key, terminal)
            })
            .filter(|(key, _)| !key.is_empty())
            .collect();
        keys.sort();
        keys.dedup_by(|later, first| later.0 == first.0);
        let mut nodes = vec![Node { onward: 0, first_child: 0, terminal: 0 }];
        // Breadth first, so that a node's children stand side by side in the order of their symbols.
        let mut level = vec![(0usize, 0..keys.len(), 0usize)];
        while !level.is_empty() {
            let mut next = Vec::new();
            for (node, range, depth) in level {
                nodes[node].first_child = nodes.len() as u32;
                let mut at = range.start;
                while at < range.end {
                    let Some(&symbol) = keys[at].0.get(depth) else {
                        nodes[node].terminal = keys[at].1 + 1;
                        at += 1;
                        continue;
                    };
                    let until = at + keys[at..range.end].partition_point(|(key, _)| key.get(depth) == Some(&symbol));
                    nodes[node].onward |= 1 << symbol;
                    next.push((nodes.len(), at..until, depth + 1));
                    nodes.push(Node { onward: 0, first_child: 0, terminal: 0 });
                    at = until;
                }
            }
            level = next;
        }
        let three = vec![0; BASE.pow(3).div_ceil(64)];
        let mut trie = Self { nodes, thirds: three.clone(), wholes: three, fourths: vec![0; 1024] };
        trie.note_beginnings();
        trie
    }

    /// Fills the sets of the first look.
    fn note_beginnings(&mut self) {
        for a in 0..NIBBLES {
            let Some(first) = self.child(0, a) else { continue };
            for b in 0..NIBBLES {
                let second = self.child(first, b);
                for c in 0..NIBBLES {
                    let third = second.and_then(|second| self.child(second, c));
                    let key = (usize::from(a) * BASE + usize::from(b)) * BASE + usize::from(c);
                    // Behind a name of one, two or three letters the letters are the next word's.
                    let is_whole = self.ends(first) || second.into_iter().chain(third).any(|node| self.ends(node));
                    for (set, holds) in [(&mut self.thirds, third.is_some() || is_whole), (&mut self.wholes, is_whole)]
                    {
                        set[key / 64] |= u64::from(holds) << (key % 64);
                    }
                    for d in 0..NIBBLES {
                        if third.is_none_or(|third| self.child(third, d).is_none()) {
                            continue;
                        }
                        let bit = fourth(key * BASE + usize::from(d));
                        self.fourths[bit / 64] |= 1 << (bit % 64);
                    }
                }
            }
        }
    }

    fn ends(&self, node: u32) -> bool {
        self.nodes[node as usize].terminal > 0
    }

    #[inline]
    fn child(&self, node: u32, symbol: u8) -> Option<u32> {
        let node = &self.nodes[node as usize];
        let bit = 1u64 << symbol;
        (node.onward & bit != 0).then(|| node.first_child + (node.onward & (bit - 1)).count_ones())
    }

    fn letter(&self, mut node: u32, letter: char) -> Option<u32> {
        let mut alive = true;
        symbols(letter, |symbol| match self.child(node, symbol) {
            Some(child) if alive => node = child,
            _ => alive = false,
        });
        alive.then_some(node)
    }

    /// Says whether no name begins as the text does here, by its first four letters; a cheap first look.
    ///
    /// Where they are not plain ASCII, or joined by more than spaces, it leaves it to the walk.
    #[inline]
    pub(super) fn is_dead_end(&self, rest: &[u8]) -> bool {
        let (mut key, mut letters, mut last) = (0usize, 0, u8::MAX);
        for &byte in rest.iter().take(7) {
            let symbol = SYMBOLS[usize::from(byte)];
            if symbol < NIBBLES {
                key = key * BASE + usize::from(symbol);
                letters += 1;
                if letters == 4 {
                    return !(has(&self.fourths, fourth(key)) || has(&self.wholes, key / BASE));
                }
            } else if byte != b' ' || last >= 26 {
                // Between digits a name keeps its point, so a space behind one is the walk's.
                break;
            }
            last = symbol;
        }
        letters == 3 && !has(&self.thirds, key)
    }

    /// Walks the text from a word's first byte and collects every name that ends on the way.
    ///
    /// Boundaries at the end are not looked at: that is the judge's business.
    pub(super) fn walk(&self, text: &str, start: usize, found: &mut Vec<Step>) {
        let bytes = text.as_bytes();
        let (mut node, mut at, mut letters, mut silent) = (0u32, start, 0usize, 0usize);
        let mut gaps = Gaps::default();
        let mut last_digit = false;
        loop {
            let rest = &bytes[at..];
            // A gap is looked for only between letters.
            let gap = if letters > 0 { gap_length(rest) } else { 0 };
            let Some(&byte) = rest.get(gap) else { return };
            if gap > 0 {
                gaps.add(letters);
                if last_digit && byte.is_ascii_digit() {
                    let Some(next) = self.child(node, 36) else { return };
                    node = next;
                }
            }
            at += gap;
            if byte.is_ascii() {
                let Some(next) = ascii_symbol(byte).and_then(|symbol| self.child(node, symbol)) else { return };
                node = next;
                at += 1;
                letters += 1;
            } else {
                let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { return };
                let mut current = Some(node);
                let before = letters;
                fold_char(c, |part| match part {
                    Folded::Letter(letter) => {
                        letters += 1;
                        current = current.and_then(|node| self.letter(node, letter));
                    }
                    Folded::Gap => current = None,
                });
                let Some(next) = current else { return };
                node = next;
                at += c.len_utf8();
                if letters == before {
                    // Nothing that has no letters begins a name, and no name has many such in it: every place
                    // of a long row of them would be walked to its end.
                    silent += 1;
                    if letters == 0 || silent > MOST_SILENT {
                        return;
                    }
                    continue;
                }
            }
            last_digit = byte.is_ascii_digit();
            let terminal = self.nodes[node as usize].terminal;
            if terminal > 0 {
                found.push(Step { terminal: terminal - 1, end: at, gaps });
            }
            if self.nodes[node as usize].onward == 0 {
                return;
            }
        }
    }
}

/// The symbol of each byte; [`u8::MAX`] where it has none.
const SYMBOLS: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut byte = 0;
    while byte < 26 {
        table[b'a' as usize + byte] = byte as u8;
        table[b'A' as usize + byte] = byte as u8;
        byte += 1;
    }
    while byte < 36 {
        table[b'0' as usize + byte - 26] = byte as u8;
        byte += 1;
    }
    table[b'+' as usize] = 37;
    table[b'#' as usize] = 38;
    table
};

#[inline]
fn ascii_symbol(byte: u8) -> Option<u8> {
    let symbol = SYMBOLS[usize::from(byte)];
    (symbol != u8::MAX).then_some(symbol)
}

/// How many bytes stand between two parts of a name: white space, one glued sign, or an ampersand.
///
/// A sign counts only if a letter follows at once, so that no name runs over the end of a
/// sentence or past a comma.
fn gap_length(rest: &[u8]) -> usize {
    let Some(&first) = rest.first() else { return 0 };
    if first.is_ascii_alphanumeric() || first == b'+' || first == b'#' {
        return 0;
    }
    let signs: [&[u8]; 10] =
        [b"-", b"_", b".", b":", b"'", b"&#39;", "’".as_bytes(), "·".as_bytes(), "‑".as_bytes(), "–".as_bytes()];
    let spaces = space_length(rest);
    let after = &rest[spaces..];
    let ampersand = [&b"&amp;"[..], b"&"].into_iter().find(|sign| after.starts_with(sign) && !after.starts_with(b"&#"));
    if let Some(sign) = ampersand {
        let behind = &after[sign.len()..];
        let more = space_length(behind);
        return if behind.get(more).is_some_and(|&byte| is_letter(byte)) { spaces + sign.len() + more } else { 0 };
    }
    if spaces > 0 {
        return spaces;
    }
    signs
        .into_iter()
        .find(|sign| rest.starts_with(sign))
        .filter(|sign| rest.get(sign.len()).is_some_and(|&byte| is_letter(byte)))
        .map_or(0, <[u8]>::len)
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0xc3
}

/// The length of white space, which holds at most one line break.
pub(super) fn space_length(rest: &[u8]) -> usize {
    let (mut at, mut breaks) = (0, 0);
    loop {
        match &rest[at..] {
            [b' ' | b'\t' | b'\r', ..] => at += 1,
            [b'\n', ..] if breaks == 0 => (at, breaks) = (at + 1, 1),
            [0xc2, 0xa0, ..] => at += 2,
            [0xe2, 0x80, 0xaf, ..] => at += 3,
            _ => return at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::newsroom::entities::fold::fold;

    fn found(names: &[&str], text: &str) -> Vec<String> {
        let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
        let trie = Trie::new(folded.iter().enumerate().map(|(index, name)| (name.as_str(), index as u32)));
        let mut steps = Vec::new();
        trie.walk(text, 0, &mut steps);
        steps.iter().map(|step| text[..step.end].to_owned()).collect()
    }

    #[test]
    fn every_way_to_join_the_words_is_walked() {
        for text in ["Llama 3.1", "llama-3-1", "Llama3.1", "LLAMA 3\n1", "llama_3.1"] {
            assert_eq!(found(&["llama-3.1"], text), [text]);
        }
        assert!(found(&["llama-3.1"], "Llama 31").is_empty());
        assert!(found(&["llama-31"], "Llama 3.1").is_empty());
        assert_eq!(found(&["weights-biases"], "Weights &amp; Biases"), ["Weights &amp; Biases"]);
        assert_eq!(found(&["Nestlé"], "NESTLÉ."), ["NESTLÉ"]);
        assert_eq!(found(&["米OpenAI"], "米OpenAI"), ["米OpenAI"]);
    }

    #[test]
    fn no_name_runs_over_the_end_of_a_sentence() {
        assert_eq!(found(&["Meta", "Meta AI"], "Meta. AI is"), ["Meta"]);
        assert_eq!(found(&["Meta", "Meta AI"], "Meta, AI is"), ["Meta"]);
        assert_eq!(found(&["Meta", "Meta AI"], "Meta AI is"), ["Meta", "Meta AI"]);
    }
}
