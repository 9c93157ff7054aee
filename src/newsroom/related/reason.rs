//! Why a post stands beside another, for the reader.

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
    /// Both use these words, the weightiest first: terms for [`Reader::wording`].
    ///
    /// [`Reader::wording`]: super::Reader::wording
    Wording(Vec<u32>),
}

/// Knows the names behind the numbers in a [`Reason`].
pub trait Names {
    /// Returns the name of an entity.
    fn entity(&self, number: u32) -> Option<&str>;
    /// Returns the name of a tag.
    fn tag(&self, number: u32) -> Option<&str>;
    /// Returns the words for terms as the post has them, at most three.
    fn words(&self, terms: &[u32]) -> Vec<String>;
}

impl Reason {
    /// Says the reason in a few words.
    pub fn phrase(&self, names: &impl Names) -> String {
        let (lead, known) = match self {
            Self::Pinned => return "chosen by the editor".to_owned(),
            Self::StoryBefore => return "earlier in this story".to_owned(),
            Self::StoryAfter => return "follows this story".to_owned(),
            Self::LinkedFromHere => return "linked from this post".to_owned(),
            Self::LinksHere => return "links to this post".to_owned(),
            Self::Entities(numbers) => ("also about ", named(numbers, |number| names.entity(number))),
            Self::Tags(numbers) => ("also on ", named(numbers, |number| names.tag(number))),
            Self::Wording(terms) => {
                let mut words = names.words(terms);
                words.truncate(3);
                return match words.is_empty() {
                    true => "similar wording".to_owned(),
                    false => format!("similar wording: {}", words.join(", ")),
                };
            }
        };
        match known.split_last() {
            None => "similar wording".to_owned(),
            Some((only, [])) => format!("{lead}{only}"),
            Some((last, rest)) => format!("{lead}{} and {last}", rest.join(", ")),
        }
    }
}

fn named<'n>(numbers: &[u32], name: impl Fn(u32) -> Option<&'n str>) -> Vec<&'n str> {
    numbers.iter().filter_map(|number| name(*number)).collect()
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
        fn words(&self, terms: &[u32]) -> Vec<String> {
            terms.iter().map(|term| format!("w{term}")).collect()
        }
    }

    #[test]
    fn reasons_are_short_phrases() {
        let cases = [
            (Reason::Entities(vec![0, 1]), "also about Microsoft and OpenAI"),
            (Reason::Entities(vec![0, 2, 1]), "also about Microsoft, Nvidia and OpenAI"),
            (Reason::Tags(vec![1]), "also on licensing"),
            (Reason::Tags(vec![9]), "similar wording"),
            (Reason::Wording(vec![1, 2, 3, 4]), "similar wording: w1, w2, w3"),
            (Reason::Wording(vec![]), "similar wording"),
            (Reason::StoryAfter, "follows this story"),
        ];
        for (reason, phrase) in cases {
            assert_eq!(reason.phrase(&Few), phrase);
        }
    }
}
