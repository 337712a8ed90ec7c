// Shows a picture so that one can look closely, by OpenSeadragon: by tiles where there are some.

import { loadScript } from "./library.js";
import { spot, tellShown } from "./spot.js";

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

/** Let notes be about what is on the screen, in pixels of the picture, and mark what others are about. */
function serveNotes(viewer) {
  const { Rect } = globalThis.OpenSeadragon;
  const picture = viewer.world.getItemAt(0);
  const { x: whole, y: high } = picture.getContentSize();
  const onScreen = ({ x, y, width, height, unit }) => {
    const [wide, tall] = unit === "pixels" ? [1, 1] : [whole / 100, high / 100];
    return picture.imageToViewportRectangle(
      new Rect(x * wide, y * tall, width * wide, height * tall),
    );
  };
  spot.here = () => {
    const seen = picture.viewportToImageRectangle(viewer.viewport.getBounds(true));
    const within = (value, most) => Math.min(Math.max(Math.round(value), 0), most);
    const [x, y] = [within(seen.x, whole), within(seen.y, high)];
    const width = within(seen.x + seen.width, whole) - x;
    const height = within(seen.y + seen.height, high) - y;
    const isPart = width > 0 && height > 0 && (width < whole || height < high);
    return isPart ? { x, y, width, height, unit: "pixels" } : {};
  };
  spot.show = (place) => {
    if (place.x === undefined) return false;
    viewer.viewport.fitBounds(onScreen(place));
    return true;
  };
  spot.mark = (places) => {
    viewer.clearOverlays();
    for (const place of places.filter(({ x }) => x !== undefined)) {
      const element = document.createElement("div");
      element.className = "marked";
      viewer.addOverlay({ element, location: onScreen(place) });
    }
  };
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
  viewer.addHandler("open", () => {
    section.dataset.state = "shown";
    serveNotes(viewer);
    tellShown();
  });
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
