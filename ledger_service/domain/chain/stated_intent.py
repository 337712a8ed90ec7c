"""What intents have in common: their fields, written as JSON for a job and as members for a signature.

`to_json` and `from_json` are inverses, and so are `to_message` and `from_message`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import IntEnum, IntFlag
from typing import Any, ClassVar, Self, get_type_hints

from ledger_service.domain.chain.signed_intent import Values
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import (
    Commitment,
    Digest,
    GrantId,
    Identifier,
    LedgerId,
    LicenseId,
    StewardId,
)
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.resources.registration import Link, Relation, WithdrawalReason

Json = dict[str, Any]
Hashes = tuple[bytes, ...]

# How a value of each type is written in JSON, and read back.
_CODECS: Mapping[Any, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    bytes: (bytes.hex, bytes.fromhex),
    int: (int, int),
    bool: (bool, bool),
    str: (str, str),
    Scope: (int, Scope),
    Link: (int, Link),
    Relation: (int, Relation),
    WithdrawalReason: (int, WithdrawalReason),
    ContentId: (ContentId.base16, ContentId.parse),
    Hashes: (
        lambda hashes: [item.hex() for item in hashes],
        lambda texts: tuple(bytes.fromhex(text) for text in texts),
    ),
    **{
        kind: (kind.hex, kind.parse)
        for kind in (Commitment, Digest, GrantId, LedgerId, LicenseId, StewardId)
    },
}


class StatedIntent:
    """An intent whose fields say all of it, as JSON and as the members of what is signed.

    KIND: its name in a job. TYPE: of `signed_intent.MEMBERS`, if an agent of the steward signs it. EVENT:
    of the contracts, by which the index shows it done. SUBJECT, TOLD_APART_BY: the fields that
    name what it is about, and what sets it apart from others of its kind about the same. LEFT_TO_CHAIN: the
    facts of its entry that no field has, since the contract decides them.
    """

    KIND: ClassVar[str]
    TYPE: ClassVar[str | None] = None
    EVENT: ClassVar[str | None] = None
    SUBJECT: ClassVar[str] = "digest"
    TOLD_APART_BY: ClassVar[tuple[str, ...]] = ()
    LEFT_TO_CHAIN: ClassVar[tuple[str, ...]] = ()
    _FIELDS: ClassVar[Mapping[str, Any]]
    by_service = False

    @classmethod
    def _kinds(cls) -> Mapping[str, Any]:
        """Return the types of the fields by their names; looked up once a class, which is slow."""
        if "_FIELDS" not in cls.__dict__:
            hints = get_type_hints(cls)
            listed = fields(cls)  # type: ignore[arg-type]
            cls._FIELDS = {field.name: hints[field.name] for field in listed}
        return cls._FIELDS

    def to_json(self) -> Json:
        kinds = self._kinds()
        return {name: _CODECS[kind][0](getattr(self, name)) for name, kind in kinds.items()}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(**{name: _CODECS[kind][1](value[name]) for name, kind in cls._kinds().items()})

    def to_message(self) -> Values:
        """Return the members of what an agent of the steward signs, and of the call that carries it."""
        message: dict[str, Any] = {}
        for name in self._kinds():
            if name != "by_service":
                message |= _members(name, getattr(self, name))
        return message

    @classmethod
    def from_message(cls, message: Values) -> Self:
        """Return the intent that was signed elsewhere; who signed, the chain judges."""
        kinds = cls._kinds().items()
        return cls(
            **{
                name: _of_members(name, kind, message)
                for name, kind in kinds
                if name != "by_service"
            }
        )

    @property
    def subject(self) -> bytes:
        """The 32 bytes that name what it is about: on chain, the first argument of its event."""
        named: Identifier = getattr(self, self.SUBJECT)
        return named.value

    @property
    def facts(self) -> Mapping[str, Any]:
        """What an entry may tell of it, by the names of an entry's facts."""
        return self.to_json()


def _members(name: str, value: Any) -> dict[str, Any]:
    """Return the members that state a field."""
    if isinstance(value, ContentId):
        return {"cidCodec": value.codec, "cidDigest": value.digest}
    if isinstance(value, Identifier):
        return {name: value.value}
    if isinstance(value, IntEnum | IntFlag):
        return {name: int(value)}
    return {name: list(value) if isinstance(value, tuple) else value}


def _of_members(name: str, kind: Any, message: Values) -> Any:
    """Return the field that members state; inverse of `_members`."""
    if kind is ContentId:
        return ContentId(message["cidCodec"], message["cidDigest"])
    return tuple(message[name]) if kind is Hashes else kind(message[name])
