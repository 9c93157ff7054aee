use math_core::{LatexToMathML, MathDisplay};

use super::super::tree::{Node, read as read_tree};
use super::*;

fn of(latex: &str) -> String {
    let mathml = LatexToMathML::default().convert_with_local_state(latex, MathDisplay::Inline).unwrap();
    match read_tree(&mathml.mathml).first() {
        Some(Node::Element(math)) => line(math),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_stands_above_and_below_is_told_from_what_follows() {
    for (latex, expected) in [
        ("x^2 = 4", "x^2 = 4"),
        ("2^{10}5", "2^10 5"),
        ("x^{a+b} y_{12} z", "x^(a + b) y_12 z"),
        ("a_i b", "a_i b"),
        ("x^{ab}", "x^(ab)"),
        ("x_{ij}", "x_ij"),
        ("e^{-x^2}", "e^(−x^2)"),
        ("f'(x)", "f′(x)"),
        ("90^\\circ", "90°"),
        ("O(n^2)", "O(n^2)"),
        ("(a+b)^2 c", "(a + b)^2 c"),
        ("\\sum_{i=1}^n i", "∑_(i = 1)^n i"),
        ("\\int_0^1 x\\,dx", "∫_0^1 x dx"),
    ] {
        assert_eq!(of(latex), expected, "{latex}");
    }
}

#[test]
fn fractions_and_roots_hold_together() {
    for (latex, expected) in [
        ("\\frac{a+b}{c}", "(a + b)/c"),
        ("\\frac{1}{2}x", "(1/2)x"),
        ("x\\frac{a}{b}", "x(a/b)"),
        ("\\frac{1}{2x}", "1/(2x)"),
        ("\\frac{a}{b} + c", "a/b + c"),
        ("\\frac{dy}{dx}", "dy/dx"),
        ("\\left(\\frac{a}{b}\\right)^2", "(a/b)^2"),
        ("\\frac{\\frac{a}{b}}{c}", "(a/b)/c"),
        ("\\sqrt{x} y_i", "√(x)y_i"),
        ("\\sqrt[3]{x}", "root(3, x)"),
        ("2\\sqrt[n]{x}", "2 root(n, x)"),
        ("\\binom{n}{k}", "binom(n, k)"),
        ("\\binom{n}{k} p^k", "binom(n, k) p^k"),
    ] {
        assert_eq!(of(latex), expected, "{latex}");
    }
}

#[test]
fn accents_stand_on_their_letters_and_names_apart() {
    for (latex, expected) in [
        ("\\hat{x}", "x\u{302}"),
        ("\\vec{v}", "v\u{20d7}"),
        ("\\bar{x}y", "x\u{304}y"),
        ("\\overline{AB}", "overline(AB)"),
        ("\\underline{ab}", "underline(ab)"),
        ("\\overbrace{a+b}^{n}", "overbrace(a + b)^n"),
        ("\\log p", "log p"),
        ("2\\log x", "2 log x"),
        ("\\max(a,b)", "max(a, b)"),
        ("\\sin^2 x", "sin^2 x"),
        ("\\lim_{x \\to 0} f(x)", "lim_(x → 0) f(x)"),
        ("a \\bmod b", "a mod b"),
        ("a \\pmod n", "a (mod n)"),
        ("\\text{if } x", "if x"),
    ] {
        assert_eq!(of(latex), expected, "{latex}");
    }
}

#[test]
fn tables_and_signs_are_read_as_one_reads_them() {
    for (latex, expected) in [
        ("\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}", "(a, b; c, d)"),
        ("\\begin{cases} 1 & x>0 \\\\ 0 & x \\le 0\\end{cases}", "{1, x > 0; 0, x ≤ 0"),
        ("\\begin{aligned} a &= b \\\\ c &= -d \\end{aligned}", "a = b; c = −d"),
        ("\\begin{pmatrix} a & -b \\end{pmatrix}", "(a, −b)"),
        ("x \\in \\mathbb{R}", "x ∈ ℝ"),
        ("P(A \\mid B)", "P(A ∣ B)"),
        ("\\mathcal{L}", "ℒ"),
        ("-x - 1", "−x − 1"),
        ("10^{-3}", "10^(−3)"),
        ("|x|", "|x|"),
    ] {
        assert_eq!(of(latex), expected, "{latex}");
    }
}
