"""`muhr init` and `muhr serve` as processes: what they start, they end; what they wrote, they find."""

import hashlib
import os
import signal
from pathlib import Path

import httpx
import pytest

from scripts.harness.processes import children_of, free_port, muhr_serve
from scripts.harness.waiting import wait_until

pytestmark = pytest.mark.slow

ENDING_SECONDS = 30


def is_alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    port = str(free_port())
    home = tmp_path_factory.mktemp("served") / "home"
    return {"MUHR_HOME": str(home), "MUHR_PORT": port, "MUHR_ANCHOR_SECONDS": "0"}


@pytest.fixture(scope="module")
def url(settings):
    return f"http://127.0.0.1:{settings['MUHR_PORT']}"


@pytest.fixture
def serve(settings, wait, url):
    """Return a function that starts `muhr serve` and waits until it answers."""
    started = []
    client = httpx.Client(base_url=url, trust_env=False)

    def start():
        server = muhr_serve(settings)
        started.append(server)
        server.wait_until_it_answers()
        pid = server.process.pid

        def is_whole():
            head = client.get("/api/v1/status").json()["chain"]["head"]
            return head and len(children_of(pid)) == 2

        wait(is_whole, "chain and worker are not there")
        return server.process

    yield start
    client.close()
    for server in started:
        server.kill()


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("shelf") / "book.txt"
    path.write_bytes(b"A book that is served.\n")
    return path


def test_serving_before_init_says_what_to_do(muhr, tmp_path):
    answer = muhr({"MUHR_HOME": str(tmp_path / "nothing")}, "serve")
    assert answer.status == 1
    assert "muhr init" in answer.err


def test_init_sets_up_once_and_keeps_what_stands(muhr_process, settings):
    arguments = ["init", "--name", "L", "--uri", "https://l.example/", "--origin", "l.example"]
    first = muhr_process(settings, *arguments)
    assert first.status == 0, first.err
    home = Path(settings["MUHR_HOME"])
    kept = (home / "deployment.json").read_bytes()
    second = muhr_process(settings, *arguments)
    assert second.status == 0
    assert (home / "deployment.json").read_bytes() == kept
    assert (home / "keys" / "password").stat().st_mode & 0o077 == 0
    assert (home / "tokens" / "registrar").stat().st_mode & 0o077 == 0


def test_an_interrupt_ends_all_that_serve_started(serve, muhr, settings, book, wait):
    process = serve()
    children = children_of(process.pid)
    registered = muhr(settings, "register", book, "--license", "CC-BY-4.0")
    assert registered.status == 0
    wait(lambda: muhr(settings, "status").status == 0, "the library does not come to rest")
    process.send_signal(signal.SIGINT)
    process.wait(ENDING_SECONDS)
    assert not [pid for pid in children if is_alive(pid)]


def test_a_second_start_finds_what_the_first_wrote(serve, muhr, settings, book):
    process = serve()
    digest = hashlib.sha256(book.read_bytes()).hexdigest()
    assert muhr(settings, "show", digest).status == 0
    assert muhr(settings, "verify", book).status == 0
    for port in (settings["MUHR_PORT"], str(free_port())):
        second = muhr({**settings, "MUHR_PORT": port}, "serve")
        assert (second.status, "being served" in second.err) == (1, True)
    assert muhr(settings, "show", digest).status == 0
    children = children_of(process.pid)
    process.kill()
    process.wait()
    wait_for_end(children)


def test_after_a_kill_it_starts_again_and_the_audit_is_clean(serve, muhr, settings, wait):
    process = serve()
    wait(lambda: muhr(settings, "status").status == 0, "the library does not come to rest")
    assert muhr(settings, "audit").status == 0
    children = children_of(process.pid)
    process.send_signal(signal.SIGTERM)
    process.wait(ENDING_SECONDS)
    wait_for_end(children)


def test_a_worker_that_dies_is_started_again(serve, settings, wait):
    process = serve()
    worker = next(
        pid
        for pid in children_of(process.pid)
        if b"ledger_service.worker" in (Path("/proc") / str(pid) / "cmdline").read_bytes()
    )
    os.kill(worker, signal.SIGKILL)
    wait(lambda: len(children_of(process.pid) - {worker}) == 2, "no worker is started again")


def wait_for_end(children: set[int]) -> None:
    wait_until(
        lambda: not [pid for pid in children if is_alive(pid)], "orphans are left", ENDING_SECONDS
    )
