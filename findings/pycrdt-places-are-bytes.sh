#!/usr/bin/env bash
# pycrdt 0.14.13: a place in a Text is a count of bytes of UTF-8, and a place within a letter is another place, silently.
#
# Seen on 2026-11-30: `len(str(text))` of "ўz" is 2 and `len(text)` is 3. `text.insert(1, "!")` does not come behind the
# first letter, as in a string of Python and in Yjs (where a place counts UTF-16): it raises nothing, and stands at the end.
# With Latin letters alone all three counts are the same, so that tests in English notice nothing.
# So whoever compares texts in Python tells pycrdt places in bytes, at the beginnings of letters.
#
# Needs Python 3.11 or newer with venv. Fails if pycrdt no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet pycrdt==0.14.13

cat > places.py <<'PY'
from pycrdt import Doc, Text


def inserted(text: str, place: int) -> str:
    document = Doc()
    document["text"] = made = Text(text)
    made.insert(place, "!")
    return str(made)


document = Doc()
document["text"] = made = Text("ўzbek")
print("letters:", len(str(made)), "| len(text):", len(made))
assert (len(str(made)), len(made)) == (5, 6)
print("Latin, at 1:", inserted("ozbek", 1))
assert inserted("ozbek", 1) == "o!zbek"
print("Cyrillic first, at 1:", inserted("ўzbek", 1), "| at 2:", inserted("ўzbek", 2))
assert inserted("ўzbek", 1) == "ўzbek!"
assert inserted("ўzbek", 2) == "ў!zbek"
print("as seen: places are bytes, and one within a letter is the end")
PY
env/bin/python places.py
