// A newsletter in a temporary folder, and the preview that serves it.

import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

export class Site {
  constructor(files) {
    this.root = mkdtempSync(join(tmpdir(), "masthead-browser-"));
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path, text) {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  edit(path, change) {
    this.write(path, change(readFileSync(join(this.root, path), "utf8")));
  }

  remove(path) {
    rmSync(join(this.root, path));
  }

  async serve(port = 0, more = [], environment = {}) {
    this.process = spawn(process.env.MASTHEAD, ["--root", this.root, "serve", "--json", "--port", String(port), ...more],
      { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...environment } });
    const lines = createInterface({ input: this.process.stdout });
    this.url = await new Promise((resolve, reject) => {
      this.process.once("exit", code => reject(new Error(`the preview ended with ${code}`)));
      lines.on("line", line => {
        const event = JSON.parse(line);
        if (event.event === "ready") resolve(event.url.replace(/\/$/, ""));
      });
    });
    return this.url;
  }

  async stop() {
    if (!this.process || this.process.exitCode !== null) return;
    const ended = new Promise(resolve => this.process.once("exit", resolve));
    this.process.kill("SIGINT");
    await ended;
  }

  async end() {
    await this.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}
