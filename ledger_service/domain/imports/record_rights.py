"""What a record of a catalog says of rights: its license, and whether nobody may have the file yet.

A registration stands for good, and so does the license under it: a record that says another than the one
an import is given is not registered under that. Read are the addresses and names of Creative Commons and
RightsStatements.org, and the words for access of OpenAIRE (info:eu-repo) and COAR.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.resources.license import KNOWN_RIGHTS, is_open_uri, rights_uri

_ADDRESS = re.compile(
    r"https?://(?:www\.)?(creativecommons\.org/(?:licenses|publicdomain)/|rightsstatements\.org/(?:vocab|page)/)"
    r"([A-Za-z-]+)/([0-9.]+)",
    re.IGNORECASE,
)
_ACCESS = re.compile(r"info:eu-repo/semantics/(\w+)Access\b|purl\.org/coar/access_right/(c_\w+)")
EMBARGO_END = "info:eu-repo/date/embargoEnd/"
_EMBARGO_END = re.compile(EMBARGO_END + r"(\S+)")
_YEAR_OR_MONTH = re.compile(r"\d{4}(-\d\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
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


def tells_rights(text: str) -> bool:
    """Return whether a text says anything that `license_by` understands."""
    words = (_ADDRESS, _ACCESS, _EMBARGO_END)
    return any(found.search(text) for found in words) or _plain(text) in _PLAIN_NAMES


def _licenses_in(text: str) -> Iterable[str]:
    for host, kind, version in _ADDRESS.findall(text):
        uri = f"{host}{kind}/{version}/".lower().replace("/page/", "/vocab/")
        if uri not in _NAMES:
            raise InvalidManifest("rights-unknown", uri=uri)
        yield _NAMES[uri]
    if _plain(text) in _PLAIN_NAMES:
        yield _PLAIN_NAMES[_plain(text)]


def _plain(text: str) -> str:
    return "-".join(text.split()).lower()


def _access_in(text: str) -> Iterable[str]:
    for word, code in _ACCESS.findall(text):
        yield word.lower() or _COAR.get(code, "")


def _check_embargo(ends: list[str], today: date) -> None:
    for end in ends:
        if not _is_over(end[:10], today):
            raise InvalidManifest("embargo", end=end[:40])
    if not ends:
        raise InvalidManifest("embargo-without-end")


def _is_over(end: str, today: date) -> bool:
    """Return whether a day has come, or a month or year has passed; nobody knows it of other words."""
    if _YEAR_OR_MONTH.fullmatch(end):
        return end < today.isoformat()[: len(end)]
    try:
        return date.fromisoformat(end) <= today
    except ValueError:
        return False


def embargo_until(available: str) -> str:
    """Return the end of an embargo, as records name it, if something may be had from a date on.

    available: as dcterms:available has it. A year or a month begins on its first day. Empty if it is no date.
    """
    if _YEAR_OR_MONTH.fullmatch(available):
        return EMBARGO_END + (available + "-01-01")[:10]
    return EMBARGO_END + available[:10] if _DAY.match(available) else ""
