// Digests of files that a person chose. The file stays on the device: a worker reads and hashes it.

import { say } from "./words.js";

const QUARTERS = [0.25, 0.5, 0.75];
const worker = new Worker(new URL("hash_worker.js", import.meta.url), { type: "module" }); // at once: later may be offline
const KEPT = "muhr.hashed"; // in sessionStorage: digests, for this tab
const MOST_KEPT = 100;
const waiting = new Map();
let asked = 0;

worker.addEventListener("message", ({ data: { number, hashed, digest, fault } }) => {
  if (!waiting.has(number)) return; // canceled
  const { resolve, reject, tell } = waiting.get(number);
  if (hashed !== undefined) {
    tell(hashed);
    return;
  }
  waiting.delete(number);
  if (digest === undefined) reject(new Error(fault));
  else resolve(digest);
});
worker.addEventListener("error", () => {
  for (const { reject } of waiting.values()) reject(new Error(say("page.verify.part-not-loaded")));
  waiting.clear();
});

/** Why a file has no digest: its hashing was canceled. */
export class Canceled extends Error {}

/**
 * Resolve with the SHA-256 of a file, as 64 hex digits; reject if it cannot be read, with Canceled if the signal
 * says so. A bar shows how far it is; a status, which is spoken, says so at each quarter.
 * @param {File} file
 * @param {HTMLProgressElement} bar
 * @param {HTMLElement} status
 * @param {AbortSignal | null} signal
 */
export async function digestOf(file, bar, status, signal = null) {
  status.textContent = say("page.verify.hashing", { name: file.name });
  bar.max = Math.max(1, file.size);
  bar.value = 0;
  bar.hidden = false;
  let left = QUARTERS;
  const tell = (hashed) => {
    bar.value = hashed;
    bar.dispatchEvent(new Event("change"));
    const passed = left.filter((quarter) => hashed >= quarter * file.size);
    if (passed.length === 0 || hashed === file.size) return;
    left = left.slice(passed.length);
    status.textContent = say("page.verify.hashing-part", {
      name: file.name,
      percent: 100 * passed.at(-1),
    });
  };
  const number = asked++;
  try {
    const digest = await new Promise((resolve, reject) => {
      waiting.set(number, { resolve, reject, tell });
      signal?.addEventListener("abort", () => {
        if (!waiting.delete(number)) return;
        worker.postMessage({ number });
        reject(new Canceled());
      });
      worker.postMessage({ number, file });
    });
    remember(digest);
    return digest;
  } finally {
    bar.hidden = true;
  }
}

/** Return whether a file of this digest was hashed in this tab. */
export const wasHashedHere = (digest) => hashedHere().includes(digest);

function hashedHere() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  } catch {
    return []; // a browser may keep nothing
  }
}

function remember(digest) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify([...hashedHere(), digest].slice(-MOST_KEPT)));
  } catch {
    // then the file is asked for again
  }
}
