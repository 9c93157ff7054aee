//! Text as a mail may hold it: white space is single, and controls of pasted text are what they stood for.

use super::letter::{Inline, says_something};

/// Makes white space single and takes it away at both ends, across the pieces of a line.
pub(super) fn tidy(mut line: Vec<Inline>) -> Vec<Inline> {
    let mut after_space = true;
    collapse(&mut line, &mut after_space);
    while let Some(last) = line.last_mut() {
        match last {
            Inline::Break => drop(line.pop()),
            Inline::Text(text) => {
                text.truncate(text.trim_end_matches(' ').len());
                if !text.is_empty() {
                    break;
                }
                line.pop();
            }
            _ => break,
        }
    }
    if says_something(&line) { line } else { vec![] }
}

fn collapse(line: &mut Vec<Inline>, after_space: &mut bool) {
    for inline in line.iter_mut() {
        match inline {
            Inline::Text(text) => {
                let mut single = String::with_capacity(text.len());
                for letter in text.chars().filter_map(kept) {
                    let is_space = matches!(letter, ' ' | '\n' | '\t' | '\r' | '\u{c}');
                    if !is_space {
                        single.push(letter);
                    } else if !*after_space {
                        single.push(' ');
                    }
                    *after_space = is_space;
                }
                *text = single;
            }
            Inline::Strong(inside)
            | Inline::Emphasis(inside)
            | Inline::Deleted(inside)
            | Inline::Link { inside, .. } => collapse(inside, after_space),
            Inline::Break => *after_space = true,
            Inline::Code(_) | Inline::Mark(_) | Inline::Raised(_) | Inline::Lowered(_) | Inline::Picture(_) => {
                *after_space = false;
            }
        }
    }
    line.retain(|inline| match inline {
        Inline::Text(text) => !text.is_empty(),
        Inline::Strong(inside) | Inline::Emphasis(inside) | Inline::Deleted(inside) => !inside.is_empty(),
        _ => true,
    });
}

/// Keeps a letter that may stand in a mail.
///
/// Controls from U+0080 on come from text pasted out of Windows, where they are quotes and dashes; left
/// as they are, they make Gmail clip a mail of any size.
fn kept(letter: char) -> Option<char> {
    Some(match letter {
        '\u{80}' => '€',
        '\u{85}' => '…',
        '\u{91}' => '‘',
        '\u{92}' => '’',
        '\u{93}' => '“',
        '\u{94}' => '”',
        '\u{95}' => '•',
        '\u{96}' => '–',
        '\u{97}' => '—',
        '\n' | '\t' | '\r' | '\u{c}' => letter,
        '\u{feff}' => return None,
        _ if letter.is_control() => return None,
        _ => letter,
    })
}

/// Makes one line of text.
pub(super) fn clean(text: &str) -> String {
    let text: String = text.chars().filter_map(kept).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Keeps the lines of code, without empty ones around them.
pub(super) fn clean_lines(text: &str) -> String {
    let text: String = text.chars().filter(|letter| *letter != '\r').filter_map(kept).collect();
    text.trim_matches('\n').trim_end().replace('\t', "    ")
}
