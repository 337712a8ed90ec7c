// What the contracts hold, proved against one block's hash: RLP, the state trie, and the slots that a
// verdict needs (docs/formats.md §5).

import { Refused, concat, fromHex, isEqual, toHex, toNumber, utf8, wordOf } from "../bytes.js";
import { sha256 } from "../sha256.js";
import { keccak256 } from "./keccak.js";

const DEEPEST = 16;
const EMPTY_TRIE = keccak256(Uint8Array.of(0x80));
const REGISTRAR = 1n;
export const SUPERSEDED = 2;
export const WITHDRAWN = 3;
const NO_RENDITION = 1;

/** Trie nodes by their keccak-256 in hex, which remember whether they were read. */
class ReadNodes {
  #nodes;
  #read = new Set();

  constructor(nodes) {
    this.#nodes = new Map(nodes.map((node) => [toHex(keccak256(node)), node]));
    this.get(toHex(EMPTY_TRIE)); // anvil proves an empty trie by this node, other clients by none
  }

  get(name) {
    if (this.#nodes.has(name)) this.#read.add(name);
    return this.#nodes.get(name);
  }

  checkAllRead() {
    if (this.#read.size !== this.#nodes.size) {
      refuse("node-unused");
    }
  }
}

/** Return the one item that RLP bytes are: bytes, or a list of items. Strict. */
export function decodeRlp(bytes) {
  const { item, end } = decodeItem(bytes, 0, bytes.length, 0);
  if (end !== bytes.length) refuse("trailing");
  return item;
}

function decodeItem(bytes, start, limit, depth) {
  if (start >= limit || depth > DEEPEST) refuse("item-incomplete-or-deep");
  const first = bytes[start];
  if (first < 0x80) return { item: bytes.subarray(start, start + 1), end: start + 1 };
  const isList = first >= 0xc0;
  let length = first - (isList ? 0xc0 : 0x80);
  let body = start + 1;
  if (length > 55) {
    const told = bytes.subarray(body, Math.min(body + length - 55, limit));
    body += told.length;
    length = Number(toNumber(told));
    if (told[0] === 0 || length <= 55) refuse("length-long");
  }
  const end = body + length;
  if (end > limit) refuse("item-incomplete");
  if (!isList) {
    if (length === 1 && bytes[body] < 0x80) refuse("byte-long");
    return { item: bytes.subarray(body, end), end };
  }
  const items = [];
  while (body < end) {
    const inner = decodeItem(bytes, body, end, depth + 1);
    items.push(inner.item);
    body = inner.end;
  }
  return { item: items, end };
}

function rlpNumber(item) {
  if (Array.isArray(item) || item[0] === 0 || item.length > 32) refuse("number");
  return toNumber(item);
}

/** Return what a secure trie holds under a key, null if nothing. nodes: Map from hash in hex. */
export function valueAt(root, key, nodes) {
  if (isEqual(root, EMPTY_TRIE)) return null;
  let way = halvesOf(keccak256(key));
  let node = root;
  for (;;) {
    const parts = partsOf(node, nodes);
    if (parts.length === 17) {
      if (way.length === 0) refuse("node-malformed");
      node = parts[way[0]];
      way = way.slice(1);
      if (!Array.isArray(node) && node.length === 0) return null;
      continue;
    }
    const { path, isLeaf } = pathOf(parts[0]);
    const isOnWay = path.every((half, at) => half === way[at]);
    if (isLeaf) {
      if (path.length !== way.length || !isOnWay) return null;
      if (Array.isArray(parts[1]) || parts[1].length === 0) refuse("node-malformed");
      return parts[1];
    }
    if (path.length === 0 || path.length >= way.length) refuse("node-malformed");
    if (!isOnWay) return null;
    node = parts[1];
    way = way.slice(path.length);
  }
}

function partsOf(node, nodes) {
  let parts = node;
  if (!Array.isArray(node)) {
    const bytes = nodes.get(toHex(node));
    if (bytes === undefined) refuse("node-missing");
    parts = decodeRlp(bytes);
  }
  if (!Array.isArray(parts) || (parts.length !== 17 && parts.length !== 2))
    refuse("node-malformed");
  return parts;
}

function pathOf(encoded) {
  if (Array.isArray(encoded) || encoded.length === 0) refuse("node-malformed");
  const halves = halvesOf(encoded);
  const isOdd = (halves[0] & 1) === 1;
  if (halves[0] > 3 || (!isOdd && halves[1] !== 0)) refuse("node-malformed");
  return { path: halves.slice(isOdd ? 1 : 2), isLeaf: halves[0] >= 2 };
}

function halvesOf(bytes) {
  return Array.from(bytes).flatMap((byte) => [byte >> 4, byte & 15]);
}

/** Return the slot of a mapping's value under a key of 32 bytes. place: the mapping's slot, or a number. */
export const slotOf = (place, key) =>
  keccak256(key, place instanceof Uint8Array ? place : wordOf(place));

/** Return the slot that lies so many places after another. */
export const slotAfter = (slot, places) => wordOf((toNumber(slot) + BigInt(places)) % (1n << 256n));

/** Return the slot of the window in which an account of 20 bytes acts for a steward. */
export const windowSlot = (steward, account) =>
  slotOf(slotOf(7, steward), concat(new Uint8Array(12), account));

/** Return the lowest bits of a word. */
export const low = (word, bits) => word & ((1n << BigInt(bits)) - 1n);

/** Return the window that a word of StewardRegistry holds. */
export const windowOf = (word) => ({
  startsAt: low(word, 64),
  until: low(word >> 64n, 64),
  isRegistrar: low(word >> 128n, 8) === REGISTRAR,
});

/** Return the claim of a receipt that holds, as `readState` takes it. */
export const claimOf = (entry, checkpoint) => ({
  ledger: sha256(utf8(checkpoint.origin)),
  size: checkpoint.size,
  digest: fromHex(entry.digest, 32),
  steward: fromHex(entry.steward, 32),
  license: fromHex(entry.license, 32),
});

/** What contracts hold in one block: each word is read through the proof, or refused. */
export class ProvenState {
  #header;
  #nodes;
  #roots = new Map();

  constructor(proof, deployment) {
    const header = decodeRlp(proof.header);
    if (!Array.isArray(header) || header.length < 15 || header.length > 32) refuse("header");
    if (Array.isArray(header[3]) || header[3].length !== 32) refuse("no-root");
    this.block = {
      number: rlpNumber(header[8]),
      time: rlpNumber(header[11]),
      hash: keccak256(proof.header),
    };
    this.#header = header;
    this.#nodes = new ReadNodes(proof.nodes);
    this.deployment = deployment;
  }

  /** Return the word in a slot of a contract, 0 if it holds nothing. */
  word(contract, slot) {
    if (!this.#roots.has(contract)) this.#roots.set(contract, this.#storageRoot(contract));
    const value = valueAt(this.#roots.get(contract), slot, this.#nodes);
    return value === null ? 0n : rlpNumber(decodeRlp(value));
  }

  /** Refuse a proof that has more than was read. */
  checkAllRead() {
    this.#nodes.checkAllRead();
  }

  #storageRoot(contract) {
    const address = fromHex(this.deployment.contracts[contract], 20, "invalid-input");
    const value = valueAt(this.#header[3], address, this.#nodes);
    const account = value === null ? [] : decodeRlp(value);
    if (!Array.isArray(account) || account.length !== 4) refuse("no-contract", { contract });
    const [, , root, code] = account;
    if (Array.isArray(code) || toHex(code) !== this.deployment.code[contract]) {
      refuse("other-code", { contract });
    }
    if (Array.isArray(root) || root.length !== 32) refuse("account", { contract });
    return root;
  }
}

/**
 * Return what the state says of a claim; refuse a proof that does not show it.
 *
 * @param {{header: Uint8Array, nodes: Uint8Array[]}} proof
 * @param {{contracts: Object<string, string>, code: Object<string, string>}} deployment
 * @param {{ledger: Uint8Array, size: bigint, digest: Uint8Array, steward: Uint8Array, license: Uint8Array}} claim
 */
export function readState(proof, deployment, claim) {
  const state = new ProvenState(proof, deployment);
  const word = (contract, slot) => state.word(contract, slot);

  /** Return the word, or null if the proof does not lead to it. */
  function shownWord(contract, slot) {
    try {
      return word(contract, slot);
    } catch (error) {
      if (error.slug !== "invalid-state-proof") throw error;
      return null;
    }
  }

  function registry(mapping, digest, isNeeded = true) {
    const slot = slotOf(slotOf(mapping, digest), claim.steward);
    return isNeeded ? word("ResourceRegistry", slot) : (shownWord("ResourceRegistry", slot) ?? 0n);
  }

  // Words that decide nothing may be left out of a proof: the anchor's block, and what is empty anyway.
  const first = slotOf(slotOf(6, claim.ledger), wordOf(claim.size));
  const second = slotAfter(first, 1);
  const root = word("CheckpointAnchor", first);
  const place = shownWord("CheckpointAnchor", second);
  const registration = registrationOf(registry(3, claim.digest));
  const original = registry(5, claim.digest, mayHaveOriginal(registration));
  const isSuperseded = registration?.state === SUPERSEDED;
  const successor = registry(4, claim.digest, isSuperseded);
  const originalState = original ? low(registry(3, wordOf(original)) >> 200n, 8) : 0n;
  let window = 0n;
  if (registration !== null) {
    window = word("StewardRegistry", windowSlot(claim.steward, registration.registrar));
  }
  const licenseNumber = word("LicenseRegistry", slotOf(2, claim.license));
  state.checkAllRead();
  return {
    block: state.block,
    root: root ? wordOf(root) : null,
    anchoredIn: place === null ? null : low(place, 64),
    anchoredAt: place === null ? null : low(place >> 64n, 64),
    registration,
    successor: isSuperseded && successor ? toHex(wordOf(successor)) : null,
    original: original ? toHex(wordOf(original)) : null,
    originalState: Number(originalState),
    ...windowOf(window),
    licenseNumber,
  };
}

/** Return whether a registration may be a rendition of another resource, so that its original is looked up. */
export const mayHaveOriginal = (registration) =>
  registration !== null && registration.standing !== NO_RENDITION;

/** Return the registration that a word of ResourceRegistry holds, or null. */
export function registrationOf(word) {
  const state = Number(low(word >> 200n, 8));
  if (state === 0) return null;
  return {
    registrar: wordOf(low(word, 160)).subarray(12),
    registeredAt: low(word >> 160n, 40),
    state,
    relation: Number(low(word >> 208n, 8)),
    licenseNumber: low(word >> 216n, 32),
    standing: Number(low(word >> 248n, 8)),
  };
}

function refuse(part, values) {
  throw new Refused(`invalid-state-proof.${part}`, values);
}
