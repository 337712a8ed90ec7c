// Shows the formula in which the cursor stands as it will look, by KaTeX, which is loaded with the first one.

import { EditorView } from "@codemirror/view";

const LONGEST = 2000; // characters
const BLOCK = /\$\$([\s\S]+?)\$\$/g;
const INLINE = /\$(?=\S)((?:\\.|[^$\\\n])*[^\s\\]|\S)\$(?!\d)/g;
let katex;

/** Return the formula around a place of the text: its source, and whether it stands by itself; or null. */
export function formulaAt(doc, place) {
  const from = Math.max(0, place - LONGEST);
  const near = doc.sliceString(from, Math.min(doc.length, place + LONGEST));
  const at = place - from;
  for (const [pattern, isBlock] of [
    [BLOCK, true],
    [INLINE, false],
  ]) {
    for (const found of near.matchAll(pattern)) {
      if (found.index > at) break;
      if (at <= found.index + found[0].length) return { source: found[1], isBlock };
    }
  }
  return null;
}

/** Return the extension that shows it in this element of the page. styles: the address of KaTeX's. */
export function previewFormula(place, styles) {
  let shown = null;
  return EditorView.updateListener.of(async (update) => {
    if (!update.selectionSet && !update.docChanged) return;
    const found = formulaAt(update.state.doc, update.state.selection.main.head);
    place.hidden = found === null;
    const asked = (shown = found && found.source + found.isBlock);
    if (found === null) return;
    katex ??= load(styles);
    const { default: library } = await katex;
    if (shown !== asked) return;
    library.render(found.source, place, {
      displayMode: found.isBlock,
      maxExpand: 200,
      maxSize: 20,
      strict: "ignore",
      throwOnError: false,
      trust: false,
    });
  });
}

function load(styles) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = styles;
  document.head.append(link);
  return import("katex");
}
