//! What is wrong with a mail before anybody sends it, as `masthead check` says it.

use super::compose::{self, Composed};
use super::letter::{Block, Inline, Letter, plain};
use super::origin::{Origin, Thing};
use super::{Mail, provider};
use crate::config::{EmailConfig, FILE_NAME, Provider, ascii_host};
use crate::content::markdown::percent_decoded;
use crate::content::placeholder;
use crate::diagnostic::{Diagnostic, Place};
use crate::newsroom::Issue;
use crate::snapshot::Snapshot;
use crate::source::{SourcePath, Workspace};

/// Lists of mails cut a subject after this many letters.
const LONGEST_SUBJECT: usize = 78;
/// What says nothing to those who hear a list of links.
const GENERIC: [&str; 12] = [
    "here",
    "click here",
    "click",
    "this",
    "link",
    "this link",
    "read more",
    "more",
    "learn more",
    "continue",
    "source",
    "details",
];
const WRITE_ANEW: &str = "write it anew, without what was pasted";

/// Checks the mails of all editions; `files` is where their texts stand.
///
/// What keeps a mail from being written at all is said by rendering it.
pub fn check(snapshot: &Snapshot, files: &dyn Workspace) -> Vec<Diagnostic> {
    check_some(snapshot, &snapshot.parts.newsroom.editions, files)
}

/// Checks the mail of one edition.
pub fn check_edition(snapshot: &Snapshot, index: u32, files: &dyn Workspace) -> Vec<Diagnostic> {
    let edition = snapshot.parts.newsroom.editions.get(index as usize);
    check_some(snapshot, edition.map_or(&[], std::slice::from_ref), files)
}

fn check_some(snapshot: &Snapshot, issues: &[Issue], files: &dyn Workspace) -> Vec<Diagnostic> {
    let config = &snapshot.parts.config;
    if !config.outputs.email || issues.is_empty() {
        return vec![];
    }
    let mut said = of_site(&config.email, &compose::unsubscribe(config));
    for issue in issues {
        if let Ok(composed) = compose::compose(snapshot, issue) {
            let origin = Origin::new(&snapshot.parts, issue, files);
            let problems = of_mail(snapshot, composed).into_iter();
            said.extend(problems.map(|(thing, problem)| problem.at(origin.place(&thing))));
        }
    }
    said
}

/// What the publisher has not set yet; a publisher who sends no mail at all is only told.
fn of_site(config: &EmailConfig, unsubscribe: &str) -> Vec<Diagnostic> {
    let is_set_up = *config != EmailConfig::default();
    let complain = if is_set_up { Diagnostic::warning } else { Diagnostic::note };
    let mut said = Vec::new();
    if unsubscribe.is_empty() {
        let help = "name the `provider` under `email` in masthead.yaml, or put an address there as `unsubscribe`";
        said.push(complain("email-no-unsubscribe", "the e-mail edition has no link to leave the list").with_help(help));
    }
    if config.from.is_none() {
        let help = "add `from: The Letter <desk@example.org>` under `email` in masthead.yaml";
        said.push(complain("email-no-sender", "the e-mail edition does not say who it is from").with_help(help));
    }
    if is_set_up {
        said.into_iter().map(|problem| problem.at(Place::file(SourcePath::new(FILE_NAME)))).collect()
    } else {
        said
    }
}

/// A problem, and what it is one of.
type Found = (Thing, Diagnostic);

fn of_mail(snapshot: &Snapshot, composed: Composed) -> Vec<Found> {
    let config = &snapshot.parts.config;
    let Composed { letter, met } = composed;
    let mut said = of_subject(&letter);
    for picture in met {
        if !picture.has_words {
            let message = format!("the picture `{}` has no words for those who don't see it", shown(&picture.url));
            let problem = warning("email-picture-words", message, "write what it shows: `![What it shows](…)`");
            said.push((Thing::Picture(picture.url.clone()), problem));
        }
        if !picture.is_shown {
            let message = format!("the picture `{}` is not shown in mails, but its words are", shown(&picture.url));
            let help = "mails show PNG, JPEG and GIF from this site; offer one of these";
            said.push((Thing::Picture(picture.url.clone()), warning("email-picture-format", message, help)));
        }
    }
    let mut all = Text::default();
    all.blocks(&letter.opening);
    all.line(&letter.lead);
    said.extend(of_words(config.email.provider, &letter, &all.words));
    said.extend(all.links.into_iter().filter_map(|(url, words)| {
        let problem = of_link(&url, &words)?;
        Some((Thing::Link(url, words), problem))
    }));
    said.extend(of_size(&super::write(config, letter)).map(|problem| (Thing::Mail, problem)));
    said
}

fn warning(code: &'static str, message: impl Into<String>, help: &str) -> Diagnostic {
    Diagnostic::warning(code, message).with_help(help)
}

fn of_subject(letter: &Letter) -> Vec<Found> {
    let mut said = Vec::new();
    let length = letter.subject.chars().count();
    if length > LONGEST_SUBJECT {
        let message = format!("the subject has {length} letters, and lists of mails show {LONGEST_SUBJECT} at most");
        let problem = warning("email-subject-length", message, "give a shorter one: `email: {subject: …}`");
        said.push((Thing::Subject, problem));
    }
    for (thing, words) in [(Thing::Subject, &letter.subject), (Thing::Preheader, &letter.preheader)] {
        if words.chars().any(is_turning) {
            let message = "the subject or preheader holds a hidden character that turns the direction of text";
            said.push((thing, warning("email-subject-bidi", message, WRITE_ANEW)));
        }
    }
    if letter.preheader.is_empty() {
        let message = "the mail has no preheader, the line that is shown behind the subject";
        let help = "add a `summary`, or `email: {preheader: …}`";
        said.push((Thing::Mail, warning("email-no-preheader", message, help)));
    } else if letter.preheader == letter.subject {
        let message = "the preheader repeats the subject";
        let help = "say something else: `email: {preheader: …}`";
        said.push((Thing::Preheader, warning("email-no-preheader", message, help)));
    }
    said
}

/// Characters that turn the direction of what follows, with which a subject can read as another.
fn is_turning(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Looks at all words of a mail, each text once: a headline is often the subject, and a preheader of the lead.
/// `words` are those of the editor's own text.
fn of_words(sender: Provider, letter: &Letter, words: &str) -> Vec<Found> {
    let mut fields = vec![("the subject", letter.subject.as_str(), Thing::Subject)];
    if letter.title != letter.subject {
        fields.push(("the headline", &letter.title, Thing::Headline));
    }
    if !words.contains(&letter.preheader) {
        fields.push(("the preheader", &letter.preheader, Thing::Preheader));
    }
    fields.push(("the mail", words, Thing::Sign(String::new())));
    for (index, story) in letter.stories.iter().enumerate() {
        let thing = Thing::StorySign(index, String::new());
        fields.extend([&story.title, &story.summary].map(|words| ("the mail", words.as_str(), thing.clone())));
    }
    let at = |thing: &Thing, sign: &str| match thing {
        Thing::Sign(_) => Thing::Sign(sign.to_owned()),
        Thing::StorySign(index, _) => Thing::StorySign(*index, sign.to_owned()),
        other => other.clone(),
    };
    let mut said = Vec::new();
    for (field, words, thing) in &fields {
        said.extend(of_placeholders(field, words).map(|(sign, problem)| (at(thing, sign), problem)));
    }
    said.extend(of_subjects_tag(sender, &letter.subject).map(|problem| (Thing::Subject, problem)));
    for (field, words, thing) in fields.iter().skip(1) {
        said.extend(of_tags(sender, field, words).map(|(sign, problem)| (at(thing, sign), problem)));
    }
    said
}

fn of_placeholders<'w>(field: &str, words: &'w str) -> Option<(&'w str, Diagnostic)> {
    let word = &words[placeholder::all(words).next()?];
    let message = format!("{field} holds `{word}`, which stands for text that is still to come");
    Some((word, warning("email-placeholder", message, "write it, or take the mark out")))
}

/// A subject is pasted into a field of the provider's, where nothing can be escaped for all of them.
fn of_subjects_tag(sender: Provider, subject: &str) -> Option<Diagnostic> {
    let sign = provider::tag_in(sender, subject)?;
    let message = format!("the subject holds `{sign}`, which {} would take for a tag of its own", sender.name());
    let help = format!("give a subject without `{sign}`: `email: {{subject: …}}`");
    Some(warning("email-merge-tag", message, &help))
}

fn of_tags<'w>(sender: Provider, field: &str, words: &'w str) -> Option<(&'w str, Diagnostic)> {
    let sign = provider::tag_in(sender, words)?;
    let message = format!("{field} holds `{sign}`, which {} takes for a tag of its own", sender.name());
    let help = "it is escaped, and readers see it as it is written";
    Some((sign, Diagnostic::note("email-merge-tag", message).with_help(help)))
}

fn of_link(url: &str, words: &str) -> Option<Diagnostic> {
    let words = words.trim();
    if words.chars().any(is_turning) {
        let message = format!("the words of the link to `{}` hold a hidden character that turns text", shown(url));
        return Some(warning("email-link-bidi", message, WRITE_ANEW));
    }
    let folded = words.to_lowercase();
    let bare = folded.trim_matches(|letter: char| !letter.is_alphanumeric());
    if GENERIC.contains(&bare) {
        let message = format!("the link `{words}` does not say where it leads");
        return Some(warning("email-link-words", message, "make the link of the words that name the thing"));
    }
    if let (Some(said), Some(real)) = (domain_in(words), host(url).map(percent_decoded))
        && !is_of(&real, said)
    {
        let message = format!("the link says `{said}` and leads to `{real}`, as links of fraud do");
        return Some(warning("email-link-domain", message, "let words and address agree"));
    }
    let scheme = url.split(':').next().unwrap_or_default();
    if !["https", "http", "mailto", "tel"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Some(warning(
            "email-link-relative",
            format!("`{url}` leads nowhere from a mail"),
            "write the full address",
        ));
    }
    None
}

/// Finds the host that the words of a link name, if they are an address or hold a full one.
fn domain_in(words: &str) -> Option<&str> {
    let mut bare = words.split_whitespace().map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()));
    if let Some(word) = bare.find(|word| word.contains("://") || word.starts_with("www.")) {
        return Some(host(word).unwrap_or_else(|| before_path(word))).filter(|host| is_host(host));
    }
    let host = before_path(words);
    // `v2.5` and `Character.AI` are no hosts that anybody means, and in a sentence `x.ai` is a company.
    let ending = host.rsplit_once('.')?.1;
    let is_domain =
        ["com", "org", "net", "io", "ai", "dev", "co", "gov", "edu", "info", "news", "example"].contains(&ending);
    (is_domain && is_host(host) && !words.contains(char::is_uppercase)).then_some(host)
}

fn before_path(address: &str) -> &str {
    address.split(['/', '?', '#']).next().unwrap_or(address)
}

fn is_host(text: &str) -> bool {
    text.contains('.') && text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-'))
}

fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    Some(host.rsplit('@').next().unwrap_or(host))
}

/// Says whether a host is another or lies below it, in whichever of its two forms each is written.
fn is_of(real: &str, said: &str) -> bool {
    let plain = |host: &str| ascii_host(host).unwrap_or_else(|| host.to_lowercase());
    let bare = |host: &str| plain(host).trim_start_matches("www.").to_owned();
    let (real, said) = (bare(real), bare(said));
    real == said || real.ends_with(&format!(".{said}"))
}

fn of_size(mail: &Mail) -> Option<Diagnostic> {
    let size = mail.size;
    if !size.fits() {
        let message =
            format!("the mail has {} bytes without any text, and {} are sent at most", size.counted(), size.budget);
        return Some(warning("email-too-large", message, "raise `email: {budget: …}` in masthead.yaml"));
    }
    if mail.cut {
        let message = format!("the opening alone has more than {} bytes; its end is on the web only", size.budget);
        return Some(warning("email-too-large", message, "shorten it, or put a part of it into a `web-only` block"));
    }
    let count = mail.folded.len();
    (count > 0).then(|| {
        let stories = if count == 1 { "story is" } else { "stories are" };
        let message =
            format!("{count} {stories} on the web only, since all would have more than {} bytes", size.budget);
        Diagnostic::note("email-folded", message).with_help("put first what shall be in the mail")
    })
}

/// Shortens an address for a message.
fn shown(url: &str) -> String {
    if url.chars().count() <= 80 { url.to_owned() } else { url.chars().take(79).chain(['…']).collect() }
}

/// The words of a letter, and its links with their words.
#[derive(Default)]
struct Text {
    words: String,
    links: Vec<(String, String)>,
}

impl Text {
    fn push(&mut self, words: &str) {
        self.words.push_str(words);
        self.words.push('\n');
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(line) | Block::Small(line) | Block::Heading(_, line) => self.line(line),
                Block::List { items, .. } | Block::Notes { items, .. } => {
                    items.iter().for_each(|item| self.blocks(item))
                }
                Block::Quote(inside) => self.blocks(inside),
                Block::Panel { label, inside } => {
                    self.push(label);
                    self.blocks(inside);
                }
                Block::Table(table) => {
                    table.head.iter().chain(&table.rows).flatten().for_each(|cell| self.line(&cell.inside));
                }
                Block::Code(text) | Block::Figure(text) => self.push(text),
                Block::Picture(picture) => self.push(&picture.alt),
                Block::Rule => {}
            }
        }
    }

    fn line(&mut self, line: &[Inline]) {
        self.push(&plain(line));
        self.collect_links(line);
    }

    fn collect_links(&mut self, line: &[Inline]) {
        for inline in line {
            match inline {
                Inline::Link { url, inside } => self.links.push((url.clone(), plain(inside))),
                Inline::Strong(inside) | Inline::Emphasis(inside) | Inline::Deleted(inside) => {
                    self.collect_links(inside)
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(found: Option<Diagnostic>) -> String {
        found.map(|found| found.code.into_owned()).unwrap_or_default()
    }

    #[test]
    fn a_link_says_where_it_leads() {
        assert_eq!(code(of_link("https://a.example/x", "here")), "email-link-words");
        assert_eq!(code(of_link("https://a.example/x", "Read more →")), "email-link-words");
        assert_eq!(code(of_link("https://evil.example/x", "bank.com")), "email-link-domain");
        for words in ["https://bank.com/login", "Log in at https://bank.com", "(www.bank.de/login)", "http://bänk.com"]
        {
            assert_eq!(code(of_link("https://evil.example/bank.com", words)), "email-link-domain", "{words}");
        }
        assert_eq!(code(of_link("https://evil.example/x", "the \u{202e}knab")), "email-link-bidi");
        for (url, words) in [
            ("https://www.bank.com/x", "bank.com"),
            ("https://news.bank.com/x", "https://bank.com/x"),
            ("https://www.bank.com/x", "see https://bank.com."),
            ("https://b%C3%BCcher.example/", "https://bücher.example"),
            ("https://xn--bcher-kva.example/", "https://Bücher.example/x"),
            ("HTTPS://up.example/x", "up"),
            ("MAILTO:a@b.example", "a mail"),
            ("https://a.example/x", "What x.ai will cost"),
            ("https://a.example/x", "Claude 2.5"),
            ("https://a.example/companies/character-ai/", "Character.AI"),
            ("https://a.example/x", "the bank's own page"),
        ] {
            assert_eq!(code(of_link(url, words)), "", "{words}");
        }
        assert_eq!(code(of_link("/deals/", "the ledger")), "email-link-relative");
    }

    fn letter(subject: &str, title: &str, preheader: &str) -> Letter {
        let texts = [subject, title, preheader].map(str::to_owned);
        let [subject, title, preheader] = texts;
        Letter { subject, title, preheader, ..Letter::default() }
    }

    #[test]
    fn each_field_is_looked_at_and_named_once() {
        let said = |provider, letter: &Letter, words: &str| -> Vec<String> {
            let said = of_words(provider, letter, words).into_iter();
            said.map(|(_, said)| format!("{:?} {}", said.severity, said.message)).collect()
        };
        let holds = |field: &str| format!("Warning {field} holds `TK`, which stands for text that is still to come");
        let found = said(Provider::None, &letter("The TK", "The TK", "TK said so."), "TK said so. And more.");
        assert_eq!(found, [holds("the subject"), holds("the mail")]);
        let found = said(Provider::None, &letter("A", "B TK", "C TK"), "D {{ x }}");
        assert_eq!(found, [holds("the headline"), holds("the preheader")]);
        let found = said(Provider::Kit, &letter("A {{ x }}", "A {{ x }}", "B {% y %}"), "C {{ name }}");
        assert_eq!(
            found,
            [
                "Warning the subject holds `{{`, which kit would take for a tag of its own",
                "Note the preheader holds `{%`, which kit takes for a tag of its own",
                "Note the mail holds `{{`, which kit takes for a tag of its own",
            ]
        );
    }
}
