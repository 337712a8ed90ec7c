#!/usr/bin/env bash
# Installs what `make test-deployed` needs, on Debian and as root: debootstrap, systemd-nspawn and Podman; and
# makes a machine with nothing but Debian 12, systemd, Python and make in build/deployed/base, once.
# May be run again at any time; what is there already is left as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive

readonly BASE=build/deployed/base
readonly SUITE=bookworm
readonly PACKAGES=systemd,systemd-sysv,dbus,ca-certificates,make,python3,python3-venv
readonly CERTIFICATES=/etc/ssl/certs/ca-certificates.crt

fail() {
  echo "deployed_tools: $*" >&2
  exit 1
}

[ "$(id -u)" -eq 0 ] || fail "a machine is started by root only: sudo make test-deployed"
missing=()
command -v debootstrap > /dev/null || missing+=(debootstrap)
command -v systemd-nspawn > /dev/null || missing+=(systemd-container)
command -v podman > /dev/null || missing+=(podman crun)
if [ ${#missing[@]} -ne 0 ]; then
  command -v apt-get > /dev/null || fail "no apt-get here; install by hand: ${missing[*]}"
  echo "installing ${missing[*]}"
  apt-get update --quiet --quiet
  apt-get install --quiet --quiet --yes --no-install-recommends "${missing[@]}"
fi

[ -e "$BASE/.made" ] && exit 0
echo "making a machine of $SUITE"
rm -rf "$BASE"
mkdir -p "$BASE"
debootstrap --variant=minbase --include="$PACKAGES" "$SUITE" "$BASE" > build/deployed/debootstrap.log ||
  fail "debootstrap failed; see build/deployed/debootstrap.log"
# Official images of Python have it by this name. The certificates are this machine's, which may stand behind
# a proxy of its own.
ln -s /usr/bin/python3 "$BASE/usr/local/bin/python"
cp "$CERTIFICATES" "$BASE$CERTIFICATES"
touch "$BASE/.made"
