// The file of what all authors of a work signed (docs/formats.md §19): read strictly, names held against what
// was signed. Of the bytes that are signed, none is a name.

import { Refused, concat, fromHex, isEqual, toHex, utf8 } from "../bytes.js";
import { parse, write } from "../canonical_json.js";
import { keccak256 } from "../chain/keccak.js";
import { sha256 } from "../sha256.js";

const FORMATS = ["muhr-authors-file/1", "muhr-authors-signed/1", "muhr-authors/1"];
const LARGEST_BYTES = 2 ** 20;
const MOST_AUTHORS = 50;
const LONGEST = { name: 120, title: 500, ledger: 256 };
const LARGEST_PART_BYTES = 8192;
const NAME_TAG = utf8("muhr: name of an author\n");
/** The roles of CRediT, in its order, by their names in English: what a wallet shows. */
const ROLES = {
  conceptualization: "Conceptualization",
  "data-curation": "Data curation",
  "formal-analysis": "Formal analysis",
  "funding-acquisition": "Funding acquisition",
  investigation: "Investigation",
  methodology: "Methodology",
  "project-administration": "Project administration",
  resources: "Resources",
  software: "Software",
  supervision: "Supervision",
  validation: "Validation",
  visualization: "Visualization",
  "writing-original-draft": "Writing – original draft",
  "writing-review-editing": "Writing – review & editing",
};

const hashOf = (text) => keccak256(utf8(text));
const AUTHOR_TYPE = "Author(string name,string contribution,bytes32 salt)";
const SIGNED_TYPE =
  "SignedByItsAuthors(string title,Author[] authors,bytes32 file,bytes32 statement)";
const DOMAIN = keccak256(
  hashOf("EIP712Domain(string name,string version)"),
  hashOf("Muhr: authors of a work"),
  hashOf("1"),
);

/**
 * Return {statement, hash, walletDigest, signatures, names, digest, proof} of a file.
 *
 * hash: what passkeys sign; walletDigest: what wallets sign (EIP-712); names: null where one was taken away;
 * digest: what the ledger attests, hex. Refuse another form, and a name that was not signed.
 */
export function parseFile(bytes) {
  if (bytes.length > LARGEST_BYTES) refuse("too-long", { most: LARGEST_BYTES });
  let value;
  try {
    value = parse(bytes);
  } catch (error) {
    if (error instanceof Refused) refuse("form");
    throw error;
  }
  const { format, names, proof, signed } = members(value, ["format", "names", "proof", "signed"]);
  need(format === FORMATS[0] && (proof === null || isObject(proof)));
  const { signatures, statement } = members(signed, ["format", "signatures", "statement"]);
  need(signed.format === FORMATS[1] && Array.isArray(signatures));
  const { authors } = checkStatement(statement);
  if (signatures.length !== authors.length) {
    refuse("signatures", { n: signatures.length, of: authors.length });
  }
  need(Array.isArray(names) && names.length === authors.length);
  const hash = sha256(utf8(write(statement)));
  return {
    statement,
    hash,
    walletDigest: digestForWallets(statement, hash),
    signatures: signatures.map(signatureOf),
    names: names.map((name, place) => nameOf(name, authors[place], place + 1)),
    digest: toHex(sha256(utf8(write(signed)))),
    proof,
  };
}

function checkStatement(value) {
  const all = ["at", "authors", "digest", "format", "ledger", "salt", "title"];
  const { at, authors, digest, format, ledger, salt, title } = members(value, all);
  if (format !== FORMATS[2]) refuse("version", { format: FORMATS[2] });
  if (!isLine(title, LONGEST.title)) refuse("title", { most: LONGEST.title });
  need(typeof ledger === "string" && ledger !== "" && [...ledger].length <= LONGEST.ledger);
  need(isCount(at) && Array.isArray(authors));
  if (authors.length < 1 || authors.length > MOST_AUTHORS) refuse("count", { most: MOST_AUTHORS });
  hex(digest, 32);
  hex(salt, 32);
  for (const author of authors) checkAuthor(author);
  const keys = authors.map(({ key }) => key.account ?? key.public_key);
  if (new Set(keys).size !== keys.length) refuse("same-key");
  return value;
}

function checkAuthor(value) {
  const { key, name, roles, share, shown } = members(value, [
    "key",
    "name",
    "roles",
    "share",
    "shown",
  ]);
  hex(name, 32);
  hex(shown, 32);
  need(share === null || (isCount(share) && share <= 1000));
  need(Array.isArray(roles));
  const places = roles.map((role) => Object.keys(ROLES).indexOf(role));
  need(places.every((place, at) => place >= 0 && (at === 0 || places[at - 1] < place)));
  if (isObject(key) && key.type === "wallet") {
    hex(members(key, ["account", "type"]).account, 20);
    return;
  }
  const { origin, public_key: publicKey, type } = members(key, ["origin", "public_key", "type"]);
  need(type === "passkey" && /^https?:\/\/[!-~]{1,200}$/.test(origin));
  need(/^(?:[0-9a-f]{2}){16,1024}$/.test(publicKey));
}

function signatureOf(value) {
  const isPasskey = isObject(value) && value.by === "passkey";
  const further = isPasskey ? ["authenticator_data", "client_data"] : [];
  const found = members(value, ["at", "by", "signature", ...further]);
  need(["contract", "key", "passkey"].includes(found.by) && isCount(found.at));
  return {
    at: found.at,
    by: found.by,
    signature: partOf(found.signature),
    clientData: isPasskey ? partOf(found.client_data) : null,
    authenticatorData: isPasskey ? partOf(found.authenticator_data) : null,
  };
}

/** Return an author's name, which is the one that was signed; null where it was taken away. */
function nameOf(value, author, place) {
  if (value === null) return null;
  const { name, salt } = members(value, ["name", "salt"]);
  need(isLine(name, LONGEST.name));
  const [text, salted] = [utf8(name), hex(salt, 32)];
  const words = author.roles.map((role) => ROLES[role]).join(", ");
  const shown = keccak256(hashOf(AUTHOR_TYPE), keccak256(text), hashOf(words), salted);
  const isSigned =
    isEqual(sha256(NAME_TAG, salted, text), hex(author.name, 32)) &&
    isEqual(shown, hex(author.shown, 32));
  if (!isSigned) refuse("other-name", { place });
  return name;
}

function digestForWallets({ authors, digest, title }, hash) {
  const told = keccak256(concat(...authors.map(({ shown }) => hex(shown, 32))));
  const type = hashOf(SIGNED_TYPE + AUTHOR_TYPE);
  const struct = keccak256(type, hashOf(title), told, hex(digest, 32), hash);
  return keccak256(Uint8Array.of(0x19, 0x01), DOMAIN, struct);
}

/** Return whether a text is one line as it is kept: in NFC, no blanks too many, nothing that acts. */
function isLine(value, longest) {
  if (typeof value !== "string" || value === "" || [...value].length > longest) return false;
  const isPlain = !/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\u{e0000}-\u{e007f}]/u.test(
    value,
  );
  return isPlain && value.normalize("NFC").trim().split(/\s+/u).join(" ") === value;
}

function partOf(value) {
  need(typeof value === "string" && value.length <= 2 * LARGEST_PART_BYTES);
  return hex(value, value.length / 2);
}

function hex(value, length) {
  need(/^(?:[0-9a-f]{2})*$/.test(value) && value.length === 2 * length);
  return fromHex(value, length);
}

const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function members(value, names) {
  need(isObject(value) && Object.keys(value).sort().join() === names.sort().join());
  return value;
}

function need(condition) {
  if (!condition) refuse("form");
}

function refuse(part, values) {
  throw new Refused(`invalid-authors.${part}`, values);
}
