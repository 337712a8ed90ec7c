// The words of a verdict, axis by axis; what could not be checked is never green.

export const AXES = [
  "bytes",
  "ledger",
  "steward",
  "withdrawal",
  "supersession",
  "license",
  "anchor",
];

export const passed = (because) => ({ outcome: "pass", because });
export const failed = (because) => ({ outcome: "fail", because });
export const unchecked = (because) => ({ outcome: "not checked", because: "because " + because });

/** Return a finding on every axis: the same one. */
export const onEveryAxis = (finding) => Object.fromEntries(AXES.map((axis) => [axis, finding]));

/** Return the verdict {digest, steward, verdict, axes}. steward: null where nothing is registered. */
export function verdictOf(digest, steward, findings) {
  return {
    digest,
    steward,
    verdict: wordOf(steward, findings),
    axes: AXES.map((axis) => ({ axis, ...findings[axis] })),
  };
}

function wordOf(steward, findings) {
  const outcomes = AXES.map((axis) => findings[axis].outcome);
  if (outcomes.every((outcome) => outcome === "pass")) return "authentic";
  if (steward === null && findings.bytes.outcome === "fail") return "not registered";
  return outcomes.includes("fail") ? "not authentic" : "incomplete";
}
