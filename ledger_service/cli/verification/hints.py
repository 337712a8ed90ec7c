"""What a file that nobody registered is like, by the file here and by what a library holds."""

from __future__ import annotations

import mmap
from itertools import islice
from pathlib import Path

from ledger_service.adapters.given_files import open_given
from ledger_service.adapters.remote import RemoteService
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.search import folded
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.likeness import MOST_LIKES, Hint, Like, Likeness, likes_of
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import Verdict
from ledger_service.ports.paging import MOST_ITEMS

MOST_SEEN = 20_000  # registrations that are looked at for a title
MOST_TITLES = 5


def hints_for(
    path: Path, verdict: Verdict, given: Receipt | Absence | None, service: RemoteService
) -> list[Hint]:
    """Return what a file is like that is not what was registered.

    given: evidence by which the file was judged; the service is then asked for nothing.
    """
    if not path.is_file():
        return []
    likes = _likes(path)
    if given is not None:
        return _hints_by(given, likes) if isinstance(given, Receipt) else []
    try:
        return _hints_of(service, verdict.digest, likes) + _same_titles(service, path)
    except LedgerError:  # which holds nothing back of the verdict
        return []


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
    """Return what is registered under the file's name, with or without its ending."""
    names = {_plain(path.name), _plain(path.stem)}
    rows = service.pages("/resources", q=_plain(path.stem), limit=MOST_ITEMS)
    found = []
    for row in islice(rows, MOST_SEEN):
        if {_plain(row["title"]), _plain(Path(row["title"]).stem)} & names:
            like = Like(Likeness.TITLE, Digest.parse(row["digest"]))
            found.append(Hint(like, str(row["title"])))
            if len(found) == MOST_TITLES:
                break
    return found


def _plain(name: str) -> str:
    return " ".join(folded(name).replace("_", " ").split())
