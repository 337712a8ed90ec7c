"""What rights a license's address stands for: Creative Commons and RightsStatements.org, by their codes."""

from __future__ import annotations

import re
from typing import NamedTuple

_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/licenses/"
    r"(by|by-sa|by-nd|by-nc|by-nc-sa|by-nc-nd)/([0-9]\.[0-9])(?:/([a-z-]{2,8}))?/?(?:deed\.[a-z_-]+|legalcode)?\Z"
)
_PUBLIC_DOMAIN = re.compile(
    r"https?://creativecommons\.org/publicdomain/(zero|mark)/([0-9]\.[0-9])/?"
)
_STATEMENT = re.compile(
    r"https?://rightsstatements\.org/(?:vocab|page)/([A-Za-z-]{2,12})/([0-9]\.[0-9])/?"
)
STATEMENTS = {
    "InC": "In Copyright",
    "InC-OW-EU": "In Copyright - EU Orphan Work",
    "InC-EDU": "In Copyright - Educational Use Permitted",
    "InC-NC": "In Copyright - Non-Commercial Use Permitted",
    "InC-RUU": "In Copyright - Rights-holder(s) Unlocatable or Unidentifiable",
    "NoC-CR": "No Copyright - Contractual Restrictions",
    "NoC-NC": "No Copyright - Non-Commercial Use Only",
    "NoC-OKLR": "No Copyright - Other Known Legal Restrictions",
    "NoC-US": "No Copyright - United States",
    "CNE": "Copyright Not Evaluated",
    "UND": "Copyright Undetermined",
    "NKC": "No Known Copyright",
}
"""The names that RightsStatements.org gives its statements, which are names in every language."""


class Rights(NamedTuple):
    """code: by which a text is found, such as by-sa; name: as it is known, empty for other rights."""

    code: str
    name: str


def rights_of(uri: str) -> Rights:
    """Return what rights an address stands for."""
    if match := _CREATIVE_COMMONS.match(uri):
        port = f" {match[3].upper()}" if match[3] and match[3] != "deed" else ""
        return Rights(match[1], f"CC {match[1].upper()} {match[2]}{port}")
    if match := _PUBLIC_DOMAIN.match(uri):
        name = "CC0" if match[1] == "zero" else "Public Domain Mark"
        return Rights(match[1], f"{name} {match[2]}")
    match = _STATEMENT.match(uri)
    if match and match[1] in STATEMENTS:
        return Rights(match[1].lower(), STATEMENTS[match[1]])
    return Rights("other", "")
