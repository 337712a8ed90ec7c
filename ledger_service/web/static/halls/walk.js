// Walking: by keys while the stage has the focus, dragging looks around; in a headset by the controllers' sticks.

import { DEPTH, WIDTH } from "./drawn/room.js";
import { eachFrame } from "./stage.js";
import { sticksOf } from "./sticks.js";

const SPEED = 1.8; // meters a second
const TURN = 1.6; // radians a second
const STEP_OF_TURN = Math.PI / 6; // in a headset, where a turn that glides makes people ill
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

/** Lets who is at the stage walk, and knows where they are: with a headset, where their head is. */
export class Walker {
  constructor(THREE, stage, { scene, rig, camera }) {
    Object.assign(this, { scene, rig: rig.object3D, camera });
    [this.eyes, this.ahead] = [new THREE.Vector3(), new THREE.Vector3()];
    this.down = new Set();
    this.goal = null;
    this.hasTurned = false;
    stage.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (!(event.code in KEYS) && !(event.code in TURNS)) return;
      event.preventDefault();
      this.down.add(event.code);
      this.goal = null;
    });
    stage.addEventListener("keyup", (event) => this.down.delete(event.code));
    stage.addEventListener("blur", () => this.down.clear());
    eachFrame(scene, (seconds) => this.step(seconds));
  }

  /** Return the place of the eyes in meters, and where they look, in radians to the left of the shelves. */
  place() {
    const { x, z } = this.scene.camera.getWorldPosition(this.eyes);
    const { x: aside, z: behind } = this.scene.camera.getWorldDirection(this.ahead);
    return { x, z, turn: Math.atan2(-aside, -behind) };
  }

  /** Lead them to a place, facing the shelves; at once in a headset, where they face what they like. */
  goTo(x, z) {
    if (this.scene.is("vr-mode")) {
      this.moveTo(x, z);
      return;
    }
    this.goal = { x, z };
    const look = this.camera.components["look-controls"];
    if (look) [look.yawObject.rotation.y, look.pitchObject.rotation.x] = [0, 0];
  }

  step(seconds) {
    const sticks = sticksOf(this.scene.renderer.xr.getSession());
    if (this.goal) {
      const share = 1 - Math.exp(-6 * seconds);
      this.rig.position.x += (this.goal.x - this.rig.position.x) * share;
      this.rig.position.z += (this.goal.z - this.rig.position.z) * share;
    }
    this.turn(seconds, sticks.turn);
    let [aside, ahead] = [sticks.aside, sticks.ahead];
    for (const key of this.down) {
      aside += KEYS[key]?.[0] ?? 0;
      ahead += KEYS[key]?.[1] ?? 0;
    }
    if (aside || ahead) this.walk(aside, ahead, SPEED * seconds);
  }

  turn(seconds, stick) {
    const look = this.camera.components["look-controls"];
    for (const key of this.down)
      if (key in TURNS && look) look.yawObject.rotation.y += TURNS[key] * TURN * seconds;
    if (stick !== 0 && !this.hasTurned) {
      const { x, z } = this.place();
      this.rig.rotation.y -= Math.sign(stick) * STEP_OF_TURN;
      this.moveTo(x, z); // about the head, not about the middle of the room it stands in
    }
    this.hasTurned = stick !== 0;
  }

  walk(aside, ahead, length) {
    const { x, z, turn } = this.place();
    const share = length / Math.max(1, Math.hypot(aside, ahead));
    this.moveTo(
      x + (aside * Math.cos(turn) - ahead * Math.sin(turn)) * share,
      z - (aside * Math.sin(turn) + ahead * Math.cos(turn)) * share,
    );
  }

  /** Let the eyes be above a place, or as near to it as the walls allow. */
  moveTo(x, z) {
    this.rig.updateMatrixWorld(true);
    const from = this.place();
    const within = (value, least, most) => Math.max(least, Math.min(most, value));
    const across = WIDTH / 2 - FROM_WALLS;
    this.rig.position.x += within(x, -across, across) - from.x;
    this.rig.position.z +=
      within(z, -DEPTH / 2 + FROM_WALLS + 0.3, DEPTH / 2 - FROM_WALLS) - from.z;
    this.rig.updateMatrixWorld(true);
  }
}
