// Who signed 32 bytes with a key of the curve secp256k1 (SEC 1 §4.1.6, SEC 2 §2.4.1). Only public values pass
// through here, so that nothing has to be constant in time.

import { toHex, toNumber, wordOf } from "../bytes.js";
import { keccak256 } from "../chain/keccak.js";

const PRIME = (1n << 256n) - (1n << 32n) - 977n;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const BASE = [
  0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
  1n,
];
const NOWHERE = [0n, 1n, 0n]; // points are (X, Y, Z), which stands for (X / Z², Y / Z³)

const rest = (number, modulus = PRIME) => ((number % modulus) + modulus) % modulus;

function power(base, exponent, modulus) {
  let [result, factor] = [1n, rest(base, modulus)];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

const inverse = (number, modulus = PRIME) => power(number, modulus - 2n, modulus);

function doubled([x, y, z]) {
  if (z === 0n || y === 0n) return NOWHERE;
  const square = (y * y) % PRIME;
  const s = (4n * x * square) % PRIME;
  const m = (3n * x * x) % PRIME;
  const doubledX = rest(m * m - 2n * s);
  return [doubledX, rest(m * (s - doubledX) - 8n * square * square), (2n * y * z) % PRIME];
}

function sum(one, other) {
  if (one[2] === 0n) return other;
  if (other[2] === 0n) return one;
  const [x1, y1, z1] = one;
  const [x2, y2, z2] = other;
  const [zz1, zz2] = [(z1 * z1) % PRIME, (z2 * z2) % PRIME];
  const u = (x1 * zz2) % PRIME;
  const s = (y1 * zz2 * z2) % PRIME;
  const h = rest(x2 * zz1 - u);
  const r = rest(y2 * zz1 * z1 - s);
  if (h === 0n) return r === 0n ? doubled(one) : NOWHERE;
  const hh = (h * h) % PRIME;
  const v = (u * hh) % PRIME;
  const x = rest(r * r - h * hh - 2n * v);
  return [x, rest(r * (v - x) - s * h * hh), (h * z1 * z2) % PRIME];
}

/** Return one point so many times, and another so many times, together. */
function combined(one, times, other, otherTimes) {
  const both = sum(one, other);
  let found = NOWHERE;
  for (let bit = 255n; bit >= 0n; bit--) {
    found = doubled(found);
    const [a, b] = [(times >> bit) & 1n, (otherTimes >> bit) & 1n];
    if (a && b) found = sum(found, both);
    else if (a || b) found = sum(found, a ? one : other);
  }
  return found;
}

/**
 * Return the account, 40 hex digits, whose key signed 32 bytes; null if the 65 bytes (r, s, v) are nobody's signature.
 * As the contracts have it, s is low and v is 27 or 28.
 */
export function accountOf(hash, signature) {
  if (signature.length !== 65) return null;
  const [r, s] = [toNumber(signature.subarray(0, 32)), toNumber(signature.subarray(32, 64))];
  const isOdd = BigInt(signature[64] - 27);
  if (r === 0n || r >= ORDER || s === 0n || s > ORDER / 2n) return null;
  if (isOdd !== 0n && isOdd !== 1n) return null;
  const square = rest(r ** 3n + 7n);
  const root = power(square, (PRIME + 1n) / 4n, PRIME);
  if ((root * root) % PRIME !== square) return null;
  const point = [r, (root & 1n) === isOdd ? root : PRIME - root, 1n];
  const back = inverse(r, ORDER);
  const ofBase = rest(-toNumber(hash) * back, ORDER);
  const [x, y, z] = combined(BASE, ofBase, point, (s * back) % ORDER);
  if (z === 0n) return null;
  const by = inverse(z);
  const words = [(x * by * by) % PRIME, (y * by * by * by) % PRIME].map(wordOf);
  return toHex(keccak256(...words).subarray(12));
}
