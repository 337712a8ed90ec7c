"""Every wrong argument has its own fault, with status 200; bodies are bounded forms."""

from __future__ import annotations

import base64

import pytest

from reading_room.interop.oai.rules import tokens
from reading_room.interop.oai.rules.arguments import Selection

LIST = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
GET = {"verb": "GetRecord", "metadataPrefix": "oai_dc"}
UNKNOWN = "oai:ledger.example:sha256:" + "0" * 64


@pytest.mark.parametrize("by", ["GET", "POST"])
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "badVerb"),
        ({"verb": ""}, "badVerb"),
        ({"verb": "Harvest"}, "badVerb"),
        ({"verb": "identify"}, "badVerb"),
        ({"verb": "Identify", "set": "x"}, "badArgument"),
        ({"verb": "Identify", "<a>&\"'": "x"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": ""}, "badArgument"),
        ({**LIST, "metadataPrefix": "a b"}, "badArgument"),
        ({**LIST, "metadataPrefix": "oai_marc"}, "cannotDisseminateFormat"),
        ({**LIST, "from": "2020"}, "badArgument"),
        ({**LIST, "from": ""}, "badArgument"),
        ({**LIST, "from": "2020-02-30"}, "badArgument"),
        ({**LIST, "from": "2020-01-01T00:00:00"}, "badArgument"),
        ({**LIST, "from": "2020-01-01T24:00:00Z"}, "badArgument"),
        ({**LIST, "from": "٢٠٢٠-01-01"}, "badArgument"),
        ({**LIST, "from": "2020-01-02", "until": "2020-01-01"}, "badArgument"),
        ({**LIST, "from": "2020-01-01", "until": "2021-01-01T00:00:00Z"}, "badArgument"),
        ({**LIST, "until": "1970-01-01"}, "noRecordsMatch"),
        ({**LIST, "until": "0001-01-01"}, "noRecordsMatch"),
        ({**LIST, "from": "9999-12-31"}, "noRecordsMatch"),
        ({**LIST, "set": "a b"}, "badArgument"),
        ({**LIST, "set": ""}, "badArgument"),
        ({**LIST, "set": "physics:hep"}, "noRecordsMatch"),
        ({**LIST, "set": "license-none"}, "noRecordsMatch"),
        ({**LIST, "set": "steward-xyz"}, "noRecordsMatch"),
        ({**LIST, "set": "collection-" + "g" * 32}, "noRecordsMatch"),
        ({**LIST, "set": "collection-" + "0" * 32}, "noRecordsMatch"),
        ({**LIST, "resumptionToken": "x"}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": ""}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": " "}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "é" * 900}, "badResumptionToken"),
        ({"verb": "ListSets", "resumptionToken": "AAAA"}, "badResumptionToken"),
        (GET, "badArgument"),
        ({**GET, "identifier": ""}, "badArgument"),
        ({**GET, "identifier": UNKNOWN}, "idDoesNotExist"),
        ({**GET, "identifier": "10.1000/182"}, "idDoesNotExist"),
        ({**GET, "identifier": UNKNOWN, "metadataPrefix": "mods"}, "cannotDisseminateFormat"),
        ({"verb": "GetRecord", "identifier": UNKNOWN}, "badArgument"),
        ({"verb": "ListMetadataFormats", "identifier": UNKNOWN}, "idDoesNotExist"),
    ],
)
def test_a_wrong_argument_has_its_own_fault(harvester, by, asked, code) -> None:
    assert harvester.fault(by=by, pairs=asked or {"other": "x"}) == code


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([("verb", "Identify"), ("verb", "Identify")], "badVerb"),
        ([*LIST.items(), ("metadataPrefix", "oai_dc")], "badArgument"),
        ([*LIST.items(), ("set", "a"), ("set", "b")], "badArgument"),
    ],
)
def test_an_argument_stands_once(harvester, pairs, code) -> None:
    assert harvester.fault(pairs=pairs) == code


def test_only_arguments_that_were_taken_are_told_back(harvester) -> None:
    namespace = {"o": "http://www.openarchives.org/OAI/2.0/"}
    good = harvester.ask(verb="Identify").find("o:request", namespace)
    assert dict(good.attrib) == {"verb": "Identify"}
    assert good.text == harvester.ask(verb="Identify").findtext(
        "o:Identify/o:baseURL", None, namespace
    )
    bad = harvester.ask(verb="Identify", other="1").find("o:request", namespace)
    assert dict(bad.attrib) == {}


def test_a_fault_is_told_in_the_language_that_is_asked_for(harvester) -> None:
    answer = harvester.client.get("/oai", headers={"Accept-Language": "uz"})
    assert "Feʼlni ayting" in answer.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"verb=Identify", "text/plain", 415),
        (b'{"verb": "Identify"}', "application/json", 415),
        (b"verb=Identify&x=" + b"x" * 9000, "application/x-www-form-urlencoded", 422),
        (b"a=1&" * 50, "application/x-www-form-urlencoded", 422),
    ],
)
def test_a_body_is_a_form_and_short(harvester, body, kind, status) -> None:
    answer = harvester.client.post("/oai", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_form_may_say_its_charset(harvester) -> None:
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    answer = harvester.client.post("/oai", content=b"verb=Identify", headers={"Content-Type": kind})
    assert b"<Identify>" in answer.content


KEY = tokens.token_key(bytes(32))
ITEM = tokens.Resumption(
    Selection("ListRecords", "oai_dc", "license-CC0-1.0"), "abc", 200, 999, 5000
)


def test_a_token_is_good_for_its_list_alone_and_for_a_day() -> None:
    token = tokens.format_token(KEY, ITEM)
    assert token.replace("-", "").replace("_", "").isalnum()
    assert tokens.parse_token(KEY, token, "ListRecords", 5000 + tokens.SECONDS) == ITEM
    for wrong in (
        lambda: tokens.parse_token(KEY, token, "ListIdentifiers", 5000),
        lambda: tokens.parse_token(KEY, token, "ListRecords", 5001 + tokens.SECONDS),
        lambda: tokens.parse_token(tokens.token_key(b"1" * 32), token, "ListRecords", 5000),
        lambda: tokens.parse_token(KEY, token + "=", "ListRecords", 5000),
    ):
        with pytest.raises(tokens.Fault, match="token"):
            wrong()


def test_a_token_with_one_bit_changed_is_none() -> None:
    token = tokens.format_token(KEY, ITEM)
    data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for place in range(0, len(data) * 8, 7):
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        forged = base64.urlsafe_b64encode(bytes(changed)).decode().rstrip("=")
        with pytest.raises(tokens.Fault):
            tokens.parse_token(KEY, forged, "ListRecords", 5000)
