use serde_json::Value;

use super::*;

fn site() -> Site<'static> {
    Site { title: "The Desk", home_url: "https://example.org/", language: "en", ..Site::default() }
}

fn page() -> Page<'static> {
    Page {
        language: "",
        url: "https://example.org/posts/x/",
        title: "TikTok pays Microsoft",
        description: "A sentence.",
        breadcrumbs: vec![Link { name: "Posts", url: "https://example.org/posts/" }],
    }
}

fn graph(site: &Site<'_>, page: &Page<'_>, subject: &Subject<'_>) -> Vec<Value> {
    let mut value: Value = serde_json::from_str(&json_ld(site, page, subject)).expect("JSON");
    assert_eq!(value["@context"], "https://schema.org");
    value["@graph"].as_array_mut().map(std::mem::take).expect("a graph")
}

fn node<'g>(graph: &'g [Value], kind: &str) -> &'g Value {
    graph.iter().find(|node| node["@type"] == kind).unwrap_or_else(|| panic!("no {kind} in {graph:#?}"))
}

fn subjects() -> Vec<Subject<'static>> {
    let post = Link { name: "A post", url: "https://example.org/posts/y/" };
    let microsoft =
        Mention { name: "Microsoft", url: "https://example.org/companies/microsoft/", ..Mention::default() };
    vec![
        Subject::Home,
        Subject::Article(Article { published: "2024-08-01T09:00:00Z", about: vec![microsoft], ..Article::default() }),
        Subject::Collection,
        Subject::Entity(Entity { name: "Microsoft", posts: vec![post], ..Entity::default() }),
        Subject::Author(Entity { kind: Kind::Person, name: "Nuked", ..Entity::default() }),
        Subject::Edition(Edition { number: Some(7), posts: vec![post], ..Edition::default() }),
        Subject::Ledger(Ledger { csv_url: "https://example.org/deals.csv", ..Ledger::default() }),
        Subject::Deal(Deal { parties: vec![microsoft], reports: vec![post], ..Deal::default() }),
        Subject::Other,
    ]
}

/// Collects the values of `@id`: of nodes that say more, and of references.
fn ids<'v>(value: &'v Value, defined: &mut Vec<&'v str>, referred: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| ids(item, defined, referred)),
        Value::Object(object) => {
            if let Some(Value::String(id)) = object.get("@id") {
                if object.len() == 1 { referred.push(id) } else { defined.push(id) }
            }
            object.values().for_each(|item| ids(item, defined, referred));
        }
        _ => {}
    }
}

#[test]
fn every_reference_is_answered_on_the_same_page() {
    for subject in subjects() {
        let graph = Value::Array(graph(&site(), &page(), &subject));
        let (mut defined, mut referred) = (vec![], vec![]);
        ids(&graph, &mut defined, &mut referred);
        for id in referred {
            assert!(defined.contains(&id), "{id} is not defined for {subject:?}");
        }
        let unique: std::collections::BTreeSet<_> = defined.iter().collect();
        assert_eq!(unique.len(), defined.len(), "one node each in {subject:?}");
    }
}

#[test]
fn nothing_empty_is_said() {
    fn check(value: &Value) {
        match value {
            Value::Null => panic!("null"),
            Value::String(text) => assert!(!text.is_empty()),
            Value::Array(items) => {
                assert!(!items.is_empty());
                items.iter().for_each(check);
            }
            Value::Object(object) => object.values().for_each(check),
            _ => {}
        }
    }
    for subject in subjects() {
        graph(&site(), &page(), &subject).iter().for_each(check);
    }
}

#[test]
fn no_text_leaves_the_script_element_and_all_of_it_comes_back() {
    let nasty = "</script><!--<script>\u{2028}\u{2029}&amp;\"\\\0😀";
    let page = Page { title: nasty, description: nasty, breadcrumbs: vec![Link { name: nasty, url: "" }], ..page() };
    let article = Article { tags: vec![nasty], authors: vec![Link { name: nasty, url: "" }], ..Article::default() };
    let site = Site { title: nasty, ..site() };
    let subject = Subject::Article(article);
    let text = json_ld(&site, &page, &subject);
    assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
    let graph = graph(&site, &page, &subject);
    let article = node(&graph, "NewsArticle");
    assert_eq!(article["headline"], nasty);
    assert_eq!(article["keywords"][0], nasty);
    assert_eq!(article["author"][0]["name"], nasty);
    assert_eq!(node(&graph, "BreadcrumbList")["itemListElement"][0]["name"], nasty);
}

#[test]
fn an_article_says_what_search_engines_ask_for() {
    let subject = Subject::Article(Article {
        published: "2024-08-01T09:00:00+02:00",
        sources: vec![Source {
            title: "Original",
            publisher: "The Verge",
            url: "https://a.example/ü",
            published: "2024-07-31",
        }],
        images: vec![Image { url: "https://example.org/a.png", size: Some((1200, 630)), ..Image::default() }],
        words: 321,
        ..Article::default()
    });
    let graph = graph(&site(), &page(), &subject);
    let article = node(&graph, "NewsArticle");
    assert_eq!(article["dateModified"], "2024-08-01T09:00:00+02:00");
    assert_eq!(article["author"]["@id"], "https://example.org/#publisher");
    assert_eq!(article["isBasedOn"][0]["publisher"]["name"], "The Verge");
    assert_eq!(article["isBasedOn"][0]["url"], "https://a.example/%C3%BC");
    assert_eq!(article["image"][0]["width"], 1200);
    assert_eq!(article["wordCount"], 321);
    assert_eq!(article["isAccessibleForFree"], true);
    assert_eq!(node(&graph, "Organization")["name"], "The Desk");
    let crumbs = &node(&graph, "BreadcrumbList")["itemListElement"];
    assert_eq!(crumbs[1]["item"], "https://example.org/posts/x/");
    assert_eq!(crumbs[1]["position"], 2);
}

#[test]
fn an_entity_is_the_same_node_wherever_it_is_mentioned() {
    let company = Page { url: "https://example.org/companies/microsoft/", title: "Microsoft", ..Page::default() };
    let entity = Entity {
        name: "Microsoft",
        ticker: "NASDAQ:MSFT",
        official_site: "https://microsoft.com/",
        parent: Some(Link { name: "Nobody", url: "" }),
        ..Entity::default()
    };
    let own = graph(&site(), &company, &Subject::Entity(entity));
    let mention = Mention { name: "Microsoft", url: company.url, ..Mention::default() };
    let deal = graph(&site(), &page(), &Subject::Deal(Deal { parties: vec![mention], ..Deal::default() }));
    let own = node(&own, "Corporation");
    assert_eq!(own["@id"], node(&deal, "Report")["about"][0]["@id"]);
    assert_eq!(own["sameAs"][0], "https://microsoft.com/");
    assert_eq!(own["tickerSymbol"], "NASDAQ:MSFT");
    assert_eq!(own["parentOrganization"]["name"], "Nobody");
}
