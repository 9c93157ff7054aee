//! Names that no value has: the user's templates and what pages hold in, the slips in them out.
//!
//! The engine finds a slip only where its value is needed, on the page that comes to it. In a condition it is false,
//! for ever and in silence. What pages hold is known before ([`Shapes`]), so names are followed here through loops
//! and variables that are set. What is not known for sure may be anything: an argument of a component, what a
//! filter makes, and each name that stands for something else in a template around this one.

mod want;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use self::want::Want;
use super::collection::Collection;
use super::outline::{Tag, Token, each_tag};
use super::reach::Reach;
use super::shape::{Shape, Shapes};
use super::{BLOCKS, BUILT_IN_PREFIX, path_of};
use crate::diagnostic::{Diagnostic, Places, Severity, nearest};

/// Words that are no names.
const KEYWORDS: [&str; 14] =
    ["and", "or", "not", "in", "if", "elif", "else", "true", "false", "none", "True", "False", "None", "null"];

/// Finds what the user's templates ask of values that never have it, each name once for a template.
///
/// A name that is asked for with care in one place is let pass in all: what a condition keeps the engine from is often
/// written in another tag, or in another template. So are templates that no page is made of.
pub(super) fn slips(templates: &Collection, shapes: &Shapes) -> Vec<Diagnostic> {
    let bound: BTreeMap<&str, Bound<'_>> =
        templates.texts.iter().map(|(name, text)| (name.as_str(), Bound::of(text))).collect();
    // How many templates show a name to those that they surround.
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    for name in bound.values().flat_map(|bound| &bound.shown) {
        *shown.entry(name).or_default() += 1;
    }
    let used = used(templates);
    let own = templates.own.iter().filter_map(|name| bound.get_key_value(name.as_str()));
    let found: Vec<_> = own
        .filter(|(name, _)| used.contains(*name))
        .map(|(name, bound)| {
            let mut walk =
                Walk { shapes, bound, shown: &shown, scopes: vec![Scope::default()], slips: BTreeMap::new() };
            each_tag(templates.text(name), |tag| walk.tag(&tag));
            (name, walk.slips)
        })
        .collect();
    let mut wants: BTreeMap<&str, Want> = BTreeMap::new();
    for (message, (want, _)) in found.iter().flat_map(|(_, slips)| slips) {
        let known = wants.entry(message).or_insert(*want);
        *known = (*want).min(*known);
    }
    let said = found.iter().flat_map(|(name, slips)| {
        let mut places = Places::new(path_of(name), templates.text(name));
        let said = slips.iter().filter_map(|(message, (_, missing))| {
            let problem = missing.describe(message, wants[message.as_str()].severity()?);
            Some(problem.at(places.place(missing.at.clone())))
        });
        said.collect::<Vec<_>>()
    });
    said.collect()
}

/// Lists the templates that pages and blocks are made of.
fn used(templates: &Collection) -> BTreeSet<&str> {
    let reach = Reach::of(templates);
    let is_page = |name: &str| !name.contains('/') && templates.texts.contains_key(&format!("{BUILT_IN_PREFIX}{name}"));
    let names = templates.texts.keys().filter(|name| is_page(name) || name.starts_with(BLOCKS));
    names.flat_map(|name| reach.parts(name)).collect()
}

/// Names to which a template itself gives values.
#[derive(Default)]
struct Bound<'t> {
    /// How often each is set.
    set: BTreeMap<&'t str, usize>,
    /// Those that other templates may see: they are set, or those of a loop with an include or a block in it.
    shown: BTreeSet<&'t str>,
}

impl<'t> Bound<'t> {
    fn of(text: &'t str) -> Self {
        let mut bound = Self::default();
        let mut loops: Vec<Vec<&str>> = vec![];
        each_tag(text, |tag| match &tag.tokens[..] {
            _ if !tag.is_statement => {}
            [Token::Word("set" | "set_global"), Token::Word(name), ..] => {
                *bound.set.entry(name).or_default() += 1;
                bound.shown.insert(name);
            }
            [Token::Word("for"), names @ ..] => loops.push(names_before_in(names)),
            [Token::Word("endfor"), ..] => {
                loops.pop();
            }
            [Token::Word("include" | "block"), ..] => bound.shown.extend(loops.iter().flatten()),
            _ => {}
        });
        bound
    }
}

/// Lists the variables of a loop: `for a in b`, `for a, b in c`.
fn names_before_in<'t>(tokens: &[Token<'t>]) -> Vec<&'t str> {
    let before = tokens.iter().take_while(|token| **token != Token::Word("in"));
    let names = before.filter_map(|token| match token {
        Token::Word(name) => Some(*name),
        _ => None,
    });
    names.collect()
}

/// A name that is not there.
struct Missing {
    at: Range<usize>,
    near: Option<String>,
}

impl Missing {
    fn describe(&self, message: &str, severity: Severity) -> Diagnostic {
        let problem = Diagnostic { severity, ..Diagnostic::error("template", message) };
        let near = self.near.iter().map(|near| format!("did you mean `{near}`?"));
        let problem = near.fold(problem, Diagnostic::with_help);
        match severity {
            Severity::Error => problem,
            _ => problem.with_help("it is nothing on every page; `… is defined` asks for it without this warning"),
        }
    }
}

/// How far the names of `a.b.c` have been followed.
struct Reached<'w> {
    shape: Shape<'w>,
    missing: Option<(String, Missing)>,
}

impl<'w> Reached<'w> {
    /// Goes on to a field that is named at a byte.
    fn follow(&mut self, shapes: &'w Shapes, field: &str, start: usize) {
        let (known, near) = match &self.shape {
            Shape::Anything => return,
            Shape::Map(fields) => {
                if let Some(schema) = fields.get(field) {
                    self.shape = shapes.read(schema);
                    return;
                }
                let names = || fields.keys().map(String::as_str);
                (format!("Available fields: {}", names().collect::<Vec<_>>().join(", ")), nearest(field, names()))
            }
            Shape::List(_) => ("It would be one of a list, whose items have fields".to_owned(), None),
            Shape::Plain => ("It would be one of text or a number, which have none".to_owned(), None),
        };
        let message = format!("Field `{field}` is not defined. {known}");
        self.missing = Some((message, Missing { at: start..start + field.len(), near: near.map(str::to_owned) }));
        self.shape = Shape::Anything;
    }

    /// Goes on to fields with dots before and between them.
    fn follow_all(&mut self, shapes: &'w Shapes, fields: &str, mut start: usize) {
        for field in fields.split('.') {
            if !field.is_empty() {
                self.follow(shapes, field, start);
            }
            start += field.len() + 1;
        }
    }
}

/// A stretch of a template in which names have values of their own.
#[derive(Default)]
struct Scope<'w, 't> {
    names: BTreeMap<&'t str, Shape<'w>>,
    /// A component sees its arguments and nothing else.
    is_component: bool,
}

struct Walk<'w, 't> {
    shapes: &'w Shapes,
    bound: &'w Bound<'t>,
    /// How many templates show a name to those that they surround.
    shown: &'w BTreeMap<&'w str, usize>,
    scopes: Vec<Scope<'w, 't>>,
    /// By what is said of them.
    slips: BTreeMap<String, (Want, Missing)>,
}

impl<'w, 't> Walk<'w, 't> {
    fn tag(&mut self, tag: &Tag<'t>) {
        let end = tag.tokens.len();
        match &tag.tokens[..] {
            _ if !tag.is_statement => {
                self.read(tag, 0..end);
            }
            [Token::Word("for"), ..] => {
                let at = find(tag, 1..end, "in").unwrap_or(end);
                let item = self.read(tag, (at + 1).min(end)..end).item();
                self.scopes.push(Scope { names: loop_names(&tag.tokens[1..at], item), is_component: false });
            }
            [Token::Word("component"), ..] => self.scopes.push(Scope { is_component: true, ..Scope::default() }),
            [Token::Word("endfor" | "endcomponent"), ..] if self.scopes.len() > 1 => {
                self.scopes.pop();
            }
            [Token::Word("set" | "set_global"), Token::Word(name), Token::Sign(b'='), ..] => {
                let shape = self.read(tag, 3..end);
                self.set(name, shape);
            }
            // The end of a component.
            [Token::Sign(b'<'), Token::Sign(b'/'), ..] => {}
            [Token::Word("if" | "elif"), ..] | [Token::Sign(b'<'), ..] => {
                self.read(tag, 0..end);
            }
            // Behind the name there are filters and their arguments.
            [Token::Word("set" | "set_global" | "filter"), Token::Word(_), ..] => {
                self.read(tag, 2..end);
            }
            _ => {}
        }
    }

    /// Notes what a name holds that is set, if it can't be anything else.
    fn set(&mut self, name: &'t str, shape: Shape<'w>) {
        let is_sure = self.bound.set.get(name) == Some(&1)
            && self.shown.get(name) == Some(&1)
            && self.shapes.variable(name).is_none();
        if let Some(scope) = self.scopes.last_mut().filter(|_| is_sure) {
            scope.names.insert(name, shape);
        }
    }

    /// Notes what is not there, and how it is asked for.
    fn note(&mut self, (message, missing): (String, Missing), want: Want) {
        let (known, _) = self.slips.entry(message).or_insert((want, missing));
        *known = want.min(*known);
    }

    /// Finds a variable that is named at a byte.
    fn variable(&self, name: &str, start: usize) -> Reached<'w> {
        let sure = |shape| Reached { shape, missing: None };
        for scope in self.scopes.iter().rev() {
            if let Some(shape) = scope.names.get(name) {
                return sure(shape.clone());
            }
            if scope.is_component {
                return sure(Shape::Anything);
            }
        }
        if name == "loop" || name.starts_with("__tera") || self.shown.contains_key(name) {
            return sure(Shape::Anything);
        }
        self.shapes.variable(name).map_or_else(
            || {
                let near = nearest(name, self.shapes.variables());
                let message = format!("Variable `{name}` is not defined on any page");
                let at = start..start + name.len();
                let missing = Missing { at, near: near.map(str::to_owned) };
                Reached { shape: Shape::Anything, missing: Some((message, missing)) }
            },
            sure,
        )
    }

    /// Reads a part of a tag, operand after operand; gives the shape of one that stands alone.
    fn read(&mut self, tag: &Tag<'t>, part: Range<usize>) -> Shape<'w> {
        let mut at = part.start;
        // Whether a value stands before this.
        let mut is_behind = false;
        while at < part.end {
            let next = |ahead: usize| tag.tokens.get(at + ahead).filter(|_| at + ahead < part.end);
            let skipped = match (&tag.tokens[at], next(1)) {
                // The name of an argument.
                (Token::Word(_), Some(Token::Sign(b'='))) if next(2) != Some(&Token::Sign(b'=')) => Some(2),
                // Filters of what stands between two tags.
                (Token::Sign(b'|'), _) => Some(2),
                (Token::Word("is"), Some(Token::Word("not"))) => Some(3),
                (Token::Word("is"), _) => Some(2),
                _ => None,
            };
            if let Some(skipped) = skipped {
                at += skipped;
                continue;
            }
            let start = at;
            match self.operand(tag, at..part.end, is_behind) {
                Some((shape, end)) => {
                    let (shape, end) = self.filters(tag, end..part.end, shape);
                    if start == part.start && end >= part.end {
                        return shape;
                    }
                    (at, is_behind) = (end, true);
                }
                None => (at, is_behind) = (at + 1, false),
            }
        }
        Shape::Anything
    }

    /// Reads a value, if one begins here; gives its shape, and where the tag goes on.
    fn operand(&mut self, tag: &Tag<'t>, part: Range<usize>, is_behind: bool) -> Option<(Shape<'w>, usize)> {
        let at = part.start;
        let next = tag.tokens.get(at + 1).filter(|_| at + 1 < part.end);
        Some(match (&tag.tokens[at], next) {
            (Token::Word(word), _) if KEYWORDS.contains(word) => return None,
            (Token::Word(word), _) if word.starts_with(|c: char| c.is_ascii_digit()) => (Shape::Anything, at + 1),
            (Token::Word(function), Some(Token::Sign(b'('))) => {
                let close = closing(tag, at + 1..part.end);
                self.read(tag, at + 2..close);
                (self.shapes.answer(function), close + 1)
            }
            (Token::Word(word), _) => self.path(tag, part, word),
            (Token::Text(_), _) => (Shape::Anything, at + 1),
            (Token::Sign(b'<'), Some(Token::Word(_))) if !is_behind => {
                (Shape::Anything, self.component(tag, at + 2..part.end))
            }
            (Token::Sign(open @ (b'(' | b'[' | b'{')), _) => {
                let close = closing(tag, part);
                let shape = match open {
                    b'[' => self.list(tag, at + 1..close),
                    _ => self.read(tag, at + 1..close),
                };
                (shape, close + 1)
            }
            _ => return None,
        })
    }

    /// Reads the filters of a value; gives the shape of what they make of it, and where the tag goes on.
    fn filters(&mut self, tag: &Tag<'t>, part: Range<usize>, mut shape: Shape<'w>) -> (Shape<'w>, usize) {
        let mut at = part.start;
        while at < part.end
            && let [Token::Sign(b'|'), Token::Word(filter), rest @ ..] = &tag.tokens[at..part.end]
        {
            shape = shape.filtered(filter);
            at += 2;
            if rest.first() == Some(&Token::Sign(b'(')) {
                let close = closing(tag, at..part.end);
                self.read(tag, at + 1..close);
                at = close + 1;
            }
        }
        (shape, at)
    }

    /// Reads the arguments of a component; gives where the tag goes on.
    fn component(&mut self, tag: &Tag<'t>, part: Range<usize>) -> usize {
        let mut at = part.start;
        while at < part.end {
            match &tag.tokens[at] {
                Token::Sign(b'>') => return at + 1,
                Token::Sign(b'{') => {
                    let close = closing(tag, at..part.end);
                    self.read(tag, at + 1..close);
                    at = close + 1;
                }
                _ => at += 1,
            }
        }
        at
    }

    /// Reads what stands in the brackets of a list: items, or what is made of each item of another list.
    fn list(&mut self, tag: &Tag<'t>, part: Range<usize>) -> Shape<'w> {
        let Some(at) = find(tag, part.clone(), "for") else {
            self.read(tag, part);
            return Shape::Anything;
        };
        let from = find(tag, at..part.end, "in").map_or(part.end, |at| at + 1);
        let until = find(tag, from..part.end, "if").unwrap_or(part.end);
        let item = self.read(tag, from..until).item();
        self.scopes.push(Scope { names: loop_names(&tag.tokens[at + 1..part.end], item), is_component: false });
        let made = self.read(tag, part.start..at);
        self.read(tag, until..part.end);
        self.scopes.pop();
        Shape::List(Box::new(made))
    }

    /// Reads `a.b[c].d`; gives its shape, and where the tag goes on.
    fn path(&mut self, tag: &Tag<'t>, part: Range<usize>, word: &'t str) -> (Shape<'w>, usize) {
        let shapes = self.shapes;
        let name = word.split('.').next().unwrap_or_default();
        let start = tag.starts[part.start];
        let mut reached = self.variable(name, start);
        reached.follow_all(shapes, &word[name.len()..], start + name.len());
        let mut at = part.start + 1;
        let mut indexes = vec![];
        while at < part.end {
            let sign = at + usize::from(tag.tokens[at] == Token::Sign(b'?'));
            match tag.tokens.get(sign..part.end) {
                Some([Token::Sign(b'.'), Token::Word(fields), ..]) => {
                    reached.follow_all(shapes, fields, tag.starts[sign + 1]);
                    at = sign + 2;
                }
                Some([Token::Sign(b'['), ..]) => {
                    let inside = sign + 1..closing(tag, sign..part.end);
                    at = inside.end + 1;
                    match &tag.tokens[inside.clone()] {
                        // Its name begins behind the quotation mark.
                        [Token::Text(field)] => reached.follow(shapes, field, tag.starts[inside.start] + 1),
                        // A part of a list is a list.
                        index if index.contains(&Token::Sign(b':')) => {}
                        _ => reached.shape = reached.shape.item(),
                    }
                    indexes.push(inside);
                }
                _ => break,
            }
        }
        match (reached.missing.take(), want::asked_of(tag, part.start)) {
            (Some(slip), _) => self.note(slip, Want::of(tag, part.start, at)),
            (None, Some(field)) if matches!(reached.shape, Shape::Map(_)) => {
                let mut asked = Reached { shape: reached.shape.clone(), missing: None };
                asked.follow(shapes, field, start);
                asked.missing.into_iter().for_each(|slip| self.note(slip, Want::IfThere));
            }
            _ => {}
        }
        for inside in indexes {
            self.read(tag, inside);
        }
        (reached.shape, at)
    }
}

/// Gives the variables of a loop with what they hold: the last one of `a` or `a, b` an item.
fn loop_names<'w, 't>(tokens: &[Token<'t>], item: Shape<'w>) -> BTreeMap<&'t str, Shape<'w>> {
    let names = names_before_in(tokens);
    let mut shapes: BTreeMap<_, _> = names.iter().map(|name| (*name, Shape::Anything)).collect();
    if let [name] = names[..] {
        shapes.insert(name, item);
    }
    shapes
}

/// Finds a word that stands in no brackets.
fn find(tag: &Tag<'_>, part: Range<usize>, word: &str) -> Option<usize> {
    let mut at = part.start;
    while at < part.end {
        match &tag.tokens[at] {
            Token::Word(found) if *found == word => return Some(at),
            Token::Sign(b'(' | b'[' | b'{') => at = closing(tag, at..part.end),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Finds the bracket that closes the one at the start of a part; gives the part's end if there is none.
fn closing(tag: &Tag<'_>, part: Range<usize>) -> usize {
    let mut depth = 0;
    for at in part.clone() {
        match &tag.tokens[at] {
            Token::Sign(b'(' | b'[' | b'{') => depth += 1,
            Token::Sign(b')' | b']' | b'}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    part.end
}

#[cfg(test)]
mod tests;
