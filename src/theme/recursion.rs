//! Components that call themselves without an end.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::collection::Collection;
use super::outline::{Call, Kind, Outline, outline};
use super::path_of;
use crate::diagnostic::{Diagnostic, Place};

/// How deep components may call one another; the engine's own limit.
const MAX_LEVELS: u32 = 20;

/// A call of a component: its name, the template where it stands, and where there.
type ComponentCall<'t> = (&'t str, &'t str, Range<usize>);

/// Says which component a template comes to that calls itself, and where. The engine says only that it was
/// too often.
pub(super) fn describe(templates: &Collection, template: &str) -> Diagnostic {
    let outlines: BTreeMap<&str, Outline<'_>> =
        templates.texts.iter().map(|(name, text)| (name.as_str(), outline(text))).collect();
    let place = |(_, file, at): &ComponentCall<'_>| Place::in_text(path_of(file), templates.text(file), at.clone());
    for call in calls_of_template(&outlines, template) {
        let Some(again) = comes_back(&outlines, call.0) else { continue };
        let message = format!("the component `{}` calls itself over more than {MAX_LEVELS} levels", again.0);
        return Diagnostic::error("template", message)
            .at(place(&again))
            .with_related(place(&call), format!("`{}` is called here", call.0))
            .with_help("have it end sooner, or write what repeats as a loop");
    }
    let message = format!("components call one another over more than {MAX_LEVELS} levels");
    Diagnostic::error("template", message).with_help("have one component hold what these add to one another")
}

/// Lists the components that a template calls, with all that it extends and includes.
fn calls_of_template<'t>(outlines: &BTreeMap<&'t str, Outline<'t>>, template: &str) -> Vec<ComponentCall<'t>> {
    let mut calls = vec![];
    let mut waiting = vec![template.to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        let Some((file, outline)) = outlines.get_key_value(name.as_str()) else { continue };
        if !seen.insert(*file) {
            continue;
        }
        waiting.extend(outline.parent.iter().map(|(parent, _)| parent.clone()));
        for piece in outline.pieces.iter().filter(|piece| !matches!(piece.kind, Kind::Component(_))) {
            for (call, at) in &piece.calls {
                match call {
                    Call::Include(name) => waiting.push(name.clone()),
                    Call::Component(name) => calls.push((*name, *file, at.clone())),
                    Call::Block(_) => {}
                }
            }
        }
    }
    calls
}

/// Finds by which call a component comes to one that it is in already.
fn comes_back<'t>(outlines: &BTreeMap<&'t str, Outline<'t>>, start: &'t str) -> Option<ComponentCall<'t>> {
    let calls_of = |component: &str| -> Vec<ComponentCall<'t>> {
        let pieces = outlines.iter().flat_map(|(file, outline)| outline.pieces.iter().map(move |piece| (*file, piece)));
        pieces
            .filter(|(_, piece)| matches!(piece.kind, Kind::Component(name) if name == component))
            .flat_map(|(file, piece)| piece.calls.iter().map(move |call| (file, call)))
            .filter_map(|(file, (call, at))| match call {
                Call::Component(name) => Some((*name, file, at.clone())),
                _ => None,
            })
            .collect()
    };
    let mut seen = BTreeSet::from([start]);
    // Each with the calls in it that are still to be followed.
    let mut path = vec![(start, calls_of(start))];
    while let Some((_, calls)) = path.last_mut() {
        let Some(call) = calls.pop() else {
            path.pop();
            continue;
        };
        if path.iter().any(|(name, _)| *name == call.0) {
            return Some(call);
        }
        if seen.insert(call.0) {
            path.push((call.0, calls_of(call.0)));
        }
    }
    None
}
