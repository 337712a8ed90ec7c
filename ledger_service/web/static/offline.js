// Has the page kept for when there is no network, and says when there is none, and as of when the library is known.

import { say } from "./words.js";

const notice = document.getElementById("offline");

async function tell() {
  const known = await lastKnown();
  notice.hidden = navigator.onLine && known === null;
  if (notice.hidden) return;
  const words = [say("page.verify.offline")];
  if (known !== null) {
    const { date } = await import("./verifier/messages.js");
    words.push(say("page.verify.offline-since", { date: date(known / 1000) }));
  }
  notice.textContent = words.join(" ");
}

/** Resolve with when the deployment that is known was kept, in milliseconds; null if it is known as of now. */
async function lastKnown() {
  try {
    const answer = await fetch("/api/v1/deployment");
    const at = answer.headers.get("x-kept-at");
    return at === null ? null : Number(at);
  } catch {
    return null;
  }
}

async function keep() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/verify-worker.js", { scope: "/verify" });
    await navigator.serviceWorker.ready;
    await keepTexts();
    document.getElementById("kept-offline").textContent = say("page.verify.works-offline");
  } catch {
    // not over plain HTTP, nor where a browser keeps nothing: the page works while there is a network
  }
}

/** Have the texts of the verifier kept in this page's language, and only in this. */
async function keepTexts() {
  const texts = new URL(`verifier/messages/${document.documentElement.lang}.js`, import.meta.url);
  const [, version] = texts.pathname.match(/\/v-([0-9a-f]+)\//);
  await (await caches.open(`muhr-verify-${version}`)).add(texts);
}

addEventListener("online", tell);
addEventListener("offline", tell);
tell();
keep();
