"""Two people with a browser each, and a paper that both may write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Browser, Shelf, start
from tests.browser.together.line import Line

VIEW = """
const [given, done] = arguments;
import("@codemirror/view").then(({ EditorView }) => {
  const view = EditorView.findFromDOM(document.getElementById("desk"));
  const work = () => { %s };
  done(work() ?? null);
}).catch((error) => done(String(error)));
"""


class Writer(Browser):
    """Somebody at the page of a paper. client: the same person over HTTP; member: their number."""

    client: httpx.Client
    token: str
    line: Line

    def sign_in(self) -> None:
        self.open(f"http://127.0.0.1:{self.line.port}/sign-in?lang=en&then=/me/projects")
        self.find("#token").send_keys(self.token)
        self.find("form[action='/sign-in/token'] button").click()
        self.wait_for(self.is_at_projects)

    def is_at_projects(self) -> bool:
        address = self.driver.current_url
        return "/sign-in" not in address and address.endswith("/me/projects")

    def at_editor(self, work: str, given: object = None) -> Any:
        """Run a script that has the editor as `view`."""
        return self.driver.execute_async_script(VIEW % work, given)

    def paper_text(self) -> str:
        return str(self.at_editor("return view.state.doc.toString()"))

    def state(self) -> str:
        return str(self.run("return document.getElementById('paper').dataset.state"))

    def words(self) -> str:
        return self.text("#state")

    def wait_for_state(self, state: str) -> None:
        self.wait_for(lambda: self.state() == state)

    def type(self, text: str, *, at_end: bool = True) -> None:
        """Type into the text, as a person does."""
        self.at_editor("view.focus()")
        press = ActionChains(self.driver)
        key = Keys.END if at_end else Keys.HOME
        press.key_down(Keys.CONTROL).send_keys(key).key_up(Keys.CONTROL).send_keys(text).perform()

    def chord(self, *keys: str) -> None:
        """Press keys together, the last one with all before it held."""
        press = ActionChains(self.driver)
        for key in keys[:-1]:
            press.key_down(key)
        press.send_keys(keys[-1])
        for key in reversed(keys[:-1]):
            press.key_up(key)
        press.perform()

    def refused_by_policy(self) -> list[str]:
        """Return what the page's policy did not allow, since this was last asked."""
        said = self.driver.get_log("browser")
        return [entry["message"] for entry in said if "Content Security Policy" in entry["message"]]


@dataclass(frozen=True)
class Desk:
    """A paper, and who writes it. one: the lead; other: a writer, on a line that can be cut."""

    one: Writer
    other: Writer
    project: str
    path: str


@pytest.fixture(scope="session")
def writers(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Writer]]:
    port = urlsplit(shelf.url).port
    assert port is not None
    made: list[Writer] = []
    for name in ("one", "other"):
        driver = start(tmp_path_factory.mktemp(name), {})
        writer = Writer(driver)
        writer.command(
            "Emulation.setDeviceMetricsOverride",
            width=1100, height=900, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        token = shelf.library.client("registrar").post("/readers").json()["token"]
        writer.client = shelf.library.client(None)
        writer.client.headers["Authorization"] = f"Bearer {token}"
        writer.line = Line(port)
        writer.token = token
        writer.sign_in()
        made.append(writer)
    yield made
    for writer in made:
        writer.driver.quit()
        writer.line.close()


@pytest.fixture
def desk(writers: list[Writer]) -> Desk:
    """Return a new paper, which both have open."""
    one, other = writers
    project = one.client.post("/projects", json={"title": "Navoiy", "name": "Ada"}).json()["id"]
    link = one.client.post(f"/projects/{project}/invitations", json={"role": "writer"}).json()
    given = {"secret": link["secret"], "name": "Bek"}
    assert other.client.post("/me/links/joined", json=given).status_code == 200
    paper = one.client.post(f"/projects/{project}/papers", json={"title": "Xamsa"}).json()["id"]
    path = f"/me/projects/{project}/papers/{paper}"
    for writer in writers:
        writer.open(f"http://127.0.0.1:{writer.line.port}{path}")
    for writer in writers:
        writer.wait_for_state("saved")
    return Desk(one, other, project, path)
