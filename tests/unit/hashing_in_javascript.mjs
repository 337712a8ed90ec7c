// Runs the page's hashing beside workers of which the first has no script, and prints what becomes of each file.

const SCRIPT = process.argv[2];
let made = 0;
let most = 0;
const busy = new Set();

globalThis.document = { querySelectorAll: () => [], documentElement: { lang: "en" } };
Object.defineProperty(globalThis, "navigator", { value: { hardwareConcurrency: 8 } });
globalThis.Worker = class extends EventTarget {
  #isThere = ++made > 1;

  constructor() {
    super();
    this.addEventListener("message", (event) => this.onmessage?.(event));
    this.addEventListener("error", (event) => this.onerror?.(event));
    if (!this.#isThere) setTimeout(() => this.dispatchEvent(new Event("error")));
  }

  postMessage({ number, file }) {
    if (!this.#isThere || file === undefined) return;
    busy.add(this);
    most = Math.max(most, busy.size);
    const send = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
    setTimeout(() => send({ number, hashed: file.size }));
    setTimeout(() => {
      busy.delete(this);
      send({ number, digest: `of ${file.name}` });
    }, 5);
  }
};

const { Canceled, hashed } = await import(SCRIPT);
const named = (name, signal) =>
  hashed({ name, size: 1 }, () => {}, signal).catch((error) =>
    error instanceof Canceled ? "canceled" : "not read",
  );
const leaving = new AbortController();
const all = ["a", "b", "c", "d"].map((name) => named(name));
const left = named("left", leaving.signal);
leaving.abort();
console.log(JSON.stringify({ told: await Promise.all([...all, left, named("last")]), most }));
