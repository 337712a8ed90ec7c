"""Papers written live: what one writes the others see, within their rights, and nothing durable is lost."""

from __future__ import annotations

import pytest
from pycrdt import Doc, Map, Text
from websockets.exceptions import InvalidStatus

from ledger_service.services.people.begin_session import end_session
from reading_room.together.live.bounds import LARGEST_UPDATE_BYTES, MOST_ASKED_AGAIN, Close
from reading_room.together.live.yjs import wire
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.members import remove_member, set_role
from reading_room.together.verbs.papers import remove_paper


def closed_by(writer) -> int:
    writer.take_until(lambda: not writer.is_connected)
    return writer.closed[0]


def number_of(writing, caller) -> int:
    with writing.library.store.read() as transaction:
        return transaction.room(SqlTogether).projects.member(writing.project, caller.subject).number


def test_two_write_one_paper_and_a_third_opens_it_later(writing, same):
    first, second = writing.writer(), writing.writer(writing.member(ProjectRole.WRITER))
    first.write(0, "Navoiy")
    same(second, text="Navoiy")
    second.write(6, " wrote Xamsa")
    same(first, text="Navoiy wrote Xamsa")
    first.change(lambda: first.text.__delitem__(slice(0, 7)))
    same(second, text="wrote Xamsa")
    third = writing.writer(writing.member(ProjectRole.READER))
    same(third, text="wrote Xamsa")


def test_what_is_written_without_a_connection_is_brought_in(writing, same):
    first, second = writing.writer(), writing.writer(writing.member(ProjectRole.WRITER))
    first.write(0, "one ")
    same(second, text="one ")
    second.cut()
    second.write(4, "two")
    first.write(0, "zero ")
    second.connect()
    same(first, second, text="zero one two")


def test_what_came_back_is_in_the_log_sealed_and_under_the_members_number(writing, same):
    writer = writing.member(ProjectRole.WRITER)
    first, second = writing.writer(), writing.writer(writer)
    second.write(0, "a secret of ours")
    same(first, text="a secret of ours")
    with writing.library.store.read() as transaction:
        kept = transaction.room(SqlTogether).live.after(writing.paper, 0)
    assert [one.member for one in kept] == [number_of(writing, writer)]
    assert b"secret" not in b"".join(one.sealed for one in kept)


def test_a_member_who_may_only_read_writes_nothing(writing, same):
    reader = writing.writer(writing.member(ProjectRole.READER))
    reader.write(0, "not mine to write")
    assert closed_by(reader) == Close.NO_RIGHT
    first = writing.writer()
    first.write(0, "ours")
    same(first, writing.writer(), text="ours")


def test_a_commenter_comments_and_changes_no_text(writing, same):
    first = writing.writer()
    first.write(0, "ours")
    member = writing.member(ProjectRole.COMMENTER)
    commenter = writing.writer(member)
    same(commenter, text="ours")
    commenter.change(lambda: commenter.comments.__setitem__("1", Map({"says": "why?"})))
    first.take_until(lambda: "1" in first.comments)
    commenter.change(lambda: commenter.comments["1"].__setitem__("says", "why so?"))
    first.take_until(lambda: first.comments["1"]["says"] == "why so?")
    commenter.write(0, "not ")
    assert closed_by(commenter) == Close.NO_RIGHT
    again = writing.writer(member)
    again.change(lambda: again.comments.__delitem__("1") if "1" in again.comments else None)
    again.take_until(lambda: str(again.text) == "ours")
    again.change(lambda: again.text.__delitem__(slice(0, 2)))
    assert closed_by(again) == Close.NO_RIGHT
    same(writing.writer(), text="ours")


def test_nobody_writes_as_somebody_else(writing, same):
    first = writing.writer()
    first.write(0, "mine")
    second = writing.writer(writing.member(ProjectRole.WRITER))
    same(second, text="mine")
    forged = Doc(client_id=first.document.client_id)
    forged.apply_update(first.document.get_update())
    text = forged.get("text", type=Text)
    before = forged.get_state()
    text.insert(4, " and signed by the first")
    second.send(wire.sync(wire.UPDATE, forged.get_update(before)))
    assert closed_by(second) == Close.NOT_YOURS
    same(writing.writer(), text="mine")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"", Close.MALFORMED),
        (b"\x07", Close.MALFORMED),
        (b"\x00\x02\x05\x01", Close.MALFORMED),
        (wire.sync(wire.UPDATE, b"\x01\x01\x05\x00"), Close.MALFORMED),
        (wire.sync(wire.UPDATE, b"\x01\x01\x05\x00\x04\x01\x04evil\x01a\x00"), Close.MALFORMED),
        (wire.sync(wire.UPDATE, b"\x00\x00more"), Close.MALFORMED),
        (wire.sync(wire.UPDATE, bytes(LARGEST_UPDATE_BYTES + 1)), Close.TOO_LARGE),
        (wire.awareness(dict.fromkeys(range(5), (1, "{}"))), Close.TOO_MANY),
        (wire.awareness({5: (1, "[" * 2000)}), Close.MALFORMED),
        (wire.awareness({5: (1, '"' + "a" * 9000 + '"')}), Close.MALFORMED),
    ],
)
def test_what_is_no_message_ends_the_socket_and_changes_nothing(writing, same, message, code):
    first, second = writing.writer(), writing.writer()
    first.write(0, "ours")
    same(second, text="ours")
    second.send(message)
    assert closed_by(second) == code
    first.write(4, " still")
    same(writing.writer(), text="ours still")


@pytest.mark.parametrize(
    "update",
    [
        b"\x01\x01\x05\x07\x00\x01\x00",  # of a client of whom the first seven edits are missing
        b"\x00\x01\x05\x01\x00\x09",  # which deletes what there never was
        b"\x01\x01\x05\x00\x84\x06\x03\x01a\x00",  # behind an edit that there never was
    ],
)
def test_what_goes_on_from_nothing_is_asked_for_and_at_last_refused(writing, same, update):
    first, second = writing.writer(), writing.writer()
    first.write(0, "ours")
    same(second, text="ours")
    second.send(wire.sync(wire.UPDATE, update))
    second.write(4, "!")
    same(first, text="ours!")
    for _ in range(MOST_ASKED_AGAIN + 1):
        second.send(wire.sync(wire.UPDATE, update))
    assert closed_by(second) == Close.MALFORMED
    same(writing.writer(), text="ours!")


def test_cursors_are_shown_to_others_with_the_true_member_and_go_with_them(writing):
    member = writing.member(ProjectRole.WRITER)
    first, second = writing.writer(), writing.writer(member)
    client = second.document.client_id
    second.send(wire.awareness({client: (1, '{"user":{"name":"N"},"member":1}')}))
    told = f'{{"user":{{"name":"N"}},"member":{number_of(writing, member)}}}'
    first.take_until(lambda: first.presence.get(client) == told)
    first.send(wire.awareness({client: (9, "null")}))  # not theirs to tell, and passed over
    first.write(0, "a")
    second.take_until(lambda: str(second.text) == "a")
    assert first.presence[client] == told
    again = writing.writer()
    again.take_until(lambda: again.presence.get(client) == told)
    second.cut()
    again.take_until(lambda: again.presence[client] == "null")


def test_rights_that_change_are_heeded_while_the_socket_is_open(writing, same):
    member = writing.member(ProjectRole.WRITER)
    first, second = writing.writer(), writing.writer(member)
    second.write(0, "a")
    same(first, text="a")
    number = number_of(writing, member)
    given = writing.library, SqlTogether, writing.lead, writing.project, number
    set_role(*given, ProjectRole.READER)
    while second.is_connected:
        second.write(0, "b")
        second.take(0.2)
    assert second.closed[0] == Close.NO_RIGHT
    third = writing.writer(member)
    remove_member(*given)
    assert closed_by(third) == Close.NOT_FOUND
    assert closed_by(third.connect()) == Close.NOT_FOUND


def test_a_paper_that_is_removed_ends_its_sockets_and_leaves_no_rows(writing, same):
    first = writing.writer()
    first.write(0, "a")
    same(first, writing.writer(), text="a")
    remove_paper(writing.library, SqlTogether, writing.lead, writing.project, writing.paper)
    assert closed_by(first) == Close.NOT_FOUND
    with writing.library.store.read() as transaction:
        live = transaction.room(SqlTogether).live
        assert live.after(writing.paper, 0) == []
        assert live.clients(writing.paper) == {}


def test_a_session_that_ends_ends_the_socket(writing, library, new_reader, wait):
    reader, browser = new_reader()
    link_headers = {"Cookie": f"__Host-muhr={browser.session}", "Origin": library.url}
    writer = writing.with_headers(link_headers)
    assert closed_by(writer) == Close.NOT_FOUND  # known, and no member
    with writing.library.store.read() as transaction:
        assert transaction.access.reader_key(reader) is not None
    end_session(writing.library, browser.session)
    assert closed_by(writer.connect()) == Close.SIGNED_OUT


def test_pages_of_other_sites_open_no_socket(writing, new_reader, library):
    _, browser = new_reader()
    cookie = f"__Host-muhr={browser.session}"
    for origin in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
        with pytest.raises(InvalidStatus, match="403"):
            writing.with_headers({"Cookie": cookie, **origin})


def test_whoever_is_not_known_or_asks_for_nothing_is_told_so(writing):
    assert closed_by(writing.with_headers({})) == Close.SIGNED_OUT
    assert closed_by(writing.with_headers({"Authorization": "Bearer none"})) == Close.SIGNED_OUT
    assert closed_by(writing.writer(writing.reader())) == Close.NOT_FOUND
    assert closed_by(writing.writer(paper="0" * 32)) == Close.NOT_FOUND
    assert closed_by(writing.writer(paper="none")) == Close.NOT_FOUND
