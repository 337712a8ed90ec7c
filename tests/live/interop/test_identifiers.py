"""Identifiers that we read, beside `idutils`: both take and refuse the same, but of ROR."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

from ledger_service.domain.resources import work_identifier
from reading_room.search.rules.name import read_names

SEED = 20261130
KNOWN = {
    "isbn": ["9780306406157", "0306406152", "9781861972712", "080442957X", "9791090636071"],
    "issn": ["2049-3630", "0378-5955", "1234-5679", "2434-561X"],
    "orcid": ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"],
    "ror": ["05dxps055", "03yrm5c26", "02mhbdp94"],
}
OURS = {
    "isbn": work_identifier.isbn,
    "issn": work_identifier.issn,
    "orcid": work_identifier.orcid,
    "ror": work_identifier.ror,
}
PROGRAM = """
import json, sys
import idutils
checks = {"isbn": idutils.is_isbn, "issn": idutils.is_issn, "orcid": idutils.is_orcid, "ror": idutils.is_ror}
asked, texts = json.load(sys.stdin)
print(json.dumps([[bool(checks[scheme](text)) for scheme, text in asked],
                  [idutils.detect_identifier_schemes(text) for text in texts]]))
"""
TEXTS = {
    "doi": "https://doi.org/10.1000/182",
    "orcid": "https://orcid.org/0000-0002-1825-0097",
    "ror": "https://ror.org/02mhbdp94",
    "ark": "ark:/12345/x1",
    "handle": "hdl:20.500.12345/7",
    "isbn": "9780306406157",
    "issn": "2049-3630",
}


def slips() -> list[tuple[str, str]]:
    """Return known identifiers, and each with one digit changed or two that changed places."""
    chance = random.Random(SEED)
    found = []
    for scheme, values in KNOWN.items():
        for value in values:
            found.append((scheme, value))
            for _ in range(60):
                at = chance.randrange(1, len(value) - 1)
                changed = value[:at] + chance.choice("0123456789") + value[at + 1 :]
                swapped = value[:at] + value[at + 1] + value[at] + value[at + 2 :]
                found += [
                    (scheme, text)
                    for text in (changed, swapped)
                    if "-" not in (text[at], value[at])
                ]
    return found


def test_both_take_the_same_identifiers(clients: Path) -> None:
    asked = slips()
    done = subprocess.run(
        [clients / "python", "-c", PROGRAM],
        input=json.dumps([asked, list(TEXTS.values())]), capture_output=True, check=True, text=True,
    )  # fmt: skip
    theirs, schemes = json.loads(done.stdout)
    ours = [bool(OURS[scheme](text)) for scheme, text in asked]
    rows = list(zip(asked, ours, theirs, strict=True))
    assert [row for row in rows if row[0][0] != "ror" and row[1] != row[2]] == []
    # Of ROR, idutils looks at the form alone: what has a wrong check digit is one to it.
    assert all(their for (scheme, _), our, their in rows if scheme == "ror" and our)
    assert not all(our for (scheme, _), our, their in rows if scheme == "ror" and their)
    assert 20 < sum(ours) < len(ours) / 2
    for (scheme, text), found in zip(TEXTS.items(), schemes, strict=True):
        assert scheme in found
        assert read_names(text).names[0].scheme == scheme
