//! MathML as a line of text, since no mail program draws it: `x^2`, `(a + b)/c`, `√(x)`.

use super::tree::{Element, Node};

/// Writes a formula in one line.
pub(super) fn line(math: &Element) -> String {
    let mut out = String::new();
    write(math, &mut out);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn write(element: &Element, out: &mut String) {
    let parts: Vec<&Element> = element
        .children
        .iter()
        .filter_map(|node| match node {
            Node::Element(child) => Some(child),
            _ => None,
        })
        .collect();
    match (element.name.as_str(), &parts[..]) {
        ("msup" | "mover", [base, above]) => joined(base, "^", above, out),
        ("msub" | "munder", [base, below]) => joined(base, "_", below, out),
        ("msubsup" | "munderover", [base, below, above]) => {
            joined(base, "_", below, out);
            out.push('^');
            group(above, out);
        }
        ("mfrac", [above, below]) => joined(above, "/", below, out),
        ("mroot", [inside, index]) => {
            group(index, out);
            out.push('√');
            group(inside, out);
        }
        ("msqrt", _) => {
            out.push_str("√(");
            parts.iter().for_each(|part| write(part, out));
            out.push(')');
        }
        ("mtr", _) => {
            for (index, part) in parts.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write(part, out);
            }
            out.push_str("; ");
        }
        ("annotation" | "annotation-xml", _) => {}
        ("mo", _) => {
            let sign = element.text();
            let spaced = matches!(sign.trim(), "=" | "+" | "−" | "<" | ">" | "≤" | "≥" | "≈" | "→" | "⋅" | "×" | "≠");
            out.push_str(&if spaced { format!(" {} ", sign.trim()) } else { sign });
        }
        (_, []) => out.push_str(&element.text()),
        _ => parts.iter().for_each(|part| write(part, out)),
    }
}

fn joined(first: &Element, sign: &str, second: &Element, out: &mut String) {
    group(first, out);
    out.push_str(sign);
    group(second, out);
}

/// Writes a part of a formula, in parentheses if it is more than one sign or number.
fn group(element: &Element, out: &mut String) {
    let mut text = String::new();
    write(element, &mut text);
    let text = text.trim();
    let is_simple = text.chars().all(char::is_alphanumeric) || text.chars().count() < 2;
    out.push_str(&if is_simple { text.to_owned() } else { format!("({text})") });
}

#[cfg(test)]
mod tests {
    use super::super::tree::read;
    use super::*;

    fn of(mathml: &str) -> String {
        let nodes = read(mathml);
        let Some(Node::Element(math)) = nodes.first() else { panic!("no element") };
        line(math)
    }

    #[test]
    fn powers_and_fractions_keep_their_meaning() {
        assert_eq!(of("<math><msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mn>4</mn></math>"), "x^2 = 4");
        let sum = "<mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow>";
        assert_eq!(of(&format!("<math><mfrac>{sum}<mi>c</mi></mfrac></math>")), "(a + b)/c");
        assert_eq!(of("<math><msqrt><mi>x</mi></msqrt><msub><mi>y</mi><mi>i</mi></msub></math>"), "√(x)y_i");
    }
}
