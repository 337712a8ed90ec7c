// Who might register when, as the contracts' storage has it: for claims that the ledger alone holds. The twin of
// authority_state.py and of authority_findings in state_findings.py.

import { isEqual, wordOf } from "../bytes.js";
import { OF_THE_CLAIM, failed, passed, unchecked } from "../verification/verdict.js";
import { keccak256 } from "./keccak.js";
import { ProvenState, low, slotAfter, slotOf, windowOf } from "./state.js";

const MOST_CHANGES = 8; // of a steward's accreditation that are read

/** Return the slot of the steward who keeps a ledger. */
export const keeperSlot = (ledger) => slotAfter(slotOf(5, ledger), 1);

/** Return the slots of how often a steward's accreditation changed, and of the changes. */
export function changeSlots(steward) {
  const count = slotOf(5, steward);
  const places = Array.from({ length: MOST_CHANGES }, (_, place) =>
    slotAfter(keccak256(count), place),
  );
  return [count, ...places];
}

/** Return {keeper, changes, windows} as the state has them; changes: null if there are more than are read. */
export function readAuthority(proof, deployment, { ledger, steward }, windows) {
  const state = new ProvenState(proof, deployment);
  const keeper = state.word("CheckpointAnchor", keeperSlot(ledger));
  const [count, ...changes] = changeSlots(steward).map((slot) =>
    state.word("StewardRegistry", slot),
  );
  const words = windows.map((slot) => state.word("StewardRegistry", slot));
  state.checkAllRead();
  return {
    keeper: keeper ? wordOf(keeper) : null,
    changes:
      count > MOST_CHANGES
        ? null
        : changes.slice(0, Number(count)).map((word) => ({
            block: low(word, 48),
            isAccredited: word >> 48n !== 0n,
          })),
    windows: words.map(windowOf),
  };
}

/** Return the findings on a claim that only the ledger holds. */
export function authorityFindings({ keeper, changes, windows }, steward, facts) {
  if (keeper === null || !isEqual(keeper, steward)) {
    const finding = failed("not-stewards-ledger");
    return Object.fromEntries(OF_THE_CLAIM.map((axis) => [axis, finding]));
  }
  const { anchoredIn, anchoredAt, root } = facts;
  if (anchoredIn === null || anchoredAt === null || root === null) {
    return { steward: unchecked("no-anchor-found") };
  }
  if (changes === null) return { steward: unchecked("changes-not-read") };
  const block = Number(anchoredIn);
  if (!changes.filter((change) => change.block < anchoredIn).at(-1)?.isAccredited) {
    return { steward: failed("not-accredited", { block }) };
  }
  const isLive = ({ isRegistrar, startsAt, until }) =>
    isRegistrar && startsAt <= anchoredAt && anchoredAt < until;
  if (!windows.some(isLive)) return { steward: unchecked("no-key-shown", { block }) };
  return { steward: passed("accredited-at-anchor", { block }) };
}
