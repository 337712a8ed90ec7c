// Has this browser be told of news by a push, or no more, when the button is pressed.

import { say } from "../words.js";

const PATH = "/api/v1/me/notices/browsers";
const part = document.getElementById("pushes");
const [on, off] = part.querySelectorAll("button");
const status = part.querySelector("[role=status]");

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) =>
    sign.charCodeAt(0),
  );

async function idOf(endpoint) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function ask(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const answer = await fetch(path, { method, headers, body: sent });
  if (!answer.ok) throw new Error(`${answer.status}`);
}

async function begin(registration) {
  if ((await Notification.requestPermission()) !== "granted") return say("page.push.blocked");
  const made = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(part.dataset.key),
  });
  const { endpoint, keys } = made.toJSON();
  const { lang } = document.documentElement;
  await ask("PUT", PATH, { endpoint, key: keys.p256dh, secret: keys.auth, language: lang });
  return say("page.push.is-on");
}

async function end(registration) {
  const known = await registration.pushManager.getSubscription();
  if (known !== null) {
    await ask("DELETE", `${PATH}/${await idOf(known.endpoint)}`);
    await known.unsubscribe();
  }
  return say("page.push.is-off");
}

/** Show the button that changes what is, by what both this browser and the library know of it. */
async function show(registration) {
  const known = await registration.pushManager.getSubscription();
  const ids = part.dataset.browsers.split(" ");
  const isOn = known !== null && ids.includes(await idOf(known.endpoint));
  on.hidden = isOn;
  off.hidden = !isOn;
}

async function act(what, registration) {
  on.disabled = off.disabled = true;
  try {
    status.textContent = await what(registration);
    const isOn = what === begin && Notification.permission === "granted";
    on.hidden = isOn;
    off.hidden = !isOn;
  } catch {
    status.textContent = say("page.push.failed");
  }
  on.disabled = off.disabled = false;
}

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  await navigator.serviceWorker.register("/me/worker.js", { scope: "/me" });
  const registration = await navigator.serviceWorker.ready;
  await show(registration);
  on.addEventListener("click", () => act(begin, registration));
  off.addEventListener("click", () => act(end, registration));
  part.hidden = false;
}
