//! Where a thing of a mail stands: in the text of its edition, or in that of a post whose story it tells.
//!
//! A place is wanted only when something is wrong, so the text is read then, and not before.

use std::cell::OnceCell;
use std::ops::Range;

use crate::content::front_matter::{self, FrontMatter, Reader};
use crate::content::markdown::{HoleKind, Position, percent_decoded};
use crate::content::placeholder;
use crate::diagnostic::Place;
use crate::newsroom::Issue;
use crate::render::body;
use crate::render::feed::resolved;
use crate::snapshot::Parts;
use crate::source::{SourceFile, SourcePath, Workspace, decode};

/// A thing of a mail that can be pointed at.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Thing {
    /// The mail as a whole.
    Mail,
    /// The subject.
    Subject,
    /// The headline.
    Headline,
    /// The line behind the subject.
    Preheader,
    /// A word or a sign in the editor's own text.
    Sign(String),
    /// A word or a sign in the headline or the lead of a story, by the story's place in the mail.
    StorySign(usize, String),
    /// A link with its full address and its words.
    Link(String, String),
    /// A picture with its full address.
    Picture(String),
}

type Way = &'static [&'static str];
const SUBJECT: [Way; 2] = [&["email", "subject"], &["title"]];
const HEADLINE: [Way; 1] = [&["title"]];
const PREHEADER: [Way; 5] = [&["email", "preheader"], &["summary"], &["description"], &["excerpt"], &["lead"]];

/// An edition, and the way to its text.
pub(super) struct Origin<'o> {
    parts: &'o Parts,
    issue: &'o Issue,
    files: &'o dyn Workspace,
    text: OnceCell<Option<Text>>,
}

/// A file with its facts.
struct Text {
    file: SourceFile,
    matter: FrontMatter,
}

impl<'o> Origin<'o> {
    pub(super) fn new(parts: &'o Parts, issue: &'o Issue, files: &'o dyn Workspace) -> Self {
        Self { parts, issue, files, text: OnceCell::new() }
    }

    /// Gives the place of a thing, or that of its file.
    pub(super) fn place(&self, thing: &Thing) -> Place {
        let source = &self.issue.edition.entry.source;
        if let Thing::StorySign(index, sign) = thing {
            return self.in_story(*index, sign).unwrap_or_else(|| Place::file(source.clone()));
        }
        let text = self.text.get_or_init(|| Text::read(self.files, source)).as_ref();
        text.and_then(|text| self.in_edition(text, thing)).unwrap_or_else(|| Place::file(source.clone()))
    }

    fn in_edition(&self, text: &Text, thing: &Thing) -> Option<Place> {
        match thing {
            Thing::Mail | Thing::StorySign(..) => None,
            Thing::Subject => text.fact(&SUBJECT),
            Thing::Headline => text.fact(&HEADLINE),
            Thing::Preheader => text.fact(&PREHEADER),
            Thing::Sign(sign) => text.sign(sign).or_else(|| text.fact(&PREHEADER[1..])),
            Thing::Link(url, words) => {
                let known = self.positions(url);
                let named = known.iter().find(|position| text.written(**position).contains(words.trim()));
                let position = named.or(known.first()).map(|position| position.in_file(&text.file.path));
                position.or_else(|| text.find(url)).or_else(|| text.find(words.trim()))
            }
            Thing::Picture(url) => {
                let position = self.positions(url).first().map(|position| position.in_file(&text.file.path));
                position.or_else(|| text.find(url))
            }
        }
    }

    /// Finds a sign in the file of a story's post.
    fn in_story(&self, index: usize, sign: &str) -> Option<Place> {
        let post = &self.parts.newsroom.post(*self.issue.posts.get(index)?).post;
        let text = Text::read(self.files, &post.entry.source)?;
        let title = post.email.subject.as_ref().unwrap_or(&post.entry.title);
        let fact = text.fact(if title.contains(sign) { &SUBJECT } else { &PREHEADER });
        Some(fact.or_else(|| text.sign(sign)).unwrap_or_else(|| Place::file(text.file.path.clone())))
    }

    /// Gives the positions of all links and pictures that lead to a full address.
    fn positions(&self, url: &str) -> Vec<Position> {
        let entry = &self.issue.edition.entry;
        let wanted = percent_decoded(url);
        let fragments = [&entry.summary.fragment, &*entry.body.content];
        let fragments = fragments.into_iter().chain(entry.body.blocks.iter().map(|block| &block.body));
        let holes = fragments.flat_map(|fragment| &fragment.holes);
        let holes = holes.filter(|hole| !matches!(hole.kind, HoleKind::Block(_)));
        let inner = holes.map(|hole| (self.full(body::address(self.parts, &hole.kind)), hole.position));
        let outer = entry.body.external_links.iter().map(|link| (link.url.clone(), link.position));
        inner.chain(outer).filter(|(url, _)| percent_decoded(url) == wanted).map(|(_, position)| position).collect()
    }

    /// Gives what a mail makes of an address in its text.
    fn full(&self, written: String) -> String {
        let config = &self.parts.config;
        let full = resolved(&written, &config.base_url, &config.permalink(&self.issue.url));
        full.map_or(written, |full| full.replace("&amp;", "&"))
    }
}

impl Text {
    fn read(files: &dyn Workspace, path: &SourcePath) -> Option<Self> {
        let file = decode(path.clone(), files.read(path).ok()?).ok()?;
        let (matter, _) = front_matter::parse(&file);
        Some(Self { file, matter })
    }

    /// Gives the place of the first of several facts that is there.
    fn fact(&self, ways: &[Way]) -> Option<Place> {
        let reader = Reader::new(&self.file, &self.matter);
        ways.iter().find_map(|way| {
            let mut node = reader.root();
            for key in *way {
                node = node.get(key)?;
            }
            Some(node.place())
        })
    }

    /// Finds a word of an editor's, or a sign of a provider's, in the body.
    fn sign(&self, sign: &str) -> Option<Place> {
        let body = self.body();
        let at = placeholder::all(body).find(|at| &body[at.clone()] == sign);
        at.map(|at| self.in_body(at)).or_else(|| self.find(sign))
    }

    fn find(&self, words: &str) -> Option<Place> {
        let at = self.body().find(words).filter(|_| !words.is_empty())?;
        Some(self.in_body(at..at + words.len()))
    }

    fn body(&self) -> &str {
        self.file.text.get(self.matter.body_start..).unwrap_or_default()
    }

    fn in_body(&self, at: Range<usize>) -> Place {
        let start = self.matter.body_start;
        self.file.place(start + at.start..start + at.end)
    }

    /// Gives what stands at a position.
    fn written(&self, position: Position) -> String {
        let line = self.file.text.lines().nth((position.line as usize).saturating_sub(1)).unwrap_or_default();
        line.chars().skip((position.column as usize).saturating_sub(1)).take(position.length as usize).collect()
    }
}
