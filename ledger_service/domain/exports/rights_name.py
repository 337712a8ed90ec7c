"""The short names of rights that stand at known addresses: those of SPDX, and of RightsStatements.org.

Sources: the SPDX license list, whose ids follow from Creative Commons' addresses; rightsstatements.org, which
is not in that list.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LICENSE = re.compile(
    r"https?://creativecommons\.org/licenses/(by|by-sa|by-nd|by-nc|by-nc-sa|by-nc-nd)/([1234]\.[05])"
    r"/?(?:deed(?:\.[a-zA-Z_-]+)?|legalcode)?\Z"
)
_PUBLIC = re.compile(
    r"https?://creativecommons\.org/publicdomain/(zero|mark)/1\.0/?(?:deed(?:\.[a-zA-Z_-]+)?|legalcode)?\Z"
)
_STATEMENT = re.compile(r"https?://rightsstatements\.org/(?:vocab|page)/([A-Za-z-]{2,12})/1\.0/?")


class RightsName(NamedTuple):
    """id: such as CC-BY-4.0; scheme: who gives it; address: of the scheme."""

    id: str
    scheme: str
    address: str


def rights_name(uri: str) -> RightsName | None:
    """Return the name of the rights at an address, None if no scheme has them: a license of one country."""
    if found := _LICENSE.match(uri):
        return _spdx(f"CC-{found[1].upper()}-{found[2]}")
    if found := _PUBLIC.match(uri):
        return _spdx("CC0-1.0" if found[1] == "zero" else "CC-PDM-1.0")
    if found := _STATEMENT.match(uri):
        return RightsName(found[1], "RightsStatements.org", "https://rightsstatements.org/")
    return None


def _spdx(name: str) -> RightsName:
    return RightsName(name, "SPDX", "https://spdx.org/licenses/")
