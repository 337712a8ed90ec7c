"""One random schedule of what real members do, with kills, cuts and a lie; `seed` alone says what is done."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from random import Random
from typing import Any

import httpx

from scripts.consortium.command import run_muhr
from scripts.consortium.schedules.lies import LIES, Lie
from scripts.consortium.schedules.line import State
from scripts.consortium.schedules.player import Cast, Player
from scripts.consortium.schedules.promises import GENUINE, Promise, Promises
from scripts.consortium.schedules.theft import steal_and_close
from scripts.consortium.story.scene import LICENSE

ACTS = 16
KINDS = {
    "register": 6,
    "take_in": 2,
    "withdraw": 2,
    "supersede": 2,
    "grant": 3,
    "revoke": 2,
    "look": 5,
    "verify": 2,
    "search": 2,
    "fall": 2,
    "fall_in_part": 2,
    "hold": 1,
    "cut_chain": 2,
    "cut_members": 2,
    "suspend": 1,
    "steal": 1,
}
BEFALLS = ("fall", "hold", "cut_chain", "cut_members", "suspend", "lie", "steal")
FOR_NOW = (404, 409, 429, 503)  # what is refused may be asked again later
CALM_SECONDS = 180.0
HOUR_SECONDS = 3600
BULK = 3


class Schedule:
    """What happens between the members of a cast, of which the last one lies.

    Args:
        cast: at least two honest members that are served, and the liar.
        folder: empty; for files.
        promises: of the honest members so far.
        stolen: names of those whose key was stolen before; none is twice.
    """

    def __init__(
        self, cast: Cast, seed: int, folder: Path, promises: Promises, stolen: set[str]
    ) -> None:
        self.cast, self.promises, self.stolen = cast, promises, stolen
        self.seed, self.draw = seed, Random(seed)
        *_, self.liar = cast.players
        self.honest = list(cast.players[:2])
        self.members = [*self.honest, self.liar]
        kind = LIES[list(LIES)[seed % len(LIES)]]
        self.lie: Lie = kind(cast, self.liar, self.honest, self.draw)
        self.suspended: set[str] = set()  # names of those that are now
        self.were_suspended: set[str] = set()
        self.stolen_books: list[str] = []
        self.done: list[str] = []
        self._folder = folder
        self._readers: dict[str, str] = {}
        self._count = 0

    def run(self) -> None:
        """Let all of it happen, and wait until it is calm."""
        for member in self.members:
            self._register(member)
            self._settle(member)
        acts = self.draw.choices(list(KINDS), weights=list(KINDS.values()), k=ACTS)
        acts.insert(self.draw.randrange(4, ACTS), "lie")
        for act in acts:
            member = self.draw.choice(self.members)
            self.done.append(f"{act} {member.name}")
            self._act(act, member)
            time.sleep(self.draw.random() / 2)
        self._calm()

    def _act(self, act: str, member: Player) -> None:
        """Let something happen; nobody asks a member that is away."""
        if act in BEFALLS or not (member.is_held or member.is_down):
            getattr(self, "_" + act)(member)

    # ---- what people do ------------------------------------------------------------------------------

    def _register(self, member: Player) -> None:
        """Let a librarian register a new book, or one that another member has."""
        common = [one for one in self.promises.all if one.by is not member and one.is_plain]
        is_common = bool(common) and self.draw.random() < 0.3
        data = self.draw.choice(common).data if is_common else self._book()
        digest = hashlib.sha256(data).hexdigest()
        self.promises.attempted[digest].add(member.steward)
        title = f"Book {digest[:8]}"
        answer = self._asked(lambda: member.upload(data, title=title))
        if answer is not None and not self._has(member, digest):
            self.promises.all.append(Promise(member, digest, data))

    def _take_in(self, member: Player) -> None:
        """Let an operator take several books in at once, under one anchor."""
        folder = self._folder / f"bulk-{self._count}"
        folder.mkdir()
        books = [self._book() for _ in range(BULK)]
        for data in books:
            digest = hashlib.sha256(data).hexdigest()
            (folder / f"{digest[:8]}.txt").write_bytes(data)
            self.promises.attempted[digest].add(member.steward)
        asked = ("import", folder, "--license", LICENSE, "--yes", "--no-wait")
        ended = member.run(*asked, expect=None)
        assert ended.status == 0, ended
        for data in books:
            digest = hashlib.sha256(data).hexdigest()
            self.promises.all.append(Promise(member, digest, data, in_bulk=True))

    def _withdraw(self, member: Player) -> None:
        promise = self._some(member)
        path, body = "withdrawal", {"reason": "error"}
        if promise is not None and self._change(promise, path, body):
            promise.became = "withdrawn"
            states = self.promises.check_answer(member, promise.digest)
            assert states.get(member.steward) not in GENUINE, (member.name, promise, states)

    def _supersede(self, member: Player) -> None:
        promise, other = self._some(member), self._some(member)
        if promise is None or other is None or other is promise:
            return
        body = {"successor": other.digest, "relation": "correction"}
        if self._change(promise, "supersession", body):
            promise.became = promise.became or "superseded"

    def _change(self, promise: Promise, what: str, body: dict[str, str]) -> bool:
        """Return whether a change was acknowledged."""
        path = f"/resources/{promise.digest}/{what}"
        return self._asked(lambda: promise.by.registrar.post(path, json=body)) is not None

    def _grant(self, member: Player) -> None:
        promise, reader = self._some(member), self._reader(member)
        if promise is None or reader is None or promise.grants:
            return
        until = int(time.time()) + HOUR_SECONDS
        body = {"digest": promise.digest, "reader": reader, "until": until}
        answer = self._asked(lambda: member.registrar.post("/grants", json=body))
        if answer is not None:
            promise.grants.setdefault(answer.json()["grant"], False)

    def _revoke(self, member: Player) -> None:
        granted = [one for one in self.promises.of(member) if False in one.grants.values()]
        if not granted:
            return
        promise = self.draw.choice(granted)
        grant = next(grant for grant, is_revoked in promise.grants.items() if not is_revoked)
        path = f"/grants/{grant}/revocation"
        if self._asked(lambda: member.registrar.post(path)) is not None:
            promise.grants[grant] = True

    def _look(self, member: Player) -> None:
        """Look at some books at a member's service."""
        known = [promise.digest for promise in self.promises.all[-20:]]
        unknown = hashlib.sha256(b"nobody has this").hexdigest()
        for digest in self.draw.sample([*known, unknown, *self.lie.forged[:3]], k=2):
            if member is not self.liar:
                self.promises.check_answer(member, digest)

    def _verify(self, member: Player) -> None:
        """Let a student at another member verify a book, with a node of their own."""
        if member is self.liar or member.front.state is not State.WHOLE:
            return
        promise = self.draw.choice(self.promises.all[-20:])
        file = self._folder / "file"
        is_unknown = self.draw.random() < 0.3
        file.write_bytes(self.draw.randbytes(30) if is_unknown else promise.data)
        settings = {
            "MUHR_HOME": str(self._folder / "student"),
            "MUHR_API": member.front.url,
            "MUHR_DEPLOYMENT": str(member.deployment_file),
            "MUHR_RPC": self.cast.chain.url_of(0),
        }
        ended = run_muhr(settings, "verify", file, "--complete", expect=None)
        assert ended.status in (0, 1, 3), ended
        if is_unknown:
            assert ended.status != 0, ended
        elif promise.block and promise.by is not self.liar and self._stands(promise.digest):
            assert ended.status != 1, (member.name, promise, ended)

    def _search(self, member: Player) -> None:
        """Search in all libraries: whoever does not answer is told as missing."""
        if member is self.liar:
            return
        asked = {"q": "Book", "members": "true"}
        found: dict[str, Any] = (
            member.client().get("/search", params=asked).raise_for_status().json()
        )
        missing = {one["library"]["name"] for one in found["libraries"] if one["missing"]}
        for other in self.members:
            name = f"University of {other.name.title()}"
            is_away = other.front.state is not State.WHOLE or other.is_held or other.is_down
            is_known = name in {one["library"]["name"] for one in found["libraries"]}
            assert not (is_away and is_known and other is not member) or name in missing, found

    # ---- what befalls them ---------------------------------------------------------------------------

    def _fall(self, member: Player) -> None:
        if member.is_down:
            member.rise()
        elif not member.is_held:
            member.fall()

    def _fall_in_part(self, member: Player) -> None:
        member.fall_in_part(self.draw)

    def _hold(self, member: Player) -> None:
        if member.is_held:
            member.go_on()
        elif not member.is_down:
            member.hold()

    def _cut_chain(self, member: Player) -> None:
        cut = self.draw.choice([State.CUT, State.HANGS])
        member.line.set(cut if member.line.state is State.WHOLE else State.WHOLE)

    def _cut_members(self, member: Player) -> None:
        cut = self.draw.choice([State.CUT, State.HANGS])
        member.front.set(cut if member.front.state is State.WHOLE else State.WHOLE)

    def _suspend(self, member: Player) -> None:
        """Let the council suspend a member, or reinstate it if it is."""
        if member.name in self.suspended:
            self.cast.council.decide(("reinstate", member.uri))
            self.suspended.discard(member.name)
        else:
            self.cast.council.decide(("suspend", member.uri))
            self.suspended.add(member.name)
            self.were_suspended.add(member.name)
            self.promises.unsure.add(member.name)

    def _steal(self, member: Player) -> None:
        if member is self.liar or member.name in self.stolen:
            return
        self.stolen.add(member.name)
        self._recover(member)
        forged = self._folder / "forged"
        forged.write_bytes(self._book())
        digest = hashlib.sha256(forged.read_bytes()).hexdigest()
        self.promises.attempted[digest].add(member.steward)
        self.stolen_books.append(steal_and_close(self.cast, member, forged))

    def _lie(self, _: Player) -> None:
        self._recover(self.liar)
        for member in self.honest:
            member.heal()
        self.lie.tell()
        self.promises.forged += self.lie.forged

    def _recover(self, member: Player) -> None:
        """Let a member be whole and at rest."""
        member.heal()
        if member.name in self.suspended:
            self._suspend(member)
        self._settle(member)

    def _calm(self) -> None:
        """Let all be whole, and wait until what was acknowledged is done."""
        self.done.append("calm")
        for member in self.members:
            member.heal()
        for member in self.members:
            if member.name in self.suspended:
                self._suspend(member)
        for member in self.honest:
            self._settle(member)
        for member in self.honest:
            member.run("mirror", "update", expect=None)

    # ---- what they share -----------------------------------------------------------------------------

    def _settle(self, member: Player) -> None:
        """Wait until nothing is under way at a member, and note in which blocks its books are."""
        member.calm(self.cast.chain.head(), CALM_SECONDS)
        for promise in self.promises.of(member):
            if not promise.block and not promise.in_bulk:
                rows = member.registrar.get(f"/resources/{promise.digest}").json()
                [own] = [row for row in rows if row["steward"] == member.steward]
                promise.block = own["block"] or 0 if own["state"] != "rejected" else 0

    def _asked(self, ask: Any) -> httpx.Response | None:
        """Return the answer by which an act was acknowledged; None if it was not, for now or at all."""
        try:
            answer: httpx.Response = ask()
        except httpx.TransportError:
            return None
        assert answer.status_code in (200, 201, 202, *FOR_NOW), answer.text
        return answer if answer.status_code < 300 else None

    def _book(self) -> bytes:
        self._count += 1
        return self.draw.randbytes(24).hex().encode()

    def _some(self, member: Player) -> Promise | None:
        """Return a book of a member that nothing was asked of."""
        own = [one for one in self.promises.of(member) if one.is_plain and not one.grants]
        return self.draw.choice(own) if own else None

    def _stands(self, digest: str) -> bool:
        """Return whether nobody who has registered a digest has asked anything of it since."""
        return all(promise.is_plain for promise in self.promises.all if promise.digest == digest)

    def _has(self, member: Player, digest: str) -> bool:
        return any(promise.digest == digest for promise in self.promises.of(member))

    def _reader(self, member: Player) -> str | None:
        if member.name not in self._readers:
            answer = self._asked(lambda: member.registrar.post("/readers"))
            if answer is None:
                return None
            self._readers[member.name] = answer.json()["reader"]
        return self._readers[member.name]
