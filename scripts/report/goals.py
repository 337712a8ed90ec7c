"""The goals of docs/reliability.md in their order, with what must be shown of each."""

from __future__ import annotations

from scripts.report.figures import (
    Goal,
    all_noticed,
    answered,
    audit,
    bench,
    broken,
    kept,
    left_after,
    lost,
    mutation,
    no_failures,
    readers_told,
)


def goals() -> list[Goal]:
    """Return all goals; what other pages say is read when this is called."""
    every = [*_under_faults(), *_of_evidence(), *_of_sources(), *_of_rate()]
    return sorted(every, key=lambda goal: (goal.name[0] != "N", len(goal.name), goal.name))


def _under_faults() -> list[Goal]:
    return [
        Goal(
            "N12",
            "Availability: a mixed load with a fault every 20 s",
            (
                kept("reads answered rightly", "≥ 99.9 %", "mixed-load", answered("reads", 0.999)),
                kept("writes accepted", "≥ 99.5 %", "mixed-load", answered("writes", 0.995)),
                kept("acknowledged and lost", "0", "mixed-load", lost),
                kept("audit afterwards", "clean", "mixed-load", audit),
                kept("faults", "each kind", "mixed-load", broken),
            ),
        ),
        Goal(
            "N1",
            "Crash points",
            (
                kept(
                    "entries acknowledged before kill -9 of the API and lost",
                    "0",
                    "kills",
                    no_failures(1),
                ),
            ),
            "Faults at every write of the system and replayed power cuts are counted by no suite.",
        ),
        Goal(
            "N2",
            "Forks",
            (kept("storms of forks that did harm", "0", "storms", no_failures(20)),),
            "The storms draw depths 1 to 12; each fault meets each state of a registration and of "
            "a grant in `tests/chains/test_every_state.py` (nightly).",
        ),
        Goal(
            "N3",
            "Relaying once",
            open="Storms relay under delays and restarts; no suite counts 10,000 intents.",
        ),
        Goal(
            "N14", "Rebuilding from the chain", open="The index is rebuilt in tests of forks only."
        ),
    ]


def _of_evidence() -> list[Goal]:
    return [
        Goal(
            "N4",
            "Tampering by an operator",
            (kept("tamperings not flagged", "0 of 10,000", "tampering", no_failures(10_000)),),
        ),
        Goal(
            "N5",
            "Proofs",
            (
                kept("changed bits taken, Python", "0 of 10⁶", "proofs-python", no_failures(10**6)),
                kept("changed bits taken, JavaScript", "0 of 10⁶", "proofs-js", no_failures(10**6)),
            ),
        ),
        Goal(
            "N6",
            "Bad input",
            (
                kept("own corpus: failures", "0 of 100,000", "bad-inputs", no_failures(100_000)),
                kept("schemathesis: failures", "0 of 20,000", "schemathesis", no_failures(20_000)),
            ),
        ),
        Goal(
            "N7",
            "Signatures",
            (
                kept(
                    "mutated signatures judged otherwise than by the contracts",
                    "0 of 100,000",
                    "signature-vectors",
                    no_failures(100_000),
                ),
            ),
            "The project has no HPKE or X25519 yet, whose vectors are named by this goal.",
        ),
        Goal(
            "Sealed",
            "Faults in closed content as it is stored, and in its wrapped keys",
            (kept("wrong bytes given out", "0 of 10,000", "sealed-faults", no_failures(10_000)),),
        ),
        Goal(
            "N13",
            "Privacy",
            (
                kept(
                    "readers' names and tokens in entries, chain, blocks and logs",
                    "0 hits",
                    "mixed-load",
                    readers_told,
                ),
            ),
            "How long an erasure takes is measured by no suite.",
        ),
    ]


def _of_sources() -> list[Goal]:
    return [
        Goal(
            "N8",
            "Contracts",
            (
                mutation(),
                kept("planted faults missed", "0", "planted-contracts", no_failures(1)),
                kept("conditions not taken both ways", "0", "branches", no_failures(1)),
                kept("checks of halmos that do not hold", "0", "halmos", no_failures(1)),
            ),
        ),
        Goal("N9", "Python", open="Neither branch coverage nor mutants of the rules are measured."),
        Goal(
            "N15",
            "A planted fault of each category is noticed",
            (kept("planted faults noticed", "all", "planted", all_noticed),),
        ),
    ]


def _of_rate() -> list[Goal]:
    return [
        Goal(
            "N10",
            "Load, as ratios of the same machine",
            (
                bench("appends, 1,000 a commit, of raw appends", "appends", "1,000 a commit"),
                bench("single events over HTTP, of a trivial route", "appends", "single events"),
                bench(
                    "verifying at 32 connections, of a trivial route",
                    "verification",
                    "throughput at 32, Muhr / trivial",
                ),
                bench("claims in bulk, times web3.py", "digests", "resources a second"),
            ),
        ),
        Goal(
            "N11",
            "Delay: a loan is revoked while its bytes leave",
            (
                kept(
                    "bytes after the answer to who revoked",
                    "≤ 0.25 s of them",
                    "revocations",
                    left_after("library", "answer", 0.25),
                ),
                kept(
                    "bytes after its block", "0", "revocations", left_after("library", "block", 0)
                ),
                kept(
                    "bytes after the block of a revocation past the library",
                    "≤ 1 s of them",
                    "revocations",
                    left_after("chain", "block", 1),
                ),
            ),
            "Delays to the anchor are measured by no suite.",
        ),
        Goal(
            "Attack",
            "2,000 connections of strangers",
            (
                bench("verifications kept", "attack", "rate under"),
                bench("memory of the API's process, MiB", "attack", "peak memory"),
                bench("kept by honest callers beside guards", "guards", "with guards / without"),
            ),
            "The guards' cost is measured for verifications, by processor time.",
        ),
        Goal(
            "Members",
            "One member of a consortium lies, and all are killed and cut off",
            (
                kept(
                    "schedules of real members with something lost, false or not named",
                    "0",
                    "consortium-schedules",
                    no_failures(20),
                ),
            ),
        ),
    ]
