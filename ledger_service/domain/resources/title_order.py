"""The order of titles: that of the Uzbek alphabet, in whichever script or alphabet a title is written.

After Z stand Oʻ, Gʻ, Sh and Ch; a word that begins another stands before it. Titles in scripts that are not
folded to Latin letters come last.
"""

from __future__ import annotations

import re
import unicodedata

from ledger_service.domain.resources.fold import letters_of

KEY_BYTES = 40
LONGEST_TITLE = 120  # characters of which a key is made
_LATE = (
    ("{", re.compile("o[ʻʼ'`´‘’]|[öõŏў]")),
    ("|", re.compile("g[ʻʼ'`´‘’]|[ğḡғ]")),
    ("}", re.compile("sh|[şșш]")),
    ("~", re.compile("ch|[çч]")),
)
"""The letters after Z, and the signs that follow z in ASCII."""
_SIGNS = re.compile("[{|}~]")
_E = re.compile("(?<=[шчғ])е")
_BETWEEN = re.compile(r"[^\w{|}~]+")


def title_key(title: str, most_bytes: int = KEY_BYTES) -> bytes:
    """Return at most so many bytes, by which titles are compared byte by byte."""
    plain = unicodedata.normalize("NFC", title[:LONGEST_TITLE]).casefold()
    plain = _E.sub("э", _SIGNS.sub(" ", plain))
    for sign, letters in _LATE:
        plain = letters.sub(sign, plain)
    pieces = _SIGNS.split(plain)
    late = _SIGNS.findall(plain)
    folded = letters_of(pieces[0])
    for sign, piece in zip(late, pieces[1:], strict=True):
        folded += sign + letters_of(piece)
    return _BETWEEN.sub(" ", folded).strip().encode()[:most_bytes]
