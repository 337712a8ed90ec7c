#!/usr/bin/env node
// Verifies a file by its receipt, or by evidence that it is not registered, in Node.js ≥ 22 and with
// nothing else: no package, no network.
//
//     node muhr-verify.mjs FILE --receipt R [--deployment D] [--block-hash H] [--strict] [--json]
//
// Exit status: 0 authentic or superseded (1 with --strict), 1 withdrawn, altered, without authority or not
// registered, 2 misused, 3 offline, waiting or not checked.

import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { Refused, toHex } from "./bytes.js";
import { text } from "./messages.js";
import { Sha256 } from "./sha256.js";
import { STATES } from "./verification/verdict_state.js";
import { verify } from "./verifier.js";

const MARKS = { pass: "✓", fail: "✗", "not checked": "?" };

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      receipt: { type: "string" },
      deployment: { type: "string" },
      "block-hash": { type: "string" },
      json: { type: "boolean" },
      strict: { type: "boolean" },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0 || values.receipt === undefined) {
    throw new Refused("invalid-input.one-file-and-receipt");
  }
  const hash = new Sha256();
  for await (const piece of createReadStream(file)) hash.update(piece);
  const verdict = await verify({
    digest: toHex(hash.digest()),
    receipt: new Uint8Array(await readFile(values.receipt)),
    deployment: values.deployment ? JSON.parse(await readFile(values.deployment, "utf8")) : null,
    blockHash: values["block-hash"] ?? null,
  });
  if (values.json) {
    console.log(JSON.stringify(verdict, null, 2));
  } else {
    console.log(`${file}: ${text({ reason: STATES[verdict.verdict].headline, values: {} })}`);
    const names = verdict.axes.map(({ axis }) => text({ reason: `page.axis.${axis}`, values: {} }));
    const width = 1 + Math.max(...names.map((name) => name.length));
    for (const [place, { outcome, because }] of verdict.axes.entries()) {
      console.log(`  ${MARKS[outcome]} ${names[place].padEnd(width)}${because}`);
    }
  }
  if (STATES[verdict.verdict].exit !== 0 || verdict.verdict === "superseded") {
    console.error(text({ reason: STATES[verdict.verdict].next, values: {} }));
  }
  const isRefused = values.strict && verdict.verdict === "superseded";
  process.exitCode = isRefused ? 1 : STATES[verdict.verdict].exit;
}

try {
  await main();
} catch (error) {
  console.error(`muhr-verify: ${error.message}`);
  process.exitCode = 2;
}
