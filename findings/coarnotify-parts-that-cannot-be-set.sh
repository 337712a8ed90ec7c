#!/usr/bin/env bash
# coarnotify 1.0.1.4: the content of an announced work can be read from a notification, and not be set by the
# class that is made for it.
#
# Seen on 2026-11-30: AnnounceEndorsementContext, RequestReviewObject and RequestEndorsementObject override the
# property `item` of NotifyObject with a getter alone, so that `context.item = item` raises AttributeError. The plain
# NotifyObject takes it, and the notification made of it is valid. Whoever builds an Announce Endorsement by the
# classes of its own module cannot say where the file is.
#
# Needs Python 3.11 or newer with venv. Fails if the item can be set.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet coarnotify==1.0.1.4

cat > ask.py <<'PY'
from importlib.metadata import version

from coarnotify.core.notify import NotifyItem, NotifyObject
from coarnotify.patterns.announce_endorsement import AnnounceEndorsementContext
from coarnotify.patterns.request_endorsement import RequestEndorsementObject
from coarnotify.patterns.request_review import RequestReviewObject

print("coarnotify", version("coarnotify"))
found = {}
for kind in (NotifyObject, AnnounceEndorsementContext, RequestEndorsementObject, RequestReviewObject):
    item = NotifyItem()
    item.id, item.type, item.media_type = "https://x.example/file", ["Document"], "application/pdf"
    part = kind()
    part.id = "https://x.example/page"
    try:
        part.item = item
        found[kind.__name__] = part.item.id
    except AttributeError as exc:
        found[kind.__name__] = f"AttributeError: {exc}"
    print(f"{kind.__name__}.item = …: {found[kind.__name__]}")
assert found.pop("NotifyObject") == "https://x.example/file", found
assert all(said.startswith("AttributeError") for said in found.values()), found
print("as seen: the part can be read, and not be set")
PY
env/bin/python ask.py
