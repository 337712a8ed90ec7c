"""How members hear of one another, and what one that is away, hung or lying changes: nothing for the rest."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from ledger_service.domain.errors import InvalidMember, ServiceUnavailable
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.learn_members import (
    LEARN_SECONDS,
    MEMBERS_PATH,
    MemberLearner,
    meet,
    meet_in_time,
)
from ledger_service.services.consortium.list_members import find_member, list_members
from ledger_service.services.consortium.take_member import take_member
from tests.simulators.bench import Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import (
    CHARTER,
    AnnouncerSimulator,
    Institution,
    ServicesSimulator,
    make_member,
)

A, B = Institution("a"), Institution("b")


@pytest.fixture
def services() -> ServicesSimulator:
    return ServicesSimulator()


@pytest.fixture
def announcer(bench: Bench, services: ServicesSimulator) -> AnnouncerSimulator:
    """Make the bench's library a member beside A and B; return who signs for it."""
    charter = replace(CHARTER, members=(A.url + "/",))
    made = make_member(bench, charter, members=services)
    for one in (A, B):
        one.join(bench.chain)
    follow_chain(bench.library, DEPLOYED_AT)
    return made


def listing(own: Institution, *texts: str) -> dict[str, object]:
    told = [{"announcement": json.loads(text), "standing": "accredited"} for text in texts]
    return {"own": own.steward.hex(), "members": told}


def work(learner: MemberLearner, times: int = 1) -> None:
    """Work as often as told: who answered may be asked at once again, whoever did not rests."""
    for _ in range(times):
        learner._due_at = 0.0
        for url in set(learner._asked_from) - set(learner._rests):
            learner._asked_from[url] = 0.0
        learner.work(lambda: False)


def test_the_charter_s_members_are_asked_and_those_they_know_too(
    bench: Bench, announcer: AnnouncerSimulator, services: ServicesSimulator
) -> None:
    now = bench.clock()
    services.answers[A.url + MEMBERS_PATH] = listing(A, A.says(now), B.says(now))
    services.answers[B.url + MEMBERS_PATH] = listing(B, B.says(now))
    learner = MemberLearner(bench.library, announcer)
    work(learner, 2)
    known = {one.member.steward for one in list_members(bench.library, but_own=True)}
    assert known == {A.steward, B.steward}
    assert services.asked.count(B.url) == 2  # asked, and told of us
    told = [(url, value["url"]) for url, value in services.posted]
    assert {(A.url, "https://own.example"), (B.url, "https://own.example")} <= set(told)
    assert all(one.fault is None for one in list_members(bench.library))


def test_who_knows_us_is_told_nothing(
    bench: Bench, announcer: AnnouncerSimulator, services: ServicesSimulator
) -> None:
    learner = MemberLearner(bench.library, announcer)
    work(learner)
    own = find_member(bench.library, bench.library.steward)
    services.answers[A.url + MEMBERS_PATH] = listing(A, A.says(bench.clock()), own.text)
    learner._rests.clear()
    work(learner)
    assert services.posted == []


def test_one_that_is_away_is_asked_more_and_more_rarely_and_says_so(
    bench: Bench, announcer: AnnouncerSimulator, services: ServicesSimulator
) -> None:
    take_member(bench.library, A.says(bench.clock()))
    learner = MemberLearner(bench.library, announcer)
    work(learner, 5)
    assert services.asked == [A.url]
    fault = find_member(bench.library, A.steward).fault
    assert fault is not None
    assert fault.name == "service-unavailable.member"
    for expected in (10, 20, 40, 80, 160, 320, 600, 600):
        learner._asked_from[A.url] = 0.0
        work(learner)
        assert learner._rests[A.url] == expected
    services.answers[A.url + MEMBERS_PATH] = listing(A, A.says(bench.clock()))
    learner._asked_from[A.url] = 0.0
    work(learner)
    assert find_member(bench.library, A.steward).fault is None
    assert not learner._rests


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {"members": []},
        {"own": 5, "members": []},
        {"own": "x", "members": []},
        {"own": None, "members": 7},
        {"own": None, "members": [{}]},
        {"own": None, "members": ["x"]},
        {"own": None, "members": [{"announcement": 1.5}]},
    ],
)
def test_an_answer_that_is_none_is_a_fault_of_that_member_alone(
    bench: Bench, announcer: AnnouncerSimulator, services: ServicesSimulator, answer: object
) -> None:
    take_member(bench.library, A.says(bench.clock()))
    take_member(bench.library, B.says(bench.clock()))
    services.answers[A.url + MEMBERS_PATH] = answer
    services.answers[B.url + MEMBERS_PATH] = listing(B, B.says(bench.clock()))
    work(MemberLearner(bench.library, announcer))
    fault = find_member(bench.library, A.steward).fault
    assert fault is not None
    assert fault.name == "service-unavailable.member-form"
    assert find_member(bench.library, B.steward).fault is None


def test_a_liar_s_list_brings_nobody_in_and_keeps_nobody_out(
    bench: Bench, announcer: AnnouncerSimulator, services: ServicesSimulator
) -> None:
    now, stranger = bench.clock(), Institution("stranger")
    forged = stranger.signed(B.member(now, url="https://thief.example")).format()
    lies = [stranger.says(now), forged, A.says(now), B.says(now), '{"type":"x"}']
    services.answers[A.url + MEMBERS_PATH] = listing(A, *lies)
    work(MemberLearner(bench.library, announcer))
    assert find_member(bench.library, B.steward).member.url == B.url
    assert len(list_members(bench.library, but_own=True)) == 2


def test_an_address_at_which_another_answers_is_told(
    bench: Bench, announcer: AnnouncerSimulator, services: ServicesSimulator
) -> None:
    """B announces the address of A as its own, and signs it: it is B that has the fault."""
    now = bench.clock()
    take_member(bench.library, A.says(now))
    take_member(bench.library, B.says(now, url=A.url))
    services.answers[A.url + MEMBERS_PATH] = listing(A, A.says(now))
    work(MemberLearner(bench.library, announcer))
    fault = find_member(bench.library, B.steward).fault
    assert fault is not None
    assert fault.name == "member-address-of-other"
    assert find_member(bench.library, A.steward).fault is None


def test_meeting_a_service_that_is_none_is_told(
    bench: Bench, announcer: AnnouncerSimulator, services: ServicesSimulator
) -> None:
    with pytest.raises(ServiceUnavailable):
        meet(bench.library, services, "https://nobody.example", None)


def test_who_tells_of_itself_is_asked_within_seconds(
    bench: Bench, announcer: AnnouncerSimulator, services: ServicesSimulator
) -> None:
    """All was quiet, so that members that are known are asked in a minute: one that is new need not wait."""
    now = bench.clock()
    services.answers[A.url + MEMBERS_PATH] = listing(A, A.says(now))
    learner = MemberLearner(bench.library, announcer)
    work(learner)
    own = find_member(bench.library, bench.library.steward)
    services.answers[A.url + MEMBERS_PATH] = listing(A, A.says(now), own.text)
    work(learner, 5)
    assert learner.pace == LEARN_SECONDS
    asked = len(services.asked)
    learner.work(lambda: False)
    assert len(services.asked) == asked  # nobody is due
    services.answers[B.url + MEMBERS_PATH] = listing(B, B.says(now))
    take_member(bench.library, B.says(now))  # as the API takes it from B
    learner._look_at = 0.0  # five seconds later
    learner.work(lambda: False)
    assert set(services.asked[asked:]) == {B.url}
    assert (B.url, "https://own.example") in [(url, value["url"]) for url, value in services.posted]


def test_a_member_whom_the_index_does_not_know_yet_is_named_when_it_is_met(
    bench: Bench, announcer: AnnouncerSimulator, services: ServicesSimulator
) -> None:
    late = Institution("late")
    late.join(bench.chain)  # and the chain is not followed so far
    said = late.says(bench.clock())
    services.answers[late.url + MEMBERS_PATH] = listing(late, '{"type":"x"}', said)
    with pytest.raises(InvalidMember, match="not-accredited"):
        meet(bench.library, services, late.url, None)
    follow_chain(bench.library, DEPLOYED_AT)
    assert meet(bench.library, services, late.url, None) == late.steward
    assert find_member(bench.library, late.steward).member.url == late.url


def test_a_member_that_has_not_said_who_it_is_is_told_of_us_and_asked_again(
    bench: Bench, announcer: AnnouncerSimulator, services: ServicesSimulator
) -> None:
    work(MemberLearner(bench.library, announcer))
    own = find_member(bench.library, bench.library.steward)
    services.answers[A.url + MEMBERS_PATH] = listing(A)
    with pytest.raises(InvalidMember, match="silent"):
        meet(bench.library, services, A.url, own)
    assert [url for url, _ in services.posted] == [A.url]


def test_a_meeting_lasts_until_both_have_said_who_they_are_and_count(
    bench: Bench,
    announcer: AnnouncerSimulator,
    services: ServicesSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place, now = A.url + MEMBERS_PATH, bench.clock()
    services.answers[place] = listing(A)
    comes = [
        lambda: work(MemberLearner(bench.library, announcer)),  # so that there is ours
        services.refused.clear,  # A has read of us on chain
        lambda: services.answers.update({place: listing(A, A.says(now))}),
    ]
    services.refused.add(A.url)
    monkeypatch.setattr(time, "sleep", lambda _: comes.pop(0)())
    assert meet_in_time(bench.library, services, A.url, 60)
    assert comes == []
    assert find_member(bench.library, A.steward).member.url == A.url
    assert [url for url, _ in services.posted][-1] == A.url
    with pytest.raises(ServiceUnavailable):
        meet_in_time(bench.library, services, "https://nobody.example", 60)


def test_a_library_that_is_alone_asks_nobody(bench: Bench, services: ServicesSimulator) -> None:
    bench.library = replace(bench.library, members=services)
    work(MemberLearner(bench.library, None))
    assert services.asked == []


def test_stopping_ends_the_round(
    bench: Bench, announcer: AnnouncerSimulator, services: ServicesSimulator
) -> None:
    MemberLearner(bench.library, announcer).work(lambda: True)
    assert services.asked == []
