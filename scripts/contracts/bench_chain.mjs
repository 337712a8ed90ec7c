// The chain on which contracts are measured and tried: Hardhat's EVM in memory, for as long as whoever
// started it lives. Its number and its first block's time are the same on every run.
//
// argv: chain id, time of the first block in seconds. Prints its port in one line when it is ready.

import { network } from "hardhat";

const [chainId, start] = process.argv.slice(2).map(Number);
const override = {
  accounts: { count: 1, accountsBalance: 10n ** 27n },
  allowBlocksWithSameTimestamp: true,
  blockGasLimit: 10n ** 10n, // an eth_call may try many calls at once
  chainId,
  hardfork: "shanghai",
  initialDate: new Date(1000 * start),
};
const server = await network.createServer({ override }, "127.0.0.1", 0);
const { port } = await server.listen();
process.stdin.on("end", () => process.exit(0)).resume();
console.log(port);
