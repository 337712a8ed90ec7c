"""What is wrong with a request, as OAI-PMH §3.6 names it; its sentence is in the catalog of messages."""

from __future__ import annotations

BAD_ARGUMENT = "badArgument"
BAD_TOKEN = "badResumptionToken"
BAD_VERB = "badVerb"
NO_FORMAT = "cannotDisseminateFormat"
NO_FORMATS = "noMetadataFormats"
NO_IDENTIFIER = "idDoesNotExist"
NO_RECORDS = "noRecordsMatch"
SHOWN_LETTERS = 80


class Fault(Exception):
    """A fault of a request. code: the protocol's; sentence: its id; values: what it tells."""

    def __init__(self, code: str, sentence: str, /, **values: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = f"page.oai.{sentence}"
        self.values = {key: value[:SHOWN_LETTERS] for key, value in values.items()}
