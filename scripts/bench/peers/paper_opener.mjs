// Somebody who opens a paper: paper_opener.mjs URL TOKEN. Prints when its bytes had come, and when Yjs had them.

import WebSocket from "ws";
import * as Y from "yjs";
import * as decoding from "lib0/decoding";

const [url, token] = process.argv.slice(2);
const begun = performance.now();
const socket = new WebSocket(url, {
  headers: { Authorization: `Bearer ${token}` },
  perMessageDeflate: false,
  maxPayload: 2 ** 30,
});
const paper = new Y.Doc();
let applySeconds = 0; // of the processor, in which Yjs makes the document
socket.on("open", () => socket.send(Buffer.from([0, 0, 1, 0])));
socket.on("message", (data) => {
  if (data[0] !== 0 || data[1] === 0) return;
  const came = performance.now() - begun;
  const decoder = decoding.createDecoder(data);
  const used = process.cpuUsage();
  const step = decoding.readVarUint(decoder) + decoding.readVarUint(decoder);
  Y.applyUpdate(paper, decoding.readVarUint8Array(decoder));
  const { user, system } = process.cpuUsage(used);
  applySeconds += (user + system) / 1e6;
  if (step !== 1) return;
  const told = {
    came,
    applied: performance.now() - begun,
    applySeconds,
    length: paper.getText("text").length,
    bytes: data.length,
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  process.exit(0);
});
