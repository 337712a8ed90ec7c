// Entries of the ledger: canonical JSON, one fixed template a kind (docs/formats.md §1).

import { Refused } from "../bytes.js";
import { parseCanonical } from "../canonical_json.js";
import { PRIVATE_KINDS, TEMPLATES } from "./templates.js";

const LARGEST_BYTES = 4096;

/** Return the members of an entry of canonical bytes; refuse anything else. */
export function parseEntry(bytes) {
  if (bytes.length > LARGEST_BYTES) refuse("too-long", { most: LARGEST_BYTES });
  let value;
  try {
    value = parseCanonical(bytes);
  } catch (error) {
    refuse("malformed", { cause: error.reason });
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject || value.v !== 1) refuse("version", { version: 1 });
  if (typeof value.kind !== "string" || !Object.hasOwn(TEMPLATES, value.kind)) {
    refuse("kind-not-known");
  }
  const template = { ...TEMPLATES[value.kind], at: null };
  const names = [...Object.keys(template), "kind", "v"].sort();
  if (Object.keys(value).sort().join() !== names.join()) refuse("other-facts");
  for (const [name, pattern] of Object.entries(template)) {
    const fact = value[name];
    const isGood =
      pattern === null
        ? Number.isSafeInteger(fact) && fact >= 0
        : typeof fact === "string" && pattern.test(fact);
    if (!isGood) refuse("fact-malformed", { name });
  }
  if (PRIVATE_KINDS.includes(value.kind) && value.at % 3600 !== 0) {
    refuse("hour");
  }
  return value;
}

function refuse(part, values) {
  throw new Refused(`invalid-entry.${part}`, values);
}
