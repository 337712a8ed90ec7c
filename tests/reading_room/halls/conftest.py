"""Halls at the shared library: who keeps them, and forms of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

STEPS = {
    "step_title": ["Find the ring", "Count"],
    "step_text": ["Six atoms of carbon form it.", "Look at one atom."],
    "step_part": ["carbon", ""],
    "step_question": ["How many atoms of carbon?", "What did you see?"],
    "step_choices": ["5\n6", ""],
}


@pytest.fixture(scope="session")
def keeper(library: RunningLibrary) -> Iterator[BrowserSimulator]:
    """Yield the browser of a librarian."""
    with BrowserSimulator(library.url) as browser:
        assert browser.sign_in(library.token("registrar")).status_code == 303
        yield browser


def send(browser: BrowserSimulator, path: str, **fields: Any) -> httpx.Response:
    """Return the answer to the desk's form. model: the bytes of a file."""
    model = fields.pop("model", b"")
    files = {"model": ("model.glb", model, "model/gltf-binary")}
    return browser.post(path, data=fields, files=files)


@pytest.fixture
def make(keeper: BrowserSimulator) -> Callable[..., str]:
    """Return a function that makes a hall by the desk's form, and gives its id."""

    def made(**fields: Any) -> str:
        answer = send(keeper, "/desk/halls", **fields)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rpartition("/")[2]

    return made


@pytest.fixture(scope="session")
def laboratory(keeper: BrowserSimulator) -> str:
    """Return a laboratory with a molecule and two steps."""
    given = {"kind": "laboratory", "title": "Benzene", "ready": "benzene", **STEPS}
    answer = send(keeper, "/desk/halls", **given)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]
