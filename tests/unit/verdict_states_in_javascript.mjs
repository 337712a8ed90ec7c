// Says of each case of tests/vectors/verdicts, on standard input, which state the verifier in JavaScript finds,
// and the exit status of that state.

import { readFileSync } from "node:fs";
import {
  STATES,
  stateOf,
} from "../../ledger_service/web/static/verifier/verification/verdict_state.js";

const AXES = ["bytes", "ledger", "steward", "withdrawal", "supersession", "license", "anchor"];
const found = [];
for (const { changes, is_registered: isRegistered, is_as_told: isAsTold } of JSON.parse(
  readFileSync(0, "utf8"),
)) {
  const axes = Object.fromEntries(
    AXES.map((axis) => {
      const [outcome, reason] = changes[axis] ?? ["pass", "in-checkpoint"];
      return [axis, { outcome, reason }];
    }),
  );
  const state = stateOf(axes, isRegistered, isAsTold);
  found.push([state, STATES[state].exit]);
}
console.log(JSON.stringify(found));
