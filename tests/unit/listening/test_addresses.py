"""Whose request it is: a proxy's word counts if the operator named it, and nobody else's."""

import pytest

from ledger_service import config as configuration
from ledger_service.domain.errors import InvalidInput
from ledger_service.listening.addresses import forwarded, group_of, is_proxy, parse_networks

PROXIES = parse_networks(["10.0.0.0/24", "192.0.2.7", "2001:db8::1"])


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::99", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("a name", "unknown"),
    ],
)
def test_one_subscriber_is_one_group(text, group):
    assert group_of(text) == group


def test_only_named_proxies_are_proxies():
    assert is_proxy("10.0.0.200", PROXIES)
    assert is_proxy("::ffff:10.0.0.200", PROXIES)
    assert is_proxy("2001:db8::1", PROXIES)
    assert not is_proxy("10.0.1.1", PROXIES)
    assert not is_proxy("a name", PROXIES)
    assert not is_proxy("127.0.0.1", ())


@pytest.mark.parametrize(
    ("told", "group"),
    [
        (["203.0.113.5"], "203.0.113.5"),
        (["198.51.100.1, 203.0.113.5"], "203.0.113.5"),  # the first is what the caller claims
        (["198.51.100.1", "203.0.113.5"], "203.0.113.5"),
        (["203.0.113.5, 10.0.0.3"], "203.0.113.5"),
        (["203.0.113.5, nonsense"], "unknown"),
        (["10.0.0.3"], "unknown"),
        ([], "unknown"),
    ],
)
def test_the_last_address_that_is_no_proxy_asks(told, group):
    headers = [(b"host", b"x"), *((b"x-forwarded-for", value.encode()) for value in told)]
    assert forwarded(headers, PROXIES) == group


def test_proxies_are_a_setting():
    found = configuration.load({"MUHR_PROXIES": "127.0.0.1  10.0.0.0/24"}).connections
    assert found.proxies == ("127.0.0.1", "10.0.0.0/24")
    assert configuration.load({}).connections.proxies == ()
    with pytest.raises(InvalidInput, match="setting-not-a-network"):
        configuration.load({"MUHR_PROXIES": "proxy.example"})
