"""A paper is read as it stands and as it stood, and it is told how much of it each member wrote."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from pycrdt import Doc, Map, Text

from ledger_service.domain.errors import ProjectPartNotFound
from reading_room.together.live.authors import characters_of_clients, characters_of_members
from reading_room.together.live.read import list_sittings, read_paper
from reading_room.together.live.sittings import SITTING_SECONDS
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql import SqlTogether

TABLES = SqlTogether, SqlTogether


def test_a_paper_is_read_as_it_stands(writing, same):
    first, second = writing.writer(), writing.writer(writing.member(ProjectRole.WRITER))
    first.write(0, "Navoiy")
    same(second, text="Navoiy")
    second.change(lambda: second.comments.__setitem__("1", Map({"says": "who?"})))
    first.take_until(lambda: "1" in first.comments)
    found = read_paper(writing.library, *TABLES, writing.lead, writing.paper)
    assert (found.text, found.comments) == ("Navoiy", {"1": {"says": "who?"}})
    assert found.version == first.document.get_state()
    copy = Doc()
    copy.apply_update(found.update)
    assert str(copy.get("text", type=Text)) == "Navoiy"
    with pytest.raises(ProjectPartNotFound):
        read_paper(writing.library, *TABLES, writing.reader(), writing.paper)


def test_nothing_was_written_yet(writing):
    found = read_paper(writing.library, *TABLES, writing.lead, writing.paper)
    assert (found.number, found.text, found.comments) == (0, "", {})
    assert list_sittings(writing.library, *TABLES, writing.lead, writing.paper) == []


def test_a_paper_is_read_as_it_stood_after_each_sitting(writing, same):
    later = writing.member(ProjectRole.WRITER)
    first, second = writing.writer(), writing.writer(later)
    first.write(0, "one")
    same(second, text="one")
    with writing.library.store.write() as transaction:  # as if that had been some time ago
        from sqlalchemy import update

        from reading_room.together.sql.schema import update as log

        rows = transaction.room(lambda connection: connection)
        rows.execute(update(log).values(at=log.c.at - SITTING_SECONDS - 1))
    second.write(3, " two")
    same(first, text="one two")
    newest, oldest = list_sittings(writing.library, *TABLES, writing.lead, writing.paper)
    assert (oldest.members, newest.members) == ((1,), (2,))
    read = [
        read_paper(writing.library, *TABLES, writing.lead, writing.paper, one.number).text
        for one in (oldest, newest)
    ]
    assert read == ["one", "one two"]


def test_what_stands_is_counted_for_who_wrote_it(writing, same):
    first, second = writing.writer(), writing.writer(writing.member(ProjectRole.WRITER))
    first.write(0, "aaaa")
    same(second, text="aaaa")
    second.write(2, "bbb")
    second.change(lambda: second.comments.__setitem__("1", Map({"t": Text("not of the text")})))
    same(first, text="aabbbaa")
    first.change(lambda: first.text.__delitem__(slice(1, 3)))
    same(second, text="abbaa")
    found = read_paper(writing.library, *TABLES, writing.lead, writing.paper)
    assert characters_of_members(found) == {1: 3, 2: 2}


def test_counts_are_those_of_a_text_whose_letters_tell_who_wrote_them():
    chance = random.Random(18)
    writers = [Doc() for _ in range(4)]
    texts = [one.get("text", type=Text) for one in writers]
    for _ in range(600):
        at = chance.randrange(4)
        text = texts[at]
        if len(text) > 3 and chance.random() < 0.4:
            place = chance.randrange(len(text) - 2)
            del text[place : place + 2]
        else:
            text.insert(chance.randrange(len(text) + 1), "abcd"[at] * chance.randrange(1, 4))
        if chance.random() < 0.3:
            other = writers[chance.randrange(4)]
            other.apply_update(writers[at].get_update(other.get_state()))
    for one in writers:
        for other in writers:
            other.apply_update(one.get_update(other.get_state()))
    text = str(texts[0])
    expected = {
        one.client_id: text.count(letter)
        for one, letter in zip(writers, "abcd", strict=True)
        if letter in text
    }
    assert characters_of_clients(writers[0].get_update()) == expected


def test_a_member_who_has_left_keeps_what_they_wrote(writing, same):
    first = writing.writer()
    first.write(0, "mine")
    same(first, writing.writer(), text="mine")
    found = read_paper(writing.library, *TABLES, writing.lead, writing.paper)
    assert characters_of_members(replace(found, clients=dict(found.clients))) == {1: 4}
