#!/usr/bin/env bash
# Installs what `make test-live` needs beside the project's own packages, on Debian: a Go compiler
# and golang.org/x/mod, PostgreSQL, and scitt-cose in an environment of its own under build/.
# May be run again at any time; what is there already is left as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly SCITT_COSE_VERSION=0.5.0
readonly SCITT_COSE=build/scitt-cose
export DEBIAN_FRONTEND=noninteractive

fail() {
  echo "live_tools: $*" >&2
  exit 1
}

# A file of each Debian package: one that is there by other means needs no package.
newest() {
  local found
  found=$(compgen -G "$1" | sort --version-sort | tail -n 1)
  [ -n "$found" ] && echo "$found"
}
find_go() { command -v go || newest '/usr/lib/go-*/bin/go'; }
find_go_mod() { newest /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog; }
find_postgresql() { newest '/usr/lib/postgresql/*/bin/initdb'; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    command -v sudo > /dev/null || fail "installing packages needs root or sudo"
    sudo --non-interactive --preserve-env=DEBIAN_FRONTEND "$@"
  fi
}

install_debian_packages() {
  local missing=()
  find_go > /dev/null || missing+=(golang-go)
  find_go_mod > /dev/null || missing+=(golang-golang-x-mod-dev)
  find_postgresql > /dev/null || missing+=(postgresql)
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get > /dev/null || fail "no apt-get here; install by hand: ${missing[*]}"
  echo "installing ${missing[*]}"
  as_root apt-get update --quiet --quiet &&
    as_root apt-get install --quiet --quiet --yes --no-install-recommends "${missing[@]}"
}

install_scitt_cose() {
  local found
  found=$("$SCITT_COSE/bin/python" -c \
    'from importlib.metadata import version; print(version("scitt-cose"))' 2> /dev/null || true)
  [ "$found" = "$SCITT_COSE_VERSION" ] && return
  local python=.venv/bin/python
  [ -x "$python" ] || python=python3
  echo "installing scitt-cose $SCITT_COSE_VERSION"
  "$python" -m venv --clear "$SCITT_COSE" &&
    "$SCITT_COSE/bin/python" -m pip install --quiet --disable-pip-version-check \
      "scitt-cose==$SCITT_COSE_VERSION"
}

install_debian_packages || fail "a Debian package could not be installed"
install_scitt_cose || fail "scitt-cose could not be installed"

go=$(find_go) || fail "there is no Go"
go_mod=$(find_go_mod) || fail "there is no golang.org/x/mod"
postgresql=$(find_postgresql) || fail "there is no PostgreSQL"
echo "go          $go, $("$go" version)"
echo "x/mod       $go_mod"
echo "postgresql  $postgresql"
echo "scitt-cose  $SCITT_COSE/bin/python, $SCITT_COSE_VERSION"
