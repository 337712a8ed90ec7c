// The embedded chain: one Ganache with its data on disk, for as long as whoever started it lives.
//
// argv: folder of node_modules, data folder, port (0: any free one), chain id.
// Prints the port in one line when it is ready. Ends when its standard input closes, so it never
// outlives the process that started it.

import { createRequire } from "node:module";

const [modules, folder, port, chainId] = process.argv.slice(2);
const ganache = createRequire(modules + "/")("ganache");
const server = ganache.server({
  chain: { chainId: Number(chainId), hardfork: "shanghai" },
  database: { dbPath: folder },
  logging: { quiet: true },
  wallet: { totalAccounts: 1, defaultBalance: 1_000_000 },
});

let ending = false;
async function end() {
  if (ending) return;
  ending = true;
  await server.close();
  process.exit(0);
}
process.stdin.on("end", end).on("error", end).resume();
process.on("SIGTERM", end);
process.on("SIGINT", () => {}); // Ctrl-C reaches the whole group; the parent ends us in its order

await server.listen(Number(port), "127.0.0.1");
console.log(server.address().port);
