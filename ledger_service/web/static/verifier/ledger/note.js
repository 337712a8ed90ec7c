// C2SP signed notes, checkpoints and cosignatures, with Ed25519 by Web Crypto.

import { Refused, concat, fromBase64, fromHex, isEqual, toHex, toNumber, utf8 } from "../bytes.js";
import { text } from "../messages.js";
import { sha256 } from "../sha256.js";

const MALFORMED = "invalid-checkpoint";
const LONGEST_NOTE_BYTES = 16_384;
const MOST_SIGNATURES = 64;
export const ED25519 = 1;
export const COSIGNATURE_V1 = 4;
// No white space, as Unicode has it, no plus and no half of a surrogate pair.
const NAME =
  /^[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+\ud800-\udfff]{1,255}$/u;

const PRIME = (1n << 255n) - 19n;
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
/** The y of the eight points whose order divides 8: under them anybody can make signatures that hold. */
const SMALL_ORDER = [0n, 1n, PRIME - 1n, ORDER_8, PRIME - ORDER_8];

/** Thrown where this browser or program has no Ed25519: nothing is known then. */
export class NoEd25519 extends Error {
  constructor() {
    super();
    this.reason = { reason: "no-ed25519", values: {} };
    this.message = text(this.reason);
  }
}

/** Return the key of a C2SP vkey. algorithm: the type byte that it must have. */
export function parseKey(text, algorithm = ED25519) {
  const [name, id, ...rest] = String(text).trim().split("+");
  const encoded = fromBase64(rest.join("+"), MALFORMED);
  if (encoded.length !== 33 || encoded[0] !== algorithm || !NAME.test(name)) {
    throw new Refused("invalid-checkpoint.key-not-ed25519");
  }
  const keyId = sha256(utf8(name), utf8("\n"), encoded).subarray(0, 4);
  if (toHex(keyId) !== id) throw new Refused("invalid-checkpoint.key-id");
  const publicKey = encoded.subarray(1);
  if (!isSoundKey(publicKey)) throw new Refused("invalid-checkpoint.key-weak");
  return { name, keyId, publicKey };
}

/** Return whether 32 bytes encode a y below the prime, which is of no point of small order (RFC 8032). */
function isSoundKey(bytes) {
  const y = toNumber(bytes.slice().reverse()) & ((1n << 255n) - 1n); // the last bit is the sign of x
  return y < PRIME && !SMALL_ORDER.includes(y);
}

/** Return the parts of a note, none of whose signatures is checked yet. */
export function parseNote(note) {
  if (utf8(note).length > LONGEST_NOTE_BYTES) throw new Refused("invalid-checkpoint.note-too-long");
  if (/[\0-\x09\x0b-\x1f]/.test(note)) throw new Refused("invalid-checkpoint.control-characters");
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n") || end + 2 >= note.length) {
    throw new Refused("invalid-checkpoint.note-form");
  }
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) throw new Refused("invalid-checkpoint.signatures-too-many");
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  const space = line.indexOf(" ", 2);
  const name = space < 0 ? line.slice(2) : line.slice(2, space);
  const decoded = fromBase64(space < 0 ? "" : line.slice(space + 1), MALFORMED);
  if (!line.startsWith("\u2014 ") || !NAME.test(name) || decoded.length < 5) {
    throw new Refused("invalid-checkpoint.signature-malformed");
  }
  return { name, keyId: decoded.subarray(0, 4), signature: decoded.subarray(4) };
}

/** Return the name of the ledger whose checkpoint a note says it is; null if it names none. */
export function originOf(note) {
  const origin = note.split("\n", 1)[0];
  return NAME.test(origin) ? origin : null;
}

/** Return the checkpoint of a note's text. size: BigInt. */
export function parseCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.includes("")) {
    throw new Refused("invalid-checkpoint.lines");
  }
  const [origin, size, root] = lines;
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(size) || BigInt(size) >= 1n << 63n) {
    throw new Refused("invalid-checkpoint.size-not-a-number");
  }
  const decoded = fromBase64(root, MALFORMED);
  if (decoded.length !== 32 || (size === "0" && toHex(decoded) !== toHex(sha256()))) {
    throw new Refused("invalid-checkpoint.root");
  }
  return { origin, size: BigInt(size), root: decoded };
}

/**
 * Resolve with the checkpoint of a note that the ledger's own key has signed.
 *
 * Signatures by other keys are ignored; one by this key that does not hold refuses the note.
 */
export async function openCheckpoint(note, key) {
  const { text, signatures } = parseNote(note);
  let isSigned = false;
  for (const { name, keyId, signature } of signatures) {
    if (name !== key.name || !isEqual(keyId, key.keyId)) continue;
    await checkEd25519(key.publicKey, signature, utf8(text));
    isSigned = true;
  }
  if (!isSigned) throw new Refused("invalid-checkpoint-signature.not-signed", { key: key.name });
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== key.name) {
    throw new Refused("invalid-checkpoint.other-origin", {
      origin: checkpoint.origin,
      key: key.name,
    });
  }
  return checkpoint;
}

/** Resolve with the witnesses, of those known, that have cosigned a note, and when (BigInt, seconds). */
export async function cosignaturesOf(note, keys) {
  const { text, signatures } = parseNote(note);
  const found = [];
  for (const { name, keyId, signature } of signatures) {
    const key = keys.find((known) => known.name === name && isEqual(known.keyId, keyId));
    if (key === undefined) continue;
    const at = toNumber(signature.subarray(0, 8));
    if (signature.length !== 72 || at >= 1n << 63n) {
      throw new Refused("invalid-checkpoint-signature.cosignature-malformed", { key: name });
    }
    const message = utf8(`cosignature/v1\ntime ${at}\n${text}`);
    await checkEd25519(key.publicKey, signature.subarray(8), message);
    found.push({ key, at });
  }
  return found;
}

/** Resolve if the signature holds; reject with Refused, or with NoEd25519 where it cannot be checked. */
export async function checkEd25519(publicKey, signature, message) {
  const subtle = globalThis.crypto?.subtle;
  let key;
  try {
    if (subtle === undefined) throw new Error("no Web Crypto");
    await subtle.importKey("raw", WELL_FORMED, "Ed25519", false, ["verify"]);
  } catch {
    throw new NoEd25519();
  }
  let holds = false;
  try {
    key = await subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    holds = await subtle.verify("Ed25519", key, signature, message);
  } catch {
    holds = false;
  }
  if (!holds) throw new Refused("invalid-checkpoint-signature");
}

// A key that every implementation takes, to tell “no Ed25519” from “no such key” (RFC 8032 §7.1, test 1).
const WELL_FORMED = fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", 32);
