//! What the stages of a build cost: `cargo bench --bench stages`.
//!
//! Everything that concerns one post is timed for two: one of some 5 KB as newsletters have them, and one
//! of 400 KB with more than 400 links, which is to take less than 30 ms in all. What concerns all posts at
//! once is timed for 2,000. The posts are those of `benches/corpus.py`, made on the first run (Python 3).
#![expect(clippy::disallowed_methods, reason = "makes its newsletter on the disk")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a benchmark ends when it can't run")]

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use masthead::cache::{self, Owner};
use masthead::config::{self, Config, Overrides};
use masthead::content::date::Moment;
use masthead::content::document::{self, Document};
use masthead::content::front_matter;
use masthead::content::post::Post;
use masthead::disk::DiskWorkspace;
use masthead::load::{Sources, load};
use masthead::newsroom::Article;
use masthead::newsroom::memory::Memory;
use masthead::newsroom::mentions::{Finder, Findings, Line, Piece, Searched};
use masthead::newsroom::related::{self, Card, Index, Neighbours, TermVector};
use masthead::newsroom::timeline::Admission;
use masthead::render::{self, Rendered};
use masthead::site::OutPath;
use masthead::snapshot::Snapshot;
use masthead::source::{SourceFile, SourcePath, Workspace, decode};
use rayon::prelude::*;

const POSTS: usize = 2_000;
const LARGE_BYTES: usize = 400_000;
const LARGE_LINKS: usize = 400;
/// The first second of 2027 in UTC: no post is of the future.
const NOW: i64 = 1_798_761_600;

fn main() {
    divan::main();
}

/// Which post is looked at.
#[derive(Clone, Copy)]
enum Size {
    Usual,
    Large,
}

use Size::{Large, Usual};

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Usual => "5 KB",
            Large => "400 KB",
        })
    }
}

/// A newsletter of 2,000 posts and a large one, read and joined.
struct Newsletter {
    sources: Sources,
    memory: Memory,
    snapshot: Snapshot,
    finder: Finder,
    usual: SourceFile,
    large: SourceFile,
}

static NEWSLETTER: LazyLock<Newsletter> = LazyLock::new(Newsletter::open);

impl Newsletter {
    fn open() -> Self {
        let root = folder();
        let workspace = DiskWorkspace::open(&root).expect("the newsletter is there");
        let (sources, _) = load(&workspace, &Overrides::default(), None);
        let mut memory = Memory::default();
        let admission = Admission { now: Moment::from_unix(NOW), drafts: false, future: false };
        let (snapshot, said) = Snapshot::build(&sources, &admission, &mut memory);
        let snapshot = snapshot.unwrap_or_else(|| panic!("there is no site: {said:?}"));
        let searched: Vec<Searched<'_>> = Searched::by_name("companies").into_iter().collect();
        let finder = Finder::build(&snapshot.parts.newsroom.registry, &searched);
        let file = |path: &SourcePath| decode(path.clone(), workspace.read(path).unwrap()).unwrap();
        let large = SourcePath::new("content/posts/large.md");
        let usual = sources.documents.keys().find(|path| path.as_str().ends_with("-001000.md")).expect("it was made");
        let (usual, large) = (file(usual), file(&large));
        Self { sources, memory, snapshot, finder, usual, large }
    }

    fn file(&self, size: Size) -> &SourceFile {
        match size {
            Usual => &self.usual,
            Large => &self.large,
        }
    }

    fn config(&self) -> &Config {
        &self.sources.config
    }

    fn article(&self, size: Size) -> &Article {
        let path = self.file(size).path.as_str();
        let mut articles = self.snapshot.parts.newsroom.posts.iter();
        articles.find(|article| article.post.entry.source.as_str() == path).expect("the post is published")
    }
}

/// Makes the newsletter once; the folder is the benchmark's own.
fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stages");
    if !root.join("masthead.yaml").exists() {
        let generator = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/corpus.py");
        let made = Command::new("python3").arg(generator).arg(POSTS.to_string()).arg(&root).output();
        let made = made.expect("`python3` can be run: it makes the posts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        fs::write(root.join("content/posts/large.md"), large_post(&root)).unwrap();
        // The last file to be written says that all are there.
        fs::write(root.join("masthead.yaml"), include_str!("sites/masthead-full/masthead.yaml")).unwrap();
    }
    root
}

/// The bodies of as many posts as it takes, behind the front matter of the first.
fn large_post(root: &Path) -> String {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root.join("content/posts")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut text = String::new();
    for path in paths {
        let post = fs::read_to_string(path).unwrap();
        let (matter, body) = post.split_once("\n---\n\n").expect("a post has front matter");
        if text.is_empty() {
            let facts = matter.lines().filter(|line| !line.starts_with("deal:") && !line.starts_with("  "));
            text = format!("{}\n---\n\n", facts.collect::<Vec<_>>().join("\n"));
        }
        if text.len() + body.len() > LARGE_BYTES {
            break;
        }
        text.push_str(body);
        text.push('\n');
    }
    assert!(text.matches("](").count() >= LARGE_LINKS, "the large post has too few links");
    text
}

#[divan::bench(args = [Usual, Large])]
fn front_matter_of(bencher: Bencher<'_, '_>, size: &Size) {
    let file = NEWSLETTER.file(*size);
    bencher.bench(|| front_matter::parse(black_box(file)));
}

/// Front matter and Markdown.
#[divan::bench(args = [Usual, Large])]
fn read(bencher: Bencher<'_, '_>, size: &Size) {
    let newsletter = &*NEWSLETTER;
    let file = newsletter.file(*size);
    bencher.bench(|| document::read(black_box(file), newsletter.config()));
}

/// The companies that the text names.
#[divan::bench(args = [Usual, Large])]
fn mentions(bencher: Bencher<'_, '_>, size: &Size) {
    let newsletter = &*NEWSLETTER;
    let article = newsletter.article(*size);
    bencher.bench(|| find(&newsletter.finder, black_box(&article.post)));
}

fn find(finder: &Finder, post: &Post) -> Findings {
    let piece = |text| Piece { text, line: Line::Prose, opens_block: true, linkable: true };
    finder.find(&prose(post).map(piece).collect::<Vec<_>>(), &[])
}

/// The readable text of a post, escaped as it stands in the page.
fn prose(post: &Post) -> impl Iterator<Item = &str> {
    let content = &post.entry.body.content;
    content.prose.iter().filter_map(|prose| content.html.get(prose.start as usize..prose.end as usize))
}

/// The terms by which a post is related to others.
#[divan::bench(args = [Usual, Large])]
fn terms(bencher: Bencher<'_, '_>, size: &Size) {
    let article = NEWSLETTER.article(*size);
    let mut reader = related::Reader::new();
    bencher.bench_local(|| terms_of(black_box(&article.post), &mut reader));
}

fn terms_of(post: &Post, reader: &mut related::Reader) -> TermVector {
    let text: Vec<&str> = prose(post).collect();
    let document = related::Document { title: &post.entry.title, text: &text, ..related::Document::default() };
    TermVector::read(&document, reader)
}

/// Holes filled and names linked.
#[divan::bench(args = [Usual, Large])]
fn splice(bencher: Bencher<'_, '_>, size: &Size) {
    let newsletter = &*NEWSLETTER;
    let article = newsletter.article(*size);
    bencher.bench(|| render::body::web(&newsletter.snapshot, &article.post.entry, &article.links));
}

/// A page in the built-in theme, from the variables to the bytes.
#[divan::bench(args = [Usual, Large])]
fn page(bencher: Bencher<'_, '_>, size: &Size) {
    let newsletter = &*NEWSLETTER;
    let article = newsletter.article(*size);
    bencher.bench(|| page_of(&newsletter.snapshot, article));
}

fn page_of(snapshot: &Snapshot, article: &Article) -> usize {
    let path = OutPath::of_url(&article.url).unwrap();
    let route = snapshot.parts.plan.at(&path).expect("a post has a page");
    match render::render(snapshot, &path, route) {
        Ok(Rendered::Bytes(bytes)) => bytes.len(),
        _ => panic!("`{path}` is no page"),
    }
}

/// All that concerns one post, one step after another on one thread.
#[divan::bench(args = [Usual, Large])]
fn everything_of(bencher: Bencher<'_, '_>, size: &Size) {
    let newsletter = &*NEWSLETTER;
    let (file, article) = (newsletter.file(*size), newsletter.article(*size));
    let mut reader = related::Reader::new();
    bencher.bench_local(|| {
        let (Some(Document::Post(post)), _) = document::read(black_box(file), newsletter.config()) else {
            panic!("`{}` is no post", file.path);
        };
        let names = find(&newsletter.finder, &post);
        (terms_of(&post, &mut reader), names, page_of(&newsletter.snapshot, article))
    });
}

/// Which of 2,000 posts belong beside each other: index, comparison, choice.
#[divan::bench(sample_count = 10)]
fn related_of_all(bencher: Bencher<'_, '_>) {
    let articles = &NEWSLETTER.snapshot.parts.newsroom.posts;
    let terms: Vec<TermVector> =
        articles.par_iter().map_init(related::Reader::new, |reader, article| terms_of(&article.post, reader)).collect();
    let entities: Vec<Vec<u32>> =
        articles.iter().map(|article| article.found.iter().map(|entity| entity.0).collect()).collect();
    let cards: Vec<Card<'_>> = (0_u64..)
        .zip(articles)
        .zip(terms.iter().zip(&entities))
        .map(|((key, article), (terms, entities))| Card {
            key,
            terms,
            day: (article.post.date.unix_seconds() / 86_400) as i32,
            slug: &article.url,
            story: None,
            entities,
            tags: &[],
            pin: &[],
            hide: &[],
            links: &[],
        })
        .collect();
    bencher.bench(|| {
        let index = Index::build(black_box(cards.clone()));
        let neighbours = Neighbours::find(&index);
        index.all(&neighbours, 5)
    });
}

fn keep(newsletter: &Newsletter, root: &Path) {
    let Newsletter { sources, memory, .. } = newsletter;
    cache::write_kept(root, Owner::Builds, 0, sources, memory).expect("the folder can be written to");
}

/// What is kept of 2,000 posts, into a folder that has none of it.
#[divan::bench(sample_count = 10)]
fn write_the_cache(bencher: Bencher<'_, '_>) {
    let newsletter = &*NEWSLETTER;
    bencher.with_inputs(|| tempfile::tempdir().unwrap()).bench_refs(|folder| keep(newsletter, folder.path()));
}

/// The same read back.
#[divan::bench(sample_count = 10)]
fn read_the_cache(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    keep(&NEWSLETTER, folder.path());
    fs::copy(self::folder().join(config::FILE_NAME), folder.path().join(config::FILE_NAME)).unwrap();
    let workspace = DiskWorkspace::open(folder.path()).unwrap();
    bencher.bench(|| cache::read_kept(&workspace, Owner::Builds, &Overrides::default()).whole().unwrap());
}
