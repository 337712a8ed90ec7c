// A verdict on a file by its receipt, without the service: an implementation of its own beside the one
// in Python, which it shares vectors with (tests/vectors/receipts), not code. No dependency, no network.

import { absenceVerdict, openEvidence } from "./verification/absence.js";
import { Refused, fromHex, isEqual, toHex, utf8 } from "./bytes.js";
import { NoEd25519, parseKey } from "./ledger/note.js";
import { checkReceipt } from "./verification/receipt.js";
import { sha256 } from "./sha256.js";
import { SUPERSEDED, WITHDRAWN, readState } from "./chain/state.js";
import { AXES, failed, onEveryAxis, passed, unchecked, verdictOf } from "./verification/verdict.js";

export { AXES };

const KINDS_OF_CLAIM = ["registered", "accepted", "awaiting"];
const OF_THE_CLAIM = ["steward", "withdrawal", "supersession", "license"];
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
 * @param {boolean} question.isPinned whether the deployment comes from somebody other than the service
 */
export async function verify({
  digest,
  receipt,
  deployment = null,
  key = null,
  blockHash = null,
  isPinned = deployment !== null,
}) {
  const given = receipt instanceof Uint8Array ? await openEvidence(receipt) : receipt;
  const isAbsence = given.map !== undefined;
  const parsed = isAbsence ? given.receipt : given;
  const trusted = parseKey(deployment?.key ?? key ?? parsed.keys.at(-1)?.key);
  if (isAbsence) return absenceVerdict(digest, given, trusted, isPinned);
  const findings = onEveryAxis(unchecked("no chain was asked"));
  let found;
  try {
    found = await checkReceipt(parsed, trusted);
    if (!KINDS_OF_CLAIM.includes(found.entry.kind)) {
      throw new Refused(
        "invalid-receipt",
        `The receipt is for an entry of kind ${found.entry.kind}.`,
      );
    }
  } catch (error) {
    if (!(error instanceof Refused || error instanceof NoEd25519)) throw error;
    findings.bytes = unchecked("the receipt does not hold");
    findings.ledger = error instanceof NoEd25519 ? unchecked(error.message) : failed(error.message);
    return verdictOf(digest, null, findings);
  }
  const { entry, checkpoint } = found;
  findings.bytes =
    entry.digest === digest
      ? passed("the file has the digest of the entry")
      : failed(`the file's digest differs from the entry's, ${entry.digest}`);
  findings.ledger = isPinned
    ? passed(`entry ${parsed.index} of the signed checkpoint of size ${checkpoint.size}`)
    : unchecked("the ledger's key is not pinned by a deployment file of your own");
  if (entry.kind === "awaiting") Object.assign(findings, waitingFindings());
  if (deployment !== null && parsed.state !== null) {
    const known =
      blockHash === null ? null : fromHex(blockHash.replace(/^0x/, ""), 32, "invalid-digest");
    Object.assign(findings, stateFindings(parsed, entry, checkpoint, deployment, known));
  }
  return verdictOf(digest, entry.steward, findings);
}

function stateFindings(receipt, entry, checkpoint, deployment, known) {
  const claim = {
    ledger: sha256(utf8(checkpoint.origin)),
    size: checkpoint.size,
    digest: fromHex(entry.digest, 32),
    steward: fromHex(entry.steward, 32),
    license: fromHex(entry.license, 32),
  };
  let facts;
  try {
    facts = readState(receipt.state, deployment, claim);
  } catch (error) {
    if (error.slug !== "invalid-state-proof") throw error;
    return { anchor: failed(error.message) };
  }
  const { number, hash } = facts.block;
  const findings = findingsOf(facts, receipt.license, checkpoint, entry.kind);
  if (known !== null) {
    return isEqual(known, hash)
      ? findings
      : { anchor: failed(`the receipt's block ${number} is not the one of this hash`) };
  }
  for (const [axis, finding] of Object.entries(findings)) {
    if (finding.outcome !== "pass") continue;
    findings[axis] = unchecked(
      axis === "anchor"
        ? `it holds against block hash 0x${toHex(hash)} of block ${number}, which you can compare with any node`
        : `block ${number} is not known (see anchor): ${finding.because}`,
    );
  }
  return findings;
}

function findingsOf(facts, license, { root, size }, kind) {
  const when = `as of block ${facts.block.number}`;
  const where = facts.anchoredIn === null ? "" : ` in block ${facts.anchoredIn}`;
  const anchor =
    facts.root !== null && isEqual(facts.root, root)
      ? passed(`size ${size}${where}, ${when}`)
      : failed(`${when} the chain has no anchor of size ${size} with this root`);
  if (facts.registration === null && kind === "awaiting") {
    return { ...waitingFindings(), anchor };
  }
  if (facts.registration === null && kind === "accepted") {
    return { ...claimFindings(facts, license, when), anchor };
  }
  if (facts.registration === null) {
    const missing = failed(`${when} the chain has no such registration`);
    return { ...onClaim(missing), anchor };
  }
  return {
    steward: stewardFinding(facts, when),
    withdrawal: withdrawalFinding(facts, when),
    supersession: supersessionFinding(facts, when),
    license: licenseFinding(facts, license, when),
    anchor,
  };
}

function onClaim(finding) {
  return Object.fromEntries(OF_THE_CLAIM.map((axis) => [axis, finding]));
}

/** What is known of a claim that waits for its registrar's signature (docs/adr/0047). */
function waitingFindings() {
  return onClaim(unchecked("its registrar has not signed yet"));
}

/** What is known of a claim in bulk, of which the chain has no registration (docs/adr/0036). */
function claimFindings({ licenseNumber }, license, when) {
  const alone = `on chain, where its steward would do so, ${when}`;
  return {
    steward: unchecked("who was accredited at the anchor is asked from a node"),
    withdrawal: passed(`nothing withdraws it ${alone}`),
    supersession: passed(`nothing supersedes it ${alone}`),
    license:
      licenseNumber === 0n ? failed(`${when} the chain has no such license`) : termsTold(license),
  };
}

function stewardFinding({ registration, isRegistrar, startsAt, until }, when) {
  const at = registration.registeredAt;
  if (isRegistrar && startsAt <= at && at < until) {
    return passed(`registered by a registrar whose window covers it, ${when}`);
  }
  return failed(`${when} the registrar's key has no window that covers the registration`);
}

function withdrawalFinding({ registration, original, originalState }, when) {
  if (registration.state === WITHDRAWN) return failed(`withdrawn, ${when}`);
  if (original === null) return passed(`not withdrawn, ${when}`);
  if (originalState === WITHDRAWN)
    return failed(`its original, ${original}, is withdrawn, ${when}`);
  return passed(`neither it nor its original, ${original}, is withdrawn, ${when}`);
}

function supersessionFinding({ registration, successor }, when) {
  if (registration.state !== SUPERSEDED || successor === null)
    return passed(`not superseded, ${when}`);
  if (registration.relation === TRANSLATION) {
    return passed(`not superseded, but translated as ${successor}`);
  }
  return failed(`superseded by ${successor}`);
}

function licenseFinding({ registration, licenseNumber }, license, when) {
  if (licenseNumber === 0n || licenseNumber !== registration.licenseNumber) {
    return failed(`${when} the chain holds the registration under another license`);
  }
  return termsTold(license);
}

function termsTold(license) {
  return license === null
    ? unchecked("the receipt does not tell the license's terms")
    : passed(license.uri);
}
