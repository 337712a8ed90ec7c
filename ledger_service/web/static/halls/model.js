// A model before it is placed: counted again, by the bounds of docs/halls.md, and parsed from bytes that were hashed.

import { NotDrawn } from "./said.js";

const JSON_CHUNK = 0x4e4f534a;
const MOST_JSON_BYTES = 512 * 1024;
const MOST = { nodes: 512, meshes: 256, materials: 64, accessors: 1024, bufferViews: 1024 };
const MOST_PICTURES = 8;
const MOST_SIDE = 2048;
const MOST_VERTICES = 200_000;
const MOST_INDEXES = 600_000;
const MOST_DEPTH = 32;
const TAKEN = [
  "KHR_materials_unlit",
  "KHR_materials_emissive_strength",
  "KHR_materials_specular",
  "KHR_texture_transform",
];
const NOT_TAKEN = ["skins", "cameras", "animations"];

/** Resolve with the scene of a model, with three.js; reject NotDrawn if it is not to be placed. */
export async function placed(THREE, bytes) {
  checkModel(bytes);
  const loader = new THREE.GLTFLoader();
  loader.register((parser) => ({
    name: "pictures",
    loadTexture: (at) => picture(THREE, parser, at),
  }));
  const whole = bytes.slice().buffer;
  const model = await new Promise((resolve, reject) => {
    loader.parse(whole, "", resolve, () => reject(new NotDrawn("refused-model", { what: "glTF" })));
  });
  return model.scene;
}

/** Return if a model is within the bounds; throw NotDrawn otherwise. */
export function checkModel(bytes) {
  const model = documentOf(bytes);
  for (const [name, most] of Object.entries(MOST)) listOf(model, name, most);
  listOf(model, "images", MOST_PICTURES);
  if ((model.buffers ?? []).length > 1 || (model.buffers ?? []).some((one) => "uri" in one)) {
    refuse("uri");
  }
  if ((model.images ?? []).some((one) => "uri" in one)) refuse("uri");
  for (const name of [...(model.extensionsUsed ?? []), ...(model.extensionsRequired ?? [])]) {
    if (!TAKEN.includes(name)) refuse(String(name));
  }
  for (const name of NOT_TAKEN) if ((model[name] ?? []).length > 0) refuse(name);
  checkDrawn(model);
}

function documentOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 20 || view.getUint32(0, true) !== 0x46546c67) refuse("GLB");
  const size = view.getUint32(12, true);
  const isJson = view.getUint32(16, true) === JSON_CHUNK;
  if (!isJson || size > MOST_JSON_BYTES || 20 + size > bytes.length) refuse("GLB");
  try {
    return JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(20, 20 + size)),
    );
  } catch {
    return refuse("JSON");
  }
}

/** Count what the nodes draw, each as often as it is drawn; they form trees. */
function checkDrawn(model) {
  const countOf = (at) => model.accessors?.[at]?.count ?? 0;
  const drawn = (model.meshes ?? []).map(({ primitives }) => {
    const each = primitives.map((one) => {
      if ("targets" in one || (one.mode ?? 4) !== 4) refuse("primitives");
      const vertices = countOf(one.attributes.POSITION);
      return [vertices, "indices" in one ? countOf(one.indices) : vertices];
    });
    return each.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
  });
  const seen = new Set();
  const waiting = (model.scenes?.[model.scene ?? 0]?.nodes ?? []).map((node) => [node, 1]);
  let [vertices, indexes] = [0, 0];
  while (waiting.length > 0) {
    const [at, depth] = waiting.pop();
    const node = model.nodes?.[at];
    if (node === undefined || seen.has(at) || depth > MOST_DEPTH) refuse("nodes");
    seen.add(at);
    const [more, evenMore] = drawn[node.mesh] ?? [0, 0];
    vertices += more;
    indexes += evenMore;
    waiting.push(...(node.children ?? []).map((child) => [child, depth + 1]));
  }
  if (vertices > MOST_VERTICES || indexes > MOST_INDEXES || vertices === 0) refuse("vertices");
}

/** Resolve with a texture of the bytes that the model holds: by no address, so that the policy allows none. */
async function picture(THREE, parser, at) {
  const image = parser.json.images[parser.json.textures[at].source];
  const bytes = await parser.getDependency("bufferView", image.bufferView);
  const bitmap = await createImageBitmap(new Blob([bytes], { type: image.mimeType }));
  if (bitmap.width > MOST_SIDE || bitmap.height > MOST_SIDE) refuse("images");
  const texture = new THREE.Texture(bitmap);
  texture.flipY = false;
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.needsUpdate = true;
  return texture;
}

function listOf(model, name, most) {
  const list = model[name] ?? [];
  if (!Array.isArray(list) || list.length > most) refuse(name);
  return list;
}

function refuse(what) {
  throw new NotDrawn("refused-model", { what });
}
