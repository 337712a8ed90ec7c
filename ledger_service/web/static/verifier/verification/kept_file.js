// Evidence files as people keep them: JSON as it is, gzip around it, or a PDF that it is attached to
// (docs/formats.md §5).

import { Refused, concat, toNumber } from "../bytes.js";

const LARGEST_PDF_BYTES = 4 * 2 ** 20;
const MOST_ATTACHMENTS = 16;
const LONGEST_HEAD = 400; // bytes between a stream's type and where its object or its content begins
const TYPE = /\/Type\s*\/EmbeddedFile\b/g;
const CONTENT = />>\s*stream\r?\n/;
const LENGTH = /\/Length (\d{1,6})\b(?! \d+ R)/;

/**
 * Resolve with what `parse` makes of the evidence in a file: in a PDF, of the first attachment that it takes.
 * It is given never more than `largest` + 1 bytes of what is compressed. Reject as it does for the first.
 */
export async function read(bytes, largest, slug, parse) {
  let failed = null;
  for (const [content, form] of contentsOf(bytes, slug)) {
    try {
      return parse(form === null ? content : await decompressed(content, form, largest, slug));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      failed ??= error;
    }
  }
  throw failed ?? new Refused(`${slug}.pdf-without-receipt`);
}

/** Return what may be the evidence in a file, each with the form of its compression, if any. */
function contentsOf(bytes, slug) {
  const start = String.fromCharCode(...bytes.subarray(0, 5));
  if (start === "%PDF-") return attachmentsOf(bytes, slug);
  const plain = start.startsWith("\xef\xbb\xbf") ? bytes.subarray(3) : bytes; // a byte-order mark
  return [[plain, start.startsWith("\x1f\x8b") ? "gzip" : null]];
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
  const found = concat(...pieces).subarray(0, largest + 1);
  // Some engines stop at the end of a gzip member and do not say that bytes follow: its length is told last.
  const told = form === "gzip" ? toNumber(bytes.slice(-4).reverse()) : BigInt(found.length);
  if (found.length <= largest && told !== BigInt(found.length))
    throw new Refused(`${slug}.compression`);
  return found;
}

/**
 * Return the streams of a PDF's attachments, which are found without reading the rest. Programs that save
 * a PDF anew leave them so, unless they encrypt them.
 */
function attachmentsOf(bytes, slug) {
  if (bytes.length > LARGEST_PDF_BYTES) {
    throw new Refused(`${slug}.pdf-too-long`);
  }
  const text = new TextDecoder("latin1").decode(bytes); // a letter a byte
  const found = [];
  for (const { index, 0: type } of text.matchAll(TYPE)) {
    const after = index + type.length;
    const before = text.slice(Math.max(0, index - LONGEST_HEAD), index);
    const content = CONTENT.exec(text.slice(after, after + LONGEST_HEAD));
    if (!before.includes("obj") || content === null) continue;
    const head = before.slice(before.lastIndexOf("obj")) + text.slice(index, after + content.index);
    const length = LENGTH.exec(head);
    const isDeflated = head.includes("/FlateDecode");
    if (length !== null && (isDeflated || !head.includes("/Filter"))) {
      const start = after + content.index + content[0].length;
      const stream = bytes.subarray(start, start + Number(length[1]));
      found.push([stream, isDeflated ? "deflate" : null]);
    }
    if (found.length === MOST_ATTACHMENTS) break;
  }
  return found;
}
