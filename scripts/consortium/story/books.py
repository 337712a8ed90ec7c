"""A book is registered by two universities, and another by the third alone."""

from __future__ import annotations

from scripts.consortium.story.scene import Scene

BOOK, ALONE = "The Canon of Medicine", "Held by the third alone"


def register(scene: Scene) -> None:
    """Let two universities register the same bytes, one after the other, and the third a book of its own."""
    say, (first, second, third) = scene.telling, scene.members
    say.heading("Two universities register the same book")
    book = scene.book(BOOK)
    before = scene.register(first, book, BOOK, is_typed=True)
    after = scene.register(second, book, "Canon of Medicine")
    say.check(before["block"] < after["block"], f"{first.name} was first, by the chain's blocks")
    say.check(
        before["steward"] != after["steward"] and before["digest"] == after["digest"],
        "each has a registration of its own, of the same bytes",
    )
    scene.register(third, scene.book(ALONE), ALONE)
    say.check(True, f"{third.name} registers another, which nobody else has")
