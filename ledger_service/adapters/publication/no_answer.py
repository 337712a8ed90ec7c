"""Why another machine does not answer, in a few kinds that anybody understands."""

from __future__ import annotations

import socket
import ssl
from enum import StrEnum

from ledger_service.domain.reasons import Reason

LONGEST_TOLD = 200  # characters of what another program says


class Silence(StrEnum):
    """Why there is no answer, as anybody understands it; the values are names of reasons."""

    NOT_PUBLIC = "no-answer.not-public"
    REFUSED = "no-answer.refused"
    LATE = "no-answer.late"
    NAME = "no-answer.name"
    NOT_SAFE = "no-answer.not-safe"
    BROKEN = "no-answer.broken"
    NO_WAY = "no-answer.no-way"


class NoAnswer(Exception):
    """The other side does not answer, or not as HTTP does. Adapters turn it into an error of ours."""

    @property
    def reason(self) -> Reason:
        """Why there is none; see `why_no_answer`."""
        return why_no_answer(self)


class AddressNotPublic(NoAnswer):
    """The other side stands in a private network, where nobody told us to ask."""


class AnswerTooLong(NoAnswer):
    """The answer is longer than it may be; of less there may be one."""


class KeptConnectionEnded(NoAnswer):
    """The other side ended a connection that was kept, just when a request was sent over it."""


def why_no_answer(exc: BaseException) -> Reason:
    """Return why there is no answer; `told` in it is what another program said, for operators."""
    causes = exc, exc.__cause__
    found = (why for cause in causes for kind, why in _KINDS if isinstance(cause, kind))
    return Reason(next(found, Silence.BROKEN), {"told": told_by(exc)[:LONGEST_TOLD]})


def told_by(exc: BaseException) -> str:
    """Return what an exception says, and what it is called if it says nothing."""
    return str(exc) or type(exc).__name__


_KINDS: tuple[tuple[type[BaseException], Silence], ...] = (
    (AddressNotPublic, Silence.NOT_PUBLIC),
    (ConnectionRefusedError, Silence.REFUSED),
    (TimeoutError, Silence.LATE),
    (socket.gaierror, Silence.NAME),
    (UnicodeError, Silence.NAME),
    (ssl.SSLError, Silence.NOT_SAFE),
    (ConnectionError, Silence.BROKEN),
    (OSError, Silence.NO_WAY),
)
"""By the first that an exception is."""
