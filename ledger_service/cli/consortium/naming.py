"""By what names institutions and ledgers are told to signers: those of which the ids are the hashes.

They are found in what lies here: requests to join beside the charter, and what the members of this machine's
library announced, if there is one. Whoever wrote them cannot choose another's id; so no signature counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from ledger_service import config as configuration
from ledger_service.adapters.given_files import read_given
from ledger_service.cli.people.own_library import own_library
from ledger_service.domain import foreign_text
from ledger_service.domain.consortium.join_request import LARGEST_BYTES, JoinRequest
from ledger_service.domain.consortium.member import Announcement
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import LedgerId, StewardId

MOST_FILES = 256  # of a folder that are looked at


def names_beside(charter_file: Path) -> dict[str, str]:
    """Return URIs of institutions and names of ledgers, by their ids of 64 hex; none if nothing lies here."""
    names = {}
    for uri, origin in (*_requested(charter_file.parent), *_announced()):
        names[StewardId.of_uri(uri).hex()] = uri
        names[LedgerId.of_origin(origin).hex()] = origin
    return names


def _requested(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield URI and ledger's name of each request to join in a folder, or in this machine's home."""
    from ledger_service.adapters.signer import check_ed25519

    own = configuration.load().home / "join-request.json"
    for file in (*islice(sorted(folder.glob("*.json")), MOST_FILES), own):
        with suppress(LedgerError, OSError):
            text = foreign_text.parse(read_given(file, LARGEST_BYTES))
            asked = JoinRequest.parse(text, check_ed25519)
            yield asked.uri, asked.key.name


def _announced() -> list[tuple[str, str]]:
    """Return URI and ledger's name of each member that this machine's library knows."""
    found: list[tuple[str, str]] = []
    if not configuration.load().charter.exists():
        return found
    with suppress(LedgerError), own_library() as (store, _), store.read() as transaction:
        for kept in transaction.members.all():
            member = Announcement.parse(kept.text).member
            found.append((member.uri, member.key.name))
    return found
