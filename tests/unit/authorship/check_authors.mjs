// Says of each case of tests/vectors/authors what the verifier in JavaScript finds: an error's slug, or the
// states of signatures, whether the work is the one, and the entry. argv: the vectors.

import { readFile } from "node:fs/promises";
import { checkAuthors } from "../../../ledger_service/web/static/verifier/authorship/check_file.js";
import { parseKey } from "../../../ledger_service/web/static/verifier/ledger/note.js";

const { key, cases } = JSON.parse(await readFile(process.argv[2], "utf8"));
const found = [];
for (const { digest, file } of cases) {
  try {
    const told = await checkAuthors(new TextEncoder().encode(file), digest, parseKey(key));
    const { authors, is_this_file, entry } = told;
    const signatures = authors.map(({ signature }) => signature);
    found.push({ signatures, is_this_file, entry });
  } catch (error) {
    found.push(error.slug ?? error.stack);
  }
}
console.log(JSON.stringify(found));
