// Asks from time to time whether what was opened is open still, and takes it off the page once it is not.

const EVERY = 20_000; // milliseconds
const AT_LEAST = 3_000; // between two questions

const { address } = document.querySelector("script[data-address]").dataset;
let askedAt = Date.now();
let isOver = false;

/** Ask whether more may be read; readers call this when something could not be had. */
async function ask() {
  if (isOver || Date.now() - askedAt < AT_LEAST) return;
  askedAt = Date.now();
  try {
    const answer = await fetch(address, { method: "HEAD", cache: "no-store" });
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) end();
  } catch {
    // the line is bad: it is asked again
  }
}

function end() {
  isOver = true;
  document.getElementById("open").remove();
  document.getElementById("closed").hidden = false;
}

setInterval(ask, EVERY);
addEventListener("muhr-ask", ask);
document.addEventListener("visibilitychange", () => document.hidden || ask());
