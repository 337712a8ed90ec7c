// Says of each case of tests/vectors/receipts what the verifier in JavaScript finds: an error's slug, or
// the outcome on each axis. argv: the vectors.

import { readFile } from "node:fs/promises";
import { verify } from "../../ledger_service/web/static/verifier/verifier.js";

const { deployment, cases } = JSON.parse(await readFile(process.argv[2], "utf8"));
const found = [];
for (const { digest, receipt, block_hash: blockHash } of cases) {
  try {
    const bytes = new TextEncoder().encode(receipt);
    const { axes } = await verify({ digest, receipt: bytes, deployment, blockHash });
    found.push(Object.fromEntries(axes.map(({ axis, outcome }) => [axis, outcome])));
  } catch (error) {
    found.push(error.slug ?? `${error.stack}`);
  }
}
console.log(JSON.stringify(found));
