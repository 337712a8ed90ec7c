// The texts of a page's scripts, in the page's language: the server puts them into a template of the page.

const PLACE = /\{(\w+)\}/g;

/** Return a text by its id, with values in its places; the id itself if the page does not bring it. */
export function say(id, values = {}) {
  const found = [...document.querySelectorAll("template.words")]
    .flatMap(({ content }) => [...content.querySelectorAll("[data-word]")])
    .filter(({ dataset }) => dataset.word === id);
  const counted = found[0]?.dataset.count;
  const form =
    counted && new Intl.PluralRules(document.documentElement.lang).select(Number(values[counted]));
  const chosen = found.find(({ dataset }) => dataset.form === form) ?? found.at(-1);
  return chosen?.textContent.replaceAll(PLACE, (place, name) => values[name] ?? place) ?? id;
}
