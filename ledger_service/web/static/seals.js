// The marks of verdicts, and the words of what was checked, as `parts.html` and `verdict.html` show them.

import { say } from "./words.js";

const SPRITE = new URL("seal.svg", import.meta.url).pathname;
const SVG = "http://www.w3.org/2000/svg";
const CLASSES = { pass: "pass", fail: "fail", "not checked": "unknown" };

/** Return the mark of a state. size: "", "small" or "large". */
export function sealOf(state, size = "") {
  const seal = document.createElementNS(SVG, "svg");
  seal.setAttribute("class", `seal ${state} ${size}`.trim());
  seal.setAttribute("viewBox", "0 0 48 48");
  seal.setAttribute("aria-hidden", "true");
  seal.append(document.createElementNS(SVG, "use"));
  seal.firstChild.setAttribute("href", `${SPRITE}#${state}`);
  return seal;
}

/** Return the headline of a state, where the page brings these words. */
export const headlineOf = (state) => say(`state.${state.replaceAll("_", "-")}`);

/** Return the class, and the word, of what a check found. */
export const outcomeOf = (outcome) => ({
  className: CLASSES[outcome],
  word: say(`page.outcome.${outcome.replace(" ", "-")}`),
});

/** Return an element with a text and a class. */
export function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}
