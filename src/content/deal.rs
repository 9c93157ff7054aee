//! A deal as one post reports it: who, what, how much, how sure, and since when.
//!
//! In goes an item of `deals:`; out comes a [`Deal`], with every complaint at its line. What several
//! posts say about one deal is put together by [`crate::newsroom::ledger`].

mod names;

use serde::Serialize;

use super::date::{PartialDate, quoted};
use super::entry::{warn_of_comma, warn_of_cut_names};
use super::front_matter::{Node, in_braces};
use super::markdown::Position;
use super::money::Amount;
use super::slug::is_device_name;
use crate::diagnostic::{Diagnostic, nearest};

pub use names::{Kind, Role, Status};

/// Ids longer than this are refused: they become the names of folders.
const LONGEST_ID: usize = 80;

/// The keys of a deal that do not name a party.
const KEYS: [&str; 15] = [
    "id",
    "parties",
    "kind",
    "amount",
    "currency",
    "per",
    "cadence",
    "status",
    "as_of",
    "announced",
    "closed",
    "date",
    "source",
    "note",
    "title",
];

/// One report of a deal.
///
/// Positions are no part of what is serialised, so that a fingerprint does not change when a line
/// above moves the deal.
#[derive(Clone, Debug, PartialEq, Serialize, bitcode::Encode, bitcode::Decode)]
pub struct Deal {
    /// Its name in the ledger, which joins all reports of the deal; `None` if the author gave none.
    pub id: Option<String>,
    /// A name for people, if the author gave one.
    pub title: Option<String>,
    /// Who takes part; at least one.
    pub parties: Vec<Party>,
    /// What it is about.
    pub kind: Kind,
    /// How much it is worth.
    pub amount: Option<Amount>,
    /// How far it got, and how sure that is; `reported` unless the author says otherwise.
    pub status: Status,
    /// The time that the report speaks of.
    pub as_of: Option<PartialDate>,
    /// When it was announced.
    pub announced: Option<PartialDate>,
    /// When it was closed.
    pub closed: Option<PartialDate>,
    /// When it was made, if that is all that is known.
    pub date: Option<PartialDate>,
    /// Who says so.
    pub source: Option<String>,
    /// What else there is to say.
    pub note: Option<String>,
    /// Where the report stands: its `id`, or its first line.
    #[serde(skip)]
    pub position: Position,
    /// Where the time stands that the report speaks of.
    #[serde(skip)]
    pub as_of_position: Option<Position>,
    /// Where the amount stands.
    #[serde(skip)]
    pub amount_position: Option<Position>,
    /// Where the status stands.
    #[serde(skip)]
    pub status_position: Option<Position>,
}

/// Somebody in a deal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, bitcode::Encode, bitcode::Decode)]
pub struct Party {
    /// The name, as the author wrote it.
    pub name: String,
    /// The part that it plays.
    pub role: Role,
}

/// Who pays whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow<'d> {
    /// Those who pay; at least one.
    pub payers: Vec<&'d str>,
    /// Those who are paid; at least one.
    pub receivers: Vec<&'d str>,
}

impl Deal {
    /// Reads all deals of a post: the items of `deals`, and `deal` if there is only one.
    pub fn read_all(front_matter: &Node<'_>) -> Vec<Self> {
        let nodes = ["deals", "deal"].iter().filter_map(|key| front_matter.get(key)).flat_map(|node| node.items());
        let mut deals: Vec<Self> = vec![];
        for node in nodes {
            let Some(deal) = Self::read(&node) else { continue };
            if deal.id.is_some() && deals.iter().any(|other| other.id == deal.id) {
                let id = deal.id.as_deref().unwrap_or_default();
                let help = "join the two, or give the second deal an `id` of its own";
                node.get("id").unwrap_or(node).warn(
                    "deal-twice",
                    format!("this post reports the deal `{id}` twice"),
                    help,
                );
            }
            deals.push(deal);
        }
        deals
    }

    /// Reads one deal; `None` if it names nobody.
    ///
    /// Reported are what can't be read, keys that are not known, and an `id` or parties that are
    /// missing.
    pub fn read(node: &Node<'_>) -> Option<Self> {
        if !node.is_mapping() {
            node.expected("a deal with keys of its own", "write `id`, `buyer`, `seller`, `amount` and so on below it");
            return None;
        }
        warn_unknown_keys(node, &KEYS, "a deal");
        let parties = read_parties(node);
        let kind = node.get("kind").and_then(|kind| read_name(&kind, Kind::parse, Kind::ALL.map(Kind::name)));
        let status = node.get("status");
        let amount = node.get("amount");
        let date = |key| node.get(key).and_then(|date| PartialDate::read(&date));
        let text = |key| node.get(key).map(|text| text.texts().join(", ")).filter(|text| !text.is_empty());
        let mut deal = Self {
            id: None,
            title: text("title"),
            parties,
            kind: kind.unwrap_or(Kind::Other),
            amount: Amount::read(node),
            status: status
                .as_ref()
                .and_then(|status| read_name(status, Status::parse, Status::ALL.map(Status::name)))
                .unwrap_or(Status::Reported),
            as_of: date("as_of"),
            announced: date("announced"),
            closed: date("closed"),
            date: date("date"),
            source: text("source"),
            note: text("note"),
            position: Position::of(&node.get("id").unwrap_or_else(|| node.clone()).place()),
            as_of_position: node.get("as_of").map(|as_of| Position::of(&as_of.place())),
            amount_position: amount.map(|amount| Position::of(&amount.place())),
            status_position: status.map(|status| Position::of(&status.place())),
        };
        deal.id = deal.read_id(node);
        deal.warn_if_closed_early(node);
        if deal.parties.is_empty() {
            let help = "add `buyer` and `seller`, `investor` and `company`, or `parties: [One, Another]`";
            node.error("deal-without-parties", "this deal names nobody who takes part", help);
            return None;
        }
        Some(deal)
    }

    /// Says who pays whom, where the roles tell.
    pub fn flow(&self) -> Option<Flow<'_>> {
        flow(&self.parties)
    }

    /// Names the deal in a few words: `TikTok → Microsoft`, or `OpenAI, SoftBank and Oracle`.
    pub fn heading(&self) -> String {
        heading(&self.parties)
    }

    /// Proposes an `id`: the names in order of payment, and the kind.
    pub fn proposed_id(&self) -> String {
        let mut names: Vec<&str> = match self.flow() {
            Some(flow) => flow.payers.into_iter().chain(flow.receivers).collect(),
            None => self.parties.iter().map(|party| party.name.as_str()).collect(),
        };
        names.truncate(4);
        let mut id = slug(&names.join(" "));
        let kind = if self.kind == Kind::Other { "deal" } else { self.kind.name() };
        id.truncate(LONGEST_ID - kind.len() - 1);
        format!("{}-{kind}", id.trim_end_matches('-')).trim_start_matches('-').to_owned()
    }

    fn warn_if_closed_early(&self, node: &Node<'_>) {
        if let (Some(announced), Some(closed)) = (self.announced, self.closed)
            && closed.last_day() < announced.first_day()
            && let Some(node) = node.get("closed")
        {
            let message = format!("the deal was closed in {closed}, before it was announced in {announced}");
            node.warn("closed-before-announced", message, "correct the one that is wrong, or take it out");
        }
    }

    fn read_id(&self, node: &Node<'_>) -> Option<String> {
        let proposal = self.proposed_id();
        let Some(given) = node.get("id").and_then(|id| id.some_text()) else {
            if node.get("id").is_none_or(|id| id.value().as_str().is_some_and(|id| id.trim().is_empty())) {
                let message = "this deal has no `id`, so that no other report can join it";
                node.warn("deal-without-id", message, format!("add `id: {proposal}`"));
            }
            return None;
        };
        if given.len() <= LONGEST_ID && given == slug(&given) && !is_device_name(&given) {
            return Some(given);
        }
        let (reason, repaired) = if given.len() > LONGEST_ID {
            (format!("is longer than {LONGEST_ID} bytes"), proposal)
        } else if is_device_name(&given) {
            ("is a name that Windows keeps for a device".to_owned(), format!("{given}-deal"))
        } else {
            ("may hold small letters, digits and single hyphens only".to_owned(), slug(&given))
        };
        let repaired = if repaired.is_empty() { self.proposed_id() } else { repaired };
        let message = format!("the id {} {reason}", quoted(&given));
        node.get("id")?.error("bad-deal-id", message, format!("write `id: {repaired}`"));
        None
    }
}

/// Says who pays whom: a buyer a seller, an investor a company, a licensee a licensor, an acquirer a target.
pub fn flow(parties: &[Party]) -> Option<Flow<'_>> {
    let named = |role| parties.iter().filter(|party| party.role == role).map(|party| party.name.as_str()).collect();
    Role::PAYMENTS
        .iter()
        .map(|(payer, receiver)| Flow { payers: named(*payer), receivers: named(*receiver) })
        .find(|flow| !flow.payers.is_empty() && !flow.receivers.is_empty())
}

/// Names the parties in order of payment with an arrow, or joins them with `and`.
pub fn heading(parties: &[Party]) -> String {
    match flow(parties) {
        Some(flow) => format!("{} → {}", joined(&flow.payers), joined(&flow.receivers)),
        None => joined(&parties.iter().map(|party| party.name.as_str()).collect::<Vec<_>>()),
    }
}

/// Joins names: `A`, `A and B`, `A, B and C`.
fn joined(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => isolated(one),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| isolated(name)).collect();
            format!("{} and {}", first.join(", "), isolated(last))
        }
    }
}

/// Keeps a name that is written from the right to itself (Unicode annex 9), so that it does not turn the arrow of
/// its line around, and with it who pays whom.
fn isolated(name: &str) -> String {
    if name.contains(is_from_the_right) { format!("\u{2068}{name}\u{2069}") } else { name.to_owned() }
}

/// Says whether a letter is of a script that is written from the right.
pub fn is_from_the_right(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Reads the short forms (`buyer: …`) and `parties`, in the author's order.
fn read_parties(node: &Node<'_>) -> Vec<Party> {
    let mut parties: Vec<Party> = vec![];
    for (key, value) in node.entries() {
        if key == "parties" {
            warn_of_comma(&value);
            warn_of_cut_names(&value);
            for item in value.items() {
                read_party(&item, &mut parties);
            }
        } else if let Some(role) = Role::of_key(key) {
            warn_of_comma(&value);
            warn_of_cut_names(&value);
            add(&mut parties, value.texts(), role);
        }
    }
    let payments = flow(&parties);
    let own = payments.and_then(|flow| flow.payers.into_iter().find(|payer| flow.receivers.contains(payer)));
    if let Some(name) = own {
        let message = format!("{} is on both sides of this deal", quoted(name));
        node.warn("deal-with-itself", message, "name the other side, or list both under `parties`");
    }
    parties
}

/// Reads an item of `parties`: a name, `{name: …, role: …}`, or `{buyer: …}`.
fn read_party(item: &Node<'_>, parties: &mut Vec<Party>) {
    if !item.is_mapping() {
        return add(parties, item.some_text(), Role::Partner);
    }
    if let Some((name, value)) = party_as_key(item) {
        let role = value.value().as_str().and_then(Role::parse).unwrap_or(Role::Partner);
        let message = format!("{} names a party, and stands where a key belongs", quoted(name));
        let help = format!("write each party as `- {{name: {}, role: {}}}`", in_braces(name), role.name());
        item.reader().report(Diagnostic::error("party-as-key", message).at(value.key_place()).with_help(help));
        // That nobody takes part would not be true.
        return add(parties, [name.to_owned()], role);
    }
    warn_unknown_keys(item, &["name", "role"], "a party");
    for (key, value) in item.entries() {
        if let Some(role) = Role::of_key(key) {
            add(parties, value.texts(), role);
        }
    }
    let role = item.get("role").map(|role| read_name(&role, Role::parse, Role::ALL.map(Role::name)));
    if let Some(name) = item.get("name") {
        add(parties, name.some_text(), role.flatten().unwrap_or(Role::Partner));
    } else if let Some(role) = item.get("role") {
        role.error("deal-without-parties", "this party has a role and no name", "add `name: …` beside `role`");
    }
}

/// Finds a name that stands as the key of a party (`OpenAI: buyer`), where no key is one that a party has.
fn party_as_key<'r>(item: &Node<'r>) -> Option<(&'r str, Node<'r>)> {
    let known = || ["name", "role"].into_iter().chain(Role::ALL.map(Role::name));
    let is_key = |key: &str| Role::of_key(key).is_some() || nearest(key, known()).is_some();
    let entries = item.entries();
    if entries.iter().any(|(key, _)| is_key(key)) { None } else { entries.into_iter().next() }
}

fn add(parties: &mut Vec<Party>, names: impl IntoIterator<Item = String>, role: Role) {
    for name in names {
        let party = Party { name: name.split_whitespace().collect::<Vec<_>>().join(" "), role };
        if !parties.contains(&party) {
            parties.push(party);
        }
    }
}

/// Reads a name of a closed list, and offers the nearest one for another.
fn read_name<T, const N: usize>(node: &Node<'_>, parse: fn(&str) -> Option<T>, known: [&'static str; N]) -> Option<T> {
    let text = node.some_text()?;
    let found = parse(&text);
    if found.is_none() {
        let key = node.name();
        let code = match key {
            "status" => "unknown-status",
            "role" => "unknown-role",
            _ => "unknown-kind",
        };
        let list = listed(&known);
        let help = match nearest(&text, known) {
            Some(name) => format!("did you mean `{name}`? known are {list}"),
            None => format!("write one of {list}"),
        };
        node.error(code, format!("{} is not a known {key} of a deal", quoted(&text)), help);
    }
    found
}

fn warn_unknown_keys(node: &Node<'_>, known: &[&'static str], what: &str) {
    for (key, value) in node.entries() {
        if known.contains(&key) || Role::of_key(key).is_some() {
            continue;
        }
        let names = known.iter().copied().chain(Role::ALL.map(Role::name));
        let help = match nearest(key, names) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("remove it, or say it in `note`; {what} has the keys {}", listed(known)),
        };
        let warning = Diagnostic::warning("unknown-key", format!("{} is not a key of {what}", quoted(key)));
        node.reader().report(warning.at(value.key_place()).with_help(help));
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Brings a text into the shape of an id: small letters and digits of ASCII, single hyphens.
fn slug(text: &str) -> String {
    let plain = deunicode::deunicode(text).to_lowercase();
    let words: Vec<&str> = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests;
