// Walk into a hall: check everything first, then draw. Whatever fails is said, and the page stays as it is.

import { openManifest } from "./manifest.js";
import { restWhenIdle } from "./rest.js";
import { NotDrawn, said } from "./said.js";
import { loadAframe, offerHeadset } from "./stage.js";

const entrance = document.querySelector(".entrance");
const button = document.getElementById("walk-in");
const says = document.getElementById("scene-says");
const section = document.getElementById("scene");
const stage = document.getElementById("stage");
const tell = (text) => (says.textContent = text);

async function comeIn() {
  button.disabled = true;
  says.classList.remove("bad", "notice");
  tell(said("checking"));
  try {
    const { hall, kind, aframe } = entrance.dataset;
    const { manifest, isAnchored } = await openManifest(hall);
    const opener = kind === "laboratory" ? import("./laboratory.js") : import("./hall.js");
    const [AFRAME, opened] = await Promise.all([loadAframe(aframe), opener]);
    section.hidden = false;
    const open = kind === "laboratory" ? opened.openLaboratory : opened.openHall;
    const scene = await open(AFRAME, manifest, stage, tell);
    restWhenIdle(scene, document.querySelector("main"));
    await offerHeadset(scene, document.getElementById("headset"));
    button.parentElement.hidden = true;
    const anchored = said(isAnchored ? "anchored" : "not-anchored");
    tell(`${said(kind === "laboratory" ? "turn-model" : "ready")} ${anchored}`);
    stage.focus();
    section.dataset.open = "yes";
  } catch (error) {
    stage.replaceChildren();
    section.hidden = true;
    button.disabled = false;
    const known = error instanceof NotDrawn ? error : new NotDrawn("not-loaded");
    if (known !== error) console.error(error);
    tell(said(known.word, known.values));
    says.classList.add("notice", "bad");
  }
}

/** Leave as one came: the page as it was, with nothing drawn. */
function leave() {
  location.reload();
}

if (entrance !== null) {
  button.parentElement.hidden = false;
  button.addEventListener("click", comeIn);
  document.getElementById("leave").addEventListener("click", leave);
}
