"""`muhr init` on a chain that somebody else runs: what it says before anything is sent."""

import pytest

from ledger_service.adapters.keys import KeyFolder

NOT_YET = "there is no checklist"


def init(muhr, home, url):
    settings = {"MUHR_HOME": str(home), "MUHR_CHAIN_URL": url}
    told = ("--name", "A library", "--uri", "https://library.test/", "--origin", "library.test/a")
    return muhr(settings, "init", *told)


@pytest.mark.xfail(strict=True, reason=NOT_YET)
def test_accounts_without_money_are_named_and_nothing_is_sent(anvil, muhr, tmp_path):
    home = tmp_path / "home"
    answer = init(muhr, home, anvil.url)
    assert answer.status not in (0, 4)  # 4: nobody answers
    keys = KeyFolder(home / "keys", home / "keys" / "password")
    for role in ("admin", "relayer"):
        assert keys.address(role) in (answer.out + answer.err).lower()
    assert not (home / "deployment.json").exists()
