// Bytes and their text forms, strictly: every value has one spelling.

import { text } from "./messages.js";

/** Why something is refused: a reason by its name, whose first part is a slug of docs/problems.md. */
export class Refused extends Error {
  constructor(name, values = {}) {
    super(text({ reason: name, values }));
    this.reason = { reason: name, values };
    [this.slug] = name.split(".");
  }
}

export function fromHex(text, length, slug = "invalid-receipt") {
  const isHex = typeof text === "string" && /^(?:[0-9a-f]{2})*$/.test(text);
  if (!isHex || text.length !== 2 * length) {
    throw new Refused(`${slug}.hexadecimal`, { digits: 2 * length });
  }
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return the bytes of padded standard base64; refuse every other spelling of them. */
export function fromBase64(text, slug = "invalid-receipt") {
  let decoded = null;
  if (typeof text === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0) {
    decoded = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  }
  if (decoded === null || toBase64(decoded) !== text) {
    throw new Refused(`${slug}.base64-not-canonical`);
  }
  return decoded;
}

export function toBase64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export function concat(...parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function isEqual(one, two) {
  return one.length === two.length && one.every((byte, at) => byte === two[at]);
}

/** Return a number as 32 bytes, big-endian. */
export function wordOf(number) {
  return fromHex(BigInt(number).toString(16).padStart(64, "0"), 32);
}

export function toNumber(bytes) {
  return bytes.length === 0 ? 0n : BigInt("0x" + toHex(bytes));
}

export function utf8(text) {
  return new TextEncoder().encode(text);
}

/** Return the text of UTF-8 bytes; refuse bytes that are none. */
export function fromUtf8(bytes, slug) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused(`${slug}.not-text`);
  }
}
