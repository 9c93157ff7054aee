//! What the publisher sets: `masthead.yaml` in, a [`Config`] and its diagnostics out.
//!
//! Everything has a default, so that a folder with nothing but `content/` is a newsletter. A value
//! that depends on another (the address of the sign-up form on the provider) is settled here, once.

use serde::Serialize;

use crate::content::front_matter::{self, Node, Reader};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourceFile;
use reading::{choice, clean_base_url, count, folder, links, set};

pub mod accent;
mod email;
mod host;
mod outputs;
mod reading;
mod signup;
mod taxonomy;
#[cfg(test)]
mod tests;

pub use accent::Accent;
pub(crate) use email::one_line;
pub use email::{EmailConfig, Mailbox, Provider, breaks_line};
pub use host::{ascii_host, foreign_host, with_ascii_host};
pub use outputs::Outputs;
pub(crate) use reading::{is_group, is_identifier, language, reject_unknown};
pub use signup::SignupForm;
pub use taxonomy::{AUTHORS, CATEGORIES, TaxonomyConfig};

/// The name of the configuration file at the top of a newsletter's folder.
pub const FILE_NAME: &str = "masthead.yaml";

/// What raw HTML in Markdown becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RawHtml {
    /// It stands as it is: the author is trusted.
    Allow,
    /// Elements that can do no harm are kept, without classes, ids and scripts.
    Sanitise,
    /// It is shown as text, and an error.
    Deny,
}

/// What happens with keys of the front matter that Masthead does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownKeys {
    /// They are said once each.
    Warn,
    /// They keep the site from being published.
    Error,
    /// Nobody says anything.
    Ignore,
}

/// A link that the publisher sets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConfigLink {
    /// Its words.
    pub title: String,
    /// Where it leads: a full address, or one that starts at the site's root.
    pub url: String,
    /// Where that is written.
    #[serde(skip)]
    pub place: Place,
}

/// How replies reach the publisher.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RepliesConfig {
    /// Whether posts take replies unless they say otherwise.
    pub enabled: bool,
    /// Where the form posts to.
    pub action: String,
    /// Where replies go by mail where there is no `action`.
    pub mailto: String,
}

impl RepliesConfig {
    /// Says whether there is a way for replies to reach the publisher.
    pub fn has_way(&self) -> bool {
        !self.action.is_empty() || !self.mailto.is_empty()
    }
}

/// The one-button reactions under a post.
#[derive(Clone, Debug, Serialize)]
pub struct ReactionsConfig {
    /// Where the form posts to.
    pub action: String,
    /// The choices.
    pub choices: Vec<String>,
}

/// What stands on the command line instead of in the configuration.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Another `base_url`.
    pub base_url: Option<String>,
    /// Another output folder.
    pub output: Option<String>,
}

/// All that `masthead.yaml` says, with defaults filled in.
#[derive(Clone, Debug, Serialize)]
pub struct Config {
    /// The publication's name.
    pub title: String,
    /// A few words under it.
    pub tagline: String,
    /// One or two sentences about it.
    pub description: String,
    /// Scheme, host and path, without a slash at the end.
    pub base_url: String,
    /// A language tag (BCP 47).
    pub language: String,
    /// The time zone of dates without an offset (an IANA name).
    pub time_zone: String,
    /// Who publishes it.
    pub publisher: String,
    /// The line at the very end of pages.
    pub copyright: String,
    /// The folder of Markdown.
    pub content_folder: String,
    /// The folder that the site is written to.
    pub output_folder: String,
    /// Ways to sort posts, `authors` and `categories` among them.
    pub taxonomies: Vec<TaxonomyConfig>,
    /// The entries on the rule under the name; `None` leaves the choice to the content.
    pub navigation: Option<Vec<ConfigLink>>,
    /// Links at the foot.
    pub footer: Vec<ConfigLink>,
    /// Profiles elsewhere.
    pub profiles: Vec<ConfigLink>,
    /// Posts on a page of a list.
    pub posts_per_page: u32,
    /// Items in a feed.
    pub feed_items: u32,
    /// What identifiers of posts in feeds start with; `base_url` if it is not set.
    pub guid_prefix: Option<String>,
    /// Posts beside an article that belong to it.
    pub related_posts: u32,
    /// Posts beside an article that are new.
    pub recent_posts: u32,
    /// What raw HTML becomes.
    pub raw_html: RawHtml,
    /// Whether straight quotes and dashes become typographic ones.
    pub smart_punctuation: bool,
    /// Whether formulas become MathML.
    pub math: bool,
    /// Whether code is coloured.
    pub highlight: bool,
    /// Whether the first mention of a known entity in a post leads to its page.
    pub link_entities: bool,
    /// Which kinds of output are made.
    pub outputs: Outputs,
    /// The sign-up form.
    pub signup: Option<SignupForm>,
    /// The e-mail edition.
    pub email: EmailConfig,
    /// Services that share links lead to.
    pub share: Vec<String>,
    /// Replies.
    pub replies: RepliesConfig,
    /// Reactions.
    pub reactions: Option<ReactionsConfig>,
    /// What happens with unknown keys.
    pub unknown_keys: UnknownKeys,
    /// Keys of the front matter that are known to the publisher and pass in silence.
    pub allowed_keys: Vec<String>,
    /// The publisher's own accent colour.
    pub accent: Option<Accent>,
    /// Anything, for templates.
    pub extra: serde_json::Value,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            title: "Untitled newsletter".to_owned(),
            tagline: String::new(),
            description: String::new(),
            base_url: "http://localhost".to_owned(),
            language: "en".to_owned(),
            time_zone: "UTC".to_owned(),
            publisher: String::new(),
            copyright: String::new(),
            content_folder: "content".to_owned(),
            output_folder: "public".to_owned(),
            taxonomies: taxonomy::defaults(),
            navigation: None,
            footer: vec![],
            profiles: vec![],
            posts_per_page: 20,
            feed_items: 20,
            guid_prefix: None,
            related_posts: 5,
            recent_posts: 5,
            raw_html: RawHtml::Allow,
            smart_punctuation: true,
            math: true,
            highlight: true,
            link_entities: true,
            outputs: Outputs::default(),
            signup: None,
            email: EmailConfig::default(),
            share: SHARE_SERVICES.iter().map(|(id, _)| (*id).to_owned()).collect(),
            replies: RepliesConfig::default(),
            reactions: None,
            unknown_keys: UnknownKeys::Warn,
            allowed_keys: vec![],
            accent: None,
            extra: serde_json::Value::Null,
        }
    }
}

/// The services that share links can lead to, each with the name to show.
pub const SHARE_SERVICES: &[(&str, &str)] = &[
    ("email", "Email"),
    ("linkedin", "LinkedIn"),
    ("bluesky", "Bluesky"),
    ("mastodon", "Mastodon"),
    ("x", "X"),
    ("hacker-news", "Hacker News"),
    ("reddit", "Reddit"),
    ("copy", "Copy link"),
];

const KEYS: &[&str] = &[
    "title",
    "tagline",
    "description",
    "base_url",
    "language",
    "time_zone",
    "publisher",
    "copyright",
    "content",
    "output",
    "taxonomies",
    "navigation",
    "footer",
    "profiles",
    "paginate",
    "feeds",
    "sidebars",
    "markdown",
    "outputs",
    "signup",
    "email",
    "share",
    "replies",
    "reactions",
    "front_matter",
    "accent",
    "extra",
];

impl Config {
    /// Reads the configuration of a newsletter; without a file, all is default.
    pub fn read(file: Option<&SourceFile>) -> (Config, Vec<Diagnostic>) {
        let mut config = Config::default();
        let Some(file) = file else {
            return (config, vec![]);
        };
        let (matter, mut diagnostics) = front_matter::parse_whole(file);
        let reader = Reader::new(file, &matter);
        config.fill(&reader.root());
        if config.publisher.is_empty() {
            config.publisher.clone_from(&config.title);
        }
        diagnostics.extend(reader.finish());
        (config, diagnostics)
    }

    /// Reads the configuration, with what the command line says instead.
    pub fn read_with(file: Option<&SourceFile>, overrides: &Overrides) -> (Config, Vec<Diagnostic>) {
        let (mut config, mut diagnostics) = Config::read(file);
        if let Some(url) = &overrides.base_url
            && let Err(reason) = config.set_base_url(url)
        {
            diagnostics
                .push(Diagnostic::error("bad-base-url", reason).with_help("pass `--base-url https://example.org`"));
        }
        if let Some(output) = &overrides.output {
            config.output_folder.clone_from(output);
        }
        (config, diagnostics)
    }

    /// Finds the taxonomy of a name.
    pub fn taxonomy(&self, name: &str) -> Option<&TaxonomyConfig> {
        self.taxonomies.iter().find(|taxonomy| taxonomy.name == name)
    }

    /// Gives the path of `base_url`: empty, or `/news` for `https://example.org/news`.
    pub fn base_path(&self) -> &str {
        // The host has a letter at least, so the first `/` behind `http://x` ends it.
        let rest = self.base_url.get("http://x".len()..).unwrap_or_default();
        rest.bytes().position(|byte| byte == b'/').map_or("", |at| &rest[at..])
    }

    /// Turns an address that starts at the site's root into one for `href`.
    pub fn href(&self, path: &str) -> String {
        if path.starts_with('/') { [self.base_path(), path].concat() } else { path.to_owned() }
    }

    /// Turns an address that starts at the site's root into a full one.
    pub fn permalink(&self, path: &str) -> String {
        if path.starts_with('/') { [&self.base_url, path].concat() } else { path.to_owned() }
    }

    /// Gives what feeds know something by whose address, from the site's root on, is or was this one.
    pub fn guid(&self, path: &str) -> String {
        [self.guid_prefix.as_ref().unwrap_or(&self.base_url), path].concat()
    }

    /// Takes another `base_url`, as the command line may give one.
    ///
    /// # Errors
    /// The address has no scheme `http` or `https`, or no host.
    pub fn set_base_url(&mut self, url: &str) -> Result<(), String> {
        self.base_url = clean_base_url(url)?;
        Ok(())
    }

    fn fill(&mut self, root: &Node<'_>) {
        reject_unknown(root, KEYS, "masthead.yaml");
        let text = |key| root.get(key).and_then(|node| node.some_text());
        set(&mut self.title, text("title"));
        set(&mut self.tagline, text("tagline"));
        set(&mut self.description, text("description"));
        set(&mut self.language, root.get("language").and_then(|node| language(&node)));
        set(&mut self.publisher, text("publisher"));
        set(&mut self.copyright, text("copyright"));
        self.accent = root.get("accent").and_then(|node| accent::read(&node));
        if let Some(node) = root.get("base_url")
            && let Some(url) = node.some_text()
        {
            match clean_base_url(&url) {
                Ok(url) => self.base_url = url,
                Err(reason) => node.error(
                    "bad-base-url",
                    reason,
                    "write it as `https://example.org` or `https://example.org/news`",
                ),
            }
        }
        if let Some(node) = root.get("time_zone")
            && let Some(name) = node.some_text()
        {
            if jiff::tz::TimeZone::get(&name).is_ok() {
                self.time_zone = name;
            } else {
                node.error(
                    "bad-time-zone",
                    format!("there is no time zone `{name}`"),
                    "use a name such as `Europe/Berlin` or `UTC`",
                );
            }
        }
        folder(root, "content", &mut self.content_folder);
        folder(root, "output", &mut self.output_folder);
        if let Some(node) = root.get("taxonomies") {
            self.taxonomies = taxonomy::read(&node);
        }
        self.navigation = root.get("navigation").map(|node| links(&node));
        self.footer = root.get("footer").map(|node| links(&node)).unwrap_or_default();
        self.profiles = root.get("profiles").map(|node| links(&node)).unwrap_or_default();
        count(root, "paginate", 1, &mut self.posts_per_page);
        if let Some(feeds) = root.get("feeds") {
            reject_unknown(&feeds, &["items", "guid_prefix"], "feeds");
            count(&feeds, "items", 1, &mut self.feed_items);
            self.guid_prefix = feeds.get("guid_prefix").and_then(|node| reading::guid_prefix(&node));
        }
        if let Some(sidebars) = root.get("sidebars") {
            reject_unknown(&sidebars, &["related", "recent"], "sidebars");
            count(&sidebars, "related", 0, &mut self.related_posts);
            count(&sidebars, "recent", 0, &mut self.recent_posts);
        }
        if let Some(markdown) = root.get("markdown") {
            self.fill_markdown(&markdown);
        }
        if let Some(node) = root.get("outputs") {
            self.outputs.fill(&node);
        }
        self.signup = root.get("signup").and_then(|node| signup::read(&node));
        self.email = email::read(root);
        if let Some(node) = root.get("share") {
            self.share = reading::services(&node);
        }
        if let Some(node) = root.get("replies")
            && is_group(&node, &["enabled", "action", "mailto"], "{mailto: desk@example.org}")
        {
            self.replies.enabled = node.get("enabled").and_then(|n| n.flag()).unwrap_or(true);
            let is_reached = ["action", "mailto"].iter().any(|way| node.get(way).is_some());
            if self.replies.enabled && !is_reached {
                let message = "there is no way for replies to reach you, so no post takes any";
                node.warn("replies-without-way", message, "add `action: https://…` for a form, or `mailto: desk@…`");
            }
            set(&mut self.replies.action, node.get("action").and_then(|n| reading::address(&n)));
            set(&mut self.replies.mailto, node.get("mailto").and_then(|n| n.some_text()));
        }
        if let Some(node) = root.get("reactions")
            && is_group(&node, &["action", "choices"], "{action: https://example.org/react}")
        {
            self.reactions = reactions(&node);
        }
        if let Some(node) = root.get("front_matter") {
            reject_unknown(&node, &["unknown", "allow"], "front_matter");
            if let Some(unknown) = node.get("unknown") {
                self.unknown_keys = choice(
                    &unknown,
                    &[("warn", UnknownKeys::Warn), ("error", UnknownKeys::Error), ("ignore", UnknownKeys::Ignore)],
                )
                .unwrap_or(self.unknown_keys);
            }
            self.allowed_keys = node.get("allow").map(|n| n.texts()).unwrap_or_default();
        }
        if let Some(node) = root.get("extra") {
            self.extra = node.json();
        }
    }

    fn fill_markdown(&mut self, node: &Node<'_>) {
        reject_unknown(node, &["raw_html", "smart_punctuation", "math", "highlight", "link_entities"], "markdown");
        if let Some(raw) = node.get("raw_html") {
            self.raw_html = choice(
                &raw,
                &[
                    ("allow", RawHtml::Allow),
                    ("sanitise", RawHtml::Sanitise),
                    ("sanitize", RawHtml::Sanitise),
                    ("deny", RawHtml::Deny),
                ],
            )
            .unwrap_or(self.raw_html);
        }
        for (key, flag) in [
            ("smart_punctuation", &mut self.smart_punctuation),
            ("math", &mut self.math),
            ("highlight", &mut self.highlight),
            ("link_entities", &mut self.link_entities),
        ] {
            if let Some(value) = node.get(key).and_then(|n| n.flag()) {
                *flag = value;
            }
        }
    }
}

fn reactions(node: &Node<'_>) -> Option<ReactionsConfig> {
    let Some(action) = node.get("action") else {
        node.error(
            "missing-key",
            "`reactions` needs an `action`",
            "add the address that takes reactions, such as `action: https://example.org/react`",
        );
        return None;
    };
    let choices = node.get("choices").map(|n| n.texts()).filter(|choices| !choices.is_empty());
    let choices = choices.unwrap_or_else(|| ["Useful", "Surprising", "Doubtful"].map(str::to_owned).into());
    Some(ReactionsConfig { action: reading::address(&action)?, choices })
}
