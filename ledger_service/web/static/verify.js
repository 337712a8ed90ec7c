// Hashes a file in the browser and asks for the verdict on its digest; the file itself is never sent.

import { digestOf } from "./hashing.js";
import { say } from "./words.js";

/** Resolve with what the file may have been, as parameters, if the library does not know it. */
async function likesIfUnknown(file, digest) {
  try {
    const answer = await fetch(`/api/v1/resources/${digest}`);
    if (answer.status !== 404) return [];
    const { likesOf } = await import("./likes.js"); // most files are known
    return (await likesOf(file, digest)).map((like) => ["like", like]);
  } catch {
    return []; // the verdict is given without
  }
}

const form = document.getElementById("by-file");
const status = document.getElementById("progress");

form.hidden = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [file] = document.getElementById("file").files;
  try {
    const digest = await digestOf(file, document.getElementById("bar"), status);
    const likes = await likesIfUnknown(file, digest);
    location.href = `/verify?${new URLSearchParams([["digest", digest], ...likes])}`;
  } catch (error) {
    status.textContent = say("page.verify.unreadable", { why: error.message });
  }
});
