// What a file of authors' signatures proves, offline: who signed, that the work is what was signed, and that the
// ledger attests it. It says nothing of who the authors are: names are what they wrote (docs/authorship.md).

import { Refused, fromHex, utf8 } from "../bytes.js";
import { parseEntry } from "../ledger/entry.js";
import { checkInclusion, leafHash } from "../ledger/merkle.js";
import { NoEd25519, openCheckpoint } from "../ledger/note.js";
import { checkPasskey } from "./passkey.js";
import { accountOf } from "./secp256k1.js";
import { parseFile } from "./signed_statement.js";

/**
 * Resolve with what was found, in the form that `muhr authors --json` has:
 * {title, digest, statement, is_this_file, authors, signed_by_all, fails, entry, ledger, why}. Each author is
 * {name, roles, share, by, account, at, signature}, whose signature is "holds", "fails" or "not-checked".
 * Reject with Refused if it is no such file, or a name in it was not signed.
 *
 * @param {Uint8Array} bytes of the file
 * @param {string|null} digest of the work at hand, 64 hex digits
 * @param {object|null} key of the ledger, as parseKey reads it; without one no entry is proved
 */
export async function checkAuthors(bytes, digest = null, key = null) {
  const file = parseFile(bytes);
  const { statement, signatures, names } = file;
  const authors = [];
  for (const [place, author] of statement.authors.entries()) {
    const { at, by } = signatures[place];
    authors.push({
      name: names[place],
      roles: author.roles,
      share: author.share,
      by,
      account: author.key.account ?? null,
      at,
      signature: await stateOf(file, author.key, signatures[place]),
    });
  }
  const isWork = digest === null ? null : digest === statement.digest;
  return {
    title: statement.title,
    digest: statement.digest,
    statement: file.digest,
    is_this_file: isWork,
    authors,
    signed_by_all: authors.every(({ signature }) => signature === "holds"),
    fails: isWork === false || authors.some(({ signature }) => signature === "fails"),
    ledger: statement.ledger,
    ...(await entryOf(file, key)),
  };
}

async function stateOf({ hash, walletDigest }, key, answer) {
  if ((key.type === "passkey") !== (answer.by === "passkey")) return "fails";
  if (answer.by === "contract") return "not-checked"; // only its chain can tell
  if (answer.by === "passkey") {
    const publicKey = fromHex(key.public_key, key.public_key.length / 2);
    return checkPasskey({ origin: key.origin, publicKey }, hash, answer);
  }
  return accountOf(walletDigest, answer.signature) === key.account ? "holds" : "fails";
}

/** Resolve with the index of the entry that attests the statement, proved, or with why it is not. */
async function entryOf({ digest, proof }, key) {
  const not = (reason, values = {}) => ({ entry: null, why: { reason, values } });
  if (key === null) return not("invalid-authors.no-key");
  if (proof === null) return not("invalid-authors.no-proof");
  try {
    return { entry: await proved(digest, proof, key), why: null };
  } catch (error) {
    if (!(error instanceof Refused || error instanceof NoEd25519)) throw error;
    return not("invalid-authors.proof", { cause: error.reason });
  }
}

async function proved(digest, { checkpoint: note, entry: body, index, proof }, key) {
  const isForm = typeof note === "string" && typeof body === "string" && Array.isArray(proof);
  if (!isForm || !Number.isSafeInteger(index) || index < 0) {
    throw new Refused("invalid-authors.form");
  }
  const checkpoint = await openCheckpoint(note, key);
  const entry = parseEntry(utf8(body));
  const isAttested = entry.kind === "attested" && entry.type === "cosignature";
  if (!isAttested || entry.statement !== digest) throw new Refused("invalid-authors.other-entry");
  const hashes = proof.map((item) => fromHex(item, 32));
  const leaf = leafHash(utf8(body));
  checkInclusion(leaf, BigInt(index), checkpoint.size, hashes, checkpoint.root);
  return index;
}
