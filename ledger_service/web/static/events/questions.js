// Looks every few seconds whether something was asked or answered, and shows it. Whoever writes or is about to
// press something there is not disturbed, and a page out of sight asks nothing.

const part = document.getElementById("live");
const MOST_FAILURES = 5; // then the link below the list is there still

let failures = 0;

async function look() {
  if (
    document.hidden ||
    part.contains(document.activeElement) ||
    part.querySelector("details[open]")
  )
    return;
  const answer = await fetch(location.pathname, {
    headers: { Accept: "text/html" },
    redirect: "error",
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("live");
  if (fresh === null) throw new Error("no list");
  if (fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
}

async function again() {
  try {
    await look();
    failures = 0;
  } catch {
    failures += 1;
  }
  if (failures < MOST_FAILURES)
    setTimeout(again, 1000 * Number(part.dataset.every) * (1 + failures));
}

if (part !== null) setTimeout(again, 1000 * Number(part.dataset.every));
