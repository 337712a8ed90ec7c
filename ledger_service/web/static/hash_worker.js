// Hashes the files that it is sent, piece by piece, beside the page: memory stays flat for any size.
// A message without a file cancels the one of its number.

import { Sha256 } from "./verifier/sha256.js";

const PIECE_BYTES = 4 * 1024 * 1024;
const canceled = new Set();

// The one of bytes.js would load the texts of the verifier.
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

self.addEventListener("message", async ({ data: { number, file } }) => {
  if (file === undefined) {
    canceled.add(number);
    return;
  }
  try {
    const hash = new Sha256();
    for (let at = 0; at < file.size; at += PIECE_BYTES) {
      hash.update(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
      if (canceled.delete(number)) return;
      self.postMessage({ number, hashed: Math.min(file.size, at + PIECE_BYTES) });
    }
    self.postMessage({ number, digest: toHex(hash.digest()) });
  } catch (error) {
    self.postMessage({ number, fault: error.message });
  }
});
