// Finds in the whole list what is near to what was opened in this browser. The list is asked for whole, the
// same by everybody, so that nobody else learns what is looked for.

import { keep, opened } from "./near.js";
import { say } from "./words.js";

const MOST_SHOWN = 12;
const place = document.getElementById("own");
const status = document.getElementById("own-status");
const results = document.getElementById("own-results");
const { parts } = place.dataset;

function button(id, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = say(id);
  made.addEventListener("click", act);
  return made;
}

function draw(told = "") {
  const kept = opened();
  results.replaceChildren();
  const on = [
    button("page.recommendations.look", look),
    button("page.recommendations.forget", () => change([], "page.recommendations.forgotten")),
    button("page.recommendations.switch-off", () => change(null, "page.recommendations.is-off")),
  ];
  const off = [
    button("page.recommendations.switch-on", () => change([], "page.recommendations.is-on")),
  ];
  for (const extra of on.slice(1)) extra.className = "second";
  document.getElementById("own-buttons").replaceChildren(...(kept ? on : off));
  const count = kept?.length ?? 0;
  status.textContent = told || (kept ? say("page.recommendations.kept", { count }) : "");
}

function change(digests, told) {
  draw(say(keep(digests) ? told : "page.recommendations.not-kept"));
  document.querySelector("#own-buttons button").focus();
}

async function look() {
  try {
    const works = [];
    for (let number = 0; number < Number(parts); number += 1) {
      status.textContent = say("page.recommendations.loading", { done: number, of: parts });
      const answer = await fetch(`/recommendations/list/${number}.json`);
      if (!answer.ok) throw new Error(answer.statusText);
      works.push(...(await answer.json()).works);
    }
    show(works, best(works, opened() ?? []));
  } catch {
    status.textContent = say("page.recommendations.not-loaded");
  }
}

/** Return the places of works that are near to the digests, the nearest first, each with what it is near to. */
function best(works, digests) {
  const places = new Map(works.map(([digest], at) => [hex(digest), at]));
  const mine = digests.map((digest) => places.get(digest)).filter((at) => at !== undefined);
  const found = new Map();
  for (const [age, own] of mine.entries()) {
    for (const [rank, other] of works[own][2].entries()) {
      if (mine.includes(other) || !works[other]) continue;
      const known = found.get(other) ?? { likeness: 0, to: own };
      known.likeness += 1 / ((1 + rank) * (1 + age / 10));
      found.set(other, known);
    }
  }
  return [...found].sort(([, a], [, b]) => b.likeness - a.likeness).slice(0, MOST_SHOWN);
}

function hex(digest) {
  const bytes = atob(digest.replaceAll("-", "+").replaceAll("_", "/"));
  return Array.from(bytes, (one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

function show(works, found) {
  status.textContent = say("page.recommendations.found", { count: found.length });
  results.replaceChildren(
    ...found.map(([at, { to }]) => {
      const row = document.createElement("li");
      const link = document.createElement("a");
      const title = document.createElement("bdi");
      title.textContent = works[at][1];
      link.href = `/resources/${hex(works[at][0])}`;
      link.append(title);
      const why = document.createElement("span");
      why.className = "quiet";
      why.dir = "auto";
      why.textContent = say("page.recommendations.near-to", { title: `⁨${works[to][1]}⁩` });
      row.append(link, " ", why);
      return row;
    }),
  );
}

draw();
