"""Words of open files are found once some room has read the files; those of closed ones never."""

from __future__ import annotations

from ledger_service.domain.identifiers import Digest
from ledger_service.ports.content import MadeFile, MediaFound
from ledger_service.services.library import Library
from ledger_service.services.resources.describe_resource import describe_resource
from reading_room.search import work as working
from reading_room.search.rules.found import Asked
from reading_room.search.rules.query import parse_query
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.find import search
from tests.simulators.bench import LIBRARIAN, Bench

WORDS = "Bir boʻlimda: Қуёш ва ой haqida.\fIkkinchi sahifa " + "uzun " * 20_000 + "oxirgisoʻz"


def never() -> bool:
    return False


def made_of(bench: Bench, texts: dict[Digest, str]) -> working.Tells:
    """Return what tells of these texts, which are kept as a room keeps them."""
    files = {}
    for digest, text in texts.items():
        with bench.library.content.upload() as upload:
            upload.write(text.encode())
            cid = upload.finish()
            upload.commit()
        kind = ("text", "text/plain; charset=utf-8", len(text.encode()), cid.base32(), "/")
        made = (MadeFile("cover", "image/webp", 1, cid.base32(), "/"), MadeFile(*kind))
        files[digest] = MediaFound(files=made)

    def tell(_: Library, digest: Digest) -> MediaFound | None:
        return files.get(digest)

    return tell


def found(bench: Bench, typed: str) -> list[str]:
    items = search(bench.library, SqlSearch, Asked(parse_query(typed))).items
    return [item.record.title for item in items]


def test_words_of_open_files_are_found_and_stay_when_the_record_is_corrected(bench: Bench) -> None:
    book = bench.registered(b"book", title="Kitob").digest
    other = bench.registered(b"other", title="Boshqa").digest
    bench.license("reading-room")
    closed = bench.registered(b"closed", title="Yopiq", license_name="reading-room").digest
    tells = [made_of(bench, {book: WORDS, closed: WORDS})]
    working.work(bench.library, never, tells)
    for typed in ("quyosh kitob", '"quyosh va oy"', '"haqida ikkinchi"', "oxirgisoz", "ikkin*"):
        assert found(bench, typed) == ["Kitob"], typed
    assert found(bench, '"uzun oxirgisoz"') == []  # beyond the words that have a place
    describe_resource(bench.library, LIBRARIAN, book, {"title": "Kitob, tuzatilgan"})
    bench.clock.advance(working.PASS_SECONDS)
    working.work(bench.library, never, tells)
    assert found(bench, "quyosh tuzatilgan") == ["Kitob, tuzatilgan"]
    bench.clock.advance(working.PASS_SECONDS)
    assert working.add_some_texts(bench.library, [made_of(bench, {other: "keyinroq"})], never) == 1
    assert found(bench, "keyinroq") == ["Boshqa"]


def test_a_file_that_cannot_be_read_is_left_for_later(bench: Bench) -> None:
    book = bench.registered(b"book", title="Kitob").digest
    tells = made_of(bench, {book: WORDS})
    bench.forget_content()
    working.work(bench.library, never, [tells])
    assert found(bench, "quyosh") == []
    tells = made_of(bench, {book: WORDS})
    bench.clock.advance(working.PASS_SECONDS)
    working.work(bench.library, never, [tells])
    assert found(bench, "quyosh") == ["Kitob"]
