// What a file that nobody registered may have been before a program changed it; the twin of likeness.py.

import { toHex } from "./verifier/bytes.js";
import { Sha256 } from "./verifier/sha256.js";

const LARGEST_BYTES = 8 * 1024 * 1024; // which a phone hashes several times within seconds
const MOST_ENDS = 5;
const MARK = [0xef, 0xbb, 0xbf];
const LF = 0x0a;
const CR = 0x0d;
const PDF = [0x25, 0x50, 0x44, 0x46, 0x2d];
const COPY = new TextEncoder().encode("muhr-copy:");
const NUMBER = /^[0-9a-f]{64}$/;
const MOST_MARKS = 4;
const END = [0x25, 0x25, 0x45, 0x4f, 0x46]; // %%EOF

const digestOf = (...parts) => {
  const hash = new Sha256();
  for (const part of parts) hash.update(part);
  return toHex(hash.digest());
};

const has = (bytes, at, wanted) => wanted.every((byte, place) => bytes[at + place] === byte);

/**
 * Resolve with what a file may have been, each as LIKENESS:DIGEST, without what it is.
 * @param {File} file
 * @param {string} own its digest
 */
export async function likesOf(file, own) {
  if (file.size > LARGEST_BYTES) return [];
  const bytes = new Uint8Array(await file.arrayBuffer());
  const found = has(bytes, 0, PDF) ? beforeAdditions(bytes) : withOtherLines(bytes);
  return [...new Set([...numbersOfCopies(bytes), ...found])].filter((like) => !like.endsWith(own));
}

function numbersOfCopies(bytes) {
  const found = new Set();
  for (let at = bytes.indexOf(COPY[0]); at >= 0; at = bytes.indexOf(COPY[0], at + 1)) {
    if (!COPY.every((byte, place) => bytes[at + place] === byte)) continue;
    const start = at + COPY.length;
    const number = String.fromCharCode(...bytes.subarray(start, start + 64));
    if (NUMBER.test(number)) found.add(`copy:${number}`);
    if (found.size === MOST_MARKS) break;
  }
  return found;
}

function beforeAdditions(bytes) {
  const found = [];
  for (let at = 0, ends = 0; at < bytes.length && ends < MOST_ENDS; at++) {
    if (!has(bytes, at, END)) continue;
    ends++;
    for (let end = at + END.length; end <= at + END.length + 2; end++) {
      const last = bytes[end - 1];
      if (end > at + END.length && last !== LF && last !== CR) break;
      found.push(`added-to:${digestOf(bytes.subarray(0, end))}`);
    }
  }
  return found;
}

function withOtherLines(bytes) {
  if (bytes.includes(0)) return [];
  const body = bytes.subarray(has(bytes, 0, MARK) ? MARK.length : 0);
  const lines = body.filter((byte, at) => byte !== CR || body[at + 1] !== LF);
  const open = lines.at(-1) === LF ? lines.subarray(0, -1) : lines;
  const closed = new Uint8Array(open.length + 1).fill(LF);
  closed.set(open);
  const ended = [open, closed].flatMap((text) => [text, withCarriageReturns(text)]);
  const mark = Uint8Array.from(MARK);
  return ended.flatMap((text) => [`lines:${digestOf(text)}`, `lines:${digestOf(mark, text)}`]);
}

function withCarriageReturns(text) {
  const found = new Uint8Array(text.length + text.filter((byte) => byte === LF).length);
  let end = 0;
  for (const byte of text) {
    if (byte === LF) found[end++] = CR;
    found[end++] = byte;
  }
  return found;
}
