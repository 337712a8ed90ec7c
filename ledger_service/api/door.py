"""What a room beside the ledger may use of this package: the caller, problems, and shapes that it shares."""

from __future__ import annotations

from ledger_service.api.callers import SECURED, TELLS_MORE, InCaller, InLibrary, admit, needs
from ledger_service.api.delivery import CutStream, deliver_copy, deliver_opened
from ledger_service.api.imports.shapes import ImportShape
from ledger_service.api.lending.books import send_part
from ledger_service.api.problems import problem
from ledger_service.api.queries import ANY_QUERY
from ledger_service.api.ranges import is_known
from ledger_service.api.repeats import once
from ledger_service.api.requests import (
    ADDRESS,
    JsonRoute,
    announced_digest,
    announced_size,
    check_content_type,
    keep_for_all,
    read_declared,
    receive_body,
)
from ledger_service.api.resources.shapes import RegistrationShape
from ledger_service.api.routing.methods import IS_HEAD
from ledger_service.api.shapes import (
    AskedFrom,
    AskedHex,
    AskedPage,
    AskedUntil,
    BlockShape,
    Page,
    PageSize,
    Shape,
    bytes_of,
)
from ledger_service.api.sockets import Handshake, presences_of, shake_hands
from ledger_service.api.uses import count_use

__all__ = [
    "ADDRESS",
    "ANY_QUERY",
    "IS_HEAD",
    "SECURED",
    "TELLS_MORE",
    "AskedFrom",
    "AskedHex",
    "AskedPage",
    "AskedUntil",
    "BlockShape",
    "CutStream",
    "Handshake",
    "ImportShape",
    "InCaller",
    "InLibrary",
    "JsonRoute",
    "Page",
    "PageSize",
    "RegistrationShape",
    "Shape",
    "admit",
    "announced_digest",
    "announced_size",
    "bytes_of",
    "check_content_type",
    "count_use",
    "deliver_copy",
    "deliver_opened",
    "is_known",
    "keep_for_all",
    "needs",
    "once",
    "presences_of",
    "problem",
    "read_declared",
    "receive_body",
    "send_part",
    "shake_hands",
]
