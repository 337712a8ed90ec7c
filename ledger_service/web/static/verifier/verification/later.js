// What a ledger told of a resource after it took it in (docs/formats.md §5): the library's own word, signed as
// the receipt is. That no entry is there says nothing.

import { Refused } from "../bytes.js";
import { checkInclusion, leafHash } from "../ledger/merkle.js";
import { failed, passed, unchecked } from "./verdict.js";

const KINDS = ["superseded", "rendition", "taken-back", "withdrawn", "described"];
const NAMES_THE_OTHER = { superseded: "successor", rendition: "original", "taken-back": "other" };
const CORRECTION = 2;
const TRANSLATION = 3;
const RENDITION = 4;
const WITHDRAWALS = { 1: "withdrawal.retracted", 2: "withdrawal.legal", 3: "withdrawal.error" };

/** Refuse later entries that are not in the checkpoint behind an index, in order, and about the same. */
export function checkLater(later, index, about, { size, root }) {
  let last = index;
  for (const { entry, facts, proof, index: at } of later) {
    if (!isAbout(facts, about) || at <= last) throw new Refused("invalid-receipt.later");
    checkInclusion(leafHash(entry), BigInt(at), size, proof, root);
    last = at;
  }
}

/** Return whether an entry tells of a resource; so does one that makes it a translation, or takes that back. */
function isAbout(facts, { digest, steward }) {
  if (!KINDS.includes(facts.kind) || facts.steward !== steward) return false;
  const other = facts[NAMES_THE_OTHER[facts.kind]];
  return facts.digest === digest || (other === digest && facts.relation === TRANSLATION);
}

/** Return what becomes of the findings on withdrawal and supersession of a digest; those that failed stay. */
export function laterFindings(later, findings, digest) {
  const { successor, translation, original, code } = told(later, digest);
  const changed = {};
  const { withdrawal, supersession } = findings;
  if (code !== null && withdrawal.outcome === "not checked") {
    const word = Object.hasOwn(WITHDRAWALS, code) ? WITHDRAWALS[code] : null;
    const why = { reason: word ?? "withdrawal.unknown", values: word === null ? { code } : {} };
    changed.withdrawal = failed("withdrawn", { why });
  }
  if (successor !== null && supersession.outcome === "not checked") {
    const reason = successor.how === CORRECTION ? "corrected" : "superseded";
    changed.supersession = failed(reason, { successor: successor.other });
  } else if (translation !== null && supersession.outcome === "pass") {
    changed.supersession = passed("translated", { successor: translation });
  } else if (translation !== null && supersession.outcome === "not checked") {
    changed.supersession = unchecked("translation-told", { translation });
  }
  return { ...changed, ...named(original, { ...findings, ...changed }) };
}

/** Return the digest of the corrected record that entries commit to, or null. */
export function correctedRecord(later) {
  return later.filter(({ kind }) => kind === "described").at(-1)?.metadata ?? null;
}

/** Return the findings that name the original, where they speak of nothing weightier. */
function named(original, findings) {
  if (original === null) return {};
  const isRendition = original.how === RENDITION;
  const axis = isRendition ? "withdrawal" : "supersession";
  const { outcome, values } = findings[axis];
  // What came after a resource says more than what it came from.
  if ("successor" in values || "translation" in values) return {};
  const told = { original: original.other };
  if (outcome === "not checked") {
    const because = isRendition ? "rendition-of-told" : "translation-of-told";
    return { [axis]: unchecked(because, told) };
  }
  const isNamed = outcome === "pass" && !isRendition;
  return isNamed ? { [axis]: passed("translation-of", told) } : {};
}

/** Return what the entries say together, each link until it was taken back; one that is told again is the newest. */
function told(later, digest) {
  let links = [];
  let code = null;
  for (const facts of later) {
    if (facts.kind === "withdrawn") code = facts.code;
    if (!(facts.kind in NAMES_THE_OTHER)) continue;
    const one = facts.digest;
    const other = facts[NAMES_THE_OTHER[facts.kind]];
    const how = facts.kind === "rendition" ? RENDITION : facts.relation;
    links = links.filter((link) => link.one !== one || link.other !== other || link.how !== how);
    if (facts.kind !== "taken-back") links.push({ one, other, how });
  }
  const own = links.filter(({ one }) => one === digest);
  const originals = links
    .filter(({ one, how, other }) =>
      how === RENDITION ? one === digest : how === TRANSLATION && other === digest,
    )
    .map(({ one, other, how }) => ({ other: how === RENDITION ? other : one, how }));
  return {
    successor: own.filter(({ how }) => how === 1 || how === CORRECTION).at(-1) ?? null,
    translation: own.filter(({ how }) => how === TRANSLATION).at(-1)?.other ?? null,
    original: originals.at(-1) ?? null,
    code,
  };
}
