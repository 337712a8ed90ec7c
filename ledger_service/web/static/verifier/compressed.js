// Evidence files as they are kept: gzip around the JSON, or the JSON as it is (docs/formats.md §5).

import { Refused, concat, toNumber } from "./bytes.js";

const BROKEN = "The file's compression is broken, breaks off, or other bytes follow it.";

/** Resolve with a file's bytes, decompressed if it is compressed; never with more than `largest` + 1. */
export async function opened(bytes, largest, slug) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  if (globalThis.DecompressionStream === undefined) {
    throw new Refused(
      slug,
      "This browser cannot open compressed files: decompress it with gunzip.",
    );
  }
  const reader = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"))
    .getReader();
  const pieces = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      pieces.push(next.value);
      length += next.value.length;
      if (length > largest) {
        reader.cancel().catch(() => {});
        return concat(...pieces).subarray(0, largest + 1);
      }
    }
  } catch {
    throw new Refused(slug, BROKEN);
  }
  // Some engines stop at the end of the member and do not say that bytes follow: its length is told last.
  const told = toNumber(bytes.slice(-4).reverse());
  if (told !== BigInt(length)) throw new Refused(slug, BROKEN);
  return concat(...pieces);
}
