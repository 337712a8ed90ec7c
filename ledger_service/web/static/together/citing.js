// Citations: after `[@`, the catalog's search proposes what to cite; a digest in the text is shown by its title.

import { autocompletion } from "@codemirror/autocomplete";
import { Annotation } from "@codemirror/state";
import { Decoration, EditorView, MatchDecorator, ViewPlugin, WidgetType } from "@codemirror/view";

const ASKED = /(?:\[|;\s?)@([^\]\[@;\n]{0,60})$/u;
const CITED = /@([0-9a-f]{64})/g;
const FEWEST_LETTERS = 2;
const MOST_PROPOSED = 8;
const PAUSE = 250; // milliseconds, after which what was typed is looked for
const told = Annotation.define();
const titles = new Map(); // by digest; null: asked for
const listeners = new Set();

/** Resolve with what the library finds, nearest first; with nothing if it does not answer. */
async function find(words, signal) {
  const begun = words.replace(/(\p{L}{2,})$/u, "$1*"); // the last word may not be whole
  const asked = new URLSearchParams({ q: begun, limit: MOST_PROPOSED });
  try {
    const answer = await fetch(`/api/v1/search?${asked}`, { signal });
    return answer.ok ? (await answer.json()).items : [];
  } catch {
    return [];
  }
}

const titleOf = ({ title, creator }) => (creator ? `${title} · ${creator}` : title);

async function propose(context) {
  const typed = context.matchBefore(ASKED);
  if (!typed) return null;
  const words = ASKED.exec(typed.text)[1].trim();
  if (words.length < FEWEST_LETTERS || /^[0-9a-f]{64}/.test(words)) return null;
  const stop = new AbortController();
  context.addEventListener("abort", () => stop.abort(), { onDocChange: true });
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  if (context.aborted) return null;
  const items = await find(words, stop.signal);
  for (const item of items) titles.set(item.digest, titleOf(item));
  return {
    from: typed.to - ASKED.exec(typed.text)[1].length,
    filter: false,
    options: items.map((item) => ({
      label: item.title,
      detail: item.creator,
      apply(view, completion, from, to) {
        const closes = view.state.sliceDoc(to, to + 1) === "]" ? "" : "]";
        const insert = item.digest + closes;
        view.dispatch({
          changes: { from, to, insert },
          selection: { anchor: from + item.digest.length + 1 },
          userEvent: "input.complete",
        });
      },
    })),
  };
}

async function ask(digest) {
  titles.set(digest, null);
  try {
    const answer = await fetch(`/api/v1/resources/${digest}`);
    const [first] = answer.ok ? (await answer.json()).registrations : [];
    titles.set(digest, first ? titleOf(first) : "");
  } catch {
    titles.delete(digest); // without a network; it is asked for again when it is shown again
    return;
  }
  for (const listener of listeners) listener();
}

class Chip extends WidgetType {
  constructor(digest, title) {
    super();
    this.digest = digest;
    this.title = title;
  }

  eq(other) {
    return other.digest === this.digest && other.title === this.title;
  }

  toDOM() {
    const chip = document.createElement("span");
    const name = document.createElement("bdi");
    chip.className = "chip";
    name.textContent = this.title || `…${this.digest.slice(-8)}`;
    chip.append("@", name);
    return chip;
  }
}

const matcher = new MatchDecorator({
  regexp: CITED,
  decoration: ([, digest]) => {
    if (!titles.has(digest)) ask(digest);
    return Decoration.replace({ widget: new Chip(digest, titles.get(digest)) });
  },
});

const chips = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = matcher.createDeco(view);
      this.listener = () => view.dispatch({ annotations: [told.of(true)] });
      listeners.add(this.listener);
    }

    destroy() {
      listeners.delete(this.listener);
    }

    update(update) {
      const anew = update.transactions.some((one) => one.annotation(told));
      this.decorations = anew
        ? matcher.createDeco(update.view)
        : matcher.updateDeco(update, this.decorations);
    }
  },
  {
    decorations: (plugin) => plugin.decorations,
    provide: (plugin) =>
      EditorView.atomicRanges.of((view) => view.plugin(plugin)?.decorations ?? Decoration.none),
  },
);

export const citing = [
  autocompletion({ override: [propose], icons: false, activateOnTyping: true }),
  chips,
];
