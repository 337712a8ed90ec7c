"""Names and secrets of loans of other libraries: what follows from what, and from what not."""

from __future__ import annotations

import base64
import hashlib
from uuid import RFC_4122, UUID

import pytest

from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.lending.loan_elsewhere import (
    LoanStatus,
    digest_of_secret,
    license_name,
    protected_name,
    secret_of_checkout,
    secret_of_reading,
    user_key,
)
from reading_room.interop.odl.rules import asked_time

KEY = bytes(range(32))


def test_a_license_has_a_name_of_version_8_that_follows_from_work_and_terms() -> None:
    book, other = Digest.of(b"a"), Digest.of(b"b")
    terms = LicenseId(bytes(32))
    name = UUID(license_name(book, terms))
    assert (name.version, name.variant) == (8, RFC_4122)
    assert license_name(book, terms) == name.urn != license_name(other, terms)
    assert name.urn != license_name(book, LicenseId(bytes(31) + b"\1"))


def test_a_secret_tells_each_part_from_the_next() -> None:
    secrets = {
        secret_of_checkout(KEY, "ab", "c", "d"),
        secret_of_checkout(KEY, "a", "bc", "d"),
        secret_of_checkout(KEY, "a", "b", "cd"),
        secret_of_checkout(bytes(32), "ab", "c", "d"),
    }
    assert len(secrets) == 4
    [one, *_] = secrets
    assert len(one) == 64
    assert secret_of_reading(one) not in (one, digest_of_secret(one).hex())


def test_only_two_states_let_anybody_read() -> None:
    running = [status for status in LoanStatus if status.is_running]
    assert running == [LoanStatus.READY, LoanStatus.ACTIVE]


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ("2027-01-31T12:00:00Z", 1_801_396_800),
        ("2027-01-31T17:00:00+05:00", 1_801_396_800),
        ("2027-01-31T17:00:00 05:00", 1_801_396_800),  # a plus that nobody has escaped
        ("2027-01-31T12:00:00.250000+00:00", 1_801_396_800),
    ],
)
def test_times_are_read_as_clients_write_them(given: str, at: int) -> None:
    assert asked_time(given) == at


@pytest.mark.parametrize("given", ["", "2027-01-31", "2027-01-31T12:00:00", "soon", "1" * 41])
def test_what_is_no_time_with_a_zone_is_none(given: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        asked_time(given)


def test_a_license_server_knows_a_loan_by_a_name_that_tells_nothing_of_its_secret() -> None:
    secret = secret_of_checkout(KEY, "city", "license", "checkout")
    name = protected_name(secret)
    assert str(UUID(name)) == name != protected_name(secret_of_reading(secret))
    assert name.replace("-", "")[:12] not in secret


def test_a_user_key_is_read_in_hex_and_in_base64_and_is_32_bytes() -> None:
    hashed = hashlib.sha256(b"passphrase")
    for given in (
        hashed.hexdigest(),
        hashed.hexdigest().upper(),
        base64.b64encode(hashed.digest()).decode(),
    ):
        assert user_key(given) == hashed.hexdigest()
    for wrong in ("", "passphrase", "z" * 64, "00" * 31, "A" * 43, "A" * 44 + "=", "я" * 64):
        with pytest.raises(ValueError, match=r"."):
            user_key(wrong)
