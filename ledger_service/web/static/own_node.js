// The node that a visitor chose: its address is kept in this tab, and the page is asked for anew with its origin, since
// a page may ask no origin but those that its policy names. On the page of a verdict the node is asked at once.

import { element, outcomeOf, sealOf } from "./seals.js";
import { say } from "./words.js";

const KEPT = "muhr.node"; // in sessionStorage
const OWN_NODE = "/api/v1/rpc";
const part = document.getElementById("node-part");
const form = document.getElementById("own-node");
const input = document.getElementById("node");

/** Return the address of the node that this page may ask, or null. */
export function chosenNode() {
  const url = keptNode();
  return url !== null && url.origin === part?.dataset.node ? url : null;
}

/** Return whether a node is the library's own, so that what it tells is the library's word. */
export function isLibrarys(url, deployment) {
  const isNamed =
    (deployment.nodes ?? []).includes(url.href) ||
    (deployment.nodes ?? []).includes(url.href.replace(/\/$/, ""));
  return (
    isNamed || url.origin === location.origin || url.pathname.replace(/\/+$/, "").endsWith(OWN_NODE)
  );
}

function keptNode() {
  try {
    return new URL(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function given() {
  try {
    const url = new URL(input.value.trim());
    const isNode = ["http:", "https:"].includes(url.protocol) && url.username + url.password === "";
    return isNode ? url : null;
  } catch {
    return null;
  }
}

function choose(event) {
  event.preventDefault();
  const url = given();
  const fault = document.getElementById("node-fault");
  fault.hidden = url !== null;
  input.setAttribute("aria-invalid", url === null);
  if (url === null) {
    input.setAttribute("aria-describedby", "node-hint node-fault");
    input.focus();
    return;
  }
  sessionStorage.setItem(KEPT, url.href);
  const address = new URL(location.href);
  address.searchParams.set("node", url.origin);
  if (address.href === location.href) location.reload();
  else location.href = address.href;
}

/** Ask the chosen node about the first registration that the page tells of. */
async function ask(node) {
  const { digest } = part.dataset;
  const result = document.getElementById("node-result");
  const section = document.querySelector(".verdict");
  result.replaceChildren(element("p", say("page.node.asking", { host: node.host }), "notice"));
  try {
    const [{ verifyAtNode }, { nodeAt }, { openEvidence }, { deploymentOfMember }] =
      await Promise.all([
        import("./verifier/at_node.js"),
        import("./verifier/chain/node.js"),
        import("./verifier/verification/absence.js"),
        import("./verify/members.js"),
      ]);
    const deployment = await (await fetch("/api/v1/deployment")).json();
    const { steward } = section.dataset;
    const answer = await fetch(`/api/v1/resources/${digest}/receipt?steward=${steward}`);
    if (!answer.ok) throw new Error(say("page.node.no-receipt"));
    const receipt = await openEvidence(new Uint8Array(await answer.arrayBuffer()));
    const its = await deploymentOfMember(receipt, deployment);
    const asked = { digest, receipt, deployment: its.deployment };
    const found = await verifyAtNode(asked, nodeAt(node.href));
    if (found.block === null) throw new Error(found.axes.find(isOpen)?.because);
    await show(found, section, result, { node, isTold: isLibrarys(node, deployment) });
  } catch (error) {
    const values = { host: node.host, why: error.message };
    result.replaceChildren(element("p", say("page.node.says-nothing", values), "notice warn"));
  }
}

const isOpen = ({ outcome }) => outcome === "not checked";

async function show(found, section, result, { node, isTold }) {
  const { wasHashedHere } = await import("./hashing.js");
  const isWhole = found.verdict === "authentic";
  const isFileHere = wasHashedHere(found.digest);
  const values = { host: node.host, block: found.block };
  let words = "page.node.found";
  if (isWhole && isTold) words = "page.node.own";
  else if (isWhole) words = isFileHere ? "page.node.checked" : "page.node.file-again";
  await mark(section, isWhole && (isTold || !isFileHere) ? "authentic_as_told" : found.verdict);
  for (const { axis, outcome, because } of found.axes) {
    const row = section.querySelector(`[data-axis=${axis}]`);
    const { className, word } = outcomeOf(outcome);
    row.className = className;
    row.querySelector(".outcome").textContent = word;
    row.querySelector(".because").textContent = because;
  }
  const isOpenEnd = isWhole && !isTold && !isFileHere;
  result.replaceChildren(element("p", say(words, values), isOpenEnd ? "notice warn" : "notice"));
  if (isOpenEnd) compare(found.digest, () => show(found, section, result, { node, isTold }));
}

async function mark(section, state) {
  const { text } = await import("./verifier/messages.js");
  const { STATES } = await import("./verifier/verification/verdict_state.js");
  const title = section.querySelector("h1");
  title.textContent = text({ reason: STATES[state].headline, values: {} });
  title.className = `state ${state}`;
  section.dataset.state = state;
  section.querySelector(".seal").replaceWith(sealOf(state, "large"));
  const [next, link] = [section.querySelector(".next"), section.querySelector(".next a")];
  link.href = `/help#${state}`;
  next.replaceChildren(text({ reason: STATES[state].next, values: {} }), " ", link);
  document.title = `${title.textContent} · Muhr`;
  for (const fold of section.querySelectorAll(".checks")) fold.open = state !== "authentic";
}

/** Ask for the file whose digest only the address says. */
function compare(digest, then) {
  const asked = document.getElementById("compare");
  const [file, bar, status] = ["compare-file", "compare-bar", "compare-progress"].map((id) =>
    document.getElementById(id),
  );
  asked.hidden = false;
  file.onchange = async () => {
    try {
      const { digestOf } = await import("./hashing.js");
      const isSame = (await digestOf(file.files[0], bar, status)) === digest;
      status.textContent = isSame ? "" : say("page.node.other-file");
      asked.hidden = isSame;
      if (isSame) await then();
    } catch (error) {
      status.textContent = say("page.verify.unreadable", { why: error.message });
    }
  };
}

if (part !== null) {
  const node = keptNode();
  form.hidden = false;
  input.value = node?.href ?? "";
  form.noValidate = true;
  form.addEventListener("submit", choose);
  if (chosenNode() !== null && part.dataset.digest !== undefined) ask(node);
}
