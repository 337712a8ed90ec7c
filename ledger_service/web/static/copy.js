// A button beside each digest of a page, which copies it.

const words = document.body.dataset;

for (const code of document.querySelectorAll("[data-copy]:not(body)")) {
  if (navigator.clipboard === undefined) break; // not over plain HTTP, but on one's own machine
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = words.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.dataset.copy);
    button.textContent = words.copied;
  });
  code.append(button);
}
