import { createRequire } from "node:module";
import { defineConfig } from "hardhat/config";

// Hardhat builds and tests the contracts, offline: the compiler is the one in node_modules, named by its path, so that
// none is downloaded. The settings are those of scripts/contracts/compile.py, which makes the artifacts that the service loads.
const soljson = createRequire(import.meta.url).resolve("solc/soljson.js");

const fuzzRuns = Number(process.env.MUHR_FUZZ_RUNS ?? 256);
const invariantRuns = Number(process.env.MUHR_INVARIANT_RUNS ?? 8);
// The same inputs on every run, unless another seed is asked for: `make nightly` asks for a new one each day.
const seed = process.env.MUHR_FUZZ_SEED ?? "0x4d756872";

export default defineConfig({
  paths: {
    sources: "contracts",
    tests: { solidity: "contracts/test" },
    artifacts: "build/hardhat/artifacts",
    cache: "build/hardhat/cache",
  },
  solidity: {
    version: "0.8.30",
    path: soljson,
    settings: {
      evmVersion: "shanghai",
      metadata: { appendCBOR: false, bytecodeHash: "none" },
      optimizer: { enabled: true, runs: 200 },
    },
  },
  test: {
    solidity: {
      fsPermissions: { readDirectory: ["tests/vectors"] },
      // Each call of a test is a transaction of its own, so that its gas is what a sender would pay.
      isolate: true,
      fuzz: { runs: fuzzRuns, seed },
      // Without failOnRevert a handler that always reverts lets every invariant pass. What the runner gathers from
      // storage and code comes in the order of a hash table, another one on every run, so that the seed alone would
      // not decide the inputs; without it a failure is found again by its seed.
      invariant: {
        runs: invariantRuns,
        depth: 256,
        failOnRevert: true,
        includeStorage: false,
        includePushBytes: false,
      },
    },
  },
});
