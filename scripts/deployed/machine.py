"""A machine for the units: a folder with Debian, booted by systemd-nspawn without a network.

It is made of build/deployed/base (scripts/deployed_tools.sh), gets the project by `make install` as
docs/operations.md says, and ends by itself after the trial of scripts/deployed/inside.py.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

from scripts.deployed.steps import PROJECT, NotSo, run

PLACE = PROJECT / "build" / "deployed"
BASE, MACHINE, CODE = PLACE / "base", PLACE / "machine", PLACE / "code"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
LONGEST_SECONDS = 1800
UNIT = "muhr-trial.service"
TRIAL = """
[Unit]
Description=Trial of Muhr as a service
SuccessAction=exit
SuccessActionExitStatus=0
FailureAction=exit
FailureActionExitStatus=1

[Service]
Type=oneshot
WorkingDirectory=/opt/muhr
ExecStart=/opt/muhr/.venv/bin/python -m scripts.deployed.inside
StandardOutput=file:/trial.log
StandardError=file:/trial.log
"""
# A mount namespace of its own, where control groups are those of version 2, as systemd and Podman want them.
APART = """
mount --make-rprivate /
if mountpoint --quiet /sys/fs/cgroup; then umount --recursive /sys/fs/cgroup; fi
mount -t cgroup2 cgroup2 /sys/fs/cgroup
group=/sys/fs/cgroup/muhr-$$
mkdir --parents $group/inner
echo $$ > $group/inner/cgroup.procs
mkdir --parents /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
"$@"
status=$?
echo $$ > /sys/fs/cgroup/cgroup.procs
find /sys/fs/cgroup/muhr-* -depth -type d -exec rmdir {} + 2> /dev/null  # those that nobody is in
exit $status
"""


def apart(*command: str) -> list[str]:
    """Return the command that runs another one in namespaces and a control group of its own."""
    return ["unshare", "--mount", "bash", "-uc", APART, "apart", *command]


def nspawn(*arguments: str) -> list[str]:
    """Return the command that runs something in the machine, whether or not systemd runs this one."""
    plain = ("--quiet", "--register=no", "--keep-unit", "--machine=muhr-trial")
    return apart(
        "systemd-nspawn", *plain, f"--directory={MACHINE}", f"--bind={CODE}:/opt/muhr", *arguments
    )


def project_files() -> list[str]:
    """Return the names of the project's files, those that are new among them."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    named = subprocess.run(asked, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in named.split("\0") if name and (PROJECT / name).is_file())


def install() -> None:
    """Make the machine anew, and install the project for it. Packages that were installed before stay."""
    shutil.rmtree(MACHINE, ignore_errors=True)
    _run(["cp", "--archive", str(BASE), str(MACHINE)])
    for name in ("ledger_service", "reading_room", "scripts", "docs"):
        shutil.rmtree(CODE / name, ignore_errors=True)
    for name in project_files():
        target = CODE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, target)
    units = MACHINE / "etc/systemd/system"
    (units / UNIT).write_text(TRIAL)
    (units / "multi-user.target.wants" / UNIT).symlink_to(f"../{UNIT}")
    certificates = [
        f"--setenv={name}={CERTIFICATES}" for name in ("NODE_EXTRA_CA_CERTS", "PIP_CERT")
    ]
    _run(nspawn(*certificates, "--chdir=/opt/muhr", "make", "install"))


def boot() -> None:
    """Boot the machine, without any network but its own loopback; print what was found; raise NotSo."""
    log = MACHINE / "trial.log"
    done = subprocess.run(
        nspawn("--private-network", "--boot", "--console=pipe"),
        stdin=subprocess.DEVNULL,
        stdout=(PLACE / "boot.log").open("w"),
        stderr=subprocess.STDOUT,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    print(log.read_text("utf-8") if log.exists() else "")
    if done.returncode != 0:
        raise NotSo(f"The trial in the machine ended with {done.returncode}; see {PLACE}/boot.log")


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, check=False, timeout=LONGEST_SECONDS)
    if done.returncode != 0:
        raise NotSo(f"{command[-2:]} ended with {done.returncode}")


def trial() -> str:
    """Make the machine and try the units in it; return with which systemd. Raise NotSo."""
    install()
    boot()
    done = run(["chroot", str(MACHINE), "systemctl", "--version"])
    return done.stdout.splitlines()[0]
