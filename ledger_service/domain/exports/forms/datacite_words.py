"""The words of DataCite 4.5 for what records say in ours: kinds, roles, dates, relations and identifiers.

Source: DataCite Metadata Schema 4.5, appendix 1. Translators have no word before 4.6.
"""

from __future__ import annotations

from ledger_service.domain.authorship.credit import CreditRole

KINDS = {
    "article": "JournalArticle",
    "book": "Book",
    "sound": "Sound",
    "film": "Audiovisual",
    "picture": "Image",
    "map": "Image",
    "data": "Dataset",
    "file": "Text",
}
"""resourceTypeGeneral, by `Work.kind`."""
ROLES = {
    "editor": "Editor", "edt": "Editor", "edc": "Editor", "edm": "Editor",
    "col": "DataCollector", "dtc": "DataCollector", "cur": "DataCurator", "dtm": "DataManager",
    "dst": "Distributor", "his": "HostingInstitution", "rps": "HostingInstitution", "pro": "Producer",
    "prd": "Producer", "pdr": "ProjectLeader", "rth": "ProjectLeader", "rtm": "ProjectMember",
    "res": "Researcher", "cph": "RightsHolder", "own": "RightsHolder", "spn": "Sponsor",
    "fnd": "Sponsor", "pat": "Sponsor", "dgs": "Supervisor", "ths": "Supervisor", "dgc": "Supervisor",
}  # fmt: skip
"""contributorType, by relator code; of others it is `OTHER_ROLE`."""
OTHER_ROLE = "Other"
CREDIT = {
    CreditRole.DATA_CURATION: "DataCurator",
    CreditRole.PROJECT_ADMINISTRATION: "ProjectManager",
    CreditRole.SUPERVISION: "Supervisor",
}
"""contributorType, by the roles of CRediT for which DataCite has the same word; for eleven it has none."""
RELATIONS = {
    "continued-by": "IsContinuedBy",
    "continues": "Continues",
    "has-format": "IsOriginalFormOf",
    "has-part": "HasPart",
    "has-translation": "IsSourceOf",
    "has-version": "HasVersion",
    "is-format-of": "IsVariantFormOf",
    "is-part-of": "IsPartOf",
    "is-referenced-by": "IsReferencedBy",
    "is-replaced-by": "IsObsoletedBy",
    "is-required-by": "IsRequiredBy",
    "is-version-of": "IsVersionOf",
    "references": "References",
    "replaces": "Obsoletes",
    "requires": "Requires",
    "review-of": "Reviews",
    "source": "IsDerivedFrom",
    "supplement-to": "IsSupplementTo",
    "translation-of": "IsDerivedFrom",
}
"""relationType, by a record's kind of relation; `related` and `conforms-to` say nothing that DataCite has."""
IDENTIFIERS = {
    "doi": "DOI",
    "isbn": "ISBN",
    "issn": "ISSN",
    "ark": "ARK",
    "handle": "Handle",
    "urn": "URN",
}
"""relatedIdentifierType, by scheme; an address is a URL."""
NOT_GIVEN = ":unav"
"""What stands where a property must be and nobody said it: appendix 3."""
ACCESS = {
    "open": ("open access", "http://purl.org/coar/access_right/c_abf2"),
    "restricted": ("restricted access", "http://purl.org/coar/access_right/c_16ec"),
    "metadata": ("metadata only access", "http://purl.org/coar/access_right/c_14cb"),
}
"""COAR's words for who may read, by `Work.access`."""
