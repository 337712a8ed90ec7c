// Verifies a file by its receipt and a node, as the page does. argv: the digest, the receipt's file, the deployment's
// file, the node's URL. Says the verdict as JSON, or the slug of why the node says nothing.

import { readFile } from "node:fs/promises";
import { verifyAtNode } from "../../../ledger_service/web/static/verifier/at_node.js";
import { nodeAt } from "../../../ledger_service/web/static/verifier/chain/node.js";
import { openEvidence } from "../../../ledger_service/web/static/verifier/verification/absence.js";

const [, , digest, receiptFile, deploymentFile, url] = process.argv;
const deployment = JSON.parse(await readFile(deploymentFile, "utf8"));
const receipt = await openEvidence(new Uint8Array(await readFile(receiptFile)));
try {
  const found = await verifyAtNode({ digest, receipt, deployment }, nodeAt(url));
  console.log(JSON.stringify(found));
} catch (error) {
  console.log(JSON.stringify({ refused: error.slug ?? error.stack }));
}
