// Check a credential by @sd-jwt/sd-jwt-vc, as a verifier that knows nothing of Muhr: the issuer's key and the
// status list are fetched from where the specifications say. Prints what is shown, as JSON.
//
// node verify.mjs CREDENTIAL

import { createHash, webcrypto } from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { SDJwtVcInstance } = require("@sd-jwt/sd-jwt-vc");
const { decodeJwt } = require("@sd-jwt/decode");

const credential = process.argv[2];
const { header, payload } = decodeJwt(credential.split("~")[0]);

async function fetched(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

const { origin } = new URL(payload.iss);
const { issuer, jwks } = await (await fetched(`${origin}/.well-known/jwt-vc-issuer`)).json();
if (issuer !== payload.iss) throw new Error("another issuer");
const jwk = jwks.keys.find((key) => key.kid === header.kid);
const key = await webcrypto.subtle.importKey(
  "jwk",
  jwk,
  { name: "ECDSA", namedCurve: "P-256" },
  false,
  ["verify"],
);
const verifier = (data, signature) =>
  webcrypto.subtle.verify(
    { name: "ECDSA", hash: "SHA-256" },
    key,
    Buffer.from(signature, "base64url"),
    new TextEncoder().encode(data),
  );

const instance = new SDJwtVcInstance({
  verifier,
  statusVerifier: verifier,
  hasher: (data, algorithm) =>
    new Uint8Array(createHash(algorithm.replace("-", "")).update(Buffer.from(data)).digest()),
  hashAlg: "sha-256",
  statusListFetcher: async (uri) => (await fetched(uri)).text(),
  loadTypeMetadataFormat: true,
  vctFetcher: async (uri) => (await fetched(uri)).json(),
});
const found = await instance.verify(credential);
const type = found.typeMetadata?.mergedTypeMetadata.name ?? null;
console.log(JSON.stringify({ payload: found.payload, type }));
