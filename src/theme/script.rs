//! The imports of a script, which is served under another name than the one that it was written under.
//!
//! A script is served as it is. Only what it imports from a file beside it has moved away, so these
//! addresses are found and written anew. As much of the language is read as tells an import from the
//! same words in a string, a comment or a regular expression.

use std::ops::Range;

/// Finds the addresses that a script imports by name: what stands between their quotation marks.
pub(super) fn imports(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = vec![];
    // The last word or sign, and whether it was the bracket behind `import`.
    let mut last = "";
    // For each open bracket, whether a statement follows it: `if (a) /b/.test(c)`.
    let mut open: Vec<bool> = vec![];
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'/' if bytes.get(at) == Some(&b'/') => at = after(text, at, "\n"),
            b'/' if bytes.get(at) == Some(&b'*') => at = after(text, at + 1, "*/"),
            b'/' if begins_expression(last) => at = end_of_pattern(bytes, at),
            b'"' | b'\'' | b'`' => {
                at = end_of_string(bytes, at, *byte);
                // What is computed (`import("./" + name)`) is known to nobody here.
                let is_whole = last != "import(" || matches!(text[at..].trim_start().bytes().next(), Some(b')' | b','));
                let address = start + 1..(at - 1).max(start + 1);
                let is_import = match byte {
                    b'`' => last == "import(" && !text[address.clone()].contains("${"),
                    _ => matches!(last, "import" | "from" | "import("),
                };
                if is_import && is_whole && !text[address.clone()].contains('\\') {
                    found.push(address);
                }
                last = "\"";
            }
            byte if is_word(*byte) => {
                while bytes.get(at).is_some_and(|byte| is_word(*byte)) {
                    at += 1;
                }
                // `a.from` is a name of somebody else's.
                last = if last == "." { "word" } else { &text[start..at] };
            }
            b'(' => {
                open.push(matches!(last, "if" | "while" | "for" | "with"));
                last = if last == "import" { "import(" } else { "(" };
            }
            b')' => last = if open.pop() == Some(true) { "" } else { ")" },
            byte if byte.is_ascii_whitespace() => {}
            _ => last = &text[start..at],
        }
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
}

/// Tells whether an expression begins behind a word or sign, so that `/` there opens a regular expression.
fn begins_expression(last: &str) -> bool {
    match last.as_bytes() {
        [] => true,
        [b')' | b']' | b'}' | b'"'] => false,
        [first, ..] if is_word(*first) => matches!(last, "return" | "typeof" | "case" | "in" | "of" | "do" | "else"),
        _ => true,
    }
}

fn after(text: &str, from: usize, end: &str) -> usize {
    text.get(from..).and_then(|rest| rest.find(end)).map_or(text.len(), |at| from + at + end.len())
}

/// Finds where a string ends. A script that leaves one open is wrong, and ends with it.
fn end_of_string(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            byte if *byte == quote => return at + 1,
            b'\n' if quote != b'`' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn end_of_pattern(bytes: &[u8], mut at: usize) -> usize {
    let mut is_in_class = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => is_in_class = true,
            b']' => is_in_class = false,
            b'/' if !is_in_class => return at + 1,
            b'\n' => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_told_from_words_that_look_like_them() {
        let of = |text: &str| imports(text).into_iter().map(|range| text[range].to_owned()).collect::<Vec<_>>();
        for (text, expected) in [
            ("import \"./a.js\";", vec!["./a.js"]),
            ("import{a}from'./a.js';export * from \"../b.js\"", vec!["./a.js", "../b.js"]),
            ("import a, { b } /* c */ from\n'./a.js'", vec!["./a.js"]),
            ("const a = await import( './a.js' )", vec!["./a.js"]),
            ("import('./' + name); import('./a.js' , {})", vec!["./a.js"]),
            ("// import './a.js'\n/* import './b.js' */ import './c.js'", vec!["./c.js"]),
            ("'import \"./a.js\"'; `import \"./b.js\"`", vec![]),
            ("Array.from('./a.js'); a.import('./a.js'); from('./a.js')", vec![]),
            ("x = /['\"]/; y = a / b / c; import './a.js'", vec!["./a.js"]),
            ("if (a(b)) /'/.test(c); x = (a) / b; import './a.js'", vec!["./a.js"]),
            ("import(`./a.js`); import(`./${a}.js`); from `./b.js`", vec!["./a.js"]),
            ("import './m\\x6fd.js'", vec![]),
            ("return /[/\"]\\//.test(a) && import('./é.js')", vec!["./é.js"]),
            ("import './a", vec!["./"]),
            ("import '", vec![""]),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
