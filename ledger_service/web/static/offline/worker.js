// Keeps the page that verifies, and all that it loads, for when there is no network. No answer of the library about a
// file is kept: what it says today is asked for, or unknown. VERSION and FILES stand before this text.

const PAGE = "/verify";
const DEPLOYMENT = "/api/v1/deployment";
const FOLDER = `/static/v-${VERSION}/`;
const NAME = `muhr-verify-${VERSION}`;
const KEPT_AT = "x-kept-at"; // milliseconds since 1970, when an answer was kept

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(request, url));
  else if (url.pathname === DEPLOYMENT) event.respondWith(newest(request, DEPLOYMENT));
  else if (url.pathname.startsWith(FOLDER)) event.respondWith(kept(request, url.pathname));
});

async function keepAll() {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES);
  await Promise.all([PAGE, DEPLOYMENT].map(async (path) => keep(path, await fetch(path))));
  await self.skipWaiting();
}

async function forgetOthers() {
  const names = (await caches.keys()).filter((name) => /^muhr-verify-/.test(name));
  await Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Answer with the page of today, else with the one that asks for a file, as it was kept. */
async function page(request, url) {
  const isPlain = !url.searchParams.has("digest") && !url.searchParams.has("node");
  if (isPlain) return newest(request, PAGE);
  try {
    return await fetch(request);
  } catch {
    return (await (await caches.open(NAME)).match(PAGE)) ?? Response.error();
  }
}

async function newest(request, key) {
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    return (await (await caches.open(NAME)).match(key)) ?? Response.error();
  }
  try {
    await keep(key, answer.clone());
  } catch {
    // there is no room, or nothing is kept any more: the answer of today is given all the same
  }
  return answer;
}

async function keep(key, answer) {
  if (!answer.ok || answer.redirected) return;
  await (await caches.open(NAME)).put(key, await dated(answer));
}

async function dated(answer) {
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, Date.now());
  headers.delete("content-encoding");
  return new Response(await answer.blob(), { headers });
}

async function kept(request, path) {
  const cache = await caches.open(NAME);
  return (await cache.match(path)) ?? fetch(request);
}
