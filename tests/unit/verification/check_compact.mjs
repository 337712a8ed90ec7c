// Says of each compact receipt whether the verifier in JavaScript takes it. Standard input: key, texts.

import { expand } from "../../../ledger_service/web/static/verifier/verification/compact.js";
import { parseKey } from "../../../ledger_service/web/static/verifier/ledger/note.js";
import { checkReceipt } from "../../../ledger_service/web/static/verifier/verification/receipt.js";

let input = "";
for await (const piece of process.stdin.setEncoding("utf8")) input += piece;
const { key, texts } = JSON.parse(input);
const found = [];
for (const text of texts) {
  try {
    await checkReceipt(expand(text), parseKey(key));
    found.push(true);
  } catch (error) {
    if (error.slug === undefined) throw error;
    found.push(false);
  }
}
console.log(JSON.stringify(found));
