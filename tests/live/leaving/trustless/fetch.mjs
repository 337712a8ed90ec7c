// Fetches files from one trustless gateway by @helia/verified-fetch, which checks each block: fetch.mjs URL SECONDS CID...
// Prints for each CID the SHA-256 of what it got, or null if it got nothing in time.
import { createHash } from "node:crypto";
import { fallbackRouter } from "@helia/fallback-router";
import { withHTTP } from "@helia/http";
import { createVerifiedFetch } from "@helia/verified-fetch";
import { createHeliaLight } from "helia";

const [gateway, seconds, ...cids] = process.argv.slice(2);

// With routers for the last resort alone, Helia 7 waits for ever for the others, of which there are none.
const router = fallbackRouter({ gateways: [gateway] });
router.capabilities = () => [];
const light = createHeliaLight();
light.addRouter(router);
const options = {
  delegatedRouters: [],
  recursiveGateways: [],
  allowInsecure: true,
  allowLocal: true,
};
const fetch = await createVerifiedFetch(await withHTTP(light, options).start());

async function digestOf(cid) {
  const response = await fetch(`ipfs://${cid}`);
  if (!response.ok) return null;
  const data = Buffer.from(await response.arrayBuffer());
  return createHash("sha256").update(data).digest("hex");
}

const found = {};
for (const cid of cids) {
  const late = new Promise((resolve) => setTimeout(() => resolve(null), 1000 * Number(seconds)));
  found[cid] = await Promise.race([digestOf(cid).catch(() => null), late]);
}
console.log(JSON.stringify(found));
process.exit(0);
