// Eleventy has no related posts, no taxonomies and no feed of its own: the sidebar shows the five newest
// posts, and what the other generators do by themselves is done here.
const PER_PAGE = 20;
const slug = text => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

// Every page of every term, and the list of the terms of both taxonomies.
function termPages(posts) {
  const pages = [];
  for (const taxonomy of ["tags", "companies"]) {
    const terms = new Map();
    for (const post of posts) {
      for (const term of post.data[taxonomy]) {
        if (!terms.has(term)) terms.set(term, []);
        terms.get(term).push(post);
      }
    }
    const names = [...terms.keys()].sort();
    const list = names.map(title => ({ title, url: `/${taxonomy}/${slug(title)}/`, count: terms.get(title).length }));
    pages.push({ title: taxonomy[0].toUpperCase() + taxonomy.slice(1), url: `/${taxonomy}/`, terms: list });
    for (const { title, url, count } of list) {
      const total = Math.ceil(count / PER_PAGE);
      const at = number => (number === 1 ? url : `${url}page/${number}/`);
      for (let number = 1; number <= total; number++) {
        pages.push({
          title, number, total,
          url: at(number),
          newer: number > 1 ? at(number - 1) : "",
          older: number < total ? at(number + 1) : "",
          posts: terms.get(title).slice((number - 1) * PER_PAGE, number * PER_PAGE),
        });
      }
    }
  }
  return pages;
}

// Headings get an `id`, as with the others.
function headingIds(markdown) {
  markdown.core.ruler.push("heading_ids", state => {
    state.tokens.forEach((token, at) => {
      if (token.type === "heading_open") token.attrSet("id", slug(state.tokens[at + 1].content));
    });
  });
}

export default function (config) {
  const newestFirst = api => api.getFilteredByGlob("content/posts/*.md").reverse();
  config.addCollection("posts", newestFirst);
  config.addCollection("newest", api => newestFirst(api).slice(0, 5));
  config.addCollection("termPages", api => termPages(newestFirst(api)));
  config.addFilter("slugTerm", slug);
  config.addFilter("isoDay", date => date.toISOString().slice(0, 10));
  config.addFilter("longDay", date => day.format(date));
  config.addFilter("rfc822", date => date.toUTCString());
  config.addPassthroughCopy({ "content/style.css": "style.css" });
  config.amendLibrary("md", markdown => markdown.set({ typographer: true }).use(headingIds));
  config.addGlobalData("site", {
    title: "The Inference Letter",
    description: "News of the industry of artificial intelligence",
  });
}

export const config = {
  dir: { input: "content", includes: "../_includes", output: "public" },
  markdownTemplateEngine: false,
  templateFormats: ["md", "njk"],
};
