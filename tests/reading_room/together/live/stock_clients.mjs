// People at one paper, each by y-websocket's own provider: stock_clients.mjs URL PAPER TOKEN...
// One leaves once all are seen by all. Prints what the others then see, and by what sockets were closed.

import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

const [url, paper, ...tokens] = process.argv.slice(2);
const closed = [];
const people = tokens.map((token, number) => {
  class Socket extends WebSocket {
    constructor(address, protocols) {
      super(address, protocols, { headers: { Authorization: `Bearer ${token}` } });
    }
  }
  const doc = new Y.Doc();
  const given = { WebSocketPolyfill: Socket, disableBc: true };
  const provider = new WebsocketProvider(`${url}/${paper}`, "live", doc, given);
  provider.on("connection-close", (event) => event && closed.push(event.code));
  provider.awareness.setLocalStateField("user", { name: `person ${number}` });
  return { doc, provider };
});
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (is) => {
  for (const end = Date.now() + 20_000; Date.now() < end && !is();) await pause(20);
};
const present = ({ provider }) => [...provider.awareness.getStates().values()];

await until(() => people.every((one) => present(one).length === people.length));
for (let move = 0; move < 5; move += 1) {
  for (const { provider } of people) provider.awareness.setLocalStateField("cursor", move);
  await pause(100);
}
await until(() => people.every((one) => present(one).every(({ cursor }) => cursor === 4)));
const first = people[0];
const seen = present(first);
const left = people.pop();
left.provider.destroy();
first.doc.getText("text").insert(0, "still here");
const text = ({ doc }) => doc.getText("text").toString();
await until(() => people.every((one) => present(one).length === people.length && text(one)));
await pause(300); // in which what was said of whoever left may still be repeated
const told = {
  closed,
  members: seen.map(({ member }) => member ?? null).sort(),
  cursors: seen.map(({ cursor }) => cursor),
  left: people.map((one) => present(one).length),
  texts: people.map(text),
};
process.stdout.write(JSON.stringify(told));
process.exit(0);
