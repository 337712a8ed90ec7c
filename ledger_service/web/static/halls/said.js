// What a scene says, in the page's language: the page brings the words.

const WORDS = new Map(
  [...document.querySelectorAll("template#scene-words")]
    .flatMap((template) => [...template.content.querySelectorAll("[data-word]")])
    .map((word) => [word.dataset.word, word.textContent]),
);

/** Return a text, with its values. */
export function said(word, values = {}) {
  return (WORDS.get(word) ?? word).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Thrown where nothing may be drawn. word: of what is said; values: of it. */
export class NotDrawn extends Error {
  constructor(word, values = {}) {
    super(word);
    this.word = word;
    this.values = values;
  }
}
