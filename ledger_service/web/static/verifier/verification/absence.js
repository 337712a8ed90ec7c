// Evidence that a digest was not in a ledger (docs/formats.md §13): a map proof, and the receipt of the
// entry that states the map's root. It speaks of one ledger, as of one checkpoint.

import { Refused, fromHex } from "../bytes.js";
import { parse } from "../canonical_json.js";
import { read } from "./kept_file.js";
import { checkAbsence, parseMapProof } from "../publication/map.js";
import { NoEd25519 } from "../ledger/note.js";
import { checkReceipt, isObject, parseReceipt, receiptOf } from "./receipt.js";
import { sha256 } from "../sha256.js";
import { failed, onEveryAxis, passed, unchecked, verdictOf } from "./verdict.js";

const MALFORMED = "invalid-absence";
const FORMAT = "muhr-absence/1";
const LARGEST_BYTES = 98_304;

/** Resolve with what a file holds, compressed or not: a receipt, or evidence of absence, which has a map. */
export async function openEvidence(bytes) {
  return read(bytes, LARGEST_BYTES, "invalid-receipt", parseEvidence);
}

function parseEvidence(data) {
  let value = null;
  try {
    value = parse(data.subarray(0, LARGEST_BYTES + 1));
  } catch (error) {
    if (error.slug !== "invalid-json") throw error;
  }
  if (!isObject(value) || value.format !== FORMAT) return parseReceipt(data);
  if (data.length > LARGEST_BYTES) {
    throw new Refused("invalid-absence.too-long", { most: LARGEST_BYTES });
  }
  return absenceOf(value);
}

/** Return the evidence of a JSON object; refuse what is malformed with “invalid-absence”. */
export function absenceOf(value) {
  fromHex(value.digest, 32, MALFORMED);
  const map = parseMapProof(value.map);
  try {
    return { digest: value.digest, map, receipt: receiptOf(value.receipt) };
  } catch (error) {
    if (error.slug !== "invalid-receipt") throw error;
    throw new Refused("invalid-absence.malformed", { cause: error.reason });
  }
}

/**
 * Resolve with the verdict on bytes of this digest by evidence that it is absent.
 *
 * “Not registered” only if the evidence holds; evidence that does not hold proves nothing.
 */
export async function absenceVerdict(digest, absence, key, isPinned) {
  let found;
  try {
    found = await checkEvidence(digest, absence, key);
  } catch (error) {
    if (!(error instanceof Refused || error instanceof NoEd25519)) throw error;
    const broken = unchecked("evidence-does-not-hold", { why: error.reason });
    return verdictOf(digest, null, onEveryAxis(broken));
  }
  const { entry, checkpoint } = found;
  return verdictOf(digest, null, {
    ...onEveryAxis(unchecked("no-registration-found")),
    bytes: failed("absent-here", { held: entry.count, size: entry.size }),
    ledger: isPinned
      ? passed("map-in-checkpoint", { entry: entry.size, size: Number(checkpoint.size) })
      : unchecked("key-not-pinned"),
    anchor: unchecked("no-chain-asked"),
  });
}

async function checkEvidence(digest, absence, key) {
  const { entry, checkpoint } = await checkReceipt(absence.receipt, key);
  if (entry.kind !== "map") {
    throw new Refused("invalid-receipt.not-map", { kind: entry.kind });
  }
  if (entry.size !== absence.receipt.index) {
    throw new Refused("invalid-map-proof.size");
  }
  await checkAbsence(absence.digest, absence.map, entry.root, sha256);
  if (absence.digest !== digest) {
    throw new Refused("invalid-absence.other-digest", { digest: absence.digest });
  }
  return { entry, checkpoint };
}
