"""A council founds the consortium, and three universities join it."""

from __future__ import annotations

import json

from scripts.consortium.council import MEMBERS, PAYER
from scripts.consortium.story.scene import Scene
from scripts.consortium.telling import is_refused
from scripts.consortium.universities import NAMES
from scripts.consortium.university import University


def found(scene: Scene) -> None:
    """Start the chain, and let a council of three found the consortium."""
    say, universities = scene.telling, scene.found
    say.heading("A council of three founds a consortium")
    universities.start_chain()
    say.done(f"the chain is {universities.chain.name}")
    universities.found()
    charter, council = universities.council.charter, universities.council
    say.check(charter.has_council, "the admin of both contracts is the council, and no account")
    say.check(
        all(key.parent == council.folder for key in council.folder.glob("*.json")),
        "its keys lie in a folder of the council's, beside no service",
    )
    act = ("suspend", "https://anybody.example/")
    say.check(is_refused(lambda: council.act(*act, by=PAYER)), "who deployed and paid has no right")


def join(scene: Scene) -> None:
    """Let three universities ask, wait, and be accredited after the council's delay."""
    say, universities = scene.telling, scene.found
    council = universities.council
    say.heading("Three universities ask to join")
    asking = universities.ask(*NAMES)
    say.check(
        not any((one.home / "keys" / "admin.json").exists() for one in asking),
        "none of them has an admin key",
    )
    say.check(
        all("has not accredited" in one.told for one in asking),
        "each is told that the council has not accredited it yet",
    )
    first = asking[0]
    told = json.loads(council.ask("accredit", first.request_file, "--unsigned").out)
    words = " ".join(told["transactions"][0]["says"])
    say.check(first.uri in words, "signers read in words whom they accredit, before they sign")
    proposed = [council.propose("accredit", first.request_file)]
    early = ("carry-out", proposed[0].id)
    refused = is_refused(lambda: council.act(*early, by=MEMBERS[1]))
    is_late = scene.found.chain.time() >= proposed[0].ready_at
    say.check(  # a machine with much else to do may come to it too late
        refused or is_late, f"nobody carries it out before {council.delay} seconds are over"
    )
    proposed += [council.propose("accredit", one.request_file) for one in asking[1:]]
    for university in asking:  # as each sends it by mail
        copy = council.folder / f"of-{university.name}.json"
        copy.write_bytes(university.request_file.read_bytes())
    proposals = council.proposals()
    say.check(
        [one["proposal"][:12] for one in proposals] == [one.id for one in proposed]
        and all(
            university.uri in one["says"][0]
            for one, university in zip(proposals, asking, strict=True)
        ),
        "anybody can look up all three proposals, and who is meant",
    )
    for one in proposed if refused else proposed[1:]:
        council.carry_out(one)
    universities.begin(asking)
    for university in asking:
        _check_member(scene, university)


def _check_member(scene: Scene, university: University) -> None:
    status = scene.telling.until(
        university.at_rest, f"{university.name} serves, and its ledger is anchored"
    )
    assert status["ledger_size"] > 0
