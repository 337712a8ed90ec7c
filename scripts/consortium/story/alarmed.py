"""Members raise alarms about one another, and the page of the consortium shows them."""

from __future__ import annotations

import json
from collections.abc import Callable

from scripts.consortium.story import knowing
from scripts.consortium.story.scene import Scene, page_of
from scripts.consortium.university import University


def calm(scene: Scene) -> None:
    """Look that nobody raises an alarm."""
    say, first = scene.telling, scene.members[0]
    for member in scene.members:
        say.until(_is_calm(member), f"{member.name} has no alarm, and nothing is wrong with any")
    ended = first.run("consortium", "alarms", expect=None)
    say.check(ended.status == 0, "its operator's command says so, with status 0")


def _is_calm(member: University) -> Callable[[], bool]:
    def look() -> bool:
        alarms = member.get("/consortium/alarms")
        assert not alarms, "; ".join(one["detail"] for one in alarms)
        return knowing.is_sound(member)

    return look


def raised(scene: Scene, by: University, about: University, kind: str) -> None:
    """Look that a member raises an alarm about another, by API, command and page."""
    say = scene.telling
    say.until(has(by, about, kind), f"{by.name} raises an alarm about {about.name}: {kind}")
    ended = by.run("consortium", "alarms", "--json", expect=None)
    told = {(one["name"], one["kind"]): one for one in json.loads(ended.out)}
    say.check(
        ended.status == 1 and (about.title, kind) in told,
        "its operator's command tells of it, with status 1",
    )
    say.done(told[about.title, kind]["detail"])
    cards = page_of(by, "/consortium").split('<li class="card"')
    [card] = [one for one in cards if f"<h3><bdi>{about.title}</bdi>" in one]
    say.check('class="fail" aria-label' in card, "the page of the consortium shows it")


def has(by: University, about: University, kind: str) -> Callable[[], bool]:
    """Return what looks whether a member has an alarm of a kind about another."""
    return lambda: (
        (about.steward, kind)
        in {(one["steward"], one["kind"]) for one in by.get("/consortium/alarms")}
    )
