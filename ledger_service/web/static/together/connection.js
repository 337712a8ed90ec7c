// A paper and the library: what was written goes there at once, waits in this browser while there is no
// network, and is told as saved when the library says that it has it.
//
// The protocol has no word for that. So the page asks, as whoever opens a paper does, for all that it does not
// know to be kept there: its own newest edits come back if the library has them, and only then.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { IndexeddbPersistence, clearDocument } from "y-indexeddb";
import { encodeAwarenessUpdate } from "y-protocols/awareness";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

const SYNC = 0;
const PRESENCE = 1;
const QUESTION = 0; // the first step of the protocol
const ANSWER = 1;
const PAUSE = 500; // milliseconds after the last change, when it is asked what has come
const KEPT = "muhr-paper.";

/** Return whether all that one set of deletions has stands in another. */
const isWithin = (some, all) =>
  [...some.clients].every(([client, runs]) =>
    runs.every(({ clock, len }) => {
      const last = clock + len - 1;
      return [clock, last].every((at) => Y.isDeleted(all, Y.createID(client, at)));
    }),
  );

/** How a paper stands with the library. `waiting`: changes that it has not confirmed. */
export class Connection extends EventTarget {
  #timer = null;
  #asked = null;
  #known = new Map(); // how far the library is known to have the edits of each client

  constructor(paper, doc) {
    super();
    this.doc = doc;
    this.waiting = 0;
    this.isSaved = false;
    this.wasConnected = false;
    this.ended = null; // the code with which the library closed the door for good
    this.kept = new IndexeddbPersistence(KEPT + paper.kept, doc);
    const { protocol, host } = location;
    const door = `${protocol.replace("http", "ws")}//${host}${paper.live}`;
    const cut = door.lastIndexOf("/");
    this.provider = new WebsocketProvider(door.slice(0, cut), door.slice(cut + 1), doc, {
      disableBc: true, // another tab may be another person's
      maxBackoffTime: 10_000,
      shouldReconnect: ({ code }) => !(code >= 4400 && code < 4500 && code !== 4408),
    });
    this.#listen();
    this.#tellOnlyOwn();
    doc.on("update", (update, origin) => {
      if (origin === this.provider) return this.#learn(update);
      if (origin === this.kept) return;
      this.waiting += 1;
      this.isSaved = false;
      this.#askSoon();
      this.#told();
    });
    this.provider.on("status", () => {
      this.isSaved = false;
      this.#told();
    });
    this.provider.on("sync", (is) => {
      this.wasConnected ||= is;
      if (is) this.#askSoon();
      this.#told();
    });
    this.provider.on("closed", ({ code, reason }) => {
      this.ended = code;
      console.warn(`the library closed the paper: ${code} ${reason}`);
      this.#told();
    });
    addEventListener("online", () => this.ended === null && this.provider.connect());
  }

  get awareness() {
    return this.provider.awareness;
  }

  get isConnected() {
    return this.provider.wsconnected && this.provider.synced;
  }

  /** Forget what this browser kept of the paper. */
  forget() {
    return this.kept.clearData();
  }

  #told() {
    this.dispatchEvent(new Event("change"));
  }

  #askSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  #ask() {
    const { ws } = this.provider;
    if (!this.isConnected || ws?.readyState !== WebSocket.OPEN) return;
    const state = Y.decodeStateVector(Y.encodeStateVector(this.doc));
    const deleted = Y.createDeleteSetFromStructStore(this.doc.store);
    this.#asked = { state, deleted, waiting: this.waiting };
    const known = [...state].map(([client, end]) => [client, Math.min(end, this.#has(client))]);
    const asked = encoding.createEncoder();
    encoding.writeVarUint(asked, SYNC);
    encoding.writeVarUint(asked, QUESTION);
    encoding.writeVarUint8Array(asked, Y.encodeStateVector(new Map(known)));
    ws.send(encoding.toUint8Array(asked));
  }

  #has(client) {
    return this.#known.get(client) ?? 0;
  }

  #learn(update) {
    for (const [client, end] of Y.parseUpdateMeta(update).to) {
      this.#known.set(client, Math.max(end, this.#has(client)));
    }
  }

  /** Tell of this page alone: the provider would also tell again what it hears of others. */
  #tellOnlyOwn() {
    const { awareness, provider } = this;
    const own = [this.doc.clientID];
    awareness.off("update", provider._awarenessUpdateHandler);
    awareness.on("update", ({ added, updated, removed }, origin) => {
      const isOwn = [...added, ...updated, ...removed].includes(own[0]);
      if (origin === provider || !isOwn || !provider.wsconnected) return;
      const told = encoding.createEncoder();
      encoding.writeVarUint(told, PRESENCE);
      encoding.writeVarUint8Array(told, encodeAwarenessUpdate(awareness, own));
      provider.ws.send(encoding.toUint8Array(told));
    });
  }

  /** Hear what the library says that it has, before the document takes it. */
  #listen() {
    const heard = this.provider.messageHandlers[SYNC];
    this.provider.messageHandlers[SYNC] = (encoder, decoder, provider, emits, type) => {
      const copy = decoding.clone(decoder);
      const kind = decoding.readVarUint(copy);
      const bytes = decoding.readVarUint8Array(copy);
      heard(encoder, decoder, provider, emits, type);
      if (kind === QUESTION) this.#known = Y.decodeStateVector(bytes);
      else this.#learn(bytes);
      if (kind === ANSWER && this.#asked !== null) this.#confirm(Y.decodeUpdate(bytes).ds);
    };
  }

  #confirm(deleted) {
    const asked = this.#asked;
    this.#asked = null;
    const hasAll =
      [...asked.state].every(([client, end]) => this.#has(client) >= end) &&
      isWithin(asked.deleted, deleted);
    if (hasAll) {
      this.waiting -= asked.waiting;
      this.isSaved = this.waiting === 0;
    }
    if (!this.isSaved) this.#askSoon();
    this.#told();
  }
}

/** Remove what this browser keeps of papers for anybody but this person. mine: how their own begin. */
export async function forgetOthers(mine) {
  const found = (await indexedDB.databases?.()) ?? [];
  for (const { name } of found) {
    if (name?.startsWith(KEPT) && !name.startsWith(KEPT + mine)) await clearDocument(name);
  }
}
