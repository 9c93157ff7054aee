//! Posting lists: for each term that is asked for, the posts that hold it.

use std::ops::Range;

use rayon::prelude::*;

use super::index::Index;

/// The posts that hold a term, for the terms that some posts ask for.
pub(super) struct Postings {
    /// Where the list of each term starts; one more at the end.
    starts: Vec<usize>,
    /// `post << 8 | impact`, by term, then by post.
    postings: Vec<u32>,
}

/// Where the next posting of a term goes, and which impact it must have.
#[derive(Clone, Copy)]
struct Slot {
    next: u32,
    floor: u32,
}

impl Postings {
    /// Lists the holders of every term that one of these posts asks for.
    pub(super) fn of(index: &Index<'_>, asking: &[u32]) -> Self {
        let mut asked = vec![false; index.vocabulary()];
        for (term, _) in asking.iter().flat_map(|post| index.asks(*post)) {
            asked[term as usize] = true;
        }
        let mut starts = Vec::with_capacity(asked.len() + 1);
        let mut total = 0;
        for (asked, term) in asked.iter().zip(0..) {
            starts.push(total);
            total += if *asked { index.admitted(term) as usize } else { 0 };
        }
        starts.push(total);
        let mut postings = vec![0; total];
        // Each thread reads all posts and fills the lists of some terms, about as many postings as the others.
        let threads = rayon::current_num_threads();
        let mut shares: Vec<(Range<usize>, &mut [u32])> = Vec::with_capacity(threads);
        let mut rest = &mut postings[..];
        let mut first = 0;
        for share in 1..=threads {
            let end = starts.partition_point(|start| *start < total * share / threads).clamp(first, asked.len());
            let (own, others) = rest.split_at_mut(starts[end] - starts[first]);
            shares.push((first..end, own));
            (first, rest) = (end, others);
        }
        shares.into_par_iter().for_each(|(terms, lists)| fill(index, &asked, &starts, terms, lists));
        Self { starts, postings }
    }

    /// Returns the posts that hold a term, as `post << 8 | impact`.
    pub(super) fn list(&self, term: u32) -> &[u32] {
        let term = term as usize;
        &self.postings[self.starts[term]..self.starts[term + 1]]
    }
}

/// Fills the lists of a range of terms.
fn fill(index: &Index<'_>, asked: &[bool], starts: &[usize], terms: Range<usize>, lists: &mut [u32]) {
    if lists.is_empty() {
        return;
    }
    let from = starts[terms.start];
    // A bit for each term: most are never looked at again, and the bits stay in the cache of the first level.
    let mut wanted = vec![0_u64; asked.len().div_ceil(64)];
    let slot = |term: usize| {
        if asked[term] {
            wanted[term / 64] |= 1 << (term % 64);
        }
        Slot { next: (starts[term] - from) as u32, floor: u32::from(index.floor(term as u32)) }
    };
    let mut slots: Vec<Slot> = terms.clone().map(slot).collect();
    for post in 0..index.len() as u32 {
        for (term, impact) in index.held(post) {
            let term = term as usize;
            if wanted[term / 64] >> (term % 64) & 1 == 0 {
                continue;
            }
            let slot = &mut slots[term - terms.start];
            if u32::from(impact) >= slot.floor {
                lists[slot.next as usize] = post << 8 | u32::from(impact);
                slot.next += 1;
            }
        }
    }
}
