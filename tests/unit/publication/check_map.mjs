// Says of each row of tests/vectors/map/absence.json whether map.js takes it, and how many changes of a
// single bit it takes in the true rows with a path of at most 12 siblings: none must be taken.
// usage: node check_map.mjs MAP.JS ABSENCE.JSON

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , source, vectors] = process.argv;
const { checkAbsence, MapRefused } = await import(pathToFileURL(source));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest();

async function takes(row) {
  try {
    await checkAbsence(row.digest, row.map, row.root, sha256);
    return true;
  } catch (error) {
    if (error instanceof MapRefused) return false;
    throw error;
  }
}

function flipped(hex, bit) {
  const at = bit >> 2;
  const digit = (parseInt(hex[at], 16) ^ (8 >> (bit & 3))).toString(16);
  return hex.slice(0, at) + digit + hex.slice(at + 1);
}

function* spoiled(row) {
  const { siblings, other } = row.map;
  for (let bit = 0; bit < 256; bit++) {
    yield { ...row, root: flipped(row.root, bit) };
    for (let at = 0; at < siblings.length; at++) {
      const changed = siblings.with(at, flipped(siblings[at], bit));
      yield { ...row, map: { siblings: changed, other } };
    }
    if (other !== null) {
      const changed = { digest: flipped(other.digest, bit), index: other.index };
      yield { ...row, map: { siblings, other: changed } };
    }
  }
  for (let bit = 0; other !== null && bit < 53; bit++) {
    const index = Number(BigInt(other.index) ^ (1n << BigInt(bit)));
    yield { ...row, map: { siblings, other: { digest: other.digest, index } } };
  }
}

const rows = JSON.parse(readFileSync(vectors, "utf8"));
const taken = [];
let mutations = 0;
let mutationsTaken = 0;
for (const row of rows) {
  taken.push(await takes(row));
  if (!row.valid || row.map.siblings.length > 12) continue;
  for (const changed of spoiled(row)) {
    mutations++;
    if (await takes(changed)) mutationsTaken++;
  }
}
const malformed = [null, [], {}, { siblings: [] }, { siblings: {}, other: null }];
malformed.push({ siblings: ["00"], other: null }, { siblings: [7], other: null });
malformed.push(
  { siblings: ["AB".repeat(32)], other: null },
  { siblings: [], other: null, more: 1 },
);
malformed.push({ siblings: [], other: { digest: "ab".repeat(32) } });
for (const index of [true, -1, 2 ** 53, 0.5, "1"]) {
  malformed.push({ siblings: [], other: { digest: "ab".repeat(32), index } });
}
const slugs = new Set();
for (const map of malformed) {
  const refused = checkAbsence("00".repeat(32), map, "00".repeat(32), sha256);
  slugs.add(
    await refused.then(
      () => "taken",
      (error) => error.slug,
    ),
  );
}
console.log(JSON.stringify({ taken, mutations, mutationsTaken, malformed: [...slugs] }));
