// Reads annotations of a picture by Annotorious, and writes them as it would send them; run in the folder of viewers.
// The first argument is the address of its package; reads {source, annotations} as JSON.

import { readFileSync } from "node:fs";

const { W3CImageFormat } = await import(process.argv[2]);
const { source, annotations } = JSON.parse(readFileSync(0, "utf8"));
const format = W3CImageFormat(source);
const read = annotations.map((one) => format.parse(one));
const parsed = read.map(({ parsed: found, error }) => ({
  geometry: found?.target.selector.geometry ?? null,
  text: found?.bodies[0]?.value ?? null,
  error: error?.message ?? null,
}));
const sent = read.map(({ parsed: found }) => (found ? format.serialize(found) : null));
console.log(JSON.stringify({ parsed, sent }));
