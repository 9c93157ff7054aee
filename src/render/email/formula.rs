//! MathML as a line of text, since no mail program draws it: `x^2`, `(a + b)/c`, `√(x)`.
//!
//! `signs` knows what each sign is; here the pieces of a formula are put side by side so that they still mean
//! what they meant above and below each other: `(1/2)x` and `1/(2x)`, `2^10 5` and `2^(105)`.

mod signs;

use self::signs::Sign;
use super::tree::Element;

/// Writes a formula in one line.
pub(super) fn line(math: &Element) -> String {
    let text = read(math).text;
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A written piece of a formula.
#[derive(Clone, Debug)]
struct Piece {
    text: String,
    kind: Kind,
}

/// What a piece is, which decides what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A letter, a number, or a sign that stands for something.
    Atom,
    /// The name of a function, an operator with limits, or a call such as `binom(n, k)`.
    Word,
    /// What ends with an index or a power.
    Script,
    /// A fraction without parentheses.
    Fraction,
    /// What parentheses enclose, or a root.
    Enclosed,
    /// Factors side by side.
    Product,
    /// Anything longer.
    Compound,
    /// A sign of a line.
    Sign(Sign),
}

impl Piece {
    fn new(text: impl Into<String>, kind: Kind) -> Self {
        Self { text: text.into(), kind }
    }

    fn call(name: &str, arguments: &[&str]) -> Self {
        Self::new(format!("{name}({})", arguments.join(", ")), Kind::Word)
    }

    /// Says whether it multiplies what stands beside it.
    fn is_factor(&self) -> bool {
        match self.kind {
            Kind::Sign(sign) => matches!(sign, Sign::Open | Sign::Close),
            Kind::Compound => false,
            _ => true,
        }
    }

    fn begins_factor(&self) -> bool {
        self.is_factor() && !self.text.starts_with([')', ']', '}', '⟩', '|'])
    }

    fn ends_factor(&self) -> bool {
        self.is_factor() && self.kind != Kind::Sign(Sign::Open)
    }

    /// Says whether it could be read as going on with letters, digits or roots before it.
    fn begins_open(&self) -> bool {
        self.text.starts_with(|letter: char| letter.is_alphanumeric() || "√∑∏∫∂∇∞".contains(letter))
    }

    /// Writes it where it must be one thing: as it is, or in parentheses.
    fn grouped(self, is_one: impl Fn(&Self) -> bool) -> String {
        let text = self.text.trim();
        if text.is_empty() || is_one(&self) { text.to_owned() } else { format!("({text})") }
    }

    fn is_one(&self) -> bool {
        match self.kind {
            Kind::Atom | Kind::Word | Kind::Enclosed => true,
            Kind::Sign(_) => self.text.trim().chars().count() < 2,
            _ => false,
        }
    }
}

fn read(element: &Element) -> Piece {
    let parts: Vec<&Element> = element.elements().collect();
    match (element.name.as_str(), &parts[..]) {
        ("mover", [base, sign]) | ("munder", [base, sign]) if is_accent(element) => {
            accent(read(base), &element.name, sign.text().trim())
        }
        ("msup" | "mover", [base, above]) => scripts(read(base), None, Some(read(above))),
        ("msub" | "munder", [base, below]) => scripts(read(base), Some(read(below)), None),
        ("msubsup" | "munderover", [base, below, above]) => scripts(read(base), Some(read(below)), Some(read(above))),
        ("mfrac", [above, below]) if is_without_line(element) => binomial(read(above), read(below)),
        ("mfrac", [above, below]) => fraction(read(above), read(below)),
        ("mroot", [inside, index]) => Piece::call("root", &[read(index).text.trim(), read(inside).text.trim()]),
        ("msqrt", _) => Piece::new(format!("√({})", row(&parts).text.trim()), Kind::Enclosed),
        ("mtable", rows) => {
            let rows: Vec<String> = rows.iter().map(|row| row_of_table(row)).collect();
            Piece::new(rows.join("; "), Kind::Compound)
        }
        ("mspace", _) => {
            Piece::new(signs::space(element.attribute("width").unwrap_or_default()), Kind::Sign(Sign::Space))
        }
        ("mphantom", _) => Piece::new("", Kind::Sign(Sign::Space)),
        ("semantics", [shown, ..]) => read(shown),
        ("mtext", _) => Piece::new(element.text().replace('\u{a0}', " "), Kind::Atom),
        ("mo", _) => sign(&element.text()),
        (_, []) => token(&element.text()),
        ("mrow" | "mstyle" | "mpadded", _) => row(&[element]),
        _ => row(&parts),
    }
}

fn is_accent(element: &Element) -> bool {
    ["accent", "accentunder"].iter().any(|name| element.attribute(name) == Some("true"))
}

fn is_without_line(fraction: &Element) -> bool {
    fraction.attribute("linethickness").is_some_and(|line| line.trim_end_matches(char::is_alphabetic) == "0")
}

/// Writes an identifier or a number; what has several letters is a name.
fn token(text: &str) -> Piece {
    let text = signs::visible(text);
    let is_name = text.chars().count() > 1 && text.chars().all(char::is_alphabetic);
    Piece::new(text, if is_name { Kind::Word } else { Kind::Atom })
}

fn sign(text: &str) -> Piece {
    let text = signs::visible(text);
    match signs::sign(&text) {
        _ if text.chars().count() > 1 && text.chars().all(char::is_alphabetic) => Piece::new(text, Kind::Word),
        Sign::WithLimits => Piece::new(text, Kind::Word),
        sign => Piece::new(text, Kind::Sign(sign)),
    }
}

fn row_of_table(row: &Element) -> String {
    let mut text = String::new();
    for (index, cell) in row.elements().enumerate() {
        let cell = read(cell).text;
        let cell = cell.trim();
        // Formulas under each other are divided before their `=`.
        let divider = if cell.starts_with(signs::is_relation) { " " } else { ", " };
        if index > 0 {
            text.push_str(divider);
        }
        text.push_str(cell);
    }
    text
}

fn scripts(base: Piece, below: Option<Piece>, above: Option<Piece>) -> Piece {
    let is_index =
        |piece: &Piece| piece.is_one() || piece.kind == Kind::Product && !piece.text.contains([' ', '(', '_']);
    let mut text = base.grouped(Piece::is_one);
    let mark = above.as_ref().and_then(|above| signs::mark(above.text.trim()));
    text.push_str(mark.unwrap_or_default());
    if let Some(below) = below {
        text.push('_');
        text.push_str(&below.grouped(is_index));
    }
    if let Some(above) = above.filter(|_| mark.is_none()) {
        text.push('^');
        text.push_str(&above.grouped(Piece::is_one));
    }
    Piece::new(text, Kind::Script)
}

fn fraction(above: Piece, below: Piece) -> Piece {
    let is_differential = |text: &str| text.starts_with(['d', '∂']) && text.chars().count() == 2;
    let is_one = |piece: &Piece| piece.is_one() || piece.kind == Kind::Script && !piece.text.contains('/');
    let above = above.grouped(|piece| is_one(piece) || piece.kind == Kind::Product && !piece.text.contains([' ', '/']));
    let below = below.grouped(|piece| is_one(piece) || is_differential(&piece.text));
    Piece::new(format!("{above}/{below}"), Kind::Fraction)
}

fn binomial(above: Piece, below: Piece) -> Piece {
    Piece::call("binom", &[above.text.trim(), below.text.trim()])
}

/// Puts an accent over or under a letter; over more than one it is a word before them.
fn accent(base: Piece, element: &str, sign: &str) -> Piece {
    let found = if element == "mover" { signs::accent(sign) } else { signs::accent_below(sign) };
    let Some((combining, name)) = found else {
        return scripts(base, None, Some(Piece::new(sign, Kind::Atom)));
    };
    let text = base.text.trim();
    match combining {
        Some(combining) if text.chars().count() == 1 => Piece::new(format!("{text}{combining}"), Kind::Atom),
        _ => Piece::call(name, &[text]),
    }
}

/// Lists the pieces of a row; rows in it are parts of it.
fn pieces(parts: &[&Element], out: &mut Vec<Piece>) {
    for part in parts {
        let inside: Vec<&Element> = part.elements().collect();
        match (part.name.as_str(), &inside[..]) {
            // Brackets around a binomial are a part of it.
            ("mrow", [open, fraction, close])
                if is_without_line(fraction) && open.text() == "(" && close.text() == ")" =>
            {
                out.push(read(fraction));
            }
            ("mrow" | "mstyle" | "mpadded", [_, ..]) => pieces(&inside, out),
            _ => out.push(read(part)),
        }
    }
}

/// Puts pieces side by side.
fn row(parts: &[&Element]) -> Piece {
    let mut all = Vec::new();
    pieces(parts, &mut all);
    all.retain(|piece| !piece.text.is_empty());
    if let [_] = &all[..] {
        return all.remove(0);
    }
    let kind = kind_of_row(&all);
    let mut text = String::new();
    let mut before: Option<&Piece> = None;
    for (index, piece) in all.iter().enumerate() {
        let after = all[index + 1..].iter().find(|piece| piece.kind != Kind::Sign(Sign::Space));
        let written = written(before, piece, after);
        if is_apart(before, piece) && !text.ends_with(' ') {
            text.push(' ');
        }
        text.push_str(&written);
        if piece.kind != Kind::Sign(Sign::Space) {
            before = Some(piece);
        }
    }
    Piece::new(text, kind)
}

/// Writes a piece between two others.
fn written(before: Option<&Piece>, piece: &Piece, after: Option<&Piece>) -> String {
    let is_multiplied = before.is_some_and(Piece::ends_factor) || after.is_some_and(Piece::begins_factor);
    match piece.kind {
        Kind::Fraction if is_multiplied => format!("({})", piece.text),
        Kind::Sign(Sign::Spaced) if is_sign_of_number(before, piece) => piece.text.clone(),
        Kind::Sign(Sign::Spaced) => format!(" {} ", piece.text),
        Kind::Sign(Sign::Comma) => format!("{} ", piece.text),
        _ => piece.text.clone(),
    }
}

/// Says whether `−` or `+` belongs to what follows: nothing that it could be added to stands before it.
fn is_sign_of_number(before: Option<&Piece>, piece: &Piece) -> bool {
    let alone = before.is_none_or(|before| matches!(before.kind, Kind::Sign(Sign::Open | Sign::Spaced | Sign::Comma)));
    alone && matches!(piece.text.as_str(), "−" | "-" | "+" | "±" | "∓")
}

/// Says whether a space keeps a piece apart from the one before it.
fn is_apart(before: Option<&Piece>, piece: &Piece) -> bool {
    let Some(before) = before else { return false };
    let is_word = |piece: &Piece| piece.kind == Kind::Word;
    match piece.kind {
        _ if before.kind == Kind::Script || is_word(before) => piece.begins_open() || is_word(piece),
        Kind::Word => before.ends_factor(),
        _ => false,
    }
}

fn kind_of_row(all: &[Piece]) -> Kind {
    let depth_after = |depth: i32, piece: &Piece| match piece.kind {
        Kind::Sign(Sign::Open) => depth + 1,
        Kind::Sign(Sign::Close) => depth - 1,
        _ => depth,
    };
    let depths = all.iter().scan(0, |depth, piece| {
        *depth = depth_after(*depth, piece);
        Some(*depth)
    });
    // One pair around everything.
    if depths.enumerate().all(|(index, depth)| (depth == 0) == (index + 1 == all.len())) && all.len() > 1 {
        return Kind::Enclosed;
    }
    if all.iter().all(|piece| piece.is_factor() || piece.kind == Kind::Sign(Sign::Space)) {
        Kind::Product
    } else {
        Kind::Compound
    }
}

#[cfg(test)]
mod tests;
