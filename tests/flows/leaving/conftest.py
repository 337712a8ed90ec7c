"""What the tests of exports share: the command, on the library that all tests share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scripts.harness.running_library import RunningLibrary


@pytest.fixture
def export(library: RunningLibrary, muhr: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: object) -> Any:
        return muhr(library.environment, "export", *arguments)

    return run
