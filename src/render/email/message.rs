//! A mail as one file (RFC 5322): both parts, and a head that opens as a draft. Equal input gives equal bytes.
//!
//! No text can begin another line of the head: whatever holds a line break or a control is refused,
//! though what is read from files has been refused before.

use super::encoding::{encode, fold, head_words};
use crate::config::{Mailbox, breaks_line};
use crate::fingerprint::Fingerprint;

/// What stands in the head of a message.
pub(super) struct Head<'h> {
    /// Who it is from.
    pub(super) from: &'h Mailbox,
    /// Where answers go.
    pub(super) reply_to: Option<&'h Mailbox>,
    /// The subject.
    pub(super) subject: &'h str,
    /// The date (RFC 2822).
    pub(super) date: &'h str,
    /// The language tag.
    pub(super) language: &'h str,
    /// Addresses to leave by.
    pub(super) list_unsubscribe: &'h [String],
}

/// A text that can't stand in the head.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadHead {
    /// The name of the header.
    pub(super) header: &'static str,
    /// The character that must not be there.
    pub(super) letter: char,
}

/// Writes a message.
///
/// # Errors
/// A text would begin another line of the head.
pub(super) fn write(head: &Head<'_>, text: &str, html: &str) -> Result<String, BadHead> {
    let digest = Fingerprint::of(&(head.subject, head.date, text, html)).to_string();
    let host = head.from.address.rsplit('@').next().unwrap_or_default();
    let mut out = String::with_capacity(text.len() + html.len() + html.len() / 4);
    out.push_str(&mailbox("From", head.from)?);
    // The list is the provider's; nobody is named here.
    out.push_str("To: undisclosed-recipients:;\r\n");
    if let Some(reply_to) = head.reply_to {
        out.push_str(&mailbox("Reply-To", reply_to)?);
    }
    out.push_str(&header("Subject", head.subject)?);
    out.push_str(&structured("Date", head.date)?);
    out.push_str(&structured("Message-ID", &format!("<{digest}@{host}>"))?);
    if !head.list_unsubscribe.is_empty() {
        let addresses: Vec<String> = head.list_unsubscribe.iter().map(|address| format!("<{address}>")).collect();
        out.push_str(&structured("List-Unsubscribe", &addresses.join(", "))?);
        // One click needs an address that takes a POST (RFC 8058).
        if head.list_unsubscribe.iter().any(|address| address.starts_with("https:")) {
            out.push_str("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
        }
    }
    out.push_str(&structured("Content-Language", head.language)?);
    // Mail programs open it as a draft.
    out.push_str("X-Unsent: 1\r\nMIME-Version: 1.0\r\n");
    // `=_` occurs in neither encoding (RFC 2045, 6.7).
    let boundary = format!("=_{digest}");
    out.push_str(&format!("Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n"));
    for (kind, content) in [("plain", text), ("html", html)] {
        let encoded = encode(content);
        out.push_str(&format!("--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"));
        out.push_str(&format!("Content-Transfer-Encoding: {}\r\n\r\n{}\r\n", encoded.name, encoded.body));
    }
    out.push_str(&format!("--{boundary}--\r\n"));
    Ok(out)
}

fn checked(name: &'static str, text: &str) -> Result<(), BadHead> {
    match text.chars().find(|letter| breaks_line(*letter)) {
        Some(letter) => Err(BadHead { header: name, letter }),
        None => Ok(()),
    }
}

fn header(name: &'static str, text: &str) -> Result<String, BadHead> {
    checked(name, text)?;
    Ok(fold(name, &head_words(text)))
}

/// Writes a header whose words are no text for people: an address, a date.
fn structured(name: &'static str, text: &str) -> Result<String, BadHead> {
    checked(name, text)?;
    Ok(fold(name, &text.split(' ').map(str::to_owned).collect::<Vec<_>>()))
}

fn mailbox(name: &'static str, mailbox: &Mailbox) -> Result<String, BadHead> {
    checked(name, &mailbox.name)?;
    checked(name, &mailbox.address)?;
    if mailbox.name.is_empty() {
        return Ok(fold(name, std::slice::from_ref(&mailbox.address)));
    }
    let is_atom = |letter: char| letter.is_ascii_alphanumeric() || " !#$%&'*+-/^_`{|}~".contains(letter);
    let mut words = if mailbox.name.is_ascii() && !mailbox.name.chars().all(is_atom) {
        let quoted = mailbox.name.replace('\\', "\\\\").replace('"', "\\\"");
        vec![format!("\"{quoted}\"")]
    } else {
        head_words(&mailbox.name)
    };
    words.push(format!("<{}>", mailbox.address));
    Ok(fold(name, &words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(name: &str) -> Mailbox {
        Mailbox { name: name.to_owned(), address: "desk@a.example".to_owned() }
    }

    fn head<'h>(from: &'h Mailbox, subject: &'h str) -> Head<'h> {
        let date = "Fri, 02 Aug 2024 00:00:00 +0000";
        Head { from, reply_to: None, subject, date, language: "en", list_unsubscribe: &[] }
    }

    #[test]
    fn nothing_begins_another_line_of_the_head() {
        for letter in ['\r', '\n', '\0', '\u{85}', '\u{2028}'] {
            let subject = format!("a{letter}Bcc: b@c.example");
            assert_eq!(write(&head(&from("x"), &subject), "", ""), Err(BadHead { header: "Subject", letter }));
            let name = from(&subject);
            assert_eq!(write(&head(&name, "a"), "", ""), Err(BadHead { header: "From", letter }));
        }
    }

    #[test]
    fn equal_mails_have_equal_bytes_and_others_have_another_name() {
        let name = from("x");
        let one = write(&head(&name, "a"), "t", "h").unwrap();
        assert_eq!(one, write(&head(&name, "a"), "t", "h").unwrap());
        let other = write(&head(&name, "a"), "t", "i").unwrap();
        let id = |text: &str| text.lines().find(|line| line.starts_with("Message-ID")).unwrap().to_owned();
        assert_ne!(id(&one), id(&other));
    }

    #[test]
    fn no_text_ends_its_part() {
        let name = from("x");
        // The first mail tells what a boundary looks like; the second has it on lines of its own.
        let told = write(&head(&name, "a"), "t", "h").unwrap();
        let boundary = told.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        for text in [format!("a\n--{boundary}\nb\n--{boundary}--\n"), format!("ä\n--{boundary}--\n").repeat(40)] {
            let mail = write(&head(&name, "a"), &text, &text).unwrap();
            assert_eq!(mail.lines().filter(|line| line.starts_with("--=_")).count(), 3, "{mail}");
        }
    }

    #[test]
    fn names_are_quoted_or_encoded() {
        let of = |name: &str| mailbox("From", &from(name)).unwrap();
        assert_eq!(of("The Letter"), "From: The Letter <desk@a.example>\r\n");
        assert_eq!(of("Letter, \"The\""), "From: \"Letter, \\\"The\\\"\" <desk@a.example>\r\n");
        assert_eq!(of("Börse"), "From: =?UTF-8?Q?B=C3=B6rse?= <desk@a.example>\r\n");
        assert_eq!(of(""), "From: desk@a.example\r\n");
    }

    #[test]
    fn every_line_is_short_and_ends_alike() {
        let name = from(&"Ünter ".repeat(30));
        let message = write(&head(&name, &"ö".repeat(400)), &"word ".repeat(300), &"<p>é</p>".repeat(200)).unwrap();
        assert!(message.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n'])));
        assert!(message.is_ascii());
    }
}
