// Signs with a key by viem: reads JSON from standard input, one request of a wallet a line, and answers each.
// Argument: the key. What is signed must be a message of ERC-4361 by viem's own reading, for the domain told.

import { createInterface } from "node:readline";
import { hexToString } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { createSiweMessage, parseSiweMessage, validateSiweMessage } from "viem/siwe";

const account = privateKeyToAccount(process.argv[2]);

async function answer({ method, params, domain, fields }) {
  if (method === "eth_requestAccounts") return [account.address];
  if (method === "own_message") {
    // A message that viem writes by itself, of the fields told.
    const times = { issuedAt: new Date(), expirationTime: new Date(Date.now() + 300_000) };
    const message = createSiweMessage({ ...fields, ...times, address: account.address });
    return { message, signature: await account.signMessage({ message }) };
  }
  if (method !== "personal_sign") throw new Error(`${method} is not known`);
  const message = parseSiweMessage(hexToString(params[0]));
  if (!validateSiweMessage({ message, domain })) throw new Error("not a message for this site");
  return account.signMessage({ message: { raw: params[0] } });
}

for await (const line of createInterface({ input: process.stdin })) {
  const told = await answer(JSON.parse(line)).then(
    (result) => ({ result }),
    (error) => ({ error: String(error) }),
  );
  console.log(JSON.stringify(told));
}
