"""A command starts at once: it reads no web framework, database or chain library before it needs one."""

import json
import os
import subprocess
import sys

import click
import pytest

from ledger_service.cli import COMMANDS, main
from reading_room import commands

HEAVY = {
    "aiohttp",
    "alembic",
    "eth_abi",
    "eth_account",
    "fastapi",
    "httpx",
    "pydantic",
    "requests",
    "sqlalchemy",
    "starlette",
    "uvicorn",
    "web3",
}
LIST = "import json, sys; print(json.dumps(sorted(sys.modules)))"
OF_AUDITS = ("ledger_service.domain.authorship", "ledger_service.domain.credentials")
MODULES = sorted(
    {f"ledger_service.cli.{place.module}" for place in COMMANDS.values()} | set(commands().values())
)


def loaded_by(code: str, **settings: str) -> set[str]:
    """Return the modules and packages that a process has loaded after this code."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MUHR_")}
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{LIST}"],
        env=own | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("module", MODULES)
def test_a_command_is_read_without_what_is_heavy(module):
    assert not loaded_by(f"import {module}") & HEAVY


def test_who_verifies_a_file_loads_nothing_of_audits():
    loaded = loaded_by(
        "import ledger_service.adapters.remote, ledger_service.cli.verification.verify"
    )
    assert not {name for name in loaded if name.startswith(OF_AUDITS)}


def test_the_list_of_commands_is_told_without_what_is_heavy():
    code = "from ledger_service.cli import main; main(['--help'], standalone_mode=False)"
    assert not loaded_by(code) & HEAVY


def test_every_command_stands_where_the_list_says():
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.help
