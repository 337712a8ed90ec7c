// Entries of the ledger: canonical JSON, one fixed template a kind (docs/formats.md §1).

import { Refused } from "../bytes.js";
import { parseCanonical } from "../canonical_json.js";

const MALFORMED = "invalid-entry";
const LARGEST_BYTES = 4096;
const HEX32 = /^[0-9a-f]{64}$/;
const HEX4 = /^[0-9a-f]{8}$/;
const CID = /^f01(?:55|70)1220[0-9a-f]{64}$/;
const NUMBER = null;

const onChain = { block: NUMBER, transaction: HEX32 };
const registration = { digest: HEX32, steward: HEX32 };
const claim = { ...registration, cid: CID, license: HEX32, metadata: HEX32 };
const terms = { uri: HEX32, policy: HEX32, seats: NUMBER, loan: NUMBER, self_service: NUMBER };
const grant = { grant: HEX32, ...onChain };
export const TEMPLATES = {
  steward: { steward: HEX32, block: NUMBER },
  license: { license: HEX32, ...terms, ...onChain },
  accepted: claim,
  registered: { ...claim, ...onChain },
  superseded: { ...registration, successor: HEX32, relation: NUMBER, ...onChain },
  rendition: { ...registration, original: HEX32, ...onChain },
  withdrawn: { ...registration, code: NUMBER, ...onChain },
  rejected: { ...registration, reason: HEX4 },
  "grant-issued": { ...registration, until: NUMBER, ...grant },
  "grant-renewed": { until: NUMBER, ...grant },
  "grant-returned": grant,
  "grant-revoked": grant,
  map: { root: HEX32, count: NUMBER, size: NUMBER },
  opened: { commitment: HEX32 },
  denied: { commitment: HEX32 },
};
const ONLY_THE_HOUR = ["opened", "denied"];

/** Return the members of an entry of canonical bytes; refuse anything else. */
export function parseEntry(bytes) {
  if (bytes.length > LARGEST_BYTES) refuse("An entry is at most 4,096 bytes.");
  let value;
  try {
    value = parseCanonical(bytes);
  } catch (error) {
    refuse(`Not an entry: ${error.message}`);
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject || value.v !== 1) refuse("Not an entry of version 1.");
  if (typeof value.kind !== "string" || !Object.hasOwn(TEMPLATES, value.kind)) {
    refuse("Not a kind of entry.");
  }
  const template = { ...TEMPLATES[value.kind], at: NUMBER };
  const names = [...Object.keys(template), "kind", "v"].sort();
  if (Object.keys(value).sort().join() !== names.join())
    refuse("Other facts than those of its kind.");
  for (const [name, pattern] of Object.entries(template)) {
    const fact = value[name];
    const isGood =
      pattern === NUMBER
        ? Number.isSafeInteger(fact) && fact >= 0
        : typeof fact === "string" && pattern.test(fact);
    if (!isGood) refuse(`The fact ${name} is malformed.`);
  }
  if (ONLY_THE_HOUR.includes(value.kind) && value.at % 3600 !== 0) {
    refuse("The time of a private entry is truncated to the hour.");
  }
  return value;
}

function refuse(message) {
  throw new Refused(MALFORMED, message);
}
