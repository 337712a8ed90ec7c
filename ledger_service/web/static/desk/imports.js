// Tries a file without leaving the page, so that the file stays chosen for the import itself.

const form = document.getElementById("send");

form.addEventListener("submit", async (event) => {
  if (form.elements.act.value !== "try") return; // the server leads to the import's page
  event.preventDefault();
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "text/html" },
  }).catch(() => null);
  if (answer === null) {
    form.submit(); // the browser tells itself what is wrong
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("fault")?.remove();
  const fault = page.getElementById("fault");
  if (fault !== null) form.before(document.adoptNode(fault));
  const trial = page.getElementById("trial");
  document.getElementById("trial").replaceChildren(...(trial?.childNodes ?? []));
  if (fault === null) form.elements.act.value = "send";
});
