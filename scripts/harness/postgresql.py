"""A PostgreSQL of one's own on loopback, started in a temporary folder."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from scripts.harness.processes import free_port

START_SECONDS = 60


class NotInstalled(Exception):
    """There is no PostgreSQL on this machine."""


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, the newest version's; raise NotInstalled."""
    found = shutil.which(name)
    if found is not None:
        return str(Path(found).resolve())
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not versions:
        raise NotInstalled("PostgreSQL is not installed: apt install postgresql")
    return str(versions[-1])


def unprivileged() -> dict[str, object]:
    """Return how to start a process as somebody else than root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


class Server:
    """A PostgreSQL on loopback, with its data in a temporary folder."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="muhr-postgresql-"))
        self._who = unprivileged()
        if self._who:
            os.chown(self._folder, self._who["user"], self._who["group"])
        self._port = free_port()
        self._run(
            program("initdb"),
            *("--pgdata", self._folder / "data", "--username", "muhr", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C", "--data-checksums"),
        )
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers, after whatever recovery it needs."""
        deadline = time.monotonic() + START_SECONDS
        self._process = self._launch()
        while not self._answers():
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            if self._process.poll() is not None:  # what was killed has not let go of its memory yet
                self._process = self._launch()
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill the server as a power cut does: no goodbye, and its clients find out."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(START_SECONDS)
        shutil.rmtree(self._folder)

    def new_database(self) -> str:
        """Return the URL of an empty database."""
        name = f"muhr_{secrets.token_hex(4)}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._url(name).replace("postgresql://", "postgresql+psycopg://")

    def _launch(self) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [
                    program("postgres"),
                    *("-D", self._folder / "data", "-k", self._folder),
                    *("-h", "127.0.0.1", "-p", str(self._port)),
                    *("-c", "autovacuum=off"),  # which takes locks, and transactions' numbers
                ],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,
                **self._who,
            )

    def _run(self, *command: object) -> None:
        subprocess.run(
            [str(part) for part in command],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            timeout=START_SECONDS,
            **self._who,
        )

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._url("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _url(self, database: str) -> str:
        return f"postgresql://muhr@127.0.0.1:{self._port}/{database}"
