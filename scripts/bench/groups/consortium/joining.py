"""Blocks from the council's accreditation to a new member's first registration, by three commands."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures
from scripts.consortium.story.scene import LICENSE, digest_of
from scripts.consortium.universities import NAMES, Universities
from scripts.consortium.university import University

MOST_BLOCKS = 30
CHAINS = {"clique": "Clique, four validators, a block each second", "ganache": "Ganache"}


def run() -> Section:
    """Return the blocks that pass, for three members one after the other, on each chain."""
    section = Section("joining", "From accreditation to the first registration")
    section.lines = [
        "`muhr consortium accredit` with the council's delay set to 0, `muhr init --join --wait`, and `muhr "
        "register` once `muhr serve` answers. Counted are the blocks after the newest one at the time of the "
        "first command, up to and with that of the registration. On Ganache there is a block for each "
        "transaction, so that waiting costs none."
    ]
    for kind, name in CHAINS.items():
        found = Figures(_blocks(kind))
        what = f"{name}: most blocks of {len(NAMES)} members"
        section.ratios.append(Ratio(what, max(found.values), MOST_BLOCKS, at_least=False))
        section.figure(name, found, "blocks")
    return section


def _blocks(kind: str) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        found = Universities(Path(folder) / "consortium", kind)
        with found.stack:
            found.start_chain()
            found.found()
            asking = found.ask(*NAMES)
            return [float(_first_registration(found, member)) for member in asking]


def _first_registration(found: Universities, member: University) -> int:
    """Return how many blocks pass until a member that has asked has its first registration."""
    book = member.home.parent / "first.txt"
    book.write_text(f"The first book of {member.name}\n")
    before = found.chain.head()
    found.council.accredit(member.request_file)
    found.begin([member])
    member.run("register", book, "--license", LICENSE, "--title", "The first book", "--yes")
    blocks = int(member.registered(digest_of(book))["block"]) - before
    print(f"  {found.chain.name}, {member.name}: {blocks} blocks", file=sys.stderr, flush=True)
    return blocks
