"""Pushes: what one says, that nobody on its way reads it, and that who is gone or erased is told no more."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature

from ledger_service.adapters.people.web_push import WebPusher, encrypted, signing_key
from ledger_service.adapters.publication.posting import GuardedPoster
from ledger_service.config import load
from ledger_service.domain.errors import InvalidInput, InvalidReceiver, RoleNotHeld
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.notices.subscription import Subscription
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.library import Library
from ledger_service.services.people.notices import (
    NoticeKind,
    Ways,
    add_push,
    choose_ways,
    end_push,
    export_notices,
    show_pushes,
    show_ways,
    tell,
)
from ledger_service.services.people.notices.pushes import MOST_BROWSERS, SECONDS_BETWEEN_PUSHES
from ledger_service.services.people.notices.send_news import send_news
from ledger_service.setup import reader_data
from tests.simulators.bench import LIBRARIAN, OPERATOR, Bench, as_reader
from tests.simulators.people.push_service import (
    BrowserKeys,
    PushService,
    bytes_of,
    checked,
    key_of,
    push_service,
    text_of,
)

DIGEST = "5" * 64
CONTACT = "mailto:library@example.org"
TEXTS = {"en": b'{"title":"There is news"}', "uz": b'{"title":"Yangilik"}'}


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as made:
        yield made


@pytest.fixture
def library(bench: Bench, service: PushService) -> Library:
    poster = GuardedPoster([service.host])
    pusher = WebPusher(poster, bench.library.people, bench.clock, CONTACT, TEXTS)
    return replace(bench.library, pusher=pusher, reader_data=reader_data)


def subscribed(
    library: Library, reader: Caller, endpoint: str, language: str = "en"
) -> BrowserKeys:
    keys = BrowserKeys()
    given = Subscription.of(endpoint, text_of(keys.point), text_of(keys.secret), language)
    add_push(library, reader, given)
    return keys


def say(bench: Bench, reader: Caller) -> None:
    with bench.store.write() as transaction:
        tell(transaction, reader.subject, NoticeKind.LOAN_ENDS, DIGEST, 7)


def test_the_body_is_that_of_the_example_in_rfc_8291() -> None:
    browser = BrowserKeys(
        key_of("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), bytes_of("BTBZMqHH6r4Tts7J_aSIgg")
    )
    theirs = (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    assert text_of(browser.point) == theirs
    given = Subscription.of("https://push.example.net/", theirs, text_of(browser.secret), "en")
    own, salt = (
        key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        bytes_of("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    plain = b"When I grow up, I want to be a watermelon"
    body = encrypted(plain, given, own, salt)
    assert text_of(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert browser.opened(body) == plain


def test_a_push_says_that_there_is_news_and_is_signed_as_the_librarys(
    bench: Bench, library: Library, service: PushService
) -> None:
    one, silent = as_reader(bench.reader()), as_reader(bench.reader())
    keys = subscribed(library, one, service.endpoint("one"))
    say(bench, one)
    say(bench, silent)
    assert not send_news(library, lambda: False)
    [(path, headers, body)] = service.pushes
    assert path == "/push/one"
    assert (headers["Content-Encoding"], headers["TTL"]) == ("aes128gcm", "259200")
    assert json.loads(keys.opened(body)) == {"title": "There is news"}
    claims = checked(headers["Authorization"])
    assert claims == {
        "aud": f"http://{service.host}",
        "exp": bench.clock() + 43_200,
        "sub": CONTACT,
    }
    with pytest.raises(InvalidSignature):
        checked(re.sub("k=.*", f"k={text_of(BrowserKeys().point)}", headers["Authorization"]))
    for secret in (one.subject, DIGEST, "There is"):
        assert secret.encode() not in body + str(headers).encode()
    assert "loan" not in str({**headers, "Authorization": ""}) + str(claims)


def test_all_pushes_are_of_one_length_and_no_two_are_alike(
    bench: Bench, library: Library, service: PushService
) -> None:
    for name, language in (("a", "en"), ("b", "uz"), ("c", "en")):
        reader = as_reader(bench.reader())
        subscribed(library, reader, service.endpoint(name), language)
        say(bench, reader)
    send_news(library, lambda: False)
    bodies = {body for _, _, body in service.pushes}
    assert (len(bodies), len({len(body) for body in bodies})) == (3, 1)


def test_a_push_comes_once_and_the_next_an_hour_later(
    bench: Bench, library: Library, service: PushService
) -> None:
    one = as_reader(bench.reader())
    subscribed(library, one, service.endpoint("one"))
    say(bench, one)
    for _ in range(2):
        send_news(library, lambda: False)
    say(bench, one)
    assert send_news(library, lambda: False)
    assert len(service.pushes) == 1
    bench.clock.advance(SECONDS_BETWEEN_PUSHES)
    assert not send_news(library, lambda: False)
    assert len(service.pushes) == 2


@pytest.mark.parametrize(
    ("status", "is_kept"), [(404, False), (410, False), (403, False), (500, True)]
)
def test_a_browser_that_is_gone_is_forgotten(
    bench: Bench, library: Library, service: PushService, status: int, is_kept: bool
) -> None:
    one = as_reader(bench.reader())
    subscribed(library, one, service.endpoint("old"))
    subscribed(library, one, service.endpoint("new"))
    service.status["/push/old"] = status
    say(bench, one)
    send_news(library, lambda: False)
    kept = [browser.endpoint for browser in show_pushes(library, one).browsers]
    assert kept == [service.endpoint("old")] * is_kept + [service.endpoint("new")]
    assert len(service.pushes) == (1 if is_kept else 2)  # of a service that fails no more is asked


def test_who_is_erased_or_says_so_is_pushed_no_more(
    bench: Bench, library: Library, service: PushService
) -> None:
    one, other = as_reader(bench.reader()), as_reader(bench.reader())
    for reader, name in ((one, "one"), (other, "other")):
        subscribed(library, reader, service.endpoint(name))
        say(bench, reader)
    [browser] = show_pushes(library, one).browsers
    end_push(library, other, browser.id)  # not theirs: nothing ends
    assert show_pushes(library, one).browsers == (browser,)
    end_push(library, one, browser.id)
    erase_reader(library, OPERATOR, other.subject)
    with sqlite3.connect(bench.folder / "muhr.db") as database:
        ways = database.execute("SELECT count(*) FROM notice_way").fetchone()
        sealed = b"".join(row[0] for row in database.execute("SELECT sealed FROM notice_way"))
    assert ways == (1,)
    assert service.host.encode() not in sealed
    send_news(library, lambda: False)
    assert service.pushes == []


def test_a_reader_has_few_browsers_and_an_address_for_mail_beside_them(
    bench: Bench, library: Library, service: PushService
) -> None:
    one = as_reader(bench.reader())
    names = [f"b{number}" for number in range(MOST_BROWSERS + 2)]
    for name in [*names, names[-1]]:
        subscribed(library, one, service.endpoint(name))
    kept = [browser.endpoint for browser in show_pushes(library, one).browsers]
    assert kept == [service.endpoint(name) for name in names[2:]]
    choose_ways(library, one, Ways())
    assert len(show_ways(library, one).browsers) == MOST_BROWSERS
    with bench.store.read() as transaction:
        key = transaction.access.reader_key(one.subject)
        assert key is not None
        assert export_notices(transaction, key) == {"browsers": ["127.0.0.1"] * MOST_BROWSERS}


@pytest.mark.parametrize(
    "endpoint",
    ["http://push.example.net/1", "https://name@push.example.net/", "ftp://x/", "https://x/ y", ""],
)
def test_nobody_is_told_at_an_address_that_is_none(
    bench: Bench, library: Library, endpoint: str
) -> None:
    with pytest.raises(InvalidReceiver):
        subscribed(library, as_reader(bench.reader()), endpoint)


def test_no_machine_of_the_own_network_is_asked(bench: Bench, library: Library) -> None:
    one = as_reader(bench.reader())
    subscribed(library, one, "https://127.0.0.1:1/inside")
    say(bench, one)
    assert library.pusher is not None
    [browser] = show_pushes(library, one).browsers
    assert library.pusher.push(browser) == "lost"


def test_keys_that_are_none_are_refused(bench: Bench, library: Library) -> None:
    one, point = as_reader(bench.reader()), text_of(BrowserKeys().point)
    secret = text_of(secrets.token_bytes(16))
    for key, word in (
        ("", secret),
        (point[:-2], secret),
        (point, secret + "AA"),
        ("ä" * 87, secret),
    ):
        with pytest.raises(InvalidInput):
            Subscription.of("https://push.example.net/", key, word, "en")
    off_curve = text_of(b"\x04" + b"\x01" * 64)
    with pytest.raises(InvalidInput):
        add_push(
            library, one, Subscription.of("https://push.example.net/", off_curve, secret, "en")
        )
    with pytest.raises(RoleNotHeld):
        show_pushes(library, LIBRARIAN)


def test_a_library_that_pushes_nothing_takes_no_browser(bench: Bench, service: PushService) -> None:
    with pytest.raises(InvalidInput):
        subscribed(bench.library, as_reader(bench.reader()), service.endpoint("one"))
    assert show_pushes(bench.library, as_reader(bench.reader())).key is None


def test_the_key_follows_from_the_people_key() -> None:
    first, again, other = (
        signing_key(word).private_numbers().private_value
        for word in (bytes(range(32)), bytes(range(32)), bytes(32))
    )
    assert first == again != other


def test_pushes_are_set_up_by_a_switch_and_a_contact() -> None:
    assert not load({}).pushes
    assert load({"MUHR_PUSH": "on", "MUHR_CONTACT": "it@library.uz"}).pushes
    for settings in ({"MUHR_PUSH": "on"}, {"MUHR_PUSH": "yes", "MUHR_CONTACT": "it@library.uz"}):
        with pytest.raises(InvalidInput):
            load(settings)
