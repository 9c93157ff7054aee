use quick_xml::events::Event;

use super::*;

/// Every character below U+0020, the two non-characters that XML forbids, and what ends sections.
fn nasty() -> String {
    ('\0'..' ').chain("\u{FFFE}\u{FFFF}]]>&nbsp;<b>\"'</title>😀\u{2028}".chars()).collect()
}

const MOMENT: Moment<'static> =
    Moment { rfc3339: "2024-08-01T09:00:00+02:00", rfc2822: "Thu, 1 Aug 2024 09:00:00 +0200" };

fn feed<'a>(text: &'a str, categories: Vec<&'a str>) -> Feed<'a> {
    Feed {
        title: text,
        description: text,
        id: "tag:example.org,2024:feed",
        home_url: "https://example.org/",
        feed_url: "https://example.org/feed.xml?a=1&b=2",
        language: "en",
        updated: MOMENT,
        author: Author { name: text, url: "https://example.org/about/" },
        copyright: text,
        generator: "Masthead 0.1.0",
        items: vec![Item {
            id: "https://example.org/p/",
            url: "https://example.org/p/",
            language: "de",
            title: text,
            summary_text: text,
            content_html: text,
            published: MOMENT,
            updated: MOMENT,
            authors: vec![Author { name: text, url: "" }],
            categories,
            image: "https://example.org/a b.png",
        }],
    }
}

/// Reads XML into pairs of an element's path and its text or attribute.
fn read(xml: &str) -> Vec<(String, String)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut path, mut found): (Vec<String>, Vec<(String, String)>) = (vec![], vec![]);
    let mut text = String::new();
    loop {
        let event = reader.read_event().expect("well-formed");
        if let Event::Start(start) | Event::Empty(start) = &event {
            path.push(start.name().as_ref().to_owned());
            for attribute in start.attributes() {
                let attribute = attribute.expect("well-formed");
                let value = quick_xml::escape::unescape(&attribute.value).expect("known entities").into_owned();
                found.push((format!("{}@{}", path.join("/"), attribute.key.as_ref()), value));
            }
            text.clear();
        }
        match &event {
            Event::Text(part) => text.push_str(part),
            Event::CData(part) => text.push_str(part),
            Event::GeneralRef(entity) => {
                let whole = format!("&{};", &**entity);
                text.push_str(&quick_xml::escape::unescape(&whole).expect("known entities"));
            }
            Event::End(_) => found.push((path.join("/"), std::mem::take(&mut text))),
            Event::Eof => break,
            _ => {}
        }
        if matches!(event, Event::End(_) | Event::Empty(_)) {
            path.pop();
        }
    }
    assert!(path.is_empty());
    found
}

fn get<'r>(found: &'r [(String, String)], path: &str) -> &'r str {
    found.iter().find(|(at, _)| at == path).map_or_else(|| panic!("no {path}"), |(_, text)| text)
}

#[test]
fn no_text_breaks_a_feed_and_none_that_xml_can_hold_is_lost() {
    let nasty = nasty();
    let legal = crate::render::xml::legal(&nasty).into_owned();
    let feed = feed(&nasty, vec![&nasty]);

    let found = read(&rss(&feed));
    assert_eq!(get(&found, "rss/channel/title"), legal);
    assert_eq!(get(&found, "rss/channel/item/title"), legal);
    assert_eq!(get(&found, "rss/channel/item/category"), legal);
    assert_eq!(get(&found, "rss/channel/item/dc:creator"), legal);
    assert_eq!(get(&found, "rss/channel/item/content:encoded"), legal);
    let description = get(&found, "rss/channel/item/description");
    assert_eq!(quick_xml::escape::unescape(description).expect("HTML of plain text"), legal);

    let found = read(&atom(&feed));
    for path in
        ["feed/title", "feed/entry/title", "feed/entry/category@term", "feed/entry/content", "feed/entry/summary"]
    {
        assert_eq!(get(&found, path), legal, "at {path}");
    }

    let json: serde_json::Value = serde_json::from_str(&json_feed(&feed)).expect("JSON");
    assert_eq!(json["items"][0]["content_html"], legal);
    assert_eq!(json["items"][0]["tags"][0], legal);
}

#[test]
fn an_item_in_another_language_says_so() {
    let mut feed = feed("A", vec![]);
    let found = read(&atom(&feed));
    assert_eq!((get(&found, "feed@xml:lang"), get(&found, "feed/entry@xml:lang")), ("en", "de"));
    let json: serde_json::Value = serde_json::from_str(&json_feed(&feed)).expect("JSON");
    assert_eq!((&json["language"], &json["items"][0]["language"]), (&"en".into(), &"de".into()));
    feed.items[0].language = "";
    assert!(!read(&atom(&feed)).iter().any(|(path, _)| path == "feed/entry@xml:lang"));
}

#[test]
fn rss_says_where_it_is_and_how_its_items_are_known() {
    let mut feed = feed("A", vec!["Business", "cloud"]);
    let found = read(&rss(&feed));
    assert_eq!(get(&found, "rss/channel/atom:link@href"), "https://example.org/feed.xml?a=1&b=2");
    assert_eq!(get(&found, "rss/channel/lastBuildDate"), MOMENT.rfc2822);
    assert_eq!(get(&found, "rss/channel/item/guid@isPermaLink"), "true");
    assert_eq!(get(&found, "rss/channel/item/media:content@url"), "https://example.org/a%20b.png");
    assert_eq!(found.iter().filter(|(path, _)| path == "rss/channel/item/category").count(), 2);
    feed.items[0].id = "tag:example.org,2024:1";
    assert_eq!(get(&read(&rss(&feed)), "rss/channel/item/guid@isPermaLink"), "false");
}

#[test]
fn atom_has_what_the_standard_requires_whoever_is_missing() {
    let mut feed = feed("A", vec![]);
    feed.author = Author::default();
    feed.items[0].authors.clear();
    feed.items[0].updated = Moment::default();
    let found = read(&atom(&feed));
    assert_eq!(get(&found, "feed/id"), "tag:example.org,2024:feed");
    assert_eq!(get(&found, "feed/author/name"), "A");
    assert_eq!(get(&found, "feed/entry/updated"), MOMENT.rfc3339);
    assert_eq!(get(&found, "feed/link@rel"), "self");
    assert!(!found.iter().any(|(path, _)| path == "feed/author/uri"));
}

#[test]
fn json_feed_leaves_out_what_is_not_known() {
    let empty = Feed { title: "A", items: vec![Item { id: "1", ..Item::default() }], ..Feed::default() };
    let json: serde_json::Value = serde_json::from_str(&json_feed(&empty)).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": "A",
            "items": [{"id": "1", "content_text": ""}],
        })
    );
}
