// Who else is at the paper, and where: their names above it, and their cursors in the text. Colors are classes
// of the page's own styles; names come from the page, by the number of a member, which the server writes.

import { Annotation, RangeSet } from "@codemirror/state";
import { Decoration, ViewPlugin, WidgetType } from "@codemirror/view";
import * as Y from "yjs";

import { say } from "../words.js";

const COLORS = 6;
const MOST_SHOWN = 50;
const moved = Annotation.define();

export const colorOf = (member) => `peer-${member % COLORS}`;

/** Return the numbers of the members who are here, apart from this browser, each once. */
export function peersOf(awareness) {
  const found = [...awareness.getStates()]
    .filter(([client]) => client !== awareness.clientID)
    .map(([, state]) => state?.member)
    .filter((member) => Number.isInteger(member) && member > 0);
  return [...new Set(found)].slice(0, MOST_SHOWN);
}

/** Keep the list of who is here as it is. */
export function showPeers(awareness, list, nameOf) {
  const show = () => {
    const peers = peersOf(awareness);
    list.replaceChildren(
      ...peers.map((member) => {
        const item = document.createElement("li");
        const name = document.createElement("bdi");
        name.textContent = nameOf(member);
        item.className = `peer ${colorOf(member)}`;
        item.append(name);
        return item;
      }),
    );
    list.hidden = peers.length === 0;
  };
  awareness.on("change", show);
  show();
}

class Caret extends WidgetType {
  constructor(member, name) {
    super();
    this.member = member;
    this.name = name;
  }

  eq(other) {
    return other.member === this.member && other.name === this.name;
  }

  toDOM() {
    const caret = document.createElement("span");
    const name = document.createElement("span");
    caret.className = `caret ${colorOf(this.member)}`;
    caret.setAttribute("aria-hidden", "true"); // who is here stands above; a cursor in the text is not read out
    name.className = "caret-name";
    name.textContent = this.name;
    caret.append(name);
    return caret;
  }

  ignoreEvent() {
    return true;
  }
}

/** Return the extension that shows where others are in the text, and tells them where this one is. */
export function cursors(text, awareness, nameOf) {
  return ViewPlugin.fromClass(
    class {
      constructor(view) {
        this.decorations = RangeSet.empty;
        this.listener = ({ added, updated, removed }) => {
          const others = [...added, ...updated, ...removed].some((id) => id !== awareness.clientID);
          if (others) view.dispatch({ annotations: [moved.of(true)] });
        };
        awareness.on("change", this.listener);
      }

      destroy() {
        awareness.off("change", this.listener);
      }

      update(update) {
        if (update.selectionSet || update.docChanged || update.focusChanged) tell(update);
        this.decorations = shown(update.state.doc);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );

  function tell(update) {
    const { anchor, head } = update.state.selection.main;
    const cursor = update.view.hasFocus
      ? {
          anchor: Y.createRelativePositionFromTypeIndex(text, anchor),
          head: Y.createRelativePositionFromTypeIndex(text, head),
        }
      : null;
    const before = awareness.getLocalState()?.cursor;
    if (JSON.stringify(before ?? null) !== JSON.stringify(cursor)) {
      awareness.setLocalStateField("cursor", cursor);
    }
  }

  function shown(doc) {
    const found = [];
    for (const [client, state] of awareness.getStates()) {
      const member = state?.member;
      if (client === awareness.clientID || !state?.cursor || !Number.isInteger(member)) continue;
      const anchor = placeOf(state.cursor.anchor);
      const head = placeOf(state.cursor.head);
      if (anchor === null || head === null || Math.max(anchor, head) > doc.length) continue;
      const [from, to] = anchor < head ? [anchor, head] : [head, anchor];
      const mark = Decoration.mark({ class: `selected ${colorOf(member)}` });
      if (from < to) found.push(mark.range(from, to));
      const widget = new Caret(member, nameOf(member) || say("page.paper.somebody"));
      found.push(Decoration.widget({ widget, side: head > anchor ? -1 : 1 }).range(head));
      if (found.length > 2 * MOST_SHOWN) break;
    }
    return Decoration.set(found, true);
  }

  function placeOf(told) {
    try {
      const relative = Y.createRelativePositionFromJSON(told);
      const found = Y.createAbsolutePositionFromRelativePosition(relative, text.doc);
      return found?.type === text ? found.index : null;
    } catch {
      return null; // a peer may send anything
    }
  }
}
