// RFC 8785 canonical JSON without fractions: a strict reader, and the one way to write.

import { Refused, fromUtf8, isEqual, utf8 } from "./bytes.js";

const MALFORMED = "invalid-json";
const LARGEST_DEPTH = 16;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Return the value of JSON bytes, in any spelling; integers only, no name twice, at most 16 levels. */
export function parse(bytes) {
  return new Reader(fromUtf8(bytes, MALFORMED)).read();
}

/** Return the value of canonical bytes; refuse any other spelling of it. */
export function parseCanonical(bytes) {
  const value = parse(bytes);
  if (!isEqual(utf8(write(value)), bytes)) refuse("not-canonical");
  return value;
}

/** Return the canonical text of a value that was read by `parse`. */
export function write(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(write).join()}]`;
  // Text is sorted by UTF-16 code units here, as RFC 8785 §3.2.3 asks.
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${write(value[name])}`).join()}}`;
}

class Reader {
  #text;
  #at = 0;

  constructor(text) {
    this.#text = text;
  }

  read() {
    const value = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) refuse("trailing");
    return value;
  }

  #value(depth) {
    if (depth > LARGEST_DEPTH) refuse("depth", { most: LARGEST_DEPTH });
    this.#skip();
    if (this.#take("{")) return this.#object(depth);
    if (this.#take("[")) return this.#list(depth);
    if (this.#take('"')) return this.#string();
    for (const [word, value] of [
      ["null", null],
      ["true", true],
      ["false", false],
    ]) {
      if (this.#take(word)) return value;
    }
    return this.#number();
  }

  #object(depth) {
    const found = Object.create(null);
    this.#skip();
    if (this.#take("}")) return found;
    do {
      this.#skip();
      this.#expect('"');
      const name = this.#string();
      if (name in found) refuse("name-twice-in-object");
      this.#skip();
      this.#expect(":");
      found[name] = this.#value(depth + 1);
      this.#skip();
    } while (this.#take(","));
    this.#expect("}");
    return found;
  }

  #list(depth) {
    const found = [];
    this.#skip();
    if (this.#take("]")) return found;
    do {
      found.push(this.#value(depth + 1));
      this.#skip();
    } while (this.#take(","));
    this.#expect("]");
    return found;
  }

  #string() {
    let found = "";
    for (;;) {
      const letter = this.#text[this.#at++];
      if (letter === undefined || letter < " ") refuse("string");
      if (letter === '"') break;
      if (letter !== "\\") {
        found += letter;
        continue;
      }
      const escaped = this.#text[this.#at++];
      if (escaped === "u") {
        const digits = this.#text.slice(this.#at, this.#at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) refuse("escape");
        found += String.fromCharCode(parseInt(digits, 16));
        this.#at += 4;
      } else {
        if (!Object.hasOwn(ESCAPES, escaped)) refuse("escape");
        found += ESCAPES[escaped];
      }
    }
    if (/\p{Surrogate}/u.test(found)) refuse("surrogate");
    return found;
  }

  #number() {
    const [digits] = /^-?(?:0|[1-9][0-9]*)/.exec(this.#text.slice(this.#at, this.#at + 20)) ?? [""];
    this.#at += digits.length;
    const next = this.#text[this.#at] ?? "";
    const number = Number(digits) + 0;
    if (digits === "" || /[0-9.eE]/.test(next) || !Number.isSafeInteger(number)) {
      refuse("number");
    }
    return number;
  }

  #skip() {
    while (" \t\n\r".includes(this.#text[this.#at] ?? "x")) this.#at++;
  }

  #take(word) {
    const isThere = this.#text.startsWith(word, this.#at);
    if (isThere) this.#at += word.length;
    return isThere;
  }

  #expect(word) {
    if (!this.#take(word)) refuse("word-missing", { word });
  }
}

function refuse(part, values) {
  throw new Refused(`invalid-json.${part}`, values);
}
