"""Which license addresses `rights` of a manifest may hold: those of two vocabularies, in their one form.

Source: IIIF Presentation API 3.0, §3.2 (`rights`).
"""

from __future__ import annotations

import re

_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/"
    r"((?:licenses/(?:by|by-sa|by-nd|by-nc|by-nc-sa|by-nc-nd)|publicdomain/(?:zero|mark))/[0-9]\.[0-9])"
    r"/?(?:(?:deed|legalcode)(?:\.[A-Za-z_-]+)?)?\Z"
)
_STATEMENT = re.compile(
    r"https?://rightsstatements\.org/(?:vocab|page)/"
    r"(InC|InC-OW-EU|InC-EDU|InC-NC|InC-RUU|NoC-CR|NoC-NC|NoC-OKLR|NoC-US|CNE|UND|NKC)/1\.0/?\Z"
)


def rights_uri(uri: str) -> str | None:
    """Return the URI by which these vocabularies name a license; None for a license of another kind."""
    if match := _CREATIVE_COMMONS.match(uri):
        return f"http://creativecommons.org/{match[1]}/"
    if match := _STATEMENT.match(uri):
        return f"http://rightsstatements.org/vocab/{match[1]}/1.0/"
    return None
