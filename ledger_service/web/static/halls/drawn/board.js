// A board that goes with who wears a headset, below their eyes: it says what the page says, which they do not see.

import { FONT, linesOf } from "./letters.js";

const [WIDTH, HEIGHT] = [0.9, 0.5]; // meters
const [ACROSS, DOWN] = [1080, 600]; // pixels
const LETTERS = 50;
const MOST_LINES = 9;

export class Board {
  constructor(THREE, { scene, rig }) {
    this.canvas = document.createElement("canvas");
    [this.canvas.width, this.canvas.height] = [ACROSS, DOWN];
    this.map = new THREE.CanvasTexture(this.canvas);
    this.map.colorSpace = THREE.SRGBColorSpace;
    const cloth = new THREE.MeshBasicMaterial({ map: this.map });
    this.mesh = new THREE.Mesh(new THREE.PlaneGeometry(WIDTH, HEIGHT), cloth);
    this.mesh.position.set(0, 1, -0.75);
    this.mesh.rotation.x = -0.6;
    this.mesh.visible = false;
    this.said = "";
    scene.board = this;
    rig.object3D.add(this.mesh);
    scene.addEventListener("enter-vr", () => (this.mesh.visible = true));
    scene.addEventListener("exit-vr", () => (this.mesh.visible = false));
  }

  /** Say some paragraphs in place of what was said before. */
  say(...paragraphs) {
    this.said = paragraphs.join("\n");
    const draw = this.canvas.getContext("2d");
    draw.fillStyle = "#fbfaf7";
    draw.fillRect(0, 0, ACROSS, DOWN);
    draw.strokeStyle = "#2b3a8f";
    draw.lineWidth = 8;
    draw.strokeRect(4, 4, ACROSS - 8, DOWN - 8);
    draw.fillStyle = "#1b1a17";
    draw.textBaseline = "middle";
    const font = `500 ${LETTERS}px ${FONT}`;
    const lines = paragraphs.flatMap((text) => linesOf(draw, text, ACROSS - 100, font, MOST_LINES));
    lines.slice(0, MOST_LINES).forEach((line, at) => {
      draw.fillText(line, 50, 62 + at * LETTERS * 1.2, ACROSS - 100);
    });
    this.map.needsUpdate = true;
  }
}
