// Builds OpenZeppelin's SimpleMerkleTree of N ready 32-byte leaves once a line of standard input; prints leaves a second.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";

const count = Number(process.argv[2]);
const leaves = Array.from(
  { length: count },
  (_, index) => "0x" + createHash("sha256").update(String(index)).digest("hex"),
);
console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) {
  const begin = performance.now();
  const tree = SimpleMerkleTree.of(leaves);
  const seconds = (performance.now() - begin) / 1000;
  if (tree.root.length !== 66) throw new Error("no root");
  console.log(count / seconds);
}
