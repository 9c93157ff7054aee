//! `new`: a post or an edition as a file whose facts are filled in, and never onto a file that is there.
//!
//! [`post`] and [`edition`] make path and text, from values alone; [`write()`] puts them on the disk.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::arguments::{Arguments, New, NewEdition, NewPost, Selection};
use super::exit::{CommandError, ExitStatus, named};
use super::newsletter::Newsletter;
use super::terminal::Terminal;
use crate::config::Config;
use crate::content::document::Document;
use crate::content::entry::Entry;
use crate::content::slug::{is_device_name, slugify};
use crate::disk::guard::lies_in;
use crate::newsroom::post_names::PostNames;
use crate::newsroom::{Article, Newsroom, PostId};
use crate::source::within;

/// Makes a post or an edition in a newsletter.
///
/// # Errors
/// The folder can't be entered, the name is taken, or the disk fails.
pub fn run(terminal: &Terminal, arguments: &Arguments, new: &New) -> Result<ExitStatus, CommandError> {
    // Future posts count as well: an edition of tomorrow collects what is dated tomorrow.
    let selection = Selection { drafts: false, future: true, base_url: None };
    let newsletter = Newsletter::open(arguments, &selection)?;
    let config = &newsletter.sources.config;
    let newsroom = newsletter.snapshot.as_ref().map(|snapshot| &snapshot.parts.newsroom);
    let author = newsroom.and_then(usual_author);
    let file = match new {
        New::Post(options) => new_post(config, options, author.as_deref())?,
        New::Edition(options) => {
            let documents = newsletter.sources.documents.values().filter_map(|read| read.document.as_ref());
            // Drafts have taken their numbers as well.
            let highest = documents.filter_map(|document| match document {
                Document::Edition(edition) => edition.number,
                _ => None,
            });
            new_edition(config, options, newsroom, highest.max(), author.as_deref())
        }
    };
    write(terminal, &arguments.root, &file)?;
    Ok(ExitStatus::Success)
}

/// Finds who wrote the newest post, as the front matter names them.
fn usual_author(newsroom: &Newsroom) -> Option<String> {
    let terms = newsroom.posts.iter().flat_map(|article| &article.post.terms);
    let mut authors = terms.filter(|terms| terms.taxonomy == crate::config::AUTHORS);
    authors.find_map(|terms| terms.names.first()).map(|(name, _)| name.clone())
}

fn today(config: &Config) -> Date {
    let zone = jiff::tz::TimeZone::get(&config.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    jiff::Timestamp::now().to_zoned(zone).date()
}

fn new_post(config: &Config, options: &NewPost, author: Option<&str>) -> Result<NewFile, CommandError> {
    if config.taxonomy(&options.section).is_some() {
        return Err(CommandError::usage(format!("`{}` holds profiles, not posts", options.section))
            .with_help("name another section, such as `--section posts`"));
    }
    post(&PostFacts {
        content_folder: &config.content_folder,
        section: &options.section,
        title: &options.title,
        slug: slugify(&options.title),
        date: options.date.unwrap_or_else(|| today(config)),
        author,
        draft: options.draft,
    })
}

fn new_edition(
    config: &Config,
    options: &NewEdition,
    newsroom: Option<&Newsroom>,
    highest: Option<u32>,
    author: Option<&str>,
) -> NewFile {
    let date = options.date.unwrap_or_else(|| today(config));
    let last_issue = newsroom.and_then(|newsroom| newsroom.editions.first());
    let last = last_issue.map(|issue| &issue.edition);
    let all = newsroom.map(|newsroom| &newsroom.posts[..]).unwrap_or_default();
    let names = newsroom.map(|newsroom| PostNames::of(config, all, &newsroom.by_source)).unwrap_or_default();
    // A slug that several posts have would be that of the oldest.
    let name_of = |entry: &Entry| match names.problem(&entry.slug.text) {
        None => entry.slug.text.clone(),
        Some(_) => entry.source.as_str().to_owned(),
    };
    // A post of the last edition's day may have come after it, or be in it by name.
    let is_told = |id: PostId| last_issue.is_some_and(|issue| issue.posts.contains(&id));
    let posts: Vec<(String, String)> = (0..)
        .zip(all)
        .filter(|(id, Article { post, .. })| {
            post.date.date() <= date && last.is_none_or(|last| post.date > last.date) && !is_told(*id)
        })
        .map(|(_, article)| (name_of(&article.post.entry), article.post.entry.title.clone()))
        .collect();
    let is_numbered = last.is_none_or(|edition| edition.number.is_some());
    let number = is_numbered.then(|| highest.unwrap_or(0).saturating_add(1));
    let title = options.title.clone().unwrap_or_else(|| match number {
        Some(number) => format!("{}, edition {number}", config.title),
        None => format!("{}, {date}", config.title),
    });
    edition(&EditionFacts {
        content_folder: &config.content_folder,
        title: &title,
        date,
        number,
        author,
        posts: &posts,
    })
}

/// A file that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its path from the newsletter's folder on, with `/`.
    pub path: String,
    /// All that it holds.
    pub text: String,
    /// What to do if a file of that path is there.
    pub if_taken: &'static str,
}

/// What is known of a post before it is written.
#[derive(Clone, Debug)]
pub struct PostFacts<'a> {
    /// The folder of content, such as `content`.
    pub content_folder: &'a str,
    /// The folder in it, such as `posts`.
    pub section: &'a str,
    /// The headline: one line.
    pub title: &'a str,
    /// The headline's name in addresses; `None` if it has no letter.
    pub slug: Option<String>,
    /// The day of publication.
    pub date: Date,
    /// Who writes it.
    pub author: Option<&'a str>,
    /// Whether it is to be shown already.
    pub draft: bool,
}

/// What is known of an edition before it is written.
#[derive(Clone, Debug)]
pub struct EditionFacts<'a> {
    /// The folder of content, such as `content`.
    pub content_folder: &'a str,
    /// The title: one line.
    pub title: &'a str,
    /// The day on which it goes out.
    pub date: Date,
    /// Its number, one above the last.
    pub number: Option<u32>,
    /// Who writes it.
    pub author: Option<&'a str>,
    /// The posts since the edition before, in their order: slug and title.
    pub posts: &'a [(String, String)],
}

/// Makes a post.
///
/// # Errors
/// The title has no letter and no digit for an address, or the section is not for posts.
pub fn post(facts: &PostFacts<'_>) -> Result<NewFile, CommandError> {
    let PostFacts { content_folder, section, title, slug, date, author, draft } = facts;
    if matches!(*section, "editions" | "replies") {
        return Err(CommandError::usage(format!("`{section}` does not hold posts"))
            .with_help("choose another section, or use `masthead new edition`"));
    }
    let Some(slug) = slug else {
        return Err(CommandError::usage(format!("the title `{title}` has no letter for an address"))
            .with_help("give a title with a letter or digit; it can be changed in the file"));
    };
    if is_device_name(slug) {
        return Err(CommandError::usage(format!("`{slug}` can't be an address: Windows keeps that name for a device"))
            .with_help("give a longer title; it can be changed in the file"));
    }
    let mut text = format!(
        "---\n\
         title: {}\n\
         date: {date}\n\
         # One sentence: what happened, and why it matters.\n\
         summary:\n",
        yaml(title)
    );
    if let Some(author) = author {
        text.push_str(&format!("author: {}\n", yaml(author)));
    }
    if *draft {
        text.push_str("draft: true\n");
    }
    text.push_str(
        "category:\n\
         tags: []\n\
         companies: []\n\
         # sources:\n\
         #   - title: The headline of the original\n\
         #     publisher: Who published it\n\
         #     url: https://example.org/the-original\n\
         # deals:\n\
         #   - id: buyer-seller-what\n\
         #     buyer: A company\n\
         #     seller: Another company\n\
         #     kind: cloud\n\
         #     amount: about $20M a month\n\
         #     status: reported\n\
         #     source: Who published it\n\
         ---\n\n",
    );
    Ok(NewFile {
        path: within(content_folder, &format!("{section}/{date}-{slug}.md")),
        text,
        if_taken: "edit that file, or give another title or `--date`",
    })
}

/// Makes an edition.
pub fn edition(facts: &EditionFacts<'_>) -> NewFile {
    let EditionFacts { content_folder, title, date, number, author, posts } = facts;
    let mut text = format!("---\ntitle: {}\ndate: {date}\n", yaml(title));
    if let Some(number) = number {
        text.push_str(&format!("number: {number}\n"));
    }
    if let Some(author) = author {
        text.push_str(&format!("author: {}\n", yaml(author)));
    }
    text.push_str("# One sentence, which mail programs show behind the subject.\nsummary:\n");
    if posts.is_empty() {
        text.push_str("# Without a list of posts, an edition has all posts since the one before.\n# posts: []\n");
    } else {
        text.push_str("# In the order of the mail; take out what is not to be in it.\nposts:\n");
        for (slug, title) in *posts {
            text.push_str(&format!("  # {}\n  - {}\n", one_line(title), yaml(slug)));
        }
    }
    text.push_str("---\n\n");
    NewFile {
        path: within(content_folder, &format!("editions/{date}.md")),
        text,
        if_taken: "a day has one edition: edit that file, or give another day, such as `--date 2024-08-02`",
    }
}

/// Writes a file that is not there yet, and prints its path.
///
/// # Errors
/// Something of that name is there, be it a link that leads nowhere; its folder lies elsewhere; or the disk
/// will not.
pub fn write(terminal: &Terminal, root: &Path, file: &NewFile) -> Result<(), CommandError> {
    let shown = shown_path(root, &file.path);
    if root.canonicalize().is_ok_and(|root| !lies_in(&root, &root.join(&file.path))) {
        return Err(CommandError::refusal(format!("{} would lie outside the newsletter's folder", named(&shown)))
            .with_help("a link on the way leads out; put a folder in its place"));
    }
    match create(&root.join(&file.path), file.text.as_bytes()) {
        Ok(()) => terminal.data(&format!("{}\n", shown.display())),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(CommandError::refusal(format!("{} is there already", named(&shown))).with_help(file.if_taken))
        }
        Err(error) => Err(CommandError::disk(&shown, "written", &error)),
    }
}

/// Makes a file and the folders above it; never touches one that is there.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        match fs::create_dir_all(folder) {
            // A file stands where a folder should; that is another thing than the file being there.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(io::Error::from(io::ErrorKind::NotADirectory));
            }
            other => other?,
        }
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).inspect_err(|_| {
        // Half a file would be in the way of the next attempt.
        let _ = fs::remove_file(path);
    })
}

/// Names a file as it is to be opened from here: without `./` in front.
pub(super) fn shown_path(root: &Path, path: impl AsRef<Path>) -> PathBuf {
    if root == Path::new(".") { path.as_ref().to_owned() } else { root.join(path) }
}

/// Writes a text as a YAML value on one line, in quotes if it needs them.
fn yaml(text: &str) -> String {
    let text = one_line(text);
    let is_plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '.' | ',' | '$' | '(' | ')'))
        && text.starts_with(char::is_alphabetic)
        && !is_keyword(&text);
    if is_plain {
        return text;
    }
    // Single quotes know one escape; a headline's apostrophes read better in double ones.
    if text.contains('\'') && !text.contains(['"', '\\']) {
        return format!("\"{text}\"");
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// Says whether YAML, in one of its versions, takes a word for something else than text.
fn is_keyword(text: &str) -> bool {
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}

fn one_line(text: &str) -> String {
    // What YAML does not allow inside quotes: control characters, and marks for the order of bytes.
    let is_gap = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    text.split(is_gap).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::terminal::Verbosity;
    use super::*;
    use crate::content::front_matter;
    use crate::source::SourceFile;

    fn facts<'a>(title: &'a str) -> PostFacts<'a> {
        PostFacts {
            content_folder: "content",
            section: "posts",
            title,
            slug: Some("a-headline".to_owned()),
            date: jiff::civil::date(2024, 8, 1),
            author: Some("the-desk"),
            draft: false,
        }
    }

    fn fields(text: &str) -> serde_json::Value {
        let file = SourceFile::new("a.md", text);
        let (matter, diagnostics) = front_matter::parse(&file);
        assert!(diagnostics.is_empty(), "{diagnostics:?}\n{text}");
        serde_json::to_value(matter.root).unwrap()
    }

    #[test]
    fn a_post_has_its_facts_filled_in() {
        let file = post(&facts("A headline")).unwrap();
        assert_eq!(file.path, "content/posts/2024-08-01-a-headline.md");
        assert!(file.text.starts_with("---\ntitle: A headline\ndate: 2024-08-01\n"), "{}", file.text);
        let fields = fields(&file.text);
        assert_eq!(fields["author"], "the-desk");
        assert!(fields["summary"].is_null() && fields.get("draft").is_none());
        let draft = post(&PostFacts { draft: true, author: None, ..facts("A") }).unwrap();
        assert!(draft.text.contains("\ndraft: true\n") && !draft.text.contains("author"));
    }

    #[test]
    fn the_lines_that_are_only_suggested_are_right_as_well() {
        let text = post(&facts("A headline")).unwrap().text;
        let (given, suggested) = text.split_once("# sources:").unwrap();
        let fields = fields(&format!("{given}sources:{}", suggested.replace("\n# ", "\n")));
        assert_eq!(fields["deals"][0]["kind"], "cloud");
        assert!(fields["sources"][0]["url"].is_string());
    }

    #[test]
    fn any_title_survives_as_text() {
        for title in [
            "TikTok spends $20M a month: nearly a quarter",
            "# not a comment",
            "\"Quoted\" and 'quoted' \\ both",
            "it's about time",
            "null",
            "Yes",
            "2024",
            "1e3",
            "- a list",
            "{a: b}",
            "&anchor *alias !tag %x @y `z`",
            "trailing colon:",
            "北京 🚀",
            "---",
            "0x1F",
            ".inf",
            "~",
        ] {
            assert_eq!(fields(&post(&facts(title)).unwrap().text)["title"], title);
        }
        let long = "long words ".repeat(500);
        assert_eq!(fields(&post(&facts(&long)).unwrap().text)["title"], long.trim());
    }

    proptest::proptest! {
        #[test]
        fn no_title_breaks_the_front_matter(title in ".*|\\PC*") {
            let file = post(&facts(&title)).unwrap();
            proptest::prop_assert_eq!(&fields(&file.text)["title"], &serde_json::json!(one_line(&title)));
        }
    }

    #[test]
    fn a_title_without_letters_is_a_usage_error() {
        let error = post(&PostFacts { slug: None, ..facts("🚀") }).unwrap_err();
        assert_eq!(error.status().code(), 2);
        assert_eq!(post(&PostFacts { slug: Some("con".to_owned()), ..facts("Con") }).unwrap_err().status().code(), 2);
        assert_eq!(post(&PostFacts { section: "editions", ..facts("A") }).unwrap_err().status().code(), 2);
    }

    #[test]
    fn an_edition_lists_its_posts_with_their_titles() {
        let posts = [("a-b".to_owned(), "A\nB: c".to_owned()), ("2024".to_owned(), "D".to_owned())];
        let facts = EditionFacts {
            content_folder: "content",
            title: "The week",
            date: jiff::civil::date(2024, 8, 2),
            number: Some(12),
            author: None,
            posts: &posts,
        };
        let file = edition(&facts);
        assert_eq!(file.path, "content/editions/2024-08-02.md");
        let fields = fields(&file.text);
        assert_eq!((&fields["number"], &fields["posts"]), (&12.into(), &serde_json::json!(["a-b", "2024"])));
        assert!(file.text.contains("  # A B: c\n  - a-b\n"), "{}", file.text);
        assert!(!edition(&EditionFacts { posts: &[], ..facts }).text.contains("\nposts:"));
    }

    #[test]
    fn nothing_that_is_there_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let terminal = Terminal::from_environment(Verbosity::Quiet);
        let file = NewFile { path: "content/posts/a.md".to_owned(), text: "new".to_owned(), if_taken: "edit it" };
        let path = folder.path().join(&file.path);
        create(&path, b"old").unwrap();
        let refused = |file: &NewFile| write(&terminal, folder.path(), file).unwrap_err();
        let error = refused(&file);
        assert_eq!(error.status().code(), 4);
        assert!(error.message().contains("content/posts/a.md"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        let folder_there = NewFile { path: "content/posts".to_owned(), ..file.clone() };
        assert_eq!(refused(&folder_there).status().code(), 4);
        let below_file = NewFile { path: "content/posts/a.md/b.md".to_owned(), ..file.clone() };
        assert_eq!(refused(&below_file).status().code(), 3);
        #[cfg(unix)]
        {
            let target = folder.path().join("target.md");
            std::os::unix::fs::symlink(&target, folder.path().join("content/posts/link.md")).unwrap();
            let link = NewFile { path: "content/posts/link.md".to_owned(), ..file.clone() };
            assert_eq!(refused(&link).status().code(), 4);
            assert!(!target.exists());
            let elsewhere = tempfile::tempdir().unwrap();
            std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("content/notes")).unwrap();
            let outside = NewFile { path: "content/notes/a.md".to_owned(), ..file };
            assert_eq!(refused(&outside).status().code(), 4);
            assert!(!elsewhere.path().join("a.md").exists());
        }
    }
}
