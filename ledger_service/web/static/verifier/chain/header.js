// The header of a block as a node tells it, in RLP, so that its hash shows that it is one; the twin of
// adapters/evm/state_node.py, which names the sources.

import { Refused, concat, fromHex, isEqual } from "../bytes.js";
import { keccak256 } from "./keccak.js";
import { decodeRlp } from "./state.js";

const HEADER = [
  ...["parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot"],
  ...["logsBloom", "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData"],
  ...["mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas"],
  ...["parentBeaconBlockRoot", "requestsHash"],
];
const NUMBERS = new Set([
  ...["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas"],
  ...["blobGasUsed", "excessBlobGas"],
]);
const LARGEST_DIGITS = 2 * 8192;
const VANITY_BYTES = 32; // before what Quorum's first IBFT writes into extraData

/** Return the RLP of a block's header; refuse a block whose hash is not that of its parts. */
export function encodedHeader(block) {
  if (typeof block !== "object" || block === null) refuse("block-malformed");
  const names = HEADER.filter((name) => (block[name] ?? null) !== null);
  const items = names.map((name) => (NUMBERS.has(name) ? number(block[name]) : bytes(block[name])));
  const place = names.indexOf("extraData");
  const told = bytes(block.hash);
  for (const hashed of hashedExtraData(bytes(block.extraData))) {
    items[place] = hashed;
    const header = encodeRlp(items);
    if (isEqual(keccak256(header), told)) return header;
  }
  return refuse("header-form");
}

/** Return what a chain may hash for a header's extraData: validators' seals are not of themselves. */
function* hashedExtraData(extra) {
  yield extra;
  const five = listOf(extra);
  const three = listOf(extra.subarray(VANITY_BYTES));
  if (five.length === 5) {
    yield encodeRlp([...five.slice(0, 3), new Uint8Array(), []]);
    yield encodeRlp(five.slice(0, 3));
  }
  if (three.length === 3) {
    yield concat(extra.subarray(0, VANITY_BYTES), encodeRlp([...three.slice(0, 2), []]));
  }
}

function listOf(data) {
  try {
    const found = decodeRlp(data);
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** Return the RLP of bytes, or of a list of items. */
export function encodeRlp(item) {
  if (!Array.isArray(item)) {
    if (item.length === 1 && item[0] < 0x80) return item;
    return concat(lengthOf(item.length, 0x80), item);
  }
  const body = concat(...item.map(encodeRlp));
  return concat(lengthOf(body.length, 0xc0), body);
}

function lengthOf(length, base) {
  if (length <= 55) return Uint8Array.of(base + length);
  const digits = number(`0x${length.toString(16)}`);
  return concat(Uint8Array.of(base + 55 + digits.length), digits);
}

/** Return the bytes of a number in hexadecimal, without zeros before it. */
function number(text) {
  if (!/^0x[0-9a-f]{1,64}$/.test(text)) refuse("block-malformed");
  const digits = BigInt(text).toString(16);
  return digits === "0" ? new Uint8Array() : bytes(`0x${digits.length % 2 ? "0" : ""}${digits}`);
}

function bytes(text) {
  const isHex = typeof text === "string" && text.length <= LARGEST_DIGITS;
  if (!isHex || !/^0x(?:[0-9a-f]{2})*$/.test(text)) refuse("block-malformed");
  return fromHex(text.slice(2), (text.length - 2) / 2);
}

function refuse(part) {
  throw new Refused(`invalid-state-proof.${part}`);
}
