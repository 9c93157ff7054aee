//! A reader's reply that the publisher has approved: a file in `content/replies/POST/`.

use bitcode::{Decode, Encode};

use super::date::Moment;
use super::front_matter::{FrontMatter, Reader};
use super::kind::TextKind;
use super::markdown::{self, Body, Position};
use super::slug::slugify;
use crate::config::{Config, RawHtml};
use crate::diagnostic::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::source::SourceFile;

/// Keys that a reply may have: its own, and what others call the opposite of a draft.
const KEYS: [&str; 8] = ["post", "name", "url", "date", "in_reply_to", "draft", "published", "is_published"];

/// A reply as it is printed under a post.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Reply {
    /// The file, from the newsletter's folder on.
    pub source: String,
    /// The digest of the file's bytes.
    pub fingerprint: Fingerprint,
    /// The slug or file name of the post that it answers, with its place.
    pub post: (String, Position),
    /// Its name among the replies to that post.
    pub id: String,
    /// Who wrote it.
    pub name: String,
    /// Their own address on the web; may be empty.
    pub url: String,
    /// When.
    pub date: Moment,
    /// The name of the reply that it answers, with its place.
    pub in_reply_to: Option<(String, Position)>,
    /// Whether it is not to be published yet.
    pub draft: bool,
    /// What they wrote, sanitised: readers are not trusted.
    pub body: Body,
}

impl Reply {
    /// Gives the name, among the replies to the post, of the one that it answers.
    pub fn answers(&self) -> Option<String> {
        slugify(&self.in_reply_to.as_ref()?.0)
    }
}

/// Gives the id of a reply on its page. No id of the theme holds two dashes.
pub fn html_id(id: &str) -> String {
    format!("reply--{id}")
}

/// Reads a reply; `None` if it has no date.
pub(super) fn read(
    file: &SourceFile,
    matter: &FrontMatter,
    reader: &Reader<'_>,
    config: &Config,
    post: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Reply> {
    let root = reader.root();
    let id = slugify(file.path.stem()).unwrap_or_else(|| "reply".to_owned());
    let options = markdown::Options {
        raw_html: RawHtml::Sanitise,
        key_points: false,
        blocks: false,
        external_rel: "ugc nofollow noopener noreferrer".to_owned(),
        // A page holds a post and all of its replies; no name of one holds two dashes.
        id_prefix: format!("{}--", html_id(&id)),
        ..super::entry::markdown_options(config, &config.language)
    };
    let markdown::Parsed { body, diagnostics: said, .. } =
        markdown::parse(file, matter.body_start..file.text.len(), &options);
    diagnostics.extend(said);
    let zone = super::entry::zone(config);
    let date = match root.get("date") {
        Some(node) => Moment::read(&node, &zone)?,
        None => {
            reader.report(
                Diagnostic::error("no-date", "the reply has no date")
                    .at(reader.place())
                    .with_help("add a line such as `date: 2024-08-02`"),
            );
            return None;
        }
    };
    let is_known = |key: &str| KEYS.contains(&key) || config.allowed_keys.iter().any(|allowed| allowed == key);
    for (key, node) in root.entries().into_iter().filter(|(key, _)| !is_known(key)) {
        if let Some(problem) = super::gate::complaint_of_key(key, &node, TextKind::Reply) {
            reader.report(problem);
        } else {
            let known = KEYS.iter().copied();
            let help = crate::diagnostic::nearest(key, known)
                .map_or("take it out".to_owned(), |near| format!("did you mean `{near}`?"));
            let held = "if it was to keep the reply from readers, write `draft: true`";
            let message = format!("`{key}` is no key of a reply");
            reader.report(
                Diagnostic::warning("unknown-key", message).at(node.key_place()).with_help(help).with_help(held),
            );
        }
    }
    let text = |key| root.get(key).and_then(|node| node.some_text()).unwrap_or_default();
    let post = match root.get("post") {
        Some(node) => (node.some_text()?, Position::of(&node.place())),
        None if post.is_empty() => {
            reader.report(no_post(config).at(reader.place()));
            return None;
        }
        None => (post.to_owned(), Position { line: 1, column: 1, length: 1 }),
    };
    let name = text("name");
    Some(Reply {
        source: file.path.as_str().to_owned(),
        fingerprint: file.fingerprint,
        post,
        id,
        name: if name.is_empty() { "A reader".to_owned() } else { name },
        url: root.get("url").and_then(|node| super::post::web_address(&node)).unwrap_or_default(),
        date,
        in_reply_to: root.get("in_reply_to").and_then(|node| Some((node.some_text()?, Position::of(&node.place())))),
        draft: super::gate::is_draft(reader),
        body,
    })
}

/// Says that a reply lies beside the folders of posts, and names none.
fn no_post(config: &Config) -> Diagnostic {
    let folder = format!("{}/replies/tiktok", config.content_folder);
    let folder = folder.trim_start_matches('/');
    Diagnostic::error("no-post", "the reply does not say which post it answers").with_help(format!(
        "move it into a folder named like the post, such as `{folder}/`, or add a line such as `post: tiktok`"
    ))
}
