//! Reading the values of `masthead.yaml`: each with a complaint at its place, and what to write instead.

use super::{ConfigLink, SHARE_SERVICES, with_ascii_host};
use crate::content::front_matter::{Node, in_braces};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::SourcePath;

/// What others call a key of a group.
const OTHER_WORDS: [(&str, &str); 6] =
    [("name", "title"), ("label", "title"), ("text", "title"), ("href", "url"), ("link", "url"), ("address", "url")];

/// Says which keys of a group are not known, each with the nearest name; and if it is no group at all.
pub(crate) fn reject_unknown(node: &Node<'_>, known: &[&str], group: &str) {
    if !node.is_mapping() {
        let help = format!("write the keys of `{group}` indented below it; known here: {}", known.join(", "));
        node.expected("a group of keys", &help);
    }
    for (key, value) in node.entries() {
        if !known.contains(&key) {
            let meant = OTHER_WORDS.iter().find(|(other, meant)| *other == key && known.contains(meant));
            let help = meant
                .map(|(_, meant)| *meant)
                .or_else(|| nearest(key, known.iter().copied()))
                .map_or_else(|| format!("known here: {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
            node.reader().report(
                Diagnostic::warning("unknown-key", format!("`{key}` is not known in `{group}`"))
                    .at(value.key_place())
                    .with_help(help),
            );
        }
    }
}

/// Says whether a value is a group of keys. What it is else is said, with an example of the group; so are keys that
/// are not `known`.
pub(crate) fn is_group(node: &Node<'_>, known: &[&str], example: &str) -> bool {
    if node.is_mapping() {
        reject_unknown(node, known, node.name());
    } else {
        node.expected("a group of keys", &format!("write it as `{}: {example}`", node.name()));
    }
    node.is_mapping()
}

/// Takes a text if there is one.
pub(super) fn set(target: &mut String, value: Option<String>) {
    if let Some(value) = value {
        *target = value;
    }
}

/// Reads a whole number from `least` on.
pub(super) fn count<'r>(node: &Node<'r>, key: &'r str, least: u32, target: &mut u32) {
    let Some(value) = node.get(key) else { return };
    let is_negative = value.value().as_i64().is_some_and(|number| number < 0);
    let number = if is_negative { Some(0) } else { value.whole_number() };
    match number.map(u32::try_from) {
        Some(Ok(number)) if number >= least && !is_negative => *target = number,
        Some(_) => value.error(
            "bad-number",
            format!("`{key}` should be at least {least}"),
            format!("write a whole number from {least} on"),
        ),
        None => {}
    }
}

/// Reads one of a few words.
pub(super) fn choice<T: Copy>(node: &Node<'_>, choices: &[(&str, T)]) -> Option<T> {
    let text = node.text()?;
    let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
        node.error(
            "bad-choice",
            format!("`{}` can't be `{text}`", node.name()),
            format!("choose one of {}", names.join(", ")),
        );
    }
    found
}

/// Reads an address that pages lead to, or that a form posts to; one that would run something is refused, and
/// so is one that is another on each page.
pub(super) fn address(node: &Node<'_>) -> Option<String> {
    let text = node.text()?;
    let clean = as_browsers_read(&text);
    if let Some(rest) = clean.strip_prefix(['/', '\\']).and_then(|rest| rest.strip_prefix(['/', '\\'])) {
        node.error(
            "bad-url",
            format!("`{text}` is no address of this site: browsers go to the host behind the slashes"),
            format!("write `https://{rest}` for another site, or one `/` for a page of this one"),
        );
        return None;
    }
    let head = clean.split(['/', '?', '#']).next().unwrap_or_default();
    let scheme = head.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    if scheme.is_none() && !clean.starts_with('/') {
        let help = match clean.trim_start_matches("../").trim_end_matches('/') {
            "" => "write a path from the site's root on, such as `/about/`, or a full address".to_owned(),
            path => format!("write `/{}/`, from the site's root on, or a full address", path.trim_end_matches(".md")),
        };
        node.error("bad-url", format!("`{text}` would lead elsewhere on each page"), help);
        return None;
    }
    if scheme.is_none_or(|scheme| matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel")) {
        return Some(with_ascii_host(&text).into_owned());
    }
    node.error("bad-url", format!("`{text}` is not a web address"), "write a full address that starts with `https://`");
    None
}

/// Reads what identifiers in feeds start with; paths from the site's root follow it.
pub(super) fn guid_prefix(node: &Node<'_>) -> Option<String> {
    let text = node.some_text()?;
    if is_identifier(&text) {
        return Some(text.trim_end_matches('/').to_owned());
    }
    node.error(
        "bad-guid",
        format!("`{text}` can't start an identifier"),
        "write the address that the site had first, such as `https://example.org`, or `tag:example.org,2024:`",
    );
    None
}

/// Reads a language tag (BCP 47): what browsers and voices go by.
pub(crate) fn language(node: &Node<'_>) -> Option<String> {
    let text = node.some_text()?;
    let mut parts = text.split('-');
    let main = parts.next().unwrap_or_default();
    let is_tag = matches!(main.len(), 2 | 3)
        && main.bytes().all(|letter| letter.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|letter| letter.is_ascii_alphanumeric()));
    if is_tag {
        return Some(text);
    }
    let help = match text.split_once('_') {
        Some((main, region)) => format!("write `{main}-{region}`"),
        None => "write a tag such as `en`, `de` or `pt-BR`".to_owned(),
    };
    node.error("bad-language", format!("`{text}` is no language tag"), help);
    None
}

/// Says whether a text has the form of a URI (RFC 3986), which is what identifies things in feeds.
pub(crate) fn is_identifier(text: &str) -> bool {
    // Letters of any script: what is written into feeds is encoded.
    let is_plain = text.chars().all(|letter| {
        let is_letter = if letter.is_ascii() { letter.is_ascii_graphic() } else { letter.is_alphanumeric() };
        is_letter && !"\"<>\\^`{|}".contains(letter)
    });
    is_plain && text.split_once(':').is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty())
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// Drops what browsers drop from an address, which can hide its scheme.
fn as_browsers_read(address: &str) -> String {
    address.chars().filter(|letter| *letter > ' ').collect()
}

/// Reads a list of titles with addresses.
pub(super) fn links(node: &Node<'_>) -> Vec<ConfigLink> {
    node.items()
        .iter()
        .filter_map(|item| {
            let title = item.get("title").and_then(|n| n.some_text());
            let url = item.get("url");
            let (Some(title), Some(url)) = (title, url) else {
                item.error("missing-key", "a link needs a `title` and a `url`", link_as_meant(item));
                return None;
            };
            reject_unknown(item, &["title", "url"], node.name());
            Some(ConfigLink { title, url: address(&url)?, place: url.place() })
        })
        .collect()
}

/// Shows how to write a link of which title or address is missing: `Deals: /deals/` and the like name both.
fn link_as_meant(item: &Node<'_>) -> String {
    let leads = |url: &&str| url.starts_with('/') || url.contains("://");
    let entries = item.entries();
    let address = entries.iter().filter_map(|(_, value)| value.value().as_str()).find(leads);
    let address = address.or_else(|| item.value().as_str().filter(leads));
    let names = ["title", "url", "name", "link", "href", "text", "label"];
    let title = entries.iter().find_map(|(key, value)| {
        let text = value.value().as_str().filter(|text| !leads(text));
        text.or_else(|| (!names.contains(key) && nearest(key, names).is_none()).then_some(key))
    });
    let title = title.or_else(|| item.value().as_str().filter(|text| !leads(text)));
    let (title, address) = (in_braces(title.unwrap_or("About")), in_braces(address.unwrap_or("/about/")));
    format!("write it as `{{title: {title}, url: {address}}}`")
}

/// Reads the services of share links; one that is not known is said, with the nearest name.
pub(super) fn services(node: &Node<'_>) -> Vec<String> {
    let known = || SHARE_SERVICES.iter().map(|(id, _)| *id);
    let mut services = vec![];
    for item in node.items() {
        let Some(name) = item.some_text() else { continue };
        if known().any(|id| id == name) {
            services.push(name);
            continue;
        }
        let help = nearest(&name, known()).map_or_else(
            || format!("known are {}", known().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        item.warn("unknown-service", format!("`share` knows no service `{name}`, and makes no link for it"), help);
    }
    services
}

/// Reads a folder below the newsletter's own; the output may stand elsewhere.
pub(super) fn folder<'r>(root: &Node<'r>, key: &'r str, target: &mut String) {
    let Some(node) = root.get(key) else { return };
    let Some(text) = node.some_text() else { return };
    match SourcePath::new("x").resolve(&text) {
        Some(path) if !text.starts_with('/') || key == "output" => {
            *target = if text.starts_with('/') { text } else { path.as_str().to_owned() };
        }
        // The output may stand outside; whether it may stand there is decided where it is opened.
        None if key == "output" => *target = text,
        _ => node.error(
            "bad-folder",
            format!("`{text}` is not a folder of this newsletter"),
            "give a folder below this one, such as `content`",
        ),
    }
}

/// Checks an address of a site, and drops the slash at its end.
pub(super) fn clean_base_url(url: &str) -> Result<String, String> {
    let url = url.trim().trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some(rest) = rest.filter(|rest| !rest.is_empty() && !rest.starts_with('/')) else {
        return Err(format!("`{url}` is not an address with `https://` and a host"));
    };
    if rest.contains(['?', '#', '"', '<', '>', '\\']) || rest.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!("`{url}` has a character that can't stand in a site's address"));
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return Err("a site's address holds no user name and no password: each page would show them".to_owned());
    }
    // The address of a host may have colons itself, between brackets.
    let behind_host = authority.rsplit_once(']').map_or(authority, |(_, behind)| behind);
    if let Some((_, port)) = behind_host.split_once(':')
        && (port.parse::<u16>().is_err() || port.starts_with('+'))
    {
        return Err(format!("`{port}` is no port: a port is a number up to 65535"));
    }
    if path.split('/').any(|part| matches!(part, "." | "..")) {
        return Err(format!("`{url}` has a part `.` or `..`, which browsers resolve"));
    }
    if !path.is_empty() && path.split('/').any(str::is_empty) {
        return Err(format!("`{url}` has two slashes in a row, behind which browsers see another host"));
    }
    Ok(with_ascii_host(url).into_owned())
}
