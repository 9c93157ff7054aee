// The preview in the browser: listens for changes, and makes them in the page that stands open.
// It is part of what `masthead serve` answers, and of nothing that is published.
(() => {
  "use strict";
  const own = document.currentScript;
  if (!own || window.mastheadPreview) return;
  const page = own.dataset.page;
  const PREFIX = "/__masthead/";
  let key = own.dataset.key;
  let source = null;
  let wait = 250;
  let updating = null;
  let again = false;

  // --- listening -----------------------------------------------------------------------------

  function listen() {
    if (source) return;
    const address = `${PREFIX}events?page=${encodeURIComponent(page)}&key=${encodeURIComponent(key)}`;
    source = new EventSource(address);
    source.onopen = () => { wait = 250; ui.connected(true); };
    source.onerror = () => {
      // Left to itself, the browser would ask with the key of the page as it was at first.
      hangUp();
      ui.connected(false);
      setTimeout(listen, wait);
      wait = Math.min(wait * 2, 4000);
    };
    source.addEventListener("update", event => { if (JSON.parse(event.data).key !== key) update(); });
    source.addEventListener("files", event => {
      const change = JSON.parse(event.data);
      change.files.forEach(([old, fresh]) => swapFile(old, fresh));
      key = change.key;
      ui.refresh();
    });
    source.addEventListener("problems", event => { ui.problems(JSON.parse(event.data)); ui.refresh(); });
    source.addEventListener("ok", () => { ui.problems([]); ui.refresh(); });
    source.addEventListener("navigate", event => location.assign(JSON.parse(event.data).url));
  }

  function hangUp() {
    if (source) source.close();
    source = null;
  }

  // A browser opens six connections to a server: pages that nobody sees do without.
  document.addEventListener("visibilitychange", () => document.hidden ? hangUp() : listen());
  window.addEventListener("pagehide", hangUp);
  window.addEventListener("pageshow", event => { if (event.persisted) listen(); });

  // --- a new page in place of the old ----------------------------------------------------------

  async function update() {
    if (updating) { again = true; return updating; }
    updating = (async () => {
      const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" }, redirect: "manual" });
      if (answer.type === "opaqueredirect") return location.reload();
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const script = fresh.querySelector(`script[src="${PREFIX}preview.js"]`);
      if (!script || script.dataset.policy !== own.dataset.policy) return location.reload();
      key = script.dataset.key;
      script.remove();
      morphPage(fresh);
      ui.refresh();
    })().catch(() => {}).finally(() => {
      updating = null;
      if (again) { again = false; update(); }
    });
    return updating;
  }

  function morphPage(fresh) {
    const scripts = doc => [...doc.querySelectorAll("script[src]")].filter(isForeign).map(s => s.getAttribute("src")).join("\n");
    // A script that has run can't be taken back.
    if (scripts(document) !== scripts(fresh)) return location.reload();
    const scroll = [window.scrollX, window.scrollY];
    const focused = document.activeElement;
    const selection = readSelection(focused);
    morphAttributes(document.documentElement, fresh.documentElement);
    morphHead(fresh.head);
    morphElement(document.body, fresh.body);
    if (focused && focused.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
    restoreSelection(focused, selection);
    if (Math.abs(window.scrollY - scroll[1]) > 1) window.scrollTo({ left: scroll[0], top: scroll[1], behavior: "instant" });
    document.dispatchEvent(new CustomEvent("masthead:update"));
  }

  const isForeign = node => node !== own && node !== ui.host && !(node.dataset && node.dataset.masthead);

  function morphHead(fresh) {
    const head = document.head;
    const left = [...head.children].filter(isForeign);
    const take = test => { const at = left.findIndex(test); return at < 0 ? null : left.splice(at, 1)[0]; };
    for (const wanted of [...fresh.children]) {
      if (take(element => element.isEqualNode(wanted))) continue;
      const isSheet = wanted.matches('link[rel~="stylesheet"]');
      const old = take(element => isSheet ? isSameSheet(element, wanted) : isSameHead(element, wanted));
      if (isSheet && old) { swapSheet(old, wanted.getAttribute("href")); continue; }
      const node = document.importNode(wanted, true);
      if (old) old.replaceWith(node); else head.append(node);
    }
    left.forEach(element => element.remove());
  }

  function isSameHead(a, b) {
    if (a.tagName !== b.tagName) return false;
    return ["name", "property", "rel", "id", "type", "charset", "http-equiv"].every(n => a.getAttribute(n) === b.getAttribute(n));
  }

  const stem = address => (address || "").replace(/[?#].*$/, "").replace(/-[a-z2-7]{10}(\.\w+)$/, "$1");
  const isSameSheet = (a, b) => a.matches('link[rel~="stylesheet"]') && stem(a.getAttribute("href")) === stem(b.getAttribute("href"));

  // The old stylesheet stays until the new one is there, so that the page is never without.
  function swapSheet(old, href) {
    if (old.getAttribute("href") === href) return;
    const fresh = old.cloneNode();
    fresh.setAttribute("href", href);
    const done = () => old.remove();
    fresh.addEventListener("load", done, { once: true });
    fresh.addEventListener("error", done, { once: true });
    old.after(fresh);
  }

  function swapFile(old, fresh) {
    const isOld = address => address !== null && new URL(address, location.href).pathname === new URL(old, location.href).pathname;
    for (const link of document.querySelectorAll('link[rel~="stylesheet"]')) {
      if (isOld(link.getAttribute("href"))) swapSheet(link, fresh);
    }
    for (const element of document.querySelectorAll("img[src], source[src], video[src], audio[src], use[href]")) {
      const name = element.hasAttribute("src") ? "src" : "href";
      if (isOld(element.getAttribute(name))) element.setAttribute(name, fresh);
    }
    for (const element of document.querySelectorAll("[srcset]")) {
      element.setAttribute("srcset", element.getAttribute("srcset").replaceAll(old, fresh));
    }
  }

  // What a reader has done to an element is not the author's to change.
  function morphAttributes(element, fresh) {
    const keeps = name => name === "open" && element.matches("details, dialog")
      || (name === "value" || name === "checked" || name === "selected") && isTouched(element)
      || element === document.documentElement && (name === "style" || name.startsWith("data-"));
    for (const { name } of [...element.attributes]) {
      if (!fresh.hasAttribute(name) && !keeps(name)) element.removeAttribute(name);
    }
    for (const { name, value } of [...fresh.attributes]) {
      if (element.getAttribute(name) !== value && !keeps(name)) element.setAttribute(name, value);
    }
  }

  function isTouched(element) {
    if (element.matches("input[type=checkbox], input[type=radio]")) return element.checked !== element.defaultChecked;
    if (element.matches("input, textarea")) return element.value !== element.defaultValue;
    return element.matches("option") && element.selected !== element.defaultSelected;
  }

  function morphElement(element, fresh) {
    if (element.isEqualNode(fresh)) return;
    morphAttributes(element, fresh);
    if (element.matches("script, style")) {
      if (element.textContent !== fresh.textContent) element.textContent = fresh.textContent;
      return;
    }
    if (element.matches("textarea") && isTouched(element)) return;
    morphChildren(element, fresh);
  }

  const canBecome = (a, b) => a.nodeType === b.nodeType
    && (a.nodeType !== 1 || a.tagName === b.tagName && (a.id || "") === (b.id || ""));

  // Elements with an id are found wherever they are; equal ones next; then those of one kind, in order.
  function morphChildren(element, fresh) {
    const byId = new Map();
    for (const child of element.children) if (child.id && isForeign(child)) byId.set(child.id, child);
    const wanted = [...fresh.childNodes];
    const later = new Set(wanted.filter(node => node.id).map(node => node.id));
    let at = element.firstChild;
    const skip = () => { while (at && !isForeign(at)) at = at.nextSibling; };
    for (const [index, node] of wanted.entries()) {
      skip();
      let match = node.nodeType === 1 && node.id ? byId.get(node.id) : null;
      if (match && match.tagName !== node.tagName) match = null;
      if (!match && at && canBecome(at, node)) match = at;
      if (match === at && at && node.nodeType === 1 && !node.id && !at.isEqualNode(node)) {
        // One was put in or taken out before: what is equal further on is better than what is next.
        const next = wanted[index + 1] && nextOfKind(wanted, index);
        const isInserted = next && at.isEqualNode(next);
        const equal = isInserted ? null : findEqual(at, node);
        if (isInserted) match = null;
        else if (equal) match = equal;
      }
      if (match && match.nodeType === 1 && match.id && !later.has(match.id)) match = null;
      if (match) {
        if (match !== at) place(element, match, at); else at = at.nextSibling;
        if (match.nodeType === 1) morphElement(match, node);
        else if (match.nodeValue !== node.nodeValue) match.nodeValue = node.nodeValue;
      } else {
        element.insertBefore(document.importNode(node, true), at);
      }
    }
    while (at) {
      const next = at.nextSibling;
      if (isForeign(at)) at.remove();
      at = next;
    }
  }

  function nextOfKind(wanted, index) {
    const tag = wanted[index].tagName;
    return wanted.slice(index + 1, index + 12).find(node => node.tagName === tag);
  }

  function findEqual(from, node) {
    let steps = 0;
    for (let other = from.nextElementSibling; other && steps < 12; other = other.nextElementSibling, steps += 1) {
      if (isForeign(other) && other.isEqualNode(node)) return other;
    }
    return null;
  }

  // Where it exists, `moveBefore` keeps the state of frames, animations and the focus.
  function place(element, child, before) {
    if (element.moveBefore) {
      try { element.moveBefore(child, before); return; } catch { /* another tree */ }
    }
    element.insertBefore(child, before);
  }

  function readSelection(focused) {
    if (focused && "selectionStart" in focused) {
      try { return [focused.selectionStart, focused.selectionEnd, focused.selectionDirection]; } catch { return null; }
    }
    return null;
  }

  function restoreSelection(focused, selection) {
    if (!selection || selection[0] === null || !focused.isConnected) return;
    try { focused.setSelectionRange(...selection); } catch { /* a field without a selection */ }
  }

  // --- overlay and bar ---------------------------------------------------------------------------

  const ui = (() => {
    const host = document.createElement("masthead-preview");
    host.dataset.masthead = "preview";
    const root = host.attachShadow({ mode: "open" });
    const make = (tag, attributes = {}, ...children) => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      element.append(...children);
      return element;
    };
    const overlay = make("section", { class: "overlay", role: "alertdialog", "aria-label": "Errors", hidden: "" });
    const banner = make("p", { class: "banner", role: "status", hidden: "" });
    const bar = make("div", { class: "bar", role: "complementary", "aria-label": "Preview" });
    const details = make("div", { class: "details", hidden: "" });
    const storage = { get open() { try { return sessionStorage.mastheadBar === "open"; } catch { return false; } },
      set open(value) { try { sessionStorage.mastheadBar = value ? "open" : ""; } catch { /* not allowed */ } } };
    let dismissed = "";
    let online = true;
    root.append(make("link", { rel: "stylesheet", href: `${PREFIX}preview.css` }), overlay, banner, make("div", { class: "foot" }, details, bar));

    const place = (text, editor) => editor
      ? make("a", { href: editor, class: "place" }, text) : make("span", { class: "place" }, text);

    function problems(list) {
      overlay.replaceChildren();
      const text = JSON.stringify(list);
      if (!list.length) dismissed = "";
      if (!list.length || text === dismissed) { overlay.hidden = true; return; }
      const close = make("button", { type: "button", class: "close" }, "Hide");
      close.addEventListener("click", () => { dismissed = text; overlay.hidden = true; });
      const count = list.length === 1 ? "One error" : `${list.length} errors`;
      overlay.append(make("header", {}, make("h1", {}, `${count}: the page behind is the last good one`), close));
      for (const problem of list) {
        const where = problem.file ? `${problem.file}:${problem.line}:${problem.column}` : "";
        const item = make("article", {}, make("pre", {}, problem.text));
        if (where && problem.editor) item.append(make("p", {}, place(`Open ${where}`, problem.editor)));
        overlay.append(item);
      }
      overlay.hidden = false;
    }

    function connected(value) {
      online = value;
      bar.classList.toggle("offline", !value);
      const state = bar.querySelector(".state");
      if (state) state.textContent = value ? "" : "The preview is not running";
    }

    function show(facts) {
      banner.textContent = facts.banner;
      banner.hidden = !facts.banner;
      const words = facts.words === null ? [] :
        [make("span", {}, `${facts.words.toLocaleString("en")} words`), make("span", {}, `${facts.minutes} min`)];
      const kilobytes = bytes => `${(bytes / 1024).toFixed(1)} KB`;
      const mail = !facts.mail ? [] : [make("a", { href: facts.mail.url, class: facts.mail.fits ? "" : "has-problems" },
        `E-mail: ${kilobytes(facts.mail.bytes)} of ${kilobytes(facts.mail.budget)}`)];
      const count = facts.problems.length;
      const summary = make("button", { type: "button", "aria-expanded": String(storage.open), class: count ? "has-problems" : "" },
        count ? (count === 1 ? "1 problem" : `${count} problems`) : "No problems here");
      const toggle = () => {
        storage.open = !storage.open;
        details.hidden = !storage.open;
        summary.setAttribute("aria-expanded", String(storage.open));
      };
      summary.addEventListener("click", toggle);
      const state = make("span", { class: "state" }, online ? "" : "The preview is not running");
      bar.replaceChildren(make("strong", {}, "Preview"), ...words, ...mail,
        ...(facts.source ? [place(facts.source, facts.editor)] : []), summary, state);
      details.hidden = !storage.open;
      details.replaceChildren();
      for (const problem of facts.problems) details.append(make("pre", {}, problem.text));
      const [errors, warnings] = facts.elsewhere;
      if (errors + warnings) details.append(make("p", {}, `Elsewhere: ${errors} errors, ${warnings} warnings`));
      if (facts.related.length) {
        const list = facts.related.map(post => make("li", {}, make("a", { href: post.url }, post.title), ` – ${post.reason}`));
        details.append(make("h2", {}, "Related posts, and why"), make("ul", {}, ...list));
      }
    }

    let asked = 0;
    async function refresh() {
      const number = ++asked;
      try {
        const answer = await fetch(`${PREFIX}page?url=${encodeURIComponent(page)}`);
        const facts = await answer.json();
        if (number === asked) show(facts);
      } catch { /* the server is away; the stream of events says so */ }
    }
    return { host, problems, connected, refresh };
  })();

  window.mastheadPreview = { get key() { return key; } };
  document.documentElement.append(ui.host);
  ui.refresh();
  if (!document.hidden) listen();
})();
