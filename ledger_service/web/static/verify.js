// Hashes a file in the browser and asks for the verdict on its digest; the file itself is never sent.

import { digestOf } from "./hashing.js";

const form = document.getElementById("by-file");
const status = document.getElementById("progress");

form.hidden = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [file] = document.getElementById("file").files;
  try {
    const digest = await digestOf(file, document.getElementById("bar"), status);
    location.href = `/verify?digest=${digest}`;
  } catch (error) {
    status.textContent = `The file cannot be read (${error.message}); choose it again.`;
  }
});
