// Comments beside a paper. Each holds on to its words by positions that move with them (Yjs's relative
// positions), stands in the same document as the text, and so travels and merges as that does.

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";
import * as Y from "yjs";

import { say } from "../words.js";
import { colorOf } from "./peers.js";

const LONGEST_COMMENT = 2000; // characters
const LONGEST_QUOTE = 200;
const MOST_REPLIES = 200;
const changed = StateEffect.define();

const inBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** The comments of a document, as its shared types hold them. */
export class Comments {
  constructor(doc, text, member) {
    this.doc = doc;
    this.text = text;
    this.member = member;
    this.shared = doc.getMap("comments");
  }

  /** Add a comment on a part of the text. */
  add(from, to, words) {
    const comment = new Y.Map();
    const entries = {
      start: this.#place(from, 0),
      end: this.#place(to, -1),
      quote: this.text.toString().slice(from, to).slice(0, LONGEST_QUOTE),
      replies: new Y.Array(),
      resolved: false,
      ...this.#said(words),
    };
    for (const [name, value] of Object.entries(entries)) comment.set(name, value);
    this.shared.set(crypto.randomUUID(), comment);
  }

  reply(id, words) {
    this.shared
      .get(id)
      ?.get("replies")
      ?.push([this.#said(words)]);
  }

  resolve(id, is) {
    this.shared.get(id)?.set("resolved", is);
  }

  remove(id) {
    this.shared.delete(id);
  }

  /** Return all, in the order of the text; those whose words are gone come last. */
  list() {
    const found = [...this.shared].flatMap(([id, comment]) => {
      if (!(comment instanceof Y.Map)) return [];
      const told = comment.toJSON();
      const from = this.#find(told.start);
      const to = this.#find(told.end);
      const place = from !== null && to !== null && from < to ? { from, to } : null;
      return [{ ...told, id, place, replies: Array.isArray(told.replies) ? told.replies : [] }];
    });
    const order = ({ place }) => place?.from ?? Number.MAX_SAFE_INTEGER;
    return found.sort((one, other) => order(one) - order(other) || one.at - other.at);
  }

  #said(words) {
    return { by: this.member, at: Date.now(), text: words.slice(0, LONGEST_COMMENT) };
  }

  #place(index, side) {
    const place = Y.createRelativePositionFromTypeIndex(this.text, index, side);
    return inBase64(Y.encodeRelativePosition(place));
  }

  #find(told) {
    try {
      const relative = Y.decodeRelativePosition(fromBase64(told));
      const found = Y.createAbsolutePositionFromRelativePosition(relative, this.doc);
      return found?.type === this.text ? found.index : null;
    } catch {
      return null; // whoever may comment may write anything here
    }
  }
}

/** Return the extension that marks in the text what is commented on. */
export function markComments(comments) {
  const marks = (doc) =>
    Decoration.set(
      comments
        .list()
        .filter(({ place, resolved }) => place && !resolved && place.to <= doc.length)
        .map(({ place }) => Decoration.mark({ class: "commented" }).range(place.from, place.to)),
      true,
    );
  return StateField.define({
    create: ({ doc }) => marks(doc),
    update(found, transaction) {
      const isAnew = transaction.effects.some((effect) => effect.is(changed));
      return isAnew ? marks(transaction.state.doc) : found.map(transaction.changes);
    },
    provide: (field) => EditorView.decorations.from(field),
  });
}

/** The panel of comments beside the text. */
export class Panel {
  constructor(section, comments, view, { nameOf, mayComment, mayManage }) {
    Object.assign(this, { section, comments, view, nameOf, mayComment, mayManage });
    this.form = section.querySelector("#new-comment");
    this.list = section.querySelector("#comment-list");
    this.card = section.querySelector("#comment-card");
    this.showsResolved = section.querySelector("#show-resolved");
    this.range = null;
    this.form.addEventListener("submit", (event) => this.#save(event));
    this.form.querySelector("[type=button]").addEventListener("click", () => this.#close());
    this.showsResolved.addEventListener("change", () => this.show());
    comments.shared.observeDeep(() => {
      view.dispatch({ effects: changed.of(null) });
      this.show();
    });
    view.dispatch({ effects: changed.of(null) });
    this.show();
  }

  /** Ask for a comment on what is selected; on the cursor's line, if nothing is. */
  ask() {
    if (!this.mayComment) return false;
    const { main } = this.view.state.selection;
    const line = this.view.state.doc.lineAt(main.head);
    const { from, to } = main.empty ? line : main;
    if (from === to) return true;
    this.range = {
      start: Y.createRelativePositionFromTypeIndex(this.comments.text, from),
      end: Y.createRelativePositionFromTypeIndex(this.comments.text, to, -1),
    };
    const quote = this.view.state.sliceDoc(from, Math.min(to, from + LONGEST_QUOTE));
    this.form.querySelector(".quoted bdi").textContent = quote;
    this.form.hidden = false;
    this.form.querySelector("textarea").focus();
    return true;
  }

  #save(event) {
    event.preventDefault();
    const field = this.form.querySelector("textarea");
    const words = field.value.trim();
    // While the comment was written, others may have moved its words.
    const { doc } = this.comments;
    const from = Y.createAbsolutePositionFromRelativePosition(this.range.start, doc)?.index;
    const to = Y.createAbsolutePositionFromRelativePosition(this.range.end, doc)?.index;
    if (words && from < to) this.comments.add(from, to, words);
    this.#close();
  }

  #close() {
    this.form.hidden = true;
    this.form.reset();
    this.view.focus();
  }

  /** Show all as they are now; what somebody is writing, and where they are, stays. */
  show() {
    const all = this.comments.list();
    const shown = all.filter(({ resolved }) => !resolved || this.showsResolved.checked);
    const cards = new Map([...this.list.children].map((card) => [card.dataset.id, card]));
    const wanted = shown.map((comment) => {
      const card = cards.get(comment.id) ?? this.#made(comment);
      this.#fill(card, comment);
      return card;
    });
    const isSame =
      wanted.length === this.list.children.length &&
      wanted.every((card, place) => card === this.list.children[place]);
    if (!isSame) this.list.replaceChildren(...wanted);
    this.section.querySelector("#no-comments").hidden = shown.length > 0;
    const count = all.filter(({ resolved }) => !resolved).length;
    this.section.querySelector("#comments-count").textContent = count ? String(count) : "";
  }

  #made({ id }) {
    const card = this.card.content.firstElementChild.cloneNode(true);
    const part = (name) => card.querySelector(`.${name}`);
    card.dataset.id = id;
    const field = part("reply").querySelector("textarea");
    field.id = `reply-${id}`;
    part("reply").querySelector("label").htmlFor = field.id;
    part("reply").addEventListener("submit", (event) => {
      event.preventDefault();
      const words = field.value.trim();
      if (words) this.comments.reply(id, words);
      field.value = "";
      part("answer").open = false;
    });
    part("resolve").addEventListener("click", () =>
      this.comments.resolve(id, card.dataset.resolved !== "true"),
    );
    part("remove").addEventListener("click", () => {
      if (confirm(say("page.paper.remove-comment-sure"))) this.comments.remove(id);
    });
    part("go").addEventListener("click", () => {
      const place = this.comments.list().find((one) => one.id === id)?.place;
      if (!place) return;
      this.view.dispatch({
        selection: { anchor: place.from, head: place.to },
        scrollIntoView: true,
      });
      this.view.focus();
    });
    return card;
  }

  #fill(card, comment) {
    const part = (name) => card.querySelector(`.${name}`);
    const isFull = comment.replies.length >= MOST_REPLIES;
    card.dataset.resolved = String(comment.resolved === true);
    card.className = `card comment ${colorOf(Number(comment.by) || 0)}`;
    part("quoted").firstElementChild.textContent = String(comment.quote ?? "");
    part("go").hidden = comment.place === null;
    part("gone").hidden = comment.place !== null;
    part("is-resolved").hidden = comment.resolved !== true;
    part("said").replaceChildren(...[comment, ...comment.replies].map((one) => this.#line(one)));
    part("resolve").textContent = say(
      comment.resolved === true ? "page.paper.reopen" : "page.paper.resolve",
    );
    part("resolve").hidden = !this.mayComment;
    part("answer").hidden = !this.mayComment || isFull;
    part("remove").hidden = !(this.mayManage || comment.by === this.comments.member);
  }

  #line(said) {
    const item = document.createElement("li");
    const who = document.createElement("p");
    const name = document.createElement("bdi");
    const words = document.createElement("p");
    const when = new Date(Number(said?.at));
    who.className = "quiet";
    name.textContent = this.nameOf(said?.by);
    who.append(name);
    if (!Number.isNaN(when.getTime())) {
      const time = document.createElement("time");
      time.dateTime = when.toISOString();
      time.textContent = when.toLocaleString(document.documentElement.lang);
      who.append(" · ", time);
    }
    words.dir = "auto";
    words.textContent = String(said?.text ?? "").slice(0, LONGEST_COMMENT);
    item.append(who, words);
    return item;
  }
}
