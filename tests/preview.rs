//! The preview as a browser and an editor meet it: the real program on a small site, over TCP.
#![expect(clippy::disallowed_methods, reason = "edits a newsletter on the disk and waits for the preview")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may end the test")]

mod preview_site;

use std::fs;
use std::time::Duration;

use preview_site::Preview;

const POST: &str =
    "---\ntitle: A deal\ndate: 2024-08-01\nsummary: One line.\naliases: [/old/deal/]\n---\n\nFirst words.\n";
const OTHER: &str = "---\ntitle: Another\ndate: 2024-08-02\nsummary: Another line.\n---\n\nOther words.\n";

fn site() -> Preview {
    Preview::start(
        &[
            ("masthead.yaml", "title: The Test\nbase_url: https://example.org\n"),
            ("content/posts/2024-08-01-a-deal.md", POST),
            ("content/posts/2024-08-02-another.md", OTHER),
            ("static/robot.bin", "0123456789"),
        ],
        &[],
    )
}

#[test]
fn a_page_is_answered_with_the_script_and_nothing_that_lets_others_read_it() {
    let preview = site();
    let page = preview.get("/posts/a-deal/");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("First words.") && page.body.contains("<script src=\"/__masthead/preview.js\""));
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("access-control-allow-origin"), "");
    assert_eq!(preview.get("/feed.xml").header("content-type"), "application/rss+xml");
    assert!(!preview.get("/feed.xml").body.contains("__masthead"));
    assert!(!preview.root().join("public").exists(), "the output is never touched");
}

#[test]
fn a_page_may_do_no_more_than_the_published_one() {
    let config = "title: The Test\nbase_url: https://example.org\n";
    let post = ("content/posts/2024-08-01-a-deal.md", POST);
    let preview = Preview::start(&[("masthead.yaml", config), post], &[]);
    for (path, status) in [("/posts/a-deal/", 200), ("/nowhere/", 404)] {
        let page = preview.get(path);
        let policy = page.header("content-security-policy");
        assert_eq!(page.status, status);
        assert!(policy.contains("style-src 'self'; script-src 'self'; "), "{policy}");
        assert!(policy.ends_with("; frame-ancestors 'self'") && !policy.contains("upgrade-insecure"), "{policy}");
    }
    let free = format!("{config}outputs: {{headers: false}}\n");
    let preview = Preview::start(&[("masthead.yaml", &free), post], &[]);
    assert_eq!(preview.get("/posts/a-deal/").header("content-security-policy"), "frame-ancestors 'self'");
}

#[test]
fn addresses_lead_where_a_good_host_leads_them() {
    let preview = site();
    for (path, status, location) in [
        ("/posts/a-deal", 301, "/posts/a-deal/"),
        ("/posts/a-deal?x=1", 301, "/posts/a-deal/?x=1"),
        ("/old/deal/", 301, "/posts/a-deal/"),
        ("/old/deal", 301, "/old/deal/"),
        ("/posts/a-deal/?v=1", 200, ""),
        ("/posts/a%2Ddeal/", 200, ""),
        ("/posts/a-deal/index.html", 200, ""),
    ] {
        let answer = preview.get(path);
        assert_eq!((answer.status, answer.header("location")), (status, location), "{path}");
    }
    let missing = preview.get("/nowhere/");
    assert_eq!(missing.status, 404);
    assert!(missing.body.contains("<script src=\"/__masthead/preview.js\""), "the site's own page says it");
}

#[test]
fn no_path_leaves_the_site() {
    let preview = site();
    fs::write(preview.root().join("secret.txt"), "SECRET").unwrap();
    fs::write(preview.root().join("static/.hidden"), "SECRET").unwrap();
    for path in [
        "/../secret.txt",
        "/../../etc/passwd",
        "/a/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "///",
        "/..;/secret.txt",
        "/.%00/",
        "/%00.html",
        "/..%5csecret.txt",
        "/x%5c..%5csecret.txt",
        "/c:/secret.txt",
        "/x::$DATA",
        "/con",
        "/%ff%fe",
        "/%c0%ae%c0%ae/secret.txt",
        "/secret.txt",
        "/.hidden",
        "/.git/config",
        "/masthead.yaml",
        "/content/posts/2024-08-01-a-deal.md",
        "/__masthead/../secret.txt",
        "/__masthead/nothing",
        "/%",
    ] {
        let answer = preview.get(path);
        assert!(matches!(answer.status, 400 | 404), "{path} gave {}", answer.status);
        assert!(!answer.body.contains("SECRET") && !answer.body.contains("root:"), "{path}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_is_not_followed_although_it_was_a_file_before() {
    let preview = site();
    assert_eq!(preview.get("/robot.bin").status, 200);
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(outside.path(), "SECRET").unwrap();
    fs::remove_file(preview.root().join("static/robot.bin")).unwrap();
    std::os::unix::fs::symlink(outside.path(), preview.root().join("static/robot.bin")).unwrap();
    let answer = preview.get("/robot.bin");
    assert!(!answer.body.contains("SECRET"));
}

#[test]
fn only_requests_that_mean_this_server_are_answered() {
    let preview = site();
    let port = preview.port();
    for (host, status) in [
        (format!("localhost:{port}"), 200),
        (format!("127.0.0.1:{port}"), 200),
        (format!("[::1]:{port}"), 200),
        (format!("x.localhost:{port}"), 200),
        (format!("evil.example:{port}"), 403),
        (format!("evil.localhost.example:{port}"), 403),
        (format!("127.0.0.1.nip.io:{port}"), 403),
        ("localhost:1".to_owned(), 403),
        ("[::1".to_owned(), 400),
        ("a b".to_owned(), 400),
    ] {
        let answer = preview.request(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        assert_eq!(answer.status, status, "{host}");
    }
    assert_eq!(preview.request("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").status, 400);
    let host = format!("Host: localhost:{port}\r\nConnection: close\r\n");
    for origin in ["null", "http://evil.example", "http://127.0.0.1:1", &format!("https://localhost:{port}")] {
        let answer =
            preview.request(&format!("GET /__masthead/events?page=/&key=x HTTP/1.1\r\n{host}Origin: {origin}\r\n\r\n"));
        assert_eq!(answer.status, 403, "{origin}");
    }
    let cross =
        preview.request(&format!("GET /__masthead/page?url=/ HTTP/1.1\r\n{host}Sec-Fetch-Site: cross-site\r\n\r\n"));
    assert_eq!(cross.status, 403);
    for method in ["PUT", "DELETE", "TRACE", "OPTIONS", "POST"] {
        let answer = preview.request(&format!("{method} / HTTP/1.1\r\n{host}Content-Length: 0\r\n\r\n"));
        assert_eq!(answer.status, 405, "{method}");
    }
    let long = preview.request(&format!("GET / HTTP/1.1\r\n{host}X: {}\r\n\r\n", "x".repeat(70_000)));
    assert!(matches!(long.status, 431 | 400 | 0), "{}", long.status);
    let absolute = preview.request(&format!("GET http://evil.example/ HTTP/1.1\r\n{host}\r\n"));
    assert!(matches!(absolute.status, 400 | 403));
}

#[test]
fn media_come_in_parts_and_what_is_known_is_not_sent_again() {
    let preview = site();
    for (range, status, content_range, body) in [
        ("bytes=2-4", 206, "bytes 2-4/10", "234"),
        ("bytes=7-", 206, "bytes 7-9/10", "789"),
        ("bytes=-3", 206, "bytes 7-9/10", "789"),
        ("bytes=0-99", 206, "bytes 0-9/10", "0123456789"),
        ("bytes=10-", 416, "bytes */10", ""),
        ("bytes=0-1,3-4", 200, "", "0123456789"),
        ("nonsense", 200, "", "0123456789"),
    ] {
        let answer = preview.get_with("/robot.bin", &format!("Range: {range}\r\n"));
        assert_eq!((answer.status, answer.header("content-range")), (status, content_range), "{range}");
        assert!(status == 416 || answer.body == body, "{range}: {}", answer.body);
    }
    for path in ["/robot.bin", "/posts/a-deal/", "/feed.xml"] {
        let tag = preview.get(path).header("etag").to_owned();
        let answer = preview.get_with(path, &format!("If-None-Match: {tag}\r\n"));
        assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{path}");
        assert_eq!(preview.get_with(path, "If-None-Match: garbage\r\n").status, 200);
    }
    let host = preview.port();
    let head =
        preview.request(&format!("HEAD /robot.bin HTTP/1.1\r\nHost: localhost:{host}\r\nConnection: close\r\n\r\n"));
    assert_eq!((head.status, head.header("content-length"), head.body.as_str()), (200, "10", ""));
}

#[test]
fn a_site_below_a_path_is_served_below_it() {
    let preview = Preview::start(
        &[
            ("masthead.yaml", "title: The Test\nbase_url: https://example.org/news\n"),
            ("content/posts/2024-08-01-a-deal.md", POST),
        ],
        &[],
    );
    assert!(preview.url().ends_with("/news/"), "{}", preview.url());
    assert_eq!(preview.get("/news/posts/a-deal/").status, 200);
    assert!(preview.get("/news/").body.contains("href=\"/news/posts/a-deal/\""));
    assert_eq!(preview.get("/").header("location"), "/news/");
    assert_eq!(preview.get("/posts/a-deal/").status, 404);
    assert_eq!(preview.get("/news/posts/a-deal").header("location"), "/news/posts/a-deal/");
}

#[cfg(unix)]
#[test]
fn every_editors_way_to_save_is_seen_exactly_once() {
    let mut preview = site();
    preview.wait_for("/posts/a-deal/", "First words.");
    let path = preview.root().join("content/posts/2024-08-01-a-deal.md");
    let in_folder = |name: &str| path.with_file_name(name);
    let text = |words: &str| POST.replace("First words.", words);
    type Save<'a> = Box<dyn Fn(&str) + 'a>;
    let patterns: Vec<(&str, Save<'_>)> = vec![
        (
            "vim",
            Box::new(|text| {
                fs::write(in_folder("4913"), "").unwrap();
                fs::remove_file(in_folder("4913")).unwrap();
                fs::rename(&path, in_folder("2024-08-01-a-deal.md~")).unwrap();
                fs::write(&path, text).unwrap();
                fs::remove_file(in_folder("2024-08-01-a-deal.md~")).unwrap();
            }),
        ),
        (
            "emacs",
            Box::new(|text| {
                std::os::unix::fs::symlink("someone@host.123", in_folder(".#2024-08-01-a-deal.md")).unwrap();
                fs::copy(&path, in_folder("2024-08-01-a-deal.md~")).unwrap();
                fs::write(&path, text).unwrap();
                fs::remove_file(in_folder(".#2024-08-01-a-deal.md")).unwrap();
            }),
        ),
        ("VS Code", Box::new(|text| fs::write(&path, text).unwrap())),
        (
            "JetBrains",
            Box::new(|text| {
                fs::write(in_folder("2024-08-01-a-deal.md___jb_tmp___"), text).unwrap();
                fs::rename(&path, in_folder("2024-08-01-a-deal.md___jb_old___")).unwrap();
                fs::rename(in_folder("2024-08-01-a-deal.md___jb_tmp___"), &path).unwrap();
                fs::remove_file(in_folder("2024-08-01-a-deal.md___jb_old___")).unwrap();
            }),
        ),
        (
            "sed -i",
            Box::new(|text| {
                fs::write(in_folder("sedAbCdEf"), text).unwrap();
                fs::rename(in_folder("sedAbCdEf"), &path).unwrap();
            }),
        ),
        (
            "slowly, in two steps",
            Box::new(|text| {
                fs::write(&path, "").unwrap();
                std::thread::sleep(Duration::from_millis(20));
                fs::write(&path, text).unwrap();
            }),
        ),
    ];
    for (name, save) in patterns {
        let words = format!("Saved by {name}.");
        preview.forget_events();
        save(&text(&words));
        preview.wait_for("/posts/a-deal/", &words);
        let changes = preview.events_within(Duration::from_millis(700), "changed");
        assert_eq!(changes.len(), 1, "{name}: {changes:?}");
        assert!(changes[0].contains("\"files\":[\"content/posts/2024-08-01-a-deal.md\"]"), "{name}: {changes:?}");
    }
    preview.forget_events();
    // The same bytes again, and a new time, are no change.
    let now = fs::read(&path).unwrap();
    fs::write(&path, now).unwrap();
    assert_eq!(preview.events_within(Duration::from_millis(600), "changed"), [""; 0]);
}

#[test]
fn what_is_renamed_or_deleted_leaves_no_ghost() {
    let preview = site();
    let posts = preview.root().join("content/posts");
    fs::rename(posts.join("2024-08-01-a-deal.md"), posts.join("2024-08-01-renamed.md")).unwrap();
    preview.wait_for("/posts/renamed/", "First words.");
    assert_eq!(preview.get("/posts/a-deal/").status, 404);
    assert!(!preview.get("/").body.contains("/posts/a-deal/"));
    fs::remove_file(posts.join("2024-08-01-renamed.md")).unwrap();
    preview.wait_until("the deleted post is gone", |preview| preview.get("/posts/renamed/").status == 404);
    assert!(!preview.get("/feed.xml").body.contains("A deal") && !preview.get("/").body.contains("A deal"));
    // The whole folder goes and comes back.
    let content = preview.root().join("content");
    fs::rename(&content, preview.root().join("away")).unwrap();
    std::thread::sleep(Duration::from_millis(400));
    fs::rename(preview.root().join("away"), &content).unwrap();
    preview.wait_for("/posts/another/", "Other words.");
    fs::write(posts.join("2024-08-03-new.md"), OTHER.replace("Other words", "Later words")).unwrap();
    preview.wait_for("/posts/new/", "Later words.");
    fs::create_dir_all(content.join("essays/deep")).unwrap();
    fs::write(content.join("essays/deep/2024-08-04-essay.md"), OTHER.replace("Other words", "Essay words")).unwrap();
    preview.wait_for("/essays/essay/", "Essay words.");
}

#[test]
fn an_error_stands_before_the_last_good_page_until_it_is_fixed() {
    let preview = site();
    let path = preview.root().join("content/posts/2024-08-01-a-deal.md");
    let mut events = preview.listen("/posts/a-deal/");
    fs::write(&path, POST.replace("title: A deal", "title: [A <script>deal")).unwrap();
    let problems = events.wait_for("problems");
    assert!(problems.contains("content/posts/2024-08-01-a-deal.md:"), "{problems}");
    assert!(problems.contains("^"), "the caret is there: {problems}");
    assert!(preview.get("/posts/a-deal/").body.contains("First words."), "the last good page stays");
    assert!(preview.get("/").body.contains("/posts/a-deal/"), "and so do the lists");
    // Others can be edited meanwhile.
    let other = preview.root().join("content/posts/2024-08-02-another.md");
    fs::write(other, OTHER.replace("Other words", "Newer words")).unwrap();
    preview.wait_for("/posts/another/", "Newer words.");
    fs::write(&path, POST.replace("First words", "Fixed words")).unwrap();
    events.wait_for("ok");
    preview.wait_for("/posts/a-deal/", "Fixed words.");
}

#[test]
fn an_error_of_many_pages_is_said_once_and_goes_once() {
    let names: Vec<String> = (0..60).map(|post| format!("content/posts/2024-08-01-x{post}.md")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "Some words.\n")).collect();
    let mut preview = Preview::start(&files, &[]);
    preview.wait_for("/posts/x1/", "Some words.");
    preview.forget_events();
    let path = preview.root().join("templates/post.html");
    fs::create_dir(preview.root().join("templates")).unwrap();
    fs::write(&path, "{{ post.title * 2 }}").unwrap();
    let within = |time, event: &str| preview.events_within(Duration::from_millis(time), event);
    let errors = (0..100).map(|_| within(200, "error")).find(|errors| !errors.is_empty()).unwrap();
    assert_eq!((errors.len(), errors[0].matches("\"code\":\"template\"").count()), (1, 1), "{errors:?}");
    assert_eq!(within(3_000, "error"), [""; 0]);
    fs::write(&path, "{{ post.title }}").unwrap();
    assert!((0..100).any(|_| within(200, "ok").len() == 1));
}

#[test]
fn a_folder_of_drafts_is_judged_after_each_edit_in_it() {
    let path = "content/drafts/2024-08-01-a.md";
    let mut preview =
        Preview::start(&[("content/posts/2024-08-02-b.md", OTHER), (path, "---\ndraft: true\n---\nOne.\n")], &[]);
    preview.wait_for("/drafts/a/", "One.");
    preview.forget_events();
    for round in 0..2 {
        fs::write(preview.root().join(path), format!("Two {round}.\n")).unwrap();
        let said = || preview.events_within(Duration::from_millis(200), "warning");
        let said = (0..100).map(|_| said()).find(|said| !said.is_empty()).expect("a warning");
        assert!(said[0].contains("folder-of-drafts"), "{said:?}");
        fs::write(preview.root().join(path), format!("---\ndraft: true\n---\nThree {round}.\n")).unwrap();
        preview.wait_for("/drafts/a/", &format!("Three {round}."));
        preview.forget_events();
    }
}

#[test]
fn after_the_last_page_was_rendered_that_is_said() {
    let mut preview = site();
    preview.wait_for("/posts/another/", "Other words.");
    preview.forget_events();
    fs::create_dir(preview.root().join("templates")).unwrap();
    fs::write(preview.root().join("templates/deal.html"), "{{ 1 }}").unwrap();
    fs::write(preview.root().join("templates/post.html"), "{{ post.title | first }}").unwrap();
    let mut events = vec![];
    for _ in 0..100 {
        events.extend(preview.lines_within(Duration::from_millis(200)));
        if events.iter().any(|line| line.contains("\"event\":\"rendered\"")) {
            break;
        }
    }
    let at = |event: &str| events.iter().position(|line| line.contains(&format!("\"event\":\"{event}\"")));
    assert!(at("complete") < at("error") && at("error") < at("rendered") && at("error").is_some(), "{events:?}");
}

#[test]
fn a_broken_template_keeps_the_old_ones_at_work() {
    let preview = site();
    let mut events = preview.listen("/posts/a-deal/");
    fs::create_dir(preview.root().join("templates")).unwrap();
    fs::write(preview.root().join("templates/404.html"), "{% if %}").unwrap();
    let problems = events.wait_for("problems");
    assert!(problems.contains("templates/404.html:1"), "{problems}");
    let path = preview.root().join("content/posts/2024-08-01-a-deal.md");
    fs::write(&path, POST.replace("First words", "Changed words")).unwrap();
    preview.wait_for("/posts/a-deal/", "Changed words.");
    fs::write(preview.root().join("templates/404.html"), "Nothing here.").unwrap();
    events.wait_for("ok");
    preview.wait_for("/nowhere/", "Nothing here.");
}

#[test]
fn a_page_is_told_at_once_if_it_is_stale_and_otherwise_only_of_itself() {
    let preview = site();
    let mut stale = preview.listen_with_key("/posts/a-deal/", "of-yesterday");
    stale.wait_for("update");
    let mut own = preview.listen("/posts/a-deal/");
    let mut other = preview.listen("/about-nothing/");
    let path = preview.root().join("content/posts/2024-08-01-a-deal.md");
    fs::write(&path, POST.replace("First words", "Second words")).unwrap();
    own.wait_for("update");
    assert!(!other.within(Duration::from_millis(600)).contains("event: update"));
}

#[test]
fn a_reply_becomes_a_file_that_waits() {
    let preview = Preview::start(
        &[
            ("masthead.yaml", "title: T\nreplies: {action: https://forms.example/reply}\n"),
            ("content/posts/2024-08-01-a-deal.md", POST),
        ],
        &[],
    );
    assert!(preview.get("/posts/a-deal/").body.contains("action=\"/__masthead/reply\""));
    let port = preview.port();
    let post = |body: &str, headers: &str| {
        preview.request(&format!(
            "POST /__masthead/reply HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        ))
    };
    let own = format!("Origin: http://localhost:{port}\r\n");
    let form = "post=%2Fposts%2Fa-deal%2F&name=Kim%0A---%22x&message=Well+said.%0A%0ATwice.&url=";
    assert_eq!(post(form, "").status, 403, "no origin, no reply");
    assert_eq!(post(form, "Origin: http://evil.example\r\n").status, 403);
    let answer = post(form, &own);
    assert_eq!((answer.status, answer.header("location")), (303, "/posts/a-deal/#replies"));
    let folder = preview.root().join("content/replies/pending/a-deal");
    let files: Vec<_> = fs::read_dir(&folder).unwrap().collect();
    assert_eq!(files.len(), 1);
    let text = fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
    assert!(text.contains("name: \"Kim ---\\\"x\"") && text.ends_with("\n\nWell said.\n\nTwice.\n"), "{text}");
    assert_eq!(post(&format!("{form}&website=spam"), &own).status, 303, "a program is not told");
    assert_eq!(post("post=/nope/&name=a&message=b", &own).status, 422);
    assert_eq!(post("post=%2Fposts%2Fa-deal%2F&name=&message=b", &own).status, 422);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let chinese = |letters| format!("post=%2Fposts%2Fa-deal%2F&name=%E6%9D%8E&message={}", "%E4%BF%A1".repeat(letters));
    assert_eq!(post(&chinese(10_000), &own).status, 303, "what the form lets in");
    assert_eq!(post(&chinese(10_001), &own).status, 422);
}

#[test]
fn ctrl_c_ends_at_once_and_a_taken_port_is_no_hindrance() {
    let preview = site();
    let second = Preview::start(&[("content/a.md", "# A\n\nText.\n")], &["--port", &preview.port().to_string()]);
    assert_ne!(second.port(), preview.port());
    assert_eq!(second.get("/").status, 200);
    let (code, took) = second.interrupt();
    assert_eq!(code, Some(130));
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn an_address_that_can_not_be_had_is_named_and_one_for_all_is_shown_as_loopback() {
    let preview = Preview::start(&[("content/a.md", "# A\n\nText.\n")], &["--host", "0.0.0.0"]);
    assert!(preview.url().starts_with("http://127.0.0.1:"), "{}", preview.url());
    assert_eq!(preview.get("/").status, 200);
    // An address for documentation (RFC 5737), which no machine has.
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"));
    command.arg("--root").arg(preview.root()).args(["serve", "--host", "203.0.113.1", "--port", "0"]);
    let answer = command.output().unwrap();
    let said = String::from_utf8_lossy(&answer.stderr).into_owned();
    assert_eq!(answer.status.code(), Some(3), "{said}");
    assert!(said.contains("203.0.113.1") && said.contains("`--host`"), "{said}");
}

#[test]
fn polling_sees_what_the_system_does_not_tell() {
    let preview = Preview::start(&[("content/posts/2024-08-01-a-deal.md", POST)], &["--poll"]);
    let path = preview.root().join("content/posts/2024-08-01-a-deal.md");
    fs::write(path, POST.replace("First words", "Polled words")).unwrap();
    preview.wait_for("/posts/a-deal/", "Polled words.");
}

#[test]
fn a_post_comes_and_goes_when_its_time_has_come() {
    let soon = jiff::Timestamp::now() + Duration::from_secs(4);
    let due = format!("---\ntitle: Due\ndate: {soon:.0}\n---\nIt is time.\n");
    let expires = format!("---\ntitle: Going\ndate: 2024-08-01\nexpires: {soon:.0}\n---\nFor a while.\n");
    let files = [
        ("masthead.yaml", "title: The Test\nbase_url: https://example.org\n"),
        ("content/posts/stays.md", OTHER),
        ("content/posts/due.md", due.as_str()),
        ("content/posts/going.md", expires.as_str()),
    ];
    let preview = Preview::start(&files, &["--no-future"]);
    preview.wait_for("/posts/going/", "For a while.");
    assert_eq!(preview.get("/posts/due/").status, 404);
    preview.wait_for("/posts/due/", "It is time.");
    assert_eq!(preview.get("/posts/going/").status, 404);
}
