"""Statements attested and listed over HTTP, and by the commands."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from ledger_service.cli import main
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import BY_WORD, Entry, StatementType

PATH = "/ledger/statements"


@pytest.fixture
def statement():
    return Digest.of(os.urandom(20)).hex()


@pytest.fixture
def muhr(library, tmp_path):
    """Return a function that runs `muhr` against the library, with a token of a role or with none."""

    def run(*arguments, role="registrar"):
        token = {"MUHR_TOKEN": library.token(role)} if role else {}
        settings = {"MUHR_HOME": str(tmp_path / "nowhere"), "MUHR_API": library.url, **token}
        return CliRunner().invoke(main, [str(item) for item in arguments], env=settings)

    return run


def test_a_statement_is_attested_in_the_name_of_the_library_or_of_somebody(
    library, registrar, nobody, statement
):
    body = {"type": "fixity", "statement": statement}
    own = registrar.post(PATH, json=body).json()
    with library.opened.store.read() as transaction:
        entry = Entry.parse(transaction.ledger.entries(own["entry"], 1)[0])
    assert entry.facts == {**body, "attester": own["attester"]}
    assert (own["attester"], own["at"]) == (library.opened.deployment.steward, entry.at)
    other = registrar.post(PATH, json={**body, "attester": "ab" * 32}).json()
    assert other == {**own, "entry": other["entry"], "at": other["at"], "attester": "ab" * 32}
    assert registrar.post(PATH, json=body).json() == own
    assert nobody.get(PATH, params={"statement": statement}).json()["items"] == [own, other]


def test_the_list_is_asked_by_type_and_time(registrar, nobody, statement):
    told = registrar.post(PATH, json={"type": "usage", "statement": statement}).json()

    def listed(**asked):
        return nobody.get(PATH, params={"statement": statement, **asked}).json()["items"]

    assert listed(type="usage") == [told]
    assert listed(type="report") == listed(until=told["at"]) == []
    assert listed(**{"from": told["at"]}) == [told]


@pytest.mark.usefixtures("unchanged")
class TestRefused:
    def test_a_statement_by_a_reader(self, reader, problem, statement):
        body = {"type": "report", "statement": statement}
        problem(reader.post(PATH, json=body), 403, "role-not-held")

    def test_a_statement_of_no_known_type(self, registrar, nobody, problem, statement):
        body = {"type": "opinion", "statement": statement}
        problem(registrar.post(PATH, json=body), 422, "invalid-input")
        problem(nobody.get(PATH, params={"type": "opinion"}), 422, "invalid-input")


def test_a_file_is_attested_by_a_command_and_found_again(muhr, tmp_path):
    report = tmp_path / "report.json"
    report.write_bytes(os.urandom(20))
    digest = Digest.of(report.read_bytes()).hex()
    assert muhr("attestations", "--statement", report).exit_code == 1
    attested = muhr("attest", "report", report)
    assert attested.exit_code == 0
    assert f"report        {digest}  by " in attested.stdout
    for name in (report, digest):
        found = muhr("attestations", "--statement", name, role=None)
        assert (found.exit_code, found.stdout) == (0, attested.stdout)
    table = muhr("attestations", "--type", "report", "--format", "csv", role=None).stdout
    assert table.splitlines()[0] == "entry,at,date,type,statement,attester"
    assert digest in table
    assert digest not in muhr("attestations", "--type", "usage", "--json").stdout


def test_the_command_takes_the_closed_list_of_types(muhr, statement):
    for kind in BY_WORD:
        assert muhr("attest", kind, statement, "--attester", "cd" * 32).exit_code == 0
    for other in ("opinion", StatementType.KEPT):
        refused = muhr("attest", other, statement)
        assert refused.exit_code == 2
        for kind in BY_WORD:
            assert kind in refused.stderr
    assert muhr("attest", "report", "no such file").exit_code == 2
    assert muhr("attest", "report", statement, "--attester", "me").exit_code == 2
    assert muhr("attest", "report", statement, role="reader").exit_code == 1
