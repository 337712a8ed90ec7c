// A verdict on a file by its receipt, without the service: an implementation of its own beside the one
// in Python, which it shares vectors with (tests/vectors/receipts), not code. No dependency, no network.

import { absenceVerdict, openEvidence } from "./verification/absence.js";
import { Refused, fromHex, isEqual, toHex } from "./bytes.js";
import { NoEd25519, originOf, parseKey } from "./ledger/note.js";
import { laterFindings } from "./verification/later.js";
import { checkReceipt } from "./verification/receipt.js";
import { authorityFindings } from "./chain/authority.js";
import { SUPERSEDED, WITHDRAWN, claimOf, readState } from "./chain/state.js";
import {
  AXES,
  OF_THE_CLAIM,
  failed,
  onEveryAxis,
  passed,
  refusedBy,
  unchecked,
  verdictOf,
} from "./verification/verdict.js";

export { AXES };

const KINDS_OF_CLAIM = ["registered", "accepted", "awaiting"];
const CORRECTION = 2;
const TRANSLATION = 3;

/**
 * Resolve with the verdict {digest, steward, verdict, axes: [{axis, outcome, because}]}.
 *
 * @param {object} question
 * @param {string} question.digest of the file, 64 hex digits
 * @param {Uint8Array|object} question.receipt bytes of a receipt or of evidence of absence, or what
 *   openEvidence read of them
 * @param {object|null} question.deployment deployment.json, which pins key and contracts
 * @param {string|null} question.key a vkey that is not pinned, where there is no deployment
 * @param {string|null} question.blockHash hash of the state proof's block, known from elsewhere
 * @param {object|null} question.authority what a node proves of a claim that only the ledger holds
 * @param {object} question.noChain the finding on what only the chain could tell, where it tells nothing
 * @param {boolean} question.isPinned whether the deployment comes from somebody other than the service
 */
export async function verify({
  digest,
  receipt,
  deployment = null,
  key = null,
  blockHash = null,
  authority = null,
  noChain = unchecked("no-chain-asked"),
  isPinned = deployment !== null,
}) {
  const given = receipt instanceof Uint8Array ? await openEvidence(receipt) : receipt;
  const isAbsence = given.map !== undefined;
  const parsed = isAbsence ? given.receipt : given;
  const trusted = parseKey(deployment?.key ?? key ?? parsed.keys.at(-1)?.key);
  if (isAbsence) return absenceVerdict(digest, given, trusted, isPinned);
  const origin = originOf(parsed.checkpoint);
  if (origin !== null && origin !== trusted.name) {
    // Whose key nobody here knows speaks neither for nor against the file.
    const other = unchecked("receipt-of-other-ledger", { origin, wanted: trusted.name });
    return verdictOf(digest, null, onEveryAxis(other));
  }
  const findings = onEveryAxis(noChain);
  let found;
  try {
    found = await checkReceipt(parsed, trusted);
    if (!KINDS_OF_CLAIM.includes(found.entry.kind)) {
      throw new Refused("invalid-receipt.kind", { kind: found.entry.kind });
    }
  } catch (error) {
    if (!(error instanceof Refused || error instanceof NoEd25519)) throw error;
    findings.bytes = unchecked("receipt-does-not-hold");
    findings.ledger = error instanceof NoEd25519 ? unchecked("no-ed25519") : refusedBy(error);
    return verdictOf(digest, null, findings);
  }
  const { entry, checkpoint, later } = found;
  findings.bytes =
    entry.digest === digest
      ? passed("digest-of-entry")
      : failed("digest-differs-from-entry", { digest: entry.digest });
  findings.ledger = isPinned
    ? passed("in-checkpoint", { entry: parsed.index, size: Number(checkpoint.size) })
    : unchecked("key-not-pinned");
  if (entry.kind === "awaiting") Object.assign(findings, waitingFindings());
  if (deployment !== null && parsed.state !== null) {
    const known =
      blockHash === null ? null : fromHex(blockHash.replace(/^0x/, ""), 32, "invalid-digest");
    const asked = { checkpoint, deployment, known, later, authority };
    Object.assign(findings, stateFindings(parsed, entry, asked));
  } else {
    Object.assign(findings, laterFindings(later, findings, entry.digest));
  }
  return verdictOf(digest, entry.steward, findings);
}

function stateFindings(receipt, entry, { checkpoint, deployment, known, later, authority }) {
  const claim = claimOf(entry, checkpoint);
  let facts;
  try {
    facts = readState(receipt.state, deployment, claim);
  } catch (error) {
    if (error.slug !== "invalid-state-proof") throw error;
    return { anchor: refusedBy(error) };
  }
  const { hash } = facts.block;
  const block = Number(facts.block.number);
  const findings = findingsOf(facts, receipt.license, checkpoint, entry.kind);
  if (authority !== null) {
    Object.assign(findings, authorityFindings(authority, claim.steward, facts));
  }
  Object.assign(findings, laterFindings(later, findings, entry.digest));
  if (known !== null) {
    // A fork may have taken that block away. Whether it ever was one cannot be told: it judges nothing.
    return isEqual(known, hash) ? findings : { anchor: unchecked("other-block", { block }) };
  }
  for (const [axis, finding] of Object.entries(findings)) {
    if (finding.outcome !== "pass") continue;
    const { reason, values } = finding;
    findings[axis] =
      axis === "anchor"
        ? unchecked("compare-block-with-node", { hash: toHex(hash), block })
        : unchecked("block-not-known", { block, why: { reason, values } });
  }
  return findings;
}

function findingsOf(facts, license, { root, size: given }, kind) {
  const [block, size] = [Number(facts.block.number), Number(given)];
  const anchor = anchorFinding(facts, root, size, block);
  if (facts.registration === null && kind === "awaiting") {
    return { ...waitingFindings(), anchor };
  }
  if (facts.registration === null && kind === "accepted") {
    return { ...claimFindings(facts, license, block), anchor };
  }
  if (facts.registration === null) {
    return { ...onClaim(failed("not-on-chain-at-block", { block })), anchor };
  }
  return {
    steward: stewardFinding(facts, block),
    withdrawal: withdrawalFinding(facts, block),
    supersession: supersessionFinding(facts, block),
    license: licenseFinding(facts, license, block),
    anchor,
  };
}

function anchorFinding(facts, root, size, block) {
  if (facts.root === null || !isEqual(facts.root, root)) {
    return failed("not-anchored-at-block", { size, block });
  }
  if (facts.anchoredIn === null) return passed("anchored-at-block", { size, block });
  return passed("anchored-in-block", { size, anchored_in: Number(facts.anchoredIn), block });
}

function onClaim(finding) {
  return Object.fromEntries(OF_THE_CLAIM.map((axis) => [axis, finding]));
}

/** What is known of a claim that waits for its registrar's signature (docs/adr/0047). */
function waitingFindings() {
  return onClaim(unchecked("registrar-has-not-signed"));
}

/** What is known of a claim in bulk, of which the chain has no registration (docs/adr/0036). */
function claimFindings({ licenseNumber }, license, block) {
  return {
    steward: unchecked("accredited-at-node"),
    withdrawal: passed("nothing-withdraws-at-block", { block }),
    supersession: passed("nothing-supersedes-at-block", { block }),
    license: licenseNumber === 0n ? failed("license-not-on-chain", { block }) : termsTold(license),
  };
}

function stewardFinding({ registration, isRegistrar, startsAt, until }, block) {
  const at = registration.registeredAt;
  if (isRegistrar && startsAt <= at && at < until) return passed("registrar-live", { block });
  if (at >= until) return failed("registrar-stolen", { block });
  return failed("registrar-not-live", { block });
}

function withdrawalFinding({ registration, original, originalState }, block) {
  if (registration.state === WITHDRAWN) return failed("withdrawn-at-block", { block });
  if (original === null) return passed("not-withdrawn-at-block", { block });
  if (originalState === WITHDRAWN)
    return failed("original-withdrawn-at-block", { original, block });
  return passed("rendition-stands-at-block", { original, block });
}

function supersessionFinding({ registration, successor }, block) {
  if (registration.state !== SUPERSEDED || successor === null) {
    return passed("not-superseded-at-block", { block });
  }
  if (registration.relation === TRANSLATION) return passed("translated", { successor });
  if (registration.relation === CORRECTION) return failed("corrected", { successor });
  return failed("superseded", { successor });
}

function licenseFinding({ registration, licenseNumber }, license, block) {
  if (licenseNumber === 0n || licenseNumber !== registration.licenseNumber) {
    return failed("other-license", { block });
  }
  return termsTold(license);
}

function termsTold(license) {
  return license === null ? unchecked("terms-not-told") : passed("license", { uri: license.uri });
}
