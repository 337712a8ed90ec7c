// A reading room: its shelves, and the book that is in the hand.

import { pictureOf, bytesOf } from "./assets.js";
import { Board } from "./drawn/board.js";
import { booksOf, placeBooks } from "./drawn/books.js";
import { placed } from "./model.js";
import { caseOf, roomOf } from "./drawn/room.js";
import { offerPresence } from "./presence.js";
import { said } from "./said.js";
import { openScene } from "./stage.js";
import { Walker } from "./walk.js";

const START = "0 0 -0.15";
const READING_Z = -1.15; // from where a book is looked at

/** Resolve with the scene of a reading room. tell: says something to who walks. */
export async function openHall(AFRAME, manifest, stage, tell) {
  const { THREE } = AFRAME;
  const of = (use) => manifest.assets.find((asset) => asset.use === use);
  const names = ["floor", "wall", "wood"];
  const bitmaps = await Promise.all(names.map((name) => pictureOf(of(name))));
  const pictures = Object.fromEntries(names.map((name, at) => [name, bitmaps[at]]));
  const table = await placed(THREE, await bytesOf(of("table")));
  const books = booksOf(document.getElementById("works"));
  const covers = await coversOf(manifest, books);
  const cursor = { cursor: "rayOrigin: mouse", raycaster: "objects: .book; far: 8" };
  const opened = await openScene(stage, START, cursor);
  const { group, wood } = roomOf(THREE, pictures);
  group.add(caseOf(THREE, wood));
  table.position.set(2.3, 0, 0.2);
  table.rotation.y = Math.PI / 2;
  group.add(table);
  opened.scene.object3D.add(group);
  const walker = new Walker(THREE, stage, opened);
  const board = new Board(THREE, opened);
  const groups = placeBooks(THREE, books, covers);
  new Shelves(opened.scene, books, groups, walker, board, tell).begin(stage);
  offerPresence(THREE, opened.scene, walker, manifest.hall, document.getElementById("be-seen"));
  return opened.scene;
}

/** Resolve with the pictures of covers, by the digest of their work; one that differs ends it all. */
async function coversOf(manifest, books) {
  const shown = new Set(books.map((book) => book.digest));
  const assets = manifest.assets.filter(({ use, work }) => use === "cover" && shown.has(work));
  return new Map(await Promise.all(assets.map(async (one) => [one.work, await pictureOf(one)])));
}

class Shelves {
  constructor(scene, books, groups, walker, board, tell) {
    Object.assign(this, { scene, books, groups, walker, board });
    this.at = -1;
    this.tell = (text) => {
      tell(text);
      board.say(text);
    };
    this.hand = document.getElementById("hand");
    this.taker = document.getElementById("book-take");
  }

  begin(stage) {
    this.groups.forEach((group, at) => {
      const holder = document.createElement("a-entity");
      holder.classList.add("book");
      holder.setObject3D("mesh", group);
      holder.addEventListener("click", () => this.point(at));
      this.scene.append(holder);
    });
    this.board.say(said("headset-keys"));
    document.getElementById("book-before").addEventListener("click", () => this.step(-1));
    document.getElementById("book-after").addEventListener("click", () => this.step(1));
    this.taker.addEventListener("click", () => this.take());
    stage.addEventListener("keydown", (event) => {
      const act = {
        PageDown: () => this.step(1),
        PageUp: () => this.step(-1),
        Enter: () => this.take(),
      };
      if (!(event.key in act) || event.target !== stage) return;
      event.preventDefault();
      act[event.key]();
    });
  }

  /** Do what follows for a book at which somebody points: look at it, take it, leave the headset to read. */
  point(at) {
    if (at !== this.at) this.look(at);
    else if (this.hand.childElementCount === 0 || !this.scene.is("vr-mode")) this.take();
    else this.scene.exitVR().then(() => this.hand.querySelector("a.act, button").focus());
  }

  step(by) {
    const count = this.books.length;
    if (count === 0) return this.tell(said("nothing-here"));
    const first = by > 0 ? 0 : count - 1;
    return this.look(this.at < 0 ? first : (this.at + by + count) % count);
  }

  /** Pull a book a little out of its shelf, and stand before it. */
  look(at) {
    this.putBack();
    this.at = at;
    const [book, group] = [this.books[at], this.groups[at]];
    group.position.z = group.userData.home.z + 0.09;
    group.userData.spine.emissive.set("#3a3222");
    this.walker.goTo(group.userData.home.x, READING_Z);
    this.taker.hidden = false;
    const told = {
      number: at + 1,
      count: this.books.length,
      title: book.title,
      state: said(book.state),
    };
    this.tell(said("at-book", told));
  }

  /** Take the book into the hand: before the eyes, and below the stage as the page tells of it. */
  async take() {
    if (this.at < 0) return;
    const [book, group] = [this.books[this.at], this.groups[this.at]];
    const { x, y } = group.userData.home;
    group.position.set(x, y - (y - 1.6) * 0.8, READING_Z - 0.85);
    group.rotation.y = -1.1;
    const answer = await fetch(book.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const card = page.getElementById("book");
    if (!answer.ok || card === null) {
      this.tell(said("not-loaded"));
      return;
    }
    const told = document.importNode(card, true);
    const heading = document.createElement("h3");
    heading.append(...told.querySelector("h1").childNodes);
    told.querySelector("h1").replaceWith(heading);
    const back = document.createElement("button");
    back.type = "button";
    back.className = "second";
    back.textContent = said("put-back");
    back.addEventListener("click", () => {
      this.putBack();
      document.getElementById("stage").focus();
    });
    told.append(back);
    this.hand.replaceChildren(told);
    const shown = [...told.querySelectorAll("h3, p:not(.actions, .quiet)")].map((one) =>
      one.textContent.replace(/\s+/g, " ").trim(),
    );
    this.board.say(...shown.slice(0, -1), said("headset-read"));
    this.taker.hidden = true;
  }

  putBack() {
    this.hand.replaceChildren();
    if (this.at < 0) return;
    const group = this.groups[this.at];
    group.position.copy(group.userData.home);
    group.rotation.y = 0;
    group.userData.spine.emissive.set("#000000");
  }
}
