"""A registrar's key is stolen and used past the library; the council closes it as of before."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from scripts.consortium.story import alarmed
from scripts.consortium.story.scene import Scene, digest_of
from scripts.consortium.thief import register_as
from scripts.consortium.university import University

FORGED, GENUINE = "A forged diploma", "Registered before the theft"
NO_AUTHORITY = "no_authority"


def steal(scene: Scene) -> None:
    """Let a thief register in the first university's name, and the council close the key."""
    say, council = scene.telling, scene.found.council
    first = scene.members[0]
    say.heading(f"The registrar's key of {first.name.title()} is stolen")
    genuine, forged = scene.book(GENUINE), scene.book(FORGED)
    scene.register(first, genuine, GENUINE)
    theft = _after(scene)
    register_as(first, scene.found.chain, forged)
    say.done("with a copy of the key somebody registers a forged diploma, past the library")
    say.until(
        lambda: _verdict(first, forged) not in (None, NO_AUTHORITY),
        "as long as nobody knows, the chain says that the university registered it",
    )
    account = first.request["registrar"]
    council.decide(("close", "0x" + account, "--since", theft))
    for member in scene.members:
        say.until(
            _says(member, forged, NO_AUTHORITY),
            f"at {member.name} the forged diploma is told to be without authority",
        )
    say.check(
        _verdict(first, genuine) == "authentic_as_told",
        "what the university registered before the theft stays genuine",
    )
    second, third = scene.members[1:]
    alarmed.raised(scene, second, first, "closed-account")
    say.until(
        alarmed.has(third, first, "closed-account"), f"{third.name} raises it, too, by itself"
    )
    say.check(
        scene.verify(third, forged).status != 0, "no student anywhere is told that it is genuine"
    )


def recover(scene: Scene) -> None:
    """Let the university take a book in without a key, and get a new one."""
    say, council = scene.telling, scene.found.council
    first, title = scene.members[0], "Taken in without a key"
    say.heading(f"{first.name.title()} gets a new registrar's key")
    digest = digest_of(scene.book(title))
    answer = first.upload(scene.book(title).read_bytes(), title=title)
    say.check(answer.status_code == 202, "it takes a book in, which waits until somebody may sign")
    scene.acknowledged.setdefault(first.name, []).append(digest)
    first.run("keys", "rotate", "registrar")
    request = first.home / "rotate-request.json"
    council.decide(("rotate", request, "--joined", first.request_file))
    first.registered(digest)
    say.check(True, "the new key signs for what waited, without a stop of the service")
    row = first.registered(digest_of(scene.book(GENUINE)))
    say.check(row["state"] == "registered", "what the old key signed before the theft stands")


def _after(scene: Scene) -> str:
    """Return a second, as commands take it, after every block so far and before every later one."""
    theft = max(scene.found.chain.time(), int(time.time())) + 1
    scene.found.chain.reach(theft)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(theft))


def _verdict(member: University, file: Path) -> str | None:
    """Return the verdict on the one registration of a file; None if there is none yet."""
    answer = member.get(f"/resources/{digest_of(file)}/verdict")
    return next((str(row["verdict"]) for row in answer["verdicts"]), None)


def _says(member: University, file: Path, verdict: str) -> Callable[[], bool]:
    return lambda: _verdict(member, file) == verdict
