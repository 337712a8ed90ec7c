// A laboratory: a model on a table, which turns; a step shows its part.

import { bytesOf, pictureOf } from "./assets.js";
import { placed } from "./model.js";
import { roomOf } from "./drawn/room.js";
import { eachFrame, openScene } from "./stage.js";
import { sticksOf } from "./sticks.js";

const START = "0 0 1.25";
const SIZE = 0.85; // meters, of the model's longest side
const MIDDLE = 1.32;
const KEYS = {
  ArrowLeft: [0, -0.15],
  ArrowRight: [0, 0.15],
  ArrowUp: [-0.15, 0],
  ArrowDown: [0.15, 0],
};
const TURN = 1.6; // radians a second, by a stick
const [NEAREST, FARTHEST] = [0.6, 2.5];

/** Resolve with the scene of a laboratory. */
export async function openLaboratory(AFRAME, manifest, stage) {
  const { THREE } = AFRAME;
  const of = (use) => manifest.assets.find((asset) => asset.use === use);
  const names = ["floor", "wall", "wood"];
  const bitmaps = await Promise.all(names.map((name) => pictureOf(of(name))));
  const pictures = Object.fromEntries(names.map((name, at) => [name, bitmaps[at]]));
  const table = await placed(THREE, await bytesOf(of("table")));
  const model = await placed(THREE, await bytesOf(of("model")));
  const opened = await openScene(stage, START);
  opened.camera.setAttribute("look-controls", "enabled: false");
  opened.camera.setAttribute("position", "0 1.5 0");
  const { group } = roomOf(THREE, pictures);
  table.position.set(0, 0, 0);
  // The lamp would stand before the model.
  for (const name of ["lamp", "shade", "light"]) table.getObjectByName(name)?.removeFromParent();
  const holder = fitted(THREE, model);
  group.add(table, holder);
  opened.scene.object3D.add(group);
  turnBy(stage, holder, opened);
  showParts(THREE, model);
  return opened.scene;
}

/** Return a holder in which a model has its size, and its middle above the table. */
function fitted(THREE, model) {
  const box = new THREE.Box3().setFromObject(model);
  const [size, middle] = [box.getSize(new THREE.Vector3()), box.getCenter(new THREE.Vector3())];
  const scale = SIZE / Math.max(size.x, size.y, size.z, 1e-6);
  model.scale.multiplyScalar(scale);
  model.position.sub(middle.multiplyScalar(scale));
  const holder = new THREE.Group();
  holder.add(model);
  holder.position.set(0, MIDDLE, 0);
  holder.rotation.set(0.25, -0.5, 0);
  return holder;
}

function turnBy(stage, holder, { scene, rig }) {
  const nearer = (by) => {
    const place = rig.object3D.position;
    place.z = Math.max(NEAREST, Math.min(FARTHEST, place.z + by));
  };
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== stage) return;
    const turn = KEYS[event.key];
    if (turn) {
      holder.rotation.x += turn[0];
      holder.rotation.y += turn[1];
    } else if (event.key === "+" || event.key === "=") nearer(-0.15);
    else if (event.key === "-") nearer(0.15);
    else return;
    event.preventDefault();
  });
  eachFrame(scene, (seconds) => {
    const { aside, ahead } = sticksOf(scene.renderer.xr.getSession());
    holder.rotation.y += aside * TURN * seconds;
    if (ahead) nearer(-ahead * seconds);
  });
  let from = null;
  stage.addEventListener("pointerdown", (event) => {
    from = [event.clientX, event.clientY];
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (from === null) return;
    holder.rotation.y += (event.clientX - from[0]) / 160;
    holder.rotation.x += (event.clientY - from[1]) / 160;
    from = [event.clientX, event.clientY];
  });
  for (const name of ["pointerup", "pointercancel"])
    stage.addEventListener(name, () => (from = null));
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      nearer(Math.sign(event.deltaY) * 0.1);
    },
    { passive: false },
  );
}

/** Let the steps show their parts: what is not shown fades. */
function showParts(THREE, model) {
  const meshes = [];
  model.traverse((one) => {
    if (!one.isMesh) return;
    one.material = one.material.clone();
    one.userData.was = { opacity: one.material.opacity, clear: one.material.transparent };
    meshes.push(one);
  });
  const isIn = (mesh, name) => {
    const wanted = THREE.PropertyBinding.sanitizeNodeName(name);
    for (let one = mesh; one; one = one.parent) if (one.name === wanted) return true;
    return false;
  };
  const show = (step) => {
    for (const each of document.querySelectorAll(".steps > li"))
      each.classList.toggle("pointed-at", each === step);
    for (const mesh of meshes) {
      const isShown = isIn(mesh, step.dataset.part);
      const { was } = mesh.userData;
      mesh.material.transparent = was.clear || !isShown;
      mesh.material.opacity = isShown ? Math.max(was.opacity, 0.9) : Math.min(was.opacity, 0.18);
      mesh.material.depthWrite = isShown;
      mesh.material.emissive?.set(isShown ? "#332a10" : "#000000");
      mesh.material.needsUpdate = true;
    }
  };
  for (const step of document.querySelectorAll(".steps > li[data-part]")) {
    const look = step.querySelector(".look");
    look.hidden = false;
    look.querySelector("button").addEventListener("click", () => show(step));
  }
}
