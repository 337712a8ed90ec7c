// People who write one paper over WebSockets, by the same script to whichever server it is.
//
// paper_writers.mjs: a line of JSON is read from standard input: url, tokens (one for each person, or none),
// people, documents, seconds, everyMs, burstMs, window. It prints one line of JSON.
//
// Paced (window 0): each person writes one edit every everyMs, all of them within burstMs. Flooding: each has so
// many edits under way, and writes the next when one comes back. The first `documents` people keep the whole
// document of Yjs, and see an edit once it is in there; the others see it when it comes. Who keeps the whole writes
// at its end, and each of the others a paragraph of their own: were all to write at one place, the time of
// Yjs for an edit would grow with all edits there.

import { readFileSync } from "node:fs";
import WebSocket from "ws";
import * as Y from "yjs";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

const asked = JSON.parse(readFileSync(0, "utf8"));
const MARK = /<(\d+):(\d+)>/g;
const sentAt = new Map();
const latencies = [];
const flood = { over: 0, until: 0 };
let sent = 0;
let messages = 0;
let bytes = 0;

class Person {
  constructor(number) {
    this.number = number;
    this.written = 0;
    this.isWhole = number < asked.documents;
    this.document = new Y.Doc();
    this.text = this.document.getText("text");
    this.document.on("update", (update, origin) => {
      if (origin !== this) this.send(update);
    });
    if (this.isWhole) this.text.observe((event) => this.look(event));
  }

  connect() {
    const token = asked.tokens[this.number % asked.tokens.length];
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    this.socket = new WebSocket(asked.url, { headers, perMessageDeflate: false });
    this.socket.binaryType = "nodebuffer";
    this.socket.on("message", (data) => this.hear(data));
    this.socket.on("close", (code, why) => {
      if (!isOver) throw new Error(`closed: ${code} ${why}`);
    });
    return new Promise((resolve) => this.socket.on("open", resolve));
  }

  send(update) {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint(encoder, 2);
    encoding.writeVarUint8Array(encoder, update);
    this.socket.send(encoding.toUint8Array(encoder));
  }

  hear(data) {
    messages += 1;
    bytes += data.length;
    if (data[0] !== 0) return;
    if (!this.isWhole) {
      this.see(data.toString("latin1"));
    } else if (data[1] !== 0) {
      const decoder = decoding.createDecoder(data);
      decoding.readVarUint(decoder);
      decoding.readVarUint(decoder);
      Y.applyUpdate(this.document, decoding.readVarUint8Array(decoder), this);
    }
  }

  look(event) {
    for (const part of event.delta) if (typeof part.insert === "string") this.see(part.insert);
  }

  see(text) {
    const now = performance.now();
    for (const [, person, edit] of text.matchAll(MARK)) {
      const own = Number(person) === this.number;
      if (!own && asked.window === 0) latencies.push(now - sentAt.get(`${person}:${edit}`));
      if (own && !this.isWhole && asked.window > 0) this.again(now);
    }
  }

  again(now) {
    if (now > flood.until) return;
    flood.over += 1;
    this.write();
  }

  write() {
    const mark = `${this.number}:${this.written++}`;
    if (asked.window === 0) sentAt.set(mark, performance.now());
    sent += 1;
    this.text.insert(this.text.length, `<${mark}>`);
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let isOver = false;
let seed = 18;
const chance = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
};

async function paced(people) {
  const moments = people.map(() => chance() * asked.burstMs);
  const rounds = Math.round((asked.seconds * 1000) / asked.everyMs);
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    people.forEach((one, at) => {
      const due = began + round * asked.everyMs + moments[at];
      setTimeout(() => one.write(), due - performance.now());
    });
    await pause(began + (round + 1) * asked.everyMs - performance.now());
  }
  await pause(3000);
}

async function flooding(people) {
  flood.until = performance.now() + asked.seconds * 1000;
  for (let at = 0; at < asked.window; at += 1) people.forEach((one) => one.write());
  await pause(asked.seconds * 1000);
}

const people = Array.from({ length: asked.people }, (_, number) => new Person(number));
for (const one of people) await one.connect();
await pause(500);
const cpu = process.cpuUsage();
await (asked.window > 0 ? flooding(people) : paced(people));
const used = process.cpuUsage(cpu);
isOver = true;
const sorted = latencies.sort((one, other) => one - other);
const part = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
const told = {
  sent,
  seen: latencies.length,
  p50: part(0.5),
  p95: part(0.95),
  p99: part(0.99),
  most: part(1),
  back: flood.over,
  messages,
  bytes,
  clientSeconds: (used.user + used.system) / 1e6,
};
process.stdout.write(`${JSON.stringify(told)}\n`);
process.exit(0);
