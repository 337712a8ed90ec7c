// The stage: A-Frame, loaded when somebody walks in, with nothing of it that lies elsewhere.

import { NotDrawn } from "./said.js";

const SCENE = {
  embedded: "",
  background: "color: #dcd5c8",
  "xr-mode-ui": "enabled: false",
  light: "defaultLightsEnabled: false",
  "loading-screen": "enabled: false",
  "each-frame": "",
  "keyboard-shortcuts": "enterVR: false",
  "device-orientation-permission-ui": "enabled: false",
  renderer: "antialias: true; maxCanvasWidth: 1920; maxCanvasHeight: 1920",
};

/** Resolve with A-Frame once it is there; reject NotDrawn where nothing can be drawn. */
export async function loadAframe(address) {
  const canvas = document.createElement("canvas");
  if (address === "" || !canvas.getContext("webgl2")) throw new NotDrawn("no-webgl");
  if (globalThis.AFRAME) return globalThis.AFRAME;
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${address}dist/aframe-v1.8.0.min.js`;
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new NotDrawn("not-loaded")));
    document.head.append(script);
  });
  globalThis.AFRAME.registerComponent("each-frame", {
    init() {
      this.acts = [];
    },
    tick(_, milliseconds) {
      for (const act of this.acts) act(Math.min(0.1, milliseconds / 1000));
    },
  });
  return globalThis.AFRAME;
}

/** Call a function at each frame, in a headset, too, with the seconds since the one before, at most 0.1. */
export function eachFrame(scene, act) {
  scene.components["each-frame"].acts.push(act);
}

/** Return an entity with these components, in another. */
export function entity(parent, components = {}, name = "a-entity") {
  const made = document.createElement(name);
  for (const [component, value] of Object.entries(components)) made.setAttribute(component, value);
  parent.append(made);
  return made;
}

/** Resolve with the scene, once it is drawn, and with the rig that carries who walks. */
export async function openScene(stage, start, more = {}) {
  const scene = document.createElement("a-scene");
  for (const [name, value] of Object.entries({ ...SCENE, ...more }))
    scene.setAttribute(name, value);
  const rig = entity(scene, { position: start });
  const camera = entity(rig, {
    camera: "fov: 62; near: 0.05; far: 40",
    "look-controls": "touchEnabled: true; magicWindowTrackingEnabled: false",
    position: "0 1.6 0",
  });
  entity(rig, {
    "laser-controls": "hand: right; model: false",
    raycaster: "objects: .book; far: 6",
    line: "color: #2b3a8f; opacity: 0.8",
  });
  const loaded = new Promise((resolve) =>
    scene.addEventListener("loaded", resolve, { once: true }),
  );
  stage.replaceChildren(scene);
  await loaded;
  scene.canvas.setAttribute("aria-hidden", "true");
  return { scene, rig, camera };
}

/** Show the button of a headset if there is one. */
export async function offerHeadset(scene, button) {
  const has = await navigator.xr?.isSessionSupported("immersive-vr").catch(() => false);
  if (!has) return;
  button.hidden = false;
  button.addEventListener("click", () => scene.enterVR());
}
