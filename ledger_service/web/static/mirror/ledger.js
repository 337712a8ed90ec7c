// The file that somebody chose is hashed here; only its digest is asked for.

import { hashed } from "../hashing.js";
import { say } from "../words.js";

const form = document.getElementById("ask-ledger");
const chosen = document.getElementById("ledger-file");
const progress = document.getElementById("ledger-progress");

chosen.addEventListener("change", async () => {
  const [file] = chosen.files;
  if (!file) return;
  progress.textContent = say("page.ledgers.hashing");
  try {
    form.elements.digest.value = await hashed(file, () => {});
    form.requestSubmit();
  } catch (fault) {
    progress.textContent = fault.message;
  }
});
