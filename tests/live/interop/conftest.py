"""Programs of others, which `scripts/interop_tools.sh` installs; one that is missing is a failure."""

from pathlib import Path

import pytest

BUILD = Path(__file__).parents[3] / "build"
INSTALL = "run scripts/interop_tools.sh"


def _installed(path: Path) -> Path:
    assert path.exists(), f"{path} is missing: {INSTALL}"
    return path


@pytest.fixture(scope="session")
def clients() -> Path:
    """Return the folder of commands of the Python packages of requirements/clients.lock."""
    return _installed(BUILD / "clients" / "bin")


@pytest.fixture(scope="session")
def new_clients() -> Path:
    """Return the folder of commands of the Python packages that need Python 3.12."""
    return _installed(BUILD / "clients-new" / "bin")


@pytest.fixture(scope="session")
def viewers() -> Path:
    """Return the folder of `node_modules`, and of `mirador` and `universalviewer` as files for browsers."""
    return _installed(BUILD / "viewers" / ".installed").parent
