// @y/websocket-server over y-protocols 1.0 and Yjs 13. Version 0.1.5 as npm installs it passes no update on, since
// its documents are of one package and what applies updates is of another: see findings.

import { registerHooks } from "node:module";

const here = import.meta.url;

registerHooks({
  resolve(name, context, next) {
    const known = name.replace(/^@y\/protocols\//, "y-protocols/");
    const isOne = known !== name || name === "yjs"; // of which there must be one
    return next(known, isOne ? { ...context, parentURL: here } : context);
  },
});

await import("../../../node_modules/@y/websocket-server/src/server.js");
