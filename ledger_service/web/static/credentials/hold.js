// A key of the holder's, which this browser keeps and hands out to nobody, and what it signs of a credential.

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const STORE = "keys";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("muhr-holder", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function kept(id, key) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const mode = key === undefined ? "readonly" : "readwrite";
    const store = database.transaction(STORE, mode).objectStore(STORE);
    const asked = key === undefined ? store.get(id) : store.put(key, id);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function encoded(bytes) {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const part = (value) => encoded(new TextEncoder().encode(JSON.stringify(value)));

async function bound(text, key) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const claims = {
    aud: `${location.origin}/credentials/verify`,
    iat: Math.floor(Date.now() / 1000),
    nonce: encoded(crypto.getRandomValues(new Uint8Array(16))),
    sd_hash: encoded(hash),
  };
  const signed = `${part({ alg: "ES256", typ: "kb+jwt" })}.${part(claims)}`;
  const signature = await crypto.subtle.sign(SIGNING, key, new TextEncoder().encode(signed));
  return `${text}${signed}.${encoded(signature)}`;
}

function offerToBind(form) {
  document.querySelector("#bind-choice").hidden = false;
  form.addEventListener("submit", async (event) => {
    if (!document.querySelector("#bind").checked || form.elements.jwk.value !== "") return;
    event.preventDefault();
    const made = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
    await kept(form.dataset.id, made.privateKey);
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", made.publicKey);
    form.elements.jwk.value = JSON.stringify({ kty, crv, x, y });
    form.requestSubmit();
  });
}

async function bindShown(area) {
  const key = await kept(area.dataset.bind);
  if (key === undefined) return; // another browser keeps it
  area.value = await bound(area.value, key);
  const link = document.querySelector("#link");
  link.href = `${link.href.split("#")[0]}#${area.value}`;
  const copy = document.querySelector("span[data-copy]");
  copy.dataset.copy = area.value;
}

if (globalThis.crypto?.subtle !== undefined && globalThis.indexedDB !== undefined) {
  const form = document.querySelector("#take");
  const area = document.querySelector("textarea[data-bind]");
  if (form !== null) offerToBind(form);
  if (area !== null) bindShown(area);
}
