// Makes tests/vectors/ipfs/unixfs-v1-2025.json with ipfs-unixfs-importer, an implementation that
// is not ours; with --check, recomputes every vector and exits 1 if one differs from the file.
// CIDs that others have published for the same content are compared on the way.
// What the fields mean is in tests/vectors/ipfs/README.md.

import { createCipheriv, createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { importer } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced } from "ipfs-unixfs-importer/layout";

const VECTORS = new URL("../../tests/vectors/ipfs/unixfs-v1-2025.json", import.meta.url);
const MIB = 1 << 20;
const DAG_PB = 0x70;
const KUBO = "ipfs/kubo, test/cli/cid_profiles_test.go";

// Sizes around each border of the profile: one chunk, several, a full node, a second level.
const FILES = [
  { seed: "chunk-v1-seed", size_bytes: 0 },
  { seed: "chunk-v1-seed", size_bytes: 1 },
  { seed: "chunk-v1-seed", size_bytes: MIB - 1 },
  {
    seed: "chunk-v1-seed",
    size_bytes: MIB,
    published: { cid: "bafkreiacndfy443ter6qr2tmbbdhadvxxheowwf75s6zehscklu6ezxmta", by: KUBO },
  },
  {
    seed: "chunk-v1-seed",
    size_bytes: MIB + 1,
    published: { cid: "bafybeigmix7t42i6jacydtquhet7srwvgpizfg7gjbq7627d35mjomtu64", by: KUBO },
  },
  { seed: "chunk-v1-seed", size_bytes: 25 * MIB },
  {
    seed: "v1-2025-seed",
    size_bytes: 1024 * MIB,
    published: { cid: "bafybeihmf37wcuvtx4hpu7he5zl5qaf2ineo2lqlfrapokkm5zzw7zyhvm", by: KUBO },
  },
  {
    seed: "v1-2025-seed",
    size_bytes: 1024 * MIB + 1,
    published: { cid: "bafybeibdsi225ugbkmpbdohnxioyab6jsqrmkts3twhpvfnzp77xtzpyhe", by: KUBO },
  },
  {
    seed: "v1-2025-seed",
    size_bytes: 1025 * MIB,
    published: { cid: "bafybeihmzokxxjqwxjcryerhp5ezpcog2wcawfryb2xm64xiakgm4a5jue", by: KUBO },
  },
];

// The same algorithm with a small chunk and width grows high trees out of a few hundred bytes.
const SMALL_SHAPES = [0, 15, 16, 17, 48, 49, 143, 144, 145, 432, 433, 434, 1000, 1296, 1297].map(
  (size_bytes) => ({ seed: "small-shape", size_bytes, chunk_bytes: 16, width: 3 }),
);

const PROFILE = { profile: "unixfs-v1-2025", reduceSingleLeafToSelf: true };

// The ChaCha20 keystream (RFC 8439) of key SHA-256(seed), nonce zero, counter from 0.
function* keystream(seed, sizeBytes) {
  const key = createHash("sha256").update(seed).digest();
  const cipher = createCipheriv("chacha20", key, Buffer.alloc(16));
  const zeros = Buffer.alloc(MIB);
  for (let left = sizeBytes; left > 0; left -= MIB) {
    yield cipher.update(zeros.subarray(0, Math.min(left, MIB)));
  }
}

async function importFile(seed, sizeBytes, options) {
  let rootBlock;
  const keepLastNode = {
    put(cid, block) {
      if (cid.code === DAG_PB) rootBlock = block;
      return cid;
    },
  };
  const source = [{ content: keystream(seed, sizeBytes) }];
  for await (const entry of importer(source, keepLastNode, { ...options })) {
    return { cid: entry.cid, rootBlock };
  }
  throw new Error(`nothing was imported for ${seed}, ${sizeBytes} bytes`);
}

async function fileVector({ seed, size_bytes, published }) {
  const { cid, rootBlock } = await importFile(seed, size_bytes, PROFILE);
  if (published && published.cid !== cid.toString()) {
    throw new Error(`${published.by} gives ${published.cid}, the importer ${cid}`);
  }
  // A root of a thousand links says no more than one of 25 and is a hundred thousand digits long.
  const shown =
    rootBlock && rootBlock.length < 4096 ? Buffer.from(rootBlock).toString("hex") : null;
  return {
    seed,
    size_bytes,
    base32: cid.toString(),
    base16: `f${Buffer.from(cid.bytes).toString("hex")}`,
    root_block: shown,
    published_by: published?.by ?? null,
  };
}

async function smallShapeVector({ seed, size_bytes, chunk_bytes, width }) {
  const { cid } = await importFile(seed, size_bytes, {
    cidVersion: 1,
    rawLeaves: true,
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize: chunk_bytes }),
    layout: balanced({ maxChildrenPerNode: width }),
  });
  return { seed, size_bytes, chunk_bytes, width, base32: cid.toString() };
}

async function makeVectors() {
  const files = [];
  for (const file of FILES) files.push(await fileVector(file));
  const small_shapes = [];
  for (const shape of SMALL_SHAPES) small_shapes.push(await smallShapeVector(shape));
  return { profile: "unixfs-v1-2025", files, small_shapes };
}

// One line for each vector that is in only one of the two lists, or differs between them.
function differences(kept, made) {
  const lines = [];
  for (const list of ["files", "small_shapes"]) {
    const length = Math.max(kept[list]?.length ?? 0, made[list].length);
    for (let index = 0; index < length; index += 1) {
      const [ours, theirs] = [kept[list]?.[index], made[list][index]].map((v) => JSON.stringify(v));
      if (ours !== theirs) lines.push(`${list}[${index}]: kept ${ours}, made ${theirs}`);
    }
  }
  return lines;
}

async function main(mode) {
  if (mode !== undefined && mode !== "--check") {
    console.error("usage: node scripts/vectors/ipfs.mjs [--check]");
    return 2;
  }
  const made = await makeVectors();
  if (mode === undefined) {
    await writeFile(VECTORS, `${JSON.stringify(made, null, 2)}\n`);
    return 0;
  }
  const lines = differences(JSON.parse(await readFile(VECTORS, "utf8")), made);
  for (const line of lines) console.error(line);
  const count = made.files.length + made.small_shapes.length;
  console.log(
    lines.length ? `${lines.length} of ${count} vectors differ` : `${count} vectors agree`,
  );
  return lines.length ? 1 : 0;
}

process.exitCode = await main(process.argv[2]);
