"""Builds the wheel of muhr-verify into build/dist: verifier/ and the service's domain, in one package.

The modules are copied with their imports renamed, and nothing else is changed, so that what a student
installs is what the service is tested with.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
STAGE = PROJECT / "build" / "verifier"
DIST = PROJECT / "build" / "dist"
SERVICE = PROJECT / "ledger_service"
SERVICES = ("check_evidence.py", "check_receipt.py", "prove_state.py")
RENAMED = (
    ("from ledger_service.domain import", "from muhr_verify import"),
    ("ledger_service.domain.", "muhr_verify."),
    ("ledger_service.services.", "muhr_verify."),
)


def main() -> int:
    """Build; return the exit status."""
    shutil.rmtree(STAGE, ignore_errors=True)
    shutil.copytree(PROJECT / "verifier", STAGE)
    shutil.copy(PROJECT / "LICENSE", STAGE)
    package = STAGE / "muhr_verify"
    sources = [path for path in (SERVICE / "domain").glob("*.py") if path.stem != "__init__"]
    sources += [SERVICE / "services" / name for name in SERVICES]
    for source in sorted(sources):
        text = source.read_text("utf-8")
        for old, new in RENAMED:
            text = text.replace(old, new)
        if "ledger_service" in text or (package / source.name).exists():
            print(f"{source.name} needs more of the service than its domain", file=sys.stderr)
            return 1
        (package / source.name).write_text(text, "utf-8")
    shutil.copy(SERVICE / "__init__.py", package / "version.py")
    DIST.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(DIST), str(STAGE)]
    subprocess.run([*pip, *options], check=True)
    print(*sorted(path.relative_to(PROJECT) for path in DIST.glob("muhr_verify-*.whl")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
