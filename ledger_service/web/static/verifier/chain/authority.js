// Who might register when, as the contracts' storage has it: for claims that the ledger alone holds. The twin of
// authority_state.py and of authority_findings in state_findings.py.

import { isEqual, toNumber, wordOf } from "../bytes.js";
import { failed, passed, unchecked } from "../verification/verdict.js";
import { keccak256 } from "./keccak.js";
import { ProvenState, slotOf } from "./state.js";

const REGISTRAR = 1n;
const MOST_CHANGES = 8; // of a steward's accreditation that are read
const TIME = (1n << 64n) - 1n;

const after = (slot, places) => wordOf((toNumber(slot) + BigInt(places)) % (1n << 256n));

/** Return the slot of the steward who keeps a ledger. */
export const keeperSlot = (ledger) => after(slotOf(5, ledger), 1);

/** Return the slots of how often a steward's accreditation changed, and of the changes. */
export function changeSlots(steward) {
  const count = slotOf(5, steward);
  const places = Array.from({ length: MOST_CHANGES }, (_, place) => after(keccak256(count), place));
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
            block: word & ((1n << 48n) - 1n),
            isAccredited: word >> 48n !== 0n,
          })),
    windows: words.map((word) => ({
      startsAt: word & TIME,
      until: (word >> 64n) & TIME,
      role: (word >> 128n) & 0xffn,
    })),
  };
}

/** Return the findings on a claim that only the ledger holds. */
export function authorityFindings({ keeper, changes, windows }, steward, facts) {
  if (keeper === null || !isEqual(keeper, steward)) {
    const finding = failed("not-stewards-ledger");
    const axes = ["steward", "withdrawal", "supersession", "license"];
    return Object.fromEntries(axes.map((axis) => [axis, finding]));
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
  const isLive = ({ role, startsAt, until }) =>
    role === REGISTRAR && startsAt <= anchoredAt && anchoredAt < until;
  if (!windows.some(isLive)) return { steward: unchecked("no-key-shown", { block }) };
  return { steward: passed("accredited-at-anchor", { block }) };
}
