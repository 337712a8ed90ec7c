// The manifest of a hall: nothing is drawn before its signature holds, and its entry is in the ledger.

import { Refused, fromHex, isEqual, toHex, utf8 } from "../verifier/bytes.js";
import { parseCanonical } from "../verifier/canonical_json.js";
import { parseEntry } from "../verifier/ledger/entry.js";
import { checkInclusion, leafHash } from "../verifier/ledger/merkle.js";
import {
  NoEd25519,
  checkEd25519,
  openCheckpoint,
  parseKey,
  parseNote,
} from "../verifier/ledger/note.js";
import { sha256 } from "../verifier/sha256.js";
import { NotDrawn } from "./said.js";

const FIRST_LINE = "muhr hall manifest v1";

/** Resolve with the manifest of a hall, and whether a signed checkpoint holds its entry; reject NotDrawn. */
export async function openManifest(hall) {
  const answer = await fetch(`/api/v1/halls/${hall}/manifest`, { cache: "no-cache" });
  if (!answer.ok) throw new NotDrawn("not-loaded");
  return checkManifest(await answer.json(), hall);
}

/** Resolve with the same of what the library told. */
export async function checkManifest(told, hall) {
  const bytes = utf8(told.manifest);
  try {
    await checkSignature(told, bytes, hall);
  } catch (error) {
    if (error instanceof NoEd25519) throw new NotDrawn("no-ed25519");
    throw new NotDrawn("refused-signature");
  }
  let isAnchored = false;
  try {
    isAnchored = await checkEntry(told);
  } catch {
    throw new NotDrawn("refused-entry");
  }
  return { manifest: parseCanonical(bytes), isAnchored };
}

async function checkSignature(told, bytes, hall) {
  const key = parseKey(told.key);
  const ledger = parseKey(told.ledger);
  if (key.name !== `${ledger.name}/halls`) throw new Refused("invalid-checkpoint.key-id");
  const { text, signatures } = parseNote(told.note);
  const ours = signatures.filter((one) => one.name === key.name && isEqual(one.keyId, key.keyId));
  if (ours.length === 0) throw new Refused("invalid-checkpoint-signature.not-signed");
  for (const { signature } of ours) await checkEd25519(key.publicKey, signature, utf8(text));
  const manifest = parseCanonical(bytes);
  const lines = [FIRST_LINE, ledger.name, hall, manifest.version, toHex(sha256(bytes))];
  if (text !== `${lines.join("\n")}\n`) throw new Refused("invalid-checkpoint-signature");
  if (manifest.hall !== hall || manifest.origin !== ledger.name) {
    throw new Refused("invalid-checkpoint-signature");
  }
}

/** Resolve with whether a checkpoint holds the entry of the manifest; refuse an entry of something else. */
async function checkEntry(told) {
  const body = utf8(told.body);
  const entry = parseEntry(body);
  const isOfNote = entry.statement === toHex(sha256(utf8(told.note)));
  if (entry.kind !== "attested" || entry.type !== "hall" || !isOfNote) {
    throw new Refused("invalid-entry.other-facts");
  }
  if (told.proof === null) return false;
  const checkpoint = await openCheckpoint(told.checkpoint, parseKey(told.ledger));
  const proof = told.proof.map((item) => fromHex(item, 32));
  checkInclusion(leafHash(body), BigInt(told.entry), checkpoint.size, proof, checkpoint.root);
  return true;
}
