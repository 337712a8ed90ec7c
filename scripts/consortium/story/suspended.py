"""The council suspends a member, and reinstates it."""

from __future__ import annotations

from typing import Any

from scripts.consortium.story import seen
from scripts.consortium.story.scene import Scene, digest_of, page_of


def suspend(scene: Scene) -> None:
    """Let the council suspend one: the chain refuses it, and what stands, stands."""
    say, council = scene.telling, scene.found.council
    second = scene.members[1]
    say.heading(f"The council suspends {second.name.title()}")
    council.decide(("suspend", second.uri))
    book = scene.book("Sent while suspended")
    digest = digest_of(book)
    second.upload(book.read_bytes(), title="Sent while suspended").raise_for_status()

    def refused() -> dict[str, Any] | None:
        row: dict[str, Any] = second.registrar.get(f"/resources/{digest}").json()[0]
        return row if row["state"] == "rejected" else None

    row = say.until(refused, "the chain refuses what it sends")
    say.check(
        row["why"]["reason"].startswith("steward-not-accredited"),
        "the library says why: its university is not accredited",
    )
    stands = scene.acknowledged[second.name][0]
    say.check(
        second.registered(stands)["state"] == "registered", "what it registered before stands"
    )
    first = scene.members[0]
    title = "Registered beside a suspended member"
    scene.register(first, scene.book(title), title)
    say.check(True, f"{first.name} registers as before")
    seen.acts(scene, second, "suspend")
    say.check(seen.SUSPENDED in page_of(first, "/consortium"), "and shows that it is suspended")


def reinstate(scene: Scene) -> None:
    """Let it act again."""
    say, council = scene.telling, scene.found.council
    second = scene.members[1]
    say.heading(f"The council reinstates {second.name.title()}")
    council.decide(("reinstate", second.uri))
    title = "Registered after the suspension"
    scene.register(second, scene.book(title), title)
    say.check(True, f"{second.name} registers again")
