"""Where people find a library: what `muhr init` was told, what `muhr serve` then says, and what moved."""

import json

import httpx
import pytest

from ledger_service import config as configuration
from ledger_service.advice import address_warnings
from ledger_service.setup import load_policy, tell_nodes
from scripts.harness.processes import free_port, muhr_serve

pytestmark = pytest.mark.slow

TOLD = ("--name", "L", "--uri", "https://l.example/", "--origin", "l.example/a")
OLD, NEW, NODE = "https://old.example.uz", "https://new.example.uz", "https://node.example.uz/rpc"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    home = tmp_path_factory.mktemp("moved") / "home"
    return {"MUHR_HOME": str(home), "MUHR_PORT": str(free_port())}


@pytest.fixture
def library(settings, muhr):
    """Return the settings of a library that was set up before anybody knew its address."""
    muhr(settings, "init", *TOLD)
    return settings


def loaded(settings, **more):
    return configuration.load({**settings, **more})


def warnings(config):
    return [reason.name for reason in address_warnings(config, load_policy(config))]


def test_an_address_that_only_this_machine_reaches_is_told_at_init(muhr, tmp_path):
    answer = muhr({"MUHR_HOME": str(tmp_path / "home")}, "init", *TOLD)
    assert answer.status == 0
    assert "only this machine reaches" in answer.err
    deployment = json.loads((tmp_path / "home" / "deployment.json").read_text())
    assert "nodes" not in deployment


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({"MUHR_HOST": "0.0.0.0"}, ["plain-http.listens", "address-own-machine"]),
        ({"MUHR_HOST": "192.0.2.7"}, ["plain-http.listens"]),
        ({"MUHR_HOST": "192.0.2.7", "MUHR_PROXIES": "192.0.2.1", "MUHR_PUBLIC_URL": NEW}, []),
        ({"MUHR_PUBLIC_URL": "http://library.example.uz"}, ["plain-http.address"]),
        ({"MUHR_HOST": "localhost", "MUHR_PUBLIC_URL": NEW}, []),
    ],
)
def test_plain_http_beyond_this_machine_is_told(library, more, names):
    found = [name for name in warnings(loaded(library, **more)) if name != "address-moved"]
    assert found == names


def test_what_init_was_told_is_kept_and_may_be_told_later(library, muhr, tmp_path):
    home = tmp_path / "home"
    own = {"MUHR_HOME": str(home)}
    answer = muhr(own, "init", *TOLD, "--public-url", OLD + "/")
    assert (answer.status, "Warning" in answer.err) == (0, False)
    assert json.loads((home / "deployment.json").read_text())["nodes"] == [OLD + "/api/v1/rpc"]
    assert loaded(own).public_url == OLD
    assert loaded(own, MUHR_PUBLIC_URL=NEW).public_url == NEW
    assert muhr(own, "init", *TOLD, "--public-url", NEW).status == 0
    assert loaded(own).public_url == NEW
    assert warnings(loaded(own)) == []  # its policy goes along
    assert f" {NEW}/muhr\n" in (home / "tlog-policy").read_text()
    assert warnings(loaded(own, MUHR_PUBLIC_URL=OLD)) == ["address-moved"]
    assert muhr(own, "init", *TOLD, "--public-url", "library.example.uz").status == 2


def test_the_served_library_says_where_it_is_today(library):
    moved = {**library, "MUHR_PUBLIC_URL": NEW, "MUHR_NODES": NODE}
    url = f"http://127.0.0.1:{library['MUHR_PORT']}"
    server = muhr_serve(moved)
    try:
        server.wait_until_it_answers()
        with httpx.Client(base_url=url, trust_env=False) as client:
            policy = client.get("/muhr/tlog-policy").text
            told = client.get("/api/v1/deployment").json()
    finally:
        server.kill()
    assert f" {NEW}/muhr\n" in policy
    assert told["nodes"] == [NODE, NEW + "/api/v1/rpc"]
    kept = (loaded(library).own_deployment).read_text()
    assert json.loads(kept) == told


def test_nodes_that_no_setting_tells_are_kept(library):
    tell_nodes(loaded(library, MUHR_NODES=NODE))
    assert tell_nodes(loaded(library)).nodes == (NODE,)


def test_a_policy_of_the_day_of_init_follows_and_an_edited_one_is_kept(library):
    config = loaded(library, MUHR_PUBLIC_URL=NEW)
    assert warnings(config) == []
    line = config.policy.read_text()
    config.policy.write_text(line.replace(f"http://127.0.0.1:{config.port}", OLD))
    try:
        assert [log.url for log in load_policy(config).logs] == [OLD + "/muhr"]
        assert warnings(config) == ["address-moved"]
    finally:
        config.policy.write_text(line)


@pytest.mark.parametrize(
    "given", ["library.example.uz", "ftp://x.example", "https://x.example/?a=1"]
)
def test_a_setting_that_is_no_web_address_is_refused(library, muhr, given):
    answer = muhr({**library, "MUHR_PUBLIC_URL": given}, "serve")
    assert (answer.status, given in answer.err) == (2, True)
