// Digests of many files: workers read and hash them piece by piece, so that memory stays flat.

const WORKERS = Math.min(2, navigator.hardwareConcurrency || 1);
const free = [];
const waiting = [];
let made = 0;

/** Resolve with a file's SHA-256 as 64 hex digits; tell(bytes) says how far it is. Reject if it cannot be read. */
export function digestOf(file, tell) {
  return new Promise((resolve, reject) => {
    waiting.push({ file, tell, resolve, reject });
    next();
  });
}

function next() {
  if (waiting.length === 0) return;
  if (free.length === 0 && made < WORKERS) {
    made += 1;
    free.push(new Worker(new URL("../hash_worker.js", import.meta.url), { type: "module" }));
  }
  const worker = free.pop();
  if (worker === undefined) return;
  const { file, tell, resolve, reject } = waiting.shift();
  const end = () => {
    worker.onmessage = worker.onerror = null;
    free.push(worker);
    next();
  };
  worker.onmessage = ({ data: { hashed, digest, fault } }) => {
    if (hashed !== undefined) return tell(hashed);
    end();
    if (digest === undefined) reject(new Error(fault));
    else resolve(digest);
  };
  worker.onerror = () => {
    end();
    reject(new Error());
  };
  worker.postMessage({ number: 0, file });
}
