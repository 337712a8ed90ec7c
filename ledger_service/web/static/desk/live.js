// Shows anew what changes on a page, #live, until that is final; not while nobody looks.

const FIRST_PAUSE = 1000; // milliseconds
const LONGEST_PAUSE = 10_000;

for (let pause = FIRST_PAUSE; ;) {
  const shown = document.getElementById("live");
  if (shown === null || shown.hasAttribute("data-final")) break;
  await new Promise((resolve) => setTimeout(resolve, pause));
  if (document.hidden) {
    await new Promise((resolve) =>
      document.addEventListener("visibilitychange", resolve, { once: true }),
    );
  }
  const found = await asked();
  if (found === null || found.innerHTML === shown.innerHTML) {
    pause = Math.min(LONGEST_PAUSE, pause * 1.5);
    if (found === null || !found.hasAttribute("data-final")) continue;
  } else pause = FIRST_PAUSE;
  shown.replaceWith(document.adoptNode(found));
}

/** Resolve with the part as the library has it now, null if it does not answer. */
async function asked() {
  try {
    const answer = await fetch(location.href, {
      headers: { Accept: "text/html" },
      redirect: "error",
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return answer.ok ? page.getElementById("live") : null;
  } catch {
    return null;
  }
}
