// The files that a person chooses or drops, also from whole folders.

/** Call take(files) with whatever is chosen in these inputs or dropped on the page. */
export function whenChosen(inputs, take) {
  for (const input of inputs) {
    input.addEventListener("change", () => {
      take([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
      input.value = ""; // the same choice again is a choice
    });
  }
  document.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    // Entries must be asked for at once: the browser empties the list when this handler ends.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
    const plain = [...event.dataTransfer.files].map((file) => ({ file, path: file.name }));
    const isListed = entries.some((entry) => entry?.isDirectory);
    take(isListed ? (await Promise.all(entries.map(within))).flat() : plain);
  });
}

/** Resolve with the files within an entry of a file system. */
async function within(entry) {
  if (!entry) return [];
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break; // the browser gives a hundred at a time
    found.push(...some);
  }
  return (await Promise.all(found.map(within))).flat();
}
