//! The preview against whoever can reach its port: no request leaves the site, costs much, or keeps others
//! waiting.
#![expect(clippy::disallowed_methods, reason = "edits a newsletter on the disk and waits for the preview")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may end the test")]

mod preview_site;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use preview_site::Preview;

const POST: &str = "---\ntitle: A deal\ndate: 2024-08-01\nsummary: One line.\n---\n\nFirst words.\n";

fn site() -> Preview {
    Preview::start(
        &[
            ("masthead.yaml", "title: The Test\nbase_url: https://example.org\n"),
            ("content/posts/2024-08-01-a-deal.md", POST),
            ("content/posts/2024-08-02-hidden.md", "---\ntitle: H\ndraft: true\ndate: 2024-08-02\n---\n\nSECRET\n"),
            ("static/robot.bin", "0123456789"),
        ],
        &["--no-drafts"],
    )
}

/// Sends bytes and gives all that comes back until the server closes, or nothing comes for a while.
fn exchange(preview: &Preview, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", preview.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    // The server may close before it has read all of a bad request.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn status_of(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

#[test]
fn a_target_is_a_path_of_this_site_and_nothing_else() {
    let preview = site();
    let host = format!("Host: localhost:{}\r\nConnection: close\r\n\r\n", preview.port());
    let absolute = format!("GET http://localhost:{}/ HTTP/1.1\r\n{host}", preview.port());
    let long = format!("GET /{} HTTP/1.1\r\n{host}", "a".repeat(64 * 1024));
    for (request, allowed) in [
        (format!("GET http://evil.example/ HTTP/1.1\r\n{host}"), &[400_u16, 403][..]),
        (absolute, &[400]),
        // What follows a `#` is no part of any path, for the check as for the answer.
        (format!("GET /nowhere#/../robot.bin HTTP/1.1\r\n{host}"), &[400, 404]),
        (format!("GET * HTTP/1.1\r\n{host}"), &[400]),
        (format!("OPTIONS * HTTP/1.1\r\n{host}"), &[400, 405]),
        (format!("CONNECT evil.example:443 HTTP/1.1\r\n{host}"), &[400, 405]),
        (format!("TRACE / HTTP/1.1\r\n{host}"), &[405]),
        (format!("PUT /x HTTP/1.1\r\nContent-Length: 0\r\n{host}"), &[405]),
        (format!("BREW /x HTTP/1.1\r\n{host}"), &[405]),
        (long, &[400, 414, 431]),
        (format!("GET  / HTTP/1.1\r\n{host}"), &[400]),
        (format!("GET x HTTP/1.1\r\n{host}"), &[400]),
    ] {
        let answer = exchange(&preview, request.as_bytes());
        let line = request.lines().next().unwrap().chars().take(60).collect::<String>();
        assert!(allowed.contains(&status_of(&answer)), "{line}: {answer}");
    }
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn addresses_that_an_author_may_use_are_found_however_they_are_written() {
    let preview = Preview::start(
        &[
            ("masthead.yaml", "title: The Test\n"),
            ("content/posts/2024-08-01-über-chips.md", &POST.replace("title: A deal", "title: Über chips")),
            ("static/two words+1.txt", "both words"),
        ],
        &[],
    );
    let page = preview.get("/").body;
    let url = page.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|url| url.contains("chips"));
    let url = url.expect("the list links the post").to_owned();
    for path in [&url, &format!("{url}?v=1"), &format!("{url}?a=b&c=%2e%2e"), &format!("{url}index.html")] {
        assert!(preview.get(path).body.contains("First words."), "{path}");
    }
    for path in ["/two%20words+1.txt", "/two%20words%2B1.txt", "/two%20words+1.txt?v=1"] {
        assert_eq!(preview.get(path).body, "both words", "{path}");
    }
    assert_eq!(preview.get("/two+words+1.txt").status, 404);
}

#[test]
fn what_is_no_page_of_the_site_is_not_shown() {
    let preview = site();
    fs::create_dir(preview.root().join("public")).unwrap();
    fs::write(preview.root().join("public/.masthead-manifest"), "SECRET").unwrap();
    fs::create_dir(preview.root().join(".git")).unwrap();
    fs::write(preview.root().join(".git/config"), "SECRET").unwrap();
    fs::write(preview.root().join("static/.env"), "SECRET").unwrap();
    fs::write(preview.root().join("static/.env~"), "SECRET").unwrap();
    for path in [
        "/.git/config",
        "/.env",
        "/.env~",
        "/static/.env",
        "/public/.masthead-manifest",
        "/.masthead-manifest",
        "/.masthead-cache/preview/keep",
        "/.masthead-cache/lock",
        "/content/posts/2024-08-02-hidden.md",
        "/posts/hidden/",
        "/posts/hidden",
        "/masthead.yaml",
        "/templates/page.html",
    ] {
        let answer = preview.get(path);
        assert!(matches!(answer.status, 400 | 404), "{path} gave {}", answer.status);
        assert!(!answer.body.contains("SECRET"), "{path}");
    }
}

#[test]
fn ranges_of_every_kind_are_answered_within_bounds() {
    let preview = site();
    let many = format!("bytes={}", vec!["0-1"; 2_000].join(","));
    for (range, status) in [
        ("bytes=2-4", 206),
        ("bytes=4-2", 200),
        ("bytes=0-18446744073709551615", 206),
        ("bytes=99999999999999999999999-", 416),
        ("bytes=-99999999999999999999999", 206),
        ("bytes=0-0,0-0,0-0", 200),
        (&many, 200),
        ("bytes=\u{7f}", 400),
        ("bytes=0-1;x", 200),
    ] {
        let answer = preview.get_with("/robot.bin", &format!("Range: {range}\r\n"));
        assert_eq!(answer.status, status, "{}", &range[..range.len().min(60)]);
        assert!(answer.body.len() <= 64, "{} bytes", answer.body.len());
    }
    let bomb = preview.get_with("/robot.bin", &format!("Range: bytes={}\r\n", vec!["0-1"; 10_000].join(",")));
    assert!(matches!(bomb.status, 200 | 400 | 431 | 0), "{}", bomb.status);
    assert!(bomb.body.len() <= 64, "{} bytes", bomb.body.len());
    for garbage in ["\"", "W/", "*,*", ",,,", "\"\"", "W/\"x", &"\"a\",".repeat(2_000)] {
        let answer = preview.get_with("/robot.bin", &format!("If-None-Match: {garbage}\r\n"));
        assert!(matches!(answer.status, 200 | 304), "{garbage:.20}: {}", answer.status);
    }
    let port = preview.port();
    for path in ["/robot.bin", "/", "/nowhere/", "/feed.xml"] {
        let request =
            |method: &str| format!("{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
        let (head, get) = (preview.request(&request("HEAD")), preview.request(&request("GET")));
        assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{path}");
        for name in ["content-length", "content-type", "etag"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
}

#[test]
fn heads_that_are_too_large_are_refused_and_leave_nothing_behind() {
    let preview = site();
    assert_eq!(preview.get("/").status, 200);
    let host = format!("Host: localhost:{}\r\nConnection: close\r\n", preview.port());
    let before = preview.resident_kib();
    let lines: String = (0..10_000).map(|n| format!("X-{n}: y\r\n")).collect();
    let few_lines: String = (0..200).map(|n| format!("X-{n}: y\r\n")).collect();
    for (what, head) in [
        ("2 MB of one header", format!("X: {}\r\n", "x".repeat(2_000_000))),
        ("10,000 headers", lines),
        ("200 headers", few_lines),
        ("a name of 1 MB", format!("{}: x\r\n", "x".repeat(1_000_000))),
        ("40,000 bytes that come at once", format!("X: {}\r\n", "x".repeat(40_000))),
        ("a header without an end", format!("X: {}", "x".repeat(100_000))),
    ] {
        let answer = exchange(&preview, format!("GET / HTTP/1.1\r\n{host}{head}\r\n").as_bytes());
        // A server that closes while more is sent may reset the connection: then nothing is read.
        assert!(matches!(status_of(&answer), 0 | 400 | 431), "{what}: {answer}");
        assert_eq!(preview.get("/").status, 200, "after {what}");
    }
    if let (Some(before), Some(after)) = (before, preview.resident_kib()) {
        assert!(after < before + 4 * 1024, "{before} KiB became {after} KiB");
    }
}

#[test]
fn what_is_not_http_is_refused_and_closed() {
    let preview = site();
    let host = format!("Host: localhost:{}\r\n", preview.port());
    for (what, request) in [
        ("garbage", "\u{1}\u{2}\u{3}\r\n\r\n".to_owned()),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n".to_owned()),
        ("another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n".to_owned()),
        ("two lengths", format!("POST / HTTP/1.1\r\n{host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab")),
        ("a negative length", format!("POST / HTTP/1.1\r\n{host}Content-Length: -1\r\n\r\n")),
        ("a length that is none", format!("POST / HTTP/1.1\r\n{host}Content-Length: 0x10\r\n\r\n")),
        ("a folded header", format!("GET / HTTP/1.1\r\n{host}X: a\r\n b\r\n\r\n")),
        ("a space before the colon", format!("GET / HTTP/1.1\r\n{host}X : a\r\n\r\n")),
        ("a NUL in a header", format!("GET / HTTP/1.1\r\n{host}X: a\0b\r\n\r\n")),
        ("HTTP/2 at once", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        ("no host", "GET / HTTP/1.1\r\n\r\n".to_owned()),
        ("two hosts", format!("GET / HTTP/1.1\r\n{host}{host}\r\n")),
        ("half a literal", "GET / HTTP/1.1\r\nHost: [::1\r\nConnection: close\r\n\r\n".to_owned()),
        ("a host of 64 KB", format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", "h".repeat(64 * 1024))),
    ] {
        let answer = exchange(&preview, request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").as_bytes());
        assert!(matches!(status_of(&answer), 0 | 400 | 403 | 431 | 505), "{what}: {answer}");
        assert!(!answer.contains("<html"), "{what}: {answer}");
    }
    // Of a length and chunks together only the chunks count, and what follows is no second request.
    let both = format!(
        "POST /__masthead/reply HTTP/1.1\r\n{host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n\
         0\r\n\r\nGET /robot.bin HTTP/1.1\r\n{host}\r\n"
    );
    let answer = exchange(&preview, both.as_bytes());
    assert!(!answer.contains("0123456789"), "a smuggled request was answered: {answer}");
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn a_thousand_requests_at_once_on_one_connection_are_answered_in_order() {
    let preview = site();
    let port = preview.port();
    let one = format!("GET /robot.bin HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    let last = format!("GET /robot.bin HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    let answer = exchange(&preview, format!("{}{last}", one.repeat(999)).as_bytes());
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 1_000);
    assert_eq!(answer.matches("0123456789").count(), 1_000);
}

#[test]
fn other_sites_get_nothing_that_they_could_read() {
    let preview = site();
    let port = preview.port();
    for path in ["/", "/robot.bin", "/feed.xml", "/nowhere/", "/__masthead/preview.js"] {
        let answer = preview.get_with(path, "Origin: http://evil.example\r\n");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.ends_with("frame-ancestors 'self'"), "{path}: {policy}");
    }
    let own = format!("http://localhost:{port}");
    for (origin, status) in [
        (own.to_uppercase().replace("HTTP:", "http:"), 200),
        ("null".to_owned(), 403),
        ("http://evil.example".to_owned(), 403),
        (format!("https://localhost:{port}"), 403),
        (format!("http://localhost.:{port}"), 403),
        (format!("http://127.0.0.1:{port}"), 403),
        (format!("http://[::1]:{port}"), 403),
        (format!("http://localhost:{port}/"), 403),
        (format!("http://localhost:{port}.evil.example"), 403),
        (format!("http://user@localhost:{port}"), 403),
        (String::new(), 403),
    ] {
        let answer = preview.get_with("/__masthead/page?url=/", &format!("Origin: {origin}\r\n"));
        assert_eq!(answer.status, status, "{origin}");
    }
}

#[test]
fn a_name_that_was_allowed_is_answered_to() {
    let preview = Preview::start(&[("content/posts/2024-08-01-a-deal.md", POST)], &["--allow-host", "drafts.example"]);
    for (host, status) in
        [("drafts.example", 200), ("DRAFTS.example:8443", 200), ("x.drafts.example", 403), ("evil.example", 403)]
    {
        let answer = preview.request(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        assert_eq!(answer.status, status, "{host}");
    }
}

#[test]
fn nothing_of_a_failing_line_or_a_files_name_becomes_markup() {
    let preview = Preview::start(
        &[
            ("content/posts/<script>alert(1)<script>.md", POST),
            ("content/posts/<script>alert(2)<script>.md", "---\ntitle: x\ndate: <script>alert(3)</script>\n---\n"),
            ("templates/post.html", "{{ post.extra.at.all }}"),
        ],
        &[],
    );
    let front = preview.get("/").body;
    let url = front.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|url| url.contains("alert"));
    // There never was a good page of it: its place is taken by one that says why.
    let page = preview.get(url.expect("the list links the post"));
    assert_eq!(page.status, 500, "{}", page.body);
    assert!(page.body.contains("&lt;script&gt;alert(1)"), "the error names the file: {}", page.body);
    assert!(!page.body.contains("<script>"), "{}", page.body);
    // What the browser is told is JSON, which its script sets as text.
    let mut events = preview.listen("/");
    let told = events.wait_for("problems");
    let json = told.split("data: ").nth(1).unwrap().trim();
    let problems: serde_json::Value = serde_json::from_str(json).unwrap();
    assert!(problems.to_string().contains("alert(3)"), "{told}");
}

#[test]
fn half_a_request_is_given_up_and_nobody_waits_for_it() {
    let preview = site();
    assert_eq!(preview.get("/").status, 200);
    let started = Instant::now();
    let mut halves: Vec<TcpStream> = (0..1_000)
        .map(|number| {
            let mut stream = TcpStream::connect(("127.0.0.1", preview.port())).unwrap();
            let half = if number % 2 == 0 { "GET / HTTP/1.1\r\nHost: loc" } else { "" };
            stream.write_all(half.as_bytes()).unwrap();
            stream
        })
        .collect();
    let mut slowest = Duration::ZERO;
    for _ in 0..50 {
        let asked = Instant::now();
        assert_eq!(preview.get("/posts/a-deal/").status, 200);
        slowest = slowest.max(asked.elapsed());
    }
    assert!(slowest < Duration::from_millis(500), "others wait {slowest:?}");
    for stream in &mut halves {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut rest = Vec::new();
        // It is closed, with or without a word.
        let _ = stream.read_to_end(&mut rest);
    }
    let took = started.elapsed();
    assert!(took > Duration::from_secs(8) && took < Duration::from_secs(16), "{took:?}");
}
