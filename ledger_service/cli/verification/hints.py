"""What a file that nobody registered is like, by the file here and by what a library holds."""

from __future__ import annotations

import mmap
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import TypeAlias

from ledger_service import messages
from ledger_service.adapters.content.pdf_pages import title_of
from ledger_service.adapters.given_files import open_given
from ledger_service.adapters.remote import RemoteService
from ledger_service.cli.output import say
from ledger_service.cli.verification.differences import difference_from
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.search import folded
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.difference import Difference
from ledger_service.domain.verification.likeness import MOST_LIKES, Hint, Like, Likeness, likes_of
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import Verdict
from ledger_service.ports.paging import MOST_ITEMS

MOST_SEEN = 20_000  # registrations that are looked at for a title
MOST_TITLES = 5

Near: TypeAlias = tuple[Digest, RemoteService]
"""What a student named as almost the same, and the service as it is asked with their token."""


def hints_for(
    path: Path,
    verdict: Verdict,
    given: Receipt | Absence | None,
    service: RemoteService,
    near: Near | None = None,
) -> list[Hint | Difference]:
    """Return what a file is like that is not what was registered.

    given: evidence by which the file was judged; the service is then asked for nothing but what it differs
    in from what the student named.
    """
    if not path.is_file():
        return []
    found: list[Hint | Difference] = []
    if near is not None:
        try:
            found.append(difference_from(path, *near))
        except LedgerError as exc:
            say(f"{path}: not compared: {messages.detail(exc)}", err=True)
    likes = _likes(path)
    if given is not None:
        return found + (_hints_by(given, likes) if isinstance(given, Receipt) else [])
    try:
        found += _hints_of(service, verdict.digest, likes)
        same = _same_titles(service, path)
    except LedgerError:  # which holds nothing back of the verdict
        return found
    if near is None and len(same) == 1:
        with suppress(LedgerError):
            difference = difference_from(path, same[0].like.digest, service)
            if not difference.is_whole:
                return [*found, difference]
    return found + same


def _likes(path: Path) -> list[Like]:
    if not path.stat().st_size:
        return []
    with open_given(path) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return list(likes_of(data))


def _hints_by(receipt: Receipt, likes: list[Like]) -> list[Hint]:
    digest = Entry.parse(receipt.entry).facts.get("digest")
    title = str(receipt.record.get("title", ""))
    return [Hint(like, title) for like in likes if like.digest.hex() == digest]


def _hints_of(service: RemoteService, digest: Digest, likes: list[Like]) -> list[Hint]:
    asked = [like.format() for like in likes]
    told = service.get(f"/resources/{digest}/verdict", like=asked).get("hints", [])
    hints = [(Like.parse(f"{hint['likeness']}:{hint['values']['digest']}"), hint) for hint in told]
    return [
        Hint(like, str(hint["values"]["title"]))
        for like, hint in hints[:MOST_LIKES]
        if like in likes
        or like.likeness is Likeness.COPY  # of which the library tells the original
    ]


def _same_titles(service: RemoteService, path: Path) -> list[Hint]:
    """Return what is registered under the file's name, with or without its ending, or under its own title."""
    asked = dict.fromkeys(_plain(name) for name in (path.stem, title_of(path)) if name)
    names = {_plain(path.name), *asked}
    rows = chain.from_iterable(
        service.pages("/resources", q=words, limit=MOST_ITEMS) for words in asked
    )
    found: list[Hint] = []
    for row in islice(rows, MOST_SEEN):
        if {_plain(row["title"]), _plain(Path(row["title"]).stem)} & names:
            like = Like(Likeness.TITLE, Digest.parse(row["digest"]))
            hint = Hint(like, str(row["title"]))
            found += [] if hint in found else [hint]
            if len(found) == MOST_TITLES:
                break
    return found


def _plain(name: str) -> str:
    return " ".join(folded(name).replace("_", " ").split())
