"""What authors sign: its bytes, its names behind salts, and every way in which it can be changed."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.author import (
    Author,
    AuthorKey,
    KeyKind,
    Name,
    checked_name,
)
from ledger_service.domain.authorship.authors_statement import (
    MOST_AUTHORS,
    AuthorsStatement,
    checked_title,
)
from ledger_service.domain.authorship.credit import CreditRole, in_words, roles_of
from ledger_service.domain.authorship.signed_statement import (
    AuthorSignature,
    SignedBy,
    SignedStatement,
    StatementFile,
)
from ledger_service.domain.errors import InvalidAuthors
from ledger_service.domain.identifiers import Digest

NAMES = (Name("Malika Karimova", bytes([1]) * 32), Name("Ҳамидов Юсуф", bytes([2]) * 32))
WALLET = AuthorKey(KeyKind.WALLET, "00" * 19 + "01")
PASSKEY = AuthorKey(KeyKind.PASSKEY, "a5" * 77, "https://library.example")
STATEMENT = AuthorsStatement(
    Digest.of(b"work"),
    "Suvning xotirasi",
    (
        Author.of(NAMES[0], WALLET, (CreditRole.CONCEPTUALIZATION, CreditRole.SOFTWARE), 600),
        Author.of(NAMES[1], PASSKEY, (CreditRole.WRITING_REVIEW_EDITING,)),
    ),
    "ledger.example.uz/main",
    1_795_426_000,
    bytes([3]) * 32,
)
SIGNED = SignedStatement(
    STATEMENT,
    (
        AuthorSignature(SignedBy.KEY, b"\x11" * 65, 1_795_426_001),
        AuthorSignature(SignedBy.PASSKEY, b"\x22" * 70, 1_795_426_002, b"{}", b"\x33" * 37),
    ),
)


def test_the_roles_are_those_of_the_standard() -> None:
    assert len(CreditRole) == 14
    assert CreditRole.SOFTWARE.uri == "https://credit.niso.org/contributor-roles/software/"
    assert in_words(list(CreditRole)[-2:]) == "Writing – original draft, Writing – review & editing"
    assert CreditRole.FORMAL_ANALYSIS.words == "Formal analysis"
    assert roles_of(["software", "conceptualization", "software"]) == (
        CreditRole.CONCEPTUALIZATION,
        CreditRole.SOFTWARE,
    )
    with pytest.raises(InvalidAuthors):
        roles_of(["coffee"])


def test_statement_and_file_are_read_back_as_they_were_written() -> None:
    assert AuthorsStatement.parse(STATEMENT.format()) == STATEMENT
    assert SignedStatement.parse(SIGNED.format()) == SIGNED
    for names in (NAMES, (None, NAMES[1]), (None, None)):
        file = StatementFile(SIGNED, names, {"index": 3})
        assert StatementFile.parse(file.format()) == file


def test_the_example_of_the_formats_is_what_the_code_makes() -> None:
    one = replace(STATEMENT, authors=STATEMENT.authors[:1])
    page = Path("docs/formats.md").read_text(encoding="utf-8")
    for told in (one.format().decode(), f"`{one.hash.hex()}`", f"`{one.wallet_digest.hex()}`"):
        assert told in page


def test_no_name_is_in_what_the_ledger_attests() -> None:
    told = SIGNED.format()
    for name in NAMES:
        assert name.text.encode() not in told
        assert name.salt.hex().encode() not in told


@given(title=st.text(min_size=1, max_size=80), names=st.lists(st.text(max_size=40), max_size=4))
def test_a_wallet_signs_what_a_library_not_ours_makes_of_it(title: str, names: list[str]) -> None:
    title = title.encode("utf-8", "replace").decode()
    given_names = [
        Name(f"{place} {name}".encode("utf-8", "replace").decode(), bytes([place]) * 32)
        for place, name in enumerate(names, 1)
    ]
    authors = tuple(
        Author.of(name, replace(WALLET, value=f"{place:040x}"), tuple(CreditRole)[:place])
        for place, name in enumerate(given_names)
    )
    statement = replace(STATEMENT, title=title, authors=authors)
    message = encode_typed_data(full_message=statement.typed_data(given_names))
    assert _hash_eip191_message(message) == statement.wallet_digest
    account = Account.from_key(b"\x07" * 32)
    signed = account.sign_message(message)
    assert Account._recover_hash(statement.wallet_digest, signature=signed.signature)


def test_what_a_wallet_shows_is_in_plain_words() -> None:
    message = STATEMENT.typed_data(NAMES)["message"]
    assert message["title"] == "Suvning xotirasi"
    assert [author["name"] for author in message["authors"]] == [name.text for name in NAMES]
    assert message["authors"][0]["contribution"] == "Conceptualization, Software"
    assert message["file"] == "0x" + Digest.of(b"work").hex()


CHANGES: dict[str, Any] = {
    "title": lambda told: told.update(title="Suvning xotirasi 2"),
    "digest": lambda told: told.update(digest="0" * 64),
    "order": lambda told: told["authors"].reverse(),
    "one missing": lambda told: told["authors"].pop(),
    "role": lambda told: told["authors"][0]["roles"].pop(),
    "share": lambda told: told["authors"][0].update(share=601),
    "key": lambda told: told["authors"][0]["key"].update(account="0" * 40),
    "name": lambda told: told["authors"][0].update(name="0" * 64),
    "salt": lambda told: told.update(salt="0" * 64),
    "time": lambda told: told.update(at=1),
    "ledger": lambda told: told.update(ledger="other"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_something_else_is_signed(change: str) -> None:
    told = json.loads(STATEMENT.format())
    CHANGES[change](told)
    other = AuthorsStatement.parse(canonical_json.canonicalize(told))
    assert other.hash != STATEMENT.hash
    assert other.wallet_digest != STATEMENT.wallet_digest


FORMS: dict[str, Any] = {
    "no object": lambda told: [],
    "another member": lambda told: {**told, "more": 1},
    "a member missing": lambda told: {name: told[name] for name in told if name != "salt"},
    "another version": lambda told: {**told, "format": "muhr-authors/2"},
    "no authors": lambda told: {**told, "authors": []},
    "too many authors": lambda told: {
        **told,
        "authors": [
            {**told["authors"][0], "key": {"type": "wallet", "account": f"{one:040x}"}}
            for one in range(MOST_AUTHORS + 1)
        ],
    },
    "one key twice": lambda told: {**told, "authors": [told["authors"][0]] * 2},
    "title of two lines": lambda told: {**told, "title": "a\nb"},
    "title not in NFC": lambda told: {**told, "title": unicodedata.normalize("NFD", "й")},
    "title with an override": lambda told: {**told, "title": "a\u202eb"},
    "time below nought": lambda told: {**told, "at": -1},
    "time as text": lambda told: {**told, "at": "1"},
    "true for a time": lambda told: {**told, "at": True},
    "digest in capitals": lambda told: {**told, "digest": "A" * 64},
    "long ledger": lambda told: {**told, "ledger": "l" * 300},
}


@pytest.mark.parametrize("form", FORMS)
def test_another_form_is_refused(form: str) -> None:
    changed = FORMS[form](json.loads(STATEMENT.format()))
    with pytest.raises(InvalidAuthors):
        AuthorsStatement.parse(canonical_json.canonicalize(changed))


AUTHOR_FORMS: dict[str, Any] = {
    "role unknown": {"roles": ["coffee"]},
    "roles out of order": {"roles": ["software", "conceptualization"]},
    "role twice": {"roles": ["software", "software"]},
    "roles no list": {"roles": "software"},
    "share above all": {"share": 1001},
    "share half": {"share": "1"},
    "key unknown": {"key": {"type": "smoke"}},
    "account short": {"key": {"type": "wallet", "account": "00"}},
    "origin none": {"key": {"type": "passkey", "origin": "library", "public_key": "00" * 77}},
    "public key long": {
        "key": {"type": "passkey", "origin": "https://a", "public_key": "0" * 9000}
    },
}


@pytest.mark.parametrize("form", AUTHOR_FORMS)
def test_an_author_of_another_form_is_refused(form: str) -> None:
    told = json.loads(STATEMENT.format())
    told["authors"][0].update(AUTHOR_FORMS[form])
    with pytest.raises(InvalidAuthors):
        AuthorsStatement.parse(canonical_json.canonicalize(told))


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["signed"]["signatures"].pop(),
        lambda told: told["signed"]["signatures"].append(told["signed"]["signatures"][0]),
        lambda told: told["signed"]["signatures"][0].update(by="paper"),
        lambda told: told["signed"]["signatures"][0].update(signature="0x11"),
        lambda told: told["signed"]["signatures"][0].update(signature="1" * 20_000),
        lambda told: told["signed"]["signatures"][1].pop("client_data"),
        lambda told: told["names"].pop(),
        lambda told: told["names"].reverse(),
        lambda told: told["names"][0].update(name="Somebody Else"),
        lambda told: told["names"][0].update(salt="0" * 64),
        lambda told: told.update(proof=[1]),
        lambda told: told.update(format="muhr-authors-file/2"),
        lambda told: told.pop("names"),
    ],
)
def test_a_file_of_another_form_or_with_other_names_is_refused(change: Any) -> None:
    told = json.loads(StatementFile(SIGNED, NAMES).format())
    change(told)
    with pytest.raises(InvalidAuthors):
        StatementFile.parse(canonical_json.canonicalize(told))


@pytest.mark.parametrize("data", [b"", b"[", b"null", b"{}", b"\xff", b"[" * 100_000, b" " * 2**21])
def test_bytes_that_are_no_file_are_refused(data: bytes) -> None:
    for parse in (StatementFile.parse, SignedStatement.parse, AuthorsStatement.parse):
        with pytest.raises(InvalidAuthors):
            parse(data)


def test_names_and_titles_are_of_one_line() -> None:
    assert checked_name("  Юсуф \n Ҳамидов ") == "Юсуф Ҳамидов"
    assert checked_title("a  b") == "a b"
    for text in ("", "   ", "a" * 121, "a\u202eb", "a\x1b[0m"):
        with pytest.raises(InvalidAuthors):
            checked_name(text)
