#!/usr/bin/env bash
# Installs what `make test-browser` needs beside the project's own packages, on Debian: Chromium and its
# driver. May be run again at any time; what is there already is left as it is.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

fail() {
  echo "browser_tools: $*" >&2
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

missing=()
command -v chromium > /dev/null || missing+=(chromium fonts-dejavu-core)
command -v chromedriver > /dev/null || missing+=(chromium-driver)
[ ${#missing[@]} -eq 0 ] && exit 0
command -v apt-get > /dev/null || fail "no apt-get here; install by hand: ${missing[*]}"
echo "installing ${missing[*]}"
as_root apt-get update --quiet --quiet
as_root apt-get install --quiet --quiet --yes --no-install-recommends "${missing[@]}"
