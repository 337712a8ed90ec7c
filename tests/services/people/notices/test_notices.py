"""Notices: of one reader, sealed, bounded; and the mail that tells only that there are some."""

from __future__ import annotations

import datetime
import ipaddress
import logging
import re
import sqlite3
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ledger_service.adapters.mail import SmtpMailer, Text
from ledger_service.config import load
from ledger_service.domain.errors import (
    InvalidInput,
    InvalidMailAddress,
    MailUnavailable,
    RoleNotHeld,
)
from ledger_service.domain.people.caller import Caller
from ledger_service.ports.publication import MailServer, Receiver
from ledger_service.services.library import Library
from ledger_service.services.people.notices import (
    NoticeKind,
    Ways,
    choose_ways,
    count_new,
    list_notices,
    mark_seen,
    show_ways,
    tell,
)
from ledger_service.services.people.notices.send_news import SECONDS_BETWEEN_MAILS, send_news
from ledger_service.services.people.notices.told import MOST_NOTICES
from tests.services.lending.requests.lines import KEPT, asking, bring_back, lends, work
from tests.simulators.bench import LIBRARIAN, Bench, as_reader
from tests.simulators.people.mailbox import Mailbox, running

DIGEST = "5" * 64
ADDRESS = "reader.one@example.org"
TEXTS = {"en": Text("There is news", "See http://library.test/me\n"), "uz": Text("Yangilik", "…\n")}


def say(bench: Bench, reader: Caller, kind: NoticeKind = NoticeKind.LOAN_ENDS, at: int = 7) -> None:
    with bench.store.write() as transaction:
        tell(transaction, reader.subject, kind, DIGEST, at)


@pytest.fixture
def kept() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(kept: Mailbox) -> Iterator[MailServer]:
    with running(kept) as port:
        yield MailServer("127.0.0.1", port, "library@example.org", is_own_machine=True)


def mailing(bench: Bench, server: MailServer) -> Library:
    return replace(bench.library, mailer=SmtpMailer(server, TEXTS))


def test_a_notice_is_its_readers_and_sealed(bench: Bench) -> None:
    one, other = as_reader(bench.reader()), as_reader(bench.reader())
    say(bench, one)
    [told] = list_notices(bench.library, one)
    assert (told.notice.kind, told.notice.about, told.notice.at) == (
        NoticeKind.LOAN_ENDS,
        DIGEST,
        7,
    )
    assert count_new(bench.library, one) == 1
    assert list_notices(bench.library, other) == []
    mark_seen(bench.library, other, told.number)
    assert count_new(bench.library, one) == 1
    mark_seen(bench.library, one, told.number)
    assert count_new(bench.library, one) == 0
    with pytest.raises(RoleNotHeld):
        list_notices(bench.library, LIBRARIAN)
    with sqlite3.connect(bench.folder / "muhr.db") as database:
        rows = repr(database.execute("SELECT * FROM notice").fetchall())
    assert one.subject not in rows
    assert DIGEST not in rows
    assert "loan-ends" not in rows


def test_old_notices_make_room_and_the_erased_are_told_nothing(bench: Bench) -> None:
    one, other = as_reader(bench.reader()), as_reader(bench.reader())
    say(bench, other)
    for at in range(MOST_NOTICES + 3):
        say(bench, one, at=at)
    told = list_notices(bench.library, one)
    assert [item.notice.at for item in told] == list(range(3, MOST_NOTICES + 3))[::-1]
    assert count_new(bench.library, other) == 1
    with bench.store.write() as transaction:
        tell(transaction, "nobody of this name", NoticeKind.LOAN_ENDS, DIGEST, 1)


def test_who_waits_in_a_line_is_told_that_the_turn_came_and_that_it_passed(bench: Bench) -> None:
    lends(bench)
    (_, first), (second, _) = asking(bench, 2)
    bench.settle()
    work(bench)
    bring_back(bench, first)
    for _ in range(2):
        work(bench)
    bench.clock.advance(KEPT)
    work(bench)
    told = list_notices(bench.library, as_reader(second))
    assert [one.notice.kind for one in told] == [NoticeKind.TURN_LAPSED, NoticeKind.TURN_CAME]


def test_a_mail_says_that_there_is_news_and_nothing_of_it(
    bench: Bench, server: MailServer, kept: Mailbox
) -> None:
    library = mailing(bench, server)
    one, silent = as_reader(bench.reader()), as_reader(bench.reader())
    choose_ways(library, one, Ways(ADDRESS, "en"))
    say(bench, one)
    say(bench, silent)
    assert not send_news(library, lambda: False)
    [(receivers, mail)] = kept.mails
    assert receivers == [ADDRESS]
    assert mail["subject"] == "There is news"
    assert mail.get_content().strip() == "See http://library.test/me"
    assert mail["auto-submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", mail["message-id"])
    told = mail.as_string()
    for secret in (one.subject, DIGEST, "loan"):
        assert secret not in told
    with sqlite3.connect(bench.folder / "muhr.db") as database:
        assert ADDRESS.encode() not in b"".join(
            row[0] for row in database.execute("SELECT sealed FROM notice_way")
        )


def test_a_mail_comes_once_and_the_next_an_hour_later(
    bench: Bench, server: MailServer, kept: Mailbox
) -> None:
    library, one = mailing(bench, server), as_reader(bench.reader())
    choose_ways(library, one, Ways(ADDRESS, "uz"))
    for _ in range(3):
        say(bench, one)
    for _ in range(2):
        send_news(library, lambda: False)
    assert len(kept.mails) == 1
    say(bench, one)
    choose_ways(library, one, Ways("another@example.org", "uz"))
    assert send_news(library, lambda: False)
    assert len(kept.mails) == 1
    bench.clock.advance(SECONDS_BETWEEN_MAILS)
    assert not send_news(library, lambda: False)
    assert [to for to, _ in kept.mails] == [[ADDRESS], ["another@example.org"]]
    choose_ways(library, one, Ways())
    assert show_ways(library, one).mail == ""
    say(bench, one)
    bench.clock.advance(SECONDS_BETWEEN_MAILS)
    send_news(library, lambda: False)
    assert len(kept.mails) == 2


def test_a_mailbox_that_is_gone_keeps_nobody_else_from_their_mail(
    bench: Bench, server: MailServer, kept: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    library, kept.refused = mailing(bench, server), "gone@example.org"
    for address in ("gone@example.org", ADDRESS):
        reader = as_reader(bench.reader())
        choose_ways(library, reader, Ways(address, "en"))
        say(bench, reader)
    caplog.clear()
    send_news(library, lambda: False)
    assert [to for to, _ in kept.mails] == [[ADDRESS]]
    ours = [record for record in caplog.records if record.name.startswith("muhr")]
    assert not any("example.org" in record.getMessage() for record in ours)


def test_a_server_that_is_away_is_tried_again(
    bench: Bench, server: MailServer, kept: Mailbox
) -> None:
    away, one = replace(server, port=1), as_reader(bench.reader())
    library = mailing(bench, away)
    choose_ways(library, one, Ways(ADDRESS, "en"))
    say(bench, one)
    with pytest.raises(MailUnavailable) as found:
        send_news(library, lambda: False)
    assert found.value.__cause__ is None
    send_news(mailing(bench, server), lambda: False)
    assert len(kept.mails) == 1


def test_no_mail_goes_over_a_line_that_others_read(server: MailServer, kept: Mailbox) -> None:
    elsewhere = replace(server, is_own_machine=False)  # without STARTTLS
    with pytest.raises(MailUnavailable):
        SmtpMailer(elsewhere, TEXTS).send([Receiver(ADDRESS, "en")])
    assert kept.mails == []


@pytest.mark.parametrize("is_encrypted", [True, False])
def test_a_certificate_is_asked_for_and_checked(
    kept: Mailbox, tmp_path: Path, is_encrypted: bool
) -> None:
    with running(kept, certificate(tmp_path), from_first_byte=is_encrypted) as port:
        server = MailServer(
            "127.0.0.1", port, "l@example.org", is_encrypted, False, "library", "secret"
        )
        with pytest.raises(MailUnavailable):
            SmtpMailer(server, TEXTS).send([Receiver(ADDRESS, "en")])
        assert kept.mails == kept.logins == []
        known = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
        SmtpMailer(server, TEXTS, known).send([Receiver(ADDRESS, "ru")])
    assert kept.logins == [b"library"]
    assert [mail["subject"] for _, mail in kept.mails] == ["There is news"]
    assert is_encrypted or kept.over_tls == [True]  # the server tells it of STARTTLS only


@pytest.mark.parametrize(
    "address",
    [
        "nobody",
        "a@b\nBcc: c@d",
        "a b@example.org",
        "ў@example.org",
        "a@" + "b" * 260,
        "@x",
        "a@x,b@y",
    ],
)
def test_what_is_no_address_is_refused(bench: Bench, server: MailServer, address: str) -> None:
    library, one = mailing(bench, server), as_reader(bench.reader())
    with pytest.raises(InvalidMailAddress):
        choose_ways(library, one, Ways(address, "en"))
    with pytest.raises(InvalidMailAddress):
        choose_ways(bench.library, one, Ways(ADDRESS, "en"))  # no server is set up
    assert show_ways(library, one).mail == ""


def test_the_server_for_mail_is_a_setting(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("pass word\n")
    told = {
        "MUHR_SMTP": "smtp://library%40x@mail.example.org",
        "MUHR_MAIL_FROM": "l@example.org",
        "MUHR_SMTP_PASSWORD_FILE": str(tmp_path / "password"),
    }
    assert load({}).mail is None
    assert load(told).mail == MailServer(
        "mail.example.org", 587, "l@example.org", login="library@x", password="pass word"
    )
    here = load({**told, "MUHR_SMTP": "smtps://localhost:2525"}).mail
    assert here is not None
    assert (here.port, here.is_encrypted, here.is_own_machine) == (2525, True, True)
    for change in (
        {"MUHR_SMTP": "http://x"},
        {"MUHR_SMTP": "smtp://a:b@x"},
        {"MUHR_SMTP": "smtp://x:99999"},
        {"MUHR_MAIL_FROM": "x"},
        {"MUHR_MAIL_FROM": "a@x\nBcc: b@y"},
    ):
        with pytest.raises(InvalidInput):
            load({**told, **change})


def certificate(folder: Path) -> ssl.SSLContext:
    """Return what a server of its own makes of itself: a certificate that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "server.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context
