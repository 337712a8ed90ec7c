// Says of each case of tests/vectors/receipts what the verifier in JavaScript finds: an error's slug, or
// outcome, reason and values on each axis. argv: the vectors, and of which case to change every nth bit, n; then it says
// what it finds of each change, the changed file being the receipt's UTF-8.

import { readFile } from "node:fs/promises";
import { verify } from "../../../ledger_service/web/static/verifier/verifier.js";

const [, , path, changed, step] = process.argv;
const { deployment, cases } = JSON.parse(await readFile(path, "utf8"));

async function find(digest, bytes, blockHash) {
  try {
    const { axes } = await verify({ digest, receipt: bytes, deployment, blockHash });
    return Object.fromEntries(
      axes.map(({ axis, outcome, reason, values }) => [axis, [outcome, reason, values]]),
    );
  } catch (error) {
    return error.slug ?? `${error.stack}`;
  }
}

const found = [];
for (const { name, digest, receipt, block_hash: blockHash } of cases) {
  const bytes = new TextEncoder().encode(receipt);
  if (changed === undefined) {
    found.push(await find(digest, bytes, blockHash));
  } else if (name === changed) {
    for (let bit = 0; bit < 8 * bytes.length; bit += Number(step)) {
      const other = bytes.slice();
      other[bit >> 3] ^= 1 << (bit & 7);
      found.push(await find(digest, other, blockHash));
    }
  }
}
console.log(JSON.stringify(found));
