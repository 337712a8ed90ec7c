#!/usr/bin/env bash
# palace-opds 48.1.0: a title that is a map of languages, as Readium's publication manifests have it, loses a title
# if two of its languages differ in their script alone: `uz-Latn` and `uz-Cyrl` are one key, and the last one counts.
# Also, a publication whose only acquisition link has the short relation `borrow` of 2026 is refused.
#
# Seen on 2026-11-30. Whoever has titles in two scripts tells one text, in the language that is asked for, and gives
# `borrow` beside http://opds-spec.org/acquisition/borrow.
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

from palace.opds.opds2 import Publication
from pydantic import ValidationError

OLD = "http://opds-spec.org/acquisition/borrow"
TITLES = {"uz-Latn": "Xamsa", "uz-Cyrl": "Хамса", "ru": "Пятерица"}


def read(rel: str | list[str]) -> Publication:
    return Publication.model_validate(
        {
            "metadata": {
                "@type": "http://schema.org/Book",
                "title": TITLES,
                "identifier": "urn:isbn:9789943010109",
            },
            "images": [{"href": "https://library.example/1.jpg", "type": "image/jpeg"}],
            "links": [{"rel": rel, "href": "https://library.example/1", "type": "text/html"}],
        }
    )


print("palace-opds", version("palace-opds"))
title = read(["borrow", OLD]).metadata.title
print("titles given:", len(TITLES), "titles kept:", dict(title.items()))
try:
    read("borrow")
    refused = False
except ValidationError as exc:
    refused = "acquisition link" in str(exc)
print("borrow alone is refused:", refused)
assert len(title) == 2
assert title.get("uz") == title.get("uz-Latn") == TITLES["uz-Cyrl"]
assert refused
PYTHON
