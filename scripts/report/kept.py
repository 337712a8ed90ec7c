"""What a suite has measured, kept in build/report until the page is written: one JSON line a suite."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
RESULTS = PROJECT / "build" / "report"


def keep(name: str, command: str, figures: Mapping[str, Any], seed: int | str | None = None) -> str:
    """Keep what was measured, with where and when; return it as a line of JSON.

    Args:
        name: of the suite; what it measured before under this name is replaced.
        command: measures it again, from the project's folder.
        figures: JSON, by names that scripts/report/figures.py reads.
        seed: gives the same inputs again; None for a suite that draws none.
    """
    line = json.dumps(
        {
            "name": name,
            "command": command,
            "seed": seed,
            "at": time.strftime("%Y-%m-%d", time.gmtime()),
            "commit": _commit(),
            "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
            "figures": figures,
        }
    )
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(line + "\n", "utf-8")
    return line


def _commit() -> str:
    """Return the first digits of the commit that was measured; nothing outside a checkout."""
    asked = ["git", "rev-parse", "--short=7", "HEAD"]
    done = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
