// Whether a passkey signed a challenge (Web Authentication, Level 2, §7.2), with the keys that the library asks
// for: ES256, EdDSA and RS256. Its counter is not looked at: this is no sign-in.

import { Refused, concat, fromUtf8, isEqual, toHex, utf8 } from "../bytes.js";
import { NoEd25519, checkEd25519 } from "../ledger/note.js";
import { sha256 } from "../sha256.js";

const SLUG = "invalid-authors";
const [IS_PRESENT, IS_VERIFIED] = [1, 4];
const LEAST_BYTES = 37; // of what an authenticator says: the site's hash, flags, a counter

/** Thrown where this browser or program cannot check signatures of a key. */
class NoWay extends Error {}

/**
 * Resolve with "holds", "fails", or "not-checked" where this program has no way to check such a key.
 *
 * @param {{origin: string, publicKey: Uint8Array}} key in COSE's form
 * @param {Uint8Array} challenge 32 bytes
 * @param {{signature: Uint8Array, clientData: Uint8Array, authenticatorData: Uint8Array}} answer
 */
export async function checkPasskey(key, challenge, answer) {
  try {
    if (!isAnswer(key.origin, challenge, answer)) return "fails";
    const signed = concat(answer.authenticatorData, sha256(answer.clientData));
    return (await isSigned(key.publicKey, answer.signature, signed)) ? "holds" : "fails";
  } catch (error) {
    if (error instanceof NoWay || error instanceof NoEd25519) return "not-checked";
    if (error instanceof Refused) return "fails";
    throw error;
  }
}

function isAnswer(origin, challenge, { clientData, authenticatorData }) {
  let told, host;
  try {
    told = JSON.parse(fromUtf8(clientData, SLUG));
    host = new URL(origin).hostname;
  } catch {
    return false;
  }
  if (told === null || typeof told !== "object" || authenticatorData.length < LEAST_BYTES) {
    return false;
  }
  const flags = authenticatorData[32];
  return (
    told.type === "webauthn.get" &&
    told.origin === origin &&
    typeof told.challenge === "string" &&
    told.challenge.replace(/=+$/, "") === base64url(challenge) &&
    isEqual(authenticatorData.subarray(0, 32), sha256(utf8(host))) &&
    (flags & IS_PRESENT) !== 0 &&
    (flags & IS_VERIFIED) !== 0
  );
}

async function isSigned(publicKey, signature, message) {
  const key = cose(publicKey);
  const [kind, algorithm] = [key.get(1), key.get(3)];
  if (kind === 1 && algorithm === -8 && key.get(-1) === 6) {
    try {
      await checkEd25519(part(key, -2), signature, message);
      return true;
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  }
  if (kind === 2 && algorithm === -7 && key.get(-1) === 1) {
    const point = concat(Uint8Array.of(4), part(key, -2), part(key, -3));
    const way = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    return isVerified("raw", point, way, rawOf(signature), message);
  }
  if (kind === 3 && algorithm === -257) {
    const [n, e] = [part(key, -1), part(key, -2)].map(base64url);
    const way = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    return isVerified("jwk", { kty: "RSA", n, e }, way, signature, message);
  }
  throw new NoWay();
}

async function isVerified(form, told, way, signature, message) {
  const subtle = globalThis.crypto?.subtle; // only on pages that came over https, or from this machine
  if (subtle === undefined) throw new NoWay();
  try {
    const key = await subtle.importKey(form, told, way, false, ["verify"]);
    return await subtle.verify(way, key, signature, message);
  } catch {
    return false;
  }
}

function part(key, name) {
  const found = key.get(name);
  if (!(found instanceof Uint8Array)) throw new NoWay();
  return found;
}

/** Return the members of a COSE key: a CBOR map of small numbers to numbers and bytes (RFC 8949 §3). */
function cose(bytes) {
  let at = 0;
  const next = (length) => {
    if (at + length > bytes.length) throw new NoWay();
    at += length;
    return bytes.subarray(at - length, at);
  };
  const item = () => {
    const [first] = next(1);
    const [kind, short] = [first >> 5, first & 31];
    if (short > 25) throw new NoWay();
    const argument = short < 24 ? short : parseInt(toHex(next(short - 23)), 16);
    if (kind === 0) return argument;
    if (kind === 1) return -1 - argument;
    if (kind === 2) return next(argument);
    if (kind === 5 && at === 1) return members(argument);
    throw new NoWay();
  };
  const members = (count) => {
    const found = new Map();
    for (let left = count; left > 0; left--) found.set(item(), item());
    return found;
  };
  const key = item();
  if (!(key instanceof Map) || at !== bytes.length) throw new NoWay();
  return key;
}

/** Return r and s, 32 bytes each, of a signature in DER (RFC 3279 §2.2.3). */
function rawOf(der) {
  const refused = new Refused("invalid-authors.form");
  let at = 2;
  const number = () => {
    const length = der[at + 1];
    if (der[at] !== 2 || length === undefined || at + 2 + length > der.length) throw refused;
    const found = der.subarray(at + 2, (at += 2 + length));
    const digits = found[0] === 0 ? found.subarray(1) : found;
    if (digits.length > 32) throw refused;
    return concat(new Uint8Array(32 - digits.length), digits);
  };
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw refused;
  const raw = concat(number(), number());
  if (at !== der.length) throw refused;
  return raw;
}

function base64url(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
