"""`muhr witness`, which needs no library, and what a library's worker makes of its policy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.adapters.publication.guarded import Guard
from ledger_service.adapters.witness_store import SqliteWitnessStore
from ledger_service.cli.publication.witness import CONNECTIONS
from ledger_service.config import load
from ledger_service.domain.errors import InvalidPolicy
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.publication.cosignature import WitnessKey
from ledger_service.domain.publication.policy import Policy, Witness
from ledger_service.setup import load_policy
from ledger_service.watching import PolicyInForce, make_gathering
from tests.simulators.bench import signer_of

LOG = signer_of("ledger", "library.example/muhr").key
NAME = "witness.example/w1"
WITNESS = WitnessKey(NAME, bytes(range(32)))


@pytest.fixture
def home(tmp_path):
    return {"MUHR_HOME": str(tmp_path / "home"), "MUHR_WITNESS_HOME": str(tmp_path / "witness")}


@pytest.fixture
def served(monkeypatch):
    """Return the bounds of what is served; it returns at once."""
    told = []
    monkeypatch.setattr(
        "ledger_service.listening.server.GuardedServer.run",
        lambda server: told.append(server.limits),
    )
    return told


def test_the_first_start_makes_a_key_that_later_starts_keep(muhr, home, served, tmp_path):
    first = muhr(home, "witness", "serve", "--name", NAME)
    assert first.status == 0, first
    key = muhr(home, "witness", "show", "--json").json["key"]
    assert WitnessKey.parse(key).name == NAME
    assert muhr(home, "witness", "serve").status == 0
    assert muhr(home, "witness", "show", "--json").json == {"key": key, "ledgers": []}
    assert served == [CONNECTIONS] * 2
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "witness").glob("*.pem")} == {0}
    assert (tmp_path / "witness" / "password").stat().st_mode & 0o077 == 0


def test_a_witness_has_one_name(muhr, home, served):
    unnamed = muhr(home, "witness", "serve")  # no name, and no key yet
    assert (unnamed.status, "muhr witness serve" in unnamed.err) == (1, True)
    assert muhr(home, "witness", "serve", "--name", "two words").status == 2
    assert muhr(home, "witness", "serve", "--name", NAME).status == 0
    assert muhr(home, "witness", "serve", "--name", "another.example").status == 2
    assert len(served) == 1


def test_ledgers_are_added_by_their_key(muhr, home, served):
    assert muhr(home, "witness", "add", LOG.format()).status == 0
    assert muhr(home, "witness", "add", LOG.format()).status == 0
    thief = VerifierKey(LOG.name, bytes(range(32)))
    assert muhr(home, "witness", "add", thief.format()).status == 2
    assert muhr(home, "witness", "add", "no key").status == 2
    muhr(home, "witness", "serve", "--name", NAME)
    shown = muhr(home, "witness", "show", "--json").json["ledgers"]
    assert shown == [{"key": LOG.format(), "size": 0, "cosigned_at": 0}]


def test_a_known_ledger_is_shown_to_people(muhr, home, served, tmp_path):
    muhr(home, "witness", "serve", "--name", NAME)
    muhr(home, "witness", "add", LOG.format())
    with SqliteWitnessStore(tmp_path / "witness" / "witness.db").log(LOG.name) as log:
        log.keep(7, bytes(32), "note", 1_795_426_002)
    answer = muhr(home, "witness", "show")
    assert answer.status == 0
    assert f"{LOG.name}  size 7, cosigned last: 2026-" in answer.out


# ---- the library's side ---------------------------------------------------------------------------


def test_a_library_without_a_policy_file_has_no_witness(library):
    policy = load_policy(library.config)
    assert policy.witnesses == ()
    assert [log.key.format() for log in policy.logs] == [library.opened.deployment.key]
    in_force = PolicyInForce(library.config, library.opened.library)
    assert in_force.read() == (policy, True)


def test_the_operators_own_policy_wins(library, tmp_path):
    path = tmp_path / "policy"
    own = Policy((), (Witness("w", WITNESS),))
    path.write_bytes(own.format())
    config = replace(library.config, policy=path)
    assert PolicyInForce(config, library.opened.library).read() == (own, True)


def test_a_policy_file_that_is_none_is_refused_by_its_line(library, tmp_path):
    path = tmp_path / "policy"
    path.write_text("quorum none\nwitness w\n")
    with pytest.raises(InvalidPolicy, match=r"invalid-policy.line line=2 "):
        load_policy(replace(library.config, policy=path))


def test_the_policy_may_stand_elsewhere(tmp_path):
    config = load({"MUHR_HOME": str(tmp_path), "MUHR_POLICY": "/somewhere"})
    assert str(config.policy) == "/somewhere"
    assert load({"MUHR_HOME": str(tmp_path)}).policy == tmp_path / "tlog-policy"


class Told:
    """A policy that was told."""

    def __init__(self, *witnesses):
        self._policy = Policy((), witnesses)

    def read(self):
        return self._policy, True


def test_a_witness_without_an_address_is_not_asked(library):
    library.anchored()
    gathering = make_gathering(library.opened.library, Told(Witness("w", WITNESS)), Guard())
    for step in gathering.steps().values():
        step(lambda: False)


def test_a_witness_that_is_away_is_told_of(library, caplog):
    library.anchored()
    away = Told(Witness("w", WITNESS, "http://127.0.0.1:1"))
    gathering = make_gathering(library.opened.library, away, Guard())
    gathering.work(lambda: False)
    assert f"no cosignature by {NAME}" in caplog.text
