#!/usr/bin/env bash
# Builds a Kubo node for tests from Go's module proxy: `go install` refuses it, since its module replaces
# others by ones that are not served. It is built once, below build; what that cost is printed (alone some
# three minutes on two cores, and 1.5 GB of Go's caches).
set -euo pipefail
cd "$(dirname "$0")/.."

readonly VERSION=0.43.1
readonly BUILT="$PWD/build/kubo-$VERSION"
export GOFLAGS="-buildvcs=false -p=${JOBS:-2}"

fail() {
  echo "kubo_tools: $*" >&2
  exit 1
}

# The Go of PATH, or Debian's newest; from 1.21 on it fetches by itself the one that Kubo asks for.
find_go() {
  command -v go || compgen -G '/usr/lib/go-*/bin/go' | sort --version-sort | tail -n 1
}

write_module() {
  cat > go.mod << END
module muhr/kubo

go 1.26

require github.com/ipfs/kubo v$VERSION

replace (
	github.com/quic-go/quic-go => github.com/quic-go/quic-go v0.60.0
	github.com/quic-go/webtransport-go => github.com/quic-go/webtransport-go v0.11.1
)
END
  cat > tools.go << 'END'
//go:build tools

package tools

import _ "github.com/ipfs/kubo/cmd/ipfs"
END
}

build() {
  local begin=$SECONDS
  echo "building Kubo $VERSION"
  mkdir -p "$BUILT" && cd "$BUILT" && write_module &&
    nice -n 10 "$go" mod tidy && nice -n 10 "$go" build -o ipfs.new github.com/ipfs/kubo/cmd/ipfs &&
    mv ipfs.new ipfs && echo "built Kubo $VERSION in $((SECONDS - begin)) s"
}

go=$(find_go) || fail "there is no Go: install 1.21 or newer"
[ -x "$BUILT/ipfs" ] || build || fail "Kubo $VERSION could not be built"
"$BUILT/ipfs" version
