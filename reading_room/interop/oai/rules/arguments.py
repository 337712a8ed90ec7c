"""The arguments of a request, by its verb (OAI-PMH §4): what must and may be said, each thing once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from reading_room.interop.oai.rules.faults import BAD_ARGUMENT, BAD_VERB, NO_FORMAT, Fault
from reading_room.interop.oai.rules.stamps import parse_stamp

VERB, TOKEN, PREFIX, IDENTIFIER = "verb", "resumptionToken", "metadataPrefix", "identifier"
SET, FROM, UNTIL = "set", "from", "until"
GET_RECORD, IDENTIFY, LIST_FORMATS = "GetRecord", "Identify", "ListMetadataFormats"
LIST_IDENTIFIERS, LIST_RECORDS, LIST_SETS = "ListIdentifiers", "ListRecords", "ListSets"
_SELECTING = ((PREFIX,), (FROM, UNTIL, SET, TOKEN))
ARGUMENTS: Mapping[str, tuple[Collection[str], Collection[str]]] = {
    GET_RECORD: ((IDENTIFIER, PREFIX), ()),
    IDENTIFY: ((), ()),
    LIST_FORMATS: ((), (IDENTIFIER,)),
    LIST_IDENTIFIERS: _SELECTING,
    LIST_RECORDS: _SELECTING,
    LIST_SETS: ((), (TOKEN,)),
}
"""Of each verb, what must be said and what may be."""
_LETTERS = r"[A-Za-z0-9_.!~*'()-]+"
_PREFIX = re.compile(_LETTERS + r"\Z")
_SET = re.compile(rf"{_LETTERS}(?::{_LETTERS})*\Z")


@dataclass(frozen=True)
class Selection:
    """What a list is of, as it was asked for; what was not said is empty. since, until: datestamps."""

    verb: str
    prefix: str = ""
    set_spec: str = ""
    since: str = ""
    until: str = ""

    def span(self) -> tuple[int, int | None]:
        """Return the first and the last second that are asked for, None if to the end; raise Fault."""
        since = parse_stamp(FROM, self.since) if self.since else None
        until = parse_stamp(UNTIL, self.until) if self.until else None
        if since is not None and until is not None:
            if since.is_day != until.is_day:
                raise Fault(BAD_ARGUMENT, "stamps-differ")
            if since.first > until.last:
                raise Fault(BAD_ARGUMENT, "stamps-crossed", since=self.since, until=self.until)
        first = 0 if since is None else max(since.first, 0)
        return first, None if until is None else until.last


def read_arguments(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return what a request says, its verb too, each thing checked by itself; raise Fault."""
    given = dict(pairs)
    verb = _verb([text for name, text in pairs if name == VERB])
    needed, possible = ARGUMENTS[verb]
    for name in given:
        if name not in (VERB, *needed, *possible):
            raise Fault(BAD_ARGUMENT, "argument-unknown", name=name, verb=verb)
        if sum(other == name for other, _ in pairs) > 1:
            raise Fault(BAD_ARGUMENT, "argument-repeated", name=name)
    if TOKEN in given:
        if len(given) > 2:
            raise Fault(BAD_ARGUMENT, "argument-alone", name=TOKEN)
        return given
    for name in needed:
        if not given.get(name):
            raise Fault(BAD_ARGUMENT, "argument-missing", name=name, verb=verb)
    _check_letters(given)
    return given


def selection_of(given: Mapping[str, str], known: Collection[str]) -> Selection:
    """Return the list that is asked for; known: prefixes of formats. Raises Fault."""
    check_format(given[PREFIX], known)
    selection = Selection(
        given[VERB],
        given[PREFIX],
        given.get(SET, ""),
        given.get(FROM, ""),
        given.get(UNTIL, ""),
    )
    selection.span()
    return selection


def check_format(prefix: str, known: Collection[str]) -> None:
    """Check that records are told in this format; raise Fault."""
    if prefix not in known:
        raise Fault(NO_FORMAT, "format", prefix=prefix)


def _verb(verbs: Sequence[str]) -> str:
    if not verbs:
        raise Fault(BAD_VERB, "verb-missing")
    if len(verbs) > 1:
        raise Fault(BAD_VERB, "verb-repeated")
    if verbs[0] not in ARGUMENTS:
        raise Fault(BAD_VERB, "verb-unknown", verb=verbs[0])
    return verbs[0]


def _check_letters(given: Mapping[str, str]) -> None:
    """Check that values are written as the protocol has them; a date that is empty is none."""
    for name, form in ((PREFIX, _PREFIX), (SET, _SET)):
        if name in given and not form.match(given[name]):
            raise Fault(BAD_ARGUMENT, "letters", name=name, text=given[name])
    for name in (FROM, UNTIL):
        if name in given:
            parse_stamp(name, given[name])
