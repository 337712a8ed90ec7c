// The compact form of a receipt, as a QR code carries it (docs/formats.md §5).

import { Refused, concat, fromUtf8, toBase64, toHex, utf8 } from "../bytes.js";
import { write } from "../canonical_json.js";
import { parseEntry } from "../ledger/entry.js";
import { leafHash, rootOfInclusion } from "../ledger/merkle.js";
import { parseNote } from "../ledger/note.js";
import { TEMPLATES } from "../ledger/templates.js";

const KINDS = { 1: "registered", 2: "accepted" };
const LARGEST_BYTES = 4096;

/** Return the receipt, to be checked as any other, of a compact form's text. */
export function expand(text) {
  const bytes = fromBase64Url(text);
  let at = 0;
  function take(count) {
    if (at + count > bytes.length) refuse("compact-incomplete");
    at += count;
    return bytes.subarray(at - count, at);
  }
  function number() {
    let found = 0n;
    for (let place = 0n; place < 9n; place++) {
      const [byte] = take(1);
      found |= BigInt(byte & 0x7f) << (7n * place);
      if (byte < 0x80 && (byte !== 0 || place === 0n)) return found;
      if (byte < 0x80) break;
    }
    return refuse("compact-number");
  }
  const [version, code] = take(2);
  if (version !== 1 || !Object.hasOwn(KINDS, code)) refuse("compact-version");
  const kind = KINDS[code];
  const facts = { kind, v: 1, at: Number(number()) };
  for (const [name, pattern] of Object.entries(TEMPLATES[kind]).sort()) {
    if (pattern === null) facts[name] = Number(number());
    else if (name === "cid") facts[name] = `f01${toHex(take(1))}1220${toHex(take(32))}`;
    else facts[name] = toHex(take(32));
  }
  const entry = utf8(write(facts));
  const index = number();
  const size = number();
  const proof = Array.from({ length: take(1)[0] }, () => take(32));
  const origin = fromUtf8(take(take(1)[0]), "invalid-receipt");
  const signed = concat(take(4), take(64));
  if (at !== bytes.length) refuse("compact-trailing");
  try {
    parseEntry(entry);
    const root = rootOfInclusion(leafHash(entry), index, size, proof);
    const checkpoint =
      `${origin}\n${size}\n${toBase64(root)}\n\n` + `\u2014 ${origin} ${toBase64(signed)}\n`;
    parseNote(checkpoint);
    const parts = { entry, index: Number(index), proof, checkpoint };
    return {
      ...parts,
      anchor: null,
      keys: [],
      license: null,
      state: null,
      metadata: null,
      later: [],
      described: null,
    };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return refuse("compact-malformed");
  }
}

function fromBase64Url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) refuse("compact-base64url");
  const padded = text
    .replaceAll("-", "+")
    .replaceAll("_", "/")
    .padEnd(Math.ceil(text.length / 4) * 4, "=");
  const bytes = Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
  if (bytes.length > LARGEST_BYTES || toBase64(bytes) !== padded) refuse("compact-form");
  return bytes;
}

function refuse(part, values) {
  throw new Refused(`invalid-receipt.${part}`, values);
}
