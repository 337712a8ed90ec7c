"""A member on PostgreSQL goes to another server by a backup, and goes on to witness the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.consortium.universities import Universities
from scripts.consortium.university import University
from scripts.harness.postgresql import Server
from scripts.harness.waiting import wait_until

MOVES, STAYS = "tashkent", "samarkand"


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def is_cosigned(member: University, name: str) -> bool:
    return f"— {name} " in member.get_public("/muhr/checkpoint").decode()


def knows(member: University, other: University) -> bool:
    told = member.get("/consortium/members")["members"]
    return any(one["steward"] == other.steward for one in told)


def test_a_member_that_moved_goes_on_to_witness(server: Server, tmp_path: Path) -> None:
    first, second, backup = server.new_database(), server.new_database(), tmp_path / "backup"
    settings = {MOVES: {"MUHR_DATABASE_URL": first}}
    with Universities(tmp_path / "u", names=(MOVES, STAYS), settings=settings) as found:
        before, other = found.members
        other.run("consortium", "meet", before.url)
        for one, another in ((before, other), (other, before)):
            wait_until(lambda a=one, b=another: knows(a, b), f"{one.name} knows {another.name}")
        name = f"{before.origin}/witness"
        other.register(b"one work", title="One work")
        wait_until(lambda: is_cosigned(other, name), "a cosignature before the move")
        before.end()
        before.run("backup", backup)
        after = University(
            *(tmp_path / "new", MOVES, found.council.charter_file, found.chain.url_of(0)),
            settings={"MUHR_DATABASE_URL": second},
        )
        found.stack.callback(after.end)
        after.run(
            *("restore", backup, "--password-file", before.home / "keys" / "password"),
            *("--erasures", before.home / "keys" / "erased", "--public-url", after.url),
        )
        after.serve()
        after.run("consortium", "meet", other.url)
        wait_until(lambda: is_cosigned(other, f"{name}-2"), "a cosignature after the move")
