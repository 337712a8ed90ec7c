// The room itself: floor, walls, a window, bookcases and light. Its textures were hashed before they come here.

export const WIDTH = 7;
export const DEPTH = 6;
export const HEIGHT = 3;
export const CASE_WIDTH = 3.9;
export const CASE_DEPTH = 0.32;
export const SHELF_AT = [0.62, 1.16, 1.7];
export const SHELF_HEIGHT = 0.54;
export const CASE_Z = -DEPTH / 2 + CASE_DEPTH / 2 + 0.02;

/** Return the group of a room. pictures: bitmaps of floor, wall and wood. */
export function roomOf(THREE, pictures) {
  const group = new THREE.Group();
  const floor = surface(THREE, pictures.floor, 3.5, 3, 0.75);
  const wall = surface(THREE, pictures.wall, 3, 1.5, 1);
  const wood = surface(THREE, pictures.wood, 1, 1, 0.7);
  group.add(plane(THREE, WIDTH, DEPTH, floor, [0, 0, 0], [-Math.PI / 2, 0]));
  const white = new THREE.MeshStandardMaterial({ color: "#f7f3ea", roughness: 1 });
  group.add(plane(THREE, WIDTH, DEPTH, white, [0, HEIGHT, 0], [Math.PI / 2, 0]));
  group.add(plane(THREE, WIDTH, HEIGHT, wall, [0, HEIGHT / 2, -DEPTH / 2], [0, 0]));
  group.add(plane(THREE, WIDTH, HEIGHT, wall, [0, HEIGHT / 2, DEPTH / 2], [0, Math.PI]));
  group.add(plane(THREE, DEPTH, HEIGHT, wall, [-WIDTH / 2, HEIGHT / 2, 0], [0, Math.PI / 2]));
  group.add(plane(THREE, DEPTH, HEIGHT, wall, [WIDTH / 2, HEIGHT / 2, 0], [0, -Math.PI / 2]));
  group.add(windowOf(THREE, wood), carpetOf(THREE));
  group.add(...lights(THREE));
  return { group, wood };
}

/** Return a bookcase that stands at the back wall. */
export function caseOf(THREE, wood) {
  const group = new THREE.Group();
  const top = SHELF_AT.at(-1) + SHELF_HEIGHT + 0.02;
  const board = (width, height, depth, x, y, z) => {
    const mesh = new THREE.Mesh(new THREE.BoxGeometry(width, height, depth), wood);
    mesh.position.set(x, y, z);
    group.add(mesh);
  };
  for (const side of [-1, 1]) {
    board(0.06, top, CASE_DEPTH, (side * (CASE_WIDTH + 0.06)) / 2, top / 2, CASE_Z);
  }
  for (const y of [...SHELF_AT, top]) board(CASE_WIDTH, 0.035, CASE_DEPTH, 0, y - 0.0175, CASE_Z);
  board(CASE_WIDTH + 0.2, 0.07, CASE_DEPTH + 0.06, 0, top + 0.035, CASE_Z);
  board(CASE_WIDTH, SHELF_AT[0], CASE_DEPTH - 0.02, 0, SHELF_AT[0] / 2 - 0.03, CASE_Z);
  const dark = new THREE.MeshStandardMaterial({ color: "#4a3425", roughness: 1 });
  group.add(
    plane(THREE, CASE_WIDTH, top, dark, [0, top / 2, CASE_Z - CASE_DEPTH / 2 + 0.01], [0, 0]),
  );
  return group;
}

function surface(THREE, bitmap, across, along, roughness) {
  const texture = new THREE.Texture(bitmap);
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.repeat.set(across, along);
  texture.anisotropy = 8;
  texture.needsUpdate = true;
  return new THREE.MeshStandardMaterial({ map: texture, roughness });
}

function plane(THREE, width, height, material, [x, y, z], [about, turn]) {
  const mesh = new THREE.Mesh(new THREE.PlaneGeometry(width, height), material);
  mesh.position.set(x, y, z);
  mesh.rotation.set(about, turn, 0);
  return mesh;
}

function windowOf(THREE, wood) {
  const group = new THREE.Group();
  const sky = new THREE.MeshBasicMaterial({ color: "#dbe9f5" });
  group.add(plane(THREE, 1.9, 1.5, sky, [0, 0, 0.01], [0, 0]));
  const bar = (width, height, x, y) => {
    const mesh = new THREE.Mesh(new THREE.BoxGeometry(width, height, 0.07), wood);
    mesh.position.set(x, y, 0.02);
    group.add(mesh);
  };
  for (const x of [-0.96, 0, 0.96]) bar(0.07, 1.57, x, 0);
  for (const y of [-0.78, 0, 0.78]) bar(1.99, 0.07, 0, y);
  group.position.set(-WIDTH / 2 + 0.01, 1.65, 0);
  group.rotation.y = Math.PI / 2;
  return group;
}

function carpetOf(THREE) {
  const group = new THREE.Group();
  const of = (color, width, depth, y) => {
    const cloth = new THREE.MeshStandardMaterial({ color, roughness: 1 });
    group.add(plane(THREE, width, depth, cloth, [0, y, 0.3], [-Math.PI / 2, 0]));
  };
  of("#7c2f2b", 3.4, 2.4, 0.006);
  of("#caa56a", 3.1, 2.1, 0.008);
  of("#86352f", 3.0, 2.0, 0.01);
  return group;
}

function lights(THREE) {
  const sky = new THREE.HemisphereLight("#ffffff", "#d9c4a8", 1.55);
  const day = new THREE.DirectionalLight("#fff4e0", 1.3);
  day.position.set(-3, 3.2, 2.4);
  const lamp = new THREE.PointLight("#ffe3b0", 2.2, 5);
  lamp.position.set(0, 2.2, -0.6);
  return [sky, day, lamp];
}
