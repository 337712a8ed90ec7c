"""What must hold once a schedule is over and all is calm again."""

from __future__ import annotations

from collections import Counter
from typing import Any

from scripts.consortium.schedules.lies import alarms_at
from scripts.consortium.schedules.player import Player
from scripts.consortium.schedules.promises import GENUINE, Promise
from scripts.consortium.schedules.schedule import Schedule
from scripts.harness.waiting import wait_until

INDEX_SECONDS = 30.0
NAMED_SECONDS = 60.0
GRAVE = {"fork", "against-anchor", "withheld", "wrong-files", "key-differs", "announcement"}
NEGATIVE = {"withdrawn", "not_registered", "altered", "no_authority"}
Times = Counter[tuple[str, str, str]]


def check(schedule: Schedule) -> list[str]:
    """Return who names the liar; raise AssertionError for what is not as it must be."""
    times = _times(schedule)
    for member in schedule.honest:
        for promise in schedule.promises.of(member):
            _check_kept(schedule, promise, times)
    for member in schedule.honest:
        _check_verdicts(schedule, member)
        audited = ("audit", "--token-file", member.home / "tokens" / "auditor")
        ended = member.run(*audited, expect=None)
        assert ended.status == 0, (member.name, ended)
        alarms = alarms_at(member)
        for other in schedule.honest:
            about = alarms[other.steward]
            assert other is member or not about & GRAVE, (member.name, other.name, about)
    lie = type(schedule.lie).__name__
    named: list[str] = wait_until(schedule.lie.named, f"nobody names {lie}", NAMED_SECONDS)
    return named


def _times(schedule: Schedule) -> Times:
    """Return how often the chain has what, by event, subject and steward; grants have no steward."""
    events = schedule.cast.events(schedule.honest[0])
    return Counter(
        (event.name, event.subject, str(event.arguments.get("steward", "")))
        for event in events
        if event.name in ("ResourceRegistered", "GrantIssued", "GrantRevoked")
    )


def _check_kept(schedule: Schedule, promise: Promise, times: Times) -> None:
    """Check that what an honest member acknowledged stands there, on chain once, and as it became."""
    member, digest = promise.by, promise.digest
    rows = member.registrar.get(f"/resources/{digest}").json()
    own = [row for row in rows if row["steward"] == member.steward]
    assert len(own) == 1, (promise, rows)
    on_chain = times["ResourceRegistered", digest, member.steward]
    if own[0]["state"] == "rejected":
        assert member.name in schedule.were_suspended, (promise, own)
        assert not on_chain, promise
        schedule.promises.all.remove(promise)
        return
    assert on_chain in ((0, 1) if promise.in_bulk else (1,)), (promise, own, on_chain)
    if promise.became and _is_refused(promise):
        assert member.name in schedule.were_suspended, promise
        promise.became = ""
    states = schedule.promises.check_answer(member, digest)
    wanted = promise.became or "authentic_as_told"
    assert states.get(member.steward) == wanted, (promise, states)
    for grant, is_revoked in promise.grants.items():
        _check_grant(schedule, promise, grant, is_revoked=is_revoked, times=times)


def _is_refused(promise: Promise) -> bool:
    """Return whether the chain has refused what the book was to become, which its librarian is told."""
    changes = promise.by.registrar.get(f"/resources/{promise.digest}/changes").json()
    return any(row["state"] == "rejected" for row in changes)


def _check_grant(
    schedule: Schedule, promise: Promise, grant: str, *, is_revoked: bool, times: Times
) -> None:
    told: dict[str, Any] = promise.by.registrar.get(f"/grants/{grant}").raise_for_status().json()
    counts = {
        name: sum(count for key, count in times.items() if key[:2] == (name, grant))
        for name in ("GrantIssued", "GrantRevoked")
    }
    whose = (promise.by.name, promise.digest, told, counts)
    if told["state"] == "rejected":
        assert promise.by.name in schedule.were_suspended or promise.became, whose
        return
    assert told["state"] == ("revoked" if is_revoked else "issued"), whose
    wanted = [(0, 0), (1, 1)] if is_revoked else [(1, 0)]
    assert (counts["GrantIssued"], counts["GrantRevoked"]) in wanted, whose


def _check_verdicts(schedule: Schedule, member: Player) -> None:
    """Check what an honest member says of the others' books, and of those that nobody registered."""
    for promise in schedule.promises.all:
        states = schedule.promises.check_answer(member, promise.digest)
        if promise.by is member or promise.by is schedule.liar:
            continue
        if promise.in_bulk:
            assert "not_registered" not in states.values(), (member.name, promise, states)
            continue
        told = states.get(promise.by.steward)
        assert told is not None, (member.name, promise, states)
        assert promise.became or told not in NEGATIVE, (member.name, promise, states)
        assert promise.became != "withdrawn" or told not in GENUINE, (member.name, promise, states)
    for digest in schedule.promises.forged[-8:]:
        states = schedule.promises.check_answer(member, digest)
        assert not GENUINE & set(states.values()), (member.name, digest, states)
    for digest in schedule.stolen_books:
        wait_until(
            lambda digest=digest: (
                set(schedule.promises.check_answer(member, digest).values()) == {"no_authority"}
            ),
            f"{member.name} does not say that {digest} is without authority",
            INDEX_SECONDS,
        )
