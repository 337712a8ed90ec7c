"""A project with a paper at the shared library, and people of each role who write it live."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import enroll_reader
from reading_room.together.rules.project import PaperId, ProjectId
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.inviting import Offer, invite_by_link
from reading_room.together.verbs.joining import join_by_link
from reading_room.together.verbs.papers import make_paper
from reading_room.together.verbs.projects import make_project
from scripts.harness.paper_writer import WAIT_SECONDS, PaperWriter
from scripts.harness.running_library import RunningLibrary
from tests.simulators.bench import LIBRARIAN


@dataclass
class Writing:
    """A project with a paper. lead: who made it."""

    running: RunningLibrary
    lead: Caller = field(init=False)
    project: ProjectId = field(init=False)
    paper: PaperId = field(init=False)
    writers: list[PaperWriter] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lead = self.reader()
        self.project = make_project(self.library, SqlTogether, self.lead, "Xamsa").id
        self.paper = make_paper(self.library, SqlTogether, self.lead, self.project, "Part one").id

    @property
    def library(self) -> Library:
        return self.running.opened.library

    def reader(self) -> Caller:
        reader = enroll_reader(self.running.opened.store, LIBRARIAN)
        return Caller.of_token(Role.READER, reader, self.library.steward)

    def member(self, role: ProjectRole) -> Caller:
        """Return a new member of this role."""
        caller = self.reader()
        link = invite_by_link(self.library, SqlTogether, self.lead, self.project, Offer(role, 1))
        join_by_link(self.library, SqlTogether, caller, link.secret)
        return caller

    def writer(self, caller: Caller | None = None, paper: str | None = None) -> PaperWriter:
        """Return somebody at the paper, the lead by default, with a token."""
        token = self.running.token("reader", (caller or self.lead).subject)
        return self.with_headers({"Authorization": f"Bearer {token}"}, paper)

    def with_headers(self, headers: dict[str, str], paper: str | None = None) -> PaperWriter:
        made = PaperWriter(self.running.url, paper or self.paper, headers)
        self.writers.append(made)
        return made.connect()


@pytest.fixture
def writing(library: RunningLibrary) -> Iterator[Writing]:
    made = Writing(library)
    yield made
    for writer in made.writers:
        writer.cut()


@pytest.fixture
def same() -> Callable[..., None]:
    """Return a function that waits until writers have the same text."""

    def wait(*writers: PaperWriter, text: str) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while any(str(writer.text) != text for writer in writers):
            for writer in writers:
                writer.take(0.05)
            told = [(str(writer.text), writer.closed) for writer in writers]
            assert time.monotonic() < deadline, told

    return wait
