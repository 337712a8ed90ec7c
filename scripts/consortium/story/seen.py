"""What everybody sees of the consortium on a member's site."""

from __future__ import annotations

from typing import Any

from scripts.consortium.story.scene import Scene, page_of
from scripts.consortium.university import University

SUSPENDED = '<dd class="fail">'


def page(scene: Scene) -> None:
    """Look at the page of the third: members, witnesses, council and rules."""
    say, third = scene.telling, scene.members[2]
    say.heading("Everybody sees the consortium")
    council = scene.found.council
    say.until(
        lambda: len(_proposals(third)) == len(scene.members),
        f"{third.name} has read from the chain what the council decided",
    )
    shown = page_of(third, "/consortium")
    say.check(all(one.title in shown for one in scene.members), "its page names all members")
    say.check(
        all(account in shown for who, account in council.accounts.items() if who != "payer"),
        "the accounts of the council",
    )
    say.check(council.charter.digest.hex() in shown, "and the digest of the charter")
    given = third.get_public("/consortium/charter.json").decode()
    say.check(given == council.charter.format(), "the charter can be downloaded there")


def acts(scene: Scene, about: University, *functions: str) -> None:
    """Look that all members show what the council did about one of them."""
    say = scene.telling
    for member in scene.members:
        if member is about or not member.is_running:
            continue
        say.until(
            lambda: set(functions) <= _done(member, about),  # noqa: B023
            f"{member.name} shows what the council did: {', '.join(functions)}",
        )
        say.check(about.title in page_of(member, "/consortium/acts"), "its page names the member")


def _proposals(member: University) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = member.get("/consortium/council")["proposals"]
    return found


def _done(member: University, about: University) -> set[str]:
    """Return the acts about a member that another shows."""
    items = member.get("/consortium/acts")["items"]
    return {
        one["act"]["function"]
        for one in items
        if one["act"]["arguments"].get("steward") == about.steward
    }
