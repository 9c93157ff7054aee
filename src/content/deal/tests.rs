use proptest::prelude::*;

use super::*;
use crate::content::front_matter::{self, Reader};
use crate::source::SourceFile;

/// Reads front matter; gives its deals, and each complaint as `code line:column message | help`.
fn read(front_matter: &str) -> (Vec<Deal>, Vec<String>) {
    let file = SourceFile::new("a.md", format!("---\n{front_matter}\n---\n"));
    let (matter, problems) = front_matter::parse(&file);
    assert!(problems.is_empty(), "{problems:?}");
    let reader = Reader::new(&file, &matter);
    let deals = Deal::read_all(&reader.root());
    let line = |d: Diagnostic| {
        let place = d.place.unwrap();
        format!("{} {}:{} {} | {}", d.code, place.line, place.column, d.message, d.help.join("; "))
    };
    (deals, reader.finish().into_iter().map(line).collect())
}

fn fine(front_matter: &str) -> Deal {
    let (mut deals, said) = read(front_matter);
    assert_eq!(said, Vec::<String>::new());
    deals.remove(0)
}

fn party(name: &str, role: Role) -> Party {
    Party { name: name.to_owned(), role }
}

const TIKTOK: &str = "deals:
  - id: tiktok-microsoft-openai-models
    buyer: TikTok
    seller: Microsoft
    kind: cloud
    amount: nearly $20M per month
    status: reported
    as_of: 2024-03
    source: The Information";

#[test]
fn a_deal_is_read_whole() {
    let deal = fine(TIKTOK);
    assert_eq!(deal.id.as_deref(), Some("tiktok-microsoft-openai-models"));
    assert_eq!(deal.parties, [party("TikTok", Role::Buyer), party("Microsoft", Role::Seller)]);
    assert_eq!((deal.kind, deal.status), (Kind::Cloud, Status::Reported));
    assert_eq!(deal.amount.as_ref().map(ToString::to_string).as_deref(), Some("nearly $20M per month"));
    assert_eq!(deal.as_of.map(|date| date.to_string()).as_deref(), Some("March 2024"));
    assert_eq!(deal.source.as_deref(), Some("The Information"));
    assert_eq!(deal.heading(), "TikTok → Microsoft");
    assert_eq!(deal.position, Position { line: 3, column: 9, length: 30 });
    assert_eq!(deal.amount_position, Some(Position { line: 7, column: 13, length: 21 }));
    assert_eq!(bitcode::decode::<Deal>(&bitcode::encode(&deal)).unwrap(), deal);
}

#[test]
fn one_deal_needs_no_list_and_lines_above_do_not_change_what_is_serialised() {
    let alone = fine("deal:\n  id: a-b\n  investor: A\n  company: B");
    let below = fine("title: T\ndeals:\n- id: a-b\n  investor: A\n  company: B");
    assert_eq!(serde_json::to_string(&alone).unwrap(), serde_json::to_string(&below).unwrap());
    assert_ne!(alone.position, below.position);
}

#[test]
fn roles_tell_who_pays_whom() {
    let flow = |lines: &str| {
        let deal = fine(&format!("deal:\n  id: x\n  {}", lines.replace('\n', "\n  ")));
        deal.flow().map(|flow| format!("{} > {}", flow.payers.join("+"), flow.receivers.join("+")))
    };
    assert_eq!(flow("buyer: A\nseller: B").unwrap(), "A > B");
    assert_eq!(flow("company: B\ninvestors: [A, C]").unwrap(), "A+C > B");
    assert_eq!(flow("licensor: A\nlicensee: B").unwrap(), "B > A");
    assert_eq!(flow("acquirer: A\ntarget: B").unwrap(), "A > B");
    assert_eq!(flow("partners: [A, B]"), None);
    assert_eq!(flow("parties: [A, B]"), None);
    assert_eq!(flow("company: A"), None);
    assert_eq!(flow("parties:\n  - {name: A, role: seller}\n  - {name: B, role: customer}").unwrap(), "B > A");
    assert_eq!(flow("parties:\n  buyer: A\n  seller: B").unwrap(), "A > B");
    assert_eq!(fine("deal:\n  id: x\n  parties: [A, B, C]").heading(), "A, B and C");
}

#[test]
fn other_words_are_read() {
    let kind = |text| Kind::parse(text).unwrap().name();
    assert_eq!(
        ["licence", "License", "funding", "M&A", "acqui-hire", "settlement"].map(kind),
        ["licensing", "licensing", "investment", "acquisition", "hiring", "other"]
    );
    let status = |text| Status::parse(text).unwrap().name();
    assert_eq!(["rumored", "completed", "cancelled"].map(status), ["rumoured", "closed", "ended"]);
}

#[test]
fn what_is_missing_is_said_with_the_line_to_add() {
    let (deals, said) = read("deals:\n  - buyer: TikTok\n    seller: Microsoft\n    kind: cloud");
    assert_eq!(deals.len(), 1);
    assert_eq!(
        said,
        [
            "deal-without-id 3:5 this deal has no `id`, so that no other report can join it | add `id: tiktok-microsoft-cloud`"
        ]
    );
    let (deals, said) = read("deals:\n  - id: x\n    amount: $1M");
    assert_eq!(deals, []);
    assert!(said[0].starts_with("deal-without-parties 3:5 this deal names nobody who takes part | add `buyer`"));
    let (deals, said) = read("deals: [a]");
    assert_eq!(deals, []);
    assert!(said[0].starts_with("wrong-type 2:"), "{said:?}");
}

#[test]
fn what_is_wrong_is_said_with_what_was_meant() {
    let (deals, said) = read(
        "deals:\n  - id: TikTok & Microsoft\n    buyr: TikTok\n    seller: Microsoft\n    kind: cluod\n    status: anounced\n    amount: lots\n    as_of: 2024-13",
    );
    assert_eq!(deals.len(), 1);
    assert_eq!((deals[0].kind, deals[0].amount.clone(), deals[0].as_of), (Kind::Other, None, None));
    let expected = [
        "unknown-key 4:5 `buyr` is not a key of a deal | did you mean `buyer`?",
        "unknown-kind 6:11 `cluod` is not a known kind of a deal | did you mean `cloud`?",
        "bad-amount 8:13 the amount `lots` can't be read: it holds no number | write for example",
        "unknown-status 7:13 `anounced` is not a known status of a deal | did you mean `announced`?",
        "bad-date 9:12 the date `2024-13` does not exist: there is no month 13 | write `2024`",
        "bad-deal-id 3:9 the id `TikTok & Microsoft` may hold small letters, digits and single hyphens only | write `id: tiktok-and-microsoft`",
    ];
    for (said, expected) in said.iter().zip(expected) {
        let expected = expected.replace("tiktok-and-microsoft", "tiktok-microsoft");
        assert!(said.starts_with(&expected), "{said}");
    }
    assert_eq!(said.len(), expected.len());
}

#[test]
fn a_party_as_a_key_is_shown_as_a_party() {
    let (deals, said) = read("deals:\n  - id: x\n    parties:\n      - OpenAI: buyer\n      - 'Oracle, Inc.': 5%");
    assert_eq!(deals.len(), 1);
    assert_eq!(
        said,
        [
            "party-as-key 5:9 `OpenAI` names a party, and stands where a key belongs | write each party as `- {name: OpenAI, role: buyer}`",
            "party-as-key 6:9 `Oracle, Inc.` names a party, and stands where a key belongs | write each party as `- {name: \"Oracle, Inc.\", role: partner}`",
        ]
    );
    assert_eq!(read("deals:\n  - id: x\n    parties:\n      - {name: OpenAI, role: buyer}").1, Vec::<String>::new());
}

#[test]
fn a_deal_twice_in_one_post_and_a_deal_with_itself_are_warned_about() {
    let (_, said) = read("deals:\n  - id: x\n    buyer: A\n    seller: A\n  - id: x\n    parties: [A, B]");
    assert!(said[0].starts_with("deal-with-itself 3:"), "{said:?}");
    assert!(said[1].starts_with("deal-twice 6:9 this post reports the deal `x` twice"), "{said:?}");
}

#[test]
fn a_status_goes_back_when_it_takes_something_back() {
    assert!(Status::Reported.goes_back_from(Status::Closed) && Status::Denied.goes_back_from(Status::Announced));
    assert!(Status::Reported.goes_back_from(Status::Denied) && Status::Announced.goes_back_from(Status::Ended));
    assert!(!Status::Denied.goes_back_from(Status::Rumoured) && !Status::Announced.goes_back_from(Status::Denied));
    assert!(!Status::Ended.goes_back_from(Status::Closed) && !Status::Closed.goes_back_from(Status::Closed));
}

proptest! {
    #[test]
    fn a_proposed_id_is_a_good_one(names in proptest::collection::vec("\\PC{1,60}", 1..5)) {
        let parties = names.into_iter().map(|name| party(&name, Role::Partner)).collect();
        let deal = Deal { parties, ..fine(TIKTOK) };
        let id = deal.proposed_id();
        prop_assert!(id.len() <= LONGEST_ID && id == slug(&id) && !id.is_empty(), "{}", id);
    }

    #[test]
    fn no_value_is_too_strange(key in "(id|parties|buyer|kind|amount|as_of|status|source|per)", value in "[a-z0-9$\\[\\]{}:, -]{0,20}") {
        let file = SourceFile::new("a.md", format!("---\ndeals:\n  - {key}: {value}\n    seller: B\n---\n"));
        let (matter, _) = front_matter::parse(&file);
        let reader = Reader::new(&file, &matter);
        let _ = Deal::read_all(&reader.root());
    }
}
