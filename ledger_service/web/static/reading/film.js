// What players of browsers lack: a choice of speed, the place where somebody stopped, captions of a sound.

import { keepPlace, offerToForget, placeOf } from "./place.js";
import { spot } from "./spot.js";

const EVERY = 5; // seconds of the film after which its place is kept
const film = document.getElementById("film");
const { digest } = film.dataset;
const part = (id) => document.getElementById(id);
let kept = Number(placeOf(digest)) || 0;

function keep() {
  if (Math.abs(film.currentTime - kept) < EVERY) return;
  kept = film.currentTime;
  keepPlace(digest, String(Math.floor(kept)));
}

function goOn() {
  if (kept > EVERY && kept < film.duration - EVERY) film.currentTime = kept;
}

/** Show the captions that hold now below a sound, which has no picture to show them on. */
function showCaptions(track) {
  const list = part("captions");
  if (!list) return;
  track.mode = "hidden"; // it is read, and not shown by the player
  track.addEventListener("cuechange", () => {
    list.hidden = false;
    list.replaceChildren(
      ...[...track.activeCues].map((cue) => {
        const line = document.createElement("li");
        line.append(cue.getCueAsHTML());
        return line;
      }),
    );
  });
}

part("speeds").hidden = false;
part("speed").addEventListener("change", () => {
  film.playbackRate = Number(part("speed").value);
});
offerToForget(digest, () => {
  kept = film.currentTime;
  film.focus();
});
if (film.textTracks.length) showCaptions(film.textTracks[0]);
if (film.readyState) goOn();
else film.addEventListener("loadedmetadata", goOn, { once: true });
film.addEventListener("timeupdate", keep);
for (const event of ["error", "stalled"])
  film.addEventListener(event, () => dispatchEvent(new Event("muhr-ask")));

/** Return a time as people write it: 1:23, or 1:01:23. */
function clock(seconds) {
  const whole = Math.floor(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

spot.here = () => ({ from: clock(film.currentTime) });
spot.show = ({ from }) => {
  if (from === undefined) return false;
  film.currentTime = from;
  film.focus();
  return true;
};
