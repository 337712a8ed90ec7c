#!/usr/bin/env bash
# geth 1.17.10: before a chain's first block, asking for a transaction that nobody sent is an error, not null.
#
# Seen on 2026-11-29: a new chain answers eth_getTransactionReceipt and eth_getTransactionByHash of an unknown
# hash with -32000 “transaction indexing is in progress”, and goes on so for as long as no block is made (30 s were
# waited). After the first block both answer null. The specification of both has null for what is not found. So
# a client that sends its first transaction and asks for the receipt must take this error for “not yet”.
#
# Needs Go 1.21 or newer and Python 3.11 or newer; builds geth (some minutes). Fails if geth no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
go=$(command -v go || compgen -G '/usr/lib/go-*/bin/go' | sort --version-sort | tail -n 1)
GOBIN="$folder" "$go" install -buildvcs=false github.com/ethereum/go-ethereum/cmd/geth@v1.17.10

cat > "$folder/ask.py" <<'PY'
import json, socket, subprocess, sys, time, urllib.request


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


port = free_port()
UNKNOWN = "0x" + "11" * 32
ASKED = ("eth_getTransactionReceipt", "eth_getTransactionByHash")


def call(method, *parameters):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return json.load(answer)


def answers():
    found = [call(method, UNKNOWN) for method in ASKED]
    return [item["error"]["message"] if "error" in item else item["result"] for item in found]


geth, folder = sys.argv[1:]
command = [geth, "--datadir", folder + "/chain", "--dev", "--http", "--http.addr", "127.0.0.1"]
command += ["--http.port", str(port), "--authrpc.port", str(free_port()), "--port", "0"]
command += ["--nodiscover", "--ipcdisable", "--verbosity", "1", "--http.api", "eth,net,web3"]
node = subprocess.Popen(command)
try:
    for _ in range(200):
        try:
            call("eth_chainId")
            break
        except OSError:
            time.sleep(0.05)
    said = []
    for _ in range(30):
        said.append(answers())
        time.sleep(1)
    head = int(call("eth_blockNumber")["result"], 16)
    print(f"at block {head}, for 30 s: {sorted(set(map(str, said)))}")
    assert head == 0
    assert all(item == ["transaction indexing is in progress"] * 2 for item in said), said
    [account] = call("eth_accounts")["result"]
    sent = call("eth_sendTransaction", {"from": account, "to": account, "value": "0x1"})
    assert "result" in sent, sent
    for _ in range(100):
        if int(call("eth_blockNumber")["result"], 16) > 0 and answers() == [None, None]:
            break
        time.sleep(0.1)
    print(f"after a block: {answers()}")
    assert answers() == [None, None]
finally:
    node.kill()
    node.wait()
print("as seen: an error until the first block, null after it")
PY
python3 "$folder/ask.py" "$folder/geth" "$folder"
