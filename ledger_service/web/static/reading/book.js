// Shows a book in EPUB by foliate-js. Its parts come from the library one by one, each under a policy that
// runs no script; nothing of the book becomes a part of this page.

import { say } from "../words.js";
import { keepPlace, offerToForget, placeOf } from "./place.js";
import { quoteOf } from "./quotes.js";
import { spot, tellShown } from "./spot.js";

const LOOK = "muhr-look"; // how somebody likes books to look, in this browser
const PAPERS = {
  light: ["#ffffff", "#1b1a17"],
  sepia: ["#f4ecd8", "#3b2f1e"],
  dark: ["#14141a", "#f0eee8"],
};
const SMALLEST = 70;
const LARGEST = 250; // percent
const STEP = 15;

const section = document.getElementById("book");
const { digest, library } = section.dataset;
const base = `/read/${digest}/book/`;
const part = (id) => document.getElementById(id);
let placeNow = null; // a CFI
const look = { size: 100, paper: "", ...kept() };

function kept() {
  try {
    return JSON.parse(localStorage.getItem(LOOK)) ?? {};
  } catch {
    return {};
  }
}

const addressOf = (path) => base + path.split("/").map(encodeURIComponent).join("/");

/** Resolve with a part of the book, null if it has none; who may read no more learns it from the page. */
async function fetchPart(path, method = "GET") {
  const answer = await fetch(addressOf(path), { method });
  if (answer.ok) return answer;
  if (answer.status !== 404) dispatchEvent(new Event("muhr-ask"));
  return null;
}

/** Resolve with the book, its sections at the addresses of their parts. */
async function readBook(EPUB) {
  const answer = await fetch(`/read/${digest}/parts`);
  if (!answer.ok) throw new Error(`the parts are not told: ${answer.status}`);
  const sizes = await answer.json();
  const has = (path) => Object.hasOwn(sizes, path);
  const book = await new EPUB({
    loadText: async (path) => (has(path) ? ((await fetchPart(path))?.text() ?? null) : null),
    loadBlob: async (path) => (has(path) ? ((await fetchPart(path))?.blob() ?? null) : null),
    getSize: (path) => sizes[path] ?? 0,
  }).init();
  for (const one of book.sections) {
    one.load = async () => {
      if (!(await fetchPart(one.id, "HEAD"))) throw new Error(`${one.id} is not there`);
      return addressOf(one.id);
    };
    one.unload = () => {};
    one.mediaOverlay = null;
  }
  book.rendition = {}; // pages of a fixed layout flow, too
  return book;
}

function dress(view) {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const own = document.documentElement.dataset.theme ?? dark;
  const [ground, ink] = PAPERS[look.paper] ?? PAPERS[own];
  part("sheets").style.background = ground;
  view.renderer.setStyles?.([
    `html, body { background: ${ground} !important; color: ${ink} !important; }`,
    `html { font-size: ${look.size}% !important; line-height: 1.5; }
     body * { color: inherit !important; background-color: transparent !important; }
     a:any-link { color: inherit !important; text-decoration: underline !important; }`,
  ]);
}

function change(view, changed) {
  Object.assign(look, changed);
  try {
    localStorage.setItem(LOOK, JSON.stringify(look));
  } catch {
    // it looks so until the page is left
  }
  dress(view);
}

function listContents(book) {
  const list = part("contents");
  const add = (items, depth) => {
    for (const { label, href, subitems } of items ?? []) {
      if (href) list.add(new Option(`${"\u2003".repeat(depth)}${label?.trim() || href}`, href));
      add(subitems, depth + 1);
    }
  };
  add(book.toc, 0);
  if (list.options.length === 0)
    book.sections.forEach(({ id }, index) =>
      list.add(new Option(say("page.reading.part", { number: index + 1 }), id)),
    );
}

function tell({ fraction, tocItem, cfi }) {
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  part("where").textContent = say("page.reading.where", { part: percent.format(fraction ?? 0) });
  if (tocItem?.href) part("contents").value = tocItem.href;
  if (cfi) keepPlace(digest, cfi);
  placeNow = cfi ?? placeNow;
  dispatchEvent(new Event("muhr-ask"));
}

function obey(view) {
  const keys = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const turns = {
      ArrowLeft: () => view.goLeft(),
      ArrowRight: () => view.goRight(),
      PageUp: () => view.prev(),
      PageDown: () => view.next(),
    };
    if (!turns[event.key]) return;
    turns[event.key]();
    event.preventDefault();
  };
  part("sheets").addEventListener("keydown", keys);
  view.addEventListener("load", ({ detail }) => detail.doc.addEventListener("keydown", keys));
  view.addEventListener("external-link", (event) => {
    event.preventDefault();
    const { href } = event.detail;
    if (/^https?:/i.test(href)) open(href, "_blank", "noopener,noreferrer");
  });
  view.addEventListener("relocate", ({ detail }) => tell(detail));
  part("previous").addEventListener("click", () => view.prev());
  part("next").addEventListener("click", () => view.next());
  part("contents").addEventListener("change", () => view.goTo(part("contents").value));
  const resize = (by) =>
    change(view, { size: Math.min(Math.max(look.size + by, SMALLEST), LARGEST) });
  part("smaller").addEventListener("click", () => resize(-STEP));
  part("larger").addEventListener("click", () => resize(STEP));
  part("paper").value = look.paper;
  part("paper").addEventListener("change", () => change(view, { paper: part("paper").value }));
  offerToForget(digest, () => part("sheets").focus());
}

/** Return what is selected in the book, as a note has it, or else where somebody is. */
function here(view) {
  for (const { doc, index } of view.renderer.getContents()) {
    const chosen = doc.getSelection();
    const range = chosen?.rangeCount ? chosen.getRangeAt(0) : null;
    const quote = range && quoteOf(range, doc.body);
    // A place in the text would count from the part's begin, which the quote does not name.
    if (quote) return { ...quote, start: "", end: "", cfi: view.getCFI(index, range) };
  }
  return { cfi: placeNow ?? "" };
}

function serveNotes(view, Overlayer) {
  let places = [];
  const draw = () => {
    for (const { cfi } of places) if (cfi) view.addAnnotation({ value: cfi }).catch(() => {});
  };
  view.addEventListener("draw-annotation", ({ detail }) =>
    detail.draw(Overlayer.highlight, { color: "#d9a400" }),
  );
  view.addEventListener("create-overlay", () => setTimeout(draw));
  spot.here = () => here(view);
  spot.show = ({ cfi }) => {
    if (!cfi) return false;
    view.goTo(cfi);
    part("sheets").focus();
    return true;
  };
  spot.mark = (given) => {
    places = given;
    draw();
  };
  tellShown();
}

async function begin() {
  const [{ EPUB }, , { Overlayer }] = await Promise.all([
    import(`${library}epub.js`),
    import(`${library}view.js`),
    import(`${library}overlayer.js`),
  ]);
  const book = await readBook(EPUB);
  section.hidden = false;
  const view = document.createElement("foliate-view");
  part("sheets").append(view);
  await view.open(book);
  view.renderer.setAttribute("margin", "24px");
  view.renderer.setAttribute("gap", "6%");
  obey(view);
  listContents(book);
  dress(view);
  await view.init({ lastLocation: placeOf(digest), showTextStart: true });
  serveNotes(view, Overlayer);
  section.dataset.state = "shown";
}

begin().catch((error) => {
  console.error(error.message);
  section.hidden = true;
  part("parts").open = true;
  dispatchEvent(new Event("muhr-ask"));
});
