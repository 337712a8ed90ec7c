// Loads libraries that are no modules, and their style sheets.

/** Resolve once a classic script has run. */
export const loadScript = (src) => loaded("script", { src });

/** Resolve once a style sheet holds. */
export const loadStyle = (href) => loaded("link", { rel: "stylesheet", href });

function loaded(name, attributes) {
  return new Promise((resolve, reject) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.addEventListener("load", resolve);
    made.addEventListener("error", () =>
      reject(new Error(`${attributes.src ?? attributes.href} did not come`)),
    );
    document.head.append(made);
  });
}
