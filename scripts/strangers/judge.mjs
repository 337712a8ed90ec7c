// The verifier in JavaScript as a process that answers line by line. A line in: JSON {digest, data (hex),
// is_compact, deployment, block_hash}. A line out: JSON, an error's slug, the verdict with its axes, or {fault} with the
// stack of what is no refusal.

import { createInterface } from "node:readline";
import { expand } from "../../ledger_service/web/static/verifier/verification/compact.js";
import { verify } from "../../ledger_service/web/static/verifier/verifier.js";

const letters = new TextDecoder("utf-8", { ignoreBOM: true });

async function judged({ digest, data, is_compact: isCompact, deployment, block_hash: blockHash }) {
  try {
    const bytes = new Uint8Array(Buffer.from(data, "hex"));
    const receipt = isCompact ? expand(letters.decode(bytes)) : bytes;
    const { verdict, axes } = await verify({ digest, receipt, deployment, blockHash });
    return { verdict, axes: Object.fromEntries(axes.map(({ axis, outcome }) => [axis, outcome])) };
  } catch (error) {
    if (error.slug === undefined) return { fault: `${error.stack}` };
    return error.slug;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await judged(JSON.parse(line))));
}
