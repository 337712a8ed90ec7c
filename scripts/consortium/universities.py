"""Several universities founded, joined and served on this machine, by the commands that people type.

    with Universities(folder) as found:
        first, second, third = found.members
        first.register(b"a book", title="A book")

Chain "ganache" needs nothing but the project; "clique" is four real validators (scripts/chain_tools.sh).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from scripts.consortium.chains import ConsortiumChain, start_chain
from scripts.consortium.command import Typed, untold
from scripts.consortium.council import Council
from scripts.consortium.university import University

NAMES = ("tashkent", "samarkand", "bukhara")
CONSORTIUM = "Universities of the Silk Road"
NO_SETTINGS: Mapping[str, Mapping[str, str]] = {}


class Universities:
    """A consortium that runs while the context lasts.

    Args:
        folder: empty or missing; all is put there.
        chain: "ganache" or "clique".
        names: of the members, one word each.
        delay: seconds that the council's acts wait.
        settings: more of each member's, by its name, by their whole names.
        rules: further options of `muhr consortium init`.
        block_seconds: between two blocks of Clique.
        typed: is told of each command.
    """

    def __init__(
        self,
        folder: Path,
        chain: str = "ganache",
        names: Sequence[str] = NAMES,
        delay: int = 0,
        settings: Mapping[str, Mapping[str, str]] = NO_SETTINGS,
        rules: Sequence[object] = (),
        block_seconds: int = 1,
        typed: Typed = untold,
    ) -> None:
        self.folder = folder
        self.members: list[University] = []
        self._kind = chain
        self._names = names
        self._delay = delay
        self._settings = settings
        self._rules = rules
        self._block_seconds = block_seconds
        self._typed = typed
        self.stack = ExitStack()  # ends what was started
        self.chain: ConsortiumChain
        self.council: Council

    def __enter__(self) -> Self:
        try:
            self.start_chain()
            self.found()
            self.admit(self.ask(*self._names))
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stack.close()

    def __getitem__(self, name: str) -> University:
        return next(member for member in self.members if member.name == name)

    def start_chain(self) -> None:
        """Start the chain, which ends with the context."""
        self.chain = start_chain(self._kind, self.folder / "chain", self._block_seconds)
        self.stack.callback(self.chain.stop)

    def found(self) -> None:
        """Make the council's keys, and let it found the consortium."""
        self.council = Council(self.folder / "council", self.chain, self._delay, self._typed)
        self.council.found(CONSORTIUM, *self._rules)

    def ask(self, *names: str) -> list[University]:
        """Return new universities that have asked to join, whose relayers have money."""
        asking = [self._university(name) for name in names]
        with ThreadPoolExecutor(len(asking)) as pool:
            requests = list(pool.map(University.ask_to_join, asking))
        self.chain.fund([request["relayer"] for request in requests])
        return asking

    def admit(self, universities: Sequence[University]) -> None:
        """Let the council accredit universities, and serve them."""
        requests = [university.request_file for university in universities]
        self.council.decide(*(("accredit", request) for request in requests))
        self.begin(universities)

    def begin(self, universities: Sequence[University]) -> None:
        """Let universities that are accredited go on, and serve them."""
        with ThreadPoolExecutor(len(universities)) as pool:
            list(pool.map(_begin, universities))

    def _university(self, name: str) -> University:
        """Return a university that has nothing yet; it ends with the context."""
        university = University(
            self.folder / name,
            name,
            self.council.charter_file,
            self.chain.url_of(len(self.members)),
            self.chain.confirmations,
            self._settings.get(name, {}),
            self._typed,
        )
        self.stack.callback(university.end)
        self.members.append(university)
        return university


def _begin(university: University) -> None:
    university.join()
    university.serve()
