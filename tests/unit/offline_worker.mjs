// Runs the service worker's text beside caches that have no room, and prints what it answers.

import { readFile } from "node:fs/promises";
import vm from "node:vm";

const code = await readFile(process.argv[2], "utf-8");
const isOffline = process.argv[3] === "offline";
const handlers = {};
const full = () => Promise.reject(new Error("QuotaExceededError"));
const cache = {
  put: full,
  addAll: async () => {},
  match: async () => new Response("as it was kept"),
};
const context = {
  self: {
    addEventListener: (name, handle) => (handlers[name] = handle),
    skipWaiting: async () => {},
  },
  caches: { open: async () => cache },
  location: { origin: "https://library.test" },
  fetch: async () => {
    if (isOffline) throw new TypeError("Failed to fetch");
    return new Response("of today");
  },
  ...{ Headers, Request, Response, URL },
};
vm.runInNewContext(`const VERSION = "1"; const FILES = [];\n${code}`, context);

const ask = (request) =>
  new Promise((resolve) => handlers.fetch({ request, respondWith: resolve })).then(
    (answer) => answer,
  );
const page = { url: "https://library.test/verify", method: "GET", mode: "navigate" };
const deployment = { url: "https://library.test/api/v1/deployment", method: "GET", mode: "cors" };
const told = [];
for (const request of [page, deployment]) told.push(await (await ask(request)).text());
const installed = await new Promise((resolve) =>
  handlers.install({
    waitUntil: (done) =>
      done.then(
        () => resolve(true),
        () => resolve(false),
      ),
  }),
);
console.log(JSON.stringify({ told, installed }));
