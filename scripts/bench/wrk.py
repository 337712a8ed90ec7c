"""Load over HTTP by wrk, which Debian packages: requests a second and the median latency."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6}
_CHOOSE = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local bodies = {}
for line in io.lines("%s") do bodies[#bodies + 1] = line end
local turn = %d
local size, length = %d, %d
math.randomseed(turn + 1)
wrk.headers["Content-Type"] = "application/json"
%s
request = function()
  turn = turn + 1
  if #bodies > 0 then
    return wrk.format("POST", paths[1], nil, bodies[turn %% #bodies + 1])
  end
  local path = paths[turn %% #paths + 1]
  if length > 0 then
    local start = math.random(0, size - length)
    wrk.headers["Range"] = "bytes=" .. start .. "-" .. start + length - 1
  end
  return wrk.format("GET", path)
end
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw. rate: requests a second; p50, p99: microseconds; failed: answers that were errors."""

    rate: float
    p50: float
    p99: float
    failed: int


def load(
    url: str,
    paths: Sequence[str],
    *,
    connections: int,
    seconds: float,
    bodies: Sequence[str] = (),
    token: str | None = None,
    cookie: str | None = None,
    first: int = 0,
    ranges: tuple[int, int] = (0, 0),
) -> Load:
    """Return what a server did under load; GETs of these paths in turn, or POSTs of these bodies.

    Args:
        first: the number of the body or path to begin with, so that rounds send different ones.
        ranges: the size of what is at a path, and how many bytes of it are asked for at a random place; by
            default all of it.
    """
    if shutil.which("wrk") is None:
        sys.exit("The benchmark needs wrk: apt-get install wrk")
    header = f'wrk.headers["Authorization"] = "Bearer {token}"' if token else ""
    if cookie:
        header += f'\nwrk.headers["Cookie"] = "{cookie}"'
    with tempfile.TemporaryDirectory() as folder:
        lists = Path(folder, "paths"), Path(folder, "bodies")
        lists[0].write_text("\n".join(paths))
        lists[1].write_text("\n".join(bodies))
        script = Path(folder, "choose.lua")
        script.write_text(_CHOOSE % (*lists, first, *ranges, header))
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "--latency",
            "-s",
            str(script),
            url,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return _read(done.stdout)


def _read(output: str) -> Load:
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    p50, p99 = (re.search(rf"{part}%\s+([\d.]+)(us|ms|s)\b", output) for part in (50, 99))
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    if rate is None or p50 is None or p99 is None:
        sys.exit(f"wrk did not say what it saw:\n{output}")
    micros = (float(found[1]) * _UNITS[found[2]] for found in (p50, p99))
    return Load(float(rate[1]), *micros, int(failed[1]) if failed else 0)
