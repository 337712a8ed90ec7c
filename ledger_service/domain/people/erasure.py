"""Erased readers: the tag by which one is known again in an older copy of the database, and by nothing else.

The tag is keyed by the reader's own key, which is destroyed with the reader. So a list of tags tells nobody
who was erased, unless they hold a copy of the database from before. Normative text: docs/formats.md §2.
"""

from __future__ import annotations

import hmac

ERASURE_LABEL = b"muhr erased reader"


def erasure_tag(reader_key: bytes) -> bytes:
    """Return the 32 bytes that stand for a reader on the list of those who were erased."""
    return hmac.digest(reader_key, ERASURE_LABEL, "sha256")
