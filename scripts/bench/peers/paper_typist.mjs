// A paper as twenty people type it: paper_typist.mjs EDITS FILE. Writes one update of Yjs into the file.
//
// Each edit is one letter, or takes one back. Somebody types a burst of 5 to 204 letters where they were, or in
// one case of three at another place; every eighth edit or so takes back the letter before it.

import { writeFileSync } from "node:fs";
import * as Y from "yjs";

const [edits, file] = [Number(process.argv[2]), process.argv[3]];
const PEOPLE = 20;
const LETTERS = "abcdefgh ij";
let seed = 18;
const chance = (below) => (seed = (seed * 48271) % 2147483647) % below;
const paper = new Y.Doc();
const text = paper.getText("text");
const clients = Array.from({ length: PEOPLE }, () => new Y.Doc().clientID);
const places = clients.map(() => 0);

for (let made = 0; made < edits;) {
  const person = chance(PEOPLE);
  paper.clientID = clients[person];
  let at = chance(3) ? Math.min(places[person], text.length) : chance(text.length + 1);
  for (let left = 5 + chance(200); left > 0 && made < edits; left -= 1, made += 1) {
    if (at > 2 && chance(100) < 12) text.delete((at -= 1), 1);
    else text.insert(at++, LETTERS[chance(LETTERS.length)]);
  }
  places[person] = at;
}
writeFileSync(file, Y.encodeStateAsUpdate(paper));
