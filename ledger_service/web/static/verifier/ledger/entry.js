// Entries of the ledger: canonical JSON, one fixed template a kind (docs/formats.md §1).

import { Refused } from "../bytes.js";
import { parseCanonical } from "../canonical_json.js";
import { PRIVATE_KINDS, TEMPLATES } from "./templates.js";

const MALFORMED = "invalid-entry";
const LARGEST_BYTES = 4096;

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
  const template = { ...TEMPLATES[value.kind], at: null };
  const names = [...Object.keys(template), "kind", "v"].sort();
  if (Object.keys(value).sort().join() !== names.join())
    refuse("Other facts than those of its kind.");
  for (const [name, pattern] of Object.entries(template)) {
    const fact = value[name];
    const isGood =
      pattern === null
        ? Number.isSafeInteger(fact) && fact >= 0
        : typeof fact === "string" && pattern.test(fact);
    if (!isGood) refuse(`The fact ${name} is malformed.`);
  }
  if (PRIVATE_KINDS.includes(value.kind) && value.at % 3600 !== 0) {
    refuse("The time of a private entry is truncated to the hour.");
  }
  return value;
}

function refuse(message) {
  throw new Refused(MALFORMED, message);
}
