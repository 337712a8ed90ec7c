"""What the demonstration runs on: a chain, databases and content nodes, ended with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.consortium.story.scene import Scene
from scripts.consortium.telling import Telling
from scripts.consortium.universities import NAMES, Universities
from scripts.harness.kubo_node import KuboNode
from scripts.harness.postgresql import Server

DELAY_SECONDS = 6  # of the council; a real one waits a day
LAG_SECONDS = 30  # until an alarm tells of a member that is away; a real library waits ten minutes
REST_SECONDS = 10  # without a block, until operators are told


@contextmanager
def stage(folder: Path, *, is_short: bool) -> Iterator[Scene]:
    """Yield the scene before anything has happened. is_short: with nothing but the project itself."""
    with ExitStack() as stack:
        telling = Telling()
        settings = {
            name: {"MUHR_REST_SECONDS": str(REST_SECONDS), "MUHR_LAG_SECONDS": str(LAG_SECONDS)}
            for name in NAMES
        }
        nodes: dict[str, KuboNode] = {}
        if not is_short:
            first, second, _ = NAMES
            for name in (first, second):
                nodes[name] = KuboNode(folder / f"kubo-{name}")
                stack.callback(nodes[name].stop)
                settings[name]["MUHR_IPFS"] = nodes[name].url
            database = Server()
            stack.callback(database.close)
            settings[second]["MUHR_DATABASE_URL"] = database.new_database()
        found = Universities(
            folder / "consortium",
            "ganache" if is_short else "clique",
            delay=DELAY_SECONDS,
            settings=settings,
            typed=telling.typed,
        )
        with found.stack:
            yield Scene(telling, found, folder, is_short, nodes=nodes)
