// The place at which a reader stopped, kept in this browser alone, by the digest of the resource.

const NAME = "muhr-place:";
let isForgotten = false; // and stays so until the page is opened again

/** Return the place that was kept for a resource, or null. */
export function placeOf(digest) {
  try {
    return localStorage.getItem(NAME + digest);
  } catch {
    return null; // this browser keeps nothing
  }
}

/** Keep a place for the next time, as text; return whether it is kept. */
export function keepPlace(digest, place) {
  if (isForgotten) return false;
  try {
    localStorage.setItem(NAME + digest, place);
    return true;
  } catch {
    return false; // reading goes on without
  }
}

/** Forget where the reader stopped, and where the reader goes on from here. */
export function forgetPlace(digest) {
  isForgotten = true;
  try {
    localStorage.removeItem(NAME + digest);
  } catch {
    // nothing was kept
  }
}
