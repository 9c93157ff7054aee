//! Plain text that its author meant as more: a link, a footnote, a heading, a shortcode of another generator.
//!
//! Markdown shows what it can't read as it is written, and says nothing. Here the signs of such text are looked
//! for; only text is looked at, so code, formulas and whatever became something are left in peace.

use std::ops::Range;

use super::links::unfilled;
use super::render::Renderer;
use crate::content::slug::slugify;
use crate::diagnostic::Diagnostic;

mod shortcode;
mod slips;

/// Addresses, labels and words of links are looked for within so many bytes.
const REACH: usize = 400;

/// A stretch of the text, and what is wrong with it.
struct Found {
    range: Range<usize>,
    complaint: Diagnostic,
}

impl Renderer<'_, '_, '_> {
    /// Reads the next piece of plain text: the parser cuts it at every sign that might have had a meaning.
    pub(super) fn read_plain(&mut self, range: Range<usize>) {
        if range.start == self.plain_run.end {
            self.plain_run.end = range.end;
        } else {
            self.end_plain();
            self.plain_run = range;
        }
    }

    /// Says what was meant in the plain text that ends here.
    pub(super) fn end_plain(&mut self) {
        let run = std::mem::take(&mut self.plain_run);
        for Found { range, complaint } in all(self.text, &run) {
            let position = self.position(range);
            self.report(complaint, position);
        }
    }
}

/// Finds all that was meant as more in a run of plain text.
fn all(text: &str, run: &Range<usize>) -> Vec<Found> {
    let mut found: Vec<Found> = glued_heading(text, run).into_iter().collect();
    let mut at = run.start;
    while let Some(sign) = text.as_bytes().get(at..run.end).and_then(|rest| memchr::memchr3(b'[', b']', b'{', rest)) {
        let sign = at + sign;
        at = sign + 1;
        // The sign behind a backslash starts a run.
        let is_escaped = sign == run.start && text[..sign].ends_with('\\');
        if !is_escaped
            && at < run.end
            && let Some(meant) = at_sign(text, sign)
        {
            at = meant.range.end.max(at);
            found.push(meant);
        }
    }
    found
}

fn at_sign(text: &str, at: usize) -> Option<Found> {
    match text.as_bytes().get(at..at + 2)? {
        b"[^" => footnote(text, at),
        b"[[" => wiki_link(text, at),
        b"][" => reference(text, at),
        b"](" => spaced_link(text, at),
        b"] " => slips::link_with_gap(text, at),
        b"[!" => slips::alert(text, at),
        [b'[', _] => slips::turned_link(text, at),
        b"{:" => slips::attributes(text, at),
        [b'{', _] => shortcode::find(text, at),
        _ => None,
    }
}

/// Finds `##heading`, and `## heading` with a space that is none of Markdown's.
fn glued_heading(text: &str, run: &Range<usize>) -> Option<Found> {
    let words = text.get(run.clone())?.strip_prefix('#')?;
    let level = 1 + words.bytes().take_while(|byte| *byte == b'#').count();
    if before_in_line(text, run.start).contains(|letter: char| !matches!(letter, ' ' | '>')) {
        return None;
    }
    let next = words[level - 1..].chars().next()?;
    let is_other_space = !next.is_ascii() && next.is_whitespace();
    // One sign is that of a hashtag, or of a number.
    if level > 6 || !(is_other_space || level > 1 && next.is_alphanumeric()) {
        return None;
    }
    let signs = &text[run.start..run.start + level];
    let message = match is_other_space {
        true => format!("the space behind `{signs}` is a no-break space or the like, and makes no heading"),
        false => format!("`{signs}` makes no heading without a space behind it"),
    };
    Some(Found {
        range: run.start..run.start + level,
        complaint: Diagnostic::warning("no-heading", message)
            .with_help(format!("write `{signs}`, a plain space, and the words of the heading")),
    })
}

/// Finds `[^2]`: one that has its definition is no plain text.
fn footnote(text: &str, at: usize) -> Option<Found> {
    let (label, _) = near(text, at + 2).split_once(']')?;
    let is_label = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '*');
    // `[^a-z]` and `[^x]+` are patterns of a search.
    let is_range = |part: &str| part.len() == 3 && part.as_bytes()[1] == b'-';
    let is_pattern = is_range(label)
        || !label.contains(char::is_alphanumeric)
        || near(text, at + 3 + label.len()).starts_with(['+', '*', '?', '{'])
        || is_set(label) && !is_glued(text, at);
    (!label.is_empty() && !is_pattern && label.chars().all(is_label)).then(|| Found {
        range: at..at + "[^]".len() + label.len(),
        complaint: Diagnostic::warning("missing-footnote", format!("there is no footnote `{label}`"))
            .with_help(format!("write the note on a line of its own, `[^{label}]: The note.`, in the same text")),
    })
}

/// Says whether a label reads like a set of letters, as in the pattern `[^aeiou]`: each once, in their order.
fn is_set(label: &str) -> bool {
    let letters = label.as_bytes();
    letters.len() > 1 && letters.iter().all(u8::is_ascii_alphabetic) && letters.windows(2).all(|two| two[0] < two[1])
}

/// Says whether a bracket follows a word or the end of a sentence without a space, as the mark of a footnote does.
fn is_glued(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_some_and(|before| !before.is_whitespace())
}

/// Attributes of C++ and C, which stand between two brackets each.
const ATTRIBUTES: [&str; 11] = [
    "assume",
    "carries_dependency",
    "deprecated",
    "fallthrough",
    "indeterminate",
    "likely",
    "maybe_unused",
    "no_unique_address",
    "nodiscard",
    "noreturn",
    "unlikely",
];

/// Finds `[[Page]]`, `[[Page|words]]` and `![[picture.png]]`, as Obsidian writes them.
fn wiki_link(text: &str, at: usize) -> Option<Found> {
    let (inside, _) = near(text, at + 2).split_once("]]")?;
    // A list of numbers, an index or a test is code that nobody marked.
    if inside.starts_with(' ')
        || inside.contains(['[', ']', '`', '$', '='])
        || !inside.contains(char::is_alphabetic)
        || is_in_word(text, at)
        || inside.contains("::")
        || ATTRIBUTES.contains(&inside.split('(').next().unwrap_or(inside))
    {
        return None;
    }
    // An order to another program, as `[TOC]` is.
    if inside.trim_matches('_').eq_ignore_ascii_case("toc") {
        return None;
    }
    let is_picture = text[..at].ends_with('!');
    let start = at - usize::from(is_picture);
    let end = at + "[[]]".len() + inside.len();
    let (page, words) = inside.split_once('|').unwrap_or((inside, inside));
    let mark = if is_picture { "!" } else { "" };
    let right = format!("{mark}[{}]({})", words.trim().trim_start_matches('#'), wiki_address(page.trim()));
    Some(Found {
        range: start..end,
        complaint: Diagnostic::warning("wiki-link", format!("`{}` makes no link here", &text[start..end]))
            .with_help(format!("write `{right}`, with the way from this file to that one")),
    })
}

/// Gives the address that `Page#Heading` stands for.
fn wiki_address(page: &str) -> String {
    let (file, heading) = page.split_once('#').unwrap_or((page, ""));
    let mut address = file.replace(' ', "%20");
    if !file.is_empty() && !file.contains('.') {
        address.push_str(".md");
    }
    if let Some(anchor) = slugify(heading) {
        address.push('#');
        address.push_str(&anchor);
    }
    address
}

/// Finds `[words][label]` and `[words][]`: one whose label is defined is no plain text.
fn reference(text: &str, at: usize) -> Option<Found> {
    let open = opening(text, at)?;
    let words = text[open + 1..at].trim();
    let (label, _) = near(text, at + 2).split_once(']')?;
    let end = at + "][]".len() + label.len();
    let label = if label.is_empty() { words } else { label.trim() };
    let mark = if text[..open].ends_with('!') { "!" } else { "" };
    // Two numbers are marks of sources, and `[^2]` is a footnote.
    let are_numbers = [words, label].iter().all(|text| text.chars().all(char::is_numeric));
    // `[i][j]` is a place in a table.
    let are_letters = [words, label].iter().all(|text| text.chars().nth(1).is_none());
    // `[-v][--file NAME]` and `[1, p. 3][2, p. 5]` are no links, and `#[cfg][test]` is code.
    let is_label = label.contains(char::is_alphanumeric) && !label.starts_with('-') && !label.contains(',');
    if !is_label
        || text[..open].ends_with('#')
        || words.is_empty()
        || label.is_empty()
        || are_numbers
        || are_letters
        || label.contains('[')
        || label.starts_with('^')
    {
        return None;
    }
    Some(Found {
        range: open..end,
        complaint: Diagnostic::warning("missing-reference", format!("nothing says where `[{label}]` leads"))
            .with_help(format!("add a line `[{label}]: https://…` to this text, or write `{mark}[{words}](https://…)`"))
            .with_help("if it is no link, write `\\[`"),
    })
}

/// Finds `[words](an address.pdf)`.
fn spaced_link(text: &str, at: usize) -> Option<Found> {
    let inside = in_parentheses(near(text, at + 2))?;
    let title = [" \"", " '"].iter().filter_map(|quote| inside.find(quote)).min().unwrap_or(inside.len());
    let address = inside[..title].trim();
    if !address.contains([' ', '\t']) || address.starts_with('<') {
        return None;
    }
    let open = opening(text, at)?;
    let range = open..at + "]()".len() + inside.len();
    if address.starts_with("{{") || address.starts_with("{%") {
        return Some(Found { range, complaint: unfilled(address) });
    }
    let encoded = address.replace([' ', '\t'], "%20");
    Some(Found {
        range,
        complaint: Diagnostic::warning("space-in-address", format!("`{address}` has spaces in it, and makes no link"))
            .with_help(format!("write `({encoded})`, or `(<{address}>)`")),
    })
}

/// Gives what stands before the parenthesis that closes; a bracket or the end of a table's cell comes before none.
fn in_parentheses(text: &str) -> Option<&str> {
    let mut open = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => open += 1,
            ')' if open == 0 => return Some(&text[..at]),
            ')' => open -= 1,
            '[' | ']' | '|' => return None,
            _ => {}
        }
    }
    None
}

/// Finds the `[` that the `]` at a place closes; none inside a word, as in `list[0][1]`.
fn opening(text: &str, close: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = 0_usize;
    for at in (close.saturating_sub(REACH)..close).rev() {
        let is_escaped = at > 0 && bytes[at - 1] == b'\\';
        match bytes[at] {
            _ if is_escaped => {}
            b']' => open += 1,
            b'[' if open > 0 => open -= 1,
            b'[' => return (!is_in_word(text, at)).then_some(at),
            b'\n' if at > 0 && bytes[at - 1] == b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// Says whether a bracket follows a letter, a digit, another bracket, code or a part of an address.
fn is_in_word(text: &str, at: usize) -> bool {
    text[..at].ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, ']' | ')' | '_' | '/' | '`'))
}

/// Gives what stands before a place on its line, as far as anything is looked for.
fn before_in_line(text: &str, at: usize) -> &str {
    let before = &text[text.floor_char_boundary(at.saturating_sub(REACH))..at];
    before.rsplit('\n').next().unwrap_or(before)
}

/// Gives the rest of the line, as far as anything is looked for.
fn near(text: &str, from: usize) -> &str {
    let rest = text.get(from..).unwrap_or_default();
    let rest = &rest[..rest.floor_char_boundary(REACH)];
    rest.split('\n').next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use crate::content::markdown::{Options, parse};
    use crate::source::SourceFile;

    /// Gives what is said of a text, each as `line:column+length code (help)`.
    fn said(text: &str) -> Vec<String> {
        let file = SourceFile::new("content/posts/a.md", text);
        let said = parse(&file, 0..text.len(), &Options::default()).diagnostics;
        said.iter()
            .map(|said| {
                let place = said.place.as_ref().unwrap();
                format!("{}:{}+{} {} ({})", place.line, place.column, place.length, said.code, said.help[0])
            })
            .collect()
    }

    #[test]
    fn what_was_meant_as_more_is_said_at_its_place() {
        let reference = "missing-reference (add a line `[nope]: https://…` to this text, or write `[x](https://…)`)";
        for (text, place, wanted) in [
            ("A note[^2].\n", "1:7+4", "missing-footnote (write the note on a line of its own, `[^2]: The note.`"),
            ("```{note}\nA note[^2].\n```\n\n[^1]\n\n[^1]: x\n", "2:7+4", "missing-footnote ("),
            ("See [x][nope].\n", "1:5+9", reference),
            ("See [x\ny][nope].\n", "1:5+", "missing-reference ("),
            ("See [*x*][nope].\n", "1:5+11", "missing-reference ("),
            ("See [nope][].\n", "1:5+8", "missing-reference ("),
            (
                "> - [x](url with space)\n",
                "1:5+19",
                "space-in-address (write `(url%20with%20space)`, or `(<url with space>)`)",
            ),
            ("![x](my file (1).png \"T\")\n", "1:2+24", "space-in-address (write `(my%20file%20(1).png)`"),
            ("[x](https://a.example/a b)\n", "1:1+26", "space-in-address (write `(https://a.example/a%20b)`"),
            ("[x]({{ url }})\n", "1:1+14", "shortcode (write the address itself)"),
            ("{% if x %}\n", "1:1+10", "shortcode (take it out"),
            ("See [[x]].\n", "1:5+5", "wiki-link (write `[x](x.md)`"),
            ("[[My page#The part|so]]\n", "1:1+23", "wiki-link (write `[so](My%20page.md#the-part)`"),
            ("[[#Part]] ", "1:1+9", "wiki-link (write `[Part](#part)`"),
            ("![[a.png]]\n", "1:1+10", "wiki-link (write `![a.png](a.png)`"),
            ("{{< youtube id=\"x\" >}}\n", "1:1+22", "shortcode (link to it"),
            ("{{< figure\n  src=\"x.png\"\n>}}\n", "1:1+", "shortcode (write a picture"),
            ("a {{% notice %}} b {{% /notice %}}\n", "1:3+14", "shortcode (use the block for it: a line ```{note}"),
            ("{% include x.html %}\n", "1:1+20", "shortcode (put in its place"),
            ("{{< mine x >}}\n", "1:1+14", "shortcode (write it as Markdown"),
            ("{{ youtube(id=\"x\") }}\n", "1:1+21", "shortcode (link to it"),
            ("See [x] (https://a.example/b).\n", "1:5+25", "space-before-address (write `[x](https://a.example/b)`"),
            ("![x] (a.md)\n", "1:1+11", "space-before-address (write `![x](a.md)`"),
            ("See (x y)[https://a.example/b].\n", "1:5+26", "turned-link (write `[x y](https://a.example/b)`"),
            ("[x](https:/a.example)\n", "1:1+21", "slashes-in-address (write `https://a.example`"),
            ("[x](<{{ url }}>)\n", "1:1+16", "shortcode (write the address itself"),
            ("> [!NTOE]\n> x\n", "1:3+7", "no-alert (did you mean `[!NOTE]`?"),
            ("> [!abstract]\n> x\n", "1:3+11", "no-alert (write `[!NOTE]`, `[!TIP]`, `[!IMPORTANT]`,"),
            ("> [!note] A title\n> x\n", "1:3+7", "no-alert (write `> [!NOTE]` alone"),
            ("A text.\n{: .lead #top}\n", "2:1+14", "kramdown (take it out"),
            ("[x](/){:target=\"_blank\"}\n", "1:7+18", "kramdown (take it out"),
            ("A note [^note].\n", "1:8+7", "missing-footnote"),
            ("A note.[^abc]\n", "1:8+6", "missing-footnote"),
            ("##heading\n", "1:1+2", "no-heading (write `##`, a plain space"),
            ("Text.\n\n> #\u{a0}heading\n", "3:3+1", "no-heading ("),
        ] {
            let said = said(text);
            assert!(said.len() == 1 && said[0].starts_with(place) && said[0].contains(wanted), "{text}: {said:?}");
        }
    }

    #[test]
    fn what_means_itself_is_left_in_peace() {
        for text in [
            "- [ ] a\n- [x] b\n",
            "[x] alone, [A] [B], [TOC], [x]: y, [sic] (so it says), a (b) [c]\n",
            "\\[^2] [x\\][nope] \\[[x]] [\\[x]] \\{{< youtube x >}}\n",
            "\\[x][nope]\n\n\\[x](a b) ![x](a.png)\n\n\\##heading\n",
            "`[^2] [x][nope] [x](a b) [[x]] {{< youtube x >}}`\n",
            "```\n[^2] [x][nope] [x](a b) [[x]]\n{{< youtube x >}}\n##heading\n```\n",
            "    [[x]] {{< youtube x >}}\n",
            "$$\n[[x]] [x][nope] x^2\n$$\n\nand {$x^2$} or $`a[x](b c)`$\n",
            "<code>[[x]] [x][nope]</code> and <!-- [[x]] -->\n",
            "list[0][1] and `a`[i][j] and m[[x]] and f[x](a b) and sources [1][2] and [[1, 2], [3, 4]]\n",
            "A {{ name }} and {% } and {{}} and { a } and {% endraw %}\n",
            "#hashtag and #1\n\nC##\n\n####### seven\n",
            "[a](b.md) [a](<b c.md>) [a](b.md \"a b\") [a][b] [b][] [b] ![b][b] x[^1]\n\n[b]: https://b.example\n[^1]: y\n",
            "[[1]](https://a.example) and [[b]] or [[b]][b]\n\n[b]: https://b.example\n",
            "[[toc]]\n\n[[_TOC_]]\n\nif [[ $x == 1 ]] and ${{ format(x) }}\n",
            "the class [^aeiou] and [[nodiscard]] int, [[gnu::pure]], M[i][j] and [i][j]\n",
            "[x]: a (b), [1] (https://a.example/1), [sic] (so), f(x)[https://a.example/], (see)[a b], {:a 1} {:ok}\n",
            "> [!NOTE]\n> x\n\n[!NOTE] [!x] [a](https://a.example/) (b) \\[x] (https://a.example/)\n",
            "[^a-z] and [^0-9]+ and [^.]+ and [-v][--file NAME] and [1, p. 3][2, p. 5] and #[cfg][test]\n",
            "<https://a.example/[[x]]> and https://a.example/a\n",
        ] {
            assert_eq!(said(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn an_address_between_quotation_marks_is_said_and_leads_where_it_should() {
        for text in ["[x](“https://a.example”)", "[x](\"https://a.example\")", "[x](‘https://a.example’ 'T')"] {
            let file = SourceFile::new("content/posts/a.md", text);
            assert!(said(text)[0].contains("quoted-address (write `(https://a.example)`)"), "{:?}", said(text));
            let body = parse(&file, 0..text.len(), &Options::default()).body;
            assert!(body.content.html.contains("href=\"https://a.example\""), "{}", body.content.html);
        }
        assert!(said("![x](“a.png”)")[0].contains("quoted-address"));
        for text in ["a <a href=“https://b.example”>b</a>", "<div class=“b”>\n\nx\n\n</div>\n"] {
            let said = said(text);
            assert!(said.len() == 1 && said[0].contains("curly-quotes (write straight quotes: `"), "{said:?}");
        }
    }
}
