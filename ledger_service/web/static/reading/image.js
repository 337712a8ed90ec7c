// Shows a picture so that one can look closely, by OpenSeadragon: by tiles where there are some.

import { loadScript } from "./library.js";

const section = document.getElementById("image");
const { address, library, tiles } = section.dataset;
const part = (id) => document.getElementById(id);

/** Show the picture as the browser does by itself. */
function showPlain() {
  section.hidden = true;
  const picture = document.createElement("img");
  picture.className = "shown";
  picture.src = address;
  picture.alt = section.getAttribute("aria-label");
  section.after(picture);
  dispatchEvent(new Event("muhr-ask"));
}

async function begin() {
  await loadScript(`${library}build/openseadragon/openseadragon.min.js`);
  section.hidden = false;
  const viewer = globalThis.OpenSeadragon({
    element: part("sheets"),
    tileSources: tiles || { type: "image", url: address },
    showNavigationControl: false,
    drawer: "canvas",
    maxZoomPixelRatio: 4,
    animationTime: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 0.6,
  });
  const canvas = part("sheets").querySelector(".openseadragon-canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", section.getAttribute("aria-label"));
  viewer.addHandler("open", () => (section.dataset.state = "shown"));
  viewer.addHandler("open-failed", () => {
    viewer.destroy();
    showPlain();
  });
  viewer.addHandler("tile-load-failed", () => dispatchEvent(new Event("muhr-ask")));
  const zoom = (by) => {
    viewer.viewport.zoomBy(by);
    viewer.viewport.applyConstraints();
  };
  part("larger").addEventListener("click", () => zoom(1.5));
  part("smaller").addEventListener("click", () => zoom(1 / 1.5));
  part("whole").addEventListener("click", () => viewer.viewport.goHome());
}

begin().catch((error) => {
  console.error(error.message);
  showPlain();
});
