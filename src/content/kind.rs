//! What a text is: what it is called, and which keys say nothing in it.

use super::gate::{EXPIRY, PUBLISH_DATE};

/// A kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextKind {
    /// An article.
    Post,
    /// A digest.
    Edition,
    /// A page such as `about.md`.
    Page,
    /// What is known of an entity.
    Profile,
    /// What is known of a section.
    Section,
    /// What is known of the front page.
    Front,
    /// A reader's reply.
    Reply,
}

impl TextKind {
    /// Gives the kind of an `_index.md`; that of the content folder itself has no name.
    pub(super) fn of_section(name: &str) -> Self {
        if name.is_empty() { Self::Front } else { Self::Section }
    }

    /// Gives the word for it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Edition => "edition",
            Self::Page => "page",
            Self::Profile => "profile",
            Self::Section | Self::Front => "text of `_index.md`",
            Self::Reply => "reply",
        }
    }

    /// Says whether a key with a date keeps such a text from readers, or takes it down.
    pub(super) fn heeds(self, key: &str) -> bool {
        match self {
            Self::Post => key == PUBLISH_DATE || EXPIRY.contains(&key),
            Self::Edition => key == PUBLISH_DATE,
            Self::Page | Self::Profile | Self::Section | Self::Front | Self::Reply => false,
        }
    }

    /// Gives the key of old addresses.
    pub(super) fn old_addresses(self) -> &'static str {
        // There, `aliases` are other names.
        if self == Self::Profile { "old_urls" } else { "aliases" }
    }

    /// Says whether the slug of such a text becomes part of an address.
    pub(super) fn has_own_address(self) -> bool {
        !matches!(self, Self::Section | Self::Front)
    }

    /// Says what to write instead of a key of every file that says nothing in such a text.
    pub fn instead_of(self, key: &str) -> Option<&'static str> {
        match (self, key) {
            (Self::Profile, "path") => {
                Some("give it a `slug`: it stands below its taxonomy; old addresses are written as `old_urls: [/old/]`")
            }
            (Self::Section, "path" | "slug") => {
                Some("rename the folder: its name is the address; old addresses are written as `aliases: [/old/]`")
            }
            (Self::Front, "path" | "slug") => {
                Some("take it out: the front page stands at `/`; old addresses are written as `aliases: [/old/]`")
            }
            _ => None,
        }
    }
}
