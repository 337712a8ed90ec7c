// Checks that a digest is not in a verifiable map. The bytes are those of docs/formats.md §13; this is
// an implementation of its own, and shares vectors with the one in Python, not code.

import { Refused } from "../bytes.js";

const HASH_BYTES = 32;
const DIGEST_BITS = 256;
const LEAF = 2;
const NODE = 3;

/** Why evidence is refused. slug: invalid-absence if malformed, invalid-map-proof if it does not hold. */
export class MapRefused extends Refused {}

/**
 * Resolve if the digest is not in the map of this root; reject with MapRefused otherwise.
 *
 * @param {string} digest 64 hex digits
 * @param {{siblings: string[], other: null | {digest: string, index: number}}} proof from the end upward
 * @param {string} root 64 hex digits
 * @param {(bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>} sha256
 */
export async function checkAbsence(digest, proof, root, sha256) {
  const key = bytesOf(digest);
  const top = bytesOf(root);
  const { siblings, other } = wellFormed(proof);
  if (siblings.length > DIGEST_BITS) refuse("path-length", { length: siblings.length });
  if (siblings.length > 0 && siblings[0].every((byte) => byte === 0)) {
    refuse("path-too-deep");
  }
  let current = new Uint8Array(HASH_BYTES);
  if (other !== null) {
    const shared = sharedBits(key, other.subarray(0, HASH_BYTES));
    if (shared === DIGEST_BITS) refuse("in-map");
    if (shared < siblings.length) refuse("other-leaf-elsewhere");
    current = await sha256(joined(LEAF, other));
  }
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[siblings.length - 1 - depth];
    const pair = bitOf(key, depth) ? [sibling, current] : [current, sibling];
    current = await sha256(joined(NODE, ...pair));
  }
  if (sharedBits(current, top) !== DIGEST_BITS) {
    refuse("other-root", { digest });
  }
}

/** Return a map proof of JSON as it is; refuse one that is malformed with “invalid-absence”. */
export function parseMapProof(value) {
  wellFormed(value);
  return value;
}

function wellFormed(proof) {
  if (!hasExactly(proof, ["siblings", "other"]) || !Array.isArray(proof.siblings)) {
    malformed("map-members");
  }
  const siblings = proof.siblings.map(bytesOf);
  if (proof.other === null) return { siblings, other: null };
  if (!hasExactly(proof.other, ["digest", "index"])) {
    malformed("other-members");
  }
  const { digest, index } = proof.other;
  if (!Number.isSafeInteger(index) || index < 0) {
    malformed("other-index");
  }
  const other = new Uint8Array(HASH_BYTES + 8);
  other.set(bytesOf(digest));
  new DataView(other.buffer).setBigUint64(HASH_BYTES, BigInt(index));
  return { siblings, other };
}

function hasExactly(value, names) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).sort().join() === [...names].sort().join();
}

function bytesOf(text) {
  if (typeof text !== "string" || !/^[0-9a-f]{64}$/.test(text)) {
    malformed("hexadecimal", { digits: 64 });
  }
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

function joined(prefix, ...parts) {
  const bytes = new Uint8Array(1 + parts.reduce((length, part) => length + part.length, 0));
  bytes[0] = prefix;
  let at = 1;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function bitOf(bytes, depth) {
  return (bytes[depth >> 3] >> (7 - (depth & 7))) & 1;
}

function sharedBits(one, two) {
  let depth = 0;
  while (depth < DIGEST_BITS && bitOf(one, depth) === bitOf(two, depth)) depth++;
  return depth;
}

function refuse(part, values) {
  throw new MapRefused(`invalid-map-proof.${part}`, values);
}

function malformed(part, values) {
  throw new MapRefused(`invalid-absence.${part}`, values);
}
