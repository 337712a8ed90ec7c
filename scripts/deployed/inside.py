"""Within a machine: the library as a service of its systemd, by the commands of docs/operations.md.

Run as root by the unit that scripts/deployed/machine.py adds; the code is in /opt/muhr. Exit status 0 if all
is as it must be.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
import urllib.request
from pathlib import Path

from scripts.deployed.steps import (
    Deployed,
    Done,
    NotSo,
    must,
    run,
    said,
    told,
    until,
    use,
    verify,
    without_rights,
)

UNITS = ("muhr.service", "muhr-backup.service", "muhr-backup.timer")
MOST_EXPOSED = 2.0  # of 10, as `systemd-analyze security` counts
READY = "http://127.0.0.1:8000/readyz"
HOME, BACKUPS = Path("/var/lib/muhr"), Path("/var/backups/muhr")
STOP_SECONDS = 90


def muhr(*arguments: str) -> Done:
    """Run `muhr` as the library's account."""
    account = ("runuser", "-u", "muhr", "--", "env", f"MUHR_HOME={HOME}")
    return run([*account, "/opt/muhr/.venv/bin/muhr", *arguments], cwd=HOME)


def put(name: str, data: bytes) -> str:
    """Keep a file that the library's account can read."""
    path = HOME / name
    path.write_bytes(data)
    return str(path)


LIBRARY = Deployed(muhr, put)


def shown(name: str, unit: str = "muhr.service") -> str:
    """Return a property of a unit."""
    return run(["systemctl", "show", unit, "--property", name, "--value"]).stdout.strip()


def journal() -> str:
    """Return what the units have said."""
    return run(["journalctl", "--no-pager", "--unit", "muhr.service", "--unit", UNITS[1]]).stdout


def is_ready() -> bool:
    """Return whether the service says that it is."""
    try:
        with urllib.request.urlopen(READY, timeout=5):
            return True
    except OSError:
        return False


def processes() -> dict[int, str]:
    """Return the service's processes with their command lines."""
    group = Path("/sys/fs/cgroup" + shown("ControlGroup")) / "cgroup.procs"
    ids = [int(line) for line in group.read_text().split()] if group.exists() else []
    return {pid: Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in ids}


def units_are_sound() -> None:
    """What systemd itself says of the units."""
    done = run(["systemd-analyze", "verify", "--man=no", *UNITS])
    must(done.returncode == 0 and not said(done), "systemd accepts the units", said(done))
    for unit in UNITS[:2]:
        done = run(["systemd-analyze", "security", "--no-pager", unit])
        [level] = re.findall(r"Overall exposure level for \S+: ([\d.]+)", said(done))
        must(float(level) <= MOST_EXPOSED, f"{unit} has an exposure of {level}", said(done))


def starts() -> None:
    """All its processes run without rights, in a system that they only read."""
    until(is_ready, bool, "the service is ready")
    main = shown("MainPID")
    for part in ("muhr serve", "ledger_service.worker", "ganache"):
        until(processes, lambda seen, part=part: part in str(seen), f"{part} runs")  # type: ignore[misc]
    for pid, command in processes().items():
        print(f"  {command[:70]}")
        without_rights(Path(f"/proc/{pid}/status").read_text())
    inside = ("nsenter", "--target", main, "--mount", "--", "touch")
    for place in ("/opt/muhr/x", "/etc/x", "/usr/x", "/var/backups/x"):
        must(run([*inside, place]).returncode != 0, f"the service cannot write {place}")
    must(run([*inside, str(HOME / "x")]).returncode == 0, "and writes its home")
    (HOME / "x").unlink()


def comes_back(file: str) -> None:
    """Killed, it is started again by itself."""
    before = int(shown("MainPID"))
    os.kill(before, signal.SIGKILL)
    after = "killed, it is started again"
    until(lambda: int(shown("MainPID")), lambda now: now not in (0, before), after)
    until(is_ready, bool, "and ready")
    verify(LIBRARY, file)


def is_backed_up() -> None:
    """The backup's unit makes a whole one, for the library's account alone."""
    done = run(["systemctl", "start", "muhr-backup.service"])
    must(done.returncode == 0, "a backup is made while it runs", journal())
    [folder] = BACKUPS.iterdir()
    done = run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder)
    must(done.returncode == 0 and (folder / "backup.json").exists(), "it is whole", said(done))
    state = (folder.owner(), folder.stat().st_mode & 0o777)
    must(state == ("muhr", 0o700), "it is the library's account's alone", state)
    must(shown("ActiveState", "muhr-backup.timer") == "active", "the timer waits for the night")


def ends(file: str) -> None:
    """It ends in order and in time, and goes on where it ended."""
    begun = time.monotonic()
    run(["systemctl", "stop", "muhr.service"])
    took = time.monotonic() - begun
    result = (shown("Result"), shown("ExecMainStatus"), processes())
    must(result == ("success", "0", {}), "it ends well, and all its processes", (result, journal()))
    must(took < STOP_SECONDS, f"within {took:.0f} s")
    must("Traceback" not in journal(), "no failure was met", journal())
    run(["systemctl", "start", "muhr.service"])
    until(is_ready, bool, "it is ready again")
    verify(LIBRARY, file)


def main() -> int:
    """Return the exit status."""
    print(run(["systemctl", "--version"]).stdout.splitlines()[0])
    done = run(["bash", "-euxc", told("As a service")])
    must(done.returncode == 0, "the commands of docs/operations.md end well", said(done))
    units_are_sound()
    starts()
    file = use(LIBRARY)
    is_backed_up()
    comes_back(file)
    ends(file)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotSo as exc:
        sys.exit(str(exc))
