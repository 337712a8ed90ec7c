// What all authors of a work signed, checked in this browser: on pages that show it, and beside a receipt.
// The library is asked for the files alone; none of what it says of the signatures is taken.

import { checkAuthors } from "../verifier/authorship/check_file.js";
import { parseKey } from "../verifier/ledger/note.js";
import { text } from "../verifier/messages.js";
import { element } from "../seals.js";
import { say } from "../words.js";

const LARGEST_BYTES = 2 ** 20;
const STATES = {
  holds: ["pass", "authors.holds"],
  fails: ["fail", "authors.fails"],
  "not-checked": ["unknown", "authors.not-checked"],
};

/** Say below each list of signatures that the library shows what this browser found of it. */
export async function checkShown() {
  const shown = [...document.querySelectorAll(".signed-by[data-statement]")];
  if (shown.length === 0) return;
  const key = await askForKey();
  for (const section of shown) {
    const line = section.querySelector("[role=status]");
    try {
      const { statement, work } = section.dataset;
      const found = await checkAuthors(await fileOf(statement), work, key);
      if (found.statement !== statement) throw new Error(say("page.signed-by.other-file"));
      line.textContent = sentenceOf(found);
      line.className = found.fails ? "fail" : found.signed_by_all ? "pass" : "unknown";
    } catch (error) {
      line.textContent = say("page.signed-by.not-here", { why: error.message });
    }
  }
}

/**
 * Resolve with sections that tell who signed a work: by a file that somebody has, else by what a registrar of the
 * library accepted. Empty where there is none, or the library does not answer.
 */
export async function sectionsOf(digest, deployment, file) {
  const key = parseKey(deployment.key);
  if (file !== undefined) {
    if (file.size > LARGEST_BYTES) throw new Error(say("page.signed-by.other-file"));
    return [sectionOf(await checkAuthors(new Uint8Array(await file.arrayBuffer()), digest, key))];
  }
  const sections = [];
  try {
    const answer = await fetch(`/api/v1/resources/${digest}/authors`);
    const listed = answer.ok ? await answer.json() : [];
    for (const { statement } of listed.filter(({ accepted }) => accepted)) {
      sections.push(sectionOf(await checkAuthors(await fileOf(statement), digest, key)));
    }
  } catch {
    // a receipt holds without them
  }
  return sections;
}

async function askForKey() {
  try {
    return parseKey((await (await fetch("/api/v1/deployment")).json()).key);
  } catch {
    return null; // the signatures are checked all the same
  }
}

async function fileOf(statement) {
  const answer = await fetch(`/api/v1/statements/${statement}`);
  if (!answer.ok) throw new Error(say("page.verify.no-answer"));
  return new Uint8Array(await answer.arrayBuffer());
}

function sentenceOf({ authors, entry, fails, is_this_file: isThis, signed_by_all: isSigned }) {
  if (!isThis) return say("page.signed-by.other-work");
  if (fails) return say("page.signed-by.here-fails");
  if (!isSigned) return say("page.signed-by.here-part");
  const count = authors.length;
  return entry === null
    ? say("page.signed-by.here-unproved", { count })
    : say("page.signed-by.here", { count, entry });
}

function sectionOf(found) {
  const section = element("section", "", "signed-by");
  const list = element("ol");
  for (const { name, signature } of found.authors) {
    const [className, reason] = STATES[signature];
    const item = element("li", "", className);
    const who = element("bdi", name ?? text({ reason: "authors.nameless", values: {} }));
    item.append(who, `: ${text({ reason, values: {} })}`);
    list.append(item);
  }
  const said = element("p", sentenceOf(found), found.fails ? "fail" : "");
  const about = element("p", say("page.signed-by.their-word"), "quiet");
  section.append(element("h3", say("page.signed-by.title")), said, list, about);
  return section;
}
