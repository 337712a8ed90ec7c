"""Memory stays the same for any size: a gibibyte goes in and out of a library that is served."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="peaks of memory are read from /proc")
def test_a_gibibyte_raises_the_peak_of_memory_by_at_most_64_mib() -> None:
    command = [sys.executable, "-m", "scripts.bench.measure_memory"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=PROJECT)
    assert done.returncode == 0, done.stdout
    assert "neither grew by more than 64 MiB" in done.stdout
