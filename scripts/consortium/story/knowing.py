"""The members get to know one another, witness one another's ledgers, and copy them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from scripts.consortium.story.scene import Scene
from scripts.consortium.university import University

QUORUM, COPIES = 1, 2


def meet(scene: Scene) -> None:
    """Let the council set its rules, and the members meet."""
    say, council = scene.telling, scene.found.council
    first, second, third = scene.members
    say.heading("The council sets its rules, and the members meet")
    before = council.charter.digest
    told = json.loads(council.charter_file.read_text())
    told |= {"quorum": QUORUM, "copies": COPIES, "members": [one.url for one in scene.members]}
    council.charter_file.write_text(json.dumps(told))
    say.check(council.charter.digest == before, "rules leave the charter's digest as it is")
    for member in scene.members:
        member.run("consortium", "charter", council.charter_file)
    second.run("consortium", "meet", first.url)
    third.run("consortium", "meet", first.url)
    for one, other in ((second, third), (third, second)):
        what = f"{other.name} takes what {one.name} says of itself from a stranger who carries it"
        say.until(_carried(one, other), what)
    for member in scene.members:
        say.until(_knows_all(member), f"{member.name} knows all three")
        rules = member.get("/consortium")
        say.check(
            (rules["quorum"], rules["copies"]) == (QUORUM, COPIES),
            f"{member.name} follows the council's rules",
        )


def watch(scene: Scene) -> None:
    """Look that each ledger is cosigned by another member, and copied by both others."""
    say = scene.telling
    say.heading("Each witnesses the others, and keeps copies of their ledgers")
    witnesses = {member.name: _witness_of(member) for member in scene.members}
    for member in scene.members:
        others = [name for owner, name in witnesses.items() if owner != member.name]
        say.until(
            _is_cosigned(member, others), f"the ledger of {member.name} is cosigned by another"
        )
    for member in scene.members:
        others = [one for one in scene.members if one is not member]
        say.until(_has_copies(member, others), f"{member.name} has copies of both other ledgers")


def is_sound(member: University) -> bool:
    """Return whether a member has heard from both others, and nothing is wrong with any."""
    return all(one["fault"] is None for one in _members(member))


def _knows_all(member: University) -> Callable[[], bool]:
    def look() -> bool:
        found = _members(member)
        return [one["standing"] for one in found] == ["accredited"] * 3

    return look


def _members(member: University) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = member.get("/consortium/members")["members"]
    return found


def _carried(of: University, to: University) -> Callable[[], bool]:
    """Return what brings a member's announcement to another, as anybody may."""

    def carry() -> bool:
        [own] = [one for one in _members(of) if one["is_own"]]
        answer = to.client().post("/consortium/members", json=own["announcement"])
        return answer.raise_for_status().is_success

    return carry


def _witness_of(member: University) -> str:
    """Return the name of a member's witness, by which it signs."""
    [own] = [one for one in _members(member) if one["is_own"]]
    return str(own["announcement"]["witness"]).split("+")[0]


def _is_cosigned(member: University, names: list[str]) -> Callable[[], bool]:
    def look() -> bool:
        note = member.get_public("/muhr/checkpoint").decode()
        return any(f"— {name} " in note for name in names)

    return look


def _has_copies(member: University, others: list[University]) -> Callable[[], bool]:
    sizes = {other.origin: other.status()["anchored_size"] for other in others}

    def look() -> bool:
        copied = {row["origin"]: row["entries"] for row in member.get("/mirrors")}
        return all(copied.get(origin, 0) >= size for origin, size in sizes.items())

    return look
