//! The e-mail edition: a site and an edition in; HTML, text and a message out.
//!
//! A mail is no web page with its sheets inlined. It has a renderer of its own, for two reasons: mail
//! programs show a small and old part of HTML, and Gmail hides what lies beyond 102,400 bytes, the link
//! to leave among it.
//!
//! 1. `compose` makes a `letter` of the edition: `tree` reads the body's HTML, `reading` makes blocks of
//!    it that a mail can show (`clean` its texts), `fences` writes the author's fenced blocks (`formula` their formulas).
//! 2. `budget` finds how much of the letter fits; the rest is a link to the web.
//! 3. `html` and `text` write it, so that both say the same (`grid` lays tables out); `palette` has the
//!    colours, and `provider` keeps the sender's templates away from the author's words.
//! 4. `message` puts both into one file, and `encoding` makes it fit to travel.
//!
//! `rules` says what is wrong with a mail before anybody sends it, and `origin` finds where.

mod budget;
mod clean;
mod compose;
mod encoding;
mod fences;
mod formula;
mod grid;
mod html;
mod letter;
mod message;
mod origin;
mod palette;
mod provider;
mod reading;
mod rules;
mod text;
mod tree;

use crate::config::{Config, Mailbox, ascii_host};
use crate::diagnostic::{Diagnostic, Place};
use crate::newsroom::Issue;
use crate::site::{EmailFormat, Route};
use crate::snapshot::Snapshot;

pub use budget::Size;
pub use rules::{check, check_edition};

/// A mail, ready to be sent.
pub struct Mail {
    /// The subject.
    pub subject: String,
    /// The line that mail programs show behind the subject.
    pub preheader: String,
    /// The HTML part.
    pub html: String,
    /// The text part.
    pub text: String,
    /// How heavy it is.
    pub size: Size,
    /// What stands in the HTML, each with its bytes.
    pub sections: Vec<(String, usize)>,
    /// The addresses that it leads to, one for each link of the HTML.
    pub links: Vec<String>,
    /// The headlines of the stories that are on the web only, since they don't fit.
    pub folded: Vec<String>,
    /// Whether even the opening does not fit, and its end is on the web only.
    pub cut: bool,
}

/// Writes the mail of an edition, by its place in the newsroom.
///
/// # Errors
/// A block in its text fails.
pub fn mail(snapshot: &Snapshot, index: u32) -> Result<Mail, Diagnostic> {
    let issue = issue(snapshot, index)?;
    let composed = compose::compose(snapshot, issue)?;
    Ok(write(&snapshot.parts.config, composed.letter))
}

/// Renders one form of an edition's mail.
///
/// # Errors
/// A block in its text fails, or its head can't be written.
pub fn render(snapshot: &Snapshot, index: u32, format: EmailFormat) -> Result<String, Diagnostic> {
    Mails::of(snapshot).render(index, format)
}

/// The mails of a site. That of the last edition is kept: whoever asks for its forms one after the other, as
/// a plan lists them, has it written once.
pub struct Mails<'s> {
    snapshot: &'s Snapshot,
    last: Option<(u32, Mail)>,
}

impl<'s> Mails<'s> {
    /// Takes a site.
    pub fn of(snapshot: &'s Snapshot) -> Self {
        Self { snapshot, last: None }
    }

    /// Renders one form of an edition's mail.
    ///
    /// # Errors
    /// As [`render`].
    pub fn render(&mut self, index: u32, format: EmailFormat) -> Result<String, Diagnostic> {
        let mail = match self.last.take() {
            Some((last, mail)) if last == index => mail,
            _ => mail(self.snapshot, index)?,
        };
        let (_, mail) = self.last.insert((index, mail));
        match format {
            EmailFormat::Html => Ok(mail.html.clone()),
            EmailFormat::Text => Ok(mail.text.clone()),
            EmailFormat::Message => message(self.snapshot, index, mail),
        }
    }
}

/// Gives the weight of an edition's mail, for the edition's page or any form of its mail.
///
/// `None` for any other route, and while the mail can't be written.
pub fn size(snapshot: &Snapshot, route: &Route) -> Option<Size> {
    match route {
        Route::Edition(index) | Route::Email(index, _) if snapshot.parts.config.outputs.email => {
            mail(snapshot, *index).ok().map(|mail| mail.size)
        }
        _ => None,
    }
}

fn issue(snapshot: &Snapshot, index: u32) -> Result<&Issue, Diagnostic> {
    let found = snapshot.parts.newsroom.editions.get(index as usize);
    found.ok_or_else(|| Diagnostic::error("no-edition", format!("there is no edition at place {index}")))
}

fn write(config: &Config, letter: letter::Letter) -> Mail {
    let palette = palette::Palette::of(config.accent.as_ref());
    let (written, extent, size) = budget::fit(&letter, &config.email, &palette);
    Mail {
        text: text::write(&letter, extent, config.email.provider),
        html: written.html,
        sections: written.sections,
        links: written.links,
        size,
        folded: letter.stories[extent.stories..].iter().map(|story| story.title.clone()).collect(),
        cut: extent.opening < letter.opening.len(),
        subject: letter.subject,
        preheader: letter.preheader,
    }
}

/// Writes an edition's mail as one message.
///
/// # Errors
/// A text would begin another line of its head.
pub fn message(snapshot: &Snapshot, index: u32, mail: &Mail) -> Result<String, Diagnostic> {
    let config = &snapshot.parts.config;
    let issue = issue(snapshot, index)?;
    let from = sender(config);
    let head = message::Head {
        from: &from,
        reply_to: config.email.reply_to.as_ref(),
        subject: &mail.subject,
        date: &issue.edition.date.rfc2822(),
        language: &config.language,
        list_unsubscribe: &config.email.list_unsubscribe,
    };
    message::write(&head, &mail.text, &mail.html).map_err(|message::BadHead { header, letter }| {
        let message = format!(
            "`{header}` of the mail holds the character U+{:04X}, which would begin another line",
            u32::from(letter)
        );
        Diagnostic::error("line-break", message)
            .at(Place::file(issue.edition.entry.source.clone()))
            .with_help("write subject, names and title in one line of plain text")
    })
}

/// Gives who the mail is from: as configured, or an address at the site's own host.
fn sender(config: &Config) -> Mailbox {
    config.email.from.clone().unwrap_or_else(|| {
        let rest = config.base_url.split_once("://").map_or("", |(_, rest)| rest);
        let host = ascii_host(rest.split(['/', ':']).next().unwrap_or_default());
        let guess = host.and_then(|host| Mailbox::parse(&format!("newsletter@{host}")));
        let address = guess.map_or_else(|| "newsletter@localhost".to_owned(), |mailbox| mailbox.address);
        Mailbox { name: config.title.clone(), address }
    })
}
