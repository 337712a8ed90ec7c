"""How a record spells words of which the index has only keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ledger_service.domain.resources.fold import words_of

_PIECES = re.compile(r"[\w'`´ʹʻʼʽʾʿ‘’‛′]+")


def as_spelled(keys: Sequence[str], texts: Iterable[str]) -> str:
    """Return keys as these texts spell their words; what they do not have stays a key."""
    spelled: dict[str, str] = {}
    for text in texts:
        for piece in _PIECES.findall(text):
            words = words_of(piece)
            if len(words) == 1:
                spelled.setdefault(words[0], piece.strip("'`´‘’"))
    return " ".join(spelled.get(key, key) for key in keys)
