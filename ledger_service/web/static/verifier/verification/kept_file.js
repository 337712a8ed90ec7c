// Evidence files as people keep them: JSON as it is, gzip around it, or a PDF that it is attached to
// (docs/formats.md §5).

import { Refused, concat, toNumber } from "../bytes.js";

const LARGEST_PDF_BYTES = 4 * 2 ** 20;
const LONGEST_HEAD = 400; // bytes between a stream's type and where its object or its content begins
const TYPE = /\/Type\s*\/EmbeddedFile\b/g;
const CONTENT = />>\s*stream\r?\n/;
const LENGTH = /\/Length (\d{1,6})\b(?! \d+ R)/;

/** Resolve with the evidence that a file holds; of what is compressed never with more than `largest` + 1. */
export async function opened(bytes, largest, slug) {
  const start = String.fromCharCode(...bytes.subarray(0, 5));
  if (start === "%PDF-") return decompressed(attachmentOf(bytes, slug), "deflate", largest, slug);
  if (!start.startsWith("\x1f\x8b")) return bytes;
  const found = await decompressed(bytes, "gzip", largest, slug);
  // Some engines stop at the end of the member and do not say that bytes follow: its length is told last.
  const told = toNumber(bytes.slice(-4).reverse());
  if (found.length <= largest && told !== BigInt(found.length))
    throw new Refused(`${slug}.compression`);
  return found;
}

async function decompressed(bytes, form, largest, slug) {
  if (globalThis.DecompressionStream === undefined) {
    throw new Refused(`${slug}.no-decompression`);
  }
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(form)).getReader();
  const pieces = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      pieces.push(next.value);
      length += next.value.length;
      if (length > largest) {
        reader.cancel().catch(() => {});
        break;
      }
    }
  } catch {
    throw new Refused(`${slug}.compression`);
  }
  return concat(...pieces).subarray(0, largest + 1);
}

/** Return the compressed stream of a PDF's first attachment, which is found without reading the rest. */
function attachmentOf(bytes, slug) {
  if (bytes.length > LARGEST_PDF_BYTES) {
    throw new Refused(`${slug}.pdf-too-long`);
  }
  const text = new TextDecoder("latin1").decode(bytes); // a letter a byte
  for (const { index, 0: type } of text.matchAll(TYPE)) {
    const after = index + type.length;
    const before = text.slice(Math.max(0, index - LONGEST_HEAD), index);
    const content = CONTENT.exec(text.slice(after, after + LONGEST_HEAD));
    if (!before.includes("obj") || content === null) continue;
    const head = before.slice(before.lastIndexOf("obj")) + text.slice(index, after + content.index);
    const length = LENGTH.exec(head);
    if (head.includes("/FlateDecode") && length !== null) {
      const start = after + content.index + content[0].length;
      return bytes.subarray(start, start + Number(length[1]));
    }
  }
  throw new Refused(`${slug}.pdf-without-receipt`);
}
