// The page of a paper: an editor in which several write at once, with comments beside it. The text is plain
// Markdown in a shared type of Yjs; the form for browsers without scripts gives way to the editor.

import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap } from "@codemirror/commands";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap, placeholder } from "@codemirror/view";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import * as Y from "yjs";

import { say } from "../words.js";
import { citing } from "./citing.js";
import { Comments, Panel, markComments } from "./comments.js";
import { Connection, forgetOthers } from "./connection.js";
import { previewFormula } from "./formula.js";
import { continueList, markdown } from "./markdown.js";
import { cursors, showPeers } from "./peers.js";

const part = (id) => document.getElementById(id);
const section = part("paper");
const paper = { ...section.dataset };
const member = Number(paper.member);
const mayWrite = paper.right === "write" || paper.right === "manage";
const mayComment = mayWrite || paper.right === "comment";
const names = new Map(JSON.parse(part("members").textContent));
const nameOf = (number) => names.get(number) || say("page.paper.member", { number });
const ENDED = {
  4401: "signed-out",
  4403: "no-right",
  4404: "removed",
  4413: "too-large",
  4429: "too-many",
};

await forgetOthers(paper.kept.split(".")[0]);
const doc = new Y.Doc();
const text = doc.getText("text");
const undo = new Y.UndoManager(text, { captureTimeout: 500 });
const connection = new Connection(paper, doc);
const { awareness } = connection;
awareness.setLocalStateField("member", member);
const comments = new Comments(doc, text, member);
let panel;

const mode = new Compartment();
const modeOf = (isWritten) => [
  EditorState.readOnly.of(!isWritten),
  EditorView.contentAttributes.of({ "aria-readonly": String(!isWritten) }),
];

const ask = { key: "Mod-Alt-m", run: () => panel?.ask() ?? false, preventDefault: true };
const view = new EditorView({
  parent: part("desk"),
  state: EditorState.create({
    doc: text.toString(),
    extensions: [
      EditorView.cspNonce.of(paper.nonce),
      EditorState.lineSeparator.of("\n"), // a place in the editor is one in the text, whatever was pasted
      mode.of(modeOf(mayWrite)),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        "aria-label": paper.title,
        "aria-describedby": "state",
        dir: "auto",
        spellcheck: "true",
      }),
      placeholder(say("page.paper.empty")),
      drawSelection(),
      closeBrackets(),
      keymap.of([
        ask,
        { key: "Enter", run: continueList },
        ...yUndoManagerKeymap,
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...defaultKeymap,
      ]),
      markdown,
      citing,
      yCollab(text, null, { undoManager: undo }),
      cursors(text, awareness, nameOf),
      markComments(comments),
      previewFormula(part("formula"), paper.katex),
    ],
  }),
});
panel = new Panel(part("comments"), comments, view, {
  nameOf,
  mayComment,
  mayManage: paper.right === "manage",
});
showPeers(awareness, part("peers"), nameOf);

for (const [id, act, when] of [
  ["undo", () => undo.undo(), mayWrite],
  ["redo", () => undo.redo(), mayWrite],
  ["comment", () => panel.ask(), mayComment],
]) {
  const button = part(id);
  button.hidden = !when;
  button.addEventListener("click", () => {
    act();
    if (id !== "comment") view.focus();
  });
}
const showSteps = () => {
  part("undo").disabled = undo.undoStack.length === 0;
  part("redo").disabled = undo.redoStack.length === 0;
};
for (const happening of ["stack-item-added", "stack-item-popped", "stack-cleared"]) {
  undo.on(happening, showSteps);
}
showSteps();

/** Return the state in words, and its mark. */
function stateOf() {
  const { ended, isConnected, isSaved, waiting } = connection;
  if (ended !== null) return [ENDED[ended] ?? "stopped", "bad"];
  if (!isConnected) return [connection.wasConnected || waiting ? "offline" : "connecting", "warn"];
  if (!isSaved) return ["sending", ""];
  return mayWrite ? ["saved", "good"] : [mayComment ? "comment-only" : "read-only", ""];
}

let told = "";
function showState() {
  const [name, mark] = stateOf();
  const { waiting } = connection;
  const words = say(
    name === "offline" && waiting ? "page.paper.state-offline-waiting" : `page.paper.state-${name}`,
    { count: waiting },
  );
  section.dataset.state = name;
  section.dataset.waiting = String(waiting);
  if (words === told) return;
  told = words;
  part("state").textContent = words;
  part("state").className = `state ${mark}`;
  if (name === "removed" || name === "no-right" || name === "stopped") endWriting(name);
}

/** Let nothing more be written that the library would not take. What it refuses is not kept, or it would be
 *  sent, and refused, whenever the paper is opened. */
function endWriting(name) {
  if (name !== "stopped") connection.forget();
  if (name === "removed") {
    view.setState(EditorState.create({ doc: "", extensions: [EditorState.readOnly.of(true)] }));
  } else {
    view.dispatch({ effects: mode.reconfigure(modeOf(false)) });
  }
  section.querySelector(".tools").hidden = true;
  part("comments").hidden = true;
}

connection.addEventListener("change", showState);
showState();

for (const form of document.querySelectorAll("form[action='/sign-out']")) {
  form.addEventListener("submit", (event) => {
    const count = connection.waiting;
    if (count && !confirm(say("page.paper.sign-out-sure", { count }))) event.preventDefault();
  });
}

section.hidden = false;
part("plain").hidden = true;
section.dataset.ready = "true";
