#!/usr/bin/env bash
# ocfl-py 2.1.0: a storage root whose ocfl_layout.json names 0004-hashed-n-tuple-storage-layout is INVALID to it
# (E071, “unknown layout”), and the command that says so ends with status 0.
#
# Seen on 2026-11-29: 0004 is a registered extension of OCFL, and the validator's own list of registered
# extensions has it. With 0003-hash-and-id-n-tuple-storage-layout the same root is VALID. Both end with 0, so
# that a script has to read the words.
#
# Needs Python 3.11 or newer with venv. Fails if ocfl-py no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet ocfl-py==2.1.0

root() { # name of the folder, layout, its settings
  mkdir -p "$1/extensions/$2"
  echo "ocfl_1.1" > "$1/0=ocfl_1.1"
  echo "{\"extension\": \"$2\", \"description\": \"see the extension\"}" > "$1/ocfl_layout.json"
  echo "$3" > "$1/extensions/$2/config.json"
}
common='"digestAlgorithm": "sha256", "tupleSize": 3, "numberOfTuples": 3'
four=0004-hashed-n-tuple-storage-layout
three=0003-hash-and-id-n-tuple-storage-layout
root four "$four" "{\"extensionName\": \"$four\", $common, \"shortObjectRoot\": false}"
root three "$three" "{\"extensionName\": \"$three\", $common}"

said_four=$(env/bin/python env/bin/ocfl-root.py validate --root four) && status=0 || status=$?
said_three=$(env/bin/python env/bin/ocfl-root.py validate --root three)
printf 'status %s\n%s\n%s\n' "$status" "$said_four" "$said_three"
[ "$status" = 0 ]
grep -q 'E071.*unknown layout 0004' <<< "$said_four"
grep -q 'four is INVALID' <<< "$said_four"
grep -q 'three is VALID' <<< "$said_three"
grep -q "$four" env/lib/python3*/site-packages/ocfl/validator.py
