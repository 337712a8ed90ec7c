// Loads libraries that are no modules, and their style sheets.

/** Resolve once a classic script has run. */
export function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(`${address} did not come`)));
    document.head.append(script);
  });
}

/** Resolve once a style sheet holds. */
export function loadStyle(address) {
  return new Promise((resolve, reject) => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = address;
    style.addEventListener("load", resolve);
    style.addEventListener("error", () => reject(new Error(`${address} did not come`)));
    document.head.append(style);
  });
}
