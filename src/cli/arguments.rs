//! What can be said on the command line; the comments on the fields are the help texts.
//!
//! In goes the list of words; out comes [`Arguments`], in which every value has its type. Nothing here
//! looks at the disk or the environment.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::config::Config;

/// How many seconds one page may take.
pub const PAGE_TIMEOUT: u64 = 60;
/// The port that `serve` takes unless another is wanted.
pub const DEFAULT_PORT: u16 = 4000;

/// The heading over the options that all commands take.
const EVERYWHERE: &str = "With every command";

/// A static site generator for newsletters about the AI industry
#[derive(Clone, Debug, Parser)]
#[command(
    name = "masthead",
    version,
    propagate_version = false,
    after_help = "Exit status: 0 fine, 1 the content has errors, 2 a mistake on the command line,\n\
                  3 the machine would not, 4 refused for safety, 130 interrupted."
)]
pub struct Arguments {
    /// The newsletter's folder: the one with `content` and `masthead.yaml` in it
    #[arg(long, global = true, value_name = "DIR", default_value = ".", help_heading = EVERYWHERE)]
    pub root: PathBuf,

    /// Where the site is written to, seen from the newsletter's folder [default: public]
    #[arg(long, global = true, value_name = "DIR", help_heading = EVERYWHERE)]
    pub output: Option<String>,

    /// Say nothing but errors
    #[arg(short, long, global = true, help_heading = EVERYWHERE)]
    pub quiet: bool,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What Masthead can do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Start a newsletter: a folder with two posts in it, ready for `serve`
    Init(Init),
    /// Start a post or an edition: a file with its facts filled in
    #[command(subcommand)]
    New(New),
    /// Turn the content into the site; only what changed is written
    Build(Build),
    /// Show the site in the browser, and every save at once
    Serve(Serve),
    /// Look for everything that is wrong, without writing anything
    Check(Check),
    /// Show what there is: posts, editions, companies and so on
    List(List),
    /// Show which posts stand beside a post, with the reasons
    Related(Related),
    /// Show why a page looks as it does: its template, its content, why it was made again
    Explain(Explain),
    /// Print an edition's mail as HTML, as text or as a message, or what there is to say of it
    Email(Email),
    /// Print the JSON Schema of the facts on top of a post, for editors
    Schema,
}

/// `init`.
#[derive(Clone, Debug, Args)]
pub struct Init {
    /// The folder to make; files that are there already stay as they are
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// `new`.
#[derive(Clone, Debug, Subcommand)]
pub enum New {
    /// Start a post
    Post(NewPost),
    /// Start an edition with the posts since the last one
    Edition(NewEdition),
}

/// `new post`.
#[derive(Clone, Debug, Args)]
pub struct NewPost {
    /// The headline, in quotes
    #[arg(value_parser = title)]
    pub title: String,

    /// The day of publication, such as 2024-08-01 [default: today]
    #[arg(long, value_parser = date)]
    pub date: Option<Date>,

    /// Mark it as a draft, which only `serve` and `--drafts` show
    #[arg(long)]
    pub draft: bool,

    /// The folder of the content that it goes into
    #[arg(long, value_name = "NAME", default_value = "posts", value_parser = section)]
    pub section: String,
}

/// `new edition`.
#[derive(Clone, Debug, Args)]
pub struct NewEdition {
    /// The title, in quotes [default: made of the newsletter's name and the number]
    #[arg(value_parser = title)]
    pub title: Option<String>,

    /// The day on which it goes out, such as 2024-08-02 [default: today]
    #[arg(long, value_parser = date)]
    pub date: Option<Date>,
}

/// Which posts count, and where the site is going to stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Selection {
    /// Take drafts for published
    #[arg(long)]
    pub drafts: bool,

    /// Take posts with a date in the future for published
    #[arg(long)]
    pub future: bool,

    /// The address of the site, instead of the one in masthead.yaml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
}

/// `build`.
#[derive(Clone, Debug, Args)]
pub struct Build {
    /// Make every page again, whether it changed or not
    #[arg(long)]
    pub force: bool,

    /// Write into a folder that holds other files; they stay unless the site has a file of that name
    #[arg(long)]
    pub adopt: bool,

    /// Wait for the disk at each step of publishing, so that a loss of power leaves every file old or new (Linux)
    #[arg(long)]
    pub durable: bool,

    /// Build even if there is no content at all
    #[arg(long)]
    pub allow_empty: bool,

    #[command(flatten)]
    #[allow(missing_docs, reason = "a comment here would become the help text of the command")]
    pub selection: Selection,

    /// How many pages are made at the same time [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,

    /// Give up when one page takes longer than this
    #[arg(long, value_name = "SECONDS", default_value_t = PAGE_TIMEOUT, value_parser = clap::value_parser!(u64).range(1..))]
    pub page_timeout: u64,

    /// Say at the end which step took how long
    #[arg(long)]
    pub timings: bool,
}

/// `serve`.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// The port; 0 takes any that is free
    #[arg(long, value_name = "N", default_value_t = DEFAULT_PORT)]
    pub port: u16,

    /// The address to listen on; 0.0.0.0 shows the site to the whole network
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = host)]
    pub host: IpAddr,

    /// Answer to this name as well, where another program passes requests on; may be repeated
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,

    /// Open the site in the browser
    #[arg(long)]
    pub open: bool,

    /// Let the browser go to the page whose file was saved
    #[arg(long)]
    pub follow: bool,

    /// Look for changes again and again, for disks that do not tell of them (networks, containers)
    #[arg(long)]
    pub poll: bool,

    /// Print what happens as one JSON object per line, for other programs
    #[arg(long)]
    pub json: bool,

    /// Hide drafts, which are shown otherwise
    #[arg(long, overrides_with = "drafts")]
    pub no_drafts: bool,

    /// Hide posts with a date in the future, which are shown otherwise
    #[arg(long, overrides_with = "future")]
    pub no_future: bool,

    /// Show drafts, as is done anyway.
    #[arg(long, hide = true, overrides_with = "no_drafts")]
    pub drafts: bool,

    /// Show posts with a date in the future, as is done anyway.
    #[arg(long, hide = true, overrides_with = "no_future")]
    pub future: bool,

    /// The address that the pages name as their own [default: the preview's]
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
}

impl Serve {
    /// Says which posts the preview shows: all, unless the author hides some.
    pub fn selection(&self) -> Selection {
        Selection { drafts: !self.no_drafts, future: !self.no_future, base_url: self.base_url.clone() }
    }
}

/// `check`.
#[derive(Clone, Debug, Args)]
pub struct Check {
    /// How the problems are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub format: Format,

    /// Take warnings for errors
    #[arg(long)]
    pub strict: bool,

    #[command(flatten)]
    #[allow(missing_docs, reason = "a comment here would become the help text of the command")]
    pub selection: Selection,
}

/// `list`.
#[derive(Clone, Debug, Args)]
pub struct List {
    /// posts, editions, pages, deals, or a taxonomy such as companies
    #[arg(value_name = "WHAT", default_value = "posts")]
    pub what: String,

    /// How the list is printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub format: Format,
}

/// `related`.
#[derive(Clone, Debug, Args)]
pub struct Related {
    /// A post, by its slug or its file; without one, all of them
    pub post: Option<String>,

    /// How they are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub format: Format,

    /// How many beside each post [default: as many as its sidebar shows]
    #[arg(long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
}

/// `explain`.
#[derive(Clone, Debug, Args)]
pub struct Explain {
    /// The page, such as /posts/a-headline/
    pub url: String,
}

/// `email`.
#[derive(Clone, Debug, Args)]
pub struct Email {
    /// The edition, by its number, slug, address or file [default: the newest]
    pub edition: Option<String>,

    /// What is printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = EmailView::Summary)]
    pub format: EmailView,

    #[command(flatten)]
    #[allow(missing_docs, reason = "a comment here would become the help text of the command")]
    pub selection: Selection,
}

/// What `email` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EmailView {
    /// Subject, weight, links, and what did not fit
    Summary,
    /// The same for programs
    Json,
    /// The HTML part
    Html,
    /// The text part
    Text,
    /// Both parts in one message, for a mail program
    Eml,
}

/// How data is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading
    Human,
    /// For programs
    Json,
}

fn title(text: &str) -> Result<String, String> {
    // A headline is one line, whatever was pasted.
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    if words.is_empty() { Err("the title is empty".to_owned()) } else { Ok(words.join(" ")) }
}

fn date(text: &str) -> Result<Date, String> {
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = if is_plain { text.parse().ok() } else { None };
    date.ok_or_else(|| "write a day as year, month and day, such as 2024-08-01".to_owned())
}

fn section(text: &str) -> Result<String, String> {
    let is_name = text.starts_with(|c: char| c.is_alphanumeric())
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if is_name { Ok(text.to_owned()) } else { Err("a section is the name of one folder, such as posts".to_owned()) }
}

/// Reads the address of a site.
fn base_url(text: &str) -> Result<String, String> {
    Config::default().set_base_url(text).map(|()| text.to_owned())
}

fn host(text: &str) -> Result<IpAddr, String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    text.parse().map_err(|_| "write an address such as 127.0.0.1, or 0.0.0.0 for the whole network".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    use super::*;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn global_arguments_may_stand_anywhere() {
        for line in ["masthead --root x -q build", "masthead build --root x --quiet"] {
            let arguments = parse(line).unwrap();
            assert_eq!(arguments.root, PathBuf::from("x"));
            assert!(arguments.quiet && matches!(arguments.command, Command::Build(_)));
        }
        assert_eq!(parse("masthead build").unwrap().root, PathBuf::from("."));
    }

    #[test]
    fn the_preview_shows_drafts_and_the_future_unless_told_otherwise() {
        let selection = |line| match parse(line).unwrap().command {
            Command::Serve(serve) => (serve.selection().drafts, serve.selection().future),
            other => panic!("{other:?}"),
        };
        assert_eq!(selection("masthead serve"), (true, true));
        assert_eq!(selection("masthead serve --drafts --future"), (true, true));
        assert_eq!(selection("masthead serve --no-drafts"), (false, true));
        assert_eq!(selection("masthead serve --no-future --no-drafts --drafts"), (true, false));
    }

    #[test]
    fn a_build_hides_them_unless_told_otherwise() {
        let Command::Build(build) = parse("masthead build --future --jobs 3").unwrap().command else { panic!() };
        assert_eq!(build.selection, Selection { drafts: false, future: true, base_url: None });
        assert_eq!(build.jobs, Some(3));
    }

    #[test]
    fn mistakes_are_usage_errors() {
        for line in [
            "masthead",
            "masthead nonsense",
            "masthead build --fource",
            "masthead build extra",
            "masthead build --jobs 0",
            "masthead build --jobs 100000",
            "masthead --root a --root b build",
            "masthead serve --port 70000",
            "masthead serve --host nowhere",
            "masthead check --format xml",
            "masthead new post A --date tomorrow",
            "masthead new post A --date 2024-02-30",
            "masthead new post A --section ../x",
            "masthead new post A --section .git",
        ] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
        }
        let error = parse("masthead build --fource").unwrap_err().to_string();
        assert!(error.contains("--force"), "{error}");
    }

    #[test]
    fn a_title_is_one_line_and_not_empty() {
        let new = |title: &str| Arguments::try_parse_from(["masthead", "new", "post", title]);
        let Command::New(New::Post(post)) = new(" A  headline\n\u{1b}for you ").unwrap().command else { panic!() };
        assert_eq!(post.title, "A headline for you");
        assert!(new(" \n").is_err() && new("").is_err());
    }

    #[test]
    fn the_version_is_said_in_one_line() {
        let said = parse("masthead --version").unwrap_err();
        assert_eq!(said.kind(), ErrorKind::DisplayVersion);
        assert_eq!(said.to_string(), format!("masthead {}\n", env!("CARGO_PKG_VERSION")));
    }
}
