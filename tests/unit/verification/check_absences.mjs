// Says of each case of tests/vectors/absence what the verifier in JavaScript finds: an error's slug, or the
// verdict and the outcome on each axis. argv: the vectors, and of which case to change every nth bit, n;
// then it says what it finds of each change, the changed file being the evidence's UTF-8.

import { readFile } from "node:fs/promises";
import { verify } from "../../../ledger_service/web/static/verifier/verifier.js";

const [, , path, changed, step] = process.argv;
const { deployment, cases } = JSON.parse(await readFile(path, "utf8"));

async function find(digest, bytes) {
  try {
    const { verdict, axes } = await verify({ digest, receipt: bytes, deployment });
    const outcomes = axes.map(({ axis, outcome }) => [axis, outcome]);
    return { verdict, ...Object.fromEntries(outcomes) };
  } catch (error) {
    return error.slug ?? `${error.stack}`;
  }
}

const found = [];
for (const { name, digest, evidence } of cases) {
  const bytes = new TextEncoder().encode(evidence);
  if (changed === undefined) {
    found.push(await find(digest, bytes));
  } else if (name === changed) {
    for (let bit = 0; bit < 8 * bytes.length; bit += Number(step)) {
      const other = bytes.slice();
      other[bit >> 3] ^= 1 << (bit & 7);
      found.push(await find(digest, other));
    }
  }
}
console.log(JSON.stringify(found));
