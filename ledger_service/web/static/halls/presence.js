// Others in the room, if one wishes to be seen: awareness as y-protocols writes it, over a socket of this hall.

import { fromUtf8, utf8 } from "../verifier/bytes.js";
import { said } from "./said.js";

const AWARENESS = 1;
const EVERY = 200; // milliseconds
const COLORS = ["#2b3a8f", "#7a4e00", "#1a6334", "#6b2b5b", "#374f5c"];

/** Let a box decide whether who walks is seen. */
export function offerPresence(THREE, scene, walker, hall, form) {
  if (form === null) return;
  form.hidden = false;
  let company = null;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    if (company === null) {
      const name = form.elements.name.value.trim().slice(0, 40);
      company = new Company(THREE, scene, walker, hall, name);
      button.textContent = said("not-seen");
    } else {
      company.leave();
      company = null;
      button.textContent = said("be-seen");
    }
  });
}

class Company {
  constructor(THREE, scene, walker, hall, name) {
    Object.assign(this, { THREE, scene, walker, name });
    this.others = new Map();
    this.client = crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;
    this.clock = 0;
    this.told = "";
    const address = new URL(`/api/v1/halls/${hall}/presence`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(address);
    this.socket.binaryType = "arraybuffer";
    this.socket.addEventListener("message", ({ data }) => this.hear(new Uint8Array(data)));
    this.socket.addEventListener("close", () => this.leave());
    this.timer = setInterval(() => this.tell(), EVERY);
  }

  tell() {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const { x, z, turn } = this.walker.place();
    const short = (value) => Math.round(value * 100) / 100;
    const state = JSON.stringify({ name: this.name, turn: short(turn), x: short(x), z: short(z) });
    if (state === this.told) return;
    this.told = state;
    this.clock += 1;
    const data = utf8(state);
    const update = [
      ...numberOf(1),
      ...numberOf(this.client),
      ...numberOf(this.clock),
      ...numberOf(data.length),
      ...data,
    ];
    this.socket.send(Uint8Array.from([AWARENESS, ...numberOf(update.length), ...update]));
  }

  hear(bytes) {
    const reader = { bytes, at: 0 };
    if (read(reader) !== AWARENESS) return;
    read(reader);
    for (let left = read(reader); left > 0; left -= 1) {
      const [client] = [read(reader), read(reader)];
      const size = read(reader);
      const state = JSON.parse(
        fromUtf8(bytes.subarray(reader.at, reader.at + size), "invalid-json"),
      );
      reader.at += size;
      this.show(client, state);
    }
    this.scene.emit("others-moved");
  }

  show(client, state) {
    if (state === null) {
      this.others.get(client)?.removeFromParent();
      this.others.delete(client);
      return;
    }
    if (!this.others.has(client)) {
      const made = figure(this.THREE, state.name, COLORS[client % COLORS.length]);
      this.others.set(client, made);
      this.scene.object3D.add(made);
    }
    const shown = this.others.get(client);
    shown.position.set(state.x, 0, state.z);
    shown.rotation.y = state.turn;
  }

  leave() {
    clearInterval(this.timer);
    this.socket.close();
    for (const other of this.others.values()) other.removeFromParent();
    this.others.clear();
    this.scene.emit("others-moved");
  }
}

/** Return a figure: a body, a head, and a name above it if one is given. */
function figure(THREE, name, color) {
  const group = new THREE.Group();
  const cloth = new THREE.MeshStandardMaterial({ color, roughness: 0.9 });
  const body = new THREE.Mesh(new THREE.CapsuleGeometry(0.2, 0.75, 4, 16), cloth);
  body.position.y = 0.62;
  const skin = new THREE.MeshStandardMaterial({ color: "#e8d8c3", roughness: 1 });
  const head = new THREE.Mesh(new THREE.SphereGeometry(0.15, 20, 14), skin);
  head.position.y = 1.5;
  group.add(body, head);
  if (name) group.add(label(THREE, name));
  return group;
}

function label(THREE, name) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [512, 96];
  const draw = canvas.getContext("2d");
  draw.font = "600 56px system-ui, sans-serif";
  draw.textAlign = "center";
  draw.textBaseline = "middle";
  draw.lineWidth = 10;
  draw.strokeStyle = "#fbfaf7";
  draw.strokeText(name, 256, 48, 500);
  draw.fillStyle = "#1b1a17";
  draw.fillText(name, 256, 48, 500);
  const map = new THREE.CanvasTexture(canvas);
  map.colorSpace = THREE.SRGBColorSpace;
  const sprite = new THREE.Sprite(new THREE.SpriteMaterial({ map, transparent: true }));
  sprite.scale.set(0.8, 0.15, 1);
  sprite.position.y = 1.82;
  return sprite;
}

function numberOf(value) {
  const written = [];
  for (; value > 127; value = Math.floor(value / 128)) written.push(128 | (value % 128));
  return [...written, value];
}

function read(reader) {
  let [value, weight] = [0, 1];
  for (;;) {
    const one = reader.bytes[reader.at++];
    value += (one & 127) * weight;
    if (one === undefined || one < 128) return value;
    weight *= 128;
  }
}
