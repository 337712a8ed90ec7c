export default {
 "categories": [
  "one",
  "other"
 ],
 "language": "en",
 "plural": "(n != 1)",
 "texts": {
  "invalid-checkpoint-signature": "The checkpoint's signature does not hold.",
  "invalid-digest": "“{text}” is not a SHA-256 digest: give 64 lower-case hexadecimal digits, as `sha256sum FILE` prints them.",
  "license": "{uri}"
 },
 "titles": {}
};
