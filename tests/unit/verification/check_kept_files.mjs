// Says of each file whether the verifier in JavaScript opens it as a receipt: its index, or an error's slug.
// argv: JSON of name → bytes in hex.

import { readFile } from "node:fs/promises";
import { openReceipt } from "../../../ledger_service/web/static/verifier/verification/receipt.js";

const files = JSON.parse(await readFile(process.argv[2], "utf8"));
const found = {};
for (const [name, hex] of Object.entries(files)) {
  try {
    found[name] = (await openReceipt(new Uint8Array(Buffer.from(hex, "hex")))).index;
  } catch (error) {
    found[name] = error.slug ?? `${error.stack}`;
  }
}
console.log(JSON.stringify(found));
