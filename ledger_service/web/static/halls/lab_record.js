// What a student did, signed by a key that this browser made and never gives away (docs/halls.md).

import { toBase64, toHex, utf8 } from "../verifier/bytes.js";
import { write } from "../verifier/canonical_json.js";

const FIRST_LINE = "muhr lab record v1\n";
const [DATABASE, STORE, NAME] = ["muhr-laboratory", "keys", "own"];

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Resolve with the key pair of this browser, made now if there is none. */
async function ownKey() {
  const asked = indexedDB.open(DATABASE, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
  const database = await done(asked);
  const kept = await done(database.transaction(STORE).objectStore(STORE).get(NAME));
  if (kept) return kept;
  const made = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  await done(database.transaction(STORE, "readwrite").objectStore(STORE).put(made, NAME));
  return made;
}

/** Fill the form with the record of what stands in it, and its signature. */
async function sign(form) {
  const pair = await ownKey();
  const key = toHex(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const given = new FormData(form);
  const answers = [...form.querySelectorAll(".steps > li")].map((_, at) =>
    String(given.get(`answer-${at}`) ?? "")
      .replace(/\r\n?/g, "\n")
      .trim(),
  );
  const begun = Number(form.elements.begun_at.value);
  const record = write({
    answers,
    begun_at: begun,
    ended_at: Math.max(begun, Math.floor(Date.now() / 1000)),
    hall: form.dataset.hall,
    key,
    manifest: form.dataset.manifest,
    v: 1,
    version: Number(form.dataset.version),
  });
  const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, utf8(FIRST_LINE + record));
  form.elements.record.value = record;
  form.elements.signature.value = toBase64(new Uint8Array(signature));
}

const form = document.getElementById("steps");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await sign(form);
  } catch (error) {
    // Without a key the library alone signs, and says so.
    console.warn(error);
    form.elements.record.value = form.elements.signature.value = "";
  }
  form.submit();
});
