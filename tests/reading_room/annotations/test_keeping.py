"""Annotations in the database: sealed, of those who may see them, and gone or nameless with their writer."""

from __future__ import annotations

import sqlite3

import pytest

from ledger_service.domain.errors import (
    AnnotationChanged,
    AnnotationNotFound,
    ContentClosed,
    NotAuthenticated,
    OverLimit,
    ResourceNotFound,
    RoleNotHeld,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.resources.registration import Relation, WithdrawalReason
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import ActFilter
from ledger_service.services.library import Library
from ledger_service.services.resources.change_resource import (
    supersede_resource,
    withdraw_resource,
)
from reading_room.annotations import reader_data
from reading_room.annotations.rules.annotation import Annotation, written
from reading_room.annotations.rules.audience import Audience, Container
from reading_room.annotations.rules.selectors import Place, Quote
from reading_room.annotations.sql import SqlNotes
from reading_room.annotations.verbs import write as writing
from reading_room.annotations.verbs.moderate import Hides, hide, list_public
from reading_room.annotations.verbs.notes import Note
from reading_room.annotations.verbs.reach import Reaches
from reading_room.annotations.verbs.read import find_note, list_beside, list_notes, list_own
from reading_room.annotations.verbs.write import Written, change, check_version, remove, write
from tests.simulators.bench import BOOK, LIBRARIAN, SECOND, STEWARD, THIRD, Bench, as_reader

OPEN, NEWER, LENT = (Digest.of(data) for data in (BOOK, SECOND, THIRD))
GROUP = "a1b2"
MEMBERS: set[str] = set()


def is_member(_: Library, caller: Caller, group: str) -> bool:
    return group == GROUP and caller.subject in MEMBERS


def beside(bench: Bench, reader: str, digest: Digest = OPEN) -> Reaches:
    return Reaches(bench.library, as_reader(reader), digest, is_member)


def made(
    reaches: Reaches,
    audience: Audience = Audience.PRIVATE,
    text: str = "my own words",
    name: str = "",
    unnames: bool = False,
) -> Note:
    container = Container(reaches.digest, audience, GROUP if audience is Audience.GROUP else "")
    note = written(text, Place(page=2, quote=Quote("quoted words")), name, is_markdown=False)
    return write(reaches, SqlNotes, container, Written(note, unnames))


def texts(notes: list[Note]) -> list[str]:
    return [note.annotation.text for note in notes]


def test_each_sees_what_is_for_them(bench: Bench) -> None:
    one, other, third = (bench.reader() for _ in range(3))
    MEMBERS.update({one, other})
    mine = beside(bench, one)
    made(mine, text="private")
    made(mine, Audience.GROUP, "grouped", "Ali")
    made(mine, Audience.PUBLIC, "public", "A. Navoiy")
    seen = {
        reader: texts(list_beside(beside(bench, reader), SqlNotes, groups).notes)
        for reader, groups in ((one, [GROUP]), (other, [GROUP]), (third, []))
    }
    assert seen == {
        one: ["private", "grouped", "public"],
        other: ["grouped", "public"],
        third: ["public"],
    }
    anybody = Reaches(bench.library, Caller.anybody(STEWARD), OPEN)
    [public] = list_beside(anybody, SqlNotes).notes
    assert (public.annotation.name, public.is_own) == ("A. Navoiy", False)
    with pytest.raises(AnnotationNotFound):
        list_notes(beside(bench, third), SqlNotes, Container.of_group(OPEN, GROUP), 0, 9)
    with pytest.raises(AnnotationNotFound):
        made(beside(bench, third), Audience.GROUP)
    for container in (Container(OPEN, Audience.PRIVATE), Container.of_group(OPEN, GROUP)):
        with pytest.raises(NotAuthenticated):
            list_notes(anybody, SqlNotes, container, 0, 9)
    for caller in (LIBRARIAN, Caller.anybody(STEWARD)):
        with pytest.raises((RoleNotHeld, NotAuthenticated)):
            made(Reaches(bench.library, caller, OPEN))
    with pytest.raises(ResourceNotFound):
        made(beside(bench, one, Digest.of(b"of no library")))


def test_the_database_tells_neither_words_nor_readers_nor_books(bench: Bench) -> None:
    reader = bench.reader()
    MEMBERS.add(reader)
    made(beside(bench, reader))
    made(beside(bench, reader), Audience.GROUP, name="Secret Name")
    told = everything(bench)
    for secret in (b"own words", b"quoted", b"Secret", OPEN.value, OPEN.hex().encode()):
        assert secret not in told
    made(beside(bench, reader), Audience.PUBLIC, "for all", "Secret Name")
    told = everything(bench)
    assert b"for all" in told
    for secret in (b"Secret", reader.encode()):
        assert secret not in told


def everything(bench: Bench) -> bytes:
    with sqlite3.connect(bench.folder / "muhr.db") as database:
        rows = [
            row
            for table in ("annotations_note", "annotations_key")
            for row in database.execute(f"SELECT * FROM {table}").fetchall()
        ]
    assert rows
    blobs = b"".join(cell for row in rows for cell in row if isinstance(cell, bytes))
    return repr(rows).encode() + blobs


def test_what_is_lent_is_annotated_while_the_loan_stands(bench: Bench) -> None:
    one, other = bench.reader(), bench.reader()
    with pytest.raises(ContentClosed):
        made(beside(bench, one, LENT))
    bench.grant(LENT, one)
    bench.settle()
    note = made(beside(bench, one, LENT))
    made(beside(bench, one, LENT), Audience.PUBLIC, "public")
    assert len(list_beside(beside(bench, one, LENT), SqlNotes).notes) == 2
    public = Container(LENT, Audience.PUBLIC)
    for reaches in (beside(bench, other, LENT), Reaches(bench.library, as_reader(other), LENT)):
        with pytest.raises(ContentClosed):
            list_notes(reaches, SqlNotes, public, 0, 9)
    with pytest.raises(NotAuthenticated):
        list_notes(Reaches(bench.library, Caller.anybody(STEWARD), LENT), SqlNotes, public, 0, 9)
    assert list_notes(Reaches(bench.library, LIBRARIAN, LENT), SqlNotes, public, 0, 9).total == 1
    bench.clock.now += 2 * 3600
    ended = beside(bench, one, LENT)
    with pytest.raises(ContentClosed):
        made(ended)
    assert texts(list_beside(ended, SqlNotes).notes) == ["my own words"]
    assert find_note(ended, SqlNotes, note.container, note.id) == note
    remove(ended, SqlNotes, note.container, note.id)
    assert list_own(bench.library, SqlNotes, ended.caller, 0, 9)[1] == 1


def test_a_newer_edition_shows_what_was_written_on_the_earlier(bench: Bench) -> None:
    reader, other = bench.reader(), bench.reader()
    made(beside(bench, reader), text="private, on the first")
    made(beside(bench, reader), Audience.PUBLIC, "public, on the first")
    assert list_beside(beside(bench, other, NEWER), SqlNotes).earlier == []
    supersede_resource(bench.library, LIBRARIAN, OPEN, NEWER, Relation.VERSION)
    bench.settle()
    made(beside(bench, other, NEWER), Audience.PUBLIC, "on the second")
    seen = list_beside(beside(bench, reader, NEWER), SqlNotes)
    assert texts(seen.notes) == ["on the second"]
    assert texts(seen.earlier) == ["private, on the first", "public, on the first"]
    assert {note.digest for note in seen.earlier} == {OPEN}
    assert texts(list_beside(beside(bench, other, NEWER), SqlNotes).earlier) == [
        "public, on the first"
    ]
    withdraw_resource(bench.library, LIBRARIAN, OPEN, WithdrawalReason.LEGAL)
    bench.settle()
    assert list_beside(beside(bench, reader, NEWER), SqlNotes).earlier == []


def test_a_translation_is_no_newer_edition(bench: Bench) -> None:
    reader = bench.reader()
    made(beside(bench, reader), Audience.PUBLIC)
    supersede_resource(bench.library, LIBRARIAN, OPEN, NEWER, Relation.TRANSLATION)
    bench.settle()
    assert list_beside(beside(bench, reader, NEWER), SqlNotes).earlier == []


def test_changes_lose_nothing_and_are_ones_own(bench: Bench) -> None:
    one, other = bench.reader(), bench.reader()
    note = made(beside(bench, one), Audience.PUBLIC, "first", "Ali")
    new = Written(written("second", Place(), "Vali", is_markdown=True))
    changed = change(beside(bench, one), SqlNotes, note.container, note.id, new, check_version(1))
    assert (changed.version, changed.annotation.text, changed.annotation.name) == (
        2,
        "second",
        "Vali",
    )
    with pytest.raises(AnnotationChanged):
        change(beside(bench, one), SqlNotes, note.container, note.id, new, check_version(1))
    for act in (
        lambda: change(beside(bench, other), SqlNotes, note.container, note.id, new),
        lambda: remove(beside(bench, other), SqlNotes, note.container, note.id),
    ):
        with pytest.raises(RoleNotHeld):
            act()
    own = made(beside(bench, one))
    for container in (own.container, Container(OPEN, Audience.PUBLIC)):
        with pytest.raises(AnnotationNotFound):
            find_note(beside(bench, other), SqlNotes, container, own.id)


def test_whoever_moderates_hides_with_a_reason(bench: Bench) -> None:
    reader, other = bench.reader(), bench.reader()
    note = made(beside(bench, reader), Audience.PUBLIC, "an insult", "Ali")
    with pytest.raises(RoleNotHeld):
        hide(bench.library, SqlNotes, as_reader(other), note.id, Hides.INSULT)
    hide(bench.library, SqlNotes, LIBRARIAN, note.id, Hides.INSULT)
    with bench.store.read() as transaction:
        about = ActFilter(kind=ActKind.ANNOTATION_HIDDEN, about=note.id)
        assert len(transaction.acts.page(about, PageRequest()).items) == 1
    container = Container(OPEN, Audience.PUBLIC)
    assert list_notes(beside(bench, other), SqlNotes, container, 0, 9).total == 0
    assert list_beside(beside(bench, other), SqlNotes).notes == []
    with pytest.raises(AnnotationNotFound):
        find_note(beside(bench, other), SqlNotes, container, note.id)
    [own] = list_beside(beside(bench, reader), SqlNotes).notes
    assert (own.hidden, own.is_own) == ("insult", True)
    [listed] = list_public(bench.library, SqlNotes, LIBRARIAN, 0, 9)
    assert listed.annotation.name == "Ali"
    hide(bench.library, SqlNotes, LIBRARIAN, note.id, None)
    assert list_notes(beside(bench, other), SqlNotes, container, 0, 9).total == 1
    private = made(beside(bench, reader))
    with pytest.raises(AnnotationNotFound):
        hide(bench.library, SqlNotes, LIBRARIAN, private.id, Hides.INSULT)


def test_who_is_erased_takes_all_along_but_what_stays_without_a_name(bench: Bench) -> None:
    one, other, name = bench.reader(), bench.reader(), "Ali Qushchi of Samarkand"
    MEMBERS.update({one, other})
    made(beside(bench, one))
    made(beside(bench, one), Audience.GROUP, "grouped", name)
    made(beside(bench, one), Audience.PUBLIC, "gone", name)
    stays = made(beside(bench, one), Audience.PUBLIC, "stays", name, unnames=True)
    made(beside(bench, other), text="of another")
    told = reader_data.export(bench.library, one)
    assert told["@context"] == "http://www.w3.org/ns/anno.jsonld"
    items = told["first"]["items"]  # type: ignore[index]
    assert {one["body"]["value"] for one in items} == {"my own words", "grouped", "gone", "stays"}
    assert items[0]["creator"] == {"type": "Person", "name": name}
    with bench.store.write() as transaction:
        reader_data.erase(transaction, one)
    assert reader_data.export(bench.library, one) == {}
    left, _ = list_beside(beside(bench, other), SqlNotes, [GROUP]).notes
    assert (left.id, left.annotation.name, left.annotation.text) == (stays.id, "", "stays")
    assert texts(list_own(bench.library, SqlNotes, as_reader(other), 0, 9)[0]) == ["of another"]
    assert name.encode() not in everything(bench)


def test_there_is_room_for_so_many(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = bench.reader()
    monkeypatch.setattr(writing, "MOST_SHARED_AN_HOUR", 2)
    monkeypatch.setattr(writing, "MOST_BESIDE_A_RESOURCE", 3)
    monkeypatch.setattr(writing, "MOST_OF_A_READER", 6)
    reaches = beside(bench, reader)
    assert [made(reaches, Audience.PUBLIC).version for _ in range(2)] == [1, 1]
    assert limit(lambda: made(reaches, Audience.PUBLIC)) == "annotations-an-hour"
    bench.clock.now += 3601
    made(reaches, Audience.PUBLIC)
    assert limit(lambda: made(reaches, Audience.PUBLIC)) == "annotations-here"
    for _ in range(3):
        made(reaches)
    assert limit(lambda: made(beside(bench, reader, NEWER))) == "annotations"


def limit(act: object) -> str:
    with pytest.raises(OverLimit) as caught:
        act()  # type: ignore[operator]
    return caught.value.reason.name.partition(".")[2]


def test_an_annotation_without_a_text_is_a_mark(bench: Bench) -> None:
    reaches = beside(bench, bench.reader())
    mark = Annotation((), motivation="highlighting")
    note = write(reaches, SqlNotes, Container(OPEN, Audience.PRIVATE), Written(mark))
    assert (note.annotation.text, note.annotation.motivation) == ("", "highlighting")
