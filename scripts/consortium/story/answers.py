"""A student at the third asks about a book of the two others, and checks a receipt of another member."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scripts.consortium.story.books import ALONE, BOOK
from scripts.consortium.story.scene import Scene, digest_of, page_of
from scripts.consortium.university import University


def verify(scene: Scene) -> None:
    """Let a student of the third ask with the file in hand, and with another file."""
    say, (first, second, third) = scene.telling, scene.members
    say.heading("A student of the third asks about it")
    book = scene.book(BOOK)
    answer = say.until(lambda: _whole(third, book), f"{third.name} has asked all three ledgers")
    holders = [one["steward"] for one in answer["holders"]]
    say.check(answer["first"] == first.steward, f"it says that {first.name} registered it first")
    say.check(holders == [first.steward, second.steward], f"and that {second.name} has it, too")
    answers = [_whole(one, book) for one in (first, second)]
    say.check(
        all(
            one is not None
            and one["first"] == answer["first"]
            and [holder["steward"] for holder in one["holders"]] == holders
            for one in answers
        ),
        "the two others answer the same",
    )
    page = page_of(third, f"/verify?digest={digest_of(book)}")
    say.check(all(one.title in page for one in (first, second)), "so does the page for students")
    stranger = scene.book("A book that nobody registered")
    ended = scene.verify(third, book, stranger, "--complete", "--json")
    known, unknown = json.loads(ended.out)
    say.check(
        known["first"] == first.steward
        and [holder["steward"] for holder in known["holders"]] == holders,
        "the command tells the same",
    )
    say.check(
        (unknown["verdict"], ended.status) == ("not_registered", 1),
        "a file that nobody registered is told so",
    )


def take_receipt(scene: Scene) -> None:
    """Let a student carry a receipt of the first to the third."""
    say, (first, _, third) = scene.telling, scene.members
    say.heading(f"A receipt of {first.name.title()} is checked at {third.name.title()}")
    book, receipt = scene.book(BOOK), scene.folder / "receipt.json"
    _save(first, book, receipt)
    by = ("--receipt", receipt, "--charter", scene.found.council.charter_file)
    ended = scene.verify(third, book, *by)
    say.check(ended.status == 0, "it verifies there, by the charter")
    say.check(first.title in ended.err, "and is told to be the other library's")
    changed = scene.book("The Canon of Medicine with a page torn out")
    say.check(scene.verify(third, changed, *by).status == 1, "another file does not pass with it")


def ask_of_the_missing(scene: Scene, away: University, since: float) -> None:
    """Ask the first about a book that only a member has who is away. since: seconds since 1970."""
    say, first = scene.telling, scene.members[0]
    book = scene.book(ALONE)
    answer = first.get(f"/resources/{digest_of(book)}/verdict")
    [asked] = [one for one in answer["asked"] if one["steward"] == away.steward]
    say.check(
        answer["authentic"] and answer["first"] == away.steward,
        f"{first.name} still says that {away.name} registered its own book first",
    )
    say.check(
        asked["holds"] and asked["as_of"] is not None and asked["as_of"] <= since + 1,
        f"and that it asked its copy of that ledger, as of before {away.name} fell",
    )
    page = page_of(first, f"/verify?digest={digest_of(book)}")
    say.check(away.title in page, f"the page for students names {away.name}, too")


def _whole(member: University, book: Path) -> dict[str, Any] | None:
    """Return a member's answer about a book, once all three ledgers could be asked."""
    answer: dict[str, Any] = member.get(f"/resources/{digest_of(book)}/verdict")
    asked = answer["asked"]
    return answer if len(asked) == 3 and all(one["reason"] is None for one in asked) else None


def _save(member: University, book: Path, file: Path) -> None:
    found = member.client().get(f"/resources/{digest_of(book)}/receipt")
    file.write_bytes(found.raise_for_status().content)
