// Changes every bit of a proof, root, leaf and index, and says how often that was refused. Reads lines
// of JSON, [leaf, index, size, root, proof], in hex, from standard input; index and size as text.
// argv: 1 for every bit of a hash, n for each n-th.

import { createInterface } from "node:readline";
import { fromHex } from "../../../ledger_service/web/static/verifier/bytes.js";
import { checkInclusion } from "../../../ledger_service/web/static/verifier/ledger/merkle.js";

const step = Number(process.argv[2]);
let [held, refused, taken] = [0, 0, 0];

function attempt(...proof) {
  try {
    checkInclusion(...proof);
    taken++;
  } catch (error) {
    if (error.slug !== "invalid-inclusion-proof") throw error;
    refused++;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [leafHex, indexText, sizeText, rootHex, proofHex] = JSON.parse(line);
  const [leaf, root, ...proof] = [leafHex, rootHex, ...proofHex].map((item) => fromHex(item, 32));
  const [index, size] = [BigInt(indexText), BigInt(sizeText)];
  checkInclusion(leaf, index, size, proof, root);
  held++;
  for (const hash of [leaf, root, ...proof]) {
    for (let bit = 0; bit < 256; bit += step) {
      hash[bit >> 3] ^= 1 << (bit & 7);
      attempt(leaf, index, size, proof, root);
      hash[bit >> 3] ^= 1 << (bit & 7);
    }
  }
  for (let bit = 0n; bit < 64n; bit++) attempt(leaf, index ^ (1n << bit), size, proof, root);
}
console.log(JSON.stringify({ held, refused, taken }));
