// The place at which a reader stopped, kept in this browser alone, by the digest of the resource.

const NAME = "muhr-place:";

/** Return the place that was kept for a resource, or null. */
export function placeOf(digest) {
  try {
    return localStorage.getItem(NAME + digest);
  } catch {
    return null; // this browser keeps nothing
  }
}

/** Keep a place for the next time, as text. */
export function keepPlace(digest, place) {
  try {
    localStorage.setItem(NAME + digest, place);
  } catch {
    // reading goes on without
  }
}

/** Forget where the reader stopped. */
export function forgetPlace(digest) {
  try {
    localStorage.removeItem(NAME + digest);
  } catch {
    // nothing was kept
  }
}
