// One file in the table of what is taken in: its state, its record, and what is said of it.

import { say } from "../words.js";
import { titleOf, typeOf } from "./names.js";

const LABELS = ["title", "creator", "language", "license"];

/** state: hashing, ready, known, same, unread, sending, accepted, registered, anchored, rejected, failed. */
export class Row {
  constructor({ file, path }, remove) {
    this.file = file;
    this.path = path;
    this.state = "hashing";
    this.digest = null;
    this.detail = "";
    const made = document.getElementById("row").content.cloneNode(true);
    this.element = made.querySelector("tr");
    this.element.querySelector(".name").textContent = path;
    this.element.querySelector(".size").textContent = sizeOf(file.size);
    for (const name of LABELS) {
      const label = this.field(name).closest("td").dataset.label;
      this.field(name).setAttribute("aria-label", `${label}: ${path}`);
    }
    this.field("title").value = titleOf(file.name);
    const button = this.element.querySelector(".row-remove");
    button.textContent = say("page.desk.remove");
    button.setAttribute("aria-label", `${say("page.desk.remove")}: ${path}`);
    button.addEventListener("click", () => remove(this));
    this.show();
  }

  field(name) {
    return this.element.querySelector(`[name="${name}"]`);
  }

  /** Return the record that is sent. common: what holds for all files. */
  record(common) {
    const own = Object.fromEntries(LABELS.map((name) => [name, this.field(name).value.trim()]));
    const filled = Object.fromEntries(
      LABELS.map((name) => [name, own[name] || common[name] || ""]),
    );
    return { ...common, ...filled, media_type: typeOf(this.file) };
  }

  get isToSend() {
    return this.state === "ready" || this.state === "failed";
  }

  get isUnderWay() {
    return ["accepted", "registered"].includes(this.state);
  }

  /** Let the row be in another state. detail: a percentage, or why it failed. */
  set(state, detail = "") {
    this.state = state;
    this.detail = detail;
    this.show();
  }

  warn(text) {
    const place = this.element.querySelector(".row-warning");
    place.textContent = text;
    place.hidden = text === "";
  }

  show() {
    const place = this.element.querySelector(".row-state");
    place.className = `row-state is-${this.state}`;
    place.textContent = this.words();
    const isOpen = ["hashing", "ready", "failed"].includes(this.state);
    for (const name of LABELS) this.field(name).disabled = !isOpen;
    this.element.querySelector(".row-remove").hidden = ![
      "ready",
      "known",
      "unread",
      "failed",
    ].includes(this.state);
    const link = this.element.querySelector(".row-link");
    link.hidden =
      this.digest === null ||
      ["hashing", "ready", "same", "sending", "failed"].includes(this.state);
    if (link.hidden) return;
    link.href = `/desk/resources/${this.digest}`;
    link.textContent = say("page.desk.show");
    link.setAttribute("aria-label", `${say("page.desk.show")}: ${this.field("title").value}`);
  }

  words() {
    const percent = this.detail;
    switch (this.state) {
      case "hashing":
        return say("page.desk.hashing", { percent: percent || 0 });
      case "sending":
        return say("page.desk.sending", { percent: percent || 0 });
      case "ready":
      case "known":
      case "unread":
        return say(`page.desk.row-${this.state}`);
      case "same":
        return say("page.desk.same-file", { file: this.detail });
      case "failed":
        return say("page.desk.failed", { why: this.detail || say("page.desk.not-answered") });
      case "rejected":
        return say("page.desk.state-rejected", { why: this.detail });
      default:
        return say(`page.desk.state-${this.state}`);
    }
  }
}

/** Return a size as people read it, in the way that the page shows with a five of each unit. */
function sizeOf(bytes) {
  const sizes = document.getElementById("row").dataset.sizes.split("|");
  const point = sizes.pop().includes(",") ? "," : ".";
  const power = Math.min(
    sizes.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)),
  );
  const amount = bytes / 1000 ** power;
  const digits = amount < 9.95 ? String(Math.round(amount * 10) / 10) : String(Math.round(amount));
  return sizes[power].replace("5", digits.replace(".", point));
}
