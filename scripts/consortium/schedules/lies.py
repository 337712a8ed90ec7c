"""What one member lies about, by its database, its keys or a proxy before its service; and where it shows."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from random import Random
from typing import Any

from ledger_service.adapters.consortium.announcing import KeyAnnouncer
from ledger_service.adapters.sql.store import SqlStore, open_store, sqlite_url
from ledger_service.domain.consortium.member import Announcement
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.ledger.entry import Entry
from ledger_service.services.ledger.append_entry import append_bodies
from scripts.consortium.command import run_muhr
from scripts.consortium.schedules.player import Cast, Player
from scripts.harness.processes import ServerProcess, free_port, muhr_serve
from scripts.harness.waiting import wait_until

FOUND = 1  # exit status of an audit that has found something
NAMED_SECONDS = 60.0
TILES = "/muhr/"
HASHES = re.compile(r"/muhr/tile/[0-9]")


class Lie:
    """Attributes:
    forged: digests that nobody registered.
    """

    def __init__(self, cast: Cast, liar: Player, others: Sequence[Player], draw: Random) -> None:
        self.cast = cast
        self.liar = liar
        self.others = others
        self.draw = draw
        self.forged: list[str] = []

    def tell(self) -> None:
        """Do it; the schedule calls this once, somewhere in the middle, when the liar is served."""

    def named(self) -> list[str]:
        """Return who names the liar: an audit by anybody, by what it finds, or other members."""
        return self._audit()

    def end(self) -> None:
        """End what was started for it."""

    def _audit(self) -> list[str]:
        """Return what an auditor finds who reaches the liar as the other members do."""
        settings = {
            "MUHR_HOME": str(self.cast.folder / "auditor"),
            "MUHR_RPC": self.cast.chain.url_of(0),
            "MUHR_DEPLOYMENT": str(self.liar.deployment_file),
        }
        asked = ("audit", "--public", "--api", self.liar.front.url, "--json")
        ended = run_muhr(settings, *asked, expect=None)
        if ended.status != FOUND:
            return []
        with suppress(ValueError, LookupError):
            return [str(row["name"]) for row in json.loads(ended.out)["findings"]]
        return [(ended.err or ended.out).strip().splitlines()[-1]]

    def _forge(self) -> str:
        digest = self.draw.randbytes(32).hex()
        self.forged.append(digest)
        return digest

    def _store(self) -> SqlStore:
        return open_store(sqlite_url(self.liar.home / "muhr.db"))

    def _append(self, store: SqlStore, kind: str, **changes: Any) -> None:
        """Append an entry like one that stands, with other facts."""
        with store.write() as transaction:
            bodies = transaction.ledger.entries(0, transaction.ledger.size())
            like = next(entry for entry in map(Entry.parse, bodies) if entry.kind == kind)
            told = replace(like, at=like.at + 1, facts={**like.facts, **changes})
            append_bodies(transaction, [told.format()])


class FalseRegistration(Lie):
    """Its ledger tells that the chain has a registration, which it has not."""

    def tell(self) -> None:
        with closing(self._store()) as store:
            self._append(store, "registered", digest=self._forge())


class AnothersClaim(Lie):
    """Its ledger takes a claim in under the name of another member."""

    def tell(self) -> None:
        victim = self.draw.choice(self.others)
        with closing(self._store()) as store:
            self._append(store, "accepted", digest=self._forge(), steward=victim.steward)


class OtherTitle(Lie):
    """It shows other words than those that its entries commit to."""

    def tell(self) -> None:
        self.liar.front.spoil = _other_titles


class ShownOtherwise(Lie):
    """It serves hashes other than those of its entries."""

    def tell(self) -> None:
        self.liar.front.spoil = _other_hashes


class TamperedDatabase(Lie):
    """Somebody changes an entry in its database."""

    def tell(self) -> None:
        with sqlite3.connect(self.liar.home / "muhr.db", timeout=30) as database:
            rows = database.execute("SELECT start, body FROM bundle ORDER BY start").fetchall()
            start, body = self.draw.choice(rows)
            changed = bytes(body).replace(b'"kind":"', b'"kinb":"', 1)
            assert changed != bytes(body)
            database.execute("UPDATE bundle SET body = ? WHERE start = ?", (changed, start))


class AnothersName(Lie):
    """It announces another member's ledger, or name and address, as its own."""

    def __init__(self, cast: Cast, liar: Player, others: Sequence[Player], draw: Random) -> None:
        super().__init__(cast, liar, others, draw)
        self._refused: list[str] = []

    def tell(self) -> None:
        victim = self.draw.choice(self.others)
        own, other = _announced(self.liar), _announced(victim)
        changes = self.draw.choice(
            [
                {"key": other.key},
                {"uri": other.uri, "name": "Another"},
                {"uri": other.uri, "key": other.key},
                {"uri": other.uri, "registrar": other.registrar},
            ]
        )
        said = replace(own, at=own.at + 1, witness="", **changes)
        signer = KeyAnnouncer(self.liar.keys, self.liar.origin)
        signed = Announcement(
            said, signer.sign(said.message), signer.sign_digest(said.account_digest)
        )
        for member in self.others:
            before = _known(member)
            body = json.loads(signed.format())
            answer = member.client().post("/consortium/members", json=body)
            assert _known(member) == before, (member.name, changes)
            if answer.is_client_error:
                self._refused.append(f"{member.name} refuses: {answer.json()['type']}")

    def named(self) -> list[str]:
        return self._refused if len(self._refused) == len(self.others) else []


class TwoHistories(Lie):
    """It shows for a while what a copied home goes on with, signed by the same key."""

    def __init__(self, cast: Cast, liar: Player, others: Sequence[Player], draw: Random) -> None:
        super().__init__(cast, liar, others, draw)
        self._server: ServerProcess | None = None

    def tell(self) -> None:
        """Let all copy the one history, and then see the other, until one of them knows."""
        home = self.cast.folder / f"{self.liar.name}-copy"
        self.liar.rest()
        shutil.copytree(self.liar.home, home, ignore=shutil.ignore_patterns("*.lock", "mirrors"))
        self.liar.rise()
        self.liar.register(self.draw.randbytes(40), title="In the one history")
        self.liar.at_rest()
        for member in self.others:
            member.run("mirror", "update", expect=None)
        self._sign_another(home)
        port = free_port()
        settings = {
            **self.liar.settings,
            "MUHR_HOME": str(home),
            "MUHR_PORT": str(port),
            "MUHR_CHAIN_URL": f"http://127.0.0.1:{free_port()}",  # so that it anchors nothing
        }
        self._server = muhr_serve(settings)
        self._server.wait_until_it_answers()
        url = self._server.url
        self.liar.front.route = lambda path: url if path.startswith(TILES) else None
        for member in self.others:
            member.run("mirror", "update", expect=None)
        self.liar.front.route = lambda _: None

    def named(self) -> list[str]:
        """Return whose alarms tell of a fork; all members' must."""
        steward = self.liar.steward
        names = [
            member.name
            for member in self.others
            if wait_until(
                lambda member=member: "fork" in alarms_at(member)[steward],
                f"no alarm of a fork at {member.name}",
                NAMED_SECONDS,
            )
        ]
        return [f"alarms of a fork at {' and '.join(names)}"]

    def end(self) -> None:
        if self._server is not None:
            self._server.kill()

    def _sign_another(self, home: Any) -> None:
        signer = self.liar.keys.ledger_signer(self.liar.origin)
        with closing(open_store(sqlite_url(home / "muhr.db"))) as store:
            for _ in range(20):  # more than the other history has by now
                self._append(store, "accepted", digest=self._forge())
            with store.write() as transaction:
                frontier = transaction.ledger.frontier()
                root, size = frontier.root(), frontier.size
                text = Checkpoint(signer.key.name, size, root).format()
                transaction.checkpoints.add(size, root, 0)
                transaction.checkpoints.set_note(size, sign_note(text, signer.key, signer.sign))


LIES: dict[str, type[Lie]] = {
    lie.__name__: lie
    for lie in (
        FalseRegistration,
        AnothersClaim,
        OtherTitle,
        AnothersName,
        ShownOtherwise,
        TwoHistories,
        TamperedDatabase,
    )
}


def alarms_at(member: Player) -> Mapping[str, set[str]]:
    """Return the kinds of the alarms that a member has about each steward."""
    ended = member.run("consortium", "alarms", "--json", expect=None)
    told = json.loads(ended.out)
    assert ended.status == (1 if told else 0), ended
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in told:
        found[row["steward"]].add(row["kind"])
    return found


def _announced(member: Player) -> Any:
    """Return what a member says of itself."""
    [own] = [row for row in member.get("/consortium/members")["members"] if row["is_own"]]
    return Announcement.parse(json.dumps(own["announcement"])).member


def _known(member: Player) -> list[Any]:
    rows = member.get("/consortium/members")["members"]
    return [row["announcement"] for row in rows]


def _other_titles(path: str, body: bytes) -> bytes:
    is_listed = path.startswith("/api/v1/resources")
    return re.sub(rb'"title":"[^"]*"', b'"title":"Another book"', body) if is_listed else body


def _other_hashes(path: str, body: bytes) -> bytes:
    return bytes([body[0] ^ 1]) + body[1:] if HASHES.match(path) and body else body
