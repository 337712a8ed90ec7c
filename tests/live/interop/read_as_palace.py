"""Run by Python 3.12 with palace-opds: reads documents as Palace does, and says what it understood.

Standard input: {"feed": …, "info": …, "status": […]}, each document as it came. Standard output: JSON.
"""

import json
import sys

from palace.opds import opds2, rwpm
from palace.opds.lcp.status import LoanStatus
from palace.opds.odl.info import LicenseInfo
from palace.opds.odl.odl import Feed, Publication

asked = json.load(sys.stdin)
feed = Feed.model_validate_json(asked["feed"])
found = []
for publication in feed.publications:
    assert isinstance(publication, Publication), publication
    for license in publication.licenses:
        borrow = license.links.get(
            rel=opds2.AcquisitionLinkRelations.borrow, type=LoanStatus.content_type(), raising=True
        )
        own = license.links.get(
            rel=rwpm.LinkRelations.self, type=LicenseInfo.content_type(), raising=True
        )
        found.append(
            {
                "title": str(publication.metadata.title),
                "identifier": license.metadata.identifier,
                "formats": list(license.metadata.formats),
                "drm": list(license.metadata.protection.formats),
                "terms": license.metadata.terms.model_dump(mode="json"),
                "self": own.href,
                "borrow": borrow.href_templated(
                    {"id": "an id", "checkout_id": "c", "patron_id": "p"}
                ),
            }
        )
info = LicenseInfo.model_validate_json(asked["info"])
statuses = [LoanStatus.model_validate_json(each) for each in asked["status"]]
told = {
    "licenses": found,
    "next": bool(feed.links.get(rel="next", type=Feed.content_type())),
    "info": {
        "active": info.active,
        "available": info.checkouts.available,
        "left": info.checkouts.left,
        "terms": info.terms.model_dump(mode="json"),
        "loans": [loan.patron_id for loan in info.checkouts.active],
    },
    "status": [
        {
            "status": each.status.value,
            "active": each.active,
            "self": getattr(
                each.links.get(rel="self", type=LoanStatus.content_type()), "href", None
            ),
            "end": str(each.potential_rights.end),
            "events": [event.type.value for event in each.events],
            "return": (
                link.href_templated({"name": "Palace Manager"})
                if (link := each.links.get(rel="return", type=LoanStatus.content_type()))
                else None
            ),
            "publication": getattr(
                each.links.get(rel="publication", type=asked["format"]), "href", None
            ),
        }
        for each in statuses
    ],
}
json.dump(told, sys.stdout)
