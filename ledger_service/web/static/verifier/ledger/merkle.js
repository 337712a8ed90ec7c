// The checks of both proofs of RFC 6962 (RFC 9162 §2.1), with SHA-256.

import { Refused, isEqual } from "../bytes.js";
import { sha256 } from "../sha256.js";

const LONGEST_PROOF = 63;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
export const EMPTY_ROOT = sha256();

export const leafHash = (entry) => sha256(LEAF, entry);
export const nodeHash = (left, right) => sha256(NODE, left, right);

/** Return if the leaf is in the tree of this size and root. index, size: BigInt. */
export function checkInclusion(leaf, index, size, proof, root) {
  if (!isEqual(rootOfInclusion(leaf, index, size, proof), root)) {
    refusal("invalid-inclusion-proof")("The proof leads to another root.");
  }
}

/** Return the root to which a proof leads; refuse one of another shape. */
export function rootOfInclusion(leaf, index, size, proof) {
  const refuse = refusal("invalid-inclusion-proof");
  if (index < 0n || index >= size) refuse("index", { index: Number(index), size: Number(size) });
  checkShape(proof, refuse);
  let [fn, sn, result] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (sn === 0n) refuse("too-long");
    if (fn & 1n || fn === sn) {
      result = nodeHash(sibling, result);
      while (!(fn & 1n) && fn) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      result = nodeHash(result, sibling);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  if (sn !== 0n) refuse("too-short");
  return result;
}

/** Return if the old tree is a prefix of the new one. Sizes: BigInt. */
export function checkConsistency(oldSize, oldRoot, newSize, newRoot, proof) {
  const refuse = refusal("invalid-consistency-proof");
  if (oldSize < 0n || oldSize > newSize)
    refuse("shrinks", { old_size: Number(oldSize), new_size: Number(newSize) });
  checkShape(proof, refuse);
  if (oldSize === 0n || oldSize === newSize) {
    if (proof.length > 0) refuse("not-empty");
    if (!isEqual(oldRoot, oldSize === newSize ? newRoot : EMPTY_ROOT)) {
      refuse("two-roots", { size: Number(oldSize) });
    }
    return;
  }
  const path = [...proof];
  if ((oldSize & (oldSize - 1n)) === 0n) path.unshift(oldRoot);
  if (path.length === 0) refuse("empty");
  let [fn, sn] = [oldSize - 1n, newSize - 1n];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let [oldResult, newResult] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (sn === 0n) refuse("too-long");
    if (fn & 1n || fn === sn) {
      oldResult = nodeHash(sibling, oldResult);
      newResult = nodeHash(sibling, newResult);
      while (!(fn & 1n) && fn) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      newResult = nodeHash(newResult, sibling);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  if (sn !== 0n || !isEqual(oldResult, oldRoot) || !isEqual(newResult, newRoot)) {
    refuse("not-extended", { old_size: Number(oldSize), new_size: Number(newSize) });
  }
}

function checkShape(proof, refuse) {
  if (proof.length > LONGEST_PROOF || proof.some((item) => item.length !== 32)) {
    refuse("shape", { most: LONGEST_PROOF });
  }
}

function refusal(slug) {
  return (part, values) => {
    throw new Refused(`${slug}.${part}`, values);
  };
}
