"""Nothing that is kept tells of readers who were erased: not by name, not by hash, and not by key."""

from __future__ import annotations

import logging
import os
import random
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.identity import Identity, IdentityKind, tag
from ledger_service.domain.people.local_account import card_identity
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.people.identities import bind, find_or_enroll
from scripts.harness.needles import Needles, forms_of
from scripts.harness.running_library import RunningLibrary

FEW, MANY = 100, 3_334
"""Readers; each has three identifiers, so that there are some 10^4 in the nightly run."""
READING = 3
"""Of them, who borrow, open, write notes and are in a class list."""


@dataclass
class People:
    """Whom the test makes. identifiers: what is known of them outside; keys: what the library made."""

    readers: list[str] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)


def enrolled(library: RunningLibrary, count: int) -> People:
    """Return so many readers, each known by a card, an account and a name."""
    ours, people = library.opened.library, People()
    for number in range(count):
        chance = random.randbytes(6).hex()
        card, account = f"{number:05d}{chance}KARTA", f"acct-{chance}@talaba.example.uz"
        name = f"{chance[:8]} Dilnoza Karimova"
        subject = find_or_enroll(ours, card_identity(card), Role.READER)
        known = Identity(IdentityKind.UNIVERSITY, "https://id.example.uz", account)
        with ours.store.write() as transaction:
            bind(ours, transaction, known, subject)
            key = transaction.access.reader_key(subject.name)
        assert key is not None
        people.readers.append(subject.name)
        people.identifiers += [card, account, name]
        people.keys += [subject.name.encode(), key]
        people.keys += [tag(ours.people.key(), one) for one in (card_identity(card), known)]
    return people


def live(library: RunningLibrary, people: People) -> None:
    """Let some readers borrow, open, and write their names into notes."""
    digest = library.register()["digest"]
    for number, reader in enumerate(people.readers[:READING]):
        library.grant(digest, reader=reader)
        token = library.token("reader", reader)
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(
            base_url=f"{library.url}/api/v1", headers=headers, trust_env=False
        ) as own:
            own.post("/openings", json={"digest": digest}).raise_for_status()
            note = " ".join(people.identifiers[3 * number : 3 * number + 3])
            item = {"note": note, "tags": [people.identifiers[3 * number]]}
            own.put(f"/me/shelf/items/{digest}", json=item).raise_for_status()


def work_together(library: RunningLibrary, people: People) -> None:
    """Let some readers make a project, be invited by card and link, and send files, all in their names."""
    clients = [library.client("reader", reader) for reader in people.readers[:READING]]
    names, cards = people.identifiers[2 : 3 * READING : 3], people.identifiers[: 3 * READING : 3]
    made = clients[0].post("/projects", json={"title": f"Of {names[0]}", "name": names[0]})
    path = f"/projects/{made.raise_for_status().json()['id']}"
    clients[0].post(f"{path}/papers", json={"title": names[0]}).raise_for_status()
    named = {"role": "writer", "cards": [cards[1], people.identifiers[3 * READING]]}
    clients[0].post(f"{path}/invitations/named", json=named).raise_for_status()
    table = f"name,card\n{names[2]},{people.identifiers[3 * READING + 3]}\n".encode()
    kind = {"Content-Type": "text/csv"}
    listed = f"{path}/invitations/list"
    clients[0].put(listed, params={"role": "reader"}, content=table, headers=kind)
    [invited] = clients[1].get("/me/invitations").raise_for_status().json()
    accepted = f"/me/invitations/{invited['invitation']}"
    clients[1].post(accepted, json={"name": names[1]}).raise_for_status()
    link = clients[0].post(f"{path}/invitations", json={"role": "writer"}).json()["secret"]
    given = {"secret": link, "name": names[2]}
    clients[2].post("/me/links/joined", json=given).raise_for_status()
    for client, name in zip(clients, names, strict=True):
        kind = {"Content-Type": "application/octet-stream"}
        file = f"{path}/files/{random.randbytes(16).hex()}"
        sent = client.put(file, params={"name": name}, content=name.encode(), headers=kind)
        sent.raise_for_status()
    assert len(clients[0].get(f"{path}/members").json()) == READING


def copied(running: Path, folder: Path) -> Path:
    """Return a copy of the home of a library that runs in this process, made by another one.

    A process that closes any file of a database drops all locks that its own SQLite holds on it, so that the
    next command to end would remove what the library has not yet moved out of the WAL.
    Source: https://sqlite.org/howtocorrupt.html, 2.2.
    """
    subprocess.run(["cp", "-r", running, folder], check=False)
    assert (folder / "muhr.db").stat().st_size
    return folder


def test_it_is_found_what_is_there() -> None:
    needles = Needles([*forms_of("AB1234567"), b"a key that is kept"])
    assert len(needles) > 30
    for text in (b"AB1234567", b"ab1234567", next(forms_of("AB1234567"))):
        for before in range(9):
            assert text in needles.found_in(b"x" * before + text + b"y")
    assert needles.found_in(b"a key that is kep") == set()
    assert needles.found_in(b"") == set()


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.nightly)])
def test_nothing_tells_of_readers_who_were_erased(
    count: int,
    library: RunningLibrary,
    muhr: Callable[..., Any],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    people = enrolled(library, count)
    live(library, people)
    work_together(library, people)
    before = tmp_path / "before"
    assert muhr(library.environment, "backup", before).status == 0
    made = Needles(people.keys)
    assert made.found_below(before)["muhr.db"] == set(people.keys)

    outside = Needles(form for one in people.identifiers for form in forms_of(one))
    assert outside.found_below(before) == {}
    ours = library.opened.library
    operator = Caller.operator(ours.steward)
    for reader in people.readers[:-1]:
        erase_reader(ours, operator, reader)
    assert muhr(library.environment, "reader", "erase", people.readers[-1], "--yes").status == 0

    after, home = tmp_path / "after", tmp_path / "home"
    assert muhr(library.environment, "backup", after).status == 0
    given = ("--erasures", library.home / "keys" / "erased")
    assert muhr({"MUHR_HOME": str(home)}, "restore", before, *given).status == 0
    for folder in (copied(library.home, tmp_path / "running"), after, home):
        assert outside.found_below(folder) == {}
        assert made.found_below(folder) == {}
    logs = caplog.text.encode() + os.linesep.encode()
    assert outside.found_in(logs) == made.found_in(logs) == set()
    assert muhr(library.environment, "audit").status == 0
