// Shows a PDF by pdf.js: page by page, with search, and of the file only the ranges that are shown.

import { say } from "../words.js";
import { loadStyle } from "./library.js";
import { keepPlace, offerToForget, placeOf } from "./place.js";
import { quoteOf, rangeOf } from "./quotes.js";
import { spot, tellShown } from "./spot.js";

const SMALL_MEMORY = 1; // GiB, below which the browser's own viewer is the better one
const RANGE = 2 ** 16; // bytes
const MOST_PIXELS = 2 ** 24; // of one page that is drawn

const section = document.getElementById("pdf");
const { address, digest, library } = section.dataset;
const part = (id) => document.getElementById(id);

/** Load the library, and resolve with its two modules. */
async function load() {
  const [core] = await Promise.all([
    import(`${library}build/pdf.min.mjs`),
    loadStyle(`${library}web/pdf_viewer.css`),
  ]);
  globalThis.pdfjsLib = core; // where the viewer's module looks for it
  core.GlobalWorkerOptions.workerSrc = `${library}build/pdf.worker.min.mjs`;
  return [core, await import(`${library}web/pdf_viewer.mjs`)];
}

/** Texts of the library that nobody sees; names of pages are set by this page in its own language. */
const NO_TEXTS = {
  getLanguage: () => document.documentElement.lang,
  getDirection: () => "ltr",
  get: async () => "",
  translate: async () => {},
  translateOnce: async () => {},
  destroy: async () => {},
  pause: () => {},
  resume: () => {},
};

function open(core) {
  return core.getDocument({
    url: address,
    cMapUrl: `${library}cmaps/`,
    standardFontDataUrl: `${library}standard_fonts/`,
    wasmUrl: `${library}wasm/`,
    useWasm: false, // our policy lets nothing compile code
    disableStream: true,
    disableAutoFetch: true,
    rangeChunkSize: RANGE,
    enableXfa: false,
    disableWorkerRendering: true,
  }).promise;
}

function show(core, parts, pdf) {
  const bus = new parts.EventBus();
  const links = new parts.PDFLinkService({
    eventBus: bus,
    externalLinkTarget: 2,
    externalLinkRel: "noopener noreferrer nofollow",
  });
  const finder = new parts.PDFFindController({ linkService: links, eventBus: bus });
  const viewer = new parts.PDFViewer({
    container: part("sheets"),
    eventBus: bus,
    linkService: links,
    findController: finder,
    l10n: NO_TEXTS,
    annotationMode: core.AnnotationMode.ENABLE,
    imageResourcesPath: `${library}web/images/`,
    maxCanvasPixels: MOST_PIXELS,
    enableAutoLinking: false,
  });
  links.setViewer(viewer);
  // Each page would be a stop of the Tab key, at which the next comes: no key would lead out of a book.
  bus.on("textlayerrendered", ({ source }) => {
    if (source.textLayer) source.textLayer.div.tabIndex = -1;
  });
  bus.on("pagesinit", () => {
    viewer.currentScaleValue = "page-width";
    for (const page of part("sheets").querySelectorAll(".page"))
      page.setAttribute(
        "aria-label",
        say("page.reading.pdf-page-number", { number: page.dataset.pageNumber }),
      );
    const kept = Number(placeOf(digest));
    if (kept > 1 && kept <= pdf.numPages) viewer.currentPageNumber = kept;
    section.dataset.state = "shown";
  });
  viewer.setDocument(pdf);
  links.setDocument(pdf, null);
  return [bus, viewer];
}

function tellPages(bus, viewer, pdf) {
  const page = part("page");
  page.max = pdf.numPages;
  part("of").textContent = `/ ${pdf.numPages}`;
  bus.on("pagechanging", ({ pageNumber }) => {
    page.value = pageNumber;
    keepPlace(digest, String(pageNumber));
    dispatchEvent(new Event("muhr-ask"));
  });
  bus.on("pagerendered", ({ error }) => {
    if (error) dispatchEvent(new Event("muhr-ask"));
  });
  const turn = (by) => {
    viewer.currentPageNumber = Math.min(Math.max(viewer.currentPageNumber + by, 1), pdf.numPages);
  };
  page.addEventListener("change", () => {
    const wanted = Number(page.value);
    if (wanted >= 1 && wanted <= pdf.numPages) viewer.currentPageNumber = wanted;
    else page.value = viewer.currentPageNumber;
  });
  part("previous").addEventListener("click", () => turn(-1));
  part("next").addEventListener("click", () => turn(1));
  part("smaller").addEventListener("click", () => viewer.decreaseScale());
  part("larger").addEventListener("click", () => viewer.increaseScale());
  part("fit").addEventListener("click", () => (viewer.currentScaleValue = "page-width"));
  offerToForget(digest, () => part("sheets").focus());
  part("sheets").addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) turn(by);
    else if (event.key === "+") viewer.increaseScale();
    else if (event.key === "-") viewer.decreaseScale();
    else return;
    event.preventDefault();
  });
}

function search(bus) {
  const told = part("found");
  let asked = "";
  const find = (back) => {
    const query = part("words").value.trim();
    if (!query) return;
    const type = query === asked ? "again" : "";
    asked = query;
    told.textContent = say("page.reading.pdf-searching");
    bus.dispatch("find", {
      source: window,
      type,
      query,
      findPrevious: back,
      highlightAll: true,
      caseSensitive: false,
      entireWord: false,
      matchDiacritics: false,
    });
  };
  const tell = ({ matchesCount: { current, total } }) => {
    if (total) told.textContent = say("page.reading.pdf-hits", { number: current, total });
  };
  bus.on("updatefindmatchescount", tell);
  bus.on("updatefindcontrolstate", (event) => {
    if (event.state === 1) told.textContent = say("page.reading.pdf-none");
    else if (event.state !== 3) tell(event);
  });
  part("find").addEventListener("submit", (event) => {
    event.preventDefault();
    find(false);
  });
  part("before").addEventListener("click", () => find(true));
}

const layerOf = (page) =>
  part("sheets").querySelector(`.page[data-page-number="${page}"] .textLayer`);

/** Return what is selected on a page, as a note has it; the page alone if nothing is. */
function here(viewer) {
  const chosen = getSelection();
  const range = chosen.rangeCount ? chosen.getRangeAt(0) : null;
  const page = range?.startContainer.parentElement?.closest("#sheets .page")?.dataset.pageNumber;
  const layer = page && layerOf(page);
  const quote = layer ? quoteOf(range, layer) : null;
  return quote ? { page, ...quote } : { page: String(viewer.currentPageNumber) };
}

function serveNotes(bus, viewer, pdf) {
  let places = [];
  const mark = () => {
    const found = places.flatMap(({ page, quote }) => {
      const layer = quote && page && layerOf(page);
      return (layer && rangeOf(quote, layer)) || [];
    });
    globalThis.CSS?.highlights?.set("muhr-notes", new Highlight(...found));
    for (const old of part("sheets").querySelectorAll(".marked")) old.remove();
    for (const { page, x, y, width, height, unit } of places) {
      const sheet = unit === "percent" && layerOf(page)?.closest(".page");
      if (!sheet) continue;
      const box = document.createElement("div");
      box.className = "marked";
      Object.assign(box.style, {
        left: `${x}%`,
        top: `${y}%`,
        width: `${width}%`,
        height: `${height}%`,
      });
      sheet.append(box);
    }
  };
  bus.on("textlayerrendered", mark);
  spot.here = () => here(viewer);
  spot.show = ({ page }) => {
    if (!(page >= 1 && page <= pdf.numPages)) return false;
    viewer.currentPageNumber = page;
    part("sheets").focus();
    return true;
  };
  spot.mark = (given) => {
    places = given;
    mark();
  };
  tellShown();
}

async function begin() {
  if ((navigator.deviceMemory ?? SMALL_MEMORY + 1) <= SMALL_MEMORY) return;
  const [core, parts] = await load();
  const pdf = await open(core);
  section.hidden = false;
  part("own").classList.remove("act");
  const [bus, viewer] = show(core, parts, pdf);
  tellPages(bus, viewer, pdf);
  search(bus);
  serveNotes(bus, viewer, pdf);
}

begin().catch((error) => {
  console.error(error.message);
  section.hidden = true;
  part("own").classList.add("act");
  dispatchEvent(new Event("muhr-ask"));
});
