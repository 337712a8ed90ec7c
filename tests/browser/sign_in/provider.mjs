// Runs an OpenID provider (npm oidc-provider) on loopback until its standard input ends. Argument: a JSON object
// with port and clients. Anybody's password is right; who a person is, is the name that they typed.

import { Provider } from "oidc-provider";

const { port, clients } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients,
  subjectTypes: ["pairwise"],
  pairwiseIdentifier: (_, accountId, client) => `${client.sectorIdentifier}-${accountId}`,
  claims: { openid: ["sub", "eduperson_scoped_affiliation"] },
  cookies: { keys: ["a key of this test"] },
  // By itself it asks no address of this machine, where the library is.
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
  features: { backchannelLogout: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, eduperson_scoped_affiliation: [`${id.split("-")[0]}@tatu.uz`] }),
  }),
});

const server = provider.listen(port, "127.0.0.1", () => console.log("ready"));
process.stdin.on("end", () => {
  server.closeAllConnections();
  server.close();
});
process.stdin.resume();
