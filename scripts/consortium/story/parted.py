"""The chain stands still: its validators are cut in two halves, or its one node hangs. Then it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable

from scripts.consortium.chains import SmallChain, ValidatorsChain
from scripts.consortium.story.scene import Scene, digest_of
from scripts.consortium.university import University

HALF = (2, 3)  # validators: of the third university, and of the council
GO_ON_SECONDS = 15
BOOK = "The Canon of Medicine"


def part(scene: Scene) -> None:
    """Stop the chain, look what each member says meanwhile, and heal it."""
    say, chain = scene.telling, scene.found.chain
    for member in scene.members:
        member.at_rest()
    head = chain.head()
    if isinstance(chain, ValidatorsChain):
        say.heading("The chain is cut, two validators against two")
        chain.part(HALF)
        say.done("the halves do not reach each other; neither may go on alone")
    else:
        assert isinstance(chain, SmallChain)
        say.heading("The chain stands still")
        chain.hold()
        say.done("its node takes connections and says nothing")
    for member in scene.members:
        _acknowledge(scene, member)
    if isinstance(chain, ValidatorsChain):
        _stands_still(scene, chain, head)
        _heal(scene, chain)
    else:
        chain.go_on()
    say.done("the chain is whole again")
    for member in scene.members:
        title = _title(member)
        member.registered(digest_of(scene.book(title)))
        say.check(True, f"{member.name} has what it acknowledged meanwhile")


def _acknowledge(scene: Scene, member: University) -> None:
    """Let a member take a book in, and look what it says of this and others."""
    say, title = scene.telling, _title(member)
    book = scene.book(title)
    answer = member.upload(book.read_bytes(), title=title)
    say.check(answer.status_code == 202, f"{member.name} takes a book in, and says that it waits")
    scene.acknowledged.setdefault(member.name, []).append(digest_of(book))
    verdicts = member.get(f"/resources/{digest_of(book)}/verdict")
    say.check(not verdicts["authentic"], f"{member.name} does not call it authentic yet")
    if member is not scene.members[2]:
        known = member.get(f"/resources/{digest_of(scene.book(BOOK))}/verdict")
        say.check(known["authentic"], f"{member.name} says the truth of what stood before")


def _stands_still(scene: Scene, chain: ValidatorsChain, head: int) -> None:
    say = scene.telling
    for member in scene.members:
        say.until(_warns(member), f"{member.name} tells its operator that the chain makes no block")
    heads = {chain.height_of(number) for number in range(len(chain.nodes))}
    grown = max(heads) - head
    say.check(
        len(set(chain.heads())) > 1 or grown == 0, "the halves do not agree on a newest block"
    )
    before = chain.heads()
    time.sleep(3)
    say.check(chain.heads() == before, "no half goes on")


def _heal(scene: Scene, chain: ValidatorsChain) -> None:
    say = scene.telling
    head = chain.head()
    chain.connect()
    say.done("the halves reach each other again")
    deadline = time.monotonic() + GO_ON_SECONDS
    while chain.head() <= head + 2 and time.monotonic() < deadline:
        time.sleep(0.5)
    if chain.head() <= head + 2:
        say.done("both halves hold blocks of equal weight: operators of one half let theirs go")
        chain.let_yield(HALF)
    say.until(lambda: chain.head() > head + 2, "the chain makes blocks again")
    say.until(lambda: len(set(chain.heads())) == 1, "all validators agree on the newest block")


def _title(member: University) -> str:
    return f"Taken in by {member.name} while the chain stood still"


def _warns(member: University) -> Callable[[], bool]:
    def look() -> bool:
        return "chain-stalled" in [one["reason"] for one in member.status()["warnings"]]

    return look
