// keccak-256, the hash of the EVM. Not SHA3-256: the padding is that of the original Keccak.

const RATE_BYTES = 136;
const MASK = (1n << 64n) - 1n;

const CONSTANTS = [];
for (let round = 0, state = 1; round < 24; round++) {
  let constant = 0n;
  for (let power = 0n; power < 7n; power++) {
    if (state & 1) constant |= 1n << ((1n << power) - 1n);
    state = (state << 1) ^ (state & 0x80 ? 0x171 : 0);
  }
  CONSTANTS.push(constant);
}

// For each lane on the one long cycle of pi: where it goes, and how far rho turns it.
const STEPS = [];
for (let step = 0, x = 1, y = 0; step < 24; step++) {
  [x, y] = [y, (2 * x + 3 * y) % 5];
  STEPS.push([x + 5 * y, BigInt((((step + 1) * (step + 2)) / 2) % 64)]);
}

const turned = (lane, by) => ((lane << by) & MASK) | (lane >> (64n - by));

function permute(lanes) {
  for (const constant of CONSTANTS) {
    const columns = [0, 1, 2, 3, 4].map(
      (x) => lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20],
    );
    for (let at = 0; at < 25; at++) {
      lanes[at] ^= columns[(at + 4) % 5] ^ turned(columns[(at + 1) % 5], 1n);
    }
    let moved = lanes[1];
    for (const [target, by] of STEPS) [lanes[target], moved] = [turned(moved, by), lanes[target]];
    for (let at = 0; at < 25; at += 5) {
      const row = lanes.slice(at, at + 5);
      for (let x = 0; x < 5; x++) {
        lanes[at + x] = row[x] ^ ((row[(x + 1) % 5] ^ MASK) & row[(x + 2) % 5]);
      }
    }
    lanes[0] ^= constant;
  }
}

export function keccak256(...parts) {
  const length = parts.reduce((total, part) => total + part.length, 0);
  const padded = new Uint8Array(length + RATE_BYTES - (length % RATE_BYTES));
  let end = 0;
  for (const part of parts) {
    padded.set(part, end);
    end += part.length;
  }
  padded[length] ^= 0x01;
  padded[padded.length - 1] ^= 0x80;
  const view = new DataView(padded.buffer);
  const lanes = new Array(25).fill(0n);
  for (let start = 0; start < padded.length; start += RATE_BYTES) {
    for (let lane = 0; lane < RATE_BYTES / 8; lane++) {
      lanes[lane] ^= view.getBigUint64(start + 8 * lane, true);
    }
    permute(lanes);
  }
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let lane = 0; lane < 4; lane++) out.setBigUint64(8 * lane, lanes[lane], true);
  return digest;
}
