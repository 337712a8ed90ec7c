"""What records say of rights: nothing is registered under a license that its record contradicts."""

from datetime import date

import pytest

from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.record_rights import embargo_until, license_by

TODAY = date(2026, 11, 29)
EU = "info:eu-repo/semantics/"
END = "info:eu-repo/date/embargoEnd/"


@pytest.mark.parametrize(
    ("said", "license_name"),
    [
        ([], "reading-room"),
        (["© Author, all rights reserved", "2019"], "reading-room"),
        (["http://creativecommons.org/licenses/by/4.0/"], "CC-BY-4.0"),
        (["See https://www.creativecommons.org/licenses/by-nc-nd/4.0/deed.ru."], "CC-BY-NC-ND-4.0"),
        (["https://rightsstatements.org/page/InC/1.0/?language=en"], "InC"),
        (["https://creativecommons.org/publicdomain/zero/1.0/legalcode"], "CC0-1.0"),
        (["CC BY-SA 4.0", "cc-by-sa-4.0"], "CC-BY-SA-4.0"),
        ([EU + "openAccess"], "reading-room"),
        ([EU + "restrictedAccess"], "reading-room"),
        ([EU + "embargoedAccess", END + "2026-11-29"], "reading-room"),
        ([END + "2025", END + "2026-10"], "reading-room"),
        ([embargo_until("2026"), embargo_until("2026-11")], "reading-room"),
        (
            [embargo_until("Available from the author"), embargo_until("2025-07-01T10:00:00Z")],
            "reading-room",
        ),
    ],
)
def test_the_license_that_a_record_names_holds_for_its_file(said, license_name):
    assert license_by(said, "reading-room", TODAY) == license_name


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (["https://creativecommons.org/licenses/by/3.0/"], "rights-unknown"),
        (["CC0-1.0", "https://creativecommons.org/licenses/by/4.0/"], "rights-several"),
        ([EU + "embargoedAccess", END + "2026-11-30"], "embargo"),
        ([END + "2031-01-01", "CC0-1.0"], "embargo"),
        ([EU + "embargoedAccess", END + "soon"], "embargo"),
        ([END + "2026"], "embargo"),
        ([END + "2026-11"], "embargo"),
        ([embargo_until("2027")], "embargo"),
        ([embargo_until("2026-11-30T00:00:00Z")], "embargo"),
        (["http://purl.org/coar/access_right/c_f1cf"], "embargo-without-end"),
        (["http://purl.org/coar/access_right/c_16ec"], "rights-closed"),
        ([EU + "closedAccess"], "rights-closed"),
    ],
)
def test_what_a_record_forbids_is_refused(said, reason):
    with pytest.raises(InvalidManifest) as refused:
        license_by(said, "CC-BY-4.0", TODAY)
    assert refused.value.reason.name == f"invalid-manifest.{reason}"
