//! What the converter of formulas writes: checked, and made fit for pages whose policy allows no styles in attributes.

use super::tags::{self, What};

/// Says whether there is nothing but MathML: the converter does not escape everywhere
/// (`\operatorname{<b>}`), and formulas may come from a stranger's reply.
pub(super) fn is_mathml(html: &str) -> bool {
    const ELEMENTS: [&str; 25] = [
        "math",
        "mrow",
        "mi",
        "mo",
        "mn",
        "ms",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "mstyle",
        "mpadded",
        "mphantom",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mmultiscripts",
        "mprescripts",
        "mtable",
        "mtr",
        "mtd",
    ];
    tags::pieces(html).iter().all(|piece| match piece.what {
        What::Text => true,
        What::Open { name, attributes } => {
            ELEMENTS.contains(&name)
                && tags::attribute_names(attributes)
                    .all(|name| !name.starts_with("on") && !matches!(name, "href" | "src" | "action" | "id"))
        }
        What::Close { name } => ELEMENTS.contains(&name),
        What::RawText | What::Comment { .. } => false,
    })
}

/// Puts classes in the place of `style` attributes, which a browser that holds the policy ignores.
///
/// This only works on what [`is_mathml`] says is MathML.
pub(super) fn without_styles(mathml: &str) -> String {
    let mut out = String::with_capacity(mathml.len());
    for piece in mathml.split_inclusive('>') {
        let (text, tag) = piece.split_at(piece.rfind('<').unwrap_or(piece.len()));
        out.push_str(text);
        match tag.split_once(" style=\"").and_then(|(before, rest)| Some((before, rest.split_once('"')?))) {
            Some((before, (style, behind))) => {
                out.push_str(before);
                push_attributes(style, &mut out);
                out.push_str(behind);
            }
            None => out.push_str(tag),
        }
    }
    out
}

/// Writes what a style of the converter means; the stylesheet has the classes.
fn push_attributes(style: &str, out: &mut String) {
    let mut classes = Vec::new();
    for (name, value) in style.split(';').filter_map(|rule| rule.split_once(':')) {
        match (name.trim(), value.trim()) {
            ("text-align", "left") => classes.push("math-left"),
            ("text-align", "right") => classes.push("math-right"),
            ("padding-left", "0") => classes.push("math-flush-left"),
            ("padding-right", "0") => classes.push("math-flush-right"),
            ("padding-left", _) => classes.push("math-apart"),
            ("border-right", _) => classes.push("math-rule"),
            ("color", color) => out.push_str(&format!(" mathcolor=\"{color}\"")),
            _ => {}
        }
    }
    if !classes.is_empty() {
        out.push_str(&format!(" class=\"{}\"", classes.join(" ")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_become_classes_and_colours_of_mathml() {
        for (given, expected) in [
            (
                "<mtd style=\"text-align: right;justify-items: end;padding-right: 0;\"><mi>a</mi>",
                "<mtd class=\"math-right math-flush-right\"><mi>a</mi>",
            ),
            (
                "<mtd style=\"text-align: left;padding-left:1em;border-right: 1px solid;\">",
                "<mtd class=\"math-left math-apart math-rule\">",
            ),
            ("<mrow style=\"color:#FF0000;\"><mi>x</mi></mrow>", "<mrow mathcolor=\"#FF0000\"><mi>x</mi></mrow>"),
            ("<mtext> style=\"a\"</mtext>", "<mtext> style=\"a\"</mtext>"),
            ("<mi>x</mi> ", "<mi>x</mi> "),
        ] {
            assert_eq!(without_styles(given), expected);
        }
    }
}
