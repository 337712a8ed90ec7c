// Hashes a file in the browser and asks for the verdict on its digest; the file itself is never sent.

const LARGEST_BYTES = 512 * 1024 * 1024; // Web Crypto hashes from memory; larger files need the command
const form = document.getElementById("by-file");
const progress = document.getElementById("progress");

async function digestOf(file) {
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

if (globalThis.crypto?.subtle) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [file] = document.getElementById("file").files;
    if (file.size > LARGEST_BYTES) {
      progress.textContent = "This file is too large for the browser: run “muhr verify FILE”.";
      return;
    }
    progress.textContent = `Hashing ${file.name} …`;
    try {
      location.href = `/verify?digest=${await digestOf(file)}`;
    } catch (error) {
      progress.textContent = `The file cannot be read (${error.message}); choose it again.`;
    }
  });
}
