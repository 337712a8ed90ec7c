// The texts of reasons, from the catalog that Python has, too. A reason is {reason, values}; a value may be
// a reason itself. Another language is one more module beside messages/en.js.

import english from "./messages/en.js";

const PLACE = /\{(\w+)\}/g;

/** Return the sentence of a reason; the reason itself where the catalog has none. */
export function text({ reason, values }, catalog = english) {
  let found = catalog.texts[reason];
  if (typeof found === "object") {
    const form = new Intl.PluralRules(catalog.language).select(Number(values[found.count]));
    found = found.forms[catalog.categories.indexOf(form)];
  }
  if (found === undefined) return reason;
  return found.replaceAll(PLACE, (_, name) => shown(values[name], catalog));
}

/** Return the sentence that says why a finding is as it is. */
export function because({ outcome, reason, values }, catalog = english) {
  const why = { reason, values };
  if (outcome !== "not checked") return text(why, catalog);
  return text({ reason: "not-checked", values: { why } }, catalog);
}

function shown(value, catalog) {
  return typeof value === "object" ? text(value, catalog) : String(value);
}
