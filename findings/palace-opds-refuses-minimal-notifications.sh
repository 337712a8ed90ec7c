#!/usr/bin/env bash
# palace-opds 48.1.0: LoanStatus, its model of what a distributor says of a loan, refuses the minimal document that
# ODL 1.0 §6 has distributors send as a notification (example 6 there: `id` and `status`, nothing else): it wants
# message, updated and links as well. And links.get(rel, type) does not find a link whose type has a parameter.
#
# Seen on 2026-11-30. Whoever tells Palace of a change sends the whole status document, with bare media types.
#
# Needs Python 3.12 or newer with venv. Fails if palace-opds no longer does so.
set -euo pipefail
for python in python3.{14,13,12} python3 ~/.pyenv/versions/3.*/bin/python; do
  "$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 12))' 2> /dev/null && break
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet palace-opds==48.1.0

"$folder/env/bin/python" - << 'PYTHON'
from importlib.metadata import version

from palace.opds.lcp.status import LoanStatus
from pydantic import ValidationError

MINIMAL = {"id": "3c649cda-d8c5-4d48-bd80-85aff3fcb734", "status": "returned"}
AT = "2026-11-30T12:00:00Z"
TYPE = LoanStatus.content_type()
WHOLE = {
    **MINIMAL,
    "message": "It was returned.",
    "updated": {"license": AT, "status": AT},
    "links": [
        {"rel": "license", "href": "https://lender.example/1/license", "type": "text/html"},
        {"rel": "self", "href": "https://lender.example/1", "type": f"{TYPE}; charset=utf-8"},
    ],
}

print("palace-opds", version("palace-opds"))
try:
    LoanStatus.model_validate(MINIMAL)
    missing = []
except ValidationError as exc:
    missing = [error["loc"][0] for error in exc.errors() if error["type"] == "missing"]
print("id and status alone: missing", missing)
found = LoanStatus.model_validate(WHOLE)
print("the whole document:", found.status)
own = found.links.get(rel="self", type=TYPE), found.links.get(rel="self")
print("self by its media type:", own[0])
assert missing == ["message", "updated", "links"]
assert found.status == "returned"
assert own[0] is None
assert own[1] is not None
PYTHON
