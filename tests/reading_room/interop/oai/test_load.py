"""A harvest takes little at a time: a page is read piece by piece, as it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from reading_room.interop.oai.rules.arguments import LIST_IDENTIFIERS, LIST_RECORDS, Selection
from reading_room.interop.oai.verbs import list_items


@pytest.fixture
def reads(library) -> Iterator[list[object]]:
    """Return a list that grows with each transaction of this thread."""

    here, found = threading.get_ident(), []

    def note(connection: object) -> None:
        if threading.get_ident() == here:
            found.append(connection)

    engine = library.opened.store.engine
    event.listen(engine, "begin", note)
    yield found
    event.remove(engine, "begin", note)


@pytest.mark.parametrize("verb", [LIST_RECORDS, LIST_IDENTIFIERS])
def test_who_does_not_read_on_has_no_more_made(library, reads, monkeypatch, verb) -> None:
    monkeypatch.setattr(list_items, "ITEMS_OF_PIECE", 1)
    monkeypatch.setattr(list_items, "HEADERS_OF_PIECE", 1)
    library.register_all(["One more", "And another"])
    reads.clear()
    selection = Selection(verb, "oai_dc")
    listed = list_items.list_items(library.opened.library, library.url, selection, "", None)
    assert len(reads) == 1
    assert listed.made_of == listed.items > 2
    pieces = [next(listed.pieces), next(listed.pieces)]
    assert len(reads) == 3
    assert all(piece.count(b"<header") == 1 for piece in pieces)
    assert len([*pieces, *listed.pieces]) == listed.items
