// The words of a verdict, axis by axis; what could not be checked is never green.

import { because } from "../messages.js";
import { stateOf } from "./verdict_state.js";

export const AXES = [
  "bytes",
  "ledger",
  "steward",
  "withdrawal",
  "supersession",
  "license",
  "anchor",
];
/** What only the chain tells of a claim. */
export const OF_THE_CLAIM = ["steward", "withdrawal", "supersession", "license"];

/** Return a finding by a reason's name and values. */
export const passed = (reason, values = {}) => ({ outcome: "pass", reason, values });
export const failed = (reason, values = {}) => ({ outcome: "fail", reason, values });
export const unchecked = (reason, values = {}) => ({ outcome: "not checked", reason, values });

/** Return the finding that what is wrong with the evidence speaks against it. */
export const refusedBy = ({ reason }) => ({ outcome: "fail", ...reason });

/** Return a finding on every axis: the same one. */
export const onEveryAxis = (finding) => Object.fromEntries(AXES.map((axis) => [axis, finding]));

/** Return the verdict {digest, steward, verdict, axes}. steward: null where nothing is registered. */
export function verdictOf(digest, steward, findings) {
  return {
    digest,
    steward,
    verdict: stateOf(findings, steward !== null),
    axes: AXES.map((axis) => ({ axis, ...findings[axis], because: because(findings[axis]) })),
  };
}
