"""What a record of a catalog says of rights: its license, and whether nobody may have the file yet.

A registration stands for good, and so does the license under it: a record that says another than the one
an import is given is not registered under that. Read are the addresses and names of Creative Commons and
RightsStatements.org, and the words for access of OpenAIRE (info:eu-repo) and COAR.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.resources.license import KNOWN_RIGHTS, is_open_uri, rights_uri

_ADDRESS = re.compile(
    r"https?://(?:www\.)?(creativecommons\.org/(?:licenses|publicdomain)/|rightsstatements\.org/(?:vocab|page)/)"
    r"([A-Za-z-]+)/([0-9.]+)",
    re.IGNORECASE,
)
_ACCESS = re.compile(r"info:eu-repo/semantics/(\w+)Access\b|purl\.org/coar/access_right/(c_\w+)")
_EMBARGO_END = re.compile(r"info:eu-repo/date/embargoEnd/(\S+)")
_COAR = {"c_abf2": "open", "c_f1cf": "embargoed", "c_16ec": "restricted", "c_14cb": "closed"}
_NAMES = {uri.partition("://")[2].lower(): name for name, uri in KNOWN_RIGHTS.items()}
_PLAIN_NAMES = {name.lower(): name for name in KNOWN_RIGHTS}


def license_by(said: Iterable[str], given: str, today: date) -> str:
    """Return the name of the license of a record. said: all that it says of rights and dates; given: for
    records that name none.

    Raises:
        InvalidManifest: it names a license that is not known, or several; an embargo has not ended or says
            no end; it is closed, and the license that was given is open.
    """
    texts = list(said)
    named = {name for text in texts for name in _licenses_in(text)}
    if len(named) > 1:
        raise InvalidManifest("rights-several", licenses=", ".join(sorted(named)))
    found = next(iter(named), given)
    access = {word for text in texts for word in _access_in(text)}
    ends = [end for text in texts for end in _EMBARGO_END.findall(text)]
    if ends or "embargoed" in access:
        _check_embargo(ends, today)
    elif access & {"restricted", "closed"} and is_open_uri(rights_uri(found)):
        raise InvalidManifest("rights-closed", license=found[:80])
    return found


def _licenses_in(text: str) -> Iterable[str]:
    for host, kind, version in _ADDRESS.findall(text):
        uri = f"{host}{kind}/{version}/".lower().replace("/page/", "/vocab/")
        if uri not in _NAMES:
            raise InvalidManifest("rights-unknown", uri=uri)
        yield _NAMES[uri]
    plain = "-".join(text.split()).lower()
    if plain in _PLAIN_NAMES:
        yield _PLAIN_NAMES[plain]


def _access_in(text: str) -> Iterable[str]:
    for word, code in _ACCESS.findall(text):
        yield word.lower() or _COAR.get(code, "")


def _check_embargo(ends: list[str], today: date) -> None:
    for end in ends:
        with suppress(ValueError):
            if date.fromisoformat(end[:10]) <= today:
                continue
        raise InvalidManifest("embargo", end=end[:40])
    if not ends:
        raise InvalidManifest("embargo-without-end")
