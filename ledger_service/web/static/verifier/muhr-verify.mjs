#!/usr/bin/env node
// Verifies a file by its receipt, or by evidence that it is not registered, in Node.js ≥ 22 and with
// nothing else: no package, no network.
//
//     node muhr-verify.mjs FILE --receipt R [--authors A] [--deployment D] [--block-hash H] [--strict] [--json]
//
// --authors takes the file of what the work's authors signed, and says who did. Exit status 1, too, if a signature
// does not hold or another work was signed, and 3 if something of that could not be checked.
// Exit status: 0 authentic or superseded (1 with --strict), 1 withdrawn, altered, without authority or not
// registered, 2 misused, 3 offline, waiting or not checked.

import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { checkAuthors } from "./authorship/check_file.js";
import { Refused, toHex } from "./bytes.js";
import { parseKey } from "./ledger/note.js";
import { text } from "./messages.js";
import { Sha256 } from "./sha256.js";
import { STATES } from "./verification/verdict_state.js";
import { verify } from "./verifier.js";

const MARKS = { pass: "✓", fail: "✗", "not checked": "?" };
const OF_SIGNATURES = {
  holds: "authors.holds",
  fails: "authors.fails",
  "not-checked": "authors.not-checked",
};

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      receipt: { type: "string" },
      authors: { type: "string" },
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
  const digest = toHex(hash.digest());
  const read = async (path) => new Uint8Array(await readFile(path));
  const deployment = values.deployment
    ? JSON.parse(await readFile(values.deployment, "utf8"))
    : null;
  const verdict = await verify({
    digest,
    receipt: await read(values.receipt),
    deployment,
    blockHash: values["block-hash"] ?? null,
  });
  const key = deployment === null ? null : parseKey(deployment.key);
  const signed =
    values.authors === undefined
      ? null
      : await checkAuthors(await read(values.authors), digest, key);
  if (values.json) {
    console.log(JSON.stringify(signed === null ? verdict : { ...verdict, signed }, null, 2));
  } else {
    show(file, verdict);
    if (signed !== null) showAuthors(signed);
  }
  const isSuperseded = verdict.verdict === "superseded";
  if (STATES[verdict.verdict].exit !== 0 || isSuperseded) {
    console.error(say(STATES[verdict.verdict].next));
  }
  const exit = values.strict && isSuperseded ? 1 : STATES[verdict.verdict].exit;
  process.exitCode = graver(exit, signed === null ? 0 : exitOf(signed));
}

const say = (reason, values = {}) => text({ reason, values });

function show(file, { verdict, axes }) {
  console.log(`${file}: ${say(STATES[verdict].headline)}`);
  const names = axes.map(({ axis }) => say(`page.axis.${axis}`));
  const width = 1 + Math.max(...names.map((name) => name.length));
  for (const [place, { outcome, because }] of axes.entries()) {
    console.log(`  ${MARKS[outcome]} ${names[place].padEnd(width)}${because}`);
  }
}

function showAuthors(signed) {
  const count = signed.authors.length;
  if (!signed.is_this_file) console.log(say("authors.other-work"));
  else if (signed.fails) console.log(say("authors.not-all"));
  else if (signed.signed_by_all) console.log(say("authors.all", { count }));
  for (const [place, { name, account, roles, signature }] of signed.authors.entries()) {
    const by = account === null ? say("authors.passkey") : `0x${account}`;
    const who = name ?? say("authors.nameless");
    const state = say(OF_SIGNATURES[signature]);
    console.log(`  ${place + 1}. ${who}: ${state} (${by}) ${roles.join(", ")}`.trimEnd());
  }
  const { entry, why } = signed;
  console.log(entry === null ? text(why) : say("authors.entry", { entry }));
}

/** Return the exit status of signatures alone. */
function exitOf({ fails, signed_by_all: isSigned, entry }) {
  if (fails) return 1;
  return isSigned && entry !== null ? 0 : 3;
}

/** Return which of two exit statuses says more: 1 before 3, 3 before 0. */
const graver = (...statuses) => [1, 3, 0].find((status) => statuses.includes(status));

try {
  await main();
} catch (error) {
  console.error(`muhr-verify: ${error.message}`);
  process.exitCode = 2;
}
