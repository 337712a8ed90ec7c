// Digests of files that a person chose. The file stays on the device: workers read and hash it, piece by piece.

import { say } from "./words.js";

const QUARTERS = [0.25, 0.5, 0.75];
const WORKERS = Math.min(2, navigator.hardwareConcurrency || 1);
const KEPT = "muhr.hashed"; // in sessionStorage: digests, for this tab
const MOST_KEPT = 100;
const broken = new WeakSet(); // workers whose script did not come
const free = [...Array(WORKERS - 1).fill(null), started()]; // one at once: later may be offline
const waiting = []; // for a worker
let asked = 0;

function started() {
  const worker = new Worker(new URL("hash_worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("error", () => broken.add(worker));
  return worker;
}

/** Resolve with a worker that hashes nothing, once there is one. */
async function taken() {
  const worker = free.length > 0 ? free.pop() : await new Promise((take) => waiting.push(take));
  return worker === null || broken.has(worker) ? started() : worker;
}

function giveBack(worker) {
  const take = waiting.shift();
  if (take === undefined) free.push(worker);
  else take(worker);
}

/** Why a file has no digest: its hashing was canceled. */
export class Canceled extends Error {}

/**
 * Resolve with the SHA-256 of a file, as 64 hex digits; reject if it cannot be read, with Canceled if the signal
 * says so. Two or so are hashed at once, others wait.
 * @param {File} file
 * @param {(bytes: number) => void} tell how far it is
 * @param {AbortSignal | null} signal
 */
export async function hashed(file, tell, signal = null) {
  const worker = await taken();
  const number = asked++;
  let cancel = null;
  try {
    return await new Promise((resolve, reject) => {
      cancel = () => {
        worker.postMessage({ number });
        reject(new Canceled());
      };
      worker.onmessage = ({ data }) => {
        if (data.number !== number) return; // of a file that was canceled
        if (data.hashed !== undefined) tell(data.hashed);
        else if (data.digest === undefined) reject(new Error(data.fault));
        else resolve(data.digest);
      };
      worker.onerror = () => reject(new Error(say("page.verify.part-not-loaded")));
      worker.postMessage({ number, file });
      if (signal?.aborted) cancel();
      signal?.addEventListener("abort", cancel);
    });
  } finally {
    signal?.removeEventListener("abort", cancel);
    giveBack(worker);
  }
}

/**
 * Resolve and reject as `hashed` does. A bar shows how far it is; a status, which is spoken, says so at each quarter.
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
  try {
    const digest = await hashed(file, tell, signal);
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
