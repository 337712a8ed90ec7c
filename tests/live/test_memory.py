"""Memory stays the same for any size: a gibibyte goes in and out of a library that is served."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "bench" / "measure_memory.py"


@pytest.mark.skipif(sys.platform != "linux", reason="peaks of memory are read from /proc")
def test_a_gibibyte_raises_the_peak_of_memory_by_at_most_64_mib() -> None:
    done = subprocess.run([sys.executable, SCRIPT], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "neither grew by more than 64 MiB" in done.stdout
