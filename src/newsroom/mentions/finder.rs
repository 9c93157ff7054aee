//! The finder: every name worth searching for, with how it may be written and how far it is trusted.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Searched;
use super::trie::{Gaps, Trie};
use super::words::Words;
use crate::newsroom::entities::fold::{Folded, Kind, fold, fold_char, is_slug_like, words};
use crate::newsroom::entities::known::{Known, Trust, blockers};
use crate::newsroom::entities::{Entity, EntityId, Registry};

/// How a name may be written to count, and how much more it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// In any case.
    Coined,
    /// In its own case; where that is unknown, with capitals.
    Exact,
    /// As [`Class::Exact`], with evidence.
    Ambiguous,
    /// As [`Class::Ambiguous`], and a mere `is` behind it is none.
    Mass,
    /// An account's name: behind an `@`, or written out with capitals.
    Handle,
    /// A surname alone: once the post has said whose.
    Surname,
}

/// The capitals and gaps of a name, by which a spelling is told from another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    capitals: u64,
    digits: u64,
    letters: u32,
    gaps: Gaps,
}

impl Shape {
    pub(super) fn of(spelling: &str) -> Self {
        Self { gaps: Gaps::of(spelling), ..Self::of_letters(spelling) }
    }

    /// The shape of a match, whose gaps the walk has noted.
    pub(super) fn of_match(text: &str, gaps: Gaps) -> Self {
        Self { gaps, ..Self::of_letters(text) }
    }

    fn of_letters(text: &str) -> Self {
        let mut shape = Self::default();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            if c == '&' {
                // `&amp;` and `&#39;` are signs, their letters are none.
                if let Some((sign, after)) = rest.as_str().split_once(';').filter(|(sign, _)| sign.len() <= 5) {
                    debug_assert!(!sign.contains(' ') || !after.is_empty());
                    rest = after.chars();
                }
                continue;
            }
            fold_char(c, |part| {
                if let Folded::Letter(letter) = part {
                    let bit = 1u64.checked_shl(shape.letters).unwrap_or(0);
                    shape.capitals |= if c.is_uppercase() { bit } else { 0 };
                    shape.digits |= if letter.is_ascii_digit() { bit } else { 0 };
                    shape.letters += 1;
                }
            });
        }
        shape
    }

    fn begins_with_capital(self) -> bool {
        (self.capitals | self.digits) & 1 == 1
    }

    fn has_inner_capital(self) -> bool {
        self.capitals & !1 != 0
    }

    fn is_all_capitals(self) -> bool {
        let all = u64::MAX >> (64 - self.letters.clamp(1, 64));
        (self.capitals | self.digits) == all && self.capitals != 0
    }

    /// Says whether the text breaks only where the name does, or before a capital or at a digit.
    fn breaks_like(self, form: Shape) -> bool {
        let marks = self.capitals | self.digits | self.digits << 1;
        (0..self.letters.min(64) as usize)
            .all(|letter| !self.gaps.before(letter) || form.gaps.before(letter) || marks >> letter & 1 == 1)
    }
}

/// A name of an entity, as it is searched for.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) entity: EntityId,
    pub(super) kind: Kind,
    pub(super) class: Class,
    /// The spellings whose capitals are known; empty if only a slug is.
    forms: Vec<Shape>,
    /// Whether it is one plain word, such as might stand in a dictionary.
    pub(super) is_plain_word: bool,
    /// Whether it is one of the words that mean something else as well.
    pub(super) is_ordinary: bool,
    /// Whether it may be somebody's first name.
    pub(super) is_first_name: bool,
    /// An account's name as written, if it has a sign or digit that tells it from a word.
    handle: Option<Box<str>>,
}

impl Candidate {
    /// Says whether the text is written as this name may be; `before` is the text in front of it.
    pub(super) fn is_written_so(&self, text: &str, before: &str, gaps: Gaps) -> bool {
        let shape = Shape::of_match(text, gaps);
        match self.class {
            Class::Coined => {
                self.forms.is_empty()
                    || self.forms.iter().any(|&form| {
                        // `open AI` is no company: a break that the name does not have needs its capitals.
                        gaps.within(form.gaps)
                            || form.capitals == shape.capitals
                            || shape.digits & !1 != 0 && shape.breaks_like(form)
                    })
            }
            Class::Handle => {
                let spelled_out = !gaps.is_empty() && shape.letters >= 7 && words_have_capitals(text);
                let camel = shape.letters >= 7
                    && shape.begins_with_capital()
                    && shape.has_inner_capital()
                    && !shape.is_all_capitals();
                before.ends_with('@') || spelled_out || camel || self.handle.as_deref() == Some(text)
            }
            Class::Exact | Class::Ambiguous | Class::Mass | Class::Surname if self.forms.is_empty() => {
                // `got` may be a model's name; `Got` opens a sentence more often than it is one.
                let is_tiny = shape.letters <= 3 && self.is_ordinary && shape.digits == 0;
                shape.begins_with_capital()
                    && (!is_tiny || shape.is_all_capitals())
                    && (gaps.is_empty() || words_have_capitals(text) && (shape.letters >= 6 || shape.digits != 0))
            }
            Class::Exact | Class::Ambiguous | Class::Mass | Class::Surname => {
                let alike = |form: &Shape| form.capitals == shape.capitals && shape.breaks_like(*form);
                let shouted = self.class == Class::Exact && shape.letters >= 5 && shape.is_all_capitals();
                self.forms.iter().any(alike) || shouted && self.forms.iter().any(|form| gaps.within(form.gaps))
            }
        }
    }
}

fn words_have_capitals(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) || super::words::INSIDE_NAMES.contains(&word)
    })
}

/// What ends at a node of the trie.
#[derive(Clone, Debug, Default)]
pub(super) struct Ending {
    /// The names, as a range of the finder's candidates.
    pub(super) candidates: Range<u32>,
    /// Whether it is a phrase that means something else.
    pub(super) blocks: bool,
    /// The entities that its presence supports.
    pub(super) supports: Vec<Support>,
}

/// An entity that a word's presence supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Support {
    pub(super) entity: EntityId,
    /// Whether the word says nothing in small letters.
    pub(super) needs_capital: bool,
}

/// All that is searched for, ready to be used on any number of posts, by any number of threads.
#[derive(Clone, Debug)]
pub struct Finder {
    pub(super) trie: Trie,
    pub(super) endings: Vec<Ending>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) words: Words,
    /// Per entity, the entities whose presence supports it.
    pub(super) supporters: Vec<Vec<EntityId>>,
}

/// What has been gathered for one folded name.
#[derive(Default)]
struct Gathered {
    candidates: Vec<Candidate>,
    blocks: bool,
    supports: Vec<Support>,
}

impl Finder {
    /// Prepares the names of the searched taxonomies; where two share a name, the first wins.
    pub fn build(registry: &Registry, searched: &[Searched<'_>]) -> Self {
        let known = Known::built_in();
        let words = Words::new();
        let mut gathered: BTreeMap<String, Gathered> = BTreeMap::new();
        let mut supporters: Vec<Vec<EntityId>> = vec![Vec::new(); registry.entities().len()];
        for taxonomy in searched {
            for (index, entity) in registry.entities().iter().enumerate() {
                if entity.taxonomy == taxonomy.taxonomy {
                    let id = EntityId(index as u32);
                    let bearer = Bearer { entity, id, kind: taxonomy.kind, known: &known, words: &words };
                    let own = &mut supporters[index];
                    own.extend(entity.supported_by.iter().chain(&entity.parent));
                    for (folded, candidate) in bearer.names() {
                        for word in bearer.supporting_words(&folded) {
                            own.extend(registry.resolve_anywhere(word).filter(|&other| other != id));
                            let needs_capital = word.contains(char::is_uppercase);
                            gathered
                                .entry(fold(word))
                                .or_default()
                                .supports
                                .push(Support { entity: id, needs_capital });
                        }
                        gathered.entry(folded).or_default().candidates.push(candidate);
                    }
                }
            }
        }
        for own in &mut supporters {
            own.sort_unstable();
            own.dedup();
        }
        for blocker in blockers() {
            // A phrase that an entity bears as its name is that entity.
            let entry = gathered.entry(fold(blocker)).or_default();
            entry.blocks = entry.candidates.is_empty();
        }
        let (mut candidates, mut endings, mut folds) = (Vec::new(), Vec::new(), Vec::new());
        for (folded, mut entry) in gathered {
            let start = candidates.len() as u32;
            entry.candidates.sort_by_key(|candidate| candidate.class == Class::Surname);
            candidates.append(&mut entry.candidates);
            entry.supports.sort_unstable();
            entry.supports.dedup();
            endings.push(Ending {
                candidates: start..candidates.len() as u32,
                blocks: entry.blocks,
                supports: entry.supports,
            });
            folds.push(folded);
        }
        let trie = Trie::new(folds.iter().enumerate().map(|(index, folded)| (folded.as_str(), index as u32)));
        Self { trie, endings, candidates, words, supporters }
    }

    pub(super) fn candidates_of(&self, ending: &Ending) -> impl Iterator<Item = (u32, &Candidate)> {
        ending.candidates.clone().map(|index| (index, &self.candidates[index as usize]))
    }
}

/// An entity whose names are gathered.
struct Bearer<'b> {
    entity: &'b Entity,
    id: EntityId,
    kind: Kind,
    known: &'b Known,
    words: &'b Words,
}

impl<'b> Bearer<'b> {
    /// Lists the folded names of an entity, each with how it may be written.
    fn names(&self) -> Vec<(String, Candidate)> {
        let entity = self.entity;
        let mut spellings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        let declared = entity.profile.is_some();
        let own: Vec<&str> = if declared { vec![&entity.name] } else { vec![] };
        let written = entity.spellings.iter().map(|spelling| spelling.text.as_str());
        for spelling in own.into_iter().chain(entity.aliases.iter().map(String::as_str)).chain(written) {
            spellings.entry(fold(spelling)).or_default().push(spelling);
        }
        let mut names = Vec::new();
        for (folded, spellings) in spellings {
            let from_profile = declared
                && spellings
                    .iter()
                    .any(|spelling| entity.name == **spelling || entity.aliases.iter().any(|alias| alias == spelling));
            if let Some(candidate) = self.candidate(&folded, &spellings, from_profile) {
                names.push((folded, candidate));
            }
        }
        if self.kind == Kind::Person {
            let taken: Vec<String> = names.iter().map(|(folded, _)| folded.clone()).collect();
            names.extend(self.surname().into_iter().filter(|(folded, _)| !taken.contains(folded)));
        }
        names
    }

    /// Decides how one name of the entity may be written; `None` if it is not worth searching for.
    fn candidate(&self, folded: &str, spellings: &[&str], from_profile: bool) -> Option<Candidate> {
        let Self { entity, id, kind, known, words: words_of } = *self;
        let letters = folded.chars().filter(|c| c.is_alphanumeric()).count();
        let has_digit = folded.bytes().any(|byte| byte.is_ascii_digit());
        let trust = known.trust(folded);
        // `X` and `Go` are found only where a profile spells them, and `4` nowhere.
        let too_short = letters <= 2 && (!from_profile || entity.ambiguous) && trust.is_none();
        if too_short || !folded.bytes().any(|byte| !byte.is_ascii_digit() && byte != b'.') {
            return None;
        }
        let mut forms: Vec<Shape> = spellings
            .iter()
            .copied()
            .filter(|spelling| !is_slug_like(spelling) || from_profile && *spelling == entity.name)
            .chain(known.spelling(folded))
            .map(Shape::of)
            .collect();
        forms.dedup();
        let word_count = spellings
            .iter()
            .chain([&known.spelling(folded).unwrap_or("")])
            .map(|spelling| words(spelling).len())
            .max()
            .unwrap_or(1);
        let has_inner_capital = !forms.is_empty() && forms.iter().all(|form| form.has_inner_capital());
        let is_plain_word = word_count == 1 && !has_digit && !has_inner_capital;
        let is_handle = kind == Kind::Person
            && forms.is_empty()
            && (word_count == 1 || has_digit || spellings.iter().any(|s| s.contains('_')));
        let class = match trust {
            _ if is_handle => Class::Handle,
            _ if entity.ambiguous && is_plain_word => match trust {
                Some(Trust::Mass) => Class::Mass,
                _ => Class::Ambiguous,
            },
            Some(Trust::Mass) if is_plain_word => Class::Mass,
            Some(Trust::Ambiguous) if is_plain_word || letters <= 2 => Class::Ambiguous,
            Some(Trust::Coined) => Class::Coined,
            Some(_) => Class::Exact,
            None if kind == Kind::Model && has_digit && letters >= 4 => Class::Coined,
            None if word_count == 1
                && has_inner_capital
                && letters >= 5
                && !forms.iter().all(|form| form.is_all_capitals()) =>
            {
                Class::Coined
            }
            None => Class::Exact,
        };
        let handle = spellings.iter().find(|spelling| spelling.contains(|c: char| c == '_' || c.is_ascii_digit()));
        Some(Candidate {
            entity: id,
            kind,
            class,
            forms,
            is_plain_word,
            is_ordinary: known.is_ordinary(folded),
            is_first_name: words_of.first_names.contains(folded),
            handle: handle.filter(|_| is_handle).map(|&spelling| spelling.into()),
        })
    }

    /// The surname of a person whose full name is known: `Altman` of `Sam Altman`.
    fn surname(&self) -> Option<(String, Candidate)> {
        let Self { entity, id, known, .. } = *self;
        let (before, last) = entity.name.trim().rsplit_once(' ')?;
        let folded = fold(last);
        let starts_high = |name: &str| name.starts_with(char::is_uppercase);
        let is_name = starts_high(before)
            && starts_high(last)
            && last.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'));
        (is_name && folded.chars().count() >= 3).then(|| {
            let candidate = Candidate {
                entity: id,
                kind: Kind::Person,
                class: Class::Surname,
                forms: vec![Shape::of(last)],
                is_plain_word: true,
                is_ordinary: known.trust(&folded).is_some(),
                is_first_name: false,
                handle: None,
            };
            (folded, candidate)
        })
    }

    /// Lists what supports a name: what its profile says, and what is well known.
    fn supporting_words(&self, folded: &str) -> Vec<&'b str> {
        let own = self.entity.supporting_words.iter().map(String::as_str);
        self.known.support(folded).map(|word| -> &'b str { word }).chain(own).collect()
    }
}
