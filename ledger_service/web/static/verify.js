// Hashes files in the browser and asks for the verdicts on their digests; the files themselves are never sent.

import { Canceled, digestOf } from "./hashing.js";
import { element, headlineOf, sealOf } from "./seals.js";
import { say } from "./words.js";

const LARGEST_EVIDENCE_BYTES = 4 * 1024 * 1024;
const MOST_FILES = 1000;
const GENUINE = ["authentic", "authentic_as_told", "superseded"];
const find = (id) => document.getElementById(id);
const [form, input, status, bar, work] = ["by-file", "file", "progress", "bar", "work"].map(find);
const done = document.querySelector(".ring .done");
let controller = null;

/** Check files, one after the other; one alone leads to its verdict, several are told in a table. */
async function check(files) {
  if (files.length === 0) return;
  controller?.abort();
  const { signal } = (controller = new AbortController());
  work.hidden = false;
  try {
    if (await isPair(files)) return;
    if (files.length === 1) await lead(files[0], signal);
    else await tell(files.slice(0, MOST_FILES), signal);
  } catch (error) {
    const why = error.message;
    status.textContent =
      error instanceof Canceled
        ? say("page.verify.canceled")
        : say("page.verify.unreadable", { why });
  } finally {
    work.hidden = signal === controller.signal;
    input.value = "";
  }
}

async function lead(file, signal) {
  const digest = await digestOf(file, bar, status, signal);
  const likes = await likesIfUnknown(file, digest);
  location.href = addressOf(digest, likes);
}

function addressOf(digest, likes = []) {
  const kept = new URLSearchParams(location.search);
  const named = ["node", "lang"]
    .filter((name) => kept.has(name))
    .map((name) => [name, kept.get(name)]);
  return `/verify?${new URLSearchParams([["digest", digest], ...likes, ...named])}`;
}

/** Resolve with what the file may have been, as parameters, if the library does not know it. */
async function likesIfUnknown(file, digest) {
  try {
    const answer = await fetch(`/api/v1/resources/${digest}`);
    if (answer.status !== 404) return [];
    const { likesOf } = await import("./likes.js"); // most files are known
    return (await likesOf(file, digest)).map((like) => ["like", like]);
  } catch {
    return []; // the verdict is given without
  }
}

/** Resolve with whether two files are a receipt and what it is about; they are then checked by it. */
async function isPair(files) {
  const part = find("receipt-part");
  if (part === null || files.length !== 2) return false;
  const { openEvidence } = await import("./verifier/verification/absence.js");
  for (const [one, other] of [files, files.toReversed()]) {
    if (one.size > LARGEST_EVIDENCE_BYTES || !/\.(json|gz|pdf)$/i.test(one.name)) continue;
    try {
      const evidence = await openEvidence(new Uint8Array(await one.arrayBuffer()));
      part.open = true;
      const { checkBy } = await import("./receipt.js");
      await checkBy(evidence, other);
      return true;
    } catch {
      continue; // it is a file like others
    }
  }
  return false;
}

async function tell(files, signal) {
  const results = find("results");
  const body = results.querySelector("tbody");
  const counts = new Map();
  body.replaceChildren();
  results.hidden = false;
  for (const [place, file] of files.entries()) {
    const values = { number: place + 1, count: files.length, name: file.name };
    status.textContent = say("page.verify.hashing-of-many", values);
    const found = await verdictOf(file, signal);
    const words = found.state === null ? say(found.words) : headlineOf(found.state);
    counts.set(words, (counts.get(words) ?? 0) + 1);
    body.append(rowOf(file, found, words));
  }
  const told = [...counts].map(([words, count]) => `${count} × ${words}`).join(" · ");
  find("summary").textContent = told;
  status.textContent = say("page.verify.all-checked", { count: files.length });
  find("results-title").focus();
}

/** Resolve with {state, digest}; without a state, with the words that say why. */
async function verdictOf(file, signal) {
  let digest;
  try {
    digest = await digestOf(file, bar, element("p"), signal);
  } catch (error) {
    if (error instanceof Canceled) throw error;
    return { state: null, words: "page.verify.not-read" };
  }
  try {
    const answer = await fetch(`/api/v1/resources/${digest}/verdict`, { signal });
    const { verdicts } = await answer.json();
    // Whoever claims it falsely takes nothing from who registered it.
    const told = verdicts.find(({ verdict }) => GENUINE.includes(verdict)) ?? verdicts[0];
    return { state: told.verdict, digest };
  } catch {
    if (signal.aborted) throw new Canceled();
    return { state: null, words: "page.verify.no-word", digest };
  }
}

function rowOf(file, { state, digest }, words) {
  const row = element("tr");
  const [name, result, more] = ["th", "td", "td"].map((cell) => element(cell));
  name.scope = "row";
  name.append(element("bdi", file.name));
  if (state === null) result.append(element("span", words, "unknown"));
  else result.append(sealOf(state, "small"), " ", element("span", words, state));
  if (digest !== undefined) {
    const link = element("a", say("page.verify.more"));
    link.href = addressOf(digest);
    link.setAttribute("aria-label", say("page.verify.more-of", { name: file.name }));
    more.append(link);
  }
  for (const [cell, label] of [
    [name, say("page.verify.file")],
    [result, say("page.verify.result")],
    [more, say("page.verify.more")],
  ]) {
    cell.dataset.label = label;
  }
  row.append(name, result, more);
  return row;
}

function takeDrops() {
  const drop = find("drop");
  const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    drop.hidden = false;
  });
  addEventListener("dragleave", ({ relatedTarget }) => {
    if (relatedTarget === null) drop.hidden = true;
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    drop.hidden = true;
    check([...event.dataTransfer.files]);
  });
}

/** Let a link to an example fetch the file and check it as if it had been chosen. */
function takeExamples() {
  for (const link of document.querySelectorAll("a[data-file]")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        const answer = await fetch(link.dataset.file);
        await check([new File([await answer.blob()], link.textContent)]);
      } catch {
        location.href = link.href;
      }
    });
  }
}

function openParts() {
  const [receipts, digests] = [find("receipt-part"), find("digest-part")];
  if (receipts === null) return;
  digests.open = digests.querySelector("[role=alert]") !== null || location.hash === "#by-digest";
  const load = () => {
    if (!receipts.open) return;
    import("./receipt.js");
    if (find("scan-part") !== null) import("./scan.js");
  };
  receipts.addEventListener("toggle", load);
  const look = () => {
    if (/^#(receipt=|by-receipt$)/.test(location.hash)) receipts.open = true;
  };
  addEventListener("hashchange", look);
  look();
  import("./offline.js");
}

form.hidden = false;
input.addEventListener("change", () => check([...input.files]));
form.addEventListener("submit", (event) => event.preventDefault());
find("cancel").addEventListener("click", () => {
  controller?.abort();
  input.focus();
});
bar.addEventListener("change", () => {
  done.setAttribute("stroke-dashoffset", 100 - (100 * bar.value) / bar.max);
});
takeDrops();
takeExamples();
openParts();
