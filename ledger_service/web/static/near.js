// What was opened in this browser, if whoever uses it has switched that on; it is never sent.

const KEY = "muhr.opened";
const MOST_KEPT = 200;
const OF_PAGE = /^\/resources\/([0-9a-f]{64})$/;

/** Return the digests that are kept here, newest first; null if that is not switched on. */
export function opened() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(kept) ? kept.filter((digest) => typeof digest === "string") : null;
  } catch {
    return null; // storage is forbidden, or holds what another wrote
  }
}

/** Keep these digests; null: keep nothing, and no more. Return whether the browser allows it. */
export function keep(digests) {
  try {
    if (digests === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(digests.slice(0, MOST_KEPT)));
    return true;
  } catch {
    return false;
  }
}

const digest = OF_PAGE.exec(location.pathname)?.[1];
const before = opened();
if (digest && before) keep([digest, ...before.filter((other) => other !== digest)]);
