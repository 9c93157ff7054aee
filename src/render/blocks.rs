//! What the theme's own blocks read: a key that none of them knows is a slip, and a block without its words
//! would be an empty box.

use serde_json::{Map, Value};

use crate::content::markdown::{self, Block, BlockData, one_line, plain_text};
use crate::diagnostic::{Diagnostic, nearest};
use crate::theme::Theme;

/// The key of what a block says, which may be its body in Markdown instead.
const TEXT: &str = "text";
/// The key of an address among words.
const ADDRESS: &str = "url";
/// The block of a chart.
pub(super) const CHART: &str = "chart";
/// The key of what stands under it.
const CAPTION: &str = "caption";

/// What a block reads.
struct Reads {
    name: &'static str,
    keys: &'static [&'static str],
    /// One of these it needs, or its argument if that stands for one of them.
    needs: &'static [&'static str],
    takes_argument: bool,
    /// A body in Markdown is enough too.
    takes_body: bool,
}

const BLOCKS: [Reads; 4] = [
    Reads {
        name: "stat",
        keys: &["value", "label", "source"],
        needs: &["value"],
        takes_argument: true,
        takes_body: false,
    },
    Reads {
        name: "quote",
        keys: &["text", "by", "role", "source", "url"],
        needs: &["text"],
        takes_argument: false,
        takes_body: true,
    },
    Reads {
        name: "sponsor",
        keys: &["name", "url", "label", "text"],
        needs: &["name", "text"],
        takes_argument: true,
        takes_body: true,
    },
    Reads { name: "note", keys: &["title", "text"], needs: &["title", "text"], takes_argument: true, takes_body: true },
];

/// Gives the words that a block says beside its body the quotation marks of the text around it, those among its data
/// in place; gives its argument.
pub(super) fn typeset(block: &Block, data: &mut Map<String, Value>) -> String {
    let reads = BLOCKS.iter().find(|reads| reads.name == block.name);
    let words = match reads {
        Some(reads) => reads.keys,
        None if block.name == CHART => &[CAPTION],
        None => &[],
    };
    for (_, value) in data.iter_mut().filter(|(key, _)| words.contains(&key.as_str()) && *key != ADDRESS) {
        if let Value::String(text) = value {
            *text = markdown::typeset(text, block.quotes);
        }
    }
    match reads {
        Some(_) => markdown::typeset(&block.argument, block.quotes),
        // The name of a deal or a chart, or what only a template of the user's can tell.
        None => block.argument.clone(),
    }
}

/// Finds what a block says that its template does not read, and what it lacks.
pub(super) fn check(theme: &Theme, block: &Block) -> Vec<Diagnostic> {
    let Some(reads) = BLOCKS.iter().find(|reads| reads.name == block.name) else { return vec![] };
    // Only its author knows what another template reads.
    if theme.is_own(&format!("blocks/{}.html", block.name)) {
        return vec![];
    }
    let data = block.data.as_ref().map(|data| data.fields()).unwrap_or_default();
    let given = block.options.iter().map(|(key, _)| key.as_str()).chain(data.keys().filter_map(|key| key.as_str()));
    let mut problems: Vec<Diagnostic> =
        given.filter(|key| !reads.keys.contains(key)).map(|key| unknown_key(reads, key)).collect();
    let says = |key: &&str| {
        block.option(key).is_some_and(|value| !value.is_empty()) || data.get(*key).is_some_and(|value| !value.is_null())
    };
    let is_empty = !(reads.needs.iter().any(says)
        || reads.takes_argument && !block.argument.is_empty()
        || reads.takes_body && !block.body.is_empty());
    // What it lacks stands under a wrong key, or in a body that can't be read.
    let is_said = !problems.is_empty() || block.data.as_ref().is_some_and(BlockData::is_unread);
    if is_empty && !is_said {
        problems.push(empty(reads));
    }
    let text = data.get(TEXT).map_or_else(|| block.option(TEXT), |value| value.as_str());
    // A body is shown instead.
    let text = text.filter(|_| block.body.is_empty() && reads.keys.contains(&TEXT));
    if text.is_some_and(|text| plain_text(text, None) != one_line(text)) {
        let others = data.keys().filter_map(|key| key.as_str()).filter(|key| *key != TEXT);
        problems.push(markdown_in_data(reads, &others.collect::<Vec<_>>()));
    }
    problems
}

/// Says that a text among data is shown as it is written; `others` are the keys beside it.
fn markdown_in_data(reads: &Reads, others: &[&str]) -> Diagnostic {
    let options = others.iter().map(|key| format!("{key}=\"…\"")).collect::<Vec<_>>().join(" ");
    let help = match others {
        [] => "write it as the block's body".to_owned(),
        _ => format!("write it as the block's body, and the other keys behind the block's name: `{options}`"),
    };
    let message = format!("`text` of `{{{}}}` is shown with its signs of Markdown", reads.name);
    Diagnostic::warning("markdown-in-data", message).with_help(help)
}

fn unknown_key(reads: &Reads, key: &str) -> Diagnostic {
    let help = nearest(key, reads.keys.iter().copied()).map_or_else(
        || format!("keys of `{{{}}}`: {}", reads.name, reads.keys.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    Diagnostic::warning("unknown-key", format!("`{{{}}}` does not know `{key}`", reads.name)).with_help(help)
}

fn empty(reads: &Reads) -> Diagnostic {
    let needs = reads.needs.iter().map(|key| format!("`{key}: …`")).collect::<Vec<_>>().join(" or ");
    let text = if reads.takes_body { ", or text of its own" } else { "" };
    Diagnostic::warning("empty-block", format!("there is nothing in `{{{}}}`", reads.name))
        .with_help(format!("give it a line {needs}{text}"))
}
