// Hashes the files that it is sent, piece by piece, beside the page: memory stays flat for any size.

import { toHex } from "./verifier/bytes.js";
import { Sha256 } from "./verifier/sha256.js";

const PIECE_BYTES = 4 * 1024 * 1024;

self.addEventListener("message", async ({ data: { number, file } }) => {
  try {
    const hash = new Sha256();
    for (let at = 0; at < file.size; at += PIECE_BYTES) {
      hash.update(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
      self.postMessage({ number, hashed: Math.min(file.size, at + PIECE_BYTES) });
    }
    self.postMessage({ number, digest: toHex(hash.digest()) });
  } catch (error) {
    self.postMessage({ number, fault: error.message });
  }
});
