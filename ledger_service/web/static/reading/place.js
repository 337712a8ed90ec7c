// The place at which a reader stopped, kept in this browser alone, by the digest of the resource. The page's button
// #forget is there while one is kept.

const NAME = "muhr-place:";
const button = document.getElementById("forget");
let isForgotten = false; // and stays so until the page is opened again

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
  if (isForgotten) return;
  try {
    localStorage.setItem(NAME + digest, place);
    button.hidden = false;
  } catch {
    button.hidden = true; // reading goes on without
  }
}

/** Let the button forget where the reader stopped, and where the reader goes on from here; then() comes after. */
export function offerToForget(digest, then) {
  button.hidden = placeOf(digest) === null;
  button.addEventListener("click", () => {
    isForgotten = true;
    try {
      localStorage.removeItem(NAME + digest);
    } catch {
      // nothing was kept
    }
    button.hidden = true;
    then();
  });
}
