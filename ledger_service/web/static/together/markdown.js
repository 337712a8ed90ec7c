// The language of papers in the editor: Markdown with tables, as the server reads it, formulas and citations
// told apart; and what the Enter key does in a list.

import {
  Language,
  HighlightStyle,
  defineLanguageFacet,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorSelection } from "@codemirror/state";
import { Strikethrough, Table, parser } from "@lezer/markdown";
import { Tag, styleTags, tags } from "@lezer/highlight";

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])(\s+)/;
const formula = Tag.define();

/** A formula between dollar signs, on one line; in blocks of their own, dollars stand alone on their lines. */
const Formula = {
  defineNodes: [{ name: "Formula" }],
  parseInline: [
    {
      name: "Formula",
      parse(context, next, at) {
        if (next !== 36) return -1; // $
        const text = context.slice(at, context.end);
        const found = /^\$\$[^$]+\$\$|^\$(?=\S)(?:\\.|[^$\\])*[^\s\\]\$(?!\d)|^\$\S\$(?!\d)/.exec(
          text,
        );
        return found ? context.addElement(context.elt("Formula", at, at + found[0].length)) : -1;
      },
      before: "Escape",
    },
  ],
  props: [styleTags({ Formula: formula })],
};

const language = new Language(
  defineLanguageFacet(),
  parser.configure([Table, Strikethrough, Formula]),
  [],
  "markdown",
);

const look = HighlightStyle.define([
  { tag: tags.heading1, fontSize: "1.4em", fontWeight: "700" },
  { tag: tags.heading2, fontSize: "1.2em", fontWeight: "700" },
  { tag: tags.heading, fontWeight: "700" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: [tags.monospace, formula], fontFamily: "ui-monospace, monospace", fontSize: "0.95em" },
  { tag: [tags.link, tags.url, formula], color: "var(--brand)" },
  { tag: [tags.processingInstruction, tags.contentSeparator], color: "var(--still)" },
  { tag: tags.quote, color: "var(--still)" },
]);

export const markdown = [language, syntaxHighlighting(look)];

/** Go on with a list on the next line; an item without words ends it. */
export function continueList({ state, dispatch }) {
  const { main } = state.selection;
  const line = state.doc.lineAt(main.head);
  const item = ITEM.exec(line.text);
  if (state.readOnly || !main.empty || !item || main.head < line.from + item[0].length)
    return false;
  if (item[0].length === line.text.length) {
    dispatch(state.update({ changes: { from: line.from, to: line.to }, userEvent: "delete" }));
    return true;
  }
  const number = Number.parseInt(item[2], 10);
  const mark = Number.isNaN(number) ? item[2] : `${number + 1}${item[2].at(-1)}`;
  const insert = `\n${item[1]}${mark}${item[3]}`;
  const changes = { from: main.head, insert };
  const selection = EditorSelection.cursor(main.head + insert.length);
  dispatch(state.update({ changes, selection, scrollIntoView: true, userEvent: "input" }));
  return true;
}
