//! Why a post stands beside another, for the reader.

/// What is said where nothing else can be.
const SIMILAR: &str = "similar wording";

/// Tells why a post stands beside another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The author pinned it.
    Pinned,
    /// It tells an earlier part of the same story.
    StoryBefore,
    /// It tells a later part of the same story.
    StoryAfter,
    /// The post at hand links to it.
    LinkedFromHere,
    /// It links to the post at hand.
    LinksHere,
    /// Both are about these entities, the rarest first.
    Entities(Vec<u32>),
    /// Both carry these tags, the rarest first.
    Tags(Vec<u32>),
    /// Both use the same words.
    Wording,
}

/// Knows the names behind the numbers in a [`Reason`].
pub trait Names {
    /// Returns the name of an entity.
    fn entity(&self, number: u32) -> Option<&str>;
    /// Returns the name of a tag.
    fn tag(&self, number: u32) -> Option<&str>;
}

impl Reason {
    /// Says the reason in a few words, behind what `phrase` holds: a site says it some ten thousand times.
    pub fn say(&self, names: &impl Names, phrase: &mut String) {
        match self {
            Self::Pinned => phrase.push_str("chosen by the editor"),
            Self::StoryBefore => phrase.push_str("earlier in this story"),
            Self::StoryAfter => phrase.push_str("follows this story"),
            Self::LinkedFromHere => phrase.push_str("linked from this post"),
            Self::LinksHere => phrase.push_str("links to this post"),
            Self::Entities(numbers) => {
                list("also about ", numbers.iter().filter_map(|number| names.entity(*number)), phrase);
            }
            Self::Tags(numbers) => list("also on ", numbers.iter().filter_map(|number| names.tag(*number)), phrase),
            Self::Wording => phrase.push_str(SIMILAR),
        }
    }
}

/// Writes `A, B and C` behind a few words.
fn list<'n>(lead: &str, mut names: impl Iterator<Item = &'n str>, phrase: &mut String) {
    let Some(first) = names.next() else {
        phrase.push_str(SIMILAR);
        return;
    };
    phrase.push_str(lead);
    phrase.push_str(first);
    let mut next = names.next();
    while let Some(name) = next {
        next = names.next();
        phrase.push_str(if next.is_some() { ", " } else { " and " });
        phrase.push_str(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Few;

    impl Names for Few {
        fn entity(&self, number: u32) -> Option<&str> {
            ["Microsoft", "OpenAI", "Nvidia"].get(number as usize).copied()
        }
        fn tag(&self, number: u32) -> Option<&str> {
            ["cloud", "licensing"].get(number as usize).copied()
        }
    }

    #[test]
    fn reasons_are_short_phrases() {
        let cases = [
            (Reason::Entities(vec![0, 1]), "also about Microsoft and OpenAI"),
            (Reason::Entities(vec![0, 2, 1]), "also about Microsoft, Nvidia and OpenAI"),
            (Reason::Tags(vec![1]), "also on licensing"),
            (Reason::Tags(vec![9]), "similar wording"),
            (Reason::Wording, "similar wording"),
            (Reason::StoryAfter, "follows this story"),
        ];
        for (reason, phrase) in cases {
            let mut said = String::new();
            reason.say(&Few, &mut said);
            assert_eq!(said, phrase);
        }
    }
}
