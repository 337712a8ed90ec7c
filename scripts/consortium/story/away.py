"""One member hangs, and then falls; the rest go on."""

from __future__ import annotations

import time
from collections.abc import Callable

from scripts.consortium.story import alarmed, answers, kept, searching
from scripts.consortium.story.scene import Scene, digest_of, page_of
from scripts.consortium.university import University

LAST = "Taken in just before the fall"


def hang(scene: Scene) -> None:
    """Hold one member's processes up, so that it takes connections and says nothing."""
    say, third = scene.telling, scene.members[2]
    say.heading(f"{third.name.title()} hangs")
    third.hold()
    say.done(f"all processes of {third.name} stand still; who connects gets no answer")
    searching.missing(scene, third)
    _go_on(scene, "while it hangs")
    third.go_on()
    say.until(third.at_rest, f"{third.name} goes on where it was")


def fall(scene: Scene) -> None:
    """Kill one member amid its work; it stays away."""
    say, third = scene.telling, scene.members[2]
    say.heading(f"{third.name.title()} falls")
    book = scene.book(LAST)
    third.upload(book.read_bytes(), title=LAST).raise_for_status()
    third.kill()
    scene.fell_at = time.time()
    say.done(f"{third.name} acknowledged a book, and was killed at once")
    _go_on(scene, "while it is away")
    kept.serve(scene, third)
    answers.ask_of_the_missing(scene, third, scene.fell_at)


def missed(scene: Scene) -> None:
    """Look that the others notice, and start it again."""
    say, (first, _, third) = scene.telling, scene.members
    say.heading(f"{third.name.title()} is missed")
    alarmed.raised(scene, first, third, "away")
    third.serve()
    say.until(_has(third, LAST), "after its start it has what it acknowledged")
    scene.acknowledged.setdefault(third.name, []).append(digest_of(scene.book(LAST)))


def _go_on(scene: Scene, when: str) -> None:
    say = scene.telling
    for member in scene.members[:2]:
        title = f"Registered by {member.name} {when}"
        scene.register(member, scene.book(title), title)
        say.check(True, f"{member.name} registers a book {when}")
        say.check("<h1" in page_of(member, "/"), f"its pages are served {when}")


def _has(university: University, title: str) -> Callable[[], bool]:
    def look() -> bool:
        found = university.registrar.get("/resources").json()["items"]
        return title in [row["title"] for row in found if row["state"] == "registered"]

    return look
