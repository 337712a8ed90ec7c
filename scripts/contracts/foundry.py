"""Makes Foundry projects of the contracts below build/, for tools that can read no other kind.

Slither, halmos and the measurement of branches need one; Hardhat stays the way the contracts are
built and tested. A project is a copy, made anew each time, with the compiler and the settings of
`scripts/contracts/compile.py`. Forge comes by npm; its launcher there ends with 0 even if tests fail, so that
the program behind it is called by its own path.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Mapping
from pathlib import Path

from scripts.contracts.compile import OPENZEPPELIN, ROOT, SETTINGS, write_shim

CONTRACTS = "contracts"
TESTS = "contracts/test"
SYMBOLIC = "contracts/test/symbolic"
VECTORS = "tests/vectors"

_PACKAGES = {
    ("Linux", "x86_64"): "linux-amd64",
    ("Linux", "aarch64"): "linux-arm64",
    ("Darwin", "x86_64"): "darwin-amd64",
    ("Darwin", "arm64"): "darwin-arm64",
}


class FoundryError(Exception):
    """A Foundry project cannot be made; the message says what to do."""


def forge() -> Path:
    """Return the path of the forge program of this kind of machine."""
    machine = (platform.system(), platform.machine())
    if machine not in _PACKAGES:
        raise FoundryError(f"there is no forge for {' '.join(machine)}: use Linux or macOS")
    package = ROOT / "node_modules" / "@foundry-rs" / f"forge-{_PACKAGES[machine]}"
    program = package / "bin" / "forge"
    if not program.is_file():
        raise FoundryError("node_modules holds no forge: run `npm ci` first")
    return program


def environment() -> dict[str, str]:
    """Return the environment for tools that call `forge` by its name."""
    return {**os.environ, "PATH": f"{forge().parent}{os.pathsep}{os.environ['PATH']}"}


def write_project(folder: Path, tests: str, changed: Mapping[str, str] | None = None) -> Path:
    """Return the folder, in which there is now a project with the contracts and these tests.

    tests: folder of the project whose tests are kept. changed: path → text that takes the place of
    a contract's.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for path in sorted((ROOT / CONTRACTS).rglob("*.sol")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(f"{TESTS}/") or _is_wanted(name, tests):
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text((changed or {}).get(name) or path.read_text(encoding="utf-8"), "utf-8")
    (folder / "tests").mkdir()
    (folder / VECTORS).symlink_to(ROOT / VECTORS)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    (folder / "foundry.toml").write_text(_settings(tests), encoding="utf-8")
    return folder


def _is_wanted(name: str, tests: str) -> bool:
    """Symbolic tests stand apart; both kinds use the cheatcodes."""
    if tests == SYMBOLIC:
        return name.startswith(f"{SYMBOLIC}/") or name == f"{TESTS}/ICheats.sol"
    return not name.startswith(f"{SYMBOLIC}/")


def _settings(tests: str) -> str:
    text = json.dumps
    metadata = SETTINGS["metadata"]
    return f"""\
[profile.default]
src = {text(CONTRACTS)}
test = {text(tests)}
libs = ["node_modules"]
remappings = [{text(OPENZEPPELIN)}]
auto_detect_remappings = false
allow_paths = [{text(str(ROOT / "node_modules"))}]
solc = {text(str(write_shim()))}
offline = true
evm_version = {text(SETTINGS["evmVersion"])}
optimizer = true
optimizer_runs = {SETTINGS["optimizer"]["runs"]}
bytecode_hash = {text(metadata["bytecodeHash"])}
cbor_metadata = {text(metadata["appendCBOR"])}
# The deepest call that the EVM allows keeps a ten-millionth of the gas of the first.
gas_limit = "9223372036854775807"
isolate = true
fs_permissions = [{{ access = "read", path = {text(str(ROOT / VECTORS))} }}]

[profile.default.fuzz]
runs = 16
seed = "0x4d756872"

[profile.default.invariant]
runs = 1
depth = 256
fail_on_revert = true

[lint]
lint_on_build = false
"""
