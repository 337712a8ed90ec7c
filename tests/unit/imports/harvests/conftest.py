"""A repository whose files are fetched."""

from __future__ import annotations

import pytest

from tests.unit.imports.harvests.repository import Repository


@pytest.fixture
def repository() -> Repository:
    return Repository()
