// Prints what the page finds a file may have been: node likes.mjs FILE DIGEST.
import { readFileSync } from "node:fs";
import { argv } from "node:process";

import { likesOf } from "../../../../ledger_service/web/static/likes.js";

console.log((await likesOf(new Blob([readFileSync(argv[2])]), argv[3])).join("\n"));
