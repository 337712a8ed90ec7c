// Books on the shelves: a spine each, with its title in letters of the page's own fonts, and its state.

import { FONT, cut, linesOf } from "./letters.js";
import { CASE_WIDTH, CASE_Z, SHELF_AT } from "./room.js";

const HEIGHT = 0.46;
const THICK = 0.24; // from the spine to the wall
const NARROWEST = 0.13;
const WIDEST = 0.27;
const GAP = 0.008;
const PIXELS = 640; // of a spine's height
const CLOTH = [
  "#27406b",
  "#6b2b2b",
  "#2d5a45",
  "#5b3a63",
  "#7a5524",
  "#374f5c",
  "#6a3b4e",
  "#3f4a2a",
];
const MARKS = {
  open: ["#e9e3d2", "○"],
  yours: ["#f3c64b", "★"],
  full: ["#e5b3a8", "×"],
  free: ["#cfe0d3", "◇"],
};

/** Return the books of the page's list, in its order. */
export function booksOf(list) {
  return [...(list?.querySelectorAll("li[data-digest]") ?? [])].map((item) => ({
    digest: item.dataset.digest,
    state: item.dataset.state,
    title: item.querySelector("a").textContent.trim(),
    href: item.querySelector("a").getAttribute("href"),
    creator: item.querySelector(".creator")?.textContent.trim() ?? "",
  }));
}

/** Place books on shelves; return the groups, in their order. covers: bitmaps by the digest of a work. */
export function placeBooks(THREE, books, covers) {
  const widest = Math.min(WIDEST, (CASE_WIDTH * SHELF_AT.length) / books.length - 2 * GAP);
  const width = Math.max(NARROWEST, widest);
  const aShelf = Math.floor((CASE_WIDTH - GAP) / (width + GAP));
  // Few books stand at the height of the eyes, and in the middle.
  const rows = [...SHELF_AT].reverse();
  const used = Math.ceil(books.length / aShelf);
  return books.map((book, at) => {
    const row = Math.floor(at / aShelf);
    const inRow = row + 1 < used ? aShelf : books.length - row * aShelf;
    const y = rows[Math.min(row, rows.length - 1)] + HEIGHT / 2;
    const x = ((at % aShelf) - (inRow - 1) / 2) * (width + GAP);
    const group = bookOf(THREE, book, width, covers.get(book.digest));
    group.position.set(x, y, CASE_Z + 0.02);
    group.userData.home = group.position.clone();
    return group;
  });
}

function bookOf(THREE, book, width, cover) {
  const hue = CLOTH[parseInt(book.digest.slice(0, 4), 16) % CLOTH.length];
  const cloth = new THREE.MeshStandardMaterial({ color: hue, roughness: 0.85 });
  const pages = new THREE.MeshStandardMaterial({ color: "#efe8d6", roughness: 1 });
  const spine = new THREE.MeshStandardMaterial({
    map: textureOf(THREE, spineOf(book, width, hue)),
    roughness: 0.85,
  });
  const front = new THREE.MeshStandardMaterial({
    map: textureOf(THREE, cover ?? coverOf(book, hue), cover !== undefined),
    roughness: 0.7,
  });
  // Of a box: right, left, top, bottom, front, back.
  const box = new THREE.BoxGeometry(width, HEIGHT, THICK);
  const mesh = new THREE.Mesh(box, [front, cloth, pages, pages, spine, pages]);
  const group = new THREE.Group();
  group.add(mesh);
  group.userData = { spine, width };
  return group;
}

function textureOf(THREE, picture, isBitmap = false) {
  const texture = isBitmap ? new THREE.Texture(picture) : new THREE.CanvasTexture(picture);
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.anisotropy = 8;
  texture.needsUpdate = true;
  return texture;
}

/** Return the spine of a book, drawn: its title along it, its state at the foot. */
function spineOf(book, width, hue) {
  const canvas = document.createElement("canvas");
  canvas.height = PIXELS;
  canvas.width = Math.round((PIXELS * width) / HEIGHT);
  const draw = canvas.getContext("2d");
  draw.fillStyle = hue;
  draw.fillRect(0, 0, canvas.width, canvas.height);
  const foot = 96;
  draw.fillStyle = "rgba(255, 240, 200, 0.55)";
  for (const y of [18, PIXELS - foot - 16]) draw.fillRect(0, y, canvas.width, 5);
  const [ground, mark] = MARKS[book.state] ?? MARKS.free;
  draw.fillStyle = ground;
  draw.fillRect(0, PIXELS - foot, canvas.width, foot);
  draw.fillStyle = "#1b1a17";
  draw.textAlign = "center";
  draw.textBaseline = "middle";
  draw.font = `700 ${foot * 0.72}px ${FONT}`;
  draw.fillText(mark, canvas.width / 2, PIXELS - foot / 2);
  draw.save();
  draw.translate(canvas.width / 2, (PIXELS - foot) / 2);
  draw.rotate(Math.PI / 2);
  draw.fillStyle = "#fffaf0";
  const room = PIXELS - foot - 70;
  const broad = canvas.width * 0.84;
  const { lines, size } = fitted(draw, book, room, broad);
  lines.forEach((line, at) => {
    const isCreator = at >= 1 && at === lines.length - 1 && book.creator !== "";
    draw.font = isCreator ? `400 ${size * 0.72}px ${FONT}` : `650 ${size}px ${FONT}`;
    draw.fillText(cut(draw, line, room), 0, (at - (lines.length - 1) / 2) * size * 1.12);
  });
  draw.restore();
  return canvas;
}

/** Return the lines of a spine in the largest letters in which all of them have room. */
function fitted(draw, book, room, broad) {
  const creator = book.creator === "" ? [] : [book.creator];
  for (let size = 92; ; size -= 6) {
    for (const most of [1, 2, 3]) {
      const lines = [...linesOf(draw, book.title, room, `650 ${size}px ${FONT}`, most), ...creator];
      const isBroad = lines.length * size * 1.12 > broad;
      const titles = creator.length ? lines.slice(0, -1) : lines;
      const isLong = titles.some((line) => draw.measureText(line).width > room);
      if ((!isBroad && !isLong) || size <= 30) return { lines, size };
    }
  }
}

/** Return the front of a book without a cover: cloth, and its title. */
function coverOf(book, hue) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [384, 640];
  const draw = canvas.getContext("2d");
  draw.fillStyle = hue;
  draw.fillRect(0, 0, 384, 640);
  draw.strokeStyle = "rgba(255, 240, 200, 0.6)";
  draw.lineWidth = 4;
  draw.strokeRect(22, 22, 340, 596);
  draw.fillStyle = "#fffaf0";
  draw.textAlign = "center";
  draw.textBaseline = "middle";
  const lines = linesOf(draw, book.title, 300, `650 44px ${FONT}`, 6); // sets the font
  lines.forEach((line, at) => {
    draw.fillText(cut(draw, line, 310), 192, 250 + (at - (lines.length - 1) / 2) * 54);
  });
  draw.font = `400 28px ${FONT}`;
  draw.fillText(cut(draw, book.creator, 310), 192, 520);
  return canvas;
}
