"""One search in the libraries of all members: whose each work is, in which order, and page by page."""

from __future__ import annotations

import base64
import json

import pytest

from ledger_service.domain.chain.intent import RegisterResource
from ledger_service.domain.errors import InvalidCursor, NoConsortium
from ledger_service.domain.resources.record import read_fields
from reading_room.search.rules.members.place import Place, Places
from reading_room.search.rules.members.standing import Standing
from reading_room.search.verbs.members.find_together import has_members
from tests.reading_room.search.members.conftest import Consortium, titles, without_charter


def test_each_work_says_whose_it_is_and_is_held_by_its_ledger(consortium: Consortium) -> None:
    consortium.bench.registered(title="Xamsa")
    for other, title in zip(
        consortium.others, ("Xamsa sharhi", "Xamsa", "Turkiy xamsa"), strict=True
    ):
        other.claim(title, creator="Navoiy")
        other.copy_to(consortium.bench.library)
    found = consortium.find("xamsa")
    assert sorted(titles(found)[:2]) == ["Xamsa", "Xamsa"]
    assert titles(found)[2:] == ["Xamsa sharhi", "Turkiy xamsa"]
    assert {work.standing for work in found.works} == {Standing.HELD}
    holders = {work.record.title: work.holder for work in found.works}
    assert holders["Xamsa sharhi"].name == "University tashkent"
    assert holders["Xamsa sharhi"].url == f"http://{consortium.others[0].host}"
    assert [one.holder.is_own for one in found.libraries] == [True, False, False, False]
    assert (found.total, found.missing, found.next) == (4, [], None)


def test_nothing_of_the_visitor_goes_to_the_others_but_the_words(consortium: Consortium) -> None:
    consortium.find("kitob -roman", sort="date")
    for other in consortium.others:
        [(path, headers)] = other.asked
        assert path == "/api/v1/search?q=kitob+-roman&sort=date&limit=9"
        assert set(headers) <= {"host", "accept", "accept-encoding", "user-agent"}
        assert headers["user-agent"] == "muhr"


def test_the_same_bytes_are_shown_once_with_all_who_have_them(consortium: Consortium) -> None:
    for other in consortium.others[:2]:
        other.claim("Bobur nomasi", data=b"the same bytes")
        other.copy_to(consortium.bench.library)
    consortium.others[2].claim("Bobur nomasi", data=b"others")
    found = consortium.find("bobur")
    assert len(found.works) == 2
    [shared] = [work for work in found.works if work.others]
    names = {shared.holder.name, *(one.name for one in shared.others)}
    assert names == {"University tashkent", "University samarkand"}


def test_who_registered_it_on_chain_is_told_though_their_search_has_it_later(
    consortium: Consortium,
) -> None:
    bench = consortium.bench
    own = bench.registered(data=b"a shared book", title="Umumiy kitob")
    other = consortium.others[0].institution
    claim = RegisterResource(own.digest, other.steward, own.license, own.cid, own.metadata.digest)
    bench.chain.act(lambda state: state.register(claim, other.registrar))
    consortium.follow_chain()
    [work] = consortium.find("umumiy").works
    assert work.holder.is_own
    assert [one.name for one in work.others] == ["University tashkent"]


def test_libraries_take_turns_among_equals_and_pages_have_all_once(consortium: Consortium) -> None:
    for other in consortium.others:
        for number in range(13):
            other.claim(f"Jahon {other.institution.name} {number}")
        other.copy_to(consortium.bench.library)
    first = consortium.find("jahon", limit=12)
    assert len(first.works) == 12
    by = [work.holder.name for work in first.works]
    assert all(len(set(by[at : at + 3])) == 3 for at in range(0, 12, 3))
    seen, cursor = titles(first), first.next
    for _ in range(9):
        if cursor is None:
            break
        page = consortium.find("jahon", cursor, limit=12)
        assert not set(titles(page)) & set(seen)
        seen, cursor = [*seen, *titles(page)], page.next
    assert cursor is None
    assert len(seen) == len(set(seen)) == 39


def test_no_library_fills_a_page_alone_while_others_have_some(consortium: Consortium) -> None:
    many, few = consortium.others[:2]
    for number in range(30):
        many.claim(f"Tarix {number}")
    few.claim("Oʻzbekiston va tarix haqida")
    for other in (many, few):
        other.copy_to(consortium.bench.library)
    page = consortium.find("tarix")
    assert "Oʻzbekiston va tarix haqida" in titles(page)
    assert page.next is not None


def test_by_year_the_order_holds_over_pages(consortium: Consortium) -> None:
    for place, other in enumerate(consortium.others):
        for number in range(20):
            year = 2000 - 2 * number * (place + 1)
            dates = {"dates": [{"kind": "issued", "edtf": str(year)}]}
            other.claim(f"Yil {place} {number}", **read_fields(dates))
        other.copy_to(consortium.bench.library)
    years: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = consortium.find("yil", cursor, limit=10, sort="date")
        years += [work.record.year or 0 for work in page.works]
        cursor = page.next
    assert len(years) == 60
    assert years == sorted(years, reverse=True)


def test_a_cursor_that_nobody_handed_out_is_refused(consortium: Consortium) -> None:
    long = {"at": {f"{number:016x}": ["", 0] for number in range(65)}, "seen": []}
    wrong = [
        {"at": {"zz": ["", 0]}, "seen": []},
        {"at": {"0" * 16: ["", -1]}, "seen": []},
        long,
        [],
    ]
    texts = [_encoded(value) for value in wrong] + ["!", "x", "A" * 20_000]
    for text in texts:
        with pytest.raises(InvalidCursor):
            consortium.find("a", text)
    places = Places({"0" * 16: Place("abc", 3)}, ("00112233",))
    assert Places.parse(places.format()) == places


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_library_that_is_alone_has_nobody_to_ask(consortium: Consortium) -> None:
    assert has_members(consortium.bench.library)
    without_charter(consortium.bench)
    assert not has_members(consortium.bench.library)
    with pytest.raises(NoConsortium):
        consortium.find("xamsa")
