"""The image of docs/service/Containerfile: built, and served by the commands of docs/operations.md.

Its base is build/deployed/base (scripts/deployed_tools.sh), where Python has the name that it has in the
official images. All that Podman keeps is in build/deployed/podman.
"""

from __future__ import annotations

import resource
import shlex
import subprocess
import time
from collections.abc import Callable
from typing import IO

from scripts.deployed.machine import BASE, CERTIFICATES, PLACE, apart
from scripts.deployed.steps import (
    BOOK,
    PROJECT,
    Deployed,
    Done,
    must,
    run,
    said,
    told,
    until,
    use,
    verify,
    went_well,
    without_rights,
)

SECTION = "In a container"
BASE_NAME = "localhost/muhr-base"
MOST = {"nofile": (resource.RLIMIT_NOFILE, 8192), "nproc": (resource.RLIMIT_NPROC, 8192)}
STOP_SECONDS = 90


def podman(*arguments: str, given: str = "", source: IO[bytes] | None = None) -> Done:
    """Run Podman, whose images and containers are kept below build/deployed."""
    return run(_podman(*arguments), PROJECT, given, source)


def _podman(*arguments: str) -> list[str]:
    """Return the command: without limits and control groups that this machine may not give."""
    store = PLACE / "podman"
    kept = ("--root", f"{store}/storage", "--runroot", f"{store}/run", "--tmpdir", f"{store}/tmp")
    name, *rest = arguments
    limits = [f"--ulimit={kind}={_most(kind)}:{_most(kind)}" for kind in MOST]
    more = {
        "build": [
            *limits,
            "--isolation=chroot",
            "--network=host",
            f"--build-arg=PYTHON={BASE_NAME}",
        ],
        "run": [*limits, "--cgroups=disabled", "--network=none"],
    }
    plain = ("podman", "--cgroup-manager=cgroupfs", "--log-level=fatal", *kept)
    return apart(*plain, name, *more.get(name, []), *rest)


def _most(kind: str) -> int:
    number, least = MOST[kind]
    allowed = resource.getrlimit(number)[1]
    return least if allowed == resource.RLIM_INFINITY else min(allowed, least)


def commands() -> list[list[str]]:
    """Return the Podman commands of docs/operations.md: to build, to set up, to serve."""
    build, options, *others = told(SECTION).splitlines()
    run_as = options.removeprefix('run="').removesuffix('"')
    lines = [build, *(line.replace("$run", run_as) for line in others)]
    return [shlex.split(line)[1:] for line in lines]


def make_base() -> None:
    """Make the image of the base, if it is missing."""
    if podman("image", "exists", BASE_NAME).returncode == 0:
        return
    asked = [f"ENV {name}={CERTIFICATES}" for name in ("NODE_EXTRA_CA_CERTS", "PIP_CERT")]
    changes = [word for change in asked for word in ("--change", change)]
    with subprocess.Popen(["tar", "-C", str(BASE), "-c", "."], stdout=subprocess.PIPE) as packed:
        done = podman("import", *changes, "-", BASE_NAME, source=packed.stdout)
    must(done.returncode == 0, "the base is an image", said(done))


class Container:
    """The container `muhr`, as the commands name it."""

    def muhr(self, *arguments: str) -> Done:
        return self.execute("/opt/muhr/.venv/bin/muhr", *arguments)

    def execute(self, *command: str, given: str = "") -> Done:
        return podman("exec", "--interactive", "muhr", *command, given=given)

    def put(self, name: str, data: bytes) -> str:
        """Keep a file in the container's memory."""
        path = f"/tmp/{name}"
        done = self.execute("sh", "-c", f"cat > {path}", given=data.decode("ascii"))
        must(done.returncode == 0, f"{path} can be written", said(done))
        return path

    def health(self) -> Done:
        return podman("healthcheck", "run", "muhr")

    def said(self) -> str:
        return said(podman("logs", "muhr"))


def trial() -> str:
    """Build the image, set a library up in a volume, use it, and serve it again from the volume alone.

    Returns:
        which Podman it was. Raises NotSo.
    """
    make_base()
    build, init, serve = commands()
    _forget()
    done = podman(*build, "--format=docker")
    must(done.returncode == 0, "the image is built", said(done)[-5000:])
    done = podman(*init)
    must(done.returncode == 0, "a library is set up in a volume", said(done))
    container = Container()
    there = Deployed(container.muhr, container.put)
    try:
        _serve(serve, container, lambda: use(there))
        _serve(serve, container, lambda: verify(there, there.put("a-book.pdf", BOOK)))
    finally:
        _forget()
    return run(["podman", "--version"]).stdout.strip()


def _serve(serve: list[str], container: Container, act: Callable[[], object]) -> None:
    """Serve the volume in a new container, act, and end it."""
    done = podman(*serve)
    must(done.returncode == 0, "the container starts", said(done))
    until(container.health, went_well, "it is healthy")
    without_rights(container.execute("cat", "/proc/1/status").stdout)
    for place in ("/etc/x", "/opt/muhr/x", "/usr/x"):
        must(container.execute("touch", place).returncode != 0, f"it cannot write {place}")
    act()
    begun = time.monotonic()
    podman("stop", "muhr")
    took = time.monotonic() - begun
    code = podman("inspect", "--format={{.State.ExitCode}}", "muhr").stdout.strip()
    must((code, took < STOP_SECONDS) == ("0", True), f"it ends well in {took:.0f} s", code)
    must("Traceback" not in container.said(), "no failure was met", container.said())
    podman("rm", "muhr")


def _forget() -> None:
    podman("rm", "--all", "--force")
    podman("volume", "rm", "--all", "--force")
