// Checks receipts on the reader's device: those behind a link's “#”, as QR codes carry them, and files.
// Neither the receipt nor the file is sent anywhere; key and contracts come from this page's library.

import { digestOf } from "./hashing.js";
import { openEvidence } from "./verifier/verification/absence.js";
import { Refused } from "./verifier/bytes.js";
import { expand } from "./verifier/verification/compact.js";
import { parseEntry } from "./verifier/ledger/entry.js";
import { date, text } from "./verifier/messages.js";
import { STATES } from "./verifier/verification/verdict_state.js";
import { verify } from "./verifier/verifier.js";
import { deploymentOfMember } from "./verify/members.js";
import { chosenNode, isLibrarys } from "./own_node.js";
import { element, outcomeOf, sealOf } from "./seals.js";
import { say } from "./words.js";

const PREFIX = "#receipt=";

/** Return the text of a reason that has no values. */
const told = (reason) => text({ reason, values: {} });

/** Return whether the receipt itself holds, so that its title may be shown. */
const isTold = ({ axes }) => axes.find(({ axis }) => axis === "ledger").outcome === "pass";

const form = document.getElementById("by-receipt");
const fileInput = document.getElementById("receipt-file");
const authorsInput = document.getElementById("receipt-authors");
const bookInput = document.getElementById("receipt-book");
const progress = document.getElementById("receipt-progress");
const result = document.getElementById("receipt-result");

/** Return the receipt, or the evidence of absence, of the link, else that of the chosen file. */
async function receiptGiven() {
  if (location.hash.startsWith(PREFIX)) return expand(location.hash.slice(PREFIX.length));
  const [file] = fileInput.files;
  if (file === undefined) throw new Refused("invalid-input.no-receipt-file");
  return openEvidence(new Uint8Array(await file.arrayBuffer()));
}

/** Resolve with the library's deployment, asked for once: with it, all that follows needs no network. */
async function askForDeployment() {
  const answer = await fetch("/api/v1/deployment");
  if (!answer.ok) throw new Error(say("page.verify.no-answer"));
  return answer.json();
}

let deployment = null;

async function pinned() {
  deployment ??= askForDeployment();
  try {
    return await deployment;
  } catch (error) {
    deployment = null; // asked for again the next time, on a line that failed
    throw error;
  }
}

/** Return whether an anchor is on the chain and in the contract of a deployment. */
const isAt = (anchor, { chain_id: chain, contracts }) =>
  anchor.chain_id === chain && anchor.contract === contracts.CheckpointAnchor;

/**
 * Resolve with the deployment under which a receipt was made, and what the library says of it if it has left
 * these contracts: {deployment, former}. Anything else is judged by the deployment of today.
 */
async function deploymentOf(receipt) {
  const deployment = await pinned();
  const anchor = receipt.anchor ?? null;
  if (anchor === null || isAt(anchor, deployment)) return { deployment, former: null };
  try {
    const { former } = await (await fetch("/api/v1/deployments")).json();
    const found = former.find((one) => isAt(anchor, one.deployment));
    if (found !== undefined) return { deployment: found.deployment, former: found };
  } catch {
    // without a network only the deployment of today is kept
  }
  return { deployment, former: null };
}

/** Return what is said of a receipt under contracts that the library has left; null for others. */
function saidOfFormer(former) {
  if (former === null) return null;
  return say("page.former.receipt", { number: former.number, date: date(former.moved_at) });
}

/** Resolve with what the library says of the file today: {state, headline}, or null if it does not answer. */
async function saidToday(digest, steward) {
  try {
    const answer = await fetch(`/api/v1/resources/${digest}/verdict`);
    const { verdicts } = await answer.json();
    return verdicts.find((verdict) => verdict.steward === steward) ?? null;
  } catch {
    return null; // the receipt holds without it, and says that today's status is unknown
  }
}

/**
 * Return the state that counts: the receipt is of the past, and the library may have taken its word back since.
 * What speaks against the receipt itself is not for the library to mend.
 */
function stateNow(verdict, today) {
  const isOpen = STATES[verdict].exit !== 1 && verdict !== "authentic";
  return isOpen && today !== null && today.verdict in STATES ? today.verdict : verdict;
}

function show({ digest, verdict, axes }, state, metadata, said) {
  const list = element("ul", "", "axes");
  for (const { axis, outcome, because } of axes) {
    const { className, word } = outcomeOf(outcome);
    const item = element("li", "", className);
    item.dataset.axis = axis;
    const name = element("b", say(`page.check.${axis}`));
    item.append(name, " ", element("span", word, "outcome"), ` ${because}`);
    list.append(item);
  }
  const title = element("h2", told(STATES[state].headline), `state ${state}`);
  title.tabIndex = -1;
  const head = element("div", "", "sealed");
  head.append(sealOf(state, "large"), title);
  const next = element("p", `${told(STATES[state].next)} `);
  const help = element("a", say("page.verify.meaning"));
  help.href = `/help#${state}`;
  next.append(help);
  const headline = told(STATES[verdict].headline);
  const by = element("p", say("page.verify.by-receipt", { headline }));
  const about = metadata === null ? [] : [element("p", "")];
  for (const line of about) line.append("“", element("bdi", metadata.title), "”");
  const notes = said.map((text) => element("p", text, "notice"));
  const link = element("a", say("page.verify.what-library-says"));
  link.href = `/verify?digest=${digest}`;
  result.replaceChildren(head, ...about, next, ...notes, by, list, link);
  document.title = `${title.textContent} · Muhr`;
  title.focus();
}

/**
 * Check a file by a receipt or by evidence of absence, and show the verdict. The chain is asked where the visitor
 * has chosen a node; else the library is asked what it says today.
 */
export async function checkBy(receipt, file) {
  result.replaceChildren();
  try {
    const digest = await digestOf(file, document.getElementById("receipt-bar"), progress);
    const { deployment: own, former } = await deploymentOf(receipt);
    const { deployment, library } = await deploymentOfMember(receipt, own);
    const { found, state, note } = await judge({ digest, receipt, deployment });
    const whose = library === null ? null : say("page.verify.receipt-of-member", { library });
    const notes = [whose, saidOfFormer(former), note].filter((text) => text !== null);
    show(
      found,
      state,
      isTold(found) ? (receipt.described ?? receipt.metadata ?? null) : null,
      notes,
    );
    progress.textContent = "";
    if (receipt.map === undefined) await showAuthors(digest, deployment);
  } catch (error) {
    tell(error);
  }
}

/** Show who signed the file as its author, by the file of signatures or by what the library has. */
async function showAuthors(digest, deployment) {
  const { sectionsOf } = await import("./verify/authors.js"); // most works are signed by nobody
  try {
    result.append(...(await sectionsOf(digest, deployment, authorsInput.files[0])));
  } catch (error) {
    result.append(element("p", say("page.signed-by.not-here", { why: error.message }), "fail"));
  }
}

async function judge(question) {
  const node = chosenNode();
  if (node !== null && question.receipt.map === undefined) {
    const { verifyAtNode } = await import("./verifier/at_node.js");
    const { nodeAt } = await import("./verifier/chain/node.js");
    try {
      const found = await verifyAtNode(question, nodeAt(node.href));
      const isOwn = found.verdict === "authentic" && isLibrarys(node, question.deployment);
      const values = { host: node.host, block: found.block };
      const note = say(isOwn ? "page.node.own" : "page.node.found", values);
      const state = isOwn ? "authentic_as_told" : found.verdict;
      if (found.block !== null) return { found, state, note };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const note = say("page.node.says-nothing", { host: node.host, why: error.message });
      return { ...(await byLibrary(question)), note };
    }
  }
  return byLibrary(question);
}

async function byLibrary(question) {
  const found = await verify(question);
  const today = found.steward === null ? null : await saidToday(question.digest, found.steward);
  return { found, state: stateNow(found.verdict, today), note: null };
}

function tell(error) {
  progress.textContent = "";
  result.replaceChildren(
    element("p", say("page.verify.not-checked", { why: error.message }), "fail"),
  );
}

/** Say what the receipt of the link is about, so that people see that it arrived. */
function introduce() {
  for (const link of document.querySelectorAll(".languages a")) link.hash = location.hash;
  result.replaceChildren();
  const isLinked = location.hash.startsWith(PREFIX);
  document.getElementById("receipt-file-part").hidden = isLinked;
  if (!isLinked) return;
  form.scrollIntoView();
  try {
    const entry = parseEntry(expand(location.hash.slice(PREFIX.length)).entry);
    const about = document.getElementById("receipt-about");
    about.textContent = say("page.verify.receipt-about", {
      digest: entry.digest,
      date: date(entry.at),
    });
  } catch (error) {
    tell(error);
  }
}

introduce();
pinned().catch(() => {});
addEventListener("hashchange", introduce);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  result.replaceChildren();
  try {
    await checkBy(await receiptGiven(), bookInput.files[0]);
  } catch (error) {
    tell(error);
  }
});
