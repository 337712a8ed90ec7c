// Receipts of both versions (docs/formats.md §5): read strictly, and checked against a key.

import { Refused, concat, fromBase64, fromHex, toHex, wordOf, utf8 } from "../bytes.js";
import { parse, write } from "../canonical_json.js";
import { read } from "./kept_file.js";
import { parseEntry } from "../ledger/entry.js";
import { checkInclusion, leafHash } from "../ledger/merkle.js";
import { checkLater, correctedRecord } from "./later.js";
import { openCheckpoint } from "../ledger/note.js";
import { sha256 } from "../sha256.js";

const MALFORMED = "invalid-receipt";
const LARGEST_BYTES = 65_536;
const MOST_KEYS = 64;
const MOST_LATER = 16;
const MOST_NODES = 256;
const LARGEST_NODE_BYTES = 1024;
const LARGEST_HEADER_BYTES = 8192;
const TEXTS = ["creator", "language", "media_type", "title"];
const UNLIMITED_SEATS = 2 ** 32 - 1;
const LARGEST_LOAN_SECONDS = 100 * 366 * 86_400;

/** Resolve with the receipt of a file's bytes, compressed or not; reject with “invalid-receipt”. */
export async function openReceipt(bytes) {
  return read(bytes, LARGEST_BYTES, MALFORMED, parseReceipt);
}

/** Return the receipt of its JSON's bytes; refuse what is malformed with “invalid-receipt”. */
export function parseReceipt(bytes) {
  if (bytes.length > LARGEST_BYTES) refuse("too-long", { most: LARGEST_BYTES });
  let value;
  try {
    value = parse(bytes);
  } catch (error) {
    refuse("not-json", { cause: error.reason });
  }
  return receiptOf(value);
}

/** Return the receipt of a JSON object; refuse what is malformed with “invalid-receipt”. */
export function receiptOf(value) {
  const isOld = isObject(value) && value.format === "muhr-receipt/1";
  if (!isOld && !(isObject(value) && value.format === "muhr-receipt/2")) {
    refuse("format", { format: "muhr-receipt/2", old_format: "muhr-receipt/1" });
  }
  need(typeof value.entry === "string" && typeof value.checkpoint === "string");
  need(Number.isSafeInteger(value.index) && Array.isArray(value.proof));
  const proof = value.proof.map((item) => (isOld ? fromHex(item, 32) : fromBase64(item)));
  need(proof.every((item) => item.length === 32));
  return {
    entry: utf8(value.entry),
    index: value.index,
    proof,
    checkpoint: value.checkpoint,
    anchor: anchorOf(value.anchor),
    keys: isOld ? [] : keysOf(value.keys),
    license: isOld ? null : licenseOf(value.license),
    state: isOld ? null : stateOf(value.state),
    metadata: isOld ? null : metadataOf(value.metadata ?? null),
    later: isOld ? [] : laterOf(value.later ?? []),
    described: isOld ? null : metadataOf(value.described ?? null),
  };
}

/** Resolve with entry, checkpoint and later entries if the ledger signed for this entry; reject with Refused. */
export async function checkReceipt(receipt, key) {
  let checkpoint, entry, later;
  try {
    checkpoint = await openCheckpoint(receipt.checkpoint, key);
    entry = parseEntry(receipt.entry);
    later = receipt.later.map((item) => ({ ...item, facts: parseEntry(item.entry) }));
  } catch (error) {
    if (["invalid-checkpoint", "invalid-entry"].includes(error.slug)) {
      refuse("malformed", { cause: error.reason });
    }
    throw error;
  }
  const { size, root } = checkpoint;
  checkInclusion(leafHash(receipt.entry), BigInt(receipt.index), size, receipt.proof, root);
  checkLater(later, receipt.index, entry, checkpoint);
  if (receipt.license !== null && licenseId(receipt.license) !== entry.license) {
    refuse("other-license");
  }
  const { metadata, described } = receipt;
  if (metadata !== null && digestOf(metadata) !== entry.metadata) refuse("other-metadata");
  const told = later.map(({ facts }) => facts);
  if (correctedRecord(told) !== (described === null ? null : digestOf(described))) {
    refuse("other-description");
  }
  return { checkpoint, entry, later: told };
}

const digestOf = (record) => toHex(sha256(utf8(write(record))));

function licenseId({ uri, policy, seats, loan, self_service: selfService }) {
  const numbers = [seats, loan, selfService].map(wordOf);
  return toHex(sha256(concat(sha256(utf8(uri)), fromHex(policy, 32), ...numbers)));
}

function anchorOf(value) {
  need(value !== undefined);
  if (value === null) return null;
  need(isObject(value) && isCount(value.chain_id) && isCount(value.block));
  fromHex(value.contract, 20);
  fromHex(value.ledger, 32);
  fromHex(value.transaction, 32);
  return value;
}

function keysOf(value) {
  need(Array.isArray(value) && value.length <= MOST_KEYS);
  for (const item of value) {
    need(isObject(item) && typeof item.key === "string" && isCount(item.from));
    need(item.until === null || isCount(item.until));
  }
  return value;
}

function licenseOf(value) {
  if (value === null) return null;
  need(isObject(value) && typeof value.uri === "string");
  need(/^https?:\/\/[!-~]+$/.test(value.uri) && value.uri.length <= 512);
  fromHex(value.policy, 32);
  const { seats, loan, self_service: selfService } = value;
  need(isCount(seats) && seats >= 1 && seats <= UNLIMITED_SEATS);
  need(isCount(loan) && loan >= 1 && loan <= LARGEST_LOAN_SECONDS);
  need(selfService === 0 || selfService === 1);
  return value;
}

/** Return what is said of the resource, with all further members; its form is not judged here, the entry commits to its bytes. */
function metadataOf(value) {
  if (value === null) return null;
  const isOf = (name, type) => typeof value[name] === type;
  const isDescribed =
    isObject(value) &&
    TEXTS.every((name) => isOf(name, "string")) &&
    Number.isSafeInteger(value.size_bytes);
  if (!isDescribed) refuse("metadata");
  return value;
}

function laterOf(value) {
  if (!Array.isArray(value) || value.length > MOST_LATER) {
    refuse("too-many-later", { most: MOST_LATER });
  }
  return value.map((item) => {
    const isEntry = isObject(item) && typeof item.entry === "string" && Array.isArray(item.proof);
    if (!isEntry || !Number.isSafeInteger(item.index)) refuse("later");
    const proof = item.proof.map((hash) => fromBase64(hash));
    if (proof.some((hash) => hash.length !== 32)) refuse("later");
    return { entry: utf8(item.entry), index: item.index, proof };
  });
}

function stateOf(value) {
  if (value === null) return null;
  need(isObject(value) && Array.isArray(value.nodes) && value.nodes.length <= MOST_NODES);
  const [header, ...nodes] = [value.header, ...value.nodes].map((item) => fromBase64(item));
  need(header.length <= LARGEST_HEADER_BYTES);
  need(nodes.every((item) => item.length <= LARGEST_NODE_BYTES));
  return { header, nodes };
}

export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;

function need(condition) {
  if (!condition) refuse("parts");
}

function refuse(part, values) {
  throw new Refused(`invalid-receipt.${part}`, values);
}
