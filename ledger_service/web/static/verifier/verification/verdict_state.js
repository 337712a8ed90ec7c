// The state of a verdict, decided from its axes as in Python (tests/vectors/verdicts): which of ten answers it
// is, what a person is told of it, and the exit status. Normative text: docs/formats.md §16.

const OF_AUTHORITY = ["ledger", "steward", "license", "anchor"];

const REASONS_OF_WAITING = new Set([
  "registrar-has-not-signed",
  "claim-of-unknown-route",
  "receipt-refused",
  "entry-waits",
  "sent-again",
  "no-anchor-covers",
  "no-anchor-named",
  "anchor-not-indexed",
]);

const REASONS_OF_OFFLINE = new Set([
  "no-node-asked",
  "no-node-was-given",
  "no-chain-asked",
  "block-not-known",
  "compare-block",
  "compare-block-with-node",
  "accredited-is-asked",
  "accredited-at-node",
  "translation-told",
  "translation-of-told",
  "rendition-of-told",
]);

/** By state: its headline, what to do next, and the exit status. */
export const STATES = {
  authentic: { headline: "state.authentic", next: "next.authentic", exit: 0 },
  authentic_as_told: {
    headline: "state.authentic-as-told",
    next: "next.authentic-as-told",
    exit: 0,
  },
  superseded: { headline: "state.superseded", next: "next.superseded", exit: 0 },
  withdrawn: { headline: "state.withdrawn", next: "next.withdrawn", exit: 1 },
  not_registered: { headline: "state.not-registered", next: "next.not-registered", exit: 1 },
  altered: { headline: "state.altered", next: "next.altered", exit: 1 },
  no_authority: { headline: "state.no-authority", next: "next.no-authority", exit: 1 },
  not_checked: { headline: "state.not-checked", next: "next.not-checked", exit: 3 },
  waiting: { headline: "state.waiting", next: "next.waiting", exit: 3 },
  offline: { headline: "state.offline", next: "next.offline", exit: 3 },
};

/**
 * Return the state of a verdict; the gravest failure decides.
 *
 * @param {object} axes by axis: {outcome, reason}
 * @param {boolean} isRegistered whether a registration is spoken of
 * @param {boolean} isAsTold whether all that is known is the library's own word
 */
export function stateOf(axes, isRegistered, isAsTold = false) {
  const fails = Object.keys(axes).filter((axis) => axes[axis].outcome === "fail");
  if (fails.includes("bytes")) return isRegistered ? "altered" : "not_registered";
  if (OF_AUTHORITY.some((axis) => fails.includes(axis))) return "no_authority";
  if (fails.includes("withdrawal")) return "withdrawn";
  const open = Object.values(axes)
    .filter(({ outcome }) => outcome !== "pass" && outcome !== "fail")
    .map(({ reason }) => reason);
  if (open.length === 0) {
    if (fails.length > 0) return "superseded";
    return isAsTold ? "authentic_as_told" : "authentic";
  }
  if (fails.length > 0) return "not_checked"; // superseded, and who knows what else
  if (open.some((reason) => REASONS_OF_WAITING.has(reason))) return "waiting";
  const holds = axes.bytes.outcome === "pass" && axes.ledger.outcome === "pass";
  return holds && open.every((reason) => REASONS_OF_OFFLINE.has(reason))
    ? "offline"
    : "not_checked";
}
