// What the pages gain from a script; each works without it.
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function themeSwitch(button) {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => button.setAttribute("aria-pressed", String(dark()));
  button.addEventListener("click", () => {
    const theme = dark() ? "light" : "dark";
    root.dataset.theme = theme;
    try {
      // A choice that the system agrees with isn't one to remember.
      if ((theme === "dark") === system.matches) localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch {
      // Not remembered, but done.
    }
    show();
  });
  system.addEventListener("change", show);
  show();
  button.hidden = false;
}

function copyButton(button) {
  if (!navigator.clipboard) return;
  const words = one("span", button);
  const before = words.textContent;
  const status = one("[data-copy-status]");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return;
    }
    words.textContent = button.dataset.done;
    if (status) status.textContent = button.dataset.done;
    setTimeout(() => {
      words.textContent = before;
      if (status) status.textContent = "";
    }, 2000);
  });
  button.closest("[data-copy-item]").hidden = false;
}

// A cell's value: money is "USD 20000000", sorted within its currency; cells without one come last.
function cellValue(cell, kind) {
  const text = cell.dataset.sort ?? cell.textContent.trim();
  if (kind !== "money") return text.toLowerCase();
  const [, currency = "", amount] = /^([A-Z]*)\s*([\d.]+)/.exec(text) ?? [];
  return amount === undefined ? null : { currency, amount: Number(amount) };
}

function compare(a, b, direction) {
  if (a === null || b === null) return (a === null) - (b === null);
  if (typeof a === "string") return direction * a.localeCompare(b);
  return a.currency.localeCompare(b.currency) * -1 || direction * (a.amount - b.amount);
}

function sortable(table) {
  const body = table.tBodies[0];
  all("thead th", table).forEach((head, column) => {
    const kind = head.dataset.sortBy;
    // The table comes with the newest report first.
    if (kind === "date") head.setAttribute("aria-sort", "descending");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const first = kind === "text" ? "ascending" : "descending";
      const now = head.getAttribute("aria-sort");
      const order = now ? (now === "ascending" ? "descending" : "ascending") : first;
      all("th[aria-sort]", table).forEach((th) => th.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const direction = order === "ascending" ? 1 : -1;
      const rows = [...body.rows].map((row) => [cellValue(row.cells[column], kind), row]);
      rows.sort((a, b) => compare(a[0], b[0], direction));
      body.append(...rows.map(([, row]) => row));
    });
  });
}

function filterable(form, table) {
  const rows = [...table.tBodies[0].rows];
  const count = one("output", form);
  // Letters that no decomposition makes plain, as the names of companies have them.
  const spelled = { ı: "i", ø: "o", đ: "d", ð: "d", ł: "l", ß: "ss", æ: "ae", œ: "oe", þ: "th", ς: "σ" };
  const plain = (text) =>
    text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[ıøđðłßæœþς]/g, (letter) => spelled[letter]);
  const parties = new Map(rows.map((row) => [row, plain(row.dataset.parties)]));
  const apply = () => {
    const data = new FormData(form);
    const words = plain(data.get("words") ?? "").split(/\s+/);
    const kind = data.get("kind");
    const status = data.get("status");
    let shown = 0;
    for (const row of rows) {
      const fits =
        (!kind || row.dataset.kind === kind) &&
        (!status || row.dataset.status === status) &&
        words.every((word) => parties.get(row).includes(word));
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = `${shown} ${shown === 1 ? count.dataset.one : count.dataset.many}`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}

// Where the sections scroll, the one that the page is in is shown. scrollIntoView would move the page too.
const current = one(".sections [aria-current]");
const list = current?.closest("ul");
if (list && list.scrollWidth > list.clientWidth) {
  const box = list.getBoundingClientRect();
  const item = current.getBoundingClientRect();
  list.scrollLeft += (item.left + item.right - box.left - box.right) / 2;
}

all("[data-theme-switch]").forEach(themeSwitch);
all("[data-copy]").forEach(copyButton);
all("table[data-ledger]").forEach((table) => {
  sortable(table);
  const form = one("[data-ledger-filters]");
  if (form) filterable(form, table);
});
