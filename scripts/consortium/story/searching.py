"""A visitor searches all libraries at once, while all answer and while one does not."""

from __future__ import annotations

from typing import Any

from scripts.consortium.story.scene import Scene, page_of
from scripts.consortium.university import University

WORDS = "Canon of Medicine"


def search(scene: Scene) -> None:
    """Search at the third for what the two others have."""
    say, (first, second, third) = scene.telling, scene.members
    say.heading("A visitor of the third searches all libraries")
    say.until(
        lambda: {first.name, second.name} <= set(_libraries(_found(third))),
        "the book is found at both others",
    )
    say.until(
        lambda: all(item["verified"] != "not_checked" for item in _found(third)["items"]),
        "each hit is verified by its own ledger, or by the chain",
    )
    ended = third.run("find", "--members", WORDS)
    hit = next(line for line in ended.out.splitlines() if "Medicine" in line)
    say.check(
        "University of " in hit and "Bukhara" not in hit,
        "each hit says whose it is, by command too",
    )


def missing(scene: Scene, away: University) -> None:
    """Search at the first while one member gives no answer."""
    say, first = scene.telling, scene.members[0]
    name = f"University of {away.name.title()}"

    def only_it() -> dict[str, Any] | None:
        found = _found(first)
        silent = [one for one in found["libraries"] if one["missing"] is not None]
        return found if [one["library"]["name"] for one in silent] == [name] else None

    found = say.until(only_it, f"a search in all libraries says that {away.name} alone is missing")
    say.check(bool(found["items"]), "and gives what the others have")
    page = page_of(first, "/search?q=Canon+of+Medicine&members=1")
    say.check(name in page, "the page for visitors names it, too")


def _found(member: University) -> dict[str, Any]:
    answer = member.client().get("/search", params={"q": WORDS, "members": "true"})
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def _libraries(found: dict[str, Any]) -> list[str]:
    """Return the one words of the libraries whose works were found."""
    holders = [item["library"] for item in found["items"]]
    holders += [other for item in found["items"] for other in item["others"]]
    return [str(one["name"]).rsplit(" ", 1)[-1].lower() for one in holders]
