// What a ledger told of a resource after it took it in (docs/formats.md §5): the library's own word, signed as
// the receipt is. That no entry is there says nothing.

import { Refused } from "../bytes.js";
import { checkInclusion, leafHash } from "../ledger/merkle.js";
import { failed, passed, unchecked } from "./verdict.js";

const KINDS = ["superseded", "taken-back", "withdrawn"];
const CORRECTION = 2;
const TRANSLATION = 3;
const WITHDRAWALS = { 1: "withdrawal.retracted", 2: "withdrawal.legal", 3: "withdrawal.error" };

/** Refuse later entries that are not in the checkpoint behind an index, in order, and about the same. */
export function checkLater(later, index, about, { size, root }) {
  let last = index;
  for (const { entry, facts, proof, index: at } of later) {
    const isOfIt =
      KINDS.includes(facts.kind) &&
      facts.digest === about.digest &&
      facts.steward === about.steward;
    if (!isOfIt || at <= last) throw new Refused("invalid-receipt.later");
    checkInclusion(leafHash(entry), BigInt(at), size, proof, root);
    last = at;
  }
}

/** Return what becomes of the findings on withdrawal and supersession; those that failed stay. */
export function laterFindings(later, findings) {
  const { successor, translation, code } = told(later);
  const changed = {};
  const { withdrawal, supersession } = findings;
  if (code !== null && withdrawal.outcome === "not checked") {
    const word = Object.hasOwn(WITHDRAWALS, code) ? WITHDRAWALS[code] : null;
    const why = { reason: word ?? "withdrawal.unknown", values: word === null ? { code } : {} };
    changed.withdrawal = failed("withdrawn", { why });
  }
  if (successor !== null && supersession.outcome === "not checked") {
    const reason = successor.relation === CORRECTION ? "corrected" : "superseded";
    changed.supersession = failed(reason, { successor: successor.other });
  } else if (translation !== null && supersession.outcome === "pass") {
    changed.supersession = passed("translated", { successor: translation });
  } else if (translation !== null && supersession.outcome === "not checked") {
    changed.supersession = unchecked("translation-told", { translation });
  }
  return changed;
}

/** Return what the entries say together, each link until it was taken back. */
function told(later) {
  let links = [];
  let code = null;
  for (const facts of later) {
    const { kind, relation } = facts;
    const other = kind === "superseded" ? facts.successor : facts.other;
    if (kind === "withdrawn") code = facts.code;
    else links = links.filter((link) => link.other !== other || link.relation !== relation);
    if (kind === "superseded") links.push({ other, relation });
  }
  const replaced = links.filter(({ relation }) => relation === 1 || relation === CORRECTION);
  const translations = links.filter(({ relation }) => relation === TRANSLATION);
  return {
    successor: replaced.at(-1) ?? null,
    translation: translations.at(-1)?.other ?? null,
    code,
  };
}
