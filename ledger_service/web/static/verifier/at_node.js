// A verdict on a file by its receipt and by a chain node that somebody chose: what the registry and the anchor say
// today, proved in this process.

import { Refused } from "./bytes.js";
import { SaysNothing, proveAtNode } from "./chain/node.js";
import { NoEd25519, parseKey } from "./ledger/note.js";
import { checkReceipt } from "./verification/receipt.js";
import { unchecked } from "./verification/verdict.js";
import { verify } from "./verifier.js";

const KINDS_OF_CLAIM = ["registered", "accepted"];

/**
 * Resolve with the verdict as `verify` gives it, and `block`, as of which the node told it: null if it told nothing.
 * Reject with Refused if the node does not answer.
 *
 * @param {{digest: string, receipt: object, deployment: object}} question receipt: what openEvidence read
 * @param {(method: string, ...parameters: unknown[]) => Promise<unknown>} ask the node
 */
export async function verifyAtNode({ digest, receipt, deployment }, ask) {
  const found = await holding(receipt, deployment);
  if (found === null) return { ...(await verify({ digest, receipt, deployment })), block: null };
  try {
    const told = await proveAtNode(ask, found, neededBlock(receipt, found.entry), deployment);
    const { state, blockHash, authority, block } = told;
    const proved = { ...receipt, state };
    const verdict = await verify({ digest, receipt: proved, deployment, blockHash, authority });
    return { ...verdict, block };
  } catch (error) {
    if (!(error instanceof SaysNothing)) throw error;
    const { reason, values } = error.finding;
    const untold = { ...receipt, state: null };
    const noChain = unchecked(reason, values);
    return { ...(await verify({ digest, receipt: untold, deployment, noChain })), block: null };
  }
}

/** Resolve with what a receipt of a claim holds; null for other evidence, and for what does not hold. */
async function holding(receipt, deployment) {
  if (receipt.map !== undefined) return null;
  try {
    const found = await checkReceipt(receipt, parseKey(deployment.key));
    return KINDS_OF_CLAIM.includes(found.entry.kind) ? found : null;
  } catch (error) {
    if (error instanceof Refused || error instanceof NoEd25519) return null; // `verify` says why
    throw error;
  }
}

/** Return the last block that a receipt names: a node that has it not can say nothing of the receipt. */
function neededBlock({ anchor }, entry) {
  return Math.max(entry.kind === "registered" ? entry.block : 0, anchor?.block ?? 0);
}
