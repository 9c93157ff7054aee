//! A preview of a small site for tests: the real program, and a client that sends what it is told to.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Preview {
    folder: Option<tempfile::TempDir>,
    root: PathBuf,
    process: Child,
    url: String,
    lines: Mutex<Receiver<String>>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: String,
    pub body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let of = |line: &'_ str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        self.headers.lines().find(|line| of(line)).and_then(|line| line.split_once(':')).map_or("", |(_, v)| v.trim())
    }
}

impl Preview {
    pub(crate) fn start(files: &[(&str, &str)], arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let root = folder.path().to_owned();
        Self::serve(Some(folder), root, arguments)
    }

    /// Starts another preview of the same folder.
    pub(crate) fn second(&self, arguments: &[&str]) -> Self {
        Self::serve(None, self.root.clone(), arguments)
    }

    fn serve(folder: Option<tempfile::TempDir>, root: PathBuf, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
        command.arg("--root").arg(&root).args(["serve", "--json"]);
        if !arguments.contains(&"--port") {
            command.args(["--port", "0"]);
        }
        let mut process =
            command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let (sender, lines) = channel();
        let output = process.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                let Ok(line) = line else { return };
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let ready = lines.recv_timeout(PATIENCE).expect("the preview is ready");
        let url = ready.split("\"url\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an address");
        Self { folder, root, process, url: url.to_owned(), lines: Mutex::new(lines) }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Gives the memory of the program, where the system tells.
    pub(crate) fn resident_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.split(':').nth(2).and_then(|rest| rest.split('/').next()).unwrap().parse().unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, "")
    }

    pub(crate) fn get_with(&self, path: &str, headers: &str) -> Answer {
        let port = self.port();
        self.request(&format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n{headers}\r\n"))
    }

    /// Sends bytes as they are; a connection that is closed without an answer has the status 0.
    pub(crate) fn request(&self, text: &str) -> Answer {
        let mut stream = self.connect();
        // The server may close before it has read all of a bad request.
        let _ = stream.write_all(text.as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (headers, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = headers.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Answer { status, headers: headers.to_owned(), body: body.to_owned() }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    #[track_caller]
    pub(crate) fn wait_for(&self, path: &str, words: &str) {
        self.wait_until(&format!("`{words}` at {path}"), |preview| preview.get(path).body.contains(words));
    }

    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !is_so(self) {
            assert!(started.elapsed() < PATIENCE, "never seen: {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn forget_events(&mut self) {
        std::thread::sleep(Duration::from_millis(300));
        while self.lines.get_mut().unwrap().try_recv().is_ok() {}
    }

    /// Waits for the whole time, and gives the lines of that event.
    pub(crate) fn events_within(&self, time: Duration, event: &str) -> Vec<String> {
        let wanted = format!("\"event\":\"{event}\"");
        self.lines_within(time).into_iter().filter(|line| line.contains(&wanted)).collect()
    }

    /// Waits for the whole time, and gives the lines of all events.
    pub(crate) fn lines_within(&self, time: Duration) -> Vec<String> {
        std::thread::sleep(time);
        self.lines.lock().unwrap().try_iter().collect()
    }

    /// Listens as the page itself does, with the key under which it was served.
    pub(crate) fn listen(&self, page: &str) -> Events {
        let html = self.get(page).body;
        let key = html.split("data-key=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a key").to_owned();
        self.listen_with_key(page, &key)
    }

    pub(crate) fn listen_with_key(&self, page: &str, key: &str) -> Events {
        let mut stream = self.connect();
        let port = self.port();
        write!(stream, "GET /__masthead/events?page={page}&key={key} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")
            .unwrap();
        let mut events = Events { stream, text: String::new() };
        events.wait_until(": here");
        events
    }

    pub(crate) fn interrupt(self) -> (Option<i32>, Duration) {
        let (status, took) = self.end("-INT");
        (status.code(), took)
    }

    /// Sends the process a signal, and waits for its end.
    pub(crate) fn end(mut self, signal: &str) -> (ExitStatus, Duration) {
        let started = Instant::now();
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        (self.process.wait().unwrap(), started.elapsed())
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        drop(self.folder.take());
    }
}

pub(crate) struct Events {
    stream: TcpStream,
    text: String,
}

impl Events {
    /// Waits for an event, and gives its data; what came before is forgotten.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, event: &str) -> String {
        self.wait_until(&format!("event: {event}\n"));
        let at = self.text.find(&format!("event: {event}\n")).unwrap();
        self.text.drain(..at);
        self.wait_until("\n\n");
        let end = self.text.find("\n\n").unwrap();
        self.text.drain(..end).collect()
    }

    #[track_caller]
    fn wait_until(&mut self, words: &str) {
        let started = Instant::now();
        while !self.text.contains(words) {
            assert!(started.elapsed() < PATIENCE, "never told: {words:?}; told was {:?}", self.text);
            self.read(Duration::from_millis(200));
        }
    }

    /// Gives all that is told within a time.
    pub(crate) fn within(&mut self, time: Duration) -> String {
        let started = Instant::now();
        while started.elapsed() < time {
            self.read(Duration::from_millis(50));
        }
        std::mem::take(&mut self.text)
    }

    fn read(&mut self, time: Duration) {
        self.stream.set_read_timeout(Some(time)).unwrap();
        let mut bytes = [0; 4096];
        if let Ok(count) = self.stream.read(&mut bytes) {
            self.text.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    }
}
