// What a chain node is asked for one receipt: the twin of ask_node.py, prove_state.py and state_node.py. Nothing
// that it answers is believed before it was checked against the header of its newest block.

import { Refused, concat, fromHex, toHex, utf8, wordOf } from "../bytes.js";
import { changeSlots, keeperSlot, readAuthority } from "./authority.js";
import { encodedHeader } from "./header.js";
import { keccak256 } from "./keccak.js";
import {
  SUPERSEDED,
  claimOf,
  mayHaveOriginal,
  readState,
  registrationOf,
  slotAfter,
  slotOf,
  windowSlot,
} from "./state.js";

const LARGEST_ANSWER_BYTES = 4 * 1024 * 1024;
const LONGEST_SECONDS = 20;
const AGENT_ADDED = toHex(keccak256(utf8("AgentAdded(bytes32,address,uint8,uint64,uint64)")));
const MOST_AGENTS = 256;
const NO_NODE = "chain-unavailable";
const NUMBER = /^0x(?:0|[1-9a-f][0-9a-f]*)$/;

/** Why a node says nothing, neither for nor against. finding: {reason, values}. */
export class SaysNothing extends Error {
  constructor(reason, values) {
    super(reason);
    this.finding = { reason, values };
  }
}

/**
 * Return a function (method, …parameters) that resolves with what the node at an address answers.
 * Nothing is sent but the request: no cookie, no referrer. Rejects with Refused.
 */
export function nodeAt(url) {
  let number = 0;
  return async (method, ...params) => {
    let told;
    try {
      const answer = await fetch(url, {
        method: "POST",
        body: JSON.stringify({ jsonrpc: "2.0", id: ++number, method, params }),
        headers: { "Content-Type": "application/json" },
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(1000 * LONGEST_SECONDS),
      });
      told = JSON.parse(await boundedText(answer));
    } catch {
      throw new Refused("chain-unavailable.node-silent");
    }
    if (typeof told !== "object" || told === null || !("result" in told)) noNode();
    return told.result;
  };
}

async function boundedText(answer) {
  const parts = [];
  let length = 0;
  for (const reader = answer.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return new TextDecoder().decode(concat(...parts));
    length += value.length;
    if (length > LARGEST_ANSWER_BYTES) throw new Error("too long");
    parts.push(value);
  }
}

/**
 * Resolve with what a node proves for a receipt that holds: {state, blockHash, block, authority}, as `verify`
 * takes it. Rejects with SaysNothing, or with Refused if the node does not answer as one.
 *
 * @param {(method: string, ...parameters: unknown[]) => Promise<unknown>} ask
 * @param {{entry: object, checkpoint: object}} found what `checkReceipt` returned
 * @param {number} needed the last block that the receipt names
 * @param {object} deployment
 */
export async function proveAtNode(ask, { entry, checkpoint }, needed, deployment) {
  const [chain, first, newest, syncing] = await Promise.all([
    ask("eth_chainId"),
    ask("eth_getBlockByNumber", "0x0", false),
    ask("eth_getBlockByNumber", "latest", false),
    ask("eth_syncing"),
  ]);
  if (!NUMBER.test(chain) || typeof first?.hash !== "string") noNode();
  if (Number(chain) !== deployment.chain_id || first.hash.slice(2) !== deployment.genesis) {
    broken("invalid-state-proof.other-chain");
  }
  const header = strictly(() => encodedHeader(newest));
  const block = Number(newest.number);
  if (block < needed) throw new SaysNothing("node-behind", { block, needed });
  if (syncing !== false) throw new SaysNothing("node-syncing", { block });
  const prover = new Prover(ask, deployment, newest.number);
  const claim = claimOf(entry, checkpoint);
  await proveClaim(prover, claim);
  const state = { header, nodes: prover.nodes };
  const facts = strictly(() => readState(state, deployment, claim));
  const isOfLedger = facts.registration === null && entry.kind === "accepted";
  const authority =
    isOfLedger && facts.anchoredIn
      ? await proveAuthority(ask, claim, facts, header, newest.number, deployment)
      : null;
  return { state, blockHash: toHex(keccak256(header)), block, authority };
}

/** Ask for all that `readState` reads of a claim. */
async function proveClaim(prover, { ledger, size, digest, steward, license }) {
  const entrySlot = (number, of) => slotOf(slotOf(number, of), steward);
  const root = slotOf(slotOf(6, ledger), wordOf(size));
  const [word] = await Promise.all([
    prover.word("ResourceRegistry", entrySlot(3, digest)),
    prover.word("CheckpointAnchor", root, slotAfter(root, 1)),
    prover.word("LicenseRegistry", slotOf(2, license)),
  ]);
  const held = registrationOf(word);
  if (held === null) return;
  const needed = [prover.word("StewardRegistry", windowSlot(steward, held.registrar))];
  if (held.state === SUPERSEDED) {
    needed.push(prover.word("ResourceRegistry", entrySlot(4, digest)));
  }
  if (mayHaveOriginal(held)) {
    const original = await prover.word("ResourceRegistry", entrySlot(5, digest));
    if (original) needed.push(prover.word("ResourceRegistry", entrySlot(3, wordOf(original))));
  }
  await Promise.all(needed);
}

/** Resolve with who might register at the anchor of a claim that only the ledger holds. */
async function proveAuthority(ask, claim, { anchoredIn }, header, block, deployment) {
  const logs = await ask("eth_getLogs", {
    fromBlock: hex(deployment.first_block),
    toBlock: hex(anchoredIn),
    address: `0x${deployment.contracts.StewardRegistry}`,
    topics: [`0x${AGENT_ADDED}`, `0x${toHex(claim.steward)}`],
  });
  const accounts = strictly(() => accountsIn(logs, anchoredIn));
  const windows = accounts.map((account) => windowSlot(claim.steward, account));
  const prover = new Prover(ask, deployment, block);
  await prover.word("CheckpointAnchor", keeperSlot(claim.ledger));
  await prover.word("StewardRegistry", ...changeSlots(claim.steward), ...windows);
  const proof = { header, nodes: prover.nodes };
  return strictly(() => readAuthority(proof, deployment, claim, windows));
}

/** Return the accounts, 20 bytes each, that logs name before a block; refuse what are no logs. */
function accountsIn(logs, block) {
  if (!Array.isArray(logs) || logs.length > MOST_AGENTS) noNode();
  const named = logs
    .filter((log) => NUMBER.test(log?.blockNumber) && BigInt(log.blockNumber) < block)
    .map(({ topics }) => `${topics?.[2]}`.slice(26));
  return [...new Set(named)].map((name) => fromHex(name, 20));
}

/** Asks for proofs against one block, and keeps each node of the tries once. */
class Prover {
  #nodes = new Map();

  constructor(ask, deployment, block) {
    Object.assign(this, { ask, deployment, block });
  }

  get nodes() {
    return [...this.#nodes.values()];
  }

  /** Keep the proofs of some slots of a contract; resolve with the word of the first. */
  async word(contract, ...slots) {
    const address = `0x${this.deployment.contracts[contract]}`;
    const keys = slots.map((slot) => `0x${toHex(slot)}`);
    const answer = await this.ask("eth_getProof", address, keys, this.block);
    try {
      const proofs = [answer.accountProof, ...answer.storageProof.map(({ proof }) => proof)];
      for (const node of proofs.flat()) {
        if (!/^0x(?:[0-9a-f]{2})+$/.test(node)) throw new TypeError("no node");
        this.#nodes.set(node, fromHex(node.slice(2), (node.length - 2) / 2));
      }
      return BigInt(answer.storageProof[0].value);
    } catch {
      return broken("invalid-state-proof.malformed");
    }
  }
}

const hex = (number) => `0x${BigInt(number).toString(16)}`;

/** Return what a reader returns; what it refuses is no proof, and says nothing. */
function strictly(read) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refused) || error.slug === NO_NODE) throw error;
    throw new SaysNothing("node-broken", { why: error.reason });
  }
}

function broken(reason) {
  throw new SaysNothing("node-broken", { why: { reason, values: {} } });
}

function noNode() {
  throw new Refused("chain-unavailable.no-evm-node");
}
