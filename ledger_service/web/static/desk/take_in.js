// Takes many files in: hashes them here, shows what will be registered, sends some at a time, and follows each.

import { hashed } from "../hashing.js";
import { say } from "../words.js";
import { Refused, registered, send, states, titled } from "./asking.js";
import { whenChosen } from "./chosen.js";
import { folded, isJunk } from "./names.js";
import { asCsv } from "./record.js";
import { Row } from "./row.js";

const SENT_AT_ONCE = 3;
const FIRST_LOOK = 1500; // milliseconds
const LONGEST_PAUSE = 15_000;
const form = document.getElementById("take-in");
const largest = Number(form.dataset.largest);
const [status, summary, bar] = ["status", "summary", "bar"].map((id) =>
  document.getElementById(id),
);
const [register, retry, record] = ["register", "retry", "record"].map((id) =>
  document.getElementById(id),
);
const rows = [];
const aside = [];
let isSending = false;

for (const element of form.querySelectorAll("[data-plain]")) element.hidden = true;
for (const element of form.querySelectorAll("[data-scripted]")) element.hidden = false;
const picker = document.getElementById("file");
picker.multiple = true;
picker.required = false;
const label = form.querySelector("label[data-script]");
label.textContent = label.dataset.script;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", showSummary);
whenChosen([picker, document.getElementById("folder")], take);
document.getElementById("rows").addEventListener("input", () => (warnOfTitles(), showSummary()));
register.addEventListener("click", () => sendAll(rows.filter(({ state }) => state === "ready")));
retry.addEventListener("click", () => sendAll(rows.filter(({ state }) => state === "failed")));
window.addEventListener("beforeunload", (event) => {
  if (isSending) event.preventDefault();
});

/** Return what holds for all files. */
function common() {
  const shared = [...form.querySelectorAll("[data-shared]")].map(({ name }) => name);
  const names = ["license", "creator", "language", ...shared];
  return Object.fromEntries(
    names.map((name) => [name, form[name].value.trim()]).filter(([, value]) => value),
  );
}

async function take(files) {
  const isFirst = rows.length === 0;
  for (const chosen of files) {
    const why = reasonAgainst(chosen);
    if (why !== null) aside.push([chosen.path, why]);
    else add(new Row(chosen, remove));
  }
  showAside();
  showSummary();
  document.getElementById("chosen").hidden = rows.length + aside.length === 0;
  if (isFirst) document.getElementById("check").focus();
}

/** Return why a file is set aside, null if it is not. */
function reasonAgainst({ file, path }) {
  if (isJunk(path)) return say("page.desk.is-junk");
  if (file.size === 0) return say("page.desk.is-empty");
  if (file.size > largest) return say("page.desk.is-too-large");
  return null;
}

async function add(row) {
  rows.push(row);
  document.getElementById("rows").append(row.element);
  try {
    row.digest = await hashed(row.file, (bytes) => {
      row.set("hashing", percentOf(bytes, row.file.size));
      showProgress();
    });
  } catch {
    row.set("unread");
    return showSummary();
  }
  const twin = rows.find((other) => other !== row && other.digest === row.digest);
  if (twin !== undefined) {
    row.set("same", twin.path);
    return showSummary();
  }
  try {
    row.set((await registered(row.digest)) === null ? "ready" : "known");
  } catch {
    row.set("ready"); // the library says so again when the file comes
  }
  warnOfTitles();
  showSummary();
  if (row.state === "ready") await warnOfTitleHere(row);
}

function remove(row) {
  rows.splice(rows.indexOf(row), 1);
  const next = row.element.nextElementSibling ?? row.element.previousElementSibling;
  row.element.remove();
  (next?.querySelector(".row-remove:not([hidden])") ?? document.getElementById("check")).focus();
  warnOfTitles();
  showSummary();
}

function warnOfTitles() {
  const open = rows.filter((row) => row.isToSend);
  const counted = new Map();
  for (const row of open) {
    const title = folded(row.field("title").value);
    counted.set(title, (counted.get(title) ?? 0) + 1);
  }
  for (const row of open) {
    const title = folded(row.field("title").value);
    if (title !== "" && counted.get(title) > 1) row.warn(say("page.desk.same-title"));
    else if (row.isTitleHere === title) row.warn(say("page.desk.same-title-here"));
    else row.warn("");
  }
}

/** Warn if the library has another resource of the same title. */
async function warnOfTitleHere(row) {
  const title = row.field("title").value.trim();
  if (title === "") return;
  const found = await titled(title).catch(() => []);
  if (!found.some((other) => folded(other.title) === folded(title))) return;
  row.isTitleHere = folded(title);
  warnOfTitles();
}

function showAside() {
  const place = document.getElementById("aside");
  place.hidden = aside.length === 0;
  place.querySelector("summary").textContent = say("page.desk.set-aside", { count: aside.length });
  place.querySelector("ul").replaceChildren(
    ...aside.map(([path, why]) => {
      const item = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = path;
      item.append(name, ` – ${why}`);
      return item;
    }),
  );
}

function showSummary() {
  const open = rows.filter(({ state }) => state === "ready" || state === "hashing");
  const licenses = [...new Set(open.map((row) => row.record(common()).license))];
  summary.hidden = open.length === 0;
  summary.textContent = say("page.desk.summary", {
    count: open.length,
    license: licenses.join(", "),
  });
  register.hidden = open.length === 0 || isSending;
  const failed = rows.filter(({ state }) => state === "failed").length;
  retry.hidden = failed === 0 || isSending;
  retry.textContent = say("page.desk.retry-count", { count: failed });
  showProgress();
}

function showProgress() {
  const hashing = rows.filter(({ state }) => state === "hashing").length;
  const sent = rows.filter((row) => row.isUnderWay || row.state === "anchored").length;
  const anchored = rows.filter(({ state }) => state === "anchored").length;
  bar.max = Math.max(1, rows.length);
  bar.value = hashing > 0 ? rows.length - hashing : anchored;
  if (hashing > 0) bar.setAttribute("data-left", hashing);
  else if (sent > 0) tell(say("page.desk.done-count", { done: anchored, count: sent }));
  else tell(say("page.desk.hashed-all", { count: rows.length }));
}

/** Say it to whoever hears the page, once. */
function tell(text) {
  if (status.textContent !== text) status.textContent = text;
}

async function sendAll(wanted) {
  const nameless = wanted.find((row) => row.field("title").value.trim() === "");
  if (nameless !== undefined) {
    nameless.warn(say("page.desk.needs-title"));
    nameless.field("title").focus();
    return;
  }
  if (!form.license.reportValidity()) return;
  isSending = true;
  showSummary();
  document.getElementById("check").focus();
  const left = [...wanted];
  follow();
  const one = async () => {
    for (let row = left.shift(); row !== undefined; row = left.shift()) await sendOne(row, left);
  };
  await Promise.all(Array.from({ length: SENT_AT_ONCE }, one));
  isSending = false;
  showSummary();
  follow();
}

async function sendOne(row, left) {
  row.warn("");
  row.sentAs = row.record(common());
  row.set("sending", 0);
  try {
    await send(row.file, row.digest, row.sentAs, (bytes) =>
      row.set("sending", percentOf(bytes, row.file.size)),
    );
    row.set("accepted");
  } catch (error) {
    const isOut = error instanceof Refused && error.status === 401;
    row.set("failed", isOut ? say("page.desk.signed-out") : error.message);
    if (isOut) left.length = 0; // the others would fail as well
  }
  showSummary();
}

let isFollowing = false;

/** Ask how far the registrations are until nothing is left to come; not while nobody looks. */
async function follow() {
  if (isFollowing) return;
  isFollowing = true;
  let pause = FIRST_LOOK;
  for (;;) {
    await seen();
    await new Promise((resolve) => setTimeout(resolve, pause));
    const open = rows.filter((row) => row.isUnderWay);
    if (open.length === 0 && !isSending) break;
    try {
      const changed = show(await states(open.map(({ digest }) => digest)), open);
      pause = changed ? FIRST_LOOK : Math.min(LONGEST_PAUSE, pause * 1.3);
    } catch (error) {
      if (error.status === 401) {
        tell(say("page.desk.signed-out"));
        break;
      }
      pause = LONGEST_PAUSE;
    }
  }
  isFollowing = false;
}

/** Show how far rows are; return whether that has changed for any. */
function show(found, open) {
  let changed = false;
  for (const row of open) {
    const told = found.get(row.digest);
    if (told === undefined) continue;
    row.entry = told.entry;
    const wanted = stateOf(told);
    if (wanted === row.state) continue;
    row.set(wanted, told.rejection ?? "");
    changed = true;
  }
  showSummary();
  showRecord();
  return changed;
}

function stateOf({ state, anchored, final }) {
  if (state === "rejected") return "rejected";
  if (anchored && final) return "anchored";
  return ["accepted", "submitted"].includes(state) ? "accepted" : "registered";
}

/** Offer what was done as a file to keep. */
function showRecord() {
  const lines = rows.map((row) => {
    const { title, creator, language, license } = row.sentAs ?? row.record(common());
    return [row.path, row.digest, title, creator, language, license, row.words(), row.entry];
  });
  const columns = say("page.desk.record-columns").split("|");
  URL.revokeObjectURL(record.href);
  record.href = URL.createObjectURL(
    new Blob(["\ufeff", asCsv([columns, ...lines])], { type: "text/csv" }),
  );
  record.hidden = false;
}

function seen() {
  if (!document.hidden) return null;
  return new Promise((resolve) =>
    document.addEventListener("visibilitychange", resolve, { once: true }),
  );
}

function percentOf(bytes, size) {
  return Math.floor((100 * bytes) / Math.max(1, size));
}
