"""Requests: a reader asks to be lent a resource, and waits for a registrar or for a seat if need be."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.errors import InvalidIdentifier
from ledger_service.domain.identifiers import Digest, GrantId, StewardId
from ledger_service.domain.lending.denial import Denial

ID_BYTES = 16
_ID = re.compile(r"[0-9a-f]{32}\Z")


class RequestState(StrEnum):
    """How far a request has come.

    asked: a registrar decides. waiting: in line for a seat. ready: its turn has come, and a seat is kept for
    a while. lapsed: the seat was not picked up in time. closed: the library ended it, and says why.
    """

    ASKED = "asked"
    WAITING = "waiting"
    READY = "ready"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CLOSED = "closed"


OPEN_REQUEST_STATES = (RequestState.ASKED, RequestState.WAITING, RequestState.READY)
"""Those in which a reader may still be lent what they asked for. A reader has one such for a resource."""
REQUEST_STATES_IN_LINE = (RequestState.WAITING, RequestState.READY)


class Closing(StrEnum):
    """Why the library ended a request, beside a registrar's refusal."""

    RESOURCE_WITHDRAWN = "resource-withdrawn"
    READER_GONE = "reader-gone"
    CHAIN_REFUSED = "chain-refused"


REFUSALS = (Denial.NO_LICENSE, Denial.OVER_LIMIT, Denial.NOT_LENT)
"""The reasons for which a registrar may refuse a request."""


@dataclass(frozen=True)
class Request:
    """serial: rises in the order in which requests were accepted, which is the order of a line.

    id: 32 hex, random. reader: the service's random name. seconds: how long the loan is to be. Times in
    seconds since 1970 UTC. approved: by a registrar. held_until: while it is ready, how long its seat
    is kept. grant: what came of it. why: of a refusal or an end, a word of `Denial` or `Closing`.
    """

    serial: int
    id: str
    digest: Digest
    steward: StewardId
    reader: str
    seconds: int
    state: RequestState
    asked_at: int
    changed_at: int
    approved: bool = False
    held_until: int | None = None
    grant: GrantId | None = None
    why: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the reader may still be lent what they asked for."""
        return self.state in OPEN_REQUEST_STATES


def new_request_id() -> str:
    """Return a random id, which says nothing of how many requests there are."""
    return secrets.token_hex(ID_BYTES)


def check_request_id(text: str) -> str:
    """Return an id as it is given; raise InvalidIdentifier for another form."""
    if not _ID.match(text):
        raise InvalidIdentifier("request")
    return text
