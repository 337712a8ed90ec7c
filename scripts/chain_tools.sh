#!/usr/bin/env bash
# Builds chain nodes for tests and measurements from Go's module proxy: geth 1.17.10, the chain as it is
# today, and, when `clique` is given, geth 1.13.15, the last with Clique. Each version is built once, below
# build/chains; what it cost is printed. Anvil comes by npm with the other contract tools.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly BUILT="$PWD/build/chains"
export GOFLAGS="-buildvcs=false -p=${JOBS:-2}"

fail() {
  echo "chain_tools: $*" >&2
  exit 1
}

# The Go of PATH, or Debian's newest; from 1.21 on it fetches by itself the one that geth asks for.
find_go() {
  command -v go || compgen -G '/usr/lib/go-*/bin/go' | sort --version-sort | tail -n 1
}

# version, further arguments of go install
build_geth() {
  local version=$1 begin=$SECONDS
  shift
  [ -x "$BUILT/geth-$version/geth" ] && return
  echo "building geth $version"
  GOBIN="$BUILT/geth-$version" nice -n 10 "$go" install "$@" \
    "github.com/ethereum/go-ethereum/cmd/geth@v$version" || return 1
  echo "built geth $version in $((SECONDS - begin)) s"
}

go=$(find_go) || fail "there is no Go: install 1.21 or newer"
build_geth 1.17.10 || fail "geth 1.17.10 could not be built"
if [ "${1:-}" = clique ]; then
  # One of its libraries names a symbol that newer linkers hide.
  build_geth 1.13.15 -ldflags=-checklinkname=0 || fail "geth 1.13.15 could not be built"
fi
for program in "$BUILT"/geth-*/geth; do
  echo "$("$program" version | sed -n 's/^Version: /geth /p')  $program"
done
