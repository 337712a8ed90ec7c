"""What the parts of the story share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.consortium.command import Ended
from scripts.consortium.telling import Telling
from scripts.consortium.universities import Universities
from scripts.consortium.university import University
from scripts.harness.asked_library import AskedLibrary
from scripts.harness.kubo_node import KuboNode

LICENSE = "CC-BY-4.0"


@dataclass
class Scene:
    """Who takes part, and what has happened.

    Attributes:
        is_short: the variant that needs nothing but the project itself.
        acknowledged: what each university took in and must still have at the end, by its name.
        nodes: Kubo nodes that keep content, by university.
        fell_at: when the third was killed, in seconds since 1970 UTC.
    """

    telling: Telling
    found: Universities
    folder: Path
    is_short: bool
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    nodes: dict[str, KuboNode] = field(default_factory=dict)
    fell_at: float = 0.0

    @property
    def members(self) -> list[University]:
        return self.found.members

    def book(self, title: str) -> Path:
        """Return a file with bytes of its own, by its title."""
        path = self.folder / (title.lower().replace(" ", "-") + ".txt")
        if not path.exists():
            path.write_text(f"{title}\n\nA book of the consortium's demonstration.\n")
        return path

    def register(
        self, university: University, book: Path, title: str, *, is_typed: bool = False
    ) -> dict[str, Any]:
        """Let a librarian register a book; return the registration once the chain has it.

        is_typed: by the command; else by the API, as a catalog program does.
        """
        if is_typed:
            claim = ("--license", LICENSE, "--title", title, "--yes")
            university.run("register", book, *claim)
        else:
            answer = university.upload(book.read_bytes(), title=title, license=LICENSE)
            answer.raise_for_status()
        self.acknowledged.setdefault(university.name, []).append(digest_of(book))
        return university.registered(digest_of(book))

    def verify(self, university: University, *arguments: object) -> Ended:
        """Return what a student's `muhr verify` at a university left, whatever it says."""
        return university.run("verify", *arguments, expect=None)


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file, 64 hex."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def page_of(university: AskedLibrary, path: str) -> str:
    """Return a page as a visitor gets it, in English."""
    answer = university.client().get(university.url + path, headers={"Accept-Language": "en"})
    return answer.raise_for_status().text
