#!/usr/bin/env python3
"""Holds thousands of event streams open and asks for pages without a pause, while files change.

    python3 benches/preview-load.py [--streams 10000] [--rate 2000] [--seconds 20]
                                    [--binary target/release/masthead] [--posts 1000]

Makes a newsletter in a temporary folder, starts `masthead serve` there, and runs in a process of its own:
streams as open pages hold them, requests at a steady rate over 32 connections, clients that send half a
request or nothing or do not read or vanish, and an edit every second whose page has its share of the streams.
Prints a table, and ends with status 1 if an answer was wrong or a bar was not met. Standard library only, on Linux.
"""

import argparse
import asyncio
import ctypes
import importlib.util
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PAGES = 50
MEMORY_BAR = 150
VANISHED = 100
# A client that vanished is noticed when an event has stayed unanswered: one every 15 s, and 30 s of patience.
NOTICED_WITHIN = 75
# What the preview may have open besides.
SPARE_FILES = 20


def load_latency():
    spec = importlib.util.spec_from_file_location("latency", os.path.join(HERE, "preview-latency.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Stream(asyncio.Protocol):
    """An open page: counts what it is told."""

    def __init__(self, bench, page):
        self.bench, self.page, self.begun = bench, page, False

    def connection_made(self, transport):
        self.transport = transport
        transport.write(f"GET /__masthead/events?page={self.page}&key={self.bench.keys[self.page]} HTTP/1.1\r\n"
                        f"Host: localhost:{self.bench.port}\r\n\r\n".encode())

    def data_received(self, data):
        if not self.begun and b": here" in data:
            self.begun = True
            self.bench.begun += 1
        if b"event: update" in data:
            self.bench.told(self.page)

    def connection_lost(self, error):
        if not self.bench.closing:
            self.bench.lost += 1


class Half(asyncio.Protocol):
    """A client that says half of what it wants, or nothing."""

    def __init__(self, bench, words):
        self.bench, self.words = bench, words

    def connection_made(self, transport):
        self.began = time.perf_counter()
        transport.write(self.words)

    def connection_lost(self, error):
        self.bench.given_up.append(time.perf_counter() - self.began)


def vanish(client):
    """Has the system drop all that comes for a connection, as if its machine had lost the network."""
    drop_all = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    so_attach_filter = 26
    client.setsockopt(socket.SOL_SOCKET, so_attach_filter, struct.pack("HP", 1, ctypes.addressof(drop_all)))


class Bench:
    def __init__(self, options, site, process, port):
        self.options, self.site, self.process, self.port = options, site, process, port
        self.begun = self.lost = 0
        self.closing = False
        self.keys, self.told_at, self.edited_at = {}, {}, {}
        self.given_up, self.times, self.errors = [], [], []

    def told(self, page):
        count, _ = self.told_at.get(page, (0, 0))
        self.told_at[page] = (count + 1, time.perf_counter())

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))

    def files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    async def ask(self, reader, writer, path):
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head).group(1))
        body = await reader.readexactly(length)
        return int(head.split(b" ", 2)[1]), body

    async def requests(self, number, until):
        """One connection's share of the rate."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        chance = random.Random(number)
        pages = list(self.keys)
        pace = self.options.connections / self.options.rate
        due = time.perf_counter() + pace * number / self.options.connections
        while due < until:
            await asyncio.sleep(max(0, due - time.perf_counter()))
            began = time.perf_counter()
            try:
                status, body = await self.ask(reader, writer, chance.choice(pages))
                if status != 200 or not body.rstrip().endswith(b"</html>"):
                    self.errors.append(f"status {status}, {len(body)} bytes")
            except (OSError, asyncio.IncompleteReadError) as error:
                self.errors.append(repr(error))
                return
            self.times.append(time.perf_counter() - began)
            due += pace
        writer.close()

    async def edits(self, paths, until):
        """Edits a page a second; its streams are to be told within the next."""
        chance = random.Random(3)
        waits = []
        while time.perf_counter() + 2 < until:
            page = chance.choice(list(paths))
            self.told_at.pop(page, None)
            with open(paths[page], "a") as file:
                file.write(f"\nA sentence with {chance.randrange(10**9)}.\n")
            began = time.perf_counter()
            await asyncio.sleep(1.5)
            count, last = self.told_at.get(page, (0, 0))
            wanted = self.per_page[page]
            if count < wanted:
                self.errors.append(f"{wanted - count} of {wanted} streams were not told of {page} within 1.5 s")
            else:
                waits.append(last - began)
        return waits

    async def run(self):
        loop = asyncio.get_running_loop()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        posts = os.path.join(self.site, "content", "posts")
        paths = {}
        for name in sorted(os.listdir(posts))[-PAGES:]:
            page = f"/posts/{re.sub(r'^[0-9]{4}-[0-9]{2}-[0-9]{2}-', '', name[:-3])}/"
            status, body = await self.ask(reader, writer, page)
            if status != 200:
                sys.exit(f"{page} answers {status}")
            self.keys[page] = re.search(rb'data-key="(\w+)"', body).group(1).decode()
            paths[page] = os.path.join(posts, name)
        # What the preview does by itself at the start is to be over.
        await asyncio.sleep(self.options.settle)
        memory_before, files_before = self.memory(), self.files()
        pages = list(self.keys)
        self.per_page = {page: 0 for page in pages}
        transports = []
        began = time.perf_counter()
        for number in range(self.options.streams):
            page = pages[number % len(pages)]
            self.per_page[page] += 1
            transport, _ = await loop.create_connection(lambda: Stream(self, page), "127.0.0.1", self.port)
            transports.append(transport)
        while self.begun < self.options.streams and time.perf_counter() - began < 60:
            await asyncio.sleep(0.05)
        opened = time.perf_counter() - began
        await asyncio.sleep(1)
        memory_open = self.memory()
        print(f"{self.begun} streams open after {opened:.1f} s; {memory_before:.0f} MiB became {memory_open:.0f} MiB",
              flush=True)
        for number in range(500):
            words = b"GET / HTTP/1.1\r\nHost: loc" if number % 2 else b""
            await loop.create_connection(lambda: Half(self, words), "127.0.0.1", self.port)
        # Clients that ask and never read: their answers stay in the system's buffers.
        deaf = []
        for _ in range(100):
            _, deaf_writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1)
            deaf_writer.write(f"GET / HTTP/1.1\r\nHost: localhost:{self.port}\r\n\r\n".encode() * 20)
            deaf.append(deaf_writer)
        vanished = []
        for number in range(VANISHED):
            client = socket.create_connection(("127.0.0.1", self.port))
            page = pages[number % len(pages)]
            client.send(f"GET /__masthead/events?page={page} HTTP/1.1\r\nHost: localhost:{self.port}\r\n\r\n".encode())
            client.recv(1024)
            vanish(client)
            vanished.append(client)
        gone = time.perf_counter()
        until = time.perf_counter() + self.options.seconds
        asking = [self.requests(number, until) for number in range(self.options.connections)]
        waits, *_ = await asyncio.gather(self.edits(paths, until), *asking)
        memory_busy = self.memory()
        while len(self.given_up) < 500 and time.perf_counter() < until + 20:
            await asyncio.sleep(0.2)
        self.closing = True
        for transport in transports:
            transport.abort()
        for deaf_writer in deaf:
            deaf_writer.transport.abort()
        writer.close()
        await asyncio.sleep(3)
        while self.files() > files_before + SPARE_FILES and time.perf_counter() < gone + NOTICED_WITHIN:
            await asyncio.sleep(0.5)
        self.noticed = time.perf_counter() - gone
        self.report(memory_before, memory_open, memory_busy, files_before, waits)

    def report(self, memory_before, memory_open, memory_busy, files_before, waits):
        times = sorted(self.times)
        rate = len(times) / self.options.seconds
        ms = lambda value: f"{value * 1000:.1f} ms"
        rows = [
            ("streams open, all the time", f"{self.begun - self.lost} of {self.options.streams}"),
            ("memory for them", f"{memory_open - memory_before:.0f} MiB (and {memory_before:.0f} before)"),
            ("memory under load", f"{memory_busy - memory_before:.0f} MiB more than before"),
            ("requests answered", f"{len(times)}, {rate:.0f} a second"),
            ("median, 99 %, longest", f"{ms(statistics.median(times))}, {ms(times[int(len(times) * .99)])}, {ms(times[-1])}"),
            ("errors", str(len(self.errors))),
            ("from an edit until its last stream is told", f"median {ms(statistics.median(waits or [0]))}, longest {ms(max(waits or [0]))}"),
            ("half requests given up", f"{len(self.given_up)} of 500, after at most {max(self.given_up or [0]):.1f} s"),
            ("clients that vanished noticed", f"{VANISHED} within {self.noticed:.0f} s"),
            ("open files when all have left", f"{self.files()} (and {files_before} before)"),
        ]
        print("\n| | |\n|---|---|")
        for what, value in rows:
            print(f"| {what} | {value} |")
        for error in sorted(set(self.errors))[:10]:
            print(f"error: {error}", file=sys.stderr)
        bars = [
            (self.begun == self.options.streams and not self.lost, "streams were lost"),
            (memory_open - memory_before < MEMORY_BAR, f"the streams take more than {MEMORY_BAR} MiB"),
            (rate >= self.options.rate * 0.98, "the rate was not reached"),
            (not self.errors, "there were errors"),
            (len(self.given_up) == 500, "half requests are still open"),
            (self.files() <= files_before + SPARE_FILES, "files are still open"),
        ]
        failures = [text for met, text in bars if not met]
        if failures:
            sys.exit("; ".join(failures))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--streams", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=2_000, help="requests a second")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--connections", type=int, default=32, help="over which requests are sent")
    parser.add_argument("--posts", type=int, default=1_000)
    parser.add_argument("--settle", type=float, default=10, help="seconds before the measuring begins")
    parser.add_argument("--binary", default="target/release/masthead")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    if not os.path.exists(binary):
        sys.exit(f"there is no {options.binary}; run `cargo build --release`, or name another with --binary")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = options.streams + 1_000
    if hard != resource.RLIM_INFINITY and hard < wanted:
        sys.exit(f"a process may open {hard} files here, and {wanted} are needed; try --streams {hard - 1_000}")
    scratch = tempfile.mkdtemp(prefix="masthead-load-")
    site = os.path.join(scratch, "site")
    process = None
    try:
        load_latency().write_site(site, options.posts)
        # The server has to raise its own limit.
        resource.setrlimit(resource.RLIMIT_NOFILE, (1_024 if hard > 1_024 else hard, hard))
        process = subprocess.Popen([binary, "--root", site, "serve", "--port", "0", "--json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        url = json.loads(process.stdout.readline())["url"]
        asyncio.run(Bench(options, site, process, int(re.search(r":(\d+)/", url).group(1))).run())
    finally:
        if process:
            process.send_signal(signal.SIGINT)
            process.wait(10)
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
