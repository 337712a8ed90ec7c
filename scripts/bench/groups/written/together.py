"""How quickly a paper is written by many at once, beside the usual server of Yjs under the same script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger_service import config as configuration
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import enroll_reader, issue_token
from ledger_service.setup import clock, open_library
from reading_room.together.live.keep import Whole
from reading_room.together.rules.project import PaperId, ProjectId
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.inviting import Offer, invite_by_link
from reading_room.together.verbs.joining import join_by_link
from reading_room.together.verbs.papers import make_paper
from reading_room.together.verbs.projects import make_project
from scripts.bench.groups.written.many_edits import keep_fold, many_edits, typed
from scripts.bench.page import Ratio, Section
from scripts.bench.peer import NODE
from scripts.bench.rounds import Figures, interleave
from scripts.harness.processes import PROJECT, ServerProcess, environment_of, free_port
from scripts.harness.served_library import ServedLibrary

PEOPLE = int(os.environ.get("PEOPLE", "200"))
SECONDS = int(os.environ.get("SECONDS", "30"))
DOCUMENTS = int(os.environ.get("DOCUMENTS", "4"))
FLOOD_PEOPLE = 50
FLOOD_SECONDS = int(os.environ.get("FLOOD_SECONDS", "8"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
EDITS = int(os.environ.get("EDITS", "1000000"))
EVERY_MS, BURST_MS = 5000, 1000
WINDOW = 8  # edits under way of each who floods
MOST_P95_MS, MOST_MIB, LEAST_RATIO, MOST_OPEN_MS = 300, 512, 1.0, 2000
DAY_SECONDS = 86_400
PEER = PROJECT / "scripts/bench/peers/usual_server.mjs"
WRITERS = PROJECT / "scripts/bench/peers/paper_writers.mjs"
OPENER = PROJECT / "scripts/bench/peers/paper_opener.mjs"
OPENED: dict[str, Callable[[int], Whole]] = {
    "typed in bursts": typed,
    "at places by chance": lambda count: many_edits(count, 1),
}
NAMES = {"muhr": "Muhr", "peer": "`@y/websocket-server`"}


@dataclass
class Desk:
    """A project of many members at a served library."""

    served: ServedLibrary
    library: Library
    lead: Caller
    project: ProjectId
    tokens: list[str]

    def paper(self) -> PaperId:
        """Return a new paper."""
        return make_paper(self.library, SqlTogether, self.lead, self.project, "A paper").id

    def address(self, paper: PaperId) -> str:
        """Return where it is written live."""
        return f"ws{self.served.url.removeprefix('http')}/api/v1/papers/{paper}/live"


def run() -> Section:
    """Return how soon an edit is seen, how many a second go through, and what they cost."""
    section = Section("together", "Papers written together")
    with tempfile.TemporaryDirectory() as folder, desk_of(Path(folder)) as desk, peer() as other:
        servers = {"muhr": desk.served.process_id, "peer": other.process.pid}
        fresh: dict[str, Callable[[], tuple[str, list[str]]]] = {
            "muhr": lambda: (desk.address(desk.paper()), desk.tokens),
            "peer": lambda: (f"ws{other.url.removeprefix('http')}/{os.urandom(8).hex()}", [""]),
        }
        told: dict[str, list[dict[str, float]]] = {side: [] for side in fresh}
        for _ in range(ROUNDS):
            for side, make in fresh.items():
                used = cpu_seconds(servers[side])
                found = wrote(*make(), people=PEOPLE, seconds=SECONDS, documents=DOCUMENTS)
                found["server"] = cpu_seconds(servers[side]) - used
                found["memory"] = peak_mib(servers[side])
                told[side].append(found)
        floods = interleave(
            {side: lambda make=make: flooded(*make()) for side, make in fresh.items()}, ROUNDS
        )
        opened = {name: opens(desk, make(EDITS)) for name, make in OPENED.items()}
    _tell(section, told, floods)
    _tell_opening(section, opened)
    return section


def opens(desk: Desk, whole: Whole) -> list[dict[str, float]]:
    """Return how a paper opens; first for who comes first."""
    paper = desk.paper()
    keep_fold(desk.library, paper, whole)
    command = [NODE, "--max-old-space-size=4000", str(OPENER), desk.address(paper), desk.tokens[0]]
    return [
        json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        for _ in range(ROUNDS)
    ]


def wrote(
    url: str, tokens: list[str], *, people: int, seconds: int, documents: int, window: int = 0
) -> dict[str, float]:
    """Return what scripts/bench/peers/paper_writers.mjs tells."""
    asked = {
        "url": url,
        "tokens": tokens,
        "people": people,
        "documents": documents,
        "seconds": seconds,
        "everyMs": EVERY_MS,
        "burstMs": BURST_MS,
        "window": window,
    }
    done = subprocess.run(
        [NODE, str(WRITERS)], input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def flooded(url: str, tokens: list[str]) -> float:
    """Return how many edits a second came back to those who wrote them."""
    told = wrote(
        url, tokens, people=FLOOD_PEOPLE, seconds=FLOOD_SECONDS, documents=0, window=WINDOW
    )
    return told["back"] / FLOOD_SECONDS


@contextmanager
def desk_of(folder: Path) -> Iterator[Desk]:
    """Yield a served library with a project of PEOPLE members."""
    with ServedLibrary(folder, "library.test/together") as served:
        served.at_rest()
        opened = open_library(configuration.load({"MUHR_HOME": str(served.home)}), served.chain_url)
        operator = Caller.operator(opened.library.steward)
        people = [enroll_reader(opened.store, operator) for _ in range(PEOPLE)]
        tokens = [
            issue_token(opened.store, clock, operator, Role.READER, one, DAY_SECONDS)
            for one in people
        ]
        callers = [Caller.of_token(Role.READER, one, opened.library.steward) for one in people]
        given = opened.library, SqlTogether
        project = make_project(*given, callers[0], "A project").id
        offer = Offer(ProjectRole.WRITER, 1)
        link = invite_by_link(*given, callers[0], project, offer, is_for_many=True)
        for caller in callers[1:]:
            join_by_link(*given, caller, link.secret)
        yield Desk(served, opened.library, callers[0], project, tokens)
        opened.store.close()


@contextmanager
def peer() -> Iterator[ServerProcess]:
    """Yield the usual server of Yjs, which keeps documents in memory alone."""
    port = free_port()
    environment = {**environment_of({}), "HOST": "127.0.0.1", "PORT": str(port)}
    server = ServerProcess([NODE, str(PEER)], f"http://127.0.0.1:{port}", environment)
    try:
        server.wait_until_it_answers()
        yield server
    finally:
        server.stop()


def cpu_seconds(process: int) -> float:
    """Return for how long a process has had a core."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mib(process: int) -> float:
    """Return the most memory that a process ever held."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    told = next(line for line in lines if line.startswith("VmHWM"))
    return int(told.split()[1]) / 1024


def _tell(
    section: Section, told: dict[str, list[dict[str, float]]], floods: dict[str, Figures]
) -> None:
    section.lines.append(
        f"{PEOPLE} people write one paper for {SECONDS} seconds: each one edit every {EVERY_MS // 1000} "
        f"seconds, all within the first second of these; {DOCUMENTS} of them keep the whole document of Yjs, "
        "the others write a paragraph each. Awareness is off. All run in one process of Node beside "
        "the server, on the same cores. Muhr "
        "keeps each edit sealed and durable before anybody sees it, and may merge what comes within 50 ms; "
        "beside it `@y/websocket-server` 0.1.5, over y-protocols 1.0, keeps it in memory. The two take "
        f"turns; rounds: {ROUNDS}. Then {FLOOD_PEOPLE} people have {WINDOW} edits under way at any time, for "
        f"{FLOOD_SECONDS} seconds. All twenty minutes: `make bench GROUPS=together SECONDS=1200 ROUNDS=1`."
    )
    figures = {
        side: {name: Figures([one[name] for one in found]) for name in found[0]}
        for side, found in told.items()
    }
    muhr = figures["muhr"]
    memory = max(muhr["memory"].values)
    ratio = floods["muhr"].median / floods["peer"].median
    section.ratios += [
        Ratio("an edit seen by others, p95, ms", muhr["p95"].median, MOST_P95_MS, at_least=False),
        Ratio("memory of the API's process, MiB", memory, MOST_MIB, at_least=False),
        Ratio("edits a second, Muhr / `@y/websocket-server`", ratio, LEAST_RATIO),
    ]
    for side, name in NAMES.items():
        found = figures[side]
        section.figure(f"{name}: seen, p50", found["p50"], "ms")
        section.figure(f"{name}: seen, p95", found["p95"], "ms")
        section.figure(f"{name}: the server's processor", found["server"], "s")
        section.figure(f"{name}: the clients' processor", found["clientSeconds"], "s")
        section.figure(f"{name}: memory at most", Figures([max(found["memory"].values)]), "MiB")
        section.figure(f"{name}: flooded", floods[side], "edits/s")
    for one in told["muhr"]:
        expected = one["sent"] * (PEOPLE - 1)
        if one["seen"] != expected:
            sys.exit(f"{one['seen']:.0f} of {expected:.0f} edits were seen.")


def _tell_opening(section: Section, opened: dict[str, list[dict[str, float]]]) -> None:
    section.lines.append(
        f"A paper of {EDITS:,} edits, each a letter, is opened from its fold: as twenty people type it, in "
        "bursts of 5 to 204 with every eighth edit taking a letter back; and with each letter at a place by "
        "chance, which nobody types. The server's part is over when the bytes have come; then Yjs makes the "
        "document of them, which takes the longer the more pieces there are: letters that one person typed "
        "in a row are one."
    )
    for name, found in opened.items():
        came = Figures([one["came"] for one in found])
        text = f"{EDITS:,} edits, {name}, have come, the slowest, ms"
        section.ratios.append(Ratio(text, max(came.values), MOST_OPEN_MS, at_least=False))
        section.figure(f"{name}: bytes", Figures([found[0]["bytes"] / 1e6]), "MB")
        section.figure(f"{name}: bytes have come", came, "ms")
        applied = Figures([one["applySeconds"] for one in found])
        section.figure(f"{name}: Yjs makes the document, processor", applied, "s")
