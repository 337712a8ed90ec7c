// Tells of each mutant of the contracts whether the Solidity tests notice it. One request a line on standard input, one
// answer a line on standard output. Started by scripts/contracts/mutants.py.
//
// What makes it quick: one compiler and one EVM stay warm; the tests are compiled once, since they deploy the contracts
// by their names here, so that a mutant costs the compilation of what it changes; the suites run one after the other
// and stop at the first failure. Nothing of the project on disk is changed.

import crypto from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const root = path.resolve(import.meta.dirname, "..", "..");
process.chdir(root);
const require = createRequire(path.join(root, "package.json"));
const { FsAccessPermission } = require("@nomicfoundation/edr");
const hardhat = path.join(root, "node_modules/hardhat/dist/src");
const load = (file) => import(pathToFileURL(path.join(hardhat, file)));

const hre = (await load("index.js")).default;
const { solidityTestConfigToSolidityTestRunnerConfigArgs, isTestSuiteArtifact } = await load(
  "internal/builtin-plugins/solidity-test/helpers.js",
);
const { getGlobalEdrContext } = await load("internal/edr/context.js");
const { hardhatChainTypeToEdrChainType } = await load("internal/edr/chain-type.js");
const solc = require("solc");

const SOLC = "0.8.30";
const CHAIN = hardhatChainTypeToEdrChainType("l1");
const CONTRACTS = [
  "AccessGrants",
  "CheckpointAnchor",
  "LicenseRegistry",
  "ResourceRegistry",
  "StewardRegistry",
];
const OUTPUT = [
  "abi",
  "evm.bytecode.object",
  "evm.bytecode.linkReferences",
  "evm.deployedBytecode",
];
// A loop that a mutant makes endless ends when this is used up.
const GAS = 3_000_000_000n;

const read = (file) => fs.readFileSync(path.join(root, file), "utf8");
const testFiles = fs
  .readdirSync("contracts/test")
  .filter((name) => name.endsWith(".sol"))
  .map((name) => `contracts/test/${name}`);

// The tests find the code of each contract here.
const CODE = "build/mutants/code";
const DEPLOY = `abstract contract Test {
    function _deploy(string memory name, bytes memory given) internal returns (address made) {
        bytes memory code = bytes.concat(vm.parseBytes(vm.readFile(string.concat("build/mutants/code/", name))), given);
        assembly {
            made := create(0, add(code, 32), mload(code))
            if iszero(made) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }
`;

// The tests with `new Contract(…)` replaced by a deployment of the code in a file.
function testSource(file) {
  let text = read(file);
  for (const name of CONTRACTS) {
    text = text.replace(new RegExp(`new ${name}\\((.*?)\\);`, "g"), (_, given) => {
      return `${name}(_deploy("${name}", abi.encode(${given})));`;
    });
  }
  return file.endsWith("/Test.sol") ? text.replace("abstract contract Test {\n", DEPLOY) : text;
}

function compile(sources, wanted) {
  const request = {
    language: "Solidity",
    sources: Object.fromEntries(
      Object.entries(sources).map(([file, content]) => [file, { content }]),
    ),
    settings: {
      evmVersion: "shanghai",
      metadata: { appendCBOR: false, bytecodeHash: "none" },
      optimizer: { enabled: true, runs: 200 },
      remappings: ["@openzeppelin/=node_modules/@openzeppelin/"],
      outputSelection: wanted,
    },
  };
  const answer = JSON.parse(
    solc.compile(JSON.stringify(request), { import: (file) => ({ contents: read(file) }) }),
  );
  const failure = (answer.errors ?? []).find((error) => error.severity === "error");
  return failure ? { failure: failure.message } : { contracts: answer.contracts };
}

function artifacts(compiled) {
  return Object.entries(compiled).flatMap(([source, contracts]) =>
    Object.entries(contracts).map(([name, { abi, evm }]) => ({
      id: { name, source, solcVersion: SOLC },
      contract: {
        abi: JSON.stringify(abi),
        bytecode: `0x${evm.bytecode.object}`,
        linkReferences: evm.bytecode.linkReferences,
        deployedBytecode: `0x${evm.deployedBytecode.object}`,
        deployedLinkReferences: evm.deployedBytecode.linkReferences,
      },
    })),
  );
}

function compiledTests() {
  const sources = Object.fromEntries(testFiles.map((file) => [file, testSource(file)]));
  const all =
    JSON.stringify(sources) + CONTRACTS.map((name) => read(`contracts/${name}.sol`)).join("");
  const kept = `build/mutants/tests-${crypto.createHash("sha256").update(all).digest("hex").slice(0, 16)}.json`;
  if (!fs.existsSync(kept)) {
    const { contracts, failure } = compile(sources, { "*": { "*": OUTPUT } });
    if (failure) {
      throw new Error(failure);
    }
    fs.writeFileSync(kept, JSON.stringify(artifacts(contracts)));
  }
  return JSON.parse(fs.readFileSync(kept, "utf8"));
}

fs.mkdirSync(CODE, { recursive: true });
const { eip712Types, ...config } = hre.config.test.solidity.profiles.default;
const runner = await solidityTestConfigToSolidityTestRunnerConfigArgs({
  chainType: "l1",
  projectRoot: root,
  config,
  verbosity: 0,
  generateGasReport: false,
  eip712CanonicalTypes: [],
  testSourcePaths: {},
  testProfile: "default",
  declaredTestProfiles: ["default"],
});
runner.fsPermissions.push({ access: FsAccessPermission.ReadDirectory, path: CODE });
runner.gasLimit = GAS;
runner.invariant.shrinkRunLimit = 0;
const context = await getGlobalEdrContext();
const originals = compiledTests();
const suites = new Map(
  originals.filter(isTestSuiteArtifact).map(({ id }) => [path.basename(id.source, ".t.sol"), id]),
);

const keyOf = ({ id }) => `${id.source}:${id.name}`;

// Returns the suite's first failure, or undefined. The results may come after the run has ended.
async function firstFailure(all, suite) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const tracing = { buildInfos: [], ignoreContracts: true };
  context
    .runSolidityTests(CHAIN, all, [suites.get(suite)], runner, tracing, ({ testResults }) =>
      resolve(testResults),
    )
    .catch(reject);
  const failed = (await promise).find(({ status }) => status === "Failure");
  return failed && `${suite}.t.sol#${failed.name.split("(")[0]}`;
}

function install(all) {
  for (const { id, contract } of all) {
    if (id.source === `contracts/${id.name}.sol` && CONTRACTS.includes(id.name)) {
      fs.writeFileSync(path.join(CODE, id.name), contract.bytecode);
    }
  }
}

// A request: `file` with its mutated `text`, the `contracts` that it is part of, the `tests` that call it as a library
// and are therefore compiled with it, and the `suites` in the order in which they run. Without a file, the originals run.
async function answer({ file, text, contracts, tests = [], suites: order }) {
  let all = originals;
  if (file) {
    const wanted = Object.fromEntries(
      contracts.map((name) => [`contracts/${name}.sol`, { [name]: OUTPUT }]),
    );
    tests.forEach((name) => (wanted[`contracts/test/${name}.t.sol`] = { "*": OUTPUT }));
    const files = Object.keys(wanted);
    const sources = Object.fromEntries(
      files.map((name) => [name, name.includes("/test/") ? testSource(name) : read(name)]),
    );
    if (tests.length > 0) {
      sources["contracts/test/Test.sol"] = testSource("contracts/test/Test.sol");
    }
    const compiled = compile({ ...sources, [file]: text }, wanted);
    if (compiled.failure) {
      return { verdict: "stillborn", by: compiled.failure };
    }
    const fresh = new Map(
      artifacts(compiled.contracts).map((artifact) => [keyOf(artifact), artifact]),
    );
    all = originals.map((artifact) => fresh.get(keyOf(artifact)) ?? artifact);
    if (all.every(({ contract }, i) => contract.bytecode === originals[i].contract.bytecode)) {
      return { verdict: "same" };
    }
  }
  install(all);
  for (const suite of order) {
    const by = await firstFailure(all, suite);
    if (by) {
      return { verdict: "killed", by };
    }
  }
  return { verdict: "survived" };
}

console.log(JSON.stringify({ ready: [...suites.keys()] }));
for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
