//! Plain text within Markdown that others read: `llms.txt` and the mirrors of posts.

/// Puts text on one line and escapes what CommonMark would take for more than text.
///
/// Signs are escaped only where they could mean something, because the file is read as it is.
pub(super) fn plain(text: &str) -> String {
    let line = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(line.len() + 8);
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        let after = line[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let only_digits_before = || at > 0 && at < 10 && line[..at].bytes().all(|byte| byte.is_ascii_digit());
        let means_something = match c {
            '\\' | '[' | ']' | '<' | '`' | '*' | '~' | '|' => true,
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '&' => after == '#' || after.is_ascii_alphabetic(),
            // An id or a class of a heading.
            '{' => matches!(after, '#' | '.'),
            // A rule, a list, a heading or a quotation at the start, the end of a heading anywhere.
            '#' => before == ' ',
            '-' | '+' | '=' | '>' | ':' => at == 0,
            '.' | ')' => only_digits_before(),
            _ => false,
        };
        if means_something {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_escaped_where_they_would_mean_something() {
        for (text, written) in [
            ("The *new* [deal] #1 <think>", "The \\*new\\* \\[deal\\] \\#1 \\<think>"),
            ("C# and snake_case, 50 % & more", "C# and snake_case, 50 % & more"),
            ("1. First", "1\\. First"),
            ("Title {#id} {x}", "Title \\{#id} {x}"),
            (" two\nlines ", "two lines"),
        ] {
            assert_eq!(plain(text), written);
        }
    }
}
