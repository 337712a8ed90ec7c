// Notes beside what is read: their list and form come as the server's own page makes them, and the reader of the
// page says where somebody is, shows the place of a note, and marks it.

import { say } from "../words.js";
import { spot } from "./spot.js";

const FIELDS = ["page", "quote", "prefix", "suffix", "start", "end", "cfi", "from", "to"];
const AREA = ["x", "y", "width", "height", "unit"];
const UNSAID = { unit: "percent" }; // what a choice shows where a place says nothing
const section = document.getElementById("notes");
const { address } = section.dataset;
const part = (id) => document.getElementById(id);

/** Resolve with the notes and the form as the library's page has them; null if they are not shown to this person. */
async function ask(options = {}) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, ...options });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { isKept: answer.ok, beside: page.getElementById("beside") };
}

function put(beside) {
  part("notes-list").replaceChildren(document.adoptNode(beside));
  const form = part("note-form");
  part("write-here").hidden = !form;
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(form);
  });
  mark();
}

const placed = () => [...section.querySelectorAll(".note[data-place]")];

function mark() {
  spot.mark(placed().map((note) => ({ id: note.id, ...JSON.parse(note.dataset.place) })));
}

async function keep(form) {
  const told = part("notes-told");
  try {
    const { isKept, beside } = await ask({
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
    });
    if (!beside) throw new Error("the page of notes did not come");
    put(beside);
    told.textContent = isKept ? say("page.notes.kept") : "";
    if (!isKept) part("fault")?.scrollIntoView({ block: "nearest" });
  } catch {
    told.textContent = say("page.notes.not-kept");
  }
}

/** Fill the form with a place, and go on to the text. */
function write(place) {
  const form = part("note-form");
  for (const name of [...FIELDS, ...AREA])
    if (form.elements[name]) form.elements[name].value = place[name] ?? UNSAID[name] ?? "";
  const area = form.elements.x?.closest("details");
  if (area) area.open = place.x !== undefined;
  const shown = [place.quote, place.page, place.from].find((one) => one !== undefined);
  part("notes-told").textContent =
    shown === undefined ? "" : say("page.notes.chosen", { place: String(shown).slice(0, 120) });
  form.elements.text.focus();
}

function show(event) {
  const note = event.target.closest(".see")?.closest(".note[data-place]");
  if (!note || !spot.show(JSON.parse(note.dataset.place))) return;
  event.preventDefault();
  for (const other of placed()) other.classList.toggle("seen", other === note);
}

// What is selected stays so while the button is pressed.
part("write-here").addEventListener("mousedown", (event) => event.preventDefault());
part("write-here").addEventListener("click", () => write(spot.here()));
section.addEventListener("click", show);
addEventListener("muhr-shown", mark);
ask().then(
  ({ beside }) => beside && put(beside),
  () => {}, // the link to the page of notes is there
);
