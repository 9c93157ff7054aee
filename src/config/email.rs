//! The e-mail edition: who sends it, who answers it, and whose templates it passes through.

use std::fmt;

use serde::Serialize;

use super::reading::{choice, count};
use super::{ascii_host, reject_unknown};
use crate::content::front_matter::Node;

/// Gmail hides what lies beyond this many bytes of HTML.
const CLIPPING: u32 = 102_400;

/// Who sends the mail to the list. Its templates fill in what only it knows, such as the link to leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Buttondown: Django templates.
    Buttondown,
    /// Kit: Liquid templates.
    Kit,
    /// Mailchimp: merge tags between `*|` and `|*`.
    Mailchimp,
    /// listmonk: Go templates.
    Listmonk,
    /// Nobody whose templates would have to be minded.
    #[default]
    None,
}

/// A name with an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mailbox {
    /// The name; may be empty.
    pub name: String,
    /// The address.
    pub address: String,
}

/// What `email` in `masthead.yaml` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EmailConfig {
    /// Who sends it.
    pub provider: Provider,
    /// Who it is from; without it, an address at the site's own host.
    pub from: Option<Mailbox>,
    /// Where answers go.
    pub reply_to: Option<Mailbox>,
    /// Addresses for the header `List-Unsubscribe`: `https:` and `mailto:`.
    pub list_unsubscribe: Vec<String>,
    /// The link to leave; empty for the provider's own.
    pub unsubscribe: String,
    /// The sender's postal address.
    pub address: String,
    /// Why the reader gets it.
    pub reason: String,
    /// How many bytes of HTML are sent at most.
    pub budget: u32,
}

impl Default for EmailConfig {
    fn default() -> Self {
        Self {
            provider: Provider::None,
            from: None,
            reply_to: None,
            list_unsubscribe: vec![],
            unsubscribe: String::new(),
            address: String::new(),
            reason: "You get this because you signed up for it.".to_owned(),
            budget: CLIPPING,
        }
    }
}

const KEYS: &[&str] =
    &["provider", "from", "reply_to", "list_unsubscribe", "unsubscribe", "address", "reason", "budget"];

const PROVIDERS: [(&str, Provider); 5] = [
    ("buttondown", Provider::Buttondown),
    ("kit", Provider::Kit),
    ("mailchimp", Provider::Mailchimp),
    ("listmonk", Provider::Listmonk),
    ("none", Provider::None),
];

/// What the tags of providers begin with: `{{ x }}`, `{$x}`, `*|X|*`, `[x]`, `%x%`, `##x##`, `$x$`.
const TAG_SIGNS: [&str; 6] = ["{", "*|", "[", "%", "##", "$"];

/// Reads `email`; without a provider there, it is the one that the sign-up form posts to.
pub(super) fn read(root: &Node<'_>) -> EmailConfig {
    let mut config = EmailConfig::default();
    let signup = root.get("signup").and_then(|node| node.get("provider")).and_then(|node| node.some_text());
    if let Some((_, provider)) = PROVIDERS.iter().find(|(name, _)| Some(*name) == signup.as_deref()) {
        config.provider = *provider;
    }
    let Some(node) = root.get("email") else { return config };
    reject_unknown(&node, KEYS, "email");
    if let Some(provider) = node.get("provider").and_then(|node| choice(&node, &PROVIDERS)) {
        config.provider = provider;
    }
    config.from = node.get("from").and_then(|node| mailbox(&node));
    config.reply_to = node.get("reply_to").and_then(|node| mailbox(&node));
    if let Some(list) = node.get("list_unsubscribe") {
        config.list_unsubscribe = list.items().iter().filter_map(leaving_address).collect();
    }
    for (key, value) in
        [("unsubscribe", &mut config.unsubscribe), ("address", &mut config.address), ("reason", &mut config.reason)]
    {
        if let Some(text) = node.get(key).and_then(|node| one_line(&node)) {
            *value = text;
        }
    }
    if !config.unsubscribe.is_empty() && !is_way_to_leave(&config.unsubscribe) {
        let text = std::mem::take(&mut config.unsubscribe);
        let help = help_to_leave(&text);
        let message = format!("`{text}` is not the address of a page to leave at");
        node.get("unsubscribe").unwrap_or_else(|| node.clone()).error("bad-url", message, help);
    }
    count(&node, "budget", 10_000, &mut config.budget);
    config
}

/// Says whether a link of a mail can be that: an address that is full, for a mail stands on no site, or a
/// tag in the form of any provider, ours or not.
fn is_way_to_leave(text: &str) -> bool {
    let leads_to = |scheme: &str| {
        let head = text.get(..scheme.len()).filter(|head| head.eq_ignore_ascii_case(scheme));
        head.and_then(|_| text.get(scheme.len()..))
            .is_some_and(|rest| !rest.starts_with(['/', ' ']) && !rest.is_empty())
    };
    let begins_tag = |sign: &&str| text.starts_with(*sign) && text.len() > sign.len();
    ["https://", "http://", "mailto:"].into_iter().any(leads_to) || TAG_SIGNS.iter().any(begins_tag)
}

fn help_to_leave(text: &str) -> String {
    let (host, _) = text.split_once('/').unwrap_or((text, ""));
    if host.contains('.') && !text.contains([':', ' ']) {
        return format!("write `https://{text}`");
    }
    "write an address that starts with `https://` or `mailto:`, or your provider's tag in quotes; \
     without the line, the tag of `provider` stands there"
        .to_owned()
}

/// Reads a text that stands in one line of a mail's head, where a line break would begin another header.
pub(crate) fn one_line(node: &Node<'_>) -> Option<String> {
    let text = node.raw_text()?;
    let Some(letter) = text.chars().find(|letter| breaks_line(*letter)) else { return Some(text) };
    node.error(
        "line-break",
        format!(
            "`{}` holds the character U+{:04X}, which would begin another line of the mail's head",
            node.name(),
            u32::from(letter)
        ),
        "write it in one line of plain text",
    );
    None
}

/// Says whether a character may not stand in one line of text: line breaks of any kind, and controls.
pub fn breaks_line(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

fn mailbox(node: &Node<'_>) -> Option<Mailbox> {
    let text = one_line(node)?;
    let found = Mailbox::parse(&text);
    if found.is_none() {
        let help = match with_ascii_host(&text) {
            Some(right) => format!("write the host in its ASCII form: `{right}`"),
            None => "write it as `The Letter <desk@example.org>`, or the address alone".to_owned(),
        };
        node.error("bad-address", format!("`{text}` is no e-mail address"), help);
    }
    found
}

/// Rewrites a mailbox that is none only since its host is written in letters of its language.
fn with_ascii_host(text: &str) -> Option<String> {
    let (before, rest) = text.rsplit_once('@')?;
    let (host, after) = rest.split_at(rest.find('>').unwrap_or(rest.len()));
    let right = format!("{before}@{}{after}", ascii_host(host.trim_end())?);
    Mailbox::parse(&right).map(|_| right)
}

fn leaving_address(node: &Node<'_>) -> Option<String> {
    let text = one_line(node)?;
    let known = text.starts_with("https://") || text.starts_with("mailto:");
    if known && !text.contains(['<', '>', ',', ' ']) && text.is_ascii() {
        return Some(text);
    }
    node.error(
        "bad-address",
        format!("`{text}` can't stand in the header `List-Unsubscribe`"),
        "write an address that starts with `https://` or `mailto:`",
    );
    None
}

impl Mailbox {
    /// Reads `Name <address>`, or an address alone.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"').trim(), address.trim()),
            None => ("", text),
        };
        let (local, host) = address.rsplit_once('@')?;
        let is_local = |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter);
        let is_host = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
        let dotted = |part: &str| !part.starts_with('.') && !part.ends_with('.') && !part.contains("..");
        let holds = !local.is_empty()
            && !host.is_empty()
            && address.len() <= 254
            && local.chars().all(is_local)
            && host.chars().all(is_host)
            && dotted(local)
            && dotted(host)
            && !name.contains(breaks_line)
            && !name.contains(['<', '>']);
        holds.then(|| Self { name: name.to_owned(), address: address.to_owned() })
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            out.write_str(&self.address)
        } else {
            write!(out, "{} <{}>", self.name, self.address)
        }
    }
}

impl Provider {
    /// Gives the word for it in `masthead.yaml`.
    pub fn name(self) -> &'static str {
        PROVIDERS.iter().find(|(_, provider)| *provider == self).map_or("none", |(name, _)| *name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_a_name_with_an_address() {
        let parse = |text| Mailbox::parse(text).map(|found| (found.name, found.address));
        let is = |name: &str, address: &str| Some((name.to_owned(), address.to_owned()));
        assert_eq!(parse("The Letter <desk@example.org>"), is("The Letter", "desk@example.org"));
        assert_eq!(parse("\"Letter, The\" <a+b@x.example>"), is("Letter, The", "a+b@x.example"));
        assert_eq!(parse("desk@example.org"), is("", "desk@example.org"));
        for wrong in
            ["", "desk", "@x.org", "a@", "a b@x.org", "a@x..org", "a@b@c d", "x <a@x.org> <b@x.org>", "é@x.org"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert_eq!(parse("x\u{2028}y <a@x.org>"), None);
    }

    #[test]
    fn a_host_in_other_letters_is_written_as_mail_writes_it() {
        assert_eq!(with_ascii_host("L <x@münchen.example>").as_deref(), Some("L <x@xn--mnchen-3ya.example>"));
        assert_eq!(with_ascii_host("x@münchen.example").as_deref(), Some("x@xn--mnchen-3ya.example"));
        for wrong in ["é@x.org", "desk", "a b@münchen.example"] {
            assert_eq!(with_ascii_host(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn one_leaves_by_a_full_address_or_by_a_tag() {
        for right in [
            "https://a.example/leave?who={{ id }}",
            "HTTP://a.example",
            "mailto:leave@a.example",
            "{{ unsubscribe_url }}",
            "{% leave %}",
            "{$unsubscribe}",
            "*|UNSUB|*",
            "[unsubscribe]",
            "%unsubscribe%",
        ] {
            assert!(is_way_to_leave(right), "{right}");
        }
        for wrong in [
            "www.a.example/leave",
            "/leave/",
            "unsub",
            "x y",
            "https://",
            "https:///x",
            "mailto:",
            "javascript:x",
            "{",
            "é",
        ] {
            assert!(!is_way_to_leave(wrong), "{wrong}");
            assert_eq!(
                help_to_leave(wrong) == format!("write `https://{wrong}`"),
                wrong.starts_with("www."),
                "{wrong}"
            );
        }
    }

    #[test]
    fn every_kind_of_line_break_is_one() {
        for letter in ['\r', '\n', '\0', '\u{b}', '\u{85}', '\u{2028}', '\u{2029}', '\u{7f}'] {
            assert!(breaks_line(letter), "{letter:?}");
        }
        assert!(!breaks_line(' ') && !breaks_line('é') && !breaks_line('\u{a0}'));
    }
}
