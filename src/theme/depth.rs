//! How deep templates reach into one another.
//!
//! The engine follows includes, blocks and components by calling itself, and so does its search for
//! circles. A chain without an end, or one that is merely very long, would take the whole stack and the
//! program with it. So how deep it goes is found before the engine sees a template.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;

use super::collection::Collection;
use super::outline::{Call, Kind, Outline, Piece, outline};
use super::{BUILT_IN_PREFIX, path_of};
use crate::diagnostic::{Diagnostic, Place};

/// Levels of templates that include or extend one another, blocks and their `super()` counted. With the
/// 20 levels of components that the engine allows they take half of the stack of a thread.
const MAX_DEPTH: u32 = 64;
/// Names of a chain that are said.
const SAID: usize = 6;

/// Checks that no template goes too deep.
///
/// # Errors
/// The one that does, or a circle of templates.
pub(super) fn check(templates: &Collection) -> Result<(), Diagnostic> {
    let files: Files<'_> =
        templates.texts.iter().map(|(name, text)| (name.as_str(), File { text, outline: outline(text) })).collect();
    let mut graph = Graph { templates, files: &files, nodes: vec![], edges: vec![], known: HashMap::new() };
    for (name, file) in &files {
        let family = family(name, &files)?;
        graph.add_template(name, &family);
        for piece in &file.outline.pieces {
            if let Kind::Component(component) = piece.kind {
                let node = graph.node(Node::Component(component));
                graph.add_calls(node, name, name, piece, &HashMap::new());
            }
        }
    }
    graph.measure()
}

type Files<'t> = BTreeMap<&'t str, File<'t>>;

struct File<'t> {
    text: &'t str,
    outline: Outline<'t>,
}

/// Gives a template and all that it extends, the nearest first. A parent that is not there, or a circle,
/// is for the engine to say.
fn family<'f, 't>(name: &str, files: &'f Files<'t>) -> Result<Vec<(&'t str, &'f Outline<'t>)>, Diagnostic> {
    let mut family: Vec<(&str, &Outline<'_>)> = vec![];
    let mut next = files.get_key_value(name);
    while let Some((name, file)) = next {
        if family.iter().any(|(known, _)| known == name) {
            break;
        }
        family.push((name, &file.outline));
        if family.len() > MAX_DEPTH as usize {
            let chain: Vec<String> = family.iter().map(|(name, _)| format!("`{name}`")).collect();
            let (first, outline) = family[0];
            let at = outline.parent.as_ref().map(|(_, at)| at.clone()).unwrap_or_default();
            let message =
                format!("`{first}` extends others over more than {MAX_DEPTH} levels, by way of {}", said(&chain));
            return Err(Diagnostic::error("template", message)
                .at(Place::in_text(path_of(first), files[first].text, at))
                .with_help("have one template hold what these add to one another"));
        }
        next = file.outline.parent.as_ref().and_then(|(parent, _)| files.get_key_value(parent.as_str()));
    }
    Ok(family)
}

/// Something that the engine renders, by itself or within something else.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Node<'t> {
    Template(&'t str),
    /// A block, as it is when this template is rendered.
    Block(&'t str, &'t str),
    Component(&'t str),
}

/// A call of one node in another.
struct Edge<'t> {
    to: usize,
    /// How many levels deeper it is.
    weight: u32,
    file: &'t str,
    at: Range<usize>,
}

struct Graph<'f, 't> {
    templates: &'t Collection,
    files: &'f Files<'t>,
    nodes: Vec<Node<'t>>,
    edges: Vec<Vec<Edge<'t>>>,
    known: HashMap<Node<'t>, usize>,
}

impl<'f, 't> Graph<'f, 't> {
    fn node(&mut self, node: Node<'t>) -> usize {
        *self.known.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            self.edges.push(vec![]);
            self.nodes.len() - 1
        })
    }

    /// Adds a template with the blocks that it has of its own or from those that it extends.
    fn add_template(&mut self, name: &'t str, family: &[(&'t str, &'f Outline<'t>)]) {
        let mut blocks: BTreeMap<&'t str, Vec<(&'t str, &'f Piece<'t>)>> = BTreeMap::new();
        for (file, outline) in family {
            for piece in &outline.pieces {
                let Kind::Block(block) = piece.kind else { continue };
                let lineage = blocks.entry(block).or_default();
                // A block takes the place of its parent's, and reaches that one only if it asks for it.
                if lineage.last().is_none_or(|(_, child)| child.calls_super) {
                    lineage.push((file, piece));
                }
            }
        }
        let levels = blocks.iter().map(|(block, lineage)| (*block, lineage.len() as u32)).collect();
        let root = self.node(Node::Template(name));
        if let Some((file, outline)) = family.last()
            && let Some(body) = outline.pieces.first()
        {
            self.add_calls(root, name, file, body, &levels);
        }
        for (block, lineage) in blocks {
            let node = self.node(Node::Block(name, block));
            for (file, piece) in lineage {
                self.add_calls(node, name, file, piece, &levels);
            }
        }
    }

    /// Adds what a part of `file` calls while `template` is rendered, whose blocks have so many levels.
    fn add_calls(
        &mut self,
        from: usize,
        template: &'t str,
        file: &'t str,
        piece: &'f Piece<'t>,
        levels: &HashMap<&'t str, u32>,
    ) {
        for (call, at) in &piece.calls {
            let (node, weight) = match call {
                Call::Include(name) => match self.files.get_key_value(name.as_str()) {
                    Some((name, _)) => (Node::Template(name), 1),
                    None => continue,
                },
                Call::Block(name) => match levels.get(name) {
                    Some(levels) => (Node::Block(template, name), *levels),
                    None => continue,
                },
                // The engine counts these while it renders, and a component may well call itself.
                Call::Component(name) => (Node::Component(name), 0),
            };
            let to = self.node(node);
            self.edges[from].push(Edge { to, weight, file, at: at.clone() });
        }
    }

    /// Finds how deep each node can be at most. Each takes part once for each level at most, so the time
    /// grows with the number of calls.
    fn measure(&self) -> Result<(), Diagnostic> {
        let mut levels = vec![0; self.nodes.len()];
        let mut callers: Vec<Option<usize>> = vec![None; self.nodes.len()];
        let mut is_waiting = vec![true; self.nodes.len()];
        let mut waiting: VecDeque<usize> = (0..self.nodes.len()).collect();
        while let Some(node) = waiting.pop_front() {
            is_waiting[node] = false;
            for edge in &self.edges[node] {
                let level = levels[node] + edge.weight;
                if level <= levels[edge.to] {
                    continue;
                }
                levels[edge.to] = level;
                callers[edge.to] = Some(node);
                if level > MAX_DEPTH {
                    return Err(self.describe(edge, &callers));
                }
                if !std::mem::replace(&mut is_waiting[edge.to], true) {
                    waiting.push_back(edge.to);
                }
            }
        }
        Ok(())
    }

    /// Says by which way a call comes to be too deep: in a circle, or in a long line.
    fn describe(&self, edge: &Edge<'t>, callers: &[Option<usize>]) -> Diagnostic {
        let mut chain = vec![edge.to];
        let mut is_met = vec![false; self.nodes.len()];
        is_met[edge.to] = true;
        let mut circle = None;
        while let Some(caller) = chain.last().and_then(|node| callers[*node]) {
            if std::mem::replace(&mut is_met[caller], true) {
                circle = chain.iter().position(|node| *node == caller);
                break;
            }
            chain.push(caller);
        }
        if let Some(start) = circle {
            return self.describe_circle(chain.drain(start..).rev().collect());
        }
        chain.reverse();
        let names = self.names(&chain);
        let message = format!("templates reach into one another over more than {MAX_DEPTH} levels: {}", said(&names));
        Diagnostic::error("template", message)
            .at(Place::in_text(path_of(edge.file), self.files[edge.file].text, edge.at.clone()))
            .with_help("have one template hold what these add to one another")
    }

    fn describe_circle(&self, mut circle: Vec<usize>) -> Diagnostic {
        // It begins with the first template in the order of names, whichever was come upon first; with one
        // of the user's, since the built-in ones go round in no circle by themselves.
        let rank = |node: &usize| match self.nodes[*node] {
            Node::Template(name) => (!self.templates.is_own(name), 0, name),
            Node::Block(template, _) => (!self.templates.is_own(template), 1, template),
            Node::Component(name) => (true, 2, name),
        };
        let first = (0..circle.len()).min_by_key(|at| rank(&circle[*at])).unwrap_or_default();
        circle.rotate_left(first);
        let (template, subject) = match circle.first().map(|node| self.nodes[*node]) {
            Some(Node::Block(template, block)) => (template, format!("the block `{block}` of `{template}`")),
            Some(Node::Template(name) | Node::Component(name)) => (name, format!("`{name}`")),
            None => return Diagnostic::error("template", "templates include one another in a circle"),
        };
        let (from, to) = (circle[0], circle.get(1).copied().unwrap_or(circle[0]));
        circle.push(circle[0]);
        let message = format!("{subject} includes itself, by way of {}", said(&self.names(&circle)));
        let edge = self.edges[from].iter().find(|edge| edge.to == to && self.templates.is_own(edge.file));
        let place = match edge {
            Some(edge) => Place::in_text(path_of(edge.file), self.files[edge.file].text, edge.at.clone()),
            None => Place::file(path_of(template)),
        };
        let problem = Diagnostic::error("template", message).at(place);
        match from == to && self.files.contains_key(format!("{BUILT_IN_PREFIX}{template}").as_str()) {
            true => problem
                .with_help(format!("`{{% include \"{BUILT_IN_PREFIX}{template}\" %}}` includes the built-in one")),
            false => problem,
        }
    }

    /// Names the nodes of a chain, but not the blocks by which a template gets to another.
    fn names(&self, chain: &[usize]) -> Vec<String> {
        let has_others = chain.iter().any(|node| !matches!(self.nodes[*node], Node::Block(..)));
        let names = chain.iter().filter_map(|node| match self.nodes[*node] {
            Node::Template(name) => Some(format!("`{name}`")),
            Node::Component(name) => Some(format!("component `{name}`")),
            Node::Block(_, name) => (!has_others).then(|| format!("`{name}`")),
        });
        names.collect()
    }
}

/// Lists names, and of many the first.
fn said(names: &[String]) -> String {
    match names.len().checked_sub(SAID + 1) {
        Some(more @ 1..) => format!("{} and {} more", names[..SAID].join(", "), more + 1),
        _ => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_of(templates: &[(&str, &str)]) -> Option<String> {
        let texts = templates.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        check(&Collection { texts, ..Collection::default() }).err().map(|error| error.message)
    }

    fn chain(length: usize, link: impl Fn(usize) -> String) -> Collection {
        let mut chain: BTreeMap<String, String> = (0..length).map(|at| (format!("t{at}"), link(at + 1))).collect();
        chain.insert(format!("t{length}"), String::new());
        Collection { texts: chain, ..Collection::default() }
    }

    #[test]
    fn chains_have_a_limit_of_length() {
        for link in ["{% include 't#' %}", "{% extends 't#' %}"] {
            let of = |length| check(&chain(length, |at| link.replace('#', &at.to_string())));
            assert_eq!(of(MAX_DEPTH as usize - 1), Ok(()), "{link}");
            let error = of(10_000).unwrap_err();
            assert!(error.message.contains("over more than 64 levels") && error.message.len() < 200, "{error:?}");
            assert!(error.message.contains(", `t"), "{error:?}");
            assert_eq!(error.place.unwrap().column, 1);
        }
    }

    #[test]
    fn a_component_may_call_itself_but_not_by_way_of_a_template() {
        assert_eq!(said_of(&[("c", "{% component z() %}{% if 0 %}{{ <z/> }}{% endif %}{% endcomponent z %}")]), None);
        let through = said_of(&[
            ("c", "{% component z() %}{% include 'b' %}{% endcomponent z %}"),
            ("a", "{% include 'b' %}"),
            ("b", "{{ <z/> }}"),
        ]);
        assert_eq!(through.as_deref(), Some("`b` includes itself, by way of `b`, component `z`, `b`"));
    }

    #[test]
    fn a_block_that_comes_back_to_itself_is_found() {
        let base = ("base", "{% block b %}{% block a %}{% endblock %}{% endblock %}");
        let child = "{% extends 'base' %}{% block a %}{% block b %}{{ super() }}{% endblock %}{% endblock %}";
        assert_eq!(
            said_of(&[base, ("child", child)]).as_deref(),
            Some("the block `a` of `child` includes itself, by way of `a`, `b`, `a`")
        );
        assert_eq!(said_of(&[base, ("child", &child.replace("{{ super() }}", ""))]), None);
        assert_eq!(said_of(&[base, ("child", "{% extends 'base' %}{% block b %}{{ super() }}{% endblock %}")]), None);
    }

    #[test]
    fn an_include_in_a_block_that_is_replaced_is_none() {
        let of = |text| said_of(&[("a", "{% block b %}{% include 'c' %}{% endblock %}"), ("c", text)]);
        assert_eq!(of("{% extends 'a' %}{% block b %}{% endblock %}"), None);
        assert_eq!(of("{% extends 'a' %}").as_deref(), Some("`c` includes itself, by way of `c`, `c`"));
    }
}
