"""The pages and routes of a consortium, as anybody gets them from a library on a bench."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest

from ledger_service import messages
from ledger_service.adapters.consortium.member_client import HttpMembers
from ledger_service.adapters.publication.no_answer import Silence
from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.errors import ServiceUnavailable
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.publication.cosignature import WitnessKey, cosign
from ledger_service.messages.formats import moment
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.take_member import take_member
from reading_room.consortium.rules import MOST_DRAWN, draw, names_of
from reading_room.consortium.verbs import ShownMember, show_members
from reading_room.consortium.work import read_council
from tests.reading_room.consortium.test_council import CouncilSimulator, proposed
from tests.simulators.bench import Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import CHARTER, Institution
from tests.simulators.parts.identity import signer_of
from tests.simulators.parts.member_services import MemberServices

A, B = Institution("a"), Institution("b")


def ask(bench: Bench, path: str, language: str = "en") -> httpx.Response:
    services = bench.library.members
    assert isinstance(services, MemberServices)
    return services.request("GET", A.url, path, headers={"Accept-Language": language})


def by_steward(bench: Bench) -> dict[StewardId, ShownMember]:
    return {one.known.member.steward: one for one in show_members(bench.library)}


@pytest.fixture
def member(consortium: list[Bench]) -> Bench:
    """Return a library of three, whose ledger the witness of B signed; B is proposed to be suspended."""
    bench = consortium[0]
    witness = B.witness
    key = WitnessKey(witness.key.name, witness.key.public_key)
    take_member(bench.library, B.says(bench.clock() + 1, witness=key.format()))
    bench.register()
    bench.settle()
    with bench.store.write() as transaction:
        signed = transaction.checkpoints.latest()
        assert signed is not None
        text = signed.note.rpartition("\n\n")[0] + "\n"
        line = cosign(text, key, bench.clock(), witness.sign)
        transaction.checkpoints.set_note(signed.size, signed.note + line)
    council = CouncilSimulator([proposed(3)])
    bench.library = replace(bench.library, council=council)
    follow_chain(bench.library, DEPLOYED_AT)
    read_council(bench.library, CHARTER, council, lambda: False)
    return bench


def test_who_signed_is_checked_and_shown(member: Bench) -> None:
    shown = by_steward(member)
    assert shown[A.steward].known.is_own
    assert shown[A.steward].signed_by == (B.steward,)
    assert shown[A.steward].size
    assert shown[B.steward].size is None  # nothing of it is copied here


def test_a_signature_that_does_not_hold_is_nobody_s(member: Bench) -> None:
    other = signer_of("another", B.witness.key.name)
    another = WitnessKey(other.key.name, other.key.public_key)
    said = B.member(member.clock() + 2, witness=another.format())
    by_other = other.sign(said.witness_message)
    take_member(member.library, replace(B.signed(said), witness_signature=by_other).format())
    assert by_steward(member)[A.steward].signed_by == ()


@pytest.mark.parametrize("language", ["en", "ru", "uz", "uz-Cyrl"])
def test_the_page_tells_all_of_it(member: Bench, language: str) -> None:
    page = ask(member, "/consortium", language)
    assert page.status_code == 200
    text = page.text
    for told in ("University a", "University b", "University c", CHARTER.digest.hex(), "<svg"):
        assert told in text
    assert text.count("<line ") == 1
    assert "page.consortium" not in text
    assert "<script" not in text
    assert "01" * 6 in text  # the proposal that waits


def test_the_page_needs_no_node(member: Bench) -> None:
    member.chain.is_away = True
    member.chain.calls.clear()
    assert ask(member, "/consortium").status_code == 200
    assert ask(member, "/consortium/acts").status_code == 200
    assert member.chain.calls == []


def test_names_that_mislead_stay_in_their_place(member: Bench) -> None:
    name = "<b>University a</b> \u05d0\u05d1 1"
    take_member(member.library, B.says(member.clock() + 5, name=name))
    text = ask(member, "/consortium").text
    assert "<b>University" not in text
    assert "<bdi>&lt;b&gt;University a&lt;/b&gt;" in text


def test_acts_name_members_by_uri_and_others_by_their_id(member: Bench) -> None:
    stranger = Institution("stranger")
    stranger.join(member.chain)
    follow_chain(member.library, DEPLOYED_AT)
    text = ask(member, "/consortium/acts").text
    assert "University b &lt;https://b.example/&gt;" in text
    assert stranger.steward.hex()[:12] + "…" in text


def test_whose_account_was_closed_is_told_and_when_as_people_write_it(member: Bench) -> None:
    steward, at = B.steward.hex(), member.clock()
    member.chain.act(lambda state: state.close_registrar(steward, B.registrar, at))
    follow_chain(member.library, DEPLOYED_AT)
    whose = f"{checksummed(B.registrar)} (University b &lt;https://b.example/&gt;)"
    for path in ("/consortium", "/consortium/acts"):
        text = ask(member, path).text
        assert f"Close account {whose}: nothing that it signs counts from {moment(at)} on" in text
        assert re.search(r"[0-9]{2}:[0-9]{2}:[0-9]{2}Z|∞", text) is None  # as programs write it


def test_the_page_tells_all_that_joining_needs_and_leads_to_the_ledgers(member: Bench) -> None:
    text = ask(member, "/consortium").text
    for needed in ("MUHR_CHAIN_URL", "--public-url", "give money to the account"):
        assert needed in text
    assert 'href="/ledgers"' in text


def test_a_page_of_older_acts_follows(member: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reading_room.consortium.pages.ACTS_A_PAGE", 4)
    first = ask(member, "/consortium/acts").text
    address = first.partition('href="/consortium/acts?cursor=')[2].partition('"')[0]
    older = ask(member, f"/consortium/acts?cursor={address}")
    assert older.status_code == 200
    assert 'href="/consortium/acts"' in older.text
    assert ask(member, "/consortium/acts?cursor=x").status_code == 422


def test_the_charter_is_handed_out(member: Bench) -> None:
    given = ask(member, "/consortium/charter.json")
    assert given.text == CHARTER.format()
    assert "attachment" in given.headers["content-disposition"]


def test_programs_are_told_the_same(member: Bench) -> None:
    council = ask(member, "/api/v1/consortium/council").json()
    assert (council["admin"], council["is_council"]) == (CHARTER.admin, True)
    [waiting] = council["proposals"]
    assert waiting["state"] == "waits"
    assert "University b" in waiting["acts"][0]["says"]
    acts = ask(member, "/api/v1/consortium/acts?limit=3").json()
    assert len(acts["items"]) == 3
    assert acts["next"]
    assert acts["items"][0]["act"]["function"] == "openLedger"


def test_a_library_that_is_alone_shows_nothing_and_nothing_leads_there(library) -> None:
    with httpx.Client(base_url=library.url, trust_env=False) as site:
        assert site.get("/consortium").status_code == 404
        assert 'href="/consortium"' not in site.get("/").text


def test_pages_lead_there_in_a_consortium(member: Bench) -> None:
    assert 'href="/consortium"' in ask(member, "/").text


def test_a_drawing_has_an_arrow_for_each_witness_and_one_with_two_ends_for_both() -> None:
    drawn = draw(3, [[1, 2], [0], []])
    assert drawn is not None
    assert len(drawn.marks) == 3
    assert sorted(arrow.both for arrow in drawn.arrows) == [False, True]
    assert draw(1, [[]]) is None
    assert draw(MOST_DRAWN + 1, [[]] * (MOST_DRAWN + 1)) is None
    full = draw(MOST_DRAWN, [[w for w in range(MOST_DRAWN) if w != of] for of in range(MOST_DRAWN)])
    assert full is not None
    assert all(arrow.both for arrow in full.arrows)
    assert all(0 < mark.x < 320 and 0 < mark.y < 320 for mark in full.marks)


def test_two_of_one_name_are_told_apart_by_their_uri() -> None:
    names = names_of([A.member(1, name="U"), B.member(1, name="U")])
    assert names[A.steward.hex()] != names[B.steward.hex()]


@pytest.mark.parametrize("language", ["en", "ru", "uz", "uz-Cyrl"])
def test_nobody_reads_what_an_operating_system_says_of_a_member_that_is_away(
    member: Bench, language: str
) -> None:
    away = HttpMembers(["127.0.0.1:1"])
    with pytest.raises(ServiceUnavailable) as caught:
        away.get_json("http://127.0.0.1:1", "/", most_bytes=1, seconds=5)
    with member.store.write() as transaction:
        transaction.members.note(B.steward, caught.value.reason)
    page = ask(member, "/consortium", language).text
    assert messages.said(Silence.REFUSED, language) in page
    assert "refused" not in page
    [known] = [one.known for one in show_members(member.library) if one.known.fault]
    assert "Connection refused" in str(known.fault)  # for logs
