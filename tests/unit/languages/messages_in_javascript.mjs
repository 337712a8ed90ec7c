// Prints the text of each reason that it is given, by the catalog of the verifier in JavaScript.
// Standard input: [[{reason, values}, …], catalog or null].

import { readFileSync } from "node:fs";
import { text } from "../../../ledger_service/web/static/verifier/messages.js";

const [reasons, catalog] = JSON.parse(readFileSync(0, "utf8"));
const told = catalog === null ? [] : [catalog];
console.log(JSON.stringify(reasons.map((reason) => text(reason, ...told))));
