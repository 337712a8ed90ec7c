// Walking without a headset: by keys while the stage has the focus; dragging looks around.

import { DEPTH, WIDTH } from "./room.js";

const SPEED = 1.8; // meters a second
const TURN = 1.6; // radians a second
const FROM_WALLS = 0.7;
const KEYS = {
  ArrowUp: [0, 1],
  KeyW: [0, 1],
  ArrowDown: [0, -1],
  KeyS: [0, -1],
  KeyA: [-1, 0],
  KeyD: [1, 0],
};
const TURNS = { ArrowLeft: 1, ArrowRight: -1 };

/** Let who is at the stage walk. Return a function that leads them to a place, facing the shelves. */
export function walk(stage, { scene, rig, camera }) {
  const down = new Set();
  let last = 0;
  let goal = null;
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (!(event.code in KEYS) && !(event.code in TURNS)) return;
    event.preventDefault();
    down.add(event.code);
    goal = null;
  });
  stage.addEventListener("keyup", (event) => down.delete(event.code));
  stage.addEventListener("blur", () => down.clear());
  const step = (now) => {
    if (!scene.isConnected) return;
    const seconds = Math.min(0.1, (now - last) / 1000);
    last = now;
    const place = rig.object3D.position;
    if (goal) {
      const share = 1 - Math.exp(-6 * seconds);
      place.x += (goal.x - place.x) * share;
      place.z += (goal.z - place.z) * share;
    }
    turn(seconds);
    move(seconds, place);
    requestAnimationFrame(step);
  };
  const turn = (seconds) => {
    const look = camera.components["look-controls"];
    for (const key of down)
      if (key in TURNS && look) look.yawObject.rotation.y += TURNS[key] * TURN * seconds;
  };
  const move = (seconds, place) => {
    let [aside, ahead] = [0, 0];
    for (const key of down) {
      aside += KEYS[key]?.[0] ?? 0;
      ahead += KEYS[key]?.[1] ?? 0;
    }
    if (!aside && !ahead) return;
    const heading = camera.object3D.rotation.y;
    const length = (SPEED * seconds) / Math.hypot(aside, ahead);
    place.x += (aside * Math.cos(heading) - ahead * Math.sin(heading)) * length;
    place.z -= (aside * Math.sin(heading) + ahead * Math.cos(heading)) * length;
    place.x = Math.max(-WIDTH / 2 + FROM_WALLS, Math.min(WIDTH / 2 - FROM_WALLS, place.x));
    place.z = Math.max(-DEPTH / 2 + FROM_WALLS + 0.3, Math.min(DEPTH / 2 - FROM_WALLS, place.z));
  };
  requestAnimationFrame(step);
  return (x, z) => {
    goal = { x, z };
    const look = camera.components["look-controls"];
    if (look) [look.yawObject.rotation.y, look.pitchObject.rotation.x] = [0, 0];
  };
}
