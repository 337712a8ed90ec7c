// Assets of a hall: fetched by their digest from this library alone, and hashed before anything is made of them.

import { toHex } from "../verifier/bytes.js";
import { NotDrawn } from "./said.js";

/** Resolve with the bytes of an asset of the manifest; reject NotDrawn if they are others. */
export async function bytesOf(asset) {
  const answer = await fetch(`/api/v1/halls/assets/${asset.digest}`);
  if (!answer.ok) throw new NotDrawn("not-loaded");
  const bytes = await read(answer, asset);
  const digest = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  if (digest !== asset.digest || bytes.length !== asset.size_bytes) throw refused(asset);
  return bytes;
}

/** Resolve with an asset as a picture that can be drawn. */
export async function pictureOf(asset) {
  const bytes = await bytesOf(asset);
  try {
    return await createImageBitmap(new Blob([bytes], { type: asset.media_type }));
  } catch {
    throw refused(asset);
  }
}

/** Read no more than the manifest says, whatever is sent. */
async function read(answer, asset) {
  const bytes = new Uint8Array(asset.size_bytes);
  const reader = answer.body.getReader();
  for (let at = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return bytes.subarray(0, at);
    if (at + value.length > bytes.length) {
      await reader.cancel();
      throw refused(asset);
    }
    bytes.set(value, at);
    at += value.length;
  }
}

const refused = (asset) => new NotDrawn("refused-asset", { what: asset.use });
