// Reads EIP-712 objects from standard input, one a line, and prints for each the digest that viem signs.

import { createInterface } from "node:readline";
import { hashTypedData } from "viem";

function revived(type, value, types) {
  if (type.endsWith("[]")) return value.map((item) => revived(type.slice(0, -2), item, types));
  if (type in types)
    return Object.fromEntries(
      types[type].map(({ name, type }) => [name, revived(type, value[name], types)]),
    );
  return type.startsWith("uint") ? BigInt(value) : value;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { domain, types, primaryType, message } = JSON.parse(line);
  const read = (type, value) => revived(type, value, types);
  console.log(
    hashTypedData({
      domain: read("EIP712Domain", domain),
      types,
      primaryType,
      message: read(primaryType, message),
    }),
  );
}
