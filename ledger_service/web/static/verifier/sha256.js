// SHA-256 (FIPS 180-4), piece by piece: Web Crypto needs a whole file in memory, and a secure origin.

const CONSTANTS = new Int32Array(64);
const START = new Int32Array(8);
const WORDS = new Int32Array(64); // used by one block at a time

// The first 32 bits behind the point of cube and square roots of the first primes.
for (let candidate = 2, count = 0; count < 64; candidate++) {
  let isPrime = true;
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
    if (candidate % divisor === 0) isPrime = false;
  }
  if (!isPrime) continue;
  if (count < 8) START[count] = fraction(Math.sqrt(candidate));
  CONSTANTS[count++] = fraction(Math.cbrt(candidate));
}

function fraction(number) {
  return Math.floor((number % 1) * 2 ** 32);
}

const turned = (word, by) => (word >>> by) | (word << (32 - by));

/** A hash that takes bytes piece by piece. */
export class Sha256 {
  #state = START.slice();
  #rest = new Uint8Array(64);
  #restLength = 0;
  #length = 0;

  update(bytes) {
    this.#length += bytes.length;
    let at = 0;
    if (this.#restLength > 0) {
      at = Math.min(64 - this.#restLength, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#restLength);
      this.#restLength += at;
      if (this.#restLength < 64) return this;
      this.#block(this.#rest, 0);
      this.#restLength = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) this.#block(bytes, at);
    this.#rest.set(bytes.subarray(at));
    this.#restLength = bytes.length - at;
    return this;
  }

  /** Return the 32 bytes; nothing can be added after. */
  digest() {
    const bits = BigInt(this.#length) * 8n;
    const padding = new Uint8Array(
      this.#restLength < 56 ? 64 - this.#restLength : 128 - this.#restLength,
    );
    padding[0] = 0x80;
    new DataView(padding.buffer).setBigUint64(padding.length - 8, bits);
    this.update(padding);
    const digest = new Uint8Array(32);
    const view = new DataView(digest.buffer);
    this.#state.forEach((word, place) => view.setUint32(4 * place, word));
    return digest;
  }

  #block(bytes, start) {
    const words = WORDS;
    for (let place = 0, at = start; place < 16; place++, at += 4) {
      words[place] =
        (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let place = 16; place < 64; place++) {
      const early = words[place - 15];
      const late = words[place - 2];
      const one = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
      const two = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
      words[place] = (words[place - 16] + one + words[place - 7] + two) | 0;
    }
    const state = this.#state;
    let a = state[0],
      b = state[1],
      c = state[2],
      d = state[3],
      e = state[4],
      f = state[5],
      g = state[6],
      h = state[7];
    for (let place = 0; place < 64; place++) {
      const choice = (e & f) ^ (~e & g);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      const one = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const two = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
      const first = (((h + one) | 0) + ((choice + CONSTANTS[place]) | 0) + words[place]) | 0;
      // One by one: swapping by a list is ten times as slow, and files may be large.
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + two + majority) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
}

export function sha256(...parts) {
  const hash = new Sha256();
  for (const part of parts) hash.update(part);
  return hash.digest();
}
